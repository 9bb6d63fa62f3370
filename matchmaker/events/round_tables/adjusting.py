"""Round tables changed by hand: two people of one round change seats, or one goes to a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from matchmaker.errors import ProblemError
from matchmaker.events.round_tables.checking import check
from matchmaker.events.round_tables.evening import Counts
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.problem import Id, Problem
from matchmaker.events.round_tables.reseating import Reseated, reseated, seats_of
from matchmaker.events.round_tables.scoring import encounters
from matchmaker.events.stopping import Stop

_BOUND_TIME = Stop(0.5, lambda: 0.0)
"""For new bounds, where tables change their size: the store waits for a change by hand."""


@dataclass(frozen=True)
class SeatClash:
    """What stands against a change: two who must not sit together, or the size of a table.

    Parameters
    ----------
    code
        A pair apart, one company or group, a second encounter; a table too full or too empty.
    a, b
        The two.
    table, count, limit
        The table, the people that it would have, and how many it must or may have.
    """

    code: Literal["apart", "company", "repeated", "full", "empty", "other"]
    a: Id = ""
    b: Id = ""
    text: str = ""
    table: int = 0
    count: int = 0
    limit: int = 0

    @property
    def values(self) -> dict[str, str | int]:
        """What its sentence names."""
        numbers = {"table": self.table, "count": self.count, "limit": self.limit}
        return {"a": self.a, "b": self.b, "text": self.text, **numbers}


class SeatClashError(ProblemError):
    """A change by hand that breaks a rule; nothing was written.

    Parameters
    ----------
    clashes
        The pairs, at least one.
    """

    def __init__(self, clashes: tuple[SeatClash, ...]) -> None:
        self.clashes = clashes
        said = ", ".join(each.text or _said(each) for each in clashes)
        super().__init__(f"the change breaks a rule ({said}); choose somebody else.")


def _said(clash: SeatClash) -> str:
    if clash.table:
        return f"table {clash.table} would have {clash.count} people, the limit is {clash.limit}"
    return f"{clash.a} and {clash.b}"


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
        here, there = self.table_of[self.person], self.table_of[other]
        return (
            *self._joining(self.person, there, other),
            *self._joining(other, here, self.person),
        )

    def other_tables(self) -> list[int]:
        """Tables of the round at which the person does not sit."""
        return [table for table in self.tables if table != self.table_of[self.person]]

    def move_clashes(self, table: int) -> tuple[SeatClash, ...]:
        """Say what stands against the person going to another table, nobody coming back."""
        return (*self._size_clashes(table), *self._joining(self.person, table))

    def _size_clashes(self, table: int) -> Iterator[SeatClash]:
        here, problem = self.table_of[self.person], self.problem
        left, joined = len(self.tables[here]) - 1, len(self.tables[table]) + 1
        if left < problem.seats_min:
            yield SeatClash("empty", table=here, count=left, limit=problem.seats_min)
        if joined > problem.seats_max:
            yield SeatClash("full", table=table, count=joined, limit=problem.seats_max)

    def _joining(self, who: Id, table: int, instead: Id = "") -> Iterator[SeatClash]:
        for neighbour in self.tables[table]:
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


def seats_swapped(problem: Problem, plan: Plan, number: int, person: Id, other: Id) -> Reseated:
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
    Reseated
        The plan with every figure anew; its bounds hold as before.

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
    tables = {person: seats.table_of[other], other: seats.table_of[person]}
    return _changed(problem, plan, number, tables, seats.clashes(other))


def seat_moved(problem: Problem, plan: Plan, number: int, person: Id, table: int) -> Reseated:
    """Let one person of a round go to another table, where sizes allow it.

    Parameters, answer and errors are as in `seats_swapped`. The tables of a planned round differ
    by one person at most; after a move they may be of any size that the event allows, and the
    problem says so.
    """
    seats = Seats(problem, plan, number, person)
    if table not in seats.other_tables():
        raise ProblemError(f"round {number} has no other table {table}; choose another.")
    return _changed(problem, plan, number, {person: table}, seats.move_clashes(table))


def encounters_gained(problem: Problem, plan: Plan, number: int, tables: Mapping[Id, int]) -> int:
    """Count how many more pairs meet in the evening if people sit at these tables in a round."""
    before = seats_of(problem, plan)
    after = _seated(problem, before, number, tables)
    return int((encounters(after) > 0).sum() - (encounters(before) > 0).sum()) // 2


def _changed(
    problem: Problem,
    plan: Plan,
    number: int,
    tables: Mapping[Id, int],
    clashes: tuple[SeatClash, ...],
) -> Reseated:
    if clashes:
        raise SeatClashError(clashes)
    seats = _seated(problem, seats_of(problem, plan), number, tables)
    after = reseated(problem, plan, seats, _BOUND_TIME)
    faults = check(after.problem, after.plan)
    if faults:
        raise SeatClashError(tuple(SeatClash("other", text=fault) for fault in faults))
    return after


def _seated(problem: Problem, seats: Counts, number: int, tables: Mapping[Id, int]) -> Counts:
    rows = {each.id: row for row, each in enumerate(problem.participants)}
    changed = seats.copy()
    for who, table in tables.items():
        changed[number - 1, rows[who]] = table - 1
    return changed
