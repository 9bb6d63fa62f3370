"""A problem in numbers, for the solvers: rows of participants, never their names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matchmaker.events.round_tables.problem import Participant, Problem

Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ABSENT = -1


@dataclass(frozen=True)
class Evening:
    """Who is there when, who may meet whom, and what it is worth.

    Parameters
    ----------
    present
        Shape (rounds, n).
    sizes
        Seats taken at each table, per round, largest first; they sum to the people present. Empty
        where a round cannot be seated.
    apart
        Pairs that never share a table; symmetric, shape (n, n), diagonal true.
    value
        Worth of a pair; symmetric, shape (n, n), zero on the diagonal.
    cross
        Pairs of two departments; symmetric, shape (n, n).
    cross_weight, small_table_weight
        As in the problem.
    never
        Whether a second encounter is forbidden, not only avoided.
    """

    present: Bools
    sizes: tuple[tuple[int, ...], ...]
    apart: Bools
    value: Floats
    cross: Bools
    cross_weight: float
    small_table_weight: float
    never: bool

    @cached_property
    def n(self) -> int:
        """Number of participants."""
        return int(self.present.shape[1])

    @cached_property
    def rounds(self) -> int:
        """Number of rounds."""
        return len(self.sizes)

    @cached_property
    def admissible(self) -> Bools:
        """Pairs that may meet: together in some round, and not apart; shape (n, n)."""
        there = self.present.astype(np.int64)
        together: Bools = (there.T @ there > 0) & ~self.apart
        return together

    @cached_property
    def most_others(self) -> Counts:
        """Most people that each participant can sit with, all rounds together, shape (n,)."""
        largest = np.array([max(sizes, default=1) - 1 for sizes in self.sizes])
        others: Counts = largest @ self.present
        return others

    @cached_property
    def fewest_others(self) -> Counts:
        """Fewest people that each participant has to sit with, shape (n,)."""
        smallest = np.array([min(sizes, default=1) - 1 for sizes in self.sizes])
        others: Counts = smallest @ self.present
        return others

    @cached_property
    def is_small(self) -> tuple[Bools, ...]:
        """Tables that are smaller than others of their round, per round."""
        return tuple(np.array(sizes) < max(sizes, default=0) for sizes in self.sizes)

    @cached_property
    def fair_small(self) -> int:
        """Times at a smaller table that are fair: seats of smaller tables by people, rounded up."""
        seats = sum(
            int(np.array(sizes)[small].sum())
            for sizes, small in zip(self.sizes, self.is_small, strict=True)
        )
        return -(-seats // self.n)


def evening_of(problem: Problem) -> Evening:
    """Turn a problem into matrices; row k is the k-th participant."""
    people = problem.participants
    row = {person.id: k for k, person in enumerate(people)}
    value, apart = np.zeros((len(people), len(people))), _colleagues(people)
    for pair in problem.values:
        a, b = row[pair.a], row[pair.b]
        value[a, b] = value[b, a] = pair.value
    for kept in problem.apart:
        a, b = row[kept.a], row[kept.b]
        apart[a, b] = apart[b, a] = True
    department = np.array([person.department for person in people])
    present = np.array(
        [
            [_attends(person, k, problem.rounds) for person in people]
            for k in range(1, problem.rounds + 1)
        ]
    )
    return Evening(
        present=present,
        sizes=_sizes(present.sum(axis=1), problem),
        apart=apart,
        value=value,
        cross=department[:, None] != department[None, :],
        cross_weight=problem.cross_weight,
        small_table_weight=problem.small_table_weight,
        never=problem.repeats == "never",
    )


def _attends(person: Participant, number: int, rounds: int) -> bool:
    there = person.arrives <= number <= (person.leaves or rounds)
    return there and number not in person.away


def _colleagues(people: tuple[Participant, ...]) -> Bools:
    """Pairs of one company or one group, and everybody with themselves."""
    apart = np.eye(len(people), dtype=bool)
    for names in ([p.company for p in people], [p.group for p in people]):
        known: dict[str, list[int]] = {}
        for k, name in enumerate(names):
            if name is not None:
                known.setdefault(name, []).append(k)
        for rows in known.values():
            apart[np.ix_(rows, rows)] = True
    return apart


def _sizes(present: Counts, problem: Problem) -> tuple[tuple[int, ...], ...]:
    room = problem.tables or -(-int(present.max()) // problem.seats_max)
    return tuple(
        table_sizes(int(count), room, problem.seats_min, problem.seats_max) for count in present
    )


def table_sizes(people: int, tables: int, seats_min: int, seats_max: int) -> tuple[int, ...]:
    """Spread people over as many tables as they fill.

    Returns
    -------
    tuple
        Sizes that differ by one at most, largest first; empty where it cannot be done (too few
        people for one table, or too many for all).
    """
    used = min(tables, people // seats_min)
    if used == 0 or people > used * seats_max:
        return ()
    least, more = divmod(people, used)
    return (least + 1,) * more + (least,) * (used - more)
