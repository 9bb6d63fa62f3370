"""Which invitations go out first: the best connected, in both departments alike."""

from __future__ import annotations

import numpy as np

from matchmaker.events.invitations.pool import Flags, Integers, Pool


def waves_of(pool: Pool, invited: Flags, first: int, last: int) -> Integers:
    """Share a list out over the waves from `first` to `last`.

    Within each department, who is taken away last when the one with fewest expected partners among
    the rest goes again and again (the core of the list) is asked first. Each wave has the same part
    of each department.

    Returns
    -------
    ndarray
        Wave of everybody, 0 for who was asked before or is not invited; shape (n,).
    """
    waves = np.zeros(len(pool), dtype=np.int64)
    order = np.array(_core_first(pool, invited), dtype=np.int64)
    n_waves = last - first + 1
    for d in range(pool.n_departments):
        own = order[pool.department[order] == d]
        waves[own] = first + np.arange(len(own)) * n_waves // max(len(own), 1)
    return waves


def _core_first(pool: Pool, invited: Flags) -> list[int]:
    """Order the new invitations, the core first."""
    left = invited & ~pool.asked
    met = pool.values @ (pool.chance * invited)
    gone: list[int] = []
    while left.any():
        rows = np.flatnonzero(left)
        out = int(rows[np.argmin(met[rows])])
        left[out] = False
        gone.append(out)
        begin, end = pool.values.indptr[out], pool.values.indptr[out + 1]
        met[pool.values.indices[begin:end]] -= pool.chance[out] * pool.values.data[begin:end]
    return gone[::-1]
