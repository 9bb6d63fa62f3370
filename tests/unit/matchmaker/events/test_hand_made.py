"""Meetings taken out by hand: held against the planner, the repair and the checker."""

from __future__ import annotations

import random
import time

import pytest
from preparing_samples import event, person, scores, wish

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.adjusting import allowed, cancelled, meeting_named, placed
from matchmaker.events.conventions.changes import Changes
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.clashing import ClashError, Place, Standing
from matchmaker.events.conventions.hand_made import kept_out, lifted, pair_of, pairs_met, pairs_out
from matchmaker.events.conventions.planning import plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.conventions.repair import repair
from matchmaker.events.documents import document_of
from matchmaker.events.preparing.conventions import convention_problem
from matchmaker.events.stopping import Stop

AB = pair_of("a", "b")


def stop(seconds: float = 3.0) -> Stop:
    return Stop(seconds, time.monotonic)


def small(**more) -> Problem:
    """Let four people meet in four slots at two tables, everybody with everybody."""
    names = "abcd"
    meetings = [
        {"id": f"{x}~{y}", "a": x, "b": y, "value": 2.0, "mandatory": False}
        for x in names
        for y in names
        if x < y
    ]
    tree = {
        "slots": 4,
        "tables": 2,
        "participants": [{"id": each, "name": each.upper()} for each in names],
        "meetings": meetings,
        **more,
    }
    return document_of(tree, Problem, "test")


@pytest.fixture(scope="module")
def taken_out():
    problem = small()
    made = plan(problem, stop(), 1, workers=1)
    assert AB in pairs_met(problem, made)
    return cancelled(problem, made, meeting_named(problem, "a~b"), "fr")


def test_taking_out_keeps_the_two_apart_and_the_checker_agrees(taken_out):
    assert pairs_out(taken_out.problem) == {AB}
    assert check(taken_out.problem, taken_out.plan) == []
    assert {each.id: each.reason for each in taken_out.plan.unmet}["a~b"] == "by_hand"
    with_it = next(
        slot
        for slot in range(1, 5)
        for table in (1, 2)
        if not [
            clash
            for clash in Standing(
                taken_out.problem, taken_out.plan, meeting_named(taken_out.problem, "a~b")
            ).clashes(Place(slot, table))
            if clash.code != "by_hand"
        ]
    )
    with pytest.raises(ClashError, match="by_hand"):
        placed(
            taken_out.problem,
            taken_out.plan,
            meeting_named(taken_out.problem, "a~b"),
            Place(with_it, 1),
            "fr",
        )


def test_a_new_plan_leaves_it_out_although_there_is_room(taken_out):
    again = plan(taken_out.problem, stop(), 2, workers=1)
    assert AB not in pairs_met(taken_out.problem, again)
    assert len(again.meetings) == 5


@pytest.mark.parametrize("first", [1, 2, 3])
@pytest.mark.parametrize("absent", ["c", "d"])
def test_a_repair_leaves_it_out_although_both_are_free(taken_out, first, absent):
    changes = Changes(from_slot=first, absent=(absent,))
    mended = repair(taken_out.problem, taken_out.plan, changes, stop(), 1)
    assert AB not in pairs_met(mended.problem, mended.plan)
    free = lifted(taken_out.problem, taken_out.plan, "a", "b")
    with_it = repair(free.problem, free.plan, changes, stop(), 1)
    assert AB in pairs_met(with_it.problem, with_it.plan), "the day would have put it back"


def test_allowing_again_leaves_a_bound_that_no_plan_beats(taken_out):
    after = allowed(taken_out.problem, taken_out.plan, "b", "a", "fr")
    assert pairs_out(after.problem) == frozenset()
    assert check(after.problem, after.plan) == []
    assert after.plan.meetings == taken_out.plan.meetings
    assert {each.id: each.reason for each in after.plan.unmet}["a~b"] != "by_hand"
    best = plan(after.problem, stop(), 1, workers=1)
    assert best.status == "optimal"
    assert after.plan.bound.value >= best.objective.value == 12
    with pytest.raises(ProblemError, match="not kept apart by hand"):
        allowed(after.problem, after.plan, "a", "b", "fr")


def test_a_bound_goes_where_the_pair_may_be_needed():
    problem = kept_out(small(participants=[{"id": x, "min": 1} for x in "abcd"]), [AB])
    made = plan(problem, stop(), 1, workers=1)
    assert made.bound.value is not None
    assert lifted(problem, made, "a", "b").plan.bound.value is None


def test_no_rule_is_said_twice_and_strangers_are_left_out():
    refused = [{"a": "b", "b": "a", "why": "refused"}]
    problem = small(apart=refused)
    assert kept_out(problem, [AB]) is problem
    assert kept_out(problem, [pair_of("a", "zz")]) is problem
    house = small(participants=[{"id": x, "company": "A" if x in "ab" else None} for x in "abcd"])
    assert kept_out(house, [AB]) is house


def test_what_both_must_have_is_not_forced_back():
    people = [person(1), person(2), person(3)]
    said = [wish(1, 2, "must"), wish(2, 1, "must"), wish(1, 3, "yes")]
    out = [frozenset(("p1", "p2"))]
    problem = convention_problem(event(), people, said, scores(3, {}), out)
    by_id = {each.id: each for each in problem.meetings}
    assert not problem.is_mandatory(by_id["p1~p2"])
    assert [(each.a, each.b, each.why) for each in problem.apart] == [("p1", "p2", "by_hand")]
    free = convention_problem(event(), people, said, scores(3, {}))
    assert free.is_mandatory({each.id: each for each in free.meetings}["p1~p2"])


def test_a_pair_out_is_no_proposal_and_takes_nobodys_place():
    people = [person(n, department="77" if n % 2 else "91") for n in (1, 2, 3, 4)]
    mutual = {(1, 2): 0.9, (1, 4): 0.5, (3, 2): 0.4, (3, 4): 0.3}
    one = event(best_partners=1)
    free = convention_problem(one, people, [], scores(4, mutual))
    assert "p1~p2" in {each.id for each in free.meetings}
    out = convention_problem(one, people, [], scores(4, mutual), [frozenset(("p1", "p2"))])
    ids = {each.id for each in out.meetings}
    assert "p1~p2" not in ids
    assert "p1~p4" in ids


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_taken_out_stays_out_of_plan_and_repair(seed):
    """Take meetings of random conventions out, plan and mend; the checker reads the result."""
    rng = random.Random(seed)
    names = [f"p{n}" for n in range(6)]
    meetings = [
        {"id": f"{a}~{b}", "a": a, "b": b, "value": rng.choice([1.0, 2.0, 4.0])}
        for n, a in enumerate(names)
        for b in names[n + 1 :]
        if rng.random() < 0.7
    ]
    tree = {
        "slots": 4,
        "tables": rng.choice([2, 3]),
        "participants": [{"id": each} for each in names],
        "meetings": meetings,
    }
    problem = document_of(tree, Problem, "test")
    made = plan(problem, stop(), seed, workers=1)
    gone = set()
    for held in rng.sample(made.meetings, 2):
        after = cancelled(problem, made, meeting_named(problem, str(held.id)), "fr")
        problem, made = after.problem, after.plan
        gone.add(frozenset(str(held.id).split("~")))
    assert pairs_out(problem) == gone
    again = plan(problem, stop(), seed, workers=1)
    assert not gone & pairs_met(problem, again)
    changes = Changes(from_slot=rng.choice([1, 2, 3]), absent=(rng.choice(names),))
    mended = repair(problem, made, changes, stop(), seed)
    assert not gone & pairs_met(mended.problem, mended.plan)
    assert check(mended.problem, mended.plan) == []
