"""How well companies fit, read pair by pair: what the published model says, laid out for an event.

Nothing here knows a model: `models.event_scores` fills these arrays from a snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Scores:
    """What is known of every pair of some companies.

    Parameters
    ----------
    sirets
        Companies that have scores, each once.
    mutual
        How well both sides of a pair fit, in [0, 1], 0 where nothing speaks for it; symmetric,
        zero on the diagonal; shape (n, n).
    competitors
        Which pairs are competitors; symmetric, false on the diagonal; shape (n, n).

    Raises
    ------
    ValueError
        If the arrays do not keep to this.
    """

    sirets: tuple[str, ...]
    mutual: NDArray[np.float64]
    competitors: NDArray[np.bool_]

    def __post_init__(self) -> None:
        n = len(self.sirets)
        if len(set(self.sirets)) != n:
            raise ValueError("scores must name each SIRET once")
        for name in ("mutual", "competitors"):
            matrix = getattr(self, name)
            if matrix.shape != (n, n):
                raise ValueError(f"{name} must have shape ({n}, {n}), got {matrix.shape}")
            if not np.array_equal(matrix, matrix.T) or np.diagonal(matrix).any():
                raise ValueError(f"{name} must be symmetric and empty on the diagonal")
        if not ((self.mutual >= 0) & (self.mutual <= 1)).all():
            raise ValueError("mutual scores must be from 0 to 1")


def of_people(
    scores: Scores | None, sirets: Sequence[str | None]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Lay scores out for people, of whom several may be of one company, or of none.

    Parameters
    ----------
    scores
        Nothing where there is no snapshot: then no pair fits and nobody is a competitor.
    sirets
        Company of each of m people; one without scores fits nobody and competes with nobody.

    Returns
    -------
    (ndarray, ndarray)
        Mutual scores and competitors, both (m, m); two people of one company have neither.
    """
    m = len(sirets)
    mutual, competitors = np.zeros((m, m)), np.zeros((m, m), dtype=bool)
    if scores is None:
        return mutual, competitors
    row = {siret: number for number, siret in enumerate(scores.sirets)}
    rows = np.array([-1 if siret is None else row.get(siret, -1) for siret in sirets], dtype=int)
    known = np.flatnonzero(rows >= 0)
    here, there = np.ix_(known, known), np.ix_(rows[known], rows[known])
    mutual[here], competitors[here] = scores.mutual[there], scores.competitors[there]
    return mutual, competitors
