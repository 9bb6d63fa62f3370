"""Outlines of the territory for maps: contours with few points, that still touch where they should.

The two departments have their border in common; it is simplified once, so that no gap opens.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import cos, hypot, radians
from pathlib import Path

Point = tuple[float, float]
"""Longitude and latitude, as GeoJSON has them."""
Line = list[Point]

DEPARTMENTS = ("77", "91")
GRAND_PARIS_SUD = "200059228"
TOLERANCE = 0.0045
"""How far (degrees of latitude, some 500 m) a simplified line may stray."""
SMALLEST_AREA = 1e-4
"""Area (square degrees of latitude, some 1.2 km2) below which a closed line is a gap between two
communes that were drawn apart, and no land."""
NARROWING = cos(radians(48.6))
"""Length of a degree of longitude in degrees of latitude, here."""


def outlines(data: Path) -> Iterator[tuple[str, str, str, str]]:
    """Rows (outline, ring, latitude, longitude) of both departments and of Grand Paris Sud.

    Parameters
    ----------
    data
        Folder of the open data.
    """
    rings = {code: [simplified] for code, simplified in _departments(data / "communes").items()}
    rings["gps"] = [simplify_ring(ring) for ring in _grand_paris_sud(data / "communes")]
    for name, lines in rings.items():
        for number, line in enumerate(lines, start=1):
            for longitude, latitude in line[:-1]:
                yield name, str(number), f"{latitude:.4f}", f"{longitude:.4f}"


def _departments(folder: Path) -> dict[str, Line]:
    contours = {code: _contour(folder / f"departement_{code}.geojson") for code in DEPARTMENTS}
    common = set.intersection(*(set(line) for line in contours.values()))
    return {code: simplify_ring(line, common) for code, line in contours.items()}


def _contour(path: Path) -> Line:
    """Read the one closed line of a department."""
    document = json.loads(path.read_text(encoding="utf-8"))
    (line,) = document["geometry"]["coordinates"]
    return [(point[0], point[1]) for point in line]


def _grand_paris_sud(folder: Path) -> list[Line]:
    """Dissolve the communes of the agglomeration: what is left are edges of one commune only."""
    entries = json.loads((folder / "epci_77_91_2026.json").read_text(encoding="utf-8"))
    (members,) = (each["membres"] for each in entries if str(each["code"]) == GRAND_PARIS_SUD)
    codes = {member["code"] for member in members}
    document = json.loads((folder / "communes_77_91_simplifie.geojson").read_text("utf-8"))
    shapes = [each for each in document["features"] if each["properties"]["code"] in codes]
    return dissolve([line for shape in shapes for line in _lines(shape["geometry"])])


def _lines(geometry: dict[str, object]) -> Iterator[Line]:
    coordinates = geometry["coordinates"]
    assert isinstance(coordinates, list)
    for polygon in coordinates if geometry["type"] == "MultiPolygon" else [coordinates]:
        for line in polygon:
            yield [(point[0], point[1]) for point in line]


def dissolve(lines: Sequence[Line]) -> list[Line]:
    """Unite areas that share their borders point by point; the largest line comes first.

    Parameters
    ----------
    lines
        Closed lines.
    """
    count = Counter(frozenset(edge) for line in lines for edge in zip(line, line[1:], strict=False))
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for edge, times in sorted(count.items(), key=lambda item: sorted(item[0])):
        if times == 1:
            one, other = sorted(edge)
            neighbours[one].add(other)
            neighbours[other].add(one)
    rings: list[Line] = []
    while any(neighbours.values()):
        rings += _loops(_walk(neighbours))
    return sorted((ring for ring in rings if area(ring) >= SMALLEST_AREA), key=area, reverse=True)


def area(ring: Line) -> float:
    """Area inside a closed line, in square degrees of latitude."""
    corners = zip(ring, ring[1:], strict=False)
    return abs(sum(x * v - u * y for (x, y), (u, v) in corners)) / 2 * NARROWING


def _walk(neighbours: dict[Point, set[Point]]) -> Line:
    """Follow edges, taking each away, until there is no way on: that is where it began."""
    at = min(point for point, others in neighbours.items() if others)
    walked = [at]
    while neighbours[at]:
        following = min(neighbours[at])
        neighbours[at].remove(following)
        neighbours[following].remove(at)
        at = following
        walked.append(at)
    return walked


def _loops(walked: Line) -> Iterator[Line]:
    """Cut a walk into lines that meet themselves at their ends only."""
    trail: Line = []
    for point in walked:
        if point in trail:
            begin = trail.index(point)
            yield [*trail[begin:], point]
            del trail[begin:]
        trail.append(point)


def simplify_ring(ring: Line, common: set[Point] | None = None) -> Line:
    """Take points out of a closed line.

    Parameters
    ----------
    ring
        First and last point are the same.
    common
        Points that other lines have as well: where the line joins and leaves them it stays fixed.
    """
    points, shared = ring[:-1], common or set()
    corners = [at for at, point in enumerate(points) if _is_corner(points, at, shared)]
    if len(corners) < 2:  # any two points far apart will do
        west, east = min(points), max(points)
        corners = sorted((points.index(west), points.index(east)))
    result: Line = []
    for begin, end in zip(corners, [*corners[1:], corners[0] + len(points)], strict=True):
        arc = [points[at % len(points)] for at in range(begin, end + 1)]
        result += simplify(arc)[:-1]
    return [*result, result[0]]


def _is_corner(points: Line, at: int, shared: set[Point]) -> bool:
    """Whether a line joins or leaves a shared border at one of its points."""
    if points[at] not in shared:
        return False
    before, after = points[at - 1] in shared, points[(at + 1) % len(points)] in shared
    return not (before and after)


def simplify(line: Line, tolerance: float = TOLERANCE) -> Line:
    """Take out the points that a line hardly needs; the same in both directions.

    References
    ----------
    D. Douglas and T. Peucker, Algorithms for the reduction of the number of points required to
    represent a digitized line, Cartographica 10 (1973), 112.
    """
    if line[0] > line[-1]:
        return _thinned(line[::-1], tolerance)[::-1]
    return _thinned(line, tolerance)


def _thinned(line: Line, tolerance: float) -> Line:
    if len(line) < 3:
        return line
    distances = [_distance(point, line[0], line[-1]) for point in line[1:-1]]
    farthest = max(range(len(distances)), key=distances.__getitem__)
    if distances[farthest] <= tolerance:
        return [line[0], line[-1]]
    middle = farthest + 1
    return _thinned(line[: middle + 1], tolerance)[:-1] + _thinned(line[middle:], tolerance)


def _distance(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a stretch of line, in degrees of latitude."""
    x, y = (point[0] - start[0]) * NARROWING, point[1] - start[1]
    dx, dy = (end[0] - start[0]) * NARROWING, end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, (x * dx + y * dy) / length))
    return hypot(x - along * dx, y - along * dy)
