"""Seats that are not the planner's, written as a plan: changed by hand, or mended on the day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.events.round_tables.bounds import fewest_repeats, objective_bound
from matchmaker.events.round_tables.evening import ABSENT, Counts, Evening, evening_of
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.planning import plan_of
from matchmaker.events.round_tables.problem import Problem
from matchmaker.events.stopping import Stop


@dataclass(frozen=True)
class Reseated:
    """A changed plan and the problem that it answers."""

    problem: Problem
    plan: Plan


def seats_of(problem: Problem, plan: Plan) -> Counts:
    """Table of each participant from 0, `ABSENT` where they have no seat; shape (rounds, n)."""
    rows = {each.id: row for row, each in enumerate(problem.participants)}
    seats: Counts = np.full((problem.rounds, len(rows)), ABSENT, np.int64)
    for held in plan.rounds:
        for table in held.tables:
            for who in table.participants:
                seats[held.round - 1, rows[who]] = table.table - 1
    return seats


def reseated(
    problem: Problem, plan: Plan, seats: Counts, stop: Stop, *, same_evening: bool = True
) -> Reseated:
    """Write seats as a plan with every figure anew.

    Where the tables are not those that a planner fills, the problem says so (`even`). Bounds hold
    as before where every round has the people that it had, at tables of the sizes that it had; else
    they are those of evenings with tables of the new ones.

    Parameters
    ----------
    problem, plan
        The problem that the seats answer, and the plan that they change.
    seats
        Table of each participant from 0; shape (rounds, n).
    stop
        Time for new bounds.
    same_evening
        Whether the plan answers this very problem; if not, its bounds say nothing of it.
    """
    asked = evening_of(problem)
    seated = replace(asked, sizes=tuple(_sizes(row) for row in seats))
    even = all(
        here and _filled(here) == sorted(wanted) and here == tuple(filter(None, here))
        for here, wanted in zip(seated.sizes, asked.sizes, strict=True)
    )
    if not even and (problem.even or problem.tables is None):
        room = problem.tables or max(map(len, asked.sizes))
        tables = max(room, *map(len, seated.sizes))
        problem = problem.model_copy(update={"even": False, "tables": tables})
    known = same_evening and plan.bound is not None
    same = known and _alike(seats_of(problem, plan), seats)
    bounds = (plan.repeated_bound or 0, plan.bound or 0.0) if same else _bounds(seated, stop)
    return Reseated(problem, plan_of(problem, seated, seats, bounds, plan.seconds))


def _alike(before: Counts, after: Counts) -> bool:
    """Whether every round has the same people, at tables of the same sizes."""
    return bool(((before == ABSENT) == (after == ABSENT)).all()) and all(
        _filled(_sizes(was)) == _filled(_sizes(now)) for was, now in zip(before, after, strict=True)
    )


def _sizes(row: Counts) -> tuple[int, ...]:
    """People at each table of a round, up to the last one that is used."""
    return tuple(np.bincount(row[row != ABSENT]).tolist())


def _filled(sizes: tuple[int, ...]) -> list[int]:
    return sorted(filter(None, sizes))


def _bounds(seated: Evening, stop: Stop) -> tuple[int, float]:
    """Bound second encounters from below, and the objective from above, for these sizes."""
    held = [k for k, sizes in enumerate(seated.sizes) if sizes]
    sizes = tuple(tuple(filter(None, seated.sizes[k])) for k in held)
    filled = replace(seated, present=seated.present[held], sizes=sizes)
    return fewest_repeats(filled), objective_bound(filled, stop)
