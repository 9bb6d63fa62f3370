"""Round tables and peer groups changed by hand, every change held against their checkers."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from matchmaker.errors import ProblemError
from matchmaker.events import peer_groups
from matchmaker.events.documents import document_of
from matchmaker.events.peer_groups.adjusting import OUT, GroupClashError, groups_of, moved, tried
from matchmaker.events.peer_groups.checking import check as check_groups
from matchmaker.events.peer_groups.planning import plan as plan_groups
from matchmaker.events.peer_groups.problem import Problem as GroupProblem
from matchmaker.events.round_tables.adjusting import (
    SeatClashError,
    Seats,
    encounters_gained,
    seat_moved,
    seats_swapped,
)
from matchmaker.events.round_tables.checking import check as check_tables
from matchmaker.events.round_tables.plan import Plan as TablePlan
from matchmaker.events.round_tables.planning import plan as plan_tables
from matchmaker.events.round_tables.problem import Problem as TableProblem
from matchmaker.events.stopping import Stop


def stop(seconds: float = 2.0) -> Stop:
    return Stop(seconds, time.monotonic)


def evening(seed: int) -> tuple[TableProblem, TablePlan]:
    """Seat twelve people at four tables for two rounds, with colleagues and pairs apart."""
    rng = np.random.default_rng(seed)
    people = [
        {
            "id": f"p{n}",
            "department": "77" if n % 2 else "91",
            "company": "A" if n in (0, 1) else None,
            "group": "club" if n in (2, 3) else None,
        }
        for n in range(12)
    ]
    apart = rng.choice([f"p{n}" for n in range(4, 12)], 2, replace=False).tolist()
    problem = document_of(
        {
            "rounds": 2,
            "tables": 4,
            "seats_min": 3,
            "seats_max": 3,
            "participants": people,
            "apart": [{"a": apart[0], "b": apart[1]}],
            "repeats": "never" if seed % 2 else "avoid",
        },
        TableProblem,
        "test",
    )
    return problem, plan_tables(problem, stop(), seed, num_workers=1)


def with_seats_swapped(plan: TablePlan, number: int, one: str, two: str) -> TablePlan:
    """Exchange two ids in one round of the document, and nothing else."""
    tree = json.loads(plan.model_dump_json())
    swap = {one: two, two: one}
    for table in tree["rounds"][number - 1]["tables"]:
        table["participants"] = [swap.get(who, who) for who in table["participants"]]
    return TablePlan.model_validate_json(json.dumps(tree))


RULES = ("share a table", " meet ")
"""Words of the checker on who sits with whom; its other faults are of figures."""


@pytest.mark.parametrize("seed", range(4))
def test_seats_change_exactly_where_the_checker_finds_no_broken_rule(seed):
    problem, plan = evening(seed)
    assert plan.rounds, "the evening can be seated"
    allowed = refused = 0
    for number in (1, 2):
        for person in (f"p{n}" for n in range(12)):
            for other in Seats(problem, plan, number, person).others():
                bare = with_seats_swapped(plan, number, person, other)
                broken = [f for f in check_tables(problem, bare) if any(r in f for r in RULES)]
                if broken:
                    refused += 1
                    with pytest.raises(SeatClashError):
                        seats_swapped(problem, plan, number, person, other)
                    continue
                allowed += 1
                after = seats_swapped(problem, plan, number, person, other).plan
                assert check_tables(problem, after) == []
                assert sorted(map(_table, after.rounds[number - 1].tables)) == sorted(
                    map(_table, bare.rounds[number - 1].tables)
                )
    assert allowed + refused == 2 * 12 * 9
    assert refused
    assert allowed or seed % 2


def _table(table) -> tuple:
    return table.table, tuple(sorted(table.participants))


def test_nobody_changes_seats_with_a_neighbour_or_somebody_unknown():
    problem, plan = evening(0)
    neighbours = plan.rounds[0].tables[0].participants
    for other in (neighbours[1], "nobody"):
        with pytest.raises(ProblemError, match="no other table"):
            seats_swapped(problem, plan, 1, neighbours[0], other)
    with pytest.raises(ProblemError, match="no seat"):
        Seats(problem, plan, 9, "p0")


def roomy(seed: int, repeats: str) -> tuple[TableProblem, TablePlan]:
    """Seat thirteen people at three tables of three to six, for two rounds, with every rule."""
    rng = np.random.default_rng(seed)
    names = [f"p{n}" for n in range(13)]
    people = [
        {"id": who, "department": "77" if n % 2 else "91", "company": "A" if n < 2 else None}
        for n, who in enumerate(names)
    ]
    apart = [rng.choice(names[2:], 2, replace=False).tolist() for _ in range(3)]
    values = [
        {"a": a, "b": b, "value": round(float(rng.uniform()), 3)}
        for n, a in enumerate(names)
        for b in names[n + 1 :]
        if rng.uniform() < 0.4
    ]
    tree = {
        "rounds": 2,
        "tables": 3,
        "seats_min": 3,
        "seats_max": 6,
        "repeats": repeats,
        "participants": people,
        "apart": [{"a": a, "b": b} for a, b in apart],
        "values": values,
    }
    problem = document_of(tree, TableProblem, "test")
    return problem, plan_tables(problem, stop(1.0), seed, num_workers=1)


def with_one_moved(plan: TablePlan, number: int, who: str, table: int) -> TablePlan:
    """Write one id at another table of one round of the document, and nothing else."""
    tree = json.loads(plan.model_dump_json())
    for each in tree["rounds"][number - 1]["tables"]:
        each["participants"] = [other for other in each["participants"] if other != who]
        if each["table"] == table:
            each["participants"].append(who)
    return TablePlan.model_validate_json(json.dumps(tree))


SIZES = "has not between"
"""Words of the checker on tables that are too full or too empty."""


@pytest.mark.parametrize(("seed", "repeats"), [(0, "avoid"), (1, "avoid"), (2, "never")])
def test_one_person_moves_exactly_where_the_checker_finds_no_broken_rule(seed, repeats):
    # Thirteen people at three tables would meet again: where they never may, all tables are full.
    problem, plan = evening(1) if repeats == "never" else roomy(seed, repeats)
    assert plan.rounds
    allowed = refused = uneven = 0
    free = problem.model_copy(update={"even": False})
    for number in (1, 2):
        for each in problem.participants:
            seats = Seats(problem, plan, number, each.id)
            for table in seats.other_tables():
                bare = with_one_moved(plan, number, each.id, table)
                faults = check_tables(free, bare)
                if any(word in fault for fault in faults for word in (*RULES, SIZES)):
                    refused += 1
                    with pytest.raises(SeatClashError):
                        seat_moved(problem, plan, number, each.id, table)
                    continue
                allowed += 1
                after = seat_moved(problem, plan, number, each.id, table)
                assert check_tables(after.problem, after.plan) == []
                assert [sorted(map(_table, held.tables)) for held in after.plan.rounds] == [
                    sorted(map(_table, held.tables)) for held in bare.rounds
                ]
                gained = encounters_gained(problem, plan, number, {each.id: table})
                assert after.plan.figures.encounters - plan.figures.encounters == gained
                sizes = {len(t.participants) for t in after.plan.rounds[number - 1].tables}
                assert after.problem.even == (max(sizes) - min(sizes) <= 1)
                uneven += not after.problem.even
    assert refused
    assert repeats == "never" or (allowed > 10 and uneven)


def test_an_uneven_evening_is_changed_further_and_its_bound_holds():
    problem, plan = roomy(0, "avoid")
    changes = 0
    for number in (1, 2):
        for _ in range(2):
            problem, plan, moved = towards_the_fullest(problem, plan, number)
            changes += moved
        seats = Seats(problem, plan, number, plan.rounds[number - 1].tables[0].participants[0])
        other = next((who for who in seats.others() if not seats.clashes(who)), None)
        if other is not None:
            after = seats_swapped(problem, plan, number, seats.person, other)
            problem, plan = after.problem, after.plan
        assert check_tables(problem, plan) == []
        assert plan.objective <= plan.bound
    assert changes
    assert not problem.even


def towards_the_fullest(
    problem: TableProblem, plan: TablePlan, number: int
) -> tuple[TableProblem, TablePlan, bool]:
    """Move somebody of a small table to a larger one, so that sizes differ by more than one."""
    for each in problem.participants:
        seats = Seats(problem, plan, number, each.id)
        here = len(seats.tables[seats.table_of[each.id]])
        for table in seats.other_tables():
            larger = len(seats.tables[table]) + 1 - (here - 1) > 1
            if larger and not seats.move_clashes(table):
                after = seat_moved(problem, plan, number, each.id, table)
                return after.problem, after.plan, True
    return problem, plan, False


def test_nobody_moves_to_a_table_that_is_not_there():
    problem, plan = roomy(0, "avoid")
    person = plan.rounds[0].tables[0].participants[0]
    for table in (1, 9, 0):
        with pytest.raises(ProblemError, match="no other table"):
            seat_moved(problem, plan, 1, person, table)


def cohort(seed: int, *, places: bool) -> tuple[GroupProblem, peer_groups.Plan] | None:
    """Group eight leaders and three mentors around a square of 20 km, with some of every rule."""
    rng = np.random.default_rng(seed)

    def at() -> dict:
        return {"x_km": float(rng.uniform(0, 20)), "y_km": float(rng.uniform(0, 20))}

    leaders = [
        {
            "id": f"L{n}",
            "department": "77" if n % 2 else "91",
            "size": int(rng.integers(1, 80)),
            "maturity": int(rng.integers(0, 25)),
            "themes": [str(rng.choice(["export", "energy"]))],
            "company": "A" if n in (0, 1) else None,
            **at(),
        }
        for n in range(8)
    ]
    mentors = [{"id": f"M{n}", "department": "77", "themes": [], **at()} for n in range(3)]
    problem = document_of(
        {
            "leaders": leaders,
            "mentors": mentors,
            "groups": 2,
            "size_min": 3,
            "size_max": 5,
            "mentors_min": 1,
            "mentors_max": 2,
            "department_min": 1,
            "apart": [{"a": "L2", "b": "L3"}],
            "together": [{"a": "L4", "b": "L5"}],
            "fixed": [{"member": "L6", "group": 1}],
            "may_leave_out": bool(seed % 2),
            "travel_max_minutes": 45,
            "places": [{"id": "P", "groups": 2, **at()}] if places else [],
        },
        GroupProblem,
        "test",
    )
    made = plan_groups(problem, stop(1.5), seed, workers=1)
    return (problem, made) if made.groups else None


@pytest.mark.parametrize("places", [False, True])
def test_every_change_of_groups_is_right_or_refused_with_a_reason(places):
    allowed = refused = 0
    for found in (cohort(seed, places=places) for seed in range(4)):
        if found is None:
            continue
        problem, plan = found
        group = groups_of(plan)
        for person, here in group.items():
            changes = [(number, None) for number in {OUT, 1, 2} - {here}]
            changes += [(there, other) for other, there in group.items() if there != here]
            for number, other in changes:
                after, clashes = tried(problem, plan, person, number, other)
                assert groups_of(after) == _expected(group, person, number, other)
                assert all(clash.code != "other" for clash in clashes)
                if clashes:
                    refused += 1
                    assert check_groups(problem, after)
                    with pytest.raises(GroupClashError):
                        moved(problem, plan, person, number, other)
                else:
                    allowed += 1
                    assert check_groups(problem, after) == []
    assert allowed >= 5
    assert refused >= 50


def _expected(group: dict, person: str, number: int, other: str | None) -> dict:
    after = {**group, person: number}
    return after if other is None else {**after, other: group[person]}


@pytest.mark.parametrize(
    ("person", "number", "other"), [("X", 1, None), ("L6", 9, None), ("L6", 1, None)]
)
def test_unknown_people_and_groups_are_refused(person, number, other):
    found = next(filter(None, (cohort(seed, places=False) for seed in range(4))))
    with pytest.raises(ProblemError, match="reload"):
        moved(*found, person, number, other)
