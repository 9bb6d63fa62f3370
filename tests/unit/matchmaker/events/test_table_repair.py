"""Tables mended during the evening, held against trying everything and against the checker."""

from __future__ import annotations

import random
import time
from itertools import combinations, product

import pytest

from matchmaker.errors import ProblemError
from matchmaker.events.documents import document_of
from matchmaker.events.round_tables import filling
from matchmaker.events.round_tables.changes import Changes, Late
from matchmaker.events.round_tables.checking import check
from matchmaker.events.round_tables.filling import EXTRA_SEATS
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.planning import plan as plan_tables
from matchmaker.events.round_tables.problem import Participant, Problem, Value
from matchmaker.events.round_tables.repair import NoSeatsError, repair
from matchmaker.events.stopping import Stop


def stop(seconds: float = 2.0) -> Stop:
    return Stop(seconds, time.monotonic)


def evening(seed: int, people: int = 9, **more) -> tuple[Problem, Plan]:
    """Seat some people at three tables of three to five for three rounds, with every rule."""
    rng = random.Random(seed)
    names = [f"p{n}" for n in range(people)]
    tree = {
        "rounds": 3,
        "tables": 3,
        "seats_min": 3,
        "seats_max": 5,
        "repeats": rng.choice(["never", "avoid"]) if people == 9 else "avoid",
        "participants": [
            {
                "id": who,
                "department": "77" if n % 2 else "91",
                "company": "A" if n in (0, 1) else None,
            }
            for n, who in enumerate(names)
        ],
        "apart": [dict(zip("ab", rng.sample(names[2:], 2), strict=True))],
        **more,
    }
    problem = document_of(tree, Problem, "test")
    found = plan_tables(problem, stop(1.5), seed, num_workers=1)
    if not found.rounds:
        problem = problem.model_copy(update={"repeats": "avoid"})
        found = plan_tables(problem, stop(1.5), seed, num_workers=1)
    return problem, found


def rows_of(plan: Plan) -> list[dict[str, int]]:
    """Table of everybody, round by round."""
    return [
        {who: table.table for table in held.tables for who in table.participants}
        for held in plan.rounds
    ]


def met_in(rows: list[dict[str, int]], but: int) -> set[frozenset[str]]:
    return {
        frozenset(pair)
        for number, row in enumerate(rows)
        if number != but
        for pair in combinations(row, 2)
        if row[pair[0]] == row[pair[1]]
    }


def best_of(problem: Problem, before: dict[str, int], there: list[str], met, low: int):
    """Try every seating of a round: the fewest changed seats, then the fewest new repeats."""
    apart = {frozenset((each.a, each.b)) for each in problem.apart}
    company = {each.id: each.company for each in problem.participants}
    found = []
    for tables in product(range(1, problem.tables + 1), repeat=len(there)):
        row = dict(zip(there, tables, strict=True))
        sizes = [tables.count(table) for table in set(tables)]
        if min(sizes) < low or max(sizes) > problem.seats_max:
            continue
        pairs = [frozenset(p) for p in combinations(there, 2) if row[p[0]] == row[p[1]]]
        if any(
            pair in apart
            or len({company[who] for who in pair} - {None}) == 1
            and None not in {company[who] for who in pair}
            for pair in pairs
        ):
            continue
        moved = sum(who in before and before[who] != row[who] for who in there)
        again = sum(pair in met and len({before.get(who) for who in pair}) > 1 for pair in pairs)
        found.append((moved, again))
    if not found:
        return None
    fewest = min(moved for moved, _ in found)
    within = [(again, moved) for moved, again in found if moved <= fewest + EXTRA_SEATS]
    return min(within)


@pytest.mark.parametrize("seed", range(14))
def test_the_fewest_seats_change_and_nobody_meets_twice_where_that_can_be(seed):
    rng = random.Random(seed)
    problem, made = evening(seed)
    gone = rng.sample([each.id for each in problem.participants], rng.choice([1, 1, 2]))
    first = rng.choice([1, 2, 3])
    after = repair(problem, made, Changes(from_round=first, absent=tuple(gone)), stop(), seed)
    assert check(after.problem, after.plan) == []
    before, rows = rows_of(made), rows_of(after.plan)
    low = after.problem.seats_min
    assert low == 3
    for number in range(3):
        planned = dict(before[number])
        if number + 1 < first:
            assert rows[number] == planned, "the past is another country"
            continue
        there = [who for who in planned if who not in gone]
        assert set(rows[number]) == set(there)
        planned = {who: planned[who] for who in there}
        sizes = [list(planned.values()).count(t) for t in set(planned.values())]
        moved = sum(rows[number][who] != planned[who] for who in there)
        if min(sizes) >= low:
            assert moved == 0, "a round that is large enough stays"
            continue
        # Rounds are filled in their order: what is not filled yet counts as it was planned.
        rest = [
            {who: t for who, t in row.items() if who not in gone or k + 1 < first}
            for k, row in enumerate(rows[: number + 1] + before[number + 1 :])
        ]
        met = met_in(rest, number)
        again = sum(
            frozenset(pair) in met and planned[pair[0]] != planned[pair[1]]
            for pair in combinations(there, 2)
            if rows[number][pair[0]] == rows[number][pair[1]]
        )
        assert (again, moved) == best_of(problem, planned, there, met, low)
    told = {(each.participant, each.round): (each.old, each.new) for each in after.moved}
    assert told == {
        (who, number + 1): (before[number][who], rows[number][who])
        for number in range(3)
        for who in rows[number]
        if rows[number][who] != before[number][who]
    }
    twice = {
        pair
        for number in range(3)
        for pair in met_in(rows, -1) & met_in([rows[number]], -1) & met_in(rows, number)
    }
    assert {frozenset((each.a, each.b)) for each in after.repeated} <= twice
    if problem.repeats == "never":
        assert {frozenset((each.a, each.b)) for each in after.repeated} == twice


@pytest.mark.parametrize("seed", range(4))
def test_a_large_enough_evening_keeps_every_seat(seed):
    problem, made = evening(seed, people=15)
    gone = made.rounds[0].tables[0].participants[:1]
    after = repair(problem, made, Changes(from_round=1, absent=gone), stop(), 1)
    assert (after.moved, after.repeated, after.seats_min) == ((), (), None)
    assert check(after.problem, after.plan) == []
    left = [{who: t for who, t in row.items() if who not in gone} for row in rows_of(made)]
    assert rows_of(after.plan) == left


def test_the_same_seed_mends_in_the_same_way_and_twice_is_once():
    problem, made = evening(3)
    changes = Changes(from_round=2, absent=(problem.participants[4].id,))
    after = repair(problem, made, changes, stop(), 1)
    assert repair(problem, made, changes, stop(), 1).moved == after.moved
    again = repair(after.problem, after.plan, changes, stop(), 1)
    assert again.moved == ()
    assert rows_of(again.plan) == rows_of(after.plan)
    assert check(again.problem, again.plan) == []


def test_once_much_work_is_done_no_round_is_filled_twice(monkeypatch):
    problem, made = evening(3, seats_max=4, repeats="avoid")
    gone = made.rounds[0].tables[0].participants[:1]
    changes, rounds = Changes(from_round=1, absent=gone), []
    once = filling._Filling.solved

    def counted(self, seed, effort):
        rounds.append(self.room)
        found = once(self, seed, effort)
        assert effort.spent > 0
        return found

    monkeypatch.setattr(filling._Filling, "solved", counted)
    repair(problem, made, changes, stop(), 1)
    assert len(rounds) > len(set(map(id, rounds))), "fewer second encounters are sought"
    rounds.clear()
    monkeypatch.setattr(filling, "MOST_WORK", 0.0)
    quick = repair(problem, made, changes, stop(), 1)
    assert rounds
    assert len(rounds) == len(set(map(id, rounds)))
    assert check(quick.problem, quick.plan) == []


def test_who_is_late_or_back_has_a_seat_from_then_on():
    problem, made = evening(5)
    who = problem.participants[6].id
    late = Changes(from_round=1, late=(Late(id=who, from_round=3),))
    after = repair(problem, made, late, stop(), 1)
    assert [who in row for row in rows_of(after.plan)] == [False, False, True]
    assert check(after.problem, after.plan) == []
    gone = repair(problem, made, Changes(from_round=2, absent=(who,)), stop(), 1)
    assert [who in row for row in rows_of(gone.plan)] == [True, False, False]
    back = repair(gone.problem, gone.plan, Changes(from_round=3, back=(who,)), stop(), 1)
    assert [who in row for row in rows_of(back.plan)] == [True, False, True]
    assert (who, None) in {(each.participant, each.old) for each in back.moved}
    assert check(back.problem, back.plan) == []


def test_somebody_walks_in_and_rules_hold_for_them():
    problem, made = evening(7)
    rival = problem.participants[3].id
    new = Participant(id="new", department="91", arrives=2)
    apart = [{"a": "new", "b": rival, "why": "competitor"}]
    changes = document_of(
        {"from_round": 2, "walk_ins": [new.model_dump(mode="json")], "apart": apart},
        Changes,
        "test",
    )
    after = repair(problem, made, changes, stop(), 1)
    rows = rows_of(after.plan)
    assert ["new" in row for row in rows] == [False, True, True]
    assert all(row["new"] != row[rival] for row in rows[1:])
    assert check(after.problem, after.plan) == []


def test_a_walk_in_takes_the_seat_of_a_no_show():
    """Tables keep their sizes, but fewer people are there in both rounds, who meet twice."""
    tree = {
        "rounds": 2,
        "tables": 2,
        "seats_min": 4,
        "seats_max": 4,
        "repeats": "avoid",
        "participants": [{"id": f"p{n}", "department": "77"} for n in range(8)],
    }
    problem = document_of(tree, Problem, "test")
    made = plan_tables(problem, stop(), 1, num_workers=1)
    assert (made.figures.repeated, made.repeated_bound) == (4, 4)
    new = Participant(id="new", department="91", arrives=2)
    worth = tuple(Value(a="new", b=f"p{n}", value=6.0) for n in range(1, 8))
    changes = Changes(from_round=2, absent=("p0",), walk_ins=(new,), values=worth)
    after = repair(problem, made, changes, stop(), 1)
    sizes = [len(table.participants) for held in after.plan.rounds for table in held.tables]
    assert sizes == [4, 4, 4, 4]
    assert (after.plan.figures.repeated, after.plan.repeated_bound) == (3, 3)
    assert made.bound < after.plan.objective <= after.plan.bound
    assert check(after.problem, after.plan) == []


def test_fewer_people_than_a_table_holds_sit_at_one_table():
    problem, made = evening(0)
    keep = {"p2", "p5"}
    apart = {frozenset((each.a, each.b)) for each in problem.apart}
    keep = keep if frozenset(keep) not in apart else {"p2", "p6"}
    gone = tuple(each.id for each in problem.participants if each.id not in keep)
    after = repair(problem, made, Changes(from_round=2, absent=gone), stop(), 1)
    assert after.seats_min == 2
    assert all(len(set(row.values())) == 1 and set(row) == keep for row in rows_of(after.plan)[1:])
    assert check(after.problem, after.plan) == []
    all_gone = tuple(each.id for each in problem.participants)
    empty = repair(problem, made, Changes(from_round=2, absent=all_gone), stop(), 1)
    assert [len(row) for row in rows_of(empty.plan)] == [9, 0, 0]
    assert check(empty.problem, empty.plan) == []


def test_what_cannot_be_seated_is_said():
    problem, made = evening(0)
    colleagues = {"p0", "p1"}
    gone = tuple(each.id for each in problem.participants if each.id not in colleagues)
    with pytest.raises(NoSeatsError, match="round 2"):
        repair(problem, made, Changes(from_round=2, absent=gone), stop(), 1)
    for changes in (
        Changes(from_round=4),
        Changes(from_round=1, absent=("zz",)),
        Changes(from_round=1, late=(Late(id="zz", from_round=2),)),
    ):
        with pytest.raises(ProblemError):
            repair(problem, made, changes, stop(), 1)


def test_the_checker_sees_uneven_tables_that_the_problem_does_not_allow():
    problem, made = evening(1)
    after = repair(problem, made, Changes(from_round=1, absent=("p4",)), stop(), 1)
    strict = after.problem.model_copy(update={"even": True, "tables": 3, "seats_min": 2})
    if not after.problem.even:
        assert check(strict, after.plan)
    crowded = after.plan.model_dump()
    crowded["rounds"][0]["tables"][0]["table"] = 9
    assert any("tables of" in fault for fault in check(after.problem, Plan(**crowded)))


def test_people_who_cannot_fill_the_tables_are_seen_without_a_solver(monkeypatch):
    problem, made = evening(1, people=12, tables=3, seats_min=4, seats_max=4)
    sizes = []
    asked = filling._Filling.__init__

    def seen(self, room, choices):
        sizes.append(room.size)
        asked(self, room, choices)

    monkeypatch.setattr(filling._Filling, "__init__", seen)
    gone = problem.participants[5].id
    after = repair(problem, made, Changes(from_round=1, absent=(gone,)), stop(), 1)
    assert check(after.problem, after.plan) == []
    assert after.seats_min == 3
    assert (4, 4) not in sizes, "eleven people never fill tables of four"
