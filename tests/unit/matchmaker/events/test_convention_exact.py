"""The constraint solver against trying everything: goals in every order, one after the other."""

from itertools import permutations

import numpy as np
import pytest
from convention_builders import (
    GOALS,
    broken_rules,
    every_timetable,
    figures_of,
    is_whole,
    matrices,
    meetings_of,
    people_of,
    quietly,
    rank_of,
    stop,
    trees,
)
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.conventions.exact import measure, meets, solve, used_slots

ORDERS = [list(order) for length in (1, 2, 3) for order in permutations(GOALS, length)]


def solved(timetable, start=None, known=None, **others):
    return solve(timetable, start, known or {}, seed=1, stop=stop(), workers=1, **others)


@quietly(90)
@given(
    trees(people=(3, 5), slots=(2, 4), meetings=(2, 6)),
    st.sampled_from(ORDERS),
    st.sampled_from([None, None, 0, 1]),
)
def test_goal_after_goal_is_the_best_there_is(tree, goals, fairness):
    timetable = matrices(tree | {"objective": goals, "fairness": fairness})
    ranks = [rank_of(timetable, slots, goals) for slots in every_timetable(timetable)]
    answer = solved(timetable)
    assert answer.impossible == (not ranks)
    if not ranks:
        assert answer.slots is None
        return
    slots = answer.slots.tolist()
    assert broken_rules(timetable, slots) == set()
    assert is_whole(timetable, slots)
    best = min(ranks)
    assert rank_of(timetable, slots, goals) == best
    figures = figures_of(timetable, slots)
    assert {goal: pytest.approx(figures[goal]) for goal in goals} == answer.bounds


@quietly(40)
@given(trees(people=(3, 5), slots=(2, 4), meetings=(2, 6)))
def test_the_first_timetable_is_enough_where_only_one_is_asked(tree):
    timetable = matrices(tree)
    some = next(every_timetable(timetable), None)
    answer = solved(timetable, feasible_only=True)
    assert answer.impossible == (some is None)
    if some is not None:
        slots = answer.slots.tolist()
        assert broken_rules(timetable, slots) == set()
        assert is_whole(timetable, slots)


@quietly(60)
@given(trees(people=(3, 6), slots=(1, 5), meetings=(2, 6)))
def test_figures_are_what_one_sees(tree):
    timetable = matrices(tree)
    for slots, _ in zip(every_timetable(timetable), range(8), strict=False):
        seen = figures_of(timetable, slots)
        row = np.array(slots)
        assert {goal: measure(timetable, row, goal) for goal in GOALS} == pytest.approx(seen)
        held = sum(slot >= 0 for slot in slots)
        assert used_slots(timetable, row).sum() == 2 * held


def event(*pairs, slots=3, tables=1, **of_each):
    names = sorted(set("".join(pairs)))
    return {
        "slots": slots,
        "tables": tables,
        "participants": people_of(*names),
        "meetings": meetings_of(*pairs, **of_each),
    }


def test_a_start_that_meets_its_bounds_is_kept():
    """Both timetables are best; the one that was known comes back."""
    timetable = matrices(event("AB", "CD", slots=2))
    for start in ([0, 1], [1, 0]):
        known = {"value": 2.0, "breaks": 0.0, "idle": 0.0}
        assert solved(timetable, np.array(start), known).slots.tolist() == start


def test_a_poor_start_is_improved():
    timetable = matrices(event("AB", "BC"))
    answer = solved(timetable, np.array([0, -1]))
    assert answer.bounds == {"value": 2.0, "breaks": 0.0, "idle": 0.0}
    assert figures_of(timetable, answer.slots.tolist()) == {"value": 2, "breaks": 0, "idle": 0}


def test_short_waits_before_few():
    """By hand: B meets in slots 1, 3 and 5 or 6; idle slots come before breaks, or after."""
    fixed = {
        "AB": {"fixed_slot": 1},
        "BC": {"fixed_slot": 3},
        "BD": {"before": [], "mandatory": True},
    }
    tree = event("AB", "BC", "BD", slots=6, **fixed)
    free = [{"id": name} for name in "ABC"] + [{"id": "D", "unavailable": [1, 2, 3, 4]}]
    tree["participants"] = free
    timetable = matrices(tree | {"objective": ["idle"]})
    assert solved(timetable).bounds == {"idle": 2.0}


def test_one_slot_and_no_meetings():
    alone = {"slots": 1, "tables": 1, "participants": people_of("A"), "meetings": []}
    answer = solved(matrices(alone))
    assert (answer.impossible, len(answer.slots)) == (False, 0)
    assert answer.bounds == {"value": 0.0, "breaks": 0.0, "idle": 0.0}
    single = solved(matrices(event("AB", slots=1)))
    assert single.slots.tolist() == [0]


def test_fine_values_are_not_rounded_up_to_a_false_bound():
    """Values of a third are counted in ten-thousandths: the bound may be above, never below."""
    thirds = {pair: {"value": 1 / 3} for pair in ("AB", "CD", "EF")}
    timetable = matrices(event("AB", "CD", "EF", slots=1, tables=2, **thirds))
    answer = solved(timetable)
    assert measure(timetable, answer.slots, "value") == pytest.approx(2 / 3)
    assert 2 / 3 <= answer.bounds["value"] <= 2 / 3 + 3e-4


@pytest.mark.parametrize(
    ("goal", "figure", "bound", "good"),
    [
        ("value", 3.0, 3.0, True),
        ("value", 2.9, 3.0, False),
        ("value", 3.1, 3.0, True),
        ("breaks", 3.0, 3.0, True),
        ("breaks", 4.0, 3.0, False),
        ("idle", 2.0, 3.0, True),
    ],
)
def test_a_figure_meets_its_bound(goal, figure, bound, good):
    assert meets(goal, figure, bound) == good
