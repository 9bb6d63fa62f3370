"""How good an evening is: the one objective of search, bound and proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.events.round_tables.evening import ABSENT, Bools, Counts, Evening, Floats


@dataclass(frozen=True)
class Score:
    """What counts, in this order.

    Parameters
    ----------
    broken
        Encounters that a hard rule forbids: pairs that are apart, and second encounters where the
        problem says never.
    repeated
        Encounters beyond the first of each pair.
    objective
        Values, shares of departments, less unfairness.
    """

    broken: int
    repeated: int
    objective: float

    @property
    def rank(self) -> tuple[int, int, float]:
        """Smaller is better."""
        return (self.broken, self.repeated, -self.objective)


def score(evening: Evening, seats: Counts) -> Score:
    """Judge a seating.

    Parameters
    ----------
    seats
        Table of each participant from 0, `ABSENT` where not there; shape (rounds, n).
    """
    times = encounters(seats)
    repeated = int(np.triu(np.maximum(times - 1, 0), 1).sum())
    broken = int(np.triu(times * evening.apart, 1).sum()) + repeated * evening.never
    return Score(broken, repeated, objective(evening, times > 0, small_sittings(evening, seats)))


def encounters(seats: Counts) -> Counts:
    """Count how often each pair shares a table, shape (n, n), zero on the diagonal."""
    same = (seats[:, :, None] == seats[:, None, :]) & (seats != ABSENT)[:, :, None]
    times: Counts = same.sum(axis=0)
    np.fill_diagonal(times, 0)
    return times


def small_sittings(evening: Evening, seats: Counts) -> Counts:
    """Count how often each participant sits at a smaller table, shape (n,)."""
    times = np.zeros(evening.n, dtype=np.int64)
    for row, small in zip(seats, evening.is_small, strict=True):
        there = row != ABSENT
        times[there] += small[row[there]]
    return times


def objective(evening: Evening, met: Bools, small: Counts) -> float:
    """Sum of values and of everybody's share of other departments, less unfairness."""
    values = float((evening.value * met).sum() / 2)
    shares = cross_share((evening.cross & met).sum(axis=1), cross_scale(evening)).sum() / 2
    unfair = np.maximum(small - evening.fair_small, 0).sum()
    return float(
        values + evening.cross_weight * shares - evening.small_table_weight * float(unfair)
    )


def cross_scale(evening: Evening) -> int:
    """Largest number of people that anybody can sit with; the unit of `cross_share`."""
    return max(1, int(evening.most_others.max(initial=0)))


def cross_share(count: Counts | Floats, scale: int) -> Floats:
    """Worth of that many cross encounters of one participant, in first encounters.

    The k-th counts 1 - (k - 1) / scale: concave, so that an even spread is worth most.
    """
    worth: Floats = count - count * (count - 1) / (2 * scale)
    return worth
