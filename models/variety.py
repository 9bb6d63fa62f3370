"""Lists without repetition: the next partner is a good one that differs from those before it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from models.inputs import Floats, Rows
from models.reciprocity import Scores

PADDING, PLACED = -10.0, -100.0
"""Far below the values of real partners, which lie in [-1, 1]."""


def varied(partners: Rows, scores: Scores, alike: Scores, strength: float) -> Rows:
    """Reorder each list by maximal marginal relevance, greedily.

    The next place goes to the largest `(1 - strength) score / best score of the list - strength
    (likeness to the most alike partner placed before)`; the earlier partner wins a tie.

    Parameters
    ----------
    partners
        Lists, best first, shape (m, c), padded with -1 at the end.
    scores
        Zero or more, descending in every list, same shape; ignored at the padding.
    alike
        Likeness of the partners of each list to each other, in [0, 1], shape (m, c, c).
    strength
        In [0, 1]; 0 keeps the order, 1 looks at variety alone.

    Returns
    -------
    ndarray
        Places in the rows of `partners`, shape (m, c): a permutation of each row that begins with
        place 0 and leaves the padding at the end.

    Raises
    ------
    ValueError
        If the strength is outside [0, 1], a shape is wrong, or a list is not in descending order.

    References
    ----------
    Carbonell, Goldstein, The use of MMR, diversity-based reranking, SIGIR 1998.
    """
    m, c = partners.shape
    _check(partners, scores, alike, strength)
    listed = np.where(partners < 0, 0, scores)
    best = listed.max(axis=1, initial=0, keepdims=True)
    relevance = (1 - strength) * listed / np.where(best > 0, best, 1)
    nearest = np.zeros((m, c))
    # Behind every partner, the padding, and behind that, what is placed already.
    behind = np.where(partners < 0, PADDING, np.inf)
    lists = np.arange(m)
    places = np.zeros((m, c), dtype=np.int64)
    for place in range(c):
        chosen = np.argmax(np.minimum(relevance - strength * nearest, behind), axis=1)
        places[:, place] = chosen
        behind[lists, chosen] = PLACED
        nearest = np.maximum(nearest, alike[lists, chosen])
    return places


def same_categories(categories: npt.NDArray[np.integer[Any]]) -> Floats:
    """Share of categories (trade, commune, ...) in which partners of a list agree.

    Parameters
    ----------
    categories
        Shape (m, c, k); a negative one is unknown and agrees with nothing.

    Returns
    -------
    ndarray
        Shape (m, c, c), in [0, 1]; 0 where there is no category.
    """
    one, other = categories[:, :, None, :], categories[:, None, :, :]
    same: Floats = ((one == other) & (one >= 0)).sum(axis=-1, dtype=np.float32)
    return same / np.float32(max(categories.shape[-1], 1))


def cosines(vectors: Floats) -> Floats:
    """Cosines of the partners of each list, negative ones and those with a zero vector as 0.

    Parameters
    ----------
    vectors
        Shape (m, c, d).

    Returns
    -------
    ndarray
        Shape (m, c, c), in [0, 1].
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    alike: Floats = np.clip(np.matmul(unit, unit.transpose(0, 2, 1)), 0, 1)
    return alike


def _check(partners: Rows, scores: Scores, alike: Scores, strength: float) -> None:
    m, c = partners.shape
    if not 0 <= strength <= 1:
        raise ValueError(f"strength must be in [0, 1], got {strength}")
    if scores.shape != (m, c) or alike.shape != (m, c, c):
        raise ValueError(
            f"scores and alike must have shapes {(m, c)} and {(m, c, c)}, "
            f"got {scores.shape} and {alike.shape}"
        )
    listed = partners >= 0
    if (listed[:, 1:] & ~listed[:, :-1]).any():
        raise ValueError("padding must stand at the end of a list")
    rising = listed[:, 1:] & (scores[:, 1:] > scores[:, :-1])
    if rising.any() or not (scores[listed] >= 0).all():
        raise ValueError("scores must be zero or more and descend in every list")
