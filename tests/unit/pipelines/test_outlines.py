"""Outlines for maps: dissolving, simplifying, and the ones that the project keeps."""

from __future__ import annotations

import pytest

from matchmaker.territory import commune, communes
from matchmaker.territory_outlines import GRAND_PARIS_SUD, outlines
from pipelines.outlines import NARROWING, area, dissolve, simplify, simplify_ring

LEFT = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
RIGHT = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 0.0)]


def test_two_areas_with_a_common_border_become_one():
    (ring,) = dissolve([LEFT, RIGHT])
    assert ring[0] == ring[-1]
    assert set(ring) == {*LEFT, *RIGHT}
    assert area(ring) == pytest.approx(2 * NARROWING)


def test_areas_that_touch_in_one_point_stay_two():
    beyond = [(x + 1, y + 1) for x, y in LEFT]
    rings = dissolve([LEFT, beyond])
    assert sorted(area(ring) for ring in rings) == pytest.approx([NARROWING, NARROWING])


def test_a_gap_between_two_that_were_drawn_apart_is_no_area():
    border = [(1.0, 0.0), (1.0, 0.4), (1.0, 0.5), (1.0, 0.6), (1.0, 1.0)]
    drawn_apart = [*border[:2], (1.00001, 0.5), *border[3:]]
    west = [(0.0, 0.0), *border, (0.0, 1.0), (0.0, 0.0)]
    east = [(2.0, 1.0), *drawn_apart[::-1], (2.0, 0.0), (2.0, 1.0)]
    (ring,) = dissolve([west, east])
    assert area(ring) == pytest.approx(2 * NARROWING, rel=1e-4)


def test_a_point_is_kept_only_where_the_line_would_stray():
    line = [(0.0, 0.0), (0.5, 0.001), (1.0, 0.0), (1.5, 0.5), (2.0, 0.0)]
    assert simplify(line, 0.01) == [line[0], line[2], line[3], line[4]]
    assert simplify(line[::-1], 0.01) == simplify(line, 0.01)[::-1]


def test_a_common_border_is_simplified_alike_on_both_sides():
    border = [(1.0 + (0.02 if step % 2 else 0.0), step / 10) for step in range(11)]
    west = [(0.0, 0.0), *border, (0.0, 1.0), (0.0, 0.0)]
    east = [(2.0, 1.0), *border[::-1], (2.0, 0.0), (2.0, 1.0)]
    common = set(west) & set(east)
    kept = [set(simplify_ring(ring, common)) & common for ring in (west, east)]
    assert kept[0] == kept[1]


@pytest.mark.parametrize(("name", "km2"), [("77", 5915), ("91", 1804), (GRAND_PARIS_SUD, 221)])
def test_the_kept_outlines_enclose_the_known_area(name, km2):
    (found,) = [each for each in outlines() if each.name == name]
    ring = [(longitude, latitude) for latitude, longitude in (*found.points, found.points[0])]
    assert area(ring) * 111.2**2 == pytest.approx(km2, rel=0.02)
    assert len(found.points) <= 250


@pytest.mark.parametrize("department", ["77", "91"])
def test_nearly_every_commune_lies_in_its_department(department):
    (found,) = [each for each in outlines() if each.name == department]
    places = communes(department)
    inside = [inside_of(found.points, place.latitude, place.longitude) for place in places]
    assert sum(inside) >= 0.99 * len(places)


def test_grand_paris_sud_lies_astride():
    (found,) = [each for each in outlines() if each.name == GRAND_PARIS_SUD]
    for code in ("91228", "77384"):  # Évry-Courcouronnes, Réau
        place = commune(code)
        assert inside_of(found.points, place.latitude, place.longitude)
    melun = commune("77288")
    assert not inside_of(found.points, melun.latitude, melun.longitude)


def test_the_departments_have_their_border_in_common():
    lines = {each.name: set(each.points) for each in outlines()}
    assert len(lines["77"] & lines["91"]) > 20


def inside_of(points, latitude: float, longitude: float) -> bool:
    """Count the edges that a ray to the east crosses."""
    crossed = 0
    for (a, b), (c, d) in zip(points, (*points[1:], points[0]), strict=True):
        if (a > latitude) != (c > latitude):
            crossed += longitude < b + (latitude - a) * (d - b) / (c - a)
    return crossed % 2 == 1
