"""Round tables changed by hand: two people of one round take each other's seat.

Tables of a round are evenly filled, so nobody changes table alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from matchmaker.errors import ProblemError
from matchmaker.events.round_tables.checking import check
from matchmaker.events.round_tables.evening import ABSENT, Counts, evening_of
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.planning import plan_of
from matchmaker.events.round_tables.problem import Id, Problem


@dataclass(frozen=True)
class SeatClash:
    """Two people whom a change would seat together and who must not sit together.

    Parameters
    ----------
    code
        A pair apart, one company or group, or a second encounter.
    a, b
        The two.
    """

    code: Literal["apart", "company", "repeated", "other"]
    a: Id = ""
    b: Id = ""
    text: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What its sentence names."""
        return {"a": self.a, "b": self.b, "text": self.text}


class SeatClashError(ProblemError):
    """A change by hand that breaks a rule; nothing was written.

    Parameters
    ----------
    clashes
        The pairs, at least one.
    """

    def __init__(self, clashes: tuple[SeatClash, ...]) -> None:
        self.clashes = clashes
        said = ", ".join(each.text or f"{each.a} and {each.b}" for each in clashes)
        super().__init__(f"the change breaks a rule ({said}); choose somebody else.")


class Seats:
    """Who sits where in a plan, for one person of one round who looks for another table.

    Parameters
    ----------
    problem, plan
        The evening.
    number
        The round, from 1.
    person
        Who wants to change.

    Raises
    ------
    ProblemError
        If the plan has no such round, or the person is not in it.
    """

    def __init__(self, problem: Problem, plan: Plan, number: int, person: Id) -> None:
        self.problem, self.plan, self.number, self.person = problem, plan, number, person
        held = next((each for each in plan.rounds if each.round == number), None)
        self.tables = {} if held is None else {t.table: t.participants for t in held.tables}
        self.table_of = {who: table for table, them in self.tables.items() for who in them}
        if person not in self.table_of:
            raise ProblemError(f"{person!r} has no seat in round {number}; reload the plan.")
        self._people = {each.id: each for each in problem.participants}
        self._apart = {frozenset((pair.a, pair.b)) for pair in problem.apart}
        self._elsewhere = {
            frozenset(pair)
            for each in plan.rounds
            if each.round != number
            for table in each.tables
            for pair in combinations(table.participants, 2)
        }

    def others(self) -> list[Id]:
        """Everybody who sits at another table."""
        here = self.table_of[self.person]
        return [who for who, table in self.table_of.items() if table != here]

    def clashes(self, other: Id) -> tuple[SeatClash, ...]:
        """Say what stands against the two taking each other's seat."""
        return (*self._joining(self.person, other), *self._joining(other, self.person))

    def _joining(self, who: Id, instead: Id) -> Iterator[SeatClash]:
        for neighbour in self.tables[self.table_of[instead]]:
            if neighbour != instead:
                yield from self._pair(who, neighbour)

    def _pair(self, a: Id, b: Id) -> Iterator[SeatClash]:
        one, two = self._people[a], self._people[b]
        if frozenset((a, b)) in self._apart:
            yield SeatClash("apart", a, b)
        for name in ("company", "group"):
            own = getattr(one, name)
            if own is not None and own == getattr(two, name):
                yield SeatClash("company", a, b)
                break
        if self.problem.repeats == "never" and frozenset((a, b)) in self._elsewhere:
            yield SeatClash("repeated", a, b)


def seats_swapped(problem: Problem, plan: Plan, number: int, person: Id, other: Id) -> Plan:
    """Let two people of a round take each other's seat.

    Parameters
    ----------
    problem, plan
        The evening.
    number
        The round, from 1.
    person, other
        The two, at two tables.

    Returns
    -------
    Plan
        With every figure anew; its bounds hold as before.

    Raises
    ------
    ProblemError
        If they do not sit at two tables of that round.
    SeatClashError
        If a rule is broken.
    """
    seats = Seats(problem, plan, number, person)
    if other not in seats.others():
        raise ProblemError(f"{other!r} sits at no other table of round {number}; choose another.")
    clashes = seats.clashes(other)
    if clashes:
        raise SeatClashError(clashes)
    after = _swapped(problem, plan, number, person, other)
    faults = check(problem, after)
    if faults:
        raise SeatClashError(tuple(SeatClash("other", text=fault) for fault in faults))
    return after


def _swapped(problem: Problem, plan: Plan, number: int, person: Id, other: Id) -> Plan:
    rows = {each.id: row for row, each in enumerate(problem.participants)}
    seats: Counts = np.full((problem.rounds, len(rows)), ABSENT, np.int64)
    for held in plan.rounds:
        for table in held.tables:
            for who in table.participants:
                seats[held.round - 1, rows[who]] = table.table - 1
    pair = [rows[person], rows[other]]
    seats[number - 1, pair] = seats[number - 1, pair[::-1]]
    bounds = (plan.repeated_bound or 0, plan.bound or 0.0)
    return plan_of(problem, evening_of(problem), seats, bounds, plan.seconds)
