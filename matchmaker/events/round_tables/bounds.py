"""What no evening can beat: a linear program.

Seats bound how many people each participant meets; who meets whom then fills those seats with the
best pairs (a fractional b-matching). Tables bring more: a table cannot be all cross encounters.
Whoever sits where, each department is spread over the tables of a round, so that at least the
pairs of an even spread are within a department. Cuts from the eigenvalues of sums of tables (the
semidefinite relaxation) were tried and never moved this bound.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.events.round_tables.evening import Counts, Evening, Floats
from matchmaker.events.round_tables.scoring import cross_scale
from matchmaker.events.stopping import Stop

SLACK = 1e-7
"""Added to a bound, relative, for rounding."""


def fewest_repeats(evening: Evening) -> int:
    """Bound the second encounters from below, in two ways.

    Seats beyond the people whom one may meet are second encounters. So are pairs that share tables
    in two rounds that follow each other: those who are there in both are spread over all pairs of
    a table of one and a table of the other, at best evenly.
    """
    missing = evening.fewest_others - evening.admissible.sum(axis=1)
    following = sum(
        _pairs_inside(both, cells)
        for both, cells in (_in_both(evening, k - 1, k) for k in range(1, evening.rounds))
    )
    return max(int(-(-np.maximum(missing, 0).sum() // 2)), following)


def _in_both(evening: Evening, first: int, second: int) -> tuple[int, int]:
    """Count the people of two rounds, and the pairs of their tables."""
    both = int((evening.present[first] & evening.present[second]).sum())
    return both, len(evening.sizes[first]) * len(evening.sizes[second])


def objective_bound(evening: Evening, stop: Stop) -> float:
    """Bound the objective of every evening from above.

    Variables are pairs, at most 1, then the steps of each participant's cross share. Where the
    program does not end in time the bound is that of the best partners for everybody's seats.
    """
    simple = _best_partners(evening)
    low, high = np.nonzero(np.triu(evening.admissible, 1))
    gains = [evening.value[low, high], np.tile(_step_gains(evening), evening.n)]
    result = milp(
        -np.concatenate(gains),
        constraints=_limits(evening, low, high),
        bounds=Bounds(0, 1),
        options={"time_limit": max(stop.remaining, 0.001)},
    )
    return simple if result.status != 0 else min(simple, _rounded_up(-float(result.fun)))


def _best_partners(evening: Evening) -> float:
    """Give each participant the best partners for all seats."""
    worth = np.where(evening.admissible, evening.value + evening.cross_weight * evening.cross, 0)
    best = -np.sort(-worth, axis=1)
    taken = np.arange(evening.n)[None, :] < evening.most_others[:, None]
    return _rounded_up(float((best * taken).sum() / 2))


def _rounded_up(bound: float) -> float:
    return bound * (1 + SLACK)


def _seated(n: int, low: Counts, high: Counts) -> sparse.csr_array:
    """Count the encounters of each participant: shape (n, pairs)."""
    pairs = np.arange(len(low))
    at = (np.concatenate([low, high]), np.concatenate([pairs, pairs]))
    return sparse.csr_array((np.ones(2 * len(low)), at), shape=(n, len(low)))


def _step_gains(evening: Evening) -> Floats:
    """Worth of a participant's first, second, ... cross encounter."""
    steps = cross_scale(evening)
    gains: Floats = evening.cross_weight / 2 * (1 - np.arange(steps) / steps)
    return gains


def _limits(evening: Evening, low: Counts, high: Counts) -> list[LinearConstraint]:
    """Limit encounters by seats (from below too, if nobody meets twice), and cross ones by tables.

    A seat filled twice by the same person is one encounter, so there is no least number of them
    where second encounters are only avoided.
    """
    n, steps = evening.n, cross_scale(evening)
    seated = _seated(n, low, high)
    crosses = evening.cross[low, high].astype(np.float64)
    shares = sparse.kron(sparse.eye_array(n), np.ones((1, steps)))
    no_shares = sparse.csr_array((n, n * steps))
    each = sparse.hstack([seated, no_shares])
    counted = sparse.hstack([seated.multiply(crosses[None, :]), -shares])
    together = np.concatenate([crosses, np.zeros(n * steps)])[None, :]
    least = evening.fewest_others if evening.never else np.zeros(n)
    return [
        LinearConstraint(sparse.csr_array(each), least, evening.most_others),
        LinearConstraint(sparse.csr_array(counted), 0, 0),
        LinearConstraint(together, -np.inf, most_cross(evening)),
    ]


def most_cross(evening: Evening) -> int:
    """Bound the cross encounters of all rounds: each department is spread over all tables."""
    members = np.unique(~evening.cross, axis=0).astype(np.int64)
    total = 0
    for present, sizes in zip(evening.present, evening.sizes, strict=True):
        inside = sum(_pairs_inside(int(count), len(sizes)) for count in members @ present)
        total += sum(size * (size - 1) // 2 for size in sizes) - inside
    return total


def _pairs_inside(count: int, tables: int) -> int:
    least, more = divmod(count, tables)
    return more * (least + 1) * least // 2 + (tables - more) * least * (least - 1) // 2
