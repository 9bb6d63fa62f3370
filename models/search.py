"""Nearest rows of the other departments: exact and approximate, one interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import faiss
import numpy as np
import numpy.typing as npt

from models.inputs import UNKNOWN, Flags, Floats, Rows, SparseRows

Method = Literal["exact", "approximate"]
Measure = Literal["product", "distance"]

LISTS_PER_ROOT = 4
"""Inverted lists per square root of the number of targets (the usual rule of IVF indexes)."""
PROBES = 16

SMALL = 4_000_000
"""Pairs up to which one matrix product in numpy is quicker than many small searches."""


@dataclass(frozen=True)
class Pool:
    """Rows that may be answers, ascending, with the department of every row of the territory.

    Parameters
    ----------
    rows
        Rows of the territory.
    department
        Department of every row of the territory, shape (n,).
    cross
        Whether answers must be of another department than the question. The product always asks
        for that; a dataset of one territory does not.
    """

    rows: Rows
    department: npt.NDArray[np.int16]
    cross: bool = True

    def outside(self, department: int) -> Rows:
        """Rows of the pool in every department but one; every row where sides do not matter."""
        if not self.cross:
            return self.rows
        rows: Rows = self.rows[self.department[self.rows] != department]
        return rows

    def within(self, mask: npt.NDArray[np.bool_]) -> Pool:
        """Keep the rows for which a mask over the whole territory holds."""
        return Pool(self.rows[mask[self.rows]], self.department, self.cross)

    def sides(self, department: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """Departments as the pool tells them apart: all the same where sides do not matter."""
        return department if self.cross else np.zeros_like(department)


def nearest(
    queries: Floats,
    query_department: npt.NDArray[np.int16],
    targets: Floats,
    pool: Pool,
    k: int,
    method: Method = "exact",
    measure: Measure = "product",
) -> Rows:
    """Find the rows of other departments with the largest product or the smallest distance.

    Parameters
    ----------
    queries
        Shape (n_queries, d).
    query_department
        Department of each query, shape (n_queries,).
    targets
        Vectors of every row of the territory, shape (n_rows, d).
    pool
        Rows that may be answers.
    k
        Answers per query.
    method
        `exact` compares with every target (`faiss.knn`); `approximate` looks into 16 lists of an
        inverted file, for more than about 200,000 targets.
    measure
        `product`: a vector of zeros takes no part; `distance` (Euclidean): one with a NaN does not.

    Returns
    -------
    ndarray
        Row numbers, shape (n_queries, k), best first, padded with -1.
    """
    found = np.full((len(queries), k), UNKNOWN, dtype=np.int64)
    spoken = np.flatnonzero(_takes_part(queries, measure))
    sides = pool.sides(query_department)
    rows = pool.rows[_takes_part(targets[pool.rows], measure)]
    if len(spoken) * len(rows) <= SMALL:
        outside = query_department[spoken][:, None] != pool.department[rows]
        outside |= not pool.cross
        found[spoken] = _nearest_of_few(queries[spoken], targets[rows], rows, outside, k, measure)
        return found
    for department in np.unique(sides[spoken]):
        asked = spoken[sides[spoken] == department]
        others = Pool(rows, pool.department, pool.cross).outside(int(department))
        if len(others) == 0:
            continue
        wanted = min(k, len(others))
        places = _search(queries[asked], targets[others], wanted, method, measure)
        found[asked, :wanted] = np.where(places >= 0, others[places], UNKNOWN)
    return found


def _nearest_of_few(
    queries: Floats, targets: Floats, rows: Rows, outside: Flags, k: int, measure: Measure
) -> Rows:
    """Search all departments in one product; shape (n_queries, k), padded with -1."""
    closeness = queries @ targets.T
    if measure == "distance":
        closeness = 2 * closeness - (targets**2).sum(axis=1)
    closeness[~outside] = -np.inf
    wanted = min(k, len(rows))
    found = np.full((len(queries), k), UNKNOWN, dtype=np.int64)
    if wanted == 0:
        return found
    best = np.argpartition(-closeness, wanted - 1, axis=1)[:, :wanted]
    values = np.take_along_axis(closeness, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    places = np.take_along_axis(best, order, axis=1)
    found[:, :wanted] = np.where(np.isneginf(values), UNKNOWN, rows[places])
    return found


def _takes_part(vectors: Floats, measure: Measure) -> Flags:
    if measure == "product":
        return np.asarray(vectors.any(axis=1))
    return np.asarray(~np.isnan(vectors).any(axis=1))


def _search(queries: Floats, targets: Floats, k: int, method: Method, measure: Measure) -> Rows:
    metric = faiss.METRIC_INNER_PRODUCT if measure == "product" else faiss.METRIC_L2
    queries = np.ascontiguousarray(queries, dtype=np.float32)
    targets = np.ascontiguousarray(targets, dtype=np.float32)
    lists = int(LISTS_PER_ROOT * len(targets) ** 0.5)
    # Training an inverted file asks for some 40 points per list; below that exact is faster anyway.
    if method == "exact" or len(targets) < 40 * lists:
        _, places = faiss.knn(queries, targets, k, metric=metric)
        return np.asarray(places, dtype=np.int64)
    index = faiss.index_factory(targets.shape[1], f"IVF{lists},Flat", metric)
    index.train(targets)
    index.add(targets)
    faiss.extract_index_ivf(index).nprobe = PROBES
    _, places = index.search(queries, k)
    return np.asarray(places, dtype=np.int64)


def nearest_sparse(
    queries: SparseRows,
    query_department: npt.NDArray[np.int16],
    targets: SparseRows,
    pool: Pool,
    k: int,
    block: int = 512,
) -> Rows:
    """Do what `nearest` does, exactly, for sparse rows; products of zero are no answer."""
    found = np.full((queries.shape[0], k), UNKNOWN, dtype=np.int64)
    spoken = np.flatnonzero(np.diff(queries.indptr))
    sides = pool.sides(query_department)
    for department in np.unique(sides[spoken]):
        asked = spoken[sides[spoken] == department]
        rows = pool.outside(int(department))
        rows = rows[np.diff(targets.indptr)[rows] > 0]
        if len(rows) == 0:
            continue
        columns = targets[rows].T.tocsr()
        for start in range(0, len(asked), block):
            some = asked[start : start + block]
            _top_of_rows(queries[some] @ columns, rows, some, k, found)
    return found


def _top_of_rows(products: SparseRows, rows: Rows, asked: Rows, k: int, found: Rows) -> None:
    for place, query in enumerate(asked):
        run = slice(products.indptr[place], products.indptr[place + 1])
        values, targets = products.data[run], rows[products.indices[run]]
        # Ties go to the lower row, whatever order the product came in.
        best = np.lexsort((targets, -values))[:k]
        found[query, : len(best)] = targets[best]
