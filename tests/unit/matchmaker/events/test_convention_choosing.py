"""Which meetings take place: the bound holds, and impossible means impossible."""

import numpy as np
import pytest
from convention_builders import (
    every_timetable,
    figures_of,
    matrices,
    meetings_of,
    people_of,
    quietly,
    stop,
    trees,
)
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.conventions.choosing import choose, windows

SHARE = 1e-4  # a choice may fall short of its bound by this share


@quietly(150)
@given(trees(people=(3, 5), slots=(1, 3), meetings=(1, 6)), st.booleans())
def test_no_timetable_beats_the_bound_or_exists_where_none_should(tree, must):
    for meeting in tree["meetings"] if must else ():
        meeting["mandatory"] = meeting["id"] % 2 == 0 and "fixed_slot" not in meeting
    timetable = matrices(tree | {"objective": ["value"]})
    choice = choose(timetable, stop())
    best = max(
        (figures_of(timetable, slots)["value"] for slots in every_timetable(timetable)),
        default=None,
    )
    if choice.impossible:
        assert best is None
    elif best is not None:
        assert choice.bound >= best - 1e-9


@quietly(150)
@given(trees(people=(3, 6), slots=(1, 4), meetings=(1, 9)))
def test_what_is_chosen_keeps_every_limit_and_nearly_meets_the_bound(tree):
    timetable = matrices(tree)
    choice = choose(timetable, stop())
    if choice.impossible:
        return
    chosen = set(choice.meetings.tolist())
    counts = np.bincount(timetable.ends[choice.meetings].ravel(), minlength=timetable.n_people)
    assert (counts >= timetable.minimum).all()
    assert (counts <= timetable.capacity).all()
    assert len(chosen) <= timetable.tables * timetable.n_slots
    assert timetable.allowed[choice.meetings].any(axis=1).all()
    worth = timetable.value[choice.meetings].sum()
    assert worth <= choice.bound + 1e-9
    assert worth >= choice.bound - SHARE * max(1, choice.bound)


EVENT = {
    "slots": 4,
    "tables": 1,
    "sessions": [{"id": "am", "slots": [1, 2]}, {"id": "pm", "slots": [3, 4]}],
    "participants": people_of(*"ABCD"),
}


def test_windows_are_the_slots_that_meetings_cannot_leave():
    morning, fixed = {"session": "am"}, {"fixed_slot": 2, "mandatory": False}
    wishes = meetings_of("AB", "AC", "AD", "BC", AB=morning, AC=morning, AD=fixed)
    found = windows(matrices(EVENT | {"meetings": wishes}))
    narrow = [w for w in found if not w.slots.all()]
    assert [(w.slots.tolist(), w.meetings.tolist()) for w in narrow] == [
        ([True, True, False, False], [0, 1, 2])
    ]
    assert found[-1].slots.all()
    assert found[-1].meetings.tolist() == [0, 1, 2, 3]


def test_the_whole_event_is_one_window():
    found = windows(matrices(EVENT | {"meetings": meetings_of("AB", "CD")}))
    assert [w.slots.tolist() for w in found] == [[True] * 4]


@pytest.mark.parametrize(
    ("pairs", "impossible"), [(("AB", "CD"), False), (("AB", "CD", "AC"), True)]
)
def test_more_mandatory_meetings_than_places_in_a_half_day(pairs, impossible):
    """Two slots of one table in the morning."""
    wishes = [m | {"session": "am", "mandatory": True} for m in meetings_of(*pairs)]
    assert choose(matrices(EVENT | {"meetings": wishes}), stop()).impossible == impossible


@pytest.mark.parametrize(
    "person",
    [{"min": 3}, {"min": 1, "unavailable": [1, 2, 3, 4]}, {"min": 5}],
    ids=["too few wishes", "never there", "more than slots"],
)
def test_a_minimum_out_of_reach_is_impossible(person):
    tree = EVENT | {
        "meetings": meetings_of("AB", "AC"),
        "participants": people_of(*"ABCD", A=person),
    }
    assert choose(matrices(tree), stop()).impossible


def test_nothing_is_wished():
    tree = EVENT | {"meetings": []}
    found = choose(matrices(tree), stop())
    assert (len(found.meetings), found.bound, found.impossible) == (0, 0.0, False)
    hungry = tree | {"participants": people_of(*"AB", A={"min": 1})}
    assert choose(matrices(hungry), stop()).impossible


def test_the_bound_holds_without_time():
    """Twelve meetings for two people with four slots each: at most 4 of them, worth 3 each."""
    wishes = [{"id": n, "a": "A", "b": "B", "value": 3.0} for n in range(12)]
    assert choose(matrices(EVENT | {"meetings": wishes}), stop(1e-9)).bound >= 12


@pytest.mark.parametrize("goals", [["breaks"], ["idle", "breaks"]])
def test_the_bound_holds_where_value_is_no_goal(goals):
    """One table, one slot of two wanted meetings: no timetable is worth more than 5."""
    tree = EVENT | {
        "slots": 1,
        "sessions": [],
        "meetings": [m | {"mandatory": False, "value": 5.0} for m in meetings_of("AB", "CD")],
        "objective": goals,
    }
    assert choose(matrices(tree), stop()).bound >= 5
