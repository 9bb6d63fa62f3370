"""Who takes which place of a given schedule: a quadratic assignment, by tabu search.

A schedule without second encounters stays one whoever takes its places, so only values and people
who have to stay apart count. Source: Taillard, Robust taboo search for the quadratic assignment
problem, Parallel Computing 17, 1991.
"""

from __future__ import annotations

from itertools import count

import numpy as np

from matchmaker.events.round_tables.evening import Bools, Counts, Floats
from matchmaker.events.stopping import Stop

STEPS_PER_PLACE, FEWEST_STEPS = 50, 1000
"""The search ends after so many steps per place, and at least so many, without a better total."""
TENURE = (0.5, 1.5)
"""A place does not get the same person back for so many steps, in multiples of their number."""


def place(worth: Floats, meets: Bools, stop: Stop, rng: np.random.Generator) -> Counts:
    """Find who takes which place.

    Parameters
    ----------
    worth
        Of an encounter of two people, far below zero where they stay apart; symmetric, shape
        (n, n), zero on the diagonal.
    meets
        Whether two places share a table in some round; symmetric, shape (n, n).

    Returns
    -------
    array of int, shape (n,)
        The person at each place.
    """
    n = len(worth)
    person = rng.permutation(n)
    scale = float(np.abs(worth).max())
    if scale == 0:
        return person
    worth, adjacent = worth / scale, meets.astype(np.float64)
    best, total = person.copy(), 0.0
    highest, since = 0.0, 0
    free_at = np.zeros((n, n), dtype=np.int64)
    upper = np.triu_indices(n, 1)
    for step in count(1):
        delta = _gains(worth[np.ix_(person, person)], adjacent)[upper]
        a, b = upper
        back = (free_at[a, person[b]] >= step) & (free_at[b, person[a]] >= step)
        delta[back & (total + delta <= highest + 1e-5)] = -np.inf
        move = int(delta.argmax())
        if not np.isfinite(delta[move]):
            move = int(rng.integers(len(delta)))
        i, j = int(a[move]), int(b[move])
        total += _gain_of(worth, adjacent, person, i, j)
        tenure = rng.integers(int(TENURE[0] * n), int(TENURE[1] * n) + 1, size=2)
        free_at[i, person[i]], free_at[j, person[j]] = step + tenure
        person[i], person[j] = person[j], person[i]
        since += 1
        if total > highest + 1e-5:
            best, highest, since = person.copy(), total, 0
        if since >= max(STEPS_PER_PLACE * n, FEWEST_STEPS) or stop.reached:
            break
    return best


def _gains(worth: Floats, adjacent: Floats) -> Floats:
    """Gain of every swap of two places, shape (n, n)."""
    cross = worth @ adjacent
    own = np.diag(cross)
    gains: Floats = cross + cross.T - own[:, None] - own[None, :] + 2 * worth * adjacent
    return gains


def _gain_of(worth: Floats, adjacent: Floats, person: Counts, i: int, j: int) -> float:
    a, b = worth[person[i], person], worth[person[j], person]
    gain = (b - a) @ (adjacent[i] - adjacent[j]) + 2 * a[j] * adjacent[i, j]
    return float(gain)
