"""Peer groups mended when members fall out, held against the checker and against every move."""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest

from matchmaker.errors import ProblemError
from matchmaker.events.documents import document_of
from matchmaker.events.peer_groups.adjusting import groups_of, written
from matchmaker.events.peer_groups.changes import Changes
from matchmaker.events.peer_groups.checking import check
from matchmaker.events.peer_groups.plan import Plan
from matchmaker.events.peer_groups.planning import plan
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.peer_groups.repair import EmptyGroupError, repair, without
from matchmaker.events.stopping import Stop


def stop(seconds: float = 4.0) -> Stop:
    return Stop(seconds, time.monotonic)


def cohort(seed: int, leaders: int = 17, groups: int = 3, **more) -> tuple[Problem, Plan]:
    """Group leaders of two departments around a square of 30 km."""
    rng = np.random.default_rng(seed)

    def at() -> dict:
        return {"x_km": float(rng.uniform(0, 30)), "y_km": float(rng.uniform(0, 30))}

    tree = {
        "leaders": [
            {
                "id": f"L{n}",
                "department": "77" if n % 2 else "91",
                "size": int(rng.integers(1, 80)),
                "maturity": int(rng.integers(0, 25)),
                "themes": [str(rng.choice(["export", "energy", "people"]))],
                "company": "A" if n < 2 else None,
                **at(),
            }
            for n in range(leaders)
        ],
        "mentors": [{"id": f"M{n}", "department": "77", "themes": [], **at()} for n in range(4)],
        "groups": groups,
        "size_min": 5,
        "size_max": 8,
        "mentors_min": 1,
        "mentors_max": 2,
        "department_min": 1,
        "apart": [{"a": "L3", "b": "L4"}],
        **more,
    }
    problem = document_of(tree, Problem, "test")
    found = plan(problem, stop(2.0), seed, workers=1)
    assert found.groups
    return problem, found


def missing_in(problem: Problem, made: Plan) -> int:
    """Count who is missing or too many, from the documents alone."""
    total = 0
    for each in made.groups:
        total += max(problem.size_min - len(each.leaders), len(each.leaders) - problem.size_max, 0)
        mentors = len(each.mentors)
        total += max(problem.mentors_min - mentors, mentors - problem.mentors_max, 0)
        total += sum(max(problem.department_min - n, 0) for n in each.departments.values())
    return total


def breaks_a_pair(problem: Problem, group: dict[str, int]) -> bool:
    people = {each.id: each.company for each in (*problem.leaders, *problem.mentors)}
    pairs = [(each.a, each.b) for each in problem.apart]
    pairs += [
        (a, b) for a, b in product(people, people) if a < b and people[a] and people[a] == people[b]
    ]
    return any(group[a] == group[b] != 0 for a, b in pairs)


@pytest.mark.parametrize("seed", range(6))
def test_one_missing_leader_is_made_up_for_by_the_best_single_move(seed):
    problem, made = cohort(seed)
    small = min(made.groups, key=lambda each: len(each.leaders))
    assert len(small.leaders) == 5
    gone = next(each.id for each in small.leaders if each.id != small.meets_at)
    after = repair(problem, made, Changes(absent=(gone,)), stop())
    assert check(after.problem, after.plan) == []
    left = without(problem, made, Changes(absent=(gone,)))
    before = {who: number for who, number in groups_of(made).items() if who != gone}
    tries = []
    for who, number in product(before, [each.number for each in made.groups]):
        group = {**before, who: number}
        tried = written(left, made, group)
        if before[who] == number or breaks_a_pair(left, group) or missing_in(left, tried):
            continue
        if tried.left_out:
            continue
        tries.append((tried.objective.total, who, number))
    assert tries, "some move mends it"
    assert len(after.moved) == 1
    (move,) = after.moved
    assert after.plan.objective.total == min(tries)[0]
    assert move.new == small.number
    assert move.old == before[move.member]
    assert after.short == ()
    assert after.problem.size_min == 5


@pytest.mark.parametrize("seed", range(3))
def test_a_group_that_stays_large_enough_changes_nobody(seed):
    problem, made = cohort(seed)
    large = max(made.groups, key=lambda each: len(each.leaders))
    gone = next(
        each.id
        for each in large.leaders
        if each.id != large.meets_at
        and large.departments["77" if int(each.id[1:]) % 2 else "91"] > 1
    )
    after = repair(problem, made, Changes(absent=(gone,)), stop())
    assert (after.moved, after.hosts, after.short) == ((), (), ())
    assert check(after.problem, after.plan) == []
    assert gone not in groups_of(after.plan)


def test_a_host_who_falls_out_leaves_a_new_place_and_everybody_is_told():
    problem, made = cohort(1)
    large = max(made.groups, key=lambda each: len(each.leaders))
    after = repair(problem, made, Changes(absent=(large.meets_at,)), stop())
    assert check(after.problem, after.plan) == []
    assert large.number in {each.group for each in after.hosts}
    place = next(each.meets_at for each in after.plan.groups if each.number == large.number)
    assert place in {
        m.id
        for g in after.plan.groups
        if g.number == large.number
        for m in (*g.leaders, *g.mentors)
    }


def test_what_nobody_can_make_up_for_is_said_and_no_more_is_asked():
    problem, made = cohort(2, leaders=15)
    assert {len(each.leaders) for each in made.groups} == {5}
    gone = made.groups[0].leaders[-1].id
    if gone == made.groups[0].meets_at:
        gone = made.groups[0].leaders[0].id
    after = repair(problem, made, Changes(absent=(gone,)), stop())
    assert after.moved == ()
    assert [each.code for each in after.short] == ["size"]
    assert after.short[0].values["number"] == 1
    assert after.problem.size_min == 4
    assert check(after.problem, after.plan) == []


def test_a_mentor_of_a_group_that_has_two_steps_in():
    problem, made = cohort(4)
    lonely = next(each for each in made.groups if len(each.mentors) == 1)
    gone = (lonely.mentors[0].id,)
    after = repair(problem, made, Changes(absent=gone), stop())
    assert check(after.problem, after.plan) == []
    assert missing_in(problem, after.plan) == 0
    assert all(move.member.startswith("M") for move in after.moved)


def test_nonsense_and_an_empty_group_are_refused():
    problem, made = cohort(0)
    with pytest.raises(ProblemError, match="neither leader nor mentor"):
        repair(problem, made, Changes(absent=("zz",)), stop())
    everybody = tuple(each.id for each in made.groups[1].leaders)
    with pytest.raises(EmptyGroupError, match="nobody left"):
        repair(problem, made, Changes(absent=everybody), stop())
