"""Probabilities that enough good partners are there: the Poisson-binomial distribution, exactly.

Also a linear rule that every list keeps, for the programs that bound what a list can be worth.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import brentq
from scipy.stats import poisson

from matchmaker.events.invitations.pool import Flags, Floats, Integers, Pool


class PartnerOdds:
    """P(at least k partners present) for every candidate, given who is invited.

    Partners are laid out in columns once, as the same question is asked of many lists.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.partner, self.real = _in_columns(pool.values)

    def counts(self, invited: Flags, rows: Integers | None = None) -> Floats:
        """Distribution of present partners.

        Parameters
        ----------
        invited
            Who is on the list; shape (n,).
        rows
            Whose partners; everybody's where not given.

        Returns
        -------
        ndarray
            Probabilities of 0, 1, ... k - 1, and of k or more; shape (k + 1, rows).
        """
        partner, real = self.partner, self.real
        if rows is not None:
            partner, real = partner[rows], real[rows]
        chance = np.where(invited, self.pool.chance, 0.0)
        counts = np.zeros((self.pool.k + 1, len(partner)))
        counts[0] = 1.0
        for column in range(partner.shape[1]):
            step = counts[:-1] * (chance[partner[:, column]] * real[:, column])
            counts[:-1] -= step
            counts[1:] += step
        return counts

    def enough(self, invited: Flags) -> Floats:
        """Probability that k or more invited partners come, for everybody; shape (n,)."""
        return np.asarray(self.counts(invited)[-1])

    def satisfied(self, invited: Flags) -> Flags:
        """Who of everybody would have enough partners; shape (n,)."""
        return self.enough(invited) >= self.pool.confidence - 1e-12

    def core(self) -> Flags:
        """Largest set in which everybody who is not asked yet has enough partners.

        More invitations never lower a probability, so whoever falls short among all the others
        falls short in every list: taking such people away until nobody falls short loses no list.
        """
        inside = ~self.pool.declined
        while True:
            kept = inside & (self.satisfied(inside) | self.pool.asked)
            if (kept == inside).all():
                return inside
            inside = kept


def _in_columns(values: sparse.csr_array[Any]) -> tuple[Integers, Floats]:
    degree = np.diff(values.indptr)
    width = int(degree.max(initial=0))
    partner = np.zeros((len(degree), width), dtype=np.int64)
    real = np.zeros((len(degree), width))
    row = np.repeat(np.arange(len(degree)), degree)
    column = np.arange(values.nnz) - np.repeat(values.indptr[:-1], degree)
    partner[row, column] = values.indices
    real[row, column] = 1.0
    return partner, real


def distribution(chance: Floats) -> Floats:
    """Probabilities of 0, 1, ... of independent answers; shape (len(chance) + 1,)."""
    counts = np.zeros(len(chance) + 1)
    counts[0] = 1.0
    for at, p in enumerate(chance, 1):
        counts[1 : at + 1] += (counts[:at] - counts[1 : at + 1]) * p
        counts[0] *= 1 - p
    return counts


def poisson_mean(k: int, confidence: float) -> float:
    """Mean of a Poisson variable that is k or more with this probability."""
    return float(brentq(lambda mean: poisson.sf(k - 1, mean) - confidence, 1e-9, 50.0 + 10 * k))


def necessary_weights(pool: Pool) -> tuple[Floats, float]:
    """Weights w and a limit c with: k partners with confidence -> sum of w of them >= c.

    A Poisson variable of mean -log(1 - p) is at least 1 with probability p, so it is at least as
    large as one that is 1 with probability p and else 0. The sum of the Poisson variables is then
    at least as likely to be k or more as the number of partners, hence its mean must reach that of
    `poisson_mean`. A weight above the limit is cut to it, which changes nothing.
    """
    limit = poisson_mean(pool.k, pool.confidence)
    with np.errstate(divide="ignore"):
        weights = -np.log1p(-pool.chance)
    return np.minimum(weights, limit), limit
