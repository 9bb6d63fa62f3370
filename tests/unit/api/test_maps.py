"""The geometry of a map: positions, markers drawn apart, a frame that holds everything."""

from __future__ import annotations

from math import hypot

import pytest

from api.pages.maps import APART, Link, Marker, territory_map
from matchmaker.territory import commune

MELUN, EVRY = commune("77288"), commune("91228")


def marker(place, **more) -> Marker:
    return Marker(place.latitude, place.longitude, place.name, more.pop("kind", "partner"), **more)


def test_north_is_up_and_west_is_left():
    drawn = territory_map([marker(MELUN), marker(EVRY)])
    melun, evry = drawn.spots
    assert evry.x < melun.x
    assert evry.y < melun.y


def test_everything_lies_in_the_frame():
    drawn = territory_map([marker(MELUN)], [Link((48.1, 2.0), (49.0, 3.4), "d77")])
    points = [
        tuple(map(float, pair.split(",")))
        for shape in drawn.shapes
        for pair in shape.path[1:-1].split(" ")
    ]
    assert len(drawn.shapes) == 3
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in points)


def test_a_firm_outside_the_territory_widens_the_frame():
    far = Marker(43.3, 5.4, "Marseille", "partner")
    drawn = territory_map([far])
    (spot,) = drawn.spots
    assert 0 <= spot.x <= drawn.width
    assert 0 <= spot.y <= drawn.height


def test_the_frame_leads_back_to_the_degrees():
    drawn = territory_map([marker(MELUN)])
    (spot,) = drawn.spots
    frame = drawn.frame
    assert frame.north - spot.y / frame.down == pytest.approx(MELUN.latitude, abs=1e-3)
    assert frame.west + spot.x / frame.across == pytest.approx(MELUN.longitude, abs=1e-3)


@pytest.mark.parametrize("number", [2, 5, 10, 20])
def test_numbered_markers_of_one_place_are_drawn_apart(number):
    drawn = territory_map([marker(EVRY, mark=str(rank)) for rank in range(number)])
    for index, spot in enumerate(drawn.spots):
        for other in drawn.spots[index + 1 :]:
            assert hypot(spot.x - other.x, spot.y - other.y) > APART * 0.75
    home = drawn.frame.place(EVRY.latitude, EVRY.longitude)
    assert all(hypot(s.x - home[0], s.y - home[1]) < APART * 5 for s in drawn.spots)


def test_the_same_markers_are_drawn_the_same():
    markers = [marker(EVRY, mark=str(rank)) for rank in range(7)]
    assert territory_map(markers) == territory_map(markers)


def test_weights_show_in_areas_and_widths():
    small, large = marker(MELUN, kind="d77", weight=0.25), marker(EVRY, kind="d91")
    drawn = territory_map([small, large], [Link((48.5, 2.6), (48.6, 2.4), "d77", 0.5)])
    assert [spot.marker.label for spot in drawn.spots] == [EVRY.name, MELUN.name], "large below"
    assert drawn.spots[0].radius == 2 * drawn.spots[1].radius
    assert drawn.strokes[0].width == 3
