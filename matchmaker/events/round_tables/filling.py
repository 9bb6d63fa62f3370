"""One round whose tables have become too small: filled or merged, as few seats changed as can be.

An integer program over the seats of the round: first how few people have to change seats at all;
then, with a few seats more if they help, how few pairs meet a second time; then few changed seats,
and tables of like sizes. A small round is solved whole. In a larger one those at tables that are
too small may go anywhere good, and of every other table the few who meet fewest people again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from matchmaker.events.round_tables.evening import ABSENT, Bools, Counts

EXTRA_SEATS = 4
"""Seats that may change beyond the fewest, so that fewer pairs meet a second time."""
WORK = 0.2
"""Deterministic seconds of each solver: the same round is filled in the same way."""
MOST_WORK = 1.0
"""Deterministic seconds of a whole repair, beyond which no round is filled a second time for fewer
second encounters. By a clock, whoever applies a repair might get another one than they have seen.
"""
ENCOUNTER = 100
"""Weight of a pair that meets a second time; one for each time more, so that it is not always the
same two."""
WHOLE = 150
"""People times tables up to which everybody may go anywhere."""
BEST_TABLES, DONORS = 4, 3
"""In a larger round: tables to which those at a small table may go, and people of each other table
who may leave it."""


@dataclass(frozen=True)
class Room:
    """A round to fill, for n people.

    Parameters
    ----------
    row
        Table of each from 0 as planned, `ABSENT` without a seat; shape (n,).
    there
        Who is there; shape (n,).
    tables
        Tables in the room.
    size
        Fewest and most people at a table that is used.
    apart
        Pairs that never share a table; shape (n, n).
    again
        How often each pair meets in the other rounds; shape (n, n).
    """

    row: Counts
    there: Bools
    tables: int
    size: tuple[int, int]
    apart: Bools
    again: Counts


class Effort:
    """Deterministic seconds that the solvers of a repair have taken, all rounds together."""

    def __init__(self) -> None:
        self.spent = 0.0

    @property
    def is_up(self) -> bool:
        """Whether the rest of the repair has to be quick."""
        return self.spent >= MOST_WORK


def is_filled(room: Room) -> bool:
    """Whether everybody who is there has a seat, at tables that are large enough."""
    seated = room.row[room.row != ABSENT]
    sizes = np.bincount(seated)
    low, high = room.size
    every_seat = bool(((room.row != ABSENT) == room.there).all())
    return every_seat and all(low <= size <= high for size in sizes if size)


def filled(room: Room, seed: int, effort: Effort) -> Counts | None:
    """Fill the tables of a round.

    Parameters
    ----------
    room
        The round.
    seed
        Of the solver.
    effort
        What the rounds before have taken; that of this one is added.

    Returns
    -------
    array of int, shape (n,), or None
        Table of each; None where there is no way.
    """
    if not _sizes_add_up(room):
        return None
    for choices in (_good_tables(room), np.broadcast_to(room.there[:, None], _shape(room))):
        found = _filled(room, choices, seed, effort)
        if found is not None:
            return found
    return None


def _sizes_add_up(room: Room) -> bool:
    """Whether that many people fill some tables at all: a solver takes long to see that not."""
    people, (low, high) = int(room.there.sum()), room.size
    return any(low * used <= people <= high * used for used in range(room.tables + 1))


def _filled(room: Room, choices: Bools, seed: int, effort: Effort) -> Counts | None:
    first = _Filling(room, choices)
    first.model.minimize(ENCOUNTER * len(room.row) ** 2 * first.changed + first.likely_repeats())
    first.begin_with(room.row)
    start = first.solved(seed, effort)
    if start is None or effort.is_up or not _repeats(room, start):
        return start
    best = _Filling(room, choices)
    best.model.add(best.changed <= _changed(room, start) + EXTRA_SEATS)
    seats = len(room.row) + 1
    fewer = seats * (best.changed + seats * best.repeats())
    best.model.minimize(fewer + best.unevenness())
    best.begin_with(start)
    found = best.solved(seed, effort)
    return start if found is None else found


def _shape(room: Room) -> tuple[int, int]:
    return len(room.row), room.tables


def _good_tables(room: Room) -> Bools:
    """Say who may sit where, with few people met again; shape (n, tables)."""
    n, tables = _shape(room)
    there: Bools = np.broadcast_to(room.there[:, None], (n, tables))
    if n * tables <= WHOLE:
        return there
    planned = (room.row[:, None] == np.arange(tables)) & there
    sizes = planned.sum(axis=0)
    small, used = sizes < room.size[0], sizes > 0
    # Somebody whom one must not sit with counts more than everybody whom one would meet again.
    far = ENCOUNTER * n
    cost = (_weights(room) + far * room.apart) @ planned.astype(np.int64)
    cost = np.where(planned | ~used, far * n, cost)
    rank = cost.argsort(axis=1, kind="stable").argsort(axis=1)
    restless = there & ~(planned & ~small).any(axis=1)[:, None]
    wanted = rank < BEST_TABLES
    donors = there & ~restless & _donors(room.row, cost, small)[:, None]
    free = restless & used & (wanted | small)
    chosen: Bools = planned | free | (donors & ((small & used) | (rank < 1)))
    return chosen


def _weights(room: Room) -> Counts:
    """Weigh each pair that meets again, shape (n, n); few pairs first, then few times."""
    weights: Counts = np.where(room.again > 0, ENCOUNTER - 1 + room.again, 0)
    return weights


def _donors(row: Counts, cost: Counts, small: Bools) -> Bools:
    """Choose those of each table who go to a small one with fewest people met again."""
    least = np.where(small, cost, cost.max() + 1).min(axis=1)
    chosen = np.zeros(len(row), dtype=bool)
    for table in np.unique(row[row != ABSENT]):
        people = np.flatnonzero(row == table)
        chosen[people[least[people].argsort(kind="stable")[:DONORS]]] = True
    return chosen


def _changed(room: Room, row: Counts) -> int:
    """Count who changes seats; a first seat is no change."""
    return int(((room.row != ABSENT) & (row != ABSENT) & (row != room.row)).sum())


def _repeats(room: Room, row: Counts) -> int:
    """Count the pairs that newly share a table and meet in another round."""
    new = together(row) & ~together(room.row)
    return int(np.triu(new & (room.again > 0), 1).sum())


def together(row: Counts) -> Bools:
    """Tell who shares a table with whom in a round, shape (n, n)."""
    same: Bools = (row[:, None] == row[None, :]) & (row != ABSENT)[:, None]
    return same


class _Filling:
    def __init__(self, room: Room, choices: Bools) -> None:
        self.room, self.model = room, cp_model.CpModel()
        self.people = np.flatnonzero(room.there).tolist()
        self.tables_of = [np.flatnonzero(own).tolist() for own in choices]
        self.sits = {
            (person, table): self.model.new_bool_var("")
            for person in self.people
            for table in self.tables_of[person]
        }
        self.used = [self.model.new_bool_var("") for _ in range(room.tables)]
        self._seat()
        self._keep_apart()

    def _seat(self) -> None:
        low, high = self.room.size
        for person in self.people:
            self.model.add_exactly_one(self.sits[person, table] for table in self.tables_of[person])
        for table, used in enumerate(self.used):
            size = self._size(table)
            self.model.add(size >= low * used)
            self.model.add(size <= high * used)

    def _keep_apart(self) -> None:
        for a, b in _pairs(self.room.apart, self.room.there):
            for table in self._common(a, b):
                self.model.add_at_most_one(self.sits[a, table], self.sits[b, table])

    def _size(self, table: int) -> cp_model.LinearExpr:
        return cp_model.LinearExpr.sum(
            [seat for (_, other), seat in self.sits.items() if other == table]
        )

    def _common(self, a: int, b: int) -> list[int]:
        """Tables at which two may both sit."""
        return sorted(set(self.tables_of[a]) & set(self.tables_of[b]))

    @property
    def changed(self) -> cp_model.LinearExpr:
        """People who sit elsewhere than planned."""
        seated = [person for person in self.people if self.room.row[person] != ABSENT]
        stay = [self.sits[person, int(self.room.row[person])] for person in seated]
        return len(seated) - cp_model.LinearExpr.sum(stay)

    def likely_repeats(self) -> cp_model.LinearExpr:
        """Weigh the pairs that would meet a second time if everybody else stayed."""
        planned = self.room.row[:, None] == np.arange(self.room.tables)
        met = _weights(self.room) @ planned.astype(np.int64)
        seats = [seat for seat in self.sits if self.room.row[seat[0]] != seat[1]]
        return cp_model.LinearExpr.weighted_sum(
            [self.sits[seat] for seat in seats], [int(met[seat]) for seat in seats]
        )

    def repeats(self) -> cp_model.LinearExpr:
        """Weigh the pairs that meet again and did not, as planned, share a table in this round."""
        met, planned = [], together(self.room.row)
        weights, costs = _weights(self.room), []
        new = (self.room.again > 0) & ~planned & ~self.room.apart
        for a, b in _pairs(new, self.room.there):
            tables = self._common(a, b)
            if not tables:
                continue
            both = self.model.new_bool_var("")
            for table in tables:
                first, second = self.sits[a, table], self.sits[b, table]
                self.model.add_bool_or(first.negated(), second.negated(), both)
            met.append(both)
            costs.append(int(weights[a, b]))
        return cp_model.LinearExpr.weighted_sum(met, costs)

    def unevenness(self) -> cp_model.LinearExpr:
        """How much larger the largest table is than the smallest one."""
        high = self.room.size[1]
        largest, smallest = (self.model.new_int_var(0, high, "") for _ in range(2))
        for table, used in enumerate(self.used):
            self.model.add(largest >= self._size(table))
            self.model.add(smallest <= self._size(table)).only_enforce_if(used)
        return largest - smallest

    def begin_with(self, row: Counts) -> None:
        """Show the solver a way."""
        for (person, table), variable in self.sits.items():
            self.model.add_hint(variable, bool(row[person] == table))

    def solved(self, seed: int, effort: Effort) -> Counts | None:
        """Solve; none where there is no way, or none was found."""
        solver = cp_model.CpSolver()
        solver.parameters.max_deterministic_time = WORK
        solver.parameters.random_seed = seed
        solver.parameters.num_workers = 1
        # Whoever stays where planned is nearly everybody: the relaxation then closes the rest.
        solver.parameters.linearization_level = 2
        status = solver.solve(self.model)
        effort.spent += solver.response_proto.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        row: Counts = np.full(len(self.room.row), ABSENT, np.int64)
        for (person, table), variable in self.sits.items():
            if solver.boolean_value(variable):
                row[person] = table
        return row


def _pairs(chosen: Bools, there: Bools) -> list[tuple[int, int]]:
    """Pairs of people who are there, each once."""
    rows, columns = np.nonzero(np.triu(chosen & there[:, None] & there[None, :], 1))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
