"""Changes by hand, held against the checker over every possible change of small conventions."""

from __future__ import annotations

import json
import random
import time
from itertools import combinations, pairwise, product

import pytest

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.adjusting import (
    cancelled,
    meeting_named,
    placed,
    swapped,
    with_meeting,
)
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.clashing import ClashError, Place, Standing, swaps
from matchmaker.events.conventions.plan import Figures, Plan, PlannedMeeting, Unmet
from matchmaker.events.conventions.planning import plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.stopping import Stop

SEEDS = range(24)


def drawn(seed: int) -> Problem | None:
    """Draw a small convention with some of every rule; nothing where it contradicts itself."""
    rng = random.Random(seed)
    people = [
        {
            "id": f"p{n}",
            "name": f"Personne {n}",
            "company": rng.choice([None, None, "A", "B"]),
            "unavailable": sorted(rng.sample(range(1, 5), rng.choice([0, 0, 1]))),
            "min": rng.choice([0, 0, 1]),
            "max": rng.choice([None, None, 2]),
            "table": 1 if n == 0 else None,
        }
        for n in range(6)
    ]
    pairs = [(a, b) for a in range(6) for b in range(a + 1, 6)]
    meetings = [
        {
            "id": f"p{a}~p{b}",
            "a": f"p{a}",
            "b": f"p{b}",
            "value": rng.choice([1.0, 2.0, 4.0]),
            "session": rng.choice([None, None, "matin"]),
            "mandatory": rng.choice([False, False, False, True]),
            "before": [],
        }
        for a, b in rng.sample(pairs, 8)
    ]
    meetings[0]["before"] = [meetings[1]["id"]]
    meetings[2]["session"], meetings[2]["fixed_slot"] = None, rng.choice([None, 2])
    apart = rng.sample(pairs, 1)[0]
    try:
        return Problem.model_validate_json(
            json.dumps(
                {
                    "slots": 4,
                    "tables": 2,
                    "sessions": [{"id": "matin", "slots": [1, 2]}],
                    "participants": people,
                    "meetings": meetings,
                    "apart": [{"a": f"p{apart[0]}", "b": f"p{apart[1]}", "why": "competitor"}],
                    "fairness": rng.choice([None, 1]),
                }
            )
        )
    except ValueError:
        return None


def planned(seed: int) -> tuple[Problem, Plan] | None:
    problem = drawn(seed)
    if problem is None:
        return None
    made = plan(problem, Stop(3.0, time.monotonic), seed, workers=1)
    return None if made.status == "infeasible" else (problem, made)


@pytest.fixture(scope="module")
def conventions() -> list[tuple[Problem, Plan]]:
    """Give planned conventions, enough of them that no rule goes untried."""
    found = [each for each in map(planned, SEEDS) if each is not None]
    assert len(found) >= 8
    return found


def judged(problem: Problem, held: dict) -> list[str]:
    """Let the checker judge meetings by id, with the figures counted here and reasons believed."""
    breaks = idle = 0
    for person in problem.participants:
        own = (m.id for m in problem.meetings if person.id in (m.a, m.b))
        slots = sorted(held[each].slot for each in own if each in held)
        gaps = [later - earlier - 1 for earlier, later in pairwise(slots)]
        breaks, idle = breaks + sum(gap > 0 for gap in gaps), idle + sum(map(max, gaps, [0] * 9))
    value = sum(meeting.value for meeting in problem.meetings if meeting.id in held)
    firms = {person.id: person.company for person in problem.participants}
    apart = {frozenset((pair.a, pair.b)): pair.why for pair in problem.apart}

    def why(meeting) -> str:
        pair = frozenset((meeting.a, meeting.b))
        if pair in apart:
            return apart[pair]
        same = firms[meeting.a] is not None and firms[meeting.a] == firms[meeting.b]
        return "same_group" if same else "outweighed"

    unmet = [Unmet(id=m.id, reason=why(m)) for m in problem.meetings if m.id not in held]
    return check(
        problem,
        Plan(
            status="feasible",
            objective=Figures(value=value, breaks=breaks, idle=idle),
            meetings=tuple(held.values()),
            unmet=tuple(unmet),
            seconds=0.0,
        ),
    )


def test_a_place_is_allowed_exactly_where_the_checker_finds_no_fault(conventions):
    allowed = refused = 0
    for problem, made in conventions:
        before = {each.id: each for each in made.meetings}
        for meeting, slot, table in product(problem.meetings, range(1, 5), range(1, 3)):
            moved = PlannedMeeting(id=meeting.id, slot=slot, table=table)
            faults = judged(problem, {**before, meeting.id: moved})
            clashes = Standing(problem, made, meeting).clashes(Place(slot, table))
            assert bool(clashes) == bool(faults), (meeting, slot, table, clashes, faults)
            if faults:
                refused += 1
                with pytest.raises(ClashError) as caught:
                    placed(problem, made, meeting, Place(slot, table), "fr")
                assert caught.value.clashes == clashes
                continue
            allowed += 1
            after = placed(problem, made, meeting, Place(slot, table), "fr")
            assert check(after.problem, after.plan) == []
            assert after.plan.status == "feasible"
            assert {m.id: (m.slot, m.table) for m in after.plan.meetings} == {
                **{m.id: (m.slot, m.table) for m in made.meetings},
                meeting.id: (slot, table),
            }
            assert all(each.text for each in after.plan.unmet)
    assert allowed >= 50
    assert refused >= 200


def test_a_meeting_leaves_exactly_where_the_checker_finds_no_fault(conventions):
    left = kept = 0
    for problem, made in conventions:
        for held in made.meetings:
            meeting = meeting_named(problem, str(held.id))
            rest = {each.id: each for each in made.meetings if each.id != held.id}
            faults = judged(problem, rest)
            if faults:
                kept += 1
                with pytest.raises(ClashError):
                    cancelled(problem, made, meeting, "fr")
                continue
            left += 1
            after = cancelled(problem, made, meeting, "fr").plan
            reasons = {each.id: each for each in after.unmet}
            assert reasons[held.id].reason == "by_hand"
            assert "Personne" in reasons[held.id].text
            assert check(problem, after) == []
    assert left >= 5
    assert kept >= 5


def test_two_meetings_change_places_exactly_where_the_checker_finds_no_fault(conventions):
    allowed = refused = 0
    for problem, made in conventions:
        held = {each.id: each for each in made.meetings}
        named = {each.id: each for each in problem.meetings}
        for one, two in combinations(made.meetings, 2):
            first = one.model_copy(update={"slot": two.slot, "table": two.table})
            second = two.model_copy(update={"slot": one.slot, "table": one.table})
            faults = judged(problem, {**held, one.id: first, two.id: second})
            if faults:
                refused += 1
                with pytest.raises(ClashError):
                    swapped(problem, made, named[one.id], named[two.id], "fr")
            else:
                allowed += 1
                after = swapped(problem, made, named[one.id], named[two.id], "fr").plan
                assert check(problem, after) == []
                assert {m.id: m for m in after.meetings} == {
                    **held,
                    one.id: first,
                    two.id: second,
                }
            offered = {each.id for each in swaps(problem, made, named[one.id])}
            assert (two.id in offered) == (not faults and one.slot != two.slot)
    assert allowed >= 5
    assert refused >= 20


def test_the_best_table_of_a_slot_is_free_and_the_one_that_changes_least(conventions):
    for problem, made in conventions:
        for meeting, slot in product(problem.meetings, range(1, 5)):
            standing = Standing(problem, made, meeting)
            free = [t for t in (1, 2) if not any(standing.table_clashes(Place(slot, t)))]
            table = standing.best_table(slot)
            assert (table in free) if free else table is None
            if table is None or standing.clashes(Place(slot, table)):
                continue
            changes = {
                t: placed(problem, made, meeting, Place(slot, t), "fr").plan.table_changes
                for t in free
            }
            assert changes[table] == min(changes.values())


def small() -> tuple[Problem, Plan]:
    """Give three people and two meetings, in slots 1 and 2, proven to be the best."""
    problem = Problem.model_validate_json(
        """{"slots": 3, "tables": 2,
            "participants": [{"id": "a", "name": "Anne"}, {"id": "b", "name": "Bea"},
                             {"id": "c", "name": "Carl"}],
            "meetings": [{"id": "a~b", "a": "a", "b": "b", "value": 2},
                         {"id": "b~c", "a": "b", "b": "c", "value": 1}]}"""
    )
    return problem, plan(problem, Stop(3.0, time.monotonic), 1, workers=1)


def test_bounds_stay_where_they_hold_and_go_where_they_do_not():
    problem, made = small()
    assert made.status == "optimal"
    assert (made.bound.value, made.bound.breaks, made.bound.idle) == (3, 0, 0)
    slots = {each.id: each.slot for each in made.meetings}
    free = ({1, 2, 3} - set(slots.values())).pop()
    moved = placed(problem, made, meeting_named(problem, "a~b"), Place(free, 1), "fr").plan
    assert moved.bound.value == 3
    assert moved.gap == 0
    out = cancelled(problem, made, meeting_named(problem, "a~b"), "fr").plan
    assert out.objective.value == 1
    assert out.bound.value == 3
    assert out.bound.breaks is None, "a bound among plans worth 3 says nothing of one worth 1"
    assert out.gap == pytest.approx(2 / 3)


def test_a_meeting_that_nobody_wished_is_added_and_worth_nothing():
    problem, made = small()
    grown, meeting = with_meeting(problem, "c", "a")
    assert (meeting.id, meeting.value, meeting.mandatory) == ("a~c", 0.0, False)
    spots = [
        Place(slot, table)
        for slot, table in product(range(1, 4), (1, 2))
        if not Standing(grown, made, meeting).clashes(Place(slot, table))
    ]
    after = placed(grown, made, meeting, spots[0], "fr")
    assert len(after.plan.meetings) == 3
    assert (after.plan.bound.value, after.plan.bound.breaks) == (3, None)
    assert check(after.problem, after.plan) == []
    again, known = with_meeting(after.problem, "a", "c")
    assert again is after.problem
    assert known.id == "a~c"


@pytest.mark.parametrize(("a", "b"), [("a", "a"), ("a", "x"), ("", "b")])
def test_two_participants_of_the_plan_are_needed(a, b):
    problem, _ = small()
    with pytest.raises(ProblemError, match="choose"):
        with_meeting(problem, a, b)


def test_an_unknown_place_or_meeting_is_refused():
    problem, made = small()
    meeting = meeting_named(problem, "a~b")
    for place in (Place(4, 1), Place(1, 3), Place(0, 1)):
        with pytest.raises(ClashError, match="unknown_place"):
            placed(problem, made, meeting, place, "fr")
    with pytest.raises(ProblemError, match="reload"):
        meeting_named(problem, "zz")
