"""The search: one person of each table of a round stands up, and they sit down again at their best.

Those who stand up never share a table, so who sits down where is a linear assignment, solved
exactly: one step looks at all orders of them (a very large neighbourhood; Ahuja et al., Discrete
Applied Mathematics 123, 2002). Gumbel noise on the gains, with a temperature that falls and begins
again, makes an annealing of it. Second encounters and people who have to stay apart cost a penalty
that grows while rules are broken and shrinks while they hold, so that the search crosses between
good evenings (Gendreau, Hertz, Laporte, Management Science 40, 1994).
"""

from __future__ import annotations

from itertools import count

import numpy as np
from scipy.optimize import linear_sum_assignment

from matchmaker.events.round_tables.evening import ABSENT, Counts, Evening, Floats
from matchmaker.events.round_tables.scoring import (
    Score,
    cross_scale,
    encounters,
    score,
    small_sittings,
)
from matchmaker.events.stopping import Stop

CYCLE, CYCLE_RANGE, PATIENCE = 20, (500, 6000), 6
"""Steps per seat of the evening in which the temperature falls once, and their least and largest
number. The search ends after so many cycles in a row without a better evening; while a rule is
broken, only with the time."""
HOT, COLD = 0.1, 0.01
"""Temperatures, in the worth of a good pair."""
ADJUST_EVERY, ADJUST_BY, ADJUST_RANGE = 20, 1.1, (0.3, 1e3)
"""How often and by how much the penalty changes, and its range in the worth of a good pair."""
FIRST_PENALTY, MOST_SHARE = 2.0, 0.9
"""The penalty at first, in the worth of a good pair: better than a share of 0.9 of those worth
anything."""


class _Search:
    """A seating on its way."""

    def __init__(self, evening: Evening, seats: Counts, rng: np.random.Generator) -> None:
        self.evening, self.rng = evening, rng
        self.apart = evening.apart.astype(np.float64)
        self.unit = _good_pair(evening)
        self.penalty = FIRST_PENALTY * self.unit
        self.rounds = [k for k, sizes in enumerate(evening.sizes) if len(sizes) > 1]
        self.begin(seats)

    def begin(self, seats: Counts) -> None:
        """Go on from a seating."""
        self.seats = seats.copy()
        self.times = encounters(seats)
        self.refresh()

    def refresh(self) -> None:
        """Price a first encounter of each pair, as cross encounters stand now."""
        evening = self.evening
        crosses = ((self.times > 0) & evening.cross).sum(axis=1)
        share = np.maximum(1 - (crosses - 0.5) / cross_scale(evening), 0)
        self.price = evening.value + evening.cross_weight / 2 * evening.cross * (
            share[:, None] + share[None, :]
        )

    @property
    def broken(self) -> bool:
        """Whether some pair meets that is apart, or meets again."""
        return bool((self.times > 1).any() or (self.times * self.apart).any())

    def step(self, temperature: float) -> None:
        """Let one person of each table of a random round stand up, and sit down again."""
        k = int(self.rng.choice(self.rounds))
        row = self.seats[k]
        n_tables = len(self.evening.sizes[k])
        standing = self._one_of_each(row, n_tables)
        gains = self._gains(k, standing, n_tables)
        gains += temperature * self.unit * self.rng.gumbel(size=gains.shape)
        table = linear_sum_assignment(gains, maximize=True)[1]
        moving = table != np.arange(n_tables)
        if moving.any():
            self._reseat(row, standing[moving], table[moving])

    def _one_of_each(self, row: Counts, n_tables: int) -> Counts:
        """Draw one person of each table."""
        order = self.rng.permutation(len(row))
        order = order[row[order] != ABSENT]
        standing = np.empty(n_tables, dtype=np.int64)
        standing[row[order]] = order  # of those at one table the last one stays
        return standing

    def _gains(self, k: int, standing: Counts, n_tables: int) -> Floats:
        """Worth of each table for each who stands up, shape (tables, tables)."""
        row = self.seats[k]
        here = row[standing][:, None] == row[None, :]
        elsewhere = self.times[standing] - here
        worth = np.where(elsewhere < 1, self.price[standing], -self.penalty)
        worth -= 2 * self.penalty * self.apart[standing]
        worth[:, standing] = 0
        at_table = (row[:, None] == np.arange(n_tables)).astype(np.float64)
        gains: Floats = worth @ at_table
        small = self.evening.is_small[k]
        if small.any():
            others = small_sittings(self.evening, self.seats)[standing] - small[row[standing]]
            unfair = self.evening.small_table_weight * (others >= self.evening.fair_small)
            gains -= unfair[:, None] * small[None, :]
        return gains

    def _reseat(self, row: Counts, people: Counts, tables: Counts) -> None:
        """Move people who come from different tables and go to different tables."""
        for change in (-1, 1):
            same = change * (row[people][:, None] == row[None, :])
            self.times[people] += same
            self.times[:, people] += same.T
            row[people] = tables
        self.times[people, people] = 0

    def adjust(self, broken_lately: int) -> None:
        """Change the penalty where rules were always, or never, broken lately."""
        if broken_lately in (0, ADJUST_EVERY):
            change = ADJUST_BY if broken_lately else 1 / ADJUST_BY
            low, high = (limit * self.unit for limit in ADJUST_RANGE)
            self.penalty = float(np.clip(self.penalty * change, low, high))


def seat(
    evening: Evening,
    seats: Counts,
    goal: tuple[int, float],
    stop: Stop,
    rng: np.random.Generator,
) -> Counts:
    """Improve a seating.

    Parameters
    ----------
    seats
        Table of each participant from 0, `ABSENT` where not there; all sizes are right.
    goal
        Second encounters and objective with which the search ends.

    Returns
    -------
    array of int, shape (rounds, n)
        The best seating found: fewest broken rules, then fewest repeats, then the objective.
    """
    search = _Search(evening, seats, rng)
    best, found = seats.copy(), score(evening, seats)
    cycle = int(np.clip(CYCLE * evening.present.sum(), *CYCLE_RANGE))
    idle, broken_lately = 0, 0
    for step in count(1):
        if stop.reached or not search.rounds or _reached(found, goal):
            break
        search.step(HOT * (COLD / HOT) ** (step % cycle / cycle))
        broken_lately += search.broken
        if not search.broken or found.broken or found.repeated:
            now = score(evening, search.seats)
            if now.rank < found.rank:
                best, found, idle = search.seats.copy(), now, 0
        if step % ADJUST_EVERY == 0:
            search.refresh()
            search.adjust(broken_lately)
            broken_lately = 0
        if step % cycle == 0:
            idle += 1
            if idle > PATIENCE and not found.broken:
                break
            search.begin(best)
    return best


def _reached(found: Score, goal: tuple[int, float]) -> bool:
    return not found.broken and found.repeated <= goal[0] and found.objective >= goal[1]


def _good_pair(evening: Evening) -> float:
    """Worth of a good pair: the unit of penalty and temperature."""
    worth = evening.value + evening.cross_weight * evening.cross
    positive = worth[worth > 0]
    return float(np.quantile(positive, MOST_SHARE)) if len(positive) else 1.0
