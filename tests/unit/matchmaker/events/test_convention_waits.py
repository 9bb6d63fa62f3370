"""The fewest breaks of meetings that all take place, against trying everything."""

from itertools import count

import numpy as np
import pytest
from convention_builders import (
    MISSING,
    breaks_of,
    broken_rules,
    every_timetable,
    is_whole,
    matrices,
    meetings_of,
    people_of,
    quietly,
    stop,
    trees,
)
from hypothesis import given
from hypothesis import strategies as st
from pysat.examples.rc2 import RC2

from matchmaker.events.conventions import core_guided
from matchmaker.events.conventions.proving import fewest_breaks
from matchmaker.events.conventions.timetable import is_fair, number_of_breaks
from matchmaker.events.conventions.waiting import COUNTER, TOTALIZER, formula_of
from matchmaker.events.stopping import Stop

EVENTS = trees(people=(3, 6), slots=(2, 5), meetings=(2, 6), must=True, limits=False)


def fewest_by_trying(timetable):
    """Fewest breaks of all meetings; None where they have no timetable."""
    totals = (sum(breaks_of(timetable, slots)) for slots in every_timetable(timetable))
    return min(totals, default=None)


def fewest_by_formula(timetable, spread, tables_by):
    """Solve the formula in this process; its cost and the slots that it means."""
    formula = formula_of(timetable, np.arange(timetable.n_meetings), spread, tables_by)
    arrays = formula.arrays()
    with RC2(core_guided.formula_of(arrays["hard"], arrays["soft"])) as solver:
        model = solver.compute()
        return None if model is None else (solver.cost, formula.slots_in(model).tolist())


@pytest.mark.parametrize("tables_by", [TOTALIZER, COUNTER], ids=["totalizer", "counter"])
@quietly(40)
@given(EVENTS)
def test_the_formula_has_the_fewest_breaks(tables_by, tree):
    timetable = matrices(tree)
    if not timetable.allowed.any(axis=1).all():
        return
    best, found = fewest_by_trying(timetable), fewest_by_formula(timetable, None, tables_by)
    if best is None or found is None:
        assert (best, found) == (None, None)
        return
    cost, slots = found
    assert cost == best == sum(breaks_of(timetable, slots))
    assert broken_rules(timetable, slots) == set()
    assert MISSING not in slots


@quietly(80)
@given(EVENTS, st.integers(0, 2))
def test_a_spread_is_the_most_breaks_of_one_participant(tree, spread):
    timetable = matrices(tree)
    totals = [breaks_of(timetable, slots) for slots in every_timetable(timetable)]
    within = [sum(breaks) for breaks in totals if max(breaks) <= spread]
    found = fewest_by_formula(timetable, spread, TOTALIZER)
    assert (None if found is None else found[0]) == min(within, default=None)


@quietly(4)
@given(EVENTS, st.sampled_from([None, 0, 1]))
def test_the_race_agrees_with_trying_everything(tree, fairness):
    timetable = matrices(tree | {"fairness": fairness})
    best = fewest_by_trying(timetable)
    waits = fewest_breaks(timetable, np.arange(timetable.n_meetings), None, seed=1, stop=stop())
    if best is None:
        assert waits.slots is None
        return
    assert not waits.impossible
    assert waits.bound <= best
    if waits.slots is not None:
        slots = waits.slots.tolist()
        assert sum(breaks_of(timetable, slots)) == best
        assert broken_rules(timetable, slots) == set()
        assert is_whole(timetable, slots)


def event(slots, tables, pairs, names, fairness=None, people=None, **of_each):
    wishes = [m | {"mandatory": True} for m in meetings_of(*pairs, **of_each)]
    return {
        "slots": slots,
        "tables": tables,
        "participants": people or people_of(*names),
        "meetings": wishes,
        "fairness": fairness,
        "objective": ["breaks"],
    }


FIRST, THIRD = {"fixed_slot": 1}, {"fixed_slot": 3}
EVERYBODY_WAITS = event(
    3, 2, ("AB", "CD", "AC", "BD"), "ABCD", 0, AB=FIRST, CD=FIRST, AC=THIRD, BD=THIRD
)


def test_fairness_zero_where_everybody_has_a_break():
    """All four have meetings in slots 1 and 3 alone: one break each is fair, and the fewest."""
    timetable = matrices(EVERYBODY_WAITS)
    assert fewest_by_trying(timetable) == 4
    waits = fewest_breaks(timetable, np.arange(4), None, seed=1, stop=stop())
    assert not waits.impossible
    assert waits.bound <= 4
    known = np.array([0, 0, 2, 2])
    waits = fewest_breaks(timetable, np.arange(4), known, seed=1, stop=stop())
    assert waits.slots.tolist() == known.tolist()
    assert not waits.impossible
    assert waits.bound <= 4


def test_a_bystander_makes_the_same_event_unfair():
    """E has no meeting, so no break: nobody may have one, and that is proven impossible."""
    tree = EVERYBODY_WAITS | {"participants": people_of(*"ABCDE")}
    timetable = matrices(tree)
    assert fewest_by_trying(timetable) is None
    assert fewest_breaks(timetable, np.arange(4), None, seed=1, stop=stop()).impossible


def test_impossible_is_told_of_an_unfair_start_too():
    """A known timetable that is not fair does not make a fair one possible."""
    tree = EVERYBODY_WAITS | {"participants": people_of(*"ABCDE")}
    start = np.array([0, 0, 2, 2])
    waits = fewest_breaks(matrices(tree), np.arange(4), start, seed=1, stop=stop())
    assert waits.impossible


def test_order_and_tables_force_a_break():
    """One table: A-B, C-D, A-C in this order; A waits while C and D meet."""
    first, second = {"before": ["CD"]}, {"before": ["AC"]}
    tree = event(3, 1, ("AB", "CD", "AC"), "ABCD", AB=first, CD=second)
    waits = fewest_breaks(matrices(tree), np.arange(3), None, seed=1, stop=stop())
    assert waits.slots.tolist() == [0, 1, 2]
    assert waits.bound == 1


@pytest.mark.parametrize(
    "tree",
    [
        event(2, 1, ("AB", "AC", "AD"), "ABCD"),
        event(3, 1, ("AB", "CD"), "ABCD", AB={"before": ["CD"]}, CD={"before": ["AB"]}),
        event(2, 3, ("AB", "BC", "AC"), "ABC"),
        event(
            2,
            2,
            ("AB", "CD", "EF"),
            "ABCDEF",
            people=[*people_of(*"AB"), *[p | {"unavailable": [2]} for p in people_of(*"CDEF")]],
        )
        | {"tables": 1},
    ],
    ids=["more meetings than slots", "a circle of orders", "an odd circle", "a crowded slot"],
)
def test_no_timetable_is_proven(tree):
    timetable = matrices(tree)
    assert fewest_by_trying(timetable) is None
    found = fewest_breaks(timetable, np.arange(timetable.n_meetings), None, seed=1, stop=stop())
    assert found.impossible
    assert found.slots is None


def test_only_the_given_meetings_are_placed():
    tree = event(2, 1, ("AB", "CD", "AC"), "ABCD")
    waits = fewest_breaks(matrices(tree), np.array([0, 2]), None, seed=1, stop=stop())
    assert waits.slots[1] == MISSING
    assert sorted(waits.slots[[0, 2]].tolist()) == [0, 1]


def clock(calls):
    """Stand still for a while, then after the time of the proofs alone, then over the limit."""
    times = iter([0.0] * calls + [30.0] * 30)
    return lambda: next(times, 1000.0)


def test_annealing_works_beside_the_proofs():
    """The proofs have no time alone: a few thousand steps are left for the break to go away."""
    timetable = matrices(event(3, 1, ("AB", "BC"), "ABC"))
    start = np.array([0, 2])
    waits = fewest_breaks(timetable, np.arange(2), start, seed=1, stop=Stop(100, clock(6)))
    assert sum(breaks_of(timetable, waits.slots.tolist())) == 0


def test_without_time_the_start_comes_back_and_claims_nothing():
    timetable = matrices(event(3, 1, ("AB", "BC"), "ABC"))
    start = np.array([0, 2])
    over = Stop(1, count(0.0, 9.0).__next__)
    waits = fewest_breaks(timetable, np.arange(2), start, seed=1, stop=over)
    assert waits.slots.tolist() == [0, 2]
    assert waits.bound == 0
    assert not waits.impossible


@quietly(20)
@given(EVENTS, st.integers(0, 2))
def test_breaks_and_fairness_are_counted_as_one_sees_them(tree, fairness):
    timetable = matrices(tree | {"fairness": fairness})
    own = timetable.meetings_of()
    free = matrices(tree | {"fairness": None})
    for slots, _ in zip(every_timetable(free), range(5), strict=False):
        breaks = breaks_of(timetable, slots)
        assert number_of_breaks(np.array(slots), own) == sum(breaks)
        assert is_fair(timetable, np.array(slots), own) == (max(breaks) - min(breaks) <= fairness)
