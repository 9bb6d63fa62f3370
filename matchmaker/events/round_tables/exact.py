"""The whole truth about a small evening: CP-SAT decides, or proves what the search has found."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from matchmaker.events.round_tables.evening import ABSENT, Counts, Evening
from matchmaker.events.round_tables.scoring import cross_scale
from matchmaker.events.stopping import Stop

LARGEST = 2500
"""Pairs times tables times rounds, beyond which the model is not tried."""
UNITS = 100_000_000
"""Integer units of the worth of the best pair. What is lost by rounding is added to the bound."""


@dataclass(frozen=True)
class Proof:
    """What is proved.

    Parameters
    ----------
    impossible
        No seating keeps the rules.
    seats
        A seating, shape (rounds, n), if one was found.
    repeated, objective
        Bounds: fewest second encounters, and the best objective among seatings with that many;
        None where nothing is proved.
    """

    impossible: bool = False
    seats: Counts | None = None
    repeated: int | None = None
    objective: float | None = None


def small_enough(evening: Evening) -> bool:
    """Whether the model is worth its building."""
    tables = sum(len(sizes) for sizes in evening.sizes)
    return evening.n * (evening.n - 1) // 2 * tables <= LARGEST


def prove(
    evening: Evening, hint: Counts | None, stop: Stop, *, seed: int, num_workers: int
) -> Proof:
    """Find the best seating and prove it, as far as time allows.

    First the fewest second encounters (where they are only avoided), then the best objective.
    """
    model = _Model(evening)
    if hint is not None:
        model.begin_with(hint)
    fewest = 0
    if not evening.never:
        found = model.solve(model.repeats(), stop, seed, num_workers, largest=False)
        if found.impossible or found.objective is None or found.seats is None:
            return Proof(impossible=found.impossible, seats=found.seats)
        fewest = round(found.objective)
        model.model.add(model.repeats() <= fewest)
        hint = found.seats
    found = model.solve(model.objective(), stop, seed, num_workers, largest=True)
    return Proof(
        impossible=found.impossible,
        seats=hint if found.seats is None else found.seats,
        repeated=fewest,
        objective=found.objective,
    )


class _Model:
    def __init__(self, evening: Evening) -> None:
        self.evening, self.model = evening, cp_model.CpModel()
        self.sits: dict[tuple[int, int, int], cp_model.IntVar] = {}
        self.met: dict[tuple[int, int], cp_model.IntVar] = {}
        self.again: dict[tuple[int, int], cp_model.IntVar] = {}
        self.terms: list[tuple[cp_model.IntVar, int]] = []
        self.lost = 0.0  # units that the objective may lose by rounding
        for k in range(evening.rounds):
            self._seat_round(k)
        for a, b in combinations(range(evening.n), 2):
            self._meet(a, b)

    def _seat_round(self, k: int) -> None:
        there = np.flatnonzero(self.evening.present[k]).tolist()
        tables = range(len(self.evening.sizes[k]))
        for person in there:
            for table in tables:
                self.sits[k, person, table] = self.model.new_bool_var("")
            self.model.add_exactly_one(self.sits[k, person, table] for table in tables)
        for table in tables:
            people = sum(self.sits[k, person, table] for person in there)
            self.model.add(people == self.evening.sizes[k][table])

    def _meet(self, a: int, b: int) -> None:
        together: list[cp_model.IntVar] = []
        for k, table in self._tables_of(a, b):
            first, second = self.sits[k, a, table], self.sits[k, b, table]
            if self.evening.apart[a, b]:
                self.model.add_at_most_one(first, second)
                continue
            both = self.model.new_bool_var("")
            self.model.add_bool_or(first.negated(), second.negated(), both)
            self.model.add_implication(both, first)
            self.model.add_implication(both, second)
            together.append(both)
        if not together:
            return
        self.met[a, b] = met = self.model.new_bool_var("")
        if self.evening.never:
            self.model.add(sum(together) == met)
            return
        self.again[a, b] = again = self.model.new_int_var(0, self.evening.rounds, "")
        self.model.add(sum(together) == met + again)
        self.model.add(again == 0).only_enforce_if(met.negated())

    def _tables_of(self, a: int, b: int) -> list[tuple[int, int]]:
        evening = self.evening
        return [
            (k, table)
            for k in range(evening.rounds)
            if evening.present[k, a] and evening.present[k, b]
            for table in range(len(evening.sizes[k]))
        ]

    def begin_with(self, seats: Counts) -> None:
        """Show the solver a seating."""
        for (k, person, table), variable in self.sits.items():
            self.model.add_hint(variable, bool(seats[k, person] == table))

    def repeats(self) -> cp_model.LinearExpr:
        """Count second encounters."""
        return cp_model.LinearExpr.sum(list(self.again.values()))

    def objective(self) -> cp_model.LinearExpr:
        """Add up values, shares of departments and unfairness, in units."""
        for pair, met in self.met.items():
            self._count(met, float(self.evening.value[pair]))
        for person in range(self.evening.n):
            self._share(person)
            self._spread(person)
        variables = [variable for variable, _ in self.terms]
        return cp_model.LinearExpr.weighted_sum(variables, [units for _, units in self.terms])

    def _share(self, person: int) -> None:
        """Count a participant's cross encounters, each a little less than the one before."""
        evening, steps = self.evening, cross_scale(self.evening)
        crosses = [met for pair, met in self.met.items() if person in pair and evening.cross[pair]]
        shares = [self.model.new_bool_var("") for _ in range(min(steps, len(crosses)))]
        self.model.add(sum(shares) <= sum(crosses))
        for k, share in enumerate(shares):
            self._count(share, evening.cross_weight / 2 * (1 - k / steps))

    def _spread(self, person: int) -> None:
        """Count the times that a participant sits at a smaller table more often than is fair."""
        evening = self.evening
        small = [
            variable
            for (k, who, table), variable in self.sits.items()
            if who == person and evening.is_small[k][table]
        ]
        if len(small) > evening.fair_small:
            unfair = self.model.new_int_var(0, evening.rounds, "")
            self.model.add(unfair >= sum(small) - evening.fair_small)
            self._count(unfair, -evening.small_table_weight, most=evening.rounds)

    def _count(self, variable: cp_model.IntVar, worth: float, most: int = 1) -> None:
        """Count a variable, of at most `most`, in whole units."""
        self.terms.append((variable, round(worth * self.scale)))
        self.lost += most / 2

    @property
    def scale(self) -> float:
        """Units of a worth of 1."""
        evening = self.evening
        largest = max(float(evening.value.max()), evening.cross_weight, evening.small_table_weight)
        return UNITS / largest if largest else 1.0

    def solve(
        self,
        goal: cp_model.LinearExpr,
        stop: Stop,
        seed: int,
        num_workers: int,
        *,
        largest: bool,
    ) -> Proof:
        """Solve for one goal; `objective` of the answer is the proved bound of it."""
        if largest:
            self.model.maximize(goal)
        else:
            self.model.minimize(goal)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(stop.remaining, 0.001)
        solver.parameters.random_seed = seed
        solver.parameters.num_workers = num_workers
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return Proof(impossible=True)
        seats = self._seats(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
        if status != cp_model.OPTIMAL:
            return Proof(seats=seats)
        bound = solver.best_objective_bound
        if largest:
            bound = (bound + self.lost) / self.scale
        return Proof(seats=seats, objective=bound)

    def _seats(self, solver: cp_model.CpSolver) -> Counts:
        seats = np.full((self.evening.rounds, self.evening.n), ABSENT)
        for (k, person, table), variable in self.sits.items():
            if solver.boolean_value(variable):
                seats[k, person] = table
        return seats
