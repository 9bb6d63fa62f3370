"""A list by simulated annealing: one invitation more or less at a time, with exact odds.

For everybody the distribution of present partners is kept up to k, so that a move looks only at the
partners of one candidate. Broken rules cost and are gone before a list is handed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp

import numpy as np

from matchmaker.events.invitations.partner_odds import PartnerOdds
from matchmaker.events.invitations.pool import Flags, Floats, Integers, Pool
from matchmaker.events.invitations.worth import TINY

HOTTEST, COLDEST = 0.3, 0.004
"""First and last temperature, in the value of a list per unit of weight."""
SHORT, OFF, BREACH = 10.0, 3.0, 0.15
"""Cost of a missing probability, of an attendee or invitation too many, and of the fact itself."""
BLOCK = 512
"""Moves at one temperature; then everything is counted anew, as small errors add up."""
PROMISING = 200
"""Candidates whom most moves look at."""
LEAST = 1e-10
"""A smaller lack comes from rounding."""
UNSTABLE = 0.8
"""From this probability on, taking a partner out of a distribution is counted anew."""


@dataclass(frozen=True)
class _Undo:
    """What a flip changed."""

    j: int
    rows: Integers
    counts: Floats
    met: Floats
    total: float
    off: float


class _List:
    """A list on its way, with what each candidate would find there."""

    def __init__(self, pool: Pool, odds: PartnerOdds, invited: Flags) -> None:
        self.pool, self.odds, self.invited = pool, odds, invited.copy()
        self.ruled = ~pool.asked
        self.theme = pool.theme_weight * pool.chance * pool.theme
        self.partner = pool.partner_weight * pool.chance / pool.k
        self.classes = _classes(pool)
        self.recount()

    def recount(self) -> None:
        """Count everything anew."""
        coming = self.pool.chance * self.invited
        self.counts = self.odds.counts(self.invited)
        self.met = self.pool.values @ coming
        self.total, self.number = float(coming.sum()), int(self.invited.sum())
        self.inside = [
            np.bincount(codes, weights=coming, minlength=n).tolist()
            for codes, n, *_ in self.classes
        ]
        self.off = self._off()

    def missing(self, rows: Integers, counts: Floats) -> Floats:
        """Cost of what each one lacks, given distributions of its partners."""
        short = np.maximum(self.pool.confidence - counts[-1], 0)
        short = np.where(self.ruled[rows] & (short > LEAST), short, 0)
        return SHORT * short + BREACH * (short > 0)

    def flip(self, j: int) -> tuple[float, _Undo]:
        """Invite somebody who is not invited, or the other way round.

        Returns
        -------
        float
            What the list gains, broken rules included.
        _Undo
            What `restore` needs to take it back.
        """
        pool, sign = self.pool, -1 if self.invited[j] else 1
        p = float(pool.chance[j])
        begin, end = pool.values.indptr[j], pool.values.indptr[j + 1]
        rows, own = pool.values.indices[begin:end].astype(np.int64), np.array([j])
        before = _Undo(j, rows, self.counts[:, rows], self.met[rows], self.total, self.off)
        lack = self.missing(rows, before.counts)
        counts = self._moved(rows, j, sign, before.counts)
        met = before.met + sign * p * pool.values.data[begin:end]
        gain = (np.minimum(met, pool.k) - np.minimum(before.met, pool.k)) * self.partner[rows]
        gain -= self.missing(rows, counts) - lack
        value = float(gain[self.invited[rows]].sum())
        alone = self.theme[j] + self.partner[j] * min(self.met[j], pool.k)
        value += sign * float(alone - self.missing(own, self.counts[:, own])[0])
        self.counts[:, rows], self.met[rows] = counts, met
        self._count_in(j, sign)
        return value - _cost(self.off) + _cost(before.off), before

    def restore(self, before: _Undo) -> None:
        """Take the last flip back."""
        self._count_in(before.j, -1 if self.invited[before.j] else 1)
        self.counts[:, before.rows], self.met[before.rows] = before.counts, before.met
        self.total, self.off = before.total, before.off

    def _count_in(self, j: int, sign: int) -> None:
        change = sign * float(self.pool.chance[j])
        self.invited[j] = sign > 0
        self.total += change
        self.number += sign
        for (codes, *_), inside in zip(self.classes, self.inside, strict=True):
            inside[codes[j]] += change
        self.off = self._off()

    def promise(self) -> Floats:
        """Value that each candidate would bring by itself, per expected attendee; shape (n,)."""
        everybody = np.arange(len(self.invited))
        alone = self.theme + self.partner * np.minimum(self.met, self.pool.k)
        return np.asarray((alone - self.missing(everybody, self.counts)) / self.pool.chance)

    def keeps_all_rules(self) -> bool:
        """Whether the list breaks none, counted from what is kept."""
        rows = np.flatnonzero(self.invited)
        return self.off <= 0 and not self.missing(rows, self.counts[:, rows]).any()

    def value(self) -> float:
        """Value of the list, broken rules aside."""
        met = np.minimum(self.met, self.pool.k)
        return float((self.theme + self.partner * met)[self.invited].sum())

    def _moved(self, rows: Integers, j: int, sign: int, before: Floats) -> Floats:
        """Distributions with one partner more or less."""
        p, counts = self.pool.chance[j], before.copy()
        if sign > 0:
            step = counts[:-1] * p
            counts[:-1] -= step
            counts[1:] += step
            return counts
        if p >= UNSTABLE:
            without = self.invited.copy()
            without[j] = False
            return self.odds.counts(without, rows)
        for c in range(len(counts) - 1):
            counts[c] = (counts[c] - (p * counts[c - 1] if c else 0)) / (1 - p)
        counts[-1] = 1 - counts[:-1].sum(axis=0)
        return counts

    def _off(self) -> float:
        """How far the whole is outside its rules, in attendees and invitations."""
        low, high = self.pool.attendance
        off = float(max(self.number - self.pool.budget, 0))
        off += max(low - self.total, self.total - high, 0.0)
        for (_, n, least, most), inside in zip(self.classes, self.inside, strict=True):
            low, high = least * self.total, most * self.total
            off += sum(max(low - own, own - high, 0.0) for own in inside[:n])
        return off if off > TINY else 0.0


def _cost(off: float) -> float:
    return OFF * off + BREACH if off > 0 else 0.0


def _classes(pool: Pool) -> list[tuple[list[int], int, float, float]]:
    """Codes, their number, smallest and largest share of each rule on shares.

    Those without a class are put in one more, which no rule looks at.
    """
    found = [(pool.department.tolist(), pool.n_departments, pool.department_share, 1.0)]
    for codes, most in ((pool.band, pool.shares[0]), (pool.trade, pool.shares[1])):
        n = int(codes.max(initial=-1)) + 1
        if most < 1 and n:
            found.append((np.where(codes < 0, n, codes).tolist(), n, 0.0, most))
    return found


def anneal(
    pool: Pool,
    core: Flags,
    odds: PartnerOdds,
    start: Flags,
    *,
    steps: int,
    rng: np.random.Generator,
    spent: Callable[[], float],
) -> Flags | None:
    """Improve a list by inviting and not inviting one candidate at a time.

    Parameters
    ----------
    pool
        The candidates.
    core
        Who may be invited; shape (n,).
    odds
        Of the same pool.
    start
        A list, whether or not it keeps the rules; shape (n,).
    steps
        Moves to try.
    rng
        Where chance comes from.
    spent
        Share of the time that is used; where it runs ahead of the steps, it cools and ends early.

    Returns
    -------
    ndarray or None
        The best list that keeps all rules, shape (n,); nothing where none was met.
    """
    free = np.flatnonzero(core & ~pool.asked)
    if not len(free):
        return None
    now = _List(pool, odds, start)
    best: Flags | None = None
    best_value = -np.inf
    scale = max(pool.theme_weight, pool.partner_weight) or 1.0
    for block in range(0, steps, BLOCK):
        progress = max(block / steps, spent())
        if progress >= 1:
            break
        heat = scale * HOTTEST * (COLDEST / HOTTEST) ** progress
        for who, chance in _moves(now, free, rng):
            flips = [now.flip(j) for j in who]
            gain = sum(value for value, _ in flips)
            if gain < 0 and chance >= exp(gain / heat):
                for _, before in reversed(flips):
                    now.restore(before)
                continue
            if now.off <= 0 and now.value() > best_value and now.keeps_all_rules():
                best, best_value = now.invited.copy(), now.value()
        now.recount()
    return best


def _moves(
    now: _List, free: Integers, rng: np.random.Generator
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Give one block of moves, each with a number of chance: an exchange, or one candidate alone.

    Who comes in is mostly one of those who promise most; that is looked up once per block.
    """
    order = free[np.argsort(-now.promise()[free], kind="stable")]
    outside, inside = order[~now.invited[order]], order[now.invited[order]]
    for kind, narrow, one, other, chance in rng.random((BLOCK, 5)).tolist():
        near = outside[:PROMISING] if narrow < 0.8 else outside
        comes = [int(near[int(one * len(near))])] if len(near) else []
        goes = [int(inside[int(other * len(inside))])] if len(inside) else []
        if kind < 0.6:
            yield (*goes, *comes), chance
        else:
            yield tuple((comes if kind < 0.8 else goes) or comes or goes), chance
