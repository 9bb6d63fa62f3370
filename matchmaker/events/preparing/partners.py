"""Whom to propose to whom by score alone, where nobody said anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_partners(
    mutual: NDArray[np.float64], allowed: NDArray[np.bool_], each: int
) -> NDArray[np.bool_]:
    """Choose the pairs that are among the best of one of the two.

    Of equal scores, those that follow in the order of the rows are taken first, in a circle: no
    company is first everywhere by its number.

    Parameters
    ----------
    mutual
        Mutual scores, symmetric, shape (n, n); a pair of zero is not chosen.
    allowed
        Pairs that may be chosen, symmetric, shape (n, n).
    each
        Partners of each.

    Returns
    -------
    ndarray
        Symmetric, shape (n, n): everybody has `each` partners or all who are allowed, and may be
        among the best of others besides.
    """
    allowed = allowed & (mutual > 0)
    places = np.arange(len(mutual))
    turn = (places - places[:, None]) % max(len(places), 1)
    order = np.lexsort((turn, -np.where(allowed, mutual, -1.0)), axis=1)[:, :each]
    chosen = np.zeros(mutual.shape, dtype=bool)
    np.put_along_axis(chosen, order, True, axis=1)
    chosen &= allowed
    return np.asarray(chosen | chosen.T)
