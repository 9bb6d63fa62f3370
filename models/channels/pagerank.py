"""Personalised PageRank: where a walk over relations that keeps coming home spends its time."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.arrays import load_sparse, save_arrays
from models.channels.contract import Family, Territory, is_of_territory, no_proposals, sampled
from models.inputs import Floats, Rows, SparseRows, empty_rows, entries
from models.search import Method, Pool, nearest_sparse
from models.view import View

RESTART = 0.15
"""Chance that the walk goes home before each step."""
STEPS = 8
"""Longest walk: a quarter of the time lies beyond, spread too thinly to rank anybody."""
SMALLEST = 3e-4
"""Chance below which a place is forgotten, so that a walk stays in its neighbourhood."""
REMEMBERED = 300
"""Companies kept per walk."""
_BLOCK = 256


class PersonalisedPageRank:
    """Time that a walk from one company spends at the other, mean of both directions.

    `pi_i = 0.15 sum over t of 0.85^t e_i P^t` with `P` the ties divided by their row sums, for
    walks of up to eight steps. Unlike shared acquaintances it sees beyond two steps.

    References
    ----------
    Haveliwala, Topic-sensitive PageRank, WWW 2002; Andersen, Chung, Lang, Local graph partitioning
    using PageRank vectors, FOCS 2006 (why a walk may be cut off).
    """

    name: ClassVar[str] = "page_rank"
    family: ClassVar[Family] = Family.RELATIONS

    def fit(self, territory: Territory) -> None:
        """Walk from every company."""
        self.territory_ = territory
        self.time_ = walk_times(territory.links.ties)

    def save(self, folder: Path) -> None:
        """Write the times."""
        save_arrays(folder, {"time": self.time_})

    def load(self, folder: Path, territory: Territory) -> None:
        """Open the times by memory map."""
        self.territory_ = territory
        self.time_ = load_sparse(folder, "time")

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Share of time; a profile outside the territory has no walk."""
        if not is_of_territory(seekers, self.territory_):
            return np.zeros(partners.shape, np.float32)
        return sampled(self.time_[rows], partners)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Places where the walk is most often."""
        if not is_of_territory(seekers, self.territory_):
            return no_proposals(rows)
        everyone: SparseRows = sparse.eye_array(len(seekers), format="csr", dtype=np.float32)
        return nearest_sparse(self.time_[rows], seekers.department[rows], everyone, pool, k)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Say that a chain of relations leads there; who is on it stays private."""
        links = self.territory_.links
        if not is_of_territory(seekers, self.territory_):
            return None
        own, other = (entries(links.ties, side)[0] for side in (row, partner))
        return Evidence(Topic.CHAIN_OF_RELATIONS, {"count": int(np.isin(own, other).sum())})


def walk_times(ties: SparseRows) -> SparseRows:
    """Share of time that walks from each company spend at each other one.

    Parameters
    ----------
    ties
        Symmetric weights, shape (n, n).

    Returns
    -------
    csr_array
        Symmetric, shape (n, n), zero on the diagonal; about 300 entries per row.
    """
    n = ties.shape[0]
    if ties.nnz == 0:
        return empty_rows((n, n))
    step = steps_of(ties)
    blocks = [
        walks_from(step, np.arange(start, min(start + _BLOCK, n))) for start in range(0, n, _BLOCK)
    ]
    one_way = sparse.vstack(blocks, format="csr")
    both: SparseRows = ((one_way + one_way.T) / 2).tocsr().astype(np.float32)
    both.sort_indices()
    return both


def steps_of(ties: SparseRows) -> SparseRows:
    """Chances of the next step: ties divided by their row sums."""
    total = np.asarray(ties.sum(axis=1)).ravel()
    share = np.divide(1, total, out=np.zeros_like(total), where=total > 0)
    step: SparseRows = (sparse.diags_array(share) @ ties).tocsr()
    return step


def walks_from(step: SparseRows, starts: npt.NDArray[np.int64]) -> SparseRows:
    """Walk from some companies: times, one row each, not symmetric."""
    m, n = len(starts), step.shape[0]
    here = sparse.csr_array((np.ones(m), (np.arange(m), starts)), shape=(m, n))
    time = sparse.csr_array((m, n))
    for _ in range(STEPS):
        here = ((1 - RESTART) * (here @ step)).tocsr()
        here.data[here.data < SMALLEST] = 0
        here.eliminate_zeros()
        time = time + RESTART * here
    return _longest(time.tocsr(), starts)


def _longest(time: SparseRows, starts: npt.NDArray[np.int64]) -> SparseRows:
    """Keep the longest times of each row, but those at home."""
    rows = np.repeat(np.arange(time.shape[0]), np.diff(time.indptr))
    away = np.where(time.indices == starts[rows], 0, time.data)
    order = np.lexsort((time.indices, -away, rows))
    place = np.arange(len(order)) - time.indptr[rows[order]]
    kept = order[(place < REMEMBERED) & (away[order] > 0)]
    result: SparseRows = sparse.csr_array(
        (time.data[kept].astype(np.float32), (rows[kept], time.indices[kept])), shape=time.shape
    )
    return result
