"""Groups by simulated annealing: the start that the integer program could not find in time.

A group meets at the member whose place is nearest to all, so the seats alone decide the cost; with
places to choose from, each group keeps the place that it was given. People who must stay together
move as one. Broken rules cost much and are gone before seats are handed on.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matchmaker.events.peer_groups.cohort import NOWHERE, Cohort, Integers
from matchmaker.events.peer_groups.pricing import Pricing

HOTTEST, COLDEST = 40.0, 0.4
"""Temperatures in minutes of travel, first and last."""
NEIGHBOURS = 12
"""A person tries the groups of that many people nearest by, half of the time."""
BLOCK = 512
"""Moves at one temperature."""
ONE_WAY = 0.25
"""Share of the moves in which nobody comes back."""


class _Walk:
    """Groups on their way, each with its price; the last list is of those without a group."""

    def __init__(self, cohort: Cohort, group: list[int], places: list[int]) -> None:
        self.n_leaders, self.n_groups, self.places = cohort.n_leaders, len(places), places
        self.pricing = Pricing(cohort)
        self.units, self.unit_of = _units(cohort)
        self.group = [group[self.units[unit][0]] for unit in self.unit_of]
        self.near = _nearest(cohort)
        self.members = [
            [i for i, g in enumerate(self.group) if g == at] for at in range(len(places) + 1)
        ]
        self.prices = [self.price(at, inside) for at, inside in enumerate(self.members)]

    def price(self, at: int, inside: list[int]) -> tuple[int, int]:
        """Cost of some people as one of the groups, and how many rules they break."""
        if at == self.n_groups:
            return self.pricing.nobody(inside)
        return self.pricing.group(inside, self.places[at])

    def step(self, heat: float, draw: list[float]) -> bool:
        """Try one move with five numbers of chance in [0, 1); whether it was made."""
        i = int(draw[0] * len(self.group))
        a, b = self.group[i], self._target(i, draw[1])
        if a == b:
            return False
        going, coming = self.units[self.unit_of[i]], self._partner(i, b, draw)
        left = [m for m in self.members[a] if m not in going] + coming
        joined = [m for m in self.members[b] if m not in coming] + going
        one, other = self.price(a, left), self.price(b, joined)
        change = one[0] + other[0] - self.prices[a][0] - self.prices[b][0]
        if change > 0 and draw[4] >= exp(-change / heat):
            return False
        self.members[a], self.members[b] = left, joined
        self.prices[a], self.prices[b] = one, other
        for who, at in ((going, b), (coming, a)):
            for m in who:
                self.group[m] = at
        return True

    def _target(self, i: int, chance: float) -> int:
        """Group to go to: that of somebody nearby, or any."""
        if chance < 0.5:
            return self.group[int(self.near[i, int(2 * chance * self.near.shape[1])])]
        return int((2 * chance - 1) * (self.n_groups + 1))

    def _partner(self, i: int, b: int, draw: list[float]) -> list[int]:
        """Who comes back in exchange: mostly somebody of the same kind, sometimes nobody."""
        n = self.n_leaders
        alike = [m for m in self.members[b] if (m < n) == (i < n)]
        if draw[2] < ONE_WAY or not alike:
            return []
        return self.units[self.unit_of[alike[int(draw[3] * len(alike))]]]


def anneal(
    cohort: Cohort,
    start: Integers,
    places: list[int],
    *,
    steps: int,
    rng: np.random.Generator,
    spent: Callable[[], float],
) -> Integers | None:
    """Improve groups by moving and exchanging people.

    Parameters
    ----------
    cohort
        The people and the rules.
    start
        Group of everybody, 0 to the number of groups, the last for nobody's; shape (people,).
    places
        Hub of each group, -1 where it meets at a member.
    steps
        Moves to try.
    rng
        Where chance comes from.
    spent
        Share of the time that is used; where it runs ahead of the steps, it cools and ends early.

    Returns
    -------
    ndarray or None
        The best groups that break no rule, in the form of `start`; nothing where none was met.
    """
    walk = _Walk(cohort, start.tolist(), places)
    best: list[int] | None = None
    best_cost = 0
    for block in range(0, steps, BLOCK):
        progress = max(block / steps, spent())
        if progress >= 1:
            break
        heat = max(cohort.rules.travel, 1) * HOTTEST * (COLDEST / HOTTEST) ** progress
        for draw in rng.random((BLOCK, 5))[: steps - block].tolist():
            if not walk.step(heat, draw) or any(breaches for _, breaches in walk.prices):
                continue
            cost = sum(price for price, _ in walk.prices)
            if best is None or cost < best_cost:
                best, best_cost = list(walk.group), cost
    return None if best is None else np.array(best)


def _units(cohort: Cohort) -> tuple[list[list[int]], Integers]:
    pairs = np.array(cohort.together, dtype=np.int64).reshape(-1, 2)
    size = (cohort.n_people, cohort.n_people)
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=size)
    count, labels = connected_components(joined, directed=False)
    unit_of = labels.astype(np.int64)
    return [np.flatnonzero(unit_of == u).tolist() for u in range(count)], unit_of


def _nearest(cohort: Cohort) -> Integers:
    """People nearest to each, by the ways to all hubs; shape (people, at most 12)."""
    ways = cohort.minutes.astype(np.float64)
    if (cohort.host < 0).any():
        apart = np.abs(ways[:, None, :] - ways[None, :, :]).max(axis=2)
    else:
        apart = ways.copy()
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, : max(min(NEIGHBOURS, len(ways) - 1), 1)]
    return order.astype(np.int64)


def around(cohort: Cohort, hubs: list[int]) -> Integers:
    """Put each person at the nearest hub that has a free place, those with most to lose first.

    Returns
    -------
    ndarray
        Group of everybody, shape (people,); nobody is left out unless everything is full.
    """
    ways = np.where(cohort.near, cohort.minutes, 10**6)[:, hubs]
    group = np.full(cohort.n_people, len(hubs))
    n = cohort.n_leaders
    for rows, most in (
        (range(n), cohort.rules.size[1]),
        (range(n, cohort.n_people), cohort.rules.mentors[1]),
    ):
        own = np.array(rows, dtype=np.int64)
        even = min(most, -(-len(own) // max(len(hubs), 1)))
        room = np.full(len(hubs), even)
        urgency = np.sort(ways[own], axis=1)
        regret = urgency[:, min(1, len(hubs) - 1)] - urgency[:, 0]
        for i in own[np.argsort(-regret, kind="stable")].tolist():
            order = [g for g in np.argsort(ways[i], kind="stable").tolist() if room[g]]
            if order:
                group[i] = order[0]
                room[order[0]] -= 1
    return group


def with_hubs(cohort: Cohort, group: Integers, places: list[int]) -> Integers:
    """Hub of everybody: that of the group, or the member nearest to all; -1 for nobody's."""
    hub = np.full(len(group), NOWHERE)
    ways = np.where(cohort.near, cohort.minutes, 10**6)
    for at, place in enumerate(places):
        inside = np.flatnonzero(group == at)
        if place < 0:
            place = int(inside[np.argmin(ways[np.ix_(inside, inside)].sum(axis=0))])
        hub[inside] = place
    return hub
