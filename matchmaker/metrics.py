"""How good ranked lists and pair scores are; pure functions of arrays.

Metrics of lists give one value per query, so that two models can be compared query by query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.integer[Any]]
Values = npt.NDArray[np.float64]

PADDING = -1
"""Fills the end of a list that is shorter than the others."""


@dataclass(frozen=True)
class Hits:
    """Where in each list a relevant row stands.

    Parameters
    ----------
    found
        Whether the list holds a relevant row at that place, best first; shape (m, k).
    n_relevant
        Number of relevant rows of each query, in its list or not; at least 1, shape (m,).
    """

    found: npt.NDArray[np.bool_]
    n_relevant: npt.NDArray[np.int64]

    def first(self, k: int) -> npt.NDArray[np.bool_]:
        """Keep the first `k` places; shape (m, k).

        Raises
        ------
        ValueError
            If the lists are shorter than `k`.
        """
        longest = self.found.shape[1]
        if not 1 <= k <= longest:
            raise ValueError(f"k must be from 1 to the length of the lists, {longest}, got {k}")
        return self.found[:, :k]


def hits_in(lists: Integers, indptr: Integers, indices: Integers) -> Hits:
    """Find the relevant rows in the lists.

    Parameters
    ----------
    lists
        Row numbers, best first, `PADDING` where a list has ended; shape (m, k).
    indptr, indices
        Relevant rows of query q: `indices[indptr[q]:indptr[q + 1]]`, as in a CSR array; a row that
        is there twice counts once.

    Raises
    ------
    ValueError
        If a query has no relevant row, a list holds a row twice, or the arrays do not fit.
    """
    if lists.ndim != 2 or len(indptr) != len(lists) + 1:
        raise ValueError(
            f"lists of shape (m, k) need m + 1 offsets, got {lists.shape} and {len(indptr)} offsets"
        )
    if (lists < PADDING).any() or (indices < 0).any():
        raise ValueError(f"rows must be >= 0, or {PADDING} where a list has ended")
    width = int(max(lists.max(initial=0), indices.max(initial=0))) + 1
    queries = np.arange(len(lists), dtype=np.int64)
    relevant = np.unique(np.repeat(queries, np.diff(indptr)) * width + indices)
    n_relevant = np.bincount(relevant // width, minlength=len(lists))
    if (n_relevant == 0).any():
        raise ValueError(f"query {int(np.argmin(n_relevant))} has no relevant row")
    keys = np.where(lists == PADDING, PADDING, queries[:, None] * width + lists)
    _check_distinct(keys)
    return Hits(np.isin(keys, relevant), n_relevant.astype(np.int64))


def _check_distinct(keys: npt.NDArray[np.int64]) -> None:
    ordered = np.sort(keys, axis=1)
    repeated = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] != PADDING)
    if repeated.any():
        raise ValueError(f"list {int(np.argmax(repeated.any(axis=1)))} holds a row twice")


def recall_at(hits: Hits, k: int) -> Values:
    """Share of the relevant rows that the first `k` places hold; shape (m,).

    Raises
    ------
    ValueError
        If the lists are shorter than `k`.
    """
    recall: Values = hits.first(k).sum(axis=1) / hits.n_relevant
    return recall


def hit_at(hits: Hits, k: int) -> Values:
    """Give 1 where the first `k` places hold a relevant row, else 0; shape (m,).

    Raises
    ------
    ValueError
        If the lists are shorter than `k`.
    """
    return np.asarray(hits.first(k).any(axis=1), dtype=np.float64)


def reciprocal_rank(hits: Hits, k: int) -> Values:
    """Give 1 / rank of the first relevant row, 0 where the first `k` places hold none; shape (m,).

    Raises
    ------
    ValueError
        If the lists are shorter than `k`.

    References
    ----------
    Voorhees, The TREC-8 question answering track report, 1999.
    """
    found = hits.first(k)
    ranks: Values = 1.0 + found.argmax(axis=1)
    return np.where(found.any(axis=1), 1 / ranks, 0.0)


def ndcg_at(hits: Hits, k: int) -> Values:
    """Discounted gain of the first `k` places over that of the best possible list; shape (m,).

    `sum(1 / log2(1 + rank) of each hit) / sum(1 / log2(1 + rank) for rank 1..min(n_relevant, k))`.

    Raises
    ------
    ValueError
        If the lists are shorter than `k`.

    References
    ----------
    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM TOIS 20, 2002.
    """
    ndcg: Values = hits.first(k) @ _discounts(k) / _best_gain(hits.n_relevant, k)
    return ndcg


def _discounts(k: int) -> Values:
    return 1 / np.log2(np.arange(2, k + 2))


def _best_gain(n_relevant: Integers, k: int) -> Values:
    best: Values = np.cumsum(_discounts(k))[np.minimum(n_relevant, k) - 1]
    return best


def chance_recall(n_relevant: Integers, n_candidates: Integers, k: int) -> Values:
    """Give the expected recall at `k` of a uniformly random order of the candidates.

    Each relevant row is among the first `k` of `n` candidates with probability `min(k, n) / n`.

    Parameters
    ----------
    n_relevant
        Relevant rows of each query, all among its candidates; shape (m,).
    n_candidates
        Candidates of each query; shape (m,).
    k
        Places that count.

    Raises
    ------
    ValueError
        If a query has no relevant row or more of them than candidates, or `k` is below 1.
    """
    _check_chances(n_relevant, n_candidates, k)
    recall: Values = np.minimum(k, n_candidates) / n_candidates
    return recall


def chance_ndcg(n_relevant: Integers, n_candidates: Integers, k: int) -> Values:
    """Give the expected nDCG at `k` of a uniformly random order of the candidates.

    Every place holds a relevant row with probability `n_relevant / n_candidates`, and expectation
    is linear, so the value is exact.

    Parameters
    ----------
    n_relevant
        Relevant rows of each query, all among its candidates; shape (m,).
    n_candidates
        Candidates of each query; shape (m,).
    k
        Places that count.

    Raises
    ------
    ValueError
        If a query has no relevant row or more of them than candidates, or `k` is below 1.
    """
    _check_chances(n_relevant, n_candidates, k)
    gain_of_all = np.cumsum(_discounts(k))[np.minimum(n_candidates, k) - 1]
    ndcg: Values = n_relevant / n_candidates * gain_of_all / _best_gain(n_relevant, k)
    return ndcg


def _check_chances(n_relevant: Integers, n_candidates: Integers, k: int) -> None:
    if k < 1:
        raise ValueError(f"k must be >= 1, got {k}")
    if (np.asarray(n_relevant) < 1).any() or (np.asarray(n_relevant) > n_candidates).any():
        raise ValueError("each query needs from one relevant row to as many as it has candidates")


def roc_auc(positive_scores: Values, negative_scores: Values) -> float:
    """Give the probability that a positive scores above a negative, ties counted one half.

    Parameters
    ----------
    positive_scores, negative_scores
        Scores of pairs that are linked and of pairs that are not; any shape (p,) and (n,).

    Raises
    ------
    ValueError
        If either is empty or holds NaN.

    References
    ----------
    Hanley and McNeil, The meaning and use of the area under a ROC curve, Radiology 143, 1982.
    """
    _check_scores(positive_scores, negative_scores)
    ordered = np.sort(negative_scores)
    below = np.searchsorted(ordered, positive_scores, side="left")
    not_above = np.searchsorted(ordered, positive_scores, side="right")
    return float((below + not_above).mean() / (2 * len(ordered)))


def average_precision(positive_scores: Values, negative_scores: Values) -> float:
    """Mean over the positives of the precision among all that score at least as high.

    Equal scores share one threshold, as in scikit-learn's `average_precision_score`.

    Parameters
    ----------
    positive_scores, negative_scores
        Scores of pairs that are linked and of pairs that are not; any shape (p,) and (n,).

    Raises
    ------
    ValueError
        If either is empty or holds NaN.

    References
    ----------
    Davis and Goadrich, The relationship between precision-recall and ROC curves, ICML 2006.
    """
    _check_scores(positive_scores, negative_scores)
    right = _not_below(positive_scores, positive_scores)
    wrong = _not_below(negative_scores, positive_scores)
    return float((right / (right + wrong)).mean())


def _not_below(scores: Values, thresholds: Values) -> Integers:
    """Count the scores at or above each threshold."""
    return len(scores) - np.searchsorted(np.sort(scores), thresholds, side="left")


def _check_scores(positive_scores: Values, negative_scores: Values) -> None:
    for name, scores in (("positive", positive_scores), ("negative", negative_scores)):
        if len(scores) == 0 or np.isnan(scores).any():
            raise ValueError(f"{name} scores must be numbers, at least one")


def gini(counts: npt.NDArray[Any]) -> float:
    """Give how unequally something is spread: 0 all equal, `(n - 1) / n` all on one.

    `sum((2 i - n - 1) x_i) / (n sum(x))` over the counts in ascending order, i from 1. Where there
    is nothing to spread all are equal.

    Raises
    ------
    ValueError
        If there are no counts, or one is negative or not finite.

    References
    ----------
    Sen, On Economic Inequality, 1973, section 2.6.
    """
    n = len(counts)
    if n == 0 or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError("counts must be finite numbers >= 0, at least one")
    total = float(np.sum(counts))
    if total == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ np.sort(counts) / (n * total))


def paired_bootstrap(
    differences: Values,
    *,
    samples: int = 1000,
    seed: int | np.random.Generator,
    level: float = 0.95,
    clusters: npt.NDArray[np.int64] | None = None,
) -> tuple[float, float, float]:
    """Bound the mean of differences between two models, query by query.

    Percentile interval of the mean over queries drawn with replacement.

    Parameters
    ----------
    differences
        Metric of one model less that of the other; shape (m,).
    clusters
        Which queries hang together, shape (m,): whole clusters are drawn, since the firms of one
        contract do not tell more of a model than the contract. None: each query by itself.
    samples
        Number of draws.
    seed
        Seed or generator.
    level
        Share of the draws that the interval holds, in ]0, 1[.

    Returns
    -------
    tuple of float
        Low end, mean of `differences` itself, high end.

    Raises
    ------
    ValueError
        If there are no differences, one is not finite, or an option is out of range.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. Cameron, Gelbach,
    Miller, Bootstrap-based improvements for inference with clustered errors, 2008.
    """
    n = len(differences)
    if n == 0 or not np.isfinite(differences).all():
        raise ValueError("differences must be finite numbers, at least one")
    if samples < 1 or not 0 < level < 1:
        raise ValueError(f"samples must be >= 1 and level in ]0, 1[, got {samples} and {level}")
    generator = np.random.default_rng(seed)
    own = np.arange(n) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    sizes = np.bincount(own)
    sums, m = np.bincount(own, differences), len(sizes)
    drawn = (generator.integers(m, size=m) for _ in range(samples))
    means = [sums[chosen].sum() / sizes[chosen].sum() for chosen in drawn]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(np.mean(differences)), float(high)
