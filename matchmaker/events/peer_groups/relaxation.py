"""A bound that no groups can beat, and meeting places that look good.

Lagrangian relaxation of the capacitated p-median problem with quotas: the rules "each person sits
in one group", "these two are apart" and "each class has its fair number" are priced, and then every
hub picks its own best group by sorting. Any prices give a bound; subgradient steps find good ones.
Left out are only people who must stay together and the goal of common themes, which can but lower
the bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.events.peer_groups.cohort import Cohort, Integers
from matchmaker.events.stopping import Stop

Floats = npt.NDArray[np.float64]

ROUNDS, PATIENCE = 2_000, 30
"""Price corrections in all, and those without a better bound before the step is shortened."""
SHORTER, SHORTEST = 0.7, 1e-3
HUGE = 1e7
"""Above every cost of a person; a hub that must take somebody out of reach is not used."""


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation says of one number of groups.

    Parameters
    ----------
    bound
        In minutes of travel; infinite where no hubs can hold so many groups.
    appeal
        How often a hub was picked late in the search, in [0, 1]; shape (hubs,).
    """

    bound: float
    appeal: Floats


class _Prices:
    """What is paid: by people for a seat, at each hub for a class, and for a pair kept apart."""

    def __init__(self, cohort: Cohort) -> None:
        rules, n = cohort.rules, cohort.n_leaders
        n_hubs = cohort.minutes.shape[1]
        self.cohort = cohort
        self.costs = np.where(cohort.near, rules.travel * cohort.minutes, HUGE).astype(np.float64)
        self.ceiling = np.where(cohort.must, np.inf, float(rules.left_out))
        self.ceiling[n:] = np.where(cohort.must[n:], np.inf, rules.reserve)
        cheapest = self.costs.min(axis=1, keepdims=True)
        spread = np.ptp(np.where(cohort.near, self.costs, cheapest), axis=1)
        start = cheapest[:, 0] + np.median(spread) / 4
        self.seat = np.minimum(start, self.ceiling)
        self.kind = np.zeros((cohort.n_people, cohort.n_sizes + cohort.n_maturities))
        self.kind[np.arange(n), cohort.size_class] = 1
        self.kind[np.arange(n), cohort.n_sizes + cohort.maturity_class] = 1
        self.most = np.repeat(
            np.array([rules.size_mix, rules.maturity_mix], dtype=np.float64),
            [cohort.n_sizes, cohort.n_maturities],
        )
        self.mix = np.zeros((self.kind.shape[1], n_hubs))
        counts = self.kind.sum(axis=0).astype(np.int64)
        sizes = np.arange(rules.size[0], rules.size[1] + 1)[:, None]
        self.low, self.high = sizes * counts // n, -(-sizes * counts // n)
        pairs = np.array(cohort.never, dtype=np.int64).reshape(-1, 2)
        ones = np.ones(pairs.size)
        shape = (cohort.n_people, len(pairs))
        column = np.repeat(np.arange(len(pairs)), 2)
        self.in_pair = sparse.csr_array((ones, (pairs.ravel(), column)), shape=shape)
        self.apart = np.zeros((len(pairs), n_hubs))

    def reduced(self) -> Floats:
        """Cost of everybody at every hub at these prices; shape (people, hubs)."""
        reduced: Floats = self.costs - self.seat[:, None] - self.kind @ self.mix
        return reduced + self.in_pair @ self.apart

    def of_sizes(self) -> Floats:
        """Cost of a group of each size at every hub, whoever is in it; shape (sizes, hubs)."""
        few, many = np.maximum(self.mix, 0), np.maximum(-self.mix, 0)
        return np.asarray(self.low @ few - self.high @ many - self.apart.sum(axis=0))

    def move(self, hubs: Integers, chosen: Floats, reach: float) -> bool:
        """Correct the prices along the subgradient; no where nothing is left to correct.

        Parameters
        ----------
        hubs
            The hubs that were picked.
        chosen
            Who is in the group of each; shape (people, picked hubs).
        reach
            By how much the value should rise.
        """
        seat = 1 - chosen.sum(axis=1)
        # Somebody who may stay away at the ceiling is served by staying away.
        seat[(self.seat >= self.ceiling) & (seat > 0)] = 0
        at = chosen[: self.cohort.n_leaders].sum(axis=0).astype(int) - self.cohort.rules.size[0]
        inside, mix = self.kind.T @ chosen, self.mix[:, hubs]
        low, high = self.low[at].T - inside, self.high[at].T - inside
        unpriced = np.maximum(low, 0) + np.minimum(high, 0)
        slope = np.where(mix > 0, low, np.where(mix < 0, high, unpriced))
        slope[(np.abs(mix) >= self.most[:, None]) & (slope * mix > 0)] = 0
        both = np.asarray(self.in_pair.T @ chosen) - 1
        both[(self.apart[:, hubs] <= 0) & (both < 0)] = 0
        norm = float((seat**2).sum() + (slope**2).sum() + (both**2).sum())
        if norm == 0:
            return False
        step = reach / norm
        self.seat = np.minimum(self.seat + step * seat, self.ceiling)
        moved = np.clip(mix + step * slope, -self.most[:, None], self.most[:, None])
        self.mix[:, hubs] = np.where(moved * mix < 0, 0, moved)
        self.apart[:, hubs] = np.maximum(self.apart[:, hubs] + step * both, 0)
        return True


def relax(cohort: Cohort, n_groups: int, stop: Stop) -> Relaxed:
    """Bound the objective from below.

    Parameters
    ----------
    cohort
        The people and the rules.
    n_groups
        Number of groups.
    stop
        When to come back with the best so far.

    References
    ----------
    Beasley, Lagrangean heuristics for location problems, European J. of Oper. Res. 65, 1993.
    """
    prices = _Prices(cohort)
    best, step, stale = -np.inf, 1.0, 0
    picked = np.zeros(prices.costs.shape[1])
    for _ in range(ROUNDS):
        reduced, of_sizes = prices.reduced(), prices.of_sizes()
        values = hub_values(cohort, reduced, of_sizes)
        hubs = np.argsort(values, kind="stable")[:n_groups]
        bound = float(prices.seat.sum() + values[hubs].sum())
        if len(hubs) < n_groups or bound >= HUGE / 2:
            return Relaxed(np.inf, np.zeros_like(picked))
        picked = 0.98 * picked
        picked[hubs] += 0.02
        stale = 0 if bound > best + 1e-6 else stale + 1
        best = max(best, bound)
        if stale >= PATIENCE:
            step, stale = step * SHORTER, 0
        chosen = np.stack([best_group(cohort, reduced, of_sizes, int(h)) for h in hubs], axis=1)
        reach = step * (0.05 * abs(best) + 1 + best - bound)
        if step < SHORTEST or stop.reached or not prices.move(hubs, chosen, reach):
            break
    return Relaxed(best + theme_floor(cohort), picked)


def hub_values(cohort: Cohort, reduced: Floats, of_sizes: Floats) -> Floats:
    """Cost of the best group at every hub; shape (hubs,).

    Parameters
    ----------
    reduced
        Cost of everybody at every hub; shape (people, hubs).
    of_sizes
        Cost of a group of each size from the smallest on; shape (sizes, hubs).
    """
    rules, n = cohort.rules, cohort.n_leaders
    hosted = np.flatnonzero(cohort.host >= 0)
    reduced = reduced.copy()
    reduced[cohort.host[hosted], hosted] -= HUGE
    parts = [
        np.sort(reduced[:n][cohort.department == d], axis=0) for d in range(cohort.n_departments)
    ]
    least = rules.department_min
    forced = sum((_first(part, least) for part in parts), start=np.zeros(reduced.shape[1]))
    rest = np.sort(np.concatenate([part[least:] for part in parts]), axis=0)
    taken = cohort.n_departments * least
    leaders = np.full(reduced.shape[1], np.inf)
    for k, size in enumerate(range(rules.size[0], rules.size[1] + 1)):
        if size >= taken:
            leaders = np.minimum(leaders, forced + _first(rest, size - taken) + of_sizes[k])
    mentors = np.sort(reduced[n:], axis=0)
    low, high = rules.mentors
    extra = np.minimum(mentors[low:high], 0).sum(axis=0)
    return np.asarray(leaders + _first(mentors, low) + extra + np.where(cohort.host >= 0, HUGE, 0))


def _first(part: Floats, count: int) -> Floats:
    if len(part) < count:
        return np.full(part.shape[1], HUGE)
    total: Floats = part[:count].sum(axis=0)
    return total


def best_group(cohort: Cohort, reduced: Floats, of_sizes: Floats, hub: int) -> Floats:
    """Who is in the best group of one hub, as 0 and 1; shape (people,)."""
    rules, n = cohort.rules, cohort.n_leaders
    own = reduced[:, hub].copy()
    if cohort.host[hub] >= 0:
        own[cohort.host[hub]] -= HUGE
    chosen = np.zeros(len(own))
    order = np.argsort(own[:n], kind="stable")
    for d in range(cohort.n_departments):
        chosen[order[cohort.department[order] == d][: rules.department_min]] = 1
    taken = int(chosen.sum())
    rest = order[chosen[order] == 0]
    sums = np.concatenate([[0.0], np.cumsum(own[rest])])
    sizes = np.arange(max(rules.size[0], taken), min(rules.size[1], n) + 1)
    totals = sums[sizes - taken] + of_sizes[sizes - rules.size[0], hub]
    chosen[rest[: int(sizes[np.argmin(totals)]) - taken]] = 1
    mentors = n + np.argsort(own[n:], kind="stable")
    place = np.arange(len(mentors))
    low, high = rules.mentors
    chosen[mentors[(place < low) | ((place < high) & (own[mentors] < 0))]] = 1
    return chosen


def theme_floor(cohort: Cohort) -> int:
    """Cost of common themes that are missing in any groups, as nobody else names them."""
    n = cohort.n_leaders
    missing = np.maximum(cohort.rules.theme_partners - cohort.alike[:n].sum(axis=1), 0)
    return cohort.rules.themes * int(missing[cohort.has_themes & cohort.must[:n]].sum())
