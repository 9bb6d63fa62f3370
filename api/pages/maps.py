"""A map of the territory as plain geometry: what a template draws as SVG.

The script of the page makes a map that moves of the same drawing: it reads positions from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, hypot, pi, radians, sin
from typing import Literal

from matchmaker.territory_outlines import outlines

WIDTH = 640.0
"""Width of the drawing; everything else follows from the territory."""
MARGIN = 14.0
MIDDLE_LATITUDE = 48.6
"""Where a degree of longitude is as wide as it is drawn."""
LARGEST_RADIUS, SMALLEST_RADIUS, MARKED_RADIUS = 18.0, 3.0, 11.0
WIDEST_LINE = 6.0
APART = 2 * MARKED_RADIUS + 1
"""How far apart two markers with a text are drawn, so that both can be read."""
LONGEST_STEP = MARKED_RADIUS / 2
NUDGES = 60
"""Rounds of drawing them apart; that many are enough for a page of cards."""

MarkerKind = Literal["own", "partner", "commune", "d77", "d91"]


@dataclass(frozen=True)
class Marker:
    """Something that has a place.

    Parameters
    ----------
    latitude, longitude
        WGS 84 degrees.
    label
        What it is.
    kind
        How it is drawn.
    href
        Page that it leads to, as a template's `address` wrote it.
    weight
        Its share of the largest one, for its size: from 0 to 1.
    mark
        Short text in it, such as the number of a card.
    """

    latitude: float
    longitude: float
    label: str
    kind: MarkerKind
    href: str | None = None
    weight: float = 1.0
    mark: str = ""


@dataclass(frozen=True)
class Link:
    """A line between two places.

    Parameters
    ----------
    start, end
        Latitude and longitude of its ends.
    kind
        Class of the line: how it is drawn.
    weight
        Its share of the widest one: from 0 to 1.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    kind: str
    weight: float = 1.0


@dataclass(frozen=True)
class Spot:
    """A marker on the drawing."""

    x: float
    y: float
    radius: float
    marker: Marker


@dataclass(frozen=True)
class Stroke:
    """A link on the drawing."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    kind: str


@dataclass(frozen=True)
class Shape:
    """An outline on the drawing: its name, and its path."""

    name: str
    path: str


@dataclass(frozen=True)
class Frame:
    """How degrees become units of the drawing.

    Parameters
    ----------
    north, west
        Degrees of its upper left corner.
    across, down
        Units to a degree of longitude, and to one of latitude.
    height
        Of the drawing.
    """

    north: float
    west: float
    across: float
    down: float
    height: float

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Place a point on the drawing."""
        x = (longitude - self.west) * self.across
        return round(x, 1), round((self.north - latitude) * self.down, 1)


@dataclass(frozen=True)
class TerritoryMap:
    """Everything that a map draws, in units of the drawing."""

    width: float
    height: float
    frame: Frame
    shapes: tuple[Shape, ...]
    strokes: tuple[Stroke, ...]
    spots: tuple[Spot, ...]


def territory_map(markers: Sequence[Marker], links: Sequence[Link] = ()) -> TerritoryMap:
    """Lay out a map of the territory.

    Parameters
    ----------
    markers
        Those with a text are drawn apart where they would cover each other; larger ones below.
    links
        Drawn below the markers.

    Returns
    -------
    TerritoryMap
        It shows the outlines whole, and every marker, wherever that is.
    """
    frame = _frame(markers)
    placed = [_spot(frame, marker) for marker in markers]
    marked = _drawn_apart([spot for spot in placed if spot.marker.mark])
    others = sorted(
        (spot for spot in placed if not spot.marker.mark), key=lambda spot: -spot.radius
    )
    return TerritoryMap(
        width=WIDTH,
        height=frame.height,
        frame=frame,
        shapes=_shapes(frame),
        strokes=tuple(_stroke(frame, link) for link in links),
        spots=(*others, *marked),
    )


def _frame(markers: Sequence[Marker]) -> Frame:
    points = [point for outline in outlines() for point in outline.points]
    points += [(marker.latitude, marker.longitude) for marker in markers]
    latitudes, longitudes = zip(*points, strict=True)
    narrowing = cos(radians(MIDDLE_LATITUDE))
    across = (WIDTH - 2 * MARGIN) / (max(longitudes) - min(longitudes))
    down = across / narrowing
    height = round((max(latitudes) - min(latitudes)) * down + 2 * MARGIN)
    north, west = max(latitudes) + MARGIN / down, min(longitudes) - MARGIN / across
    return Frame(north, west, across, down, float(height))


@lru_cache(maxsize=8)
def _shapes(frame: Frame) -> tuple[Shape, ...]:
    """Draw the outlines; most maps have the same frame, which is that of the territory."""
    return tuple(Shape(each.name, _path(frame, each.points)) for each in outlines())


def _path(frame: Frame, points: Sequence[tuple[float, float]]) -> str:
    steps = " ".join(f"{x:g},{y:g}" for x, y in (frame.place(*point) for point in points))
    return f"M{steps}Z"


def _stroke(frame: Frame, link: Link) -> Stroke:
    width = round(max(1.0, WIDEST_LINE * link.weight), 1)
    return Stroke(*frame.place(*link.start), *frame.place(*link.end), width, link.kind)


def _spot(frame: Frame, marker: Marker) -> Spot:
    # The area of a circle is what people compare.
    radius = max(SMALLEST_RADIUS, LARGEST_RADIUS * marker.weight**0.5)
    if marker.kind in ("own", "partner"):
        radius = MARKED_RADIUS
    return Spot(*frame.place(marker.latitude, marker.longitude), round(radius, 1), marker)


def _drawn_apart(spots: Sequence[Spot]) -> list[Spot]:
    """Move markers off each other a little, the same way every time."""
    at = [(spot.x, spot.y) for spot in spots]
    for _ in range(NUDGES):
        moved = [_pushed(at, index) for index in range(len(at))]
        if moved == at:
            break
        at = moved
    return [
        replace(spot, x=round(x, 1), y=round(y, 1)) for spot, (x, y) in zip(spots, at, strict=True)
    ]


def _pushed(at: Sequence[tuple[float, float]], index: int) -> tuple[float, float]:
    """Push one marker away from those that it covers: half the way, they go the other half."""
    x, y = at[index]
    dx = dy = 0.0
    for other, (u, v) in enumerate(at):
        if other == index or abs(x - u) >= APART or abs(y - v) >= APART:
            continue
        gap = hypot(x - u, y - v)
        if gap >= APART:
            continue
        # Two in one place leave it in directions that are their own.
        turn = pi * (index + 0.5) * 0.618 if gap == 0 else 0.0
        away = (cos(turn), sin(turn)) if gap == 0 else ((x - u) / gap, (y - v) / gap)
        dx += away[0] * (APART - gap) / 2
        dy += away[1] * (APART - gap) / 2
    # Many in one place would throw each other far away; they go step by step.
    slower = min(1.0, LONGEST_STEP / (hypot(dx, dy) or 1.0))
    return x + dx * slower, y + dy * slower
