"""The seats as an integer program: who sits at which hub, with all rules and all goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from matchmaker.events.peer_groups.cohort import NOWHERE, Cohort, Integers, RowPair

Linear = cp_model.LinearExprT


@dataclass(frozen=True)
class Effort:
    """How long a solver may run.

    Parameters
    ----------
    seconds
        On the clock.
    work
        Deterministic time of CP-SAT, so that one worker and one seed give one result.
    workers
        Threads of CP-SAT.
    seed
        Of CP-SAT.
    """

    seconds: float
    work: float
    workers: int
    seed: int


@dataclass(frozen=True)
class Seats:
    """Groups as rows.

    Parameters
    ----------
    hub
        Hub of everybody's group, -1 for nobody's; shape (people,).
    cost
        Objective in minutes of travel.
    bound
        No seats at the hubs that were offered cost less.
    """

    hub: Integers
    cost: int
    bound: float


@dataclass(frozen=True)
class Answer:
    """What the solver says: seats, a proof that there are none, or neither."""

    seats: Seats | None
    impossible: bool


class _Program:
    """The variables of one integer program, shared by its parts."""

    def __init__(self, cohort: Cohort, hubs: Sequence[int]) -> None:
        self.cohort, self.hubs = cohort, hubs
        self.model = cp_model.CpModel()
        self.open = [self.model.new_bool_var(f"open{h}") for h in hubs]
        self.seat = [
            [self.model.new_bool_var(f"{i}at{h}") if cohort.near[i, h] else None for h in hubs]
            for i in range(cohort.n_people)
        ]
        self.away = [self.model.new_bool_var(f"away{i}") for i in range(cohort.n_people)]

    def count(self, rows: Sequence[int], at: int) -> cp_model.LinearExpr:
        """Count those of some people who sit at a hub."""
        inside = [x for i in rows if (x := self.seat[i][at]) is not None]
        return cp_model.LinearExpr.sum(inside)


def seat(
    cohort: Cohort,
    hubs: Sequence[int],
    groups: tuple[int, int],
    effort: Effort,
    *,
    start: Integers | None = None,
    goals: bool = True,
) -> Answer:
    """Seat everybody at some of the hubs.

    Parameters
    ----------
    cohort
        The people and the rules.
    hubs
        Columns of the matrices that may be used.
    groups
        Fewest and most groups.
    effort
        How long to search.
    start
        Seats to begin with: hub of everybody, -1 for nobody's.
    goals
        Whether to minimise; otherwise any seats within the rules do.
    """
    program = _Program(cohort, hubs)
    _add_rules(program, groups)
    if goals:
        program.model.minimize(sum(_costs(program)))
    if start is not None:
        _hint(program, start)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed % 2**31
    solver.parameters.max_time_in_seconds = max(effort.seconds, 0.01)
    solver.parameters.max_deterministic_time = effort.work
    status = solver.solve(program.model)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(f"the solver refuses the model: {program.model.validate()}")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, impossible=status == cp_model.INFEASIBLE)
    hub = np.full(cohort.n_people, NOWHERE)
    for i, row in enumerate(program.seat):
        for h, x in zip(hubs, row, strict=True):
            if x is not None and solver.boolean_value(x):
                hub[i] = h
    cost = round(solver.objective_value) if goals else 0
    return Answer(Seats(hub, cost, solver.best_objective_bound if goals else 0.0), False)


def _add_rules(program: _Program, groups: tuple[int, int]) -> None:
    cohort, model = program.cohort, program.model
    rules, n = cohort.rules, cohort.n_leaders
    model.add(sum(program.open) >= groups[0])
    model.add(sum(program.open) <= groups[1])
    for i, row in enumerate(program.seat):
        model.add_exactly_one([*(x for x in row if x is not None), program.away[i]])
        if cohort.must[i]:
            model.add(program.away[i] == 0)
    for at, is_open in enumerate(program.open):
        _between(program, range(n), at, rules.size)
        _between(program, range(n, cohort.n_people), at, rules.mentors)
        host = int(cohort.host[program.hubs[at]])
        if host >= 0:
            x = program.seat[host][at]
            model.add(is_open == 0 if x is None else x == is_open).only_enforce_if(is_open)
        _add_departments(program, at)
    for pair in cohort.never:
        _keep_apart(program, pair)
    for pair in cohort.together:
        _keep_together(program, pair)
    _order_twins(program)


def _between(program: _Program, rows: Sequence[int], at: int, limits: tuple[int, int]) -> None:
    inside = program.count(rows, at)
    program.model.add(inside >= limits[0] * program.open[at])
    program.model.add(inside <= limits[1] * program.open[at])


def _add_departments(program: _Program, at: int) -> None:
    cohort, rules = program.cohort, program.cohort.rules
    everybody = program.count(range(cohort.n_leaders), at)
    for d in range(cohort.n_departments):
        own = program.count(np.flatnonzero(cohort.department == d).tolist(), at)
        program.model.add(own >= rules.department_min * program.open[at])
        if rules.department_permille:
            program.model.add(1000 * own >= rules.department_permille * everybody)


def _keep_apart(program: _Program, pair: RowPair) -> None:
    for at, is_open in enumerate(program.open):
        seats = [x for i in pair if (x := program.seat[i][at]) is not None]
        if len(seats) == 2:
            program.model.add(sum(seats) <= is_open)


def _keep_together(program: _Program, pair: RowPair) -> None:
    a, b = pair
    program.model.add(program.away[a] == program.away[b])
    for x, y in zip(program.seat[a], program.seat[b], strict=True):
        program.model.add((0 if x is None else x) == (0 if y is None else y))


def _order_twins(program: _Program) -> None:
    """Several groups at one place are the same in any order: the first copy is used first."""
    if (program.cohort.host >= 0).any():
        return
    ways = program.cohort.minutes[:, program.hubs]
    for at in range(1, len(program.hubs)):
        if (ways[:, at] == ways[:, at - 1]).all():
            program.model.add(program.open[at] <= program.open[at - 1])


def _costs(program: _Program) -> list[Linear]:
    cohort = program.cohort
    rules, n = cohort.rules, cohort.n_leaders
    costs: list[Linear] = [
        rules.travel * int(cohort.minutes[i, h]) * x
        for i, row in enumerate(program.seat)
        for h, x in zip(program.hubs, row, strict=True)
        if x is not None
    ]
    costs += [rules.left_out * x for x in program.away[:n]]
    costs += [rules.reserve * x for x in program.away[n:]]
    costs += _mix_costs(program, cohort.size_class, cohort.n_sizes, rules.size_mix)
    costs += _mix_costs(program, cohort.maturity_class, cohort.n_maturities, rules.maturity_mix)
    return costs + _theme_costs(program)


def _mix_costs(program: _Program, classes: Integers, n_classes: int, weight: int) -> list[Linear]:
    """Leaders above or below the fair number of their class, which may be rounded either way."""
    n, most = program.cohort.n_leaders, program.cohort.rules.size[1]
    costs: list[Linear] = []
    for c in range(n_classes) if weight else ():
        own = np.flatnonzero(classes == c).tolist()
        for at in range(len(program.hubs)):
            few, many = (program.model.new_int_var(0, most, "") for _ in range(2))
            fair: cp_model.LinearExpr = len(own) * program.count(range(n), at)
            inside = program.count(own, at)
            program.model.add(n * few >= fair - n * inside - (n - 1))
            program.model.add(n * many >= n * inside - fair - (n - 1))
            costs += [weight * few, weight * many]
    return costs


def _theme_costs(program: _Program) -> list[Linear]:
    cohort, wanted = program.cohort, program.cohort.rules.theme_partners
    if not (wanted and cohort.rules.themes):
        return []
    costs: list[Linear] = []
    for i in np.flatnonzero(cohort.has_themes).tolist():
        partners = np.flatnonzero(cohort.alike[i]).tolist()
        missing = program.model.new_int_var(0, wanted, "")
        for at, x in enumerate(program.seat[i]):
            if x is not None:
                program.model.add(missing + program.count(partners, at) >= wanted * x)
        costs.append(cohort.rules.themes * missing)
    return costs


def _hint(program: _Program, start: Integers) -> None:
    used = set(start.tolist())
    for h, is_open in zip(program.hubs, program.open, strict=True):
        program.model.add_hint(is_open, h in used)
    for i, row in enumerate(program.seat):
        program.model.add_hint(program.away[i], bool(start[i] == NOWHERE))
        for h, x in zip(program.hubs, row, strict=True):
            if x is not None:
                program.model.add_hint(x, bool(start[i] == h))
