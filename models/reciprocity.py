"""Both sides of a pair: what each gives the other, and one mutual score of the two."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from models.inputs import Rows, SparseRows

Scores = npt.NDArray[np.floating[Any]]

MutualKind = Literal["harmonic", "minimum"]


def harmonic(forward: Scores, backward: Scores) -> Scores:
    """Take the harmonic mean of two scores, zero where either is; a NaN stays one.

    Parameters
    ----------
    forward, backward
        Same shape, zero or more.
    """
    total = forward + backward
    mean: Scores = 2 * forward * backward / np.where(total == 0, 1, total)
    return mean


def mutual(forward: SparseRows, backward: SparseRows, kind: MutualKind = "harmonic") -> SparseRows:
    """Score each pair by how much both sides want to meet: one cold side sinks the pair.

    Parameters
    ----------
    forward
        Readers' scores of their partners, shape (n_readers, n_partners), zero or more.
    backward
        Partners' scores of the readers, shape (n_partners, n_readers), zero or more.
    kind
        `harmonic` mean of the two, or the `minimum`.

    Returns
    -------
    csr_array
        Shape (n_readers, n_partners); absent means zero, on either side.

    Raises
    ------
    ValueError
        If the shapes are not transposes of each other, or a score is negative or not finite.

    References
    ----------
    Pizzato et al., RECON: a reciprocal recommender for online dating, RecSys 2010.
    """
    if forward.shape != backward.shape[::-1]:
        raise ValueError(
            f"backward must have the shape of forward transposed, {forward.shape[::-1]}, "
            f"got {backward.shape}"
        )
    for matrix in (forward, backward):
        if not (np.isfinite(matrix.data).all() and (matrix.data >= 0).all()):
            raise ValueError("scores must be finite and zero or more")
    given, returned = forward, backward.T.tocsr()
    both = (given > 0).multiply(returned > 0).astype(given.dtype).tocsr()
    # The same sorted pattern in both: their data then stand side by side.
    given, returned = given.multiply(both).tocsr(), returned.multiply(both).tocsr()
    for matrix in (given, returned):
        matrix.sort_indices()
    combine = harmonic if kind == "harmonic" else np.minimum
    score: SparseRows = sparse.csr_array(
        (combine(given.data, returned.data), given.indices, given.indptr), shape=given.shape
    )
    return score


def score_matrix(partners: Rows, scores: Scores, n: int, rows: Rows | None = None) -> SparseRows:
    """Write padded lists as a sparse array over all firms.

    Parameters
    ----------
    partners
        Firms of each list, shape (m, c), padded with -1.
    scores
        Same shape; a score of zero is kept as an entry, unlike a pair that is not listed.
    n
        Number of firms.
    rows
        The firm that reads each list, shape (m,); without them, list k is that of firm k.

    Returns
    -------
    csr_array
        Shape (n, n), of the type of `scores`; columns ascend.

    Raises
    ------
    ValueError
        If shapes do not agree, or a firm stands twice in a list.
    """
    if partners.shape != scores.shape:
        raise ValueError(
            f"scores must have the shape of partners, {partners.shape}, got {scores.shape}"
        )
    readers = _readers(partners, n, rows)
    lists, columns = np.nonzero(partners >= 0)
    listed = partners[lists, columns]
    matrix: SparseRows = sparse.coo_array(
        (scores[lists, columns], (readers[lists], listed)), shape=(n, n)
    ).tocsr()
    if matrix.nnz < len(listed):
        raise ValueError("a firm must stand at most once in the list of another")
    matrix.sort_indices()
    return matrix


def values_at(
    matrix: SparseRows, rows: Rows, columns: Rows, missing: float
) -> npt.NDArray[np.float64]:
    """Read entries of a sparse array, telling an entry of zero from one that is absent.

    Parameters
    ----------
    matrix
        Shape (n, k), at most one entry for each pair.
    rows, columns
        Same shape, or shapes that broadcast; where either is negative, `missing` is read.
    missing
        Value of an absent entry.

    Returns
    -------
    ndarray
        Of the shape to which `rows` and `columns` broadcast.
    """
    rows, columns = np.broadcast_arrays(rows, columns)
    values = np.full(rows.shape, missing, dtype=np.float64)
    known = (rows >= 0) & (columns >= 0)
    if not matrix.nnz or not known.any():
        return values
    numbers = sparse.csr_array(
        (np.arange(1, matrix.nnz + 1), matrix.indices, matrix.indptr), shape=matrix.shape
    )
    numbers.sort_indices()
    places = np.asarray(numbers[rows[known], columns[known]])
    values[known] = np.where(places > 0, matrix.data[places - 1], missing)
    return values


def reverse_scores(
    partners: Rows,
    scores: Scores,
    n: int,
    *,
    missing: float,
    rows: Rows | None = None,
    backward: SparseRows | None = None,
) -> npt.NDArray[np.float64]:
    """For each listed partner, the score that it gives to the reader in its own list.

    Parameters
    ----------
    partners, scores
        Lists of the readers, shape (m, c), padded with -1.
    n
        Number of firms.
    missing
        What is read where the partner did not score the reader: NaN, or a floor.
    rows
        The firm that reads each list, shape (m,); without them, list k is that of firm k.
    backward
        Scores of the partners' lists (`score_matrix`), shape (n, n), for a directed role: those of
        the opposite role. Without it, the same lists are read from the other end.

    Returns
    -------
    ndarray
        Shape (m, c); `missing` also at the padding.

    Raises
    ------
    ValueError
        As `score_matrix`.
    """
    if backward is None:
        backward = score_matrix(partners, scores, n, rows)
    return values_at(backward, partners, _readers(partners, n, rows)[:, None], missing)


def _readers(partners: Rows, n: int, rows: Rows | None) -> Rows:
    if rows is None and len(partners) != n:
        raise ValueError(f"without rows there must be one list per firm, {n}, got {len(partners)}")
    readers = np.arange(n) if rows is None else rows
    if readers.shape != (len(partners),):
        raise ValueError(f"rows must have shape ({len(partners)},), got {readers.shape}")
    return readers
