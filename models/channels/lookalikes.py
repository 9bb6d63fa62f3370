"""Partners of my look-alikes: who serves firms like me may serve me."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import faiss
import numpy as np
import scipy.sparse as sparse
from sklearn.preprocessing import normalize

from matchmaker.intents import REVERSED, Flow
from matchmaker.suggestions import Evidence, Topic
from models.arrays import load_sparse, save_arrays
from models.channels.contract import Family, Territory, is_of_territory, sampled
from models.channels.text import above_floor
from models.inputs import Floats, Rows, SparseRows, empty_rows, entries
from models.links import Links
from models.search import Method, Pool, nearest_sparse
from models.view import View

LOOKALIKES = 20
"""Look-alikes per company, among companies that have at least one relation."""


class LookalikesPartners:
    """Relations of the companies most like mine, weighted by how alike they are.

    `score(i, j) = sum over look-alikes l of closeness(i, l) a(l, j)`; for a supplier only those
    that are known to supply the look-alike count among the supply relations. It works for a
    company without any relation of its own, and its reason can be read.
    """

    name: ClassVar[str] = "lookalikes_partners"
    family: ClassVar[Family] = Family.RELATIONS

    def fit(self, territory: Territory) -> None:
        """Find the look-alikes of every company."""
        self._take(territory)
        self.alike_ = self._alike_to(territory.view, own=True)

    def save(self, folder: Path) -> None:
        """Write who is alike to whom."""
        save_arrays(folder, {"alike": self.alike_})

    def load(self, folder: Path, territory: Territory) -> None:
        """Open who is alike to whom by memory map."""
        self._take(territory)
        self.alike_ = load_sparse(folder, "alike")

    def _take(self, territory: Territory) -> None:
        self.territory_ = territory
        self._ties = ties_of_flow(territory.links)

    def _alike_to(self, seekers: View, *, own: bool) -> SparseRows:
        """Measure the closeness of each seeker to its look-alikes; shape (n_seekers, n)."""
        view = self.territory_.view
        tied = np.flatnonzero(self.territory_.links.degree > 0)
        shape = (len(seekers), len(view))
        if len(tied) == 0 or len(seekers) == 0:
            return empty_rows(shape)
        k = min(LOOKALIKES + own, len(tied))
        cosines, places = faiss.knn(
            portraits_of(seekers), portraits_of(view)[tied], k, metric=faiss.METRIC_INNER_PRODUCT
        )
        if own:
            itself = tied[places] == np.arange(len(seekers))[:, None]
            # Who is not among its own neighbours has one look-alike too many.
            itself[~itself.any(axis=1), LOOKALIKES:] = True
            cosines[itself] = 0
        rows = np.repeat(np.arange(len(seekers)), k)
        columns, values = tied[places.ravel()], above_floor(cosines.ravel())
        kept = values > 0
        alike: SparseRows = sparse.coo_array(
            (values[kept], (rows[kept], columns[kept])), shape=shape
        ).tocsr()
        return alike

    def _of(self, seekers: View) -> SparseRows:
        if is_of_territory(seekers, self.territory_):
            return self.alike_
        return self._alike_to(seekers, own=False)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Sum the closeness of the look-alikes that the partner is tied to."""
        return sampled(self._of(seekers)[rows] @ self._ties[flow], partners)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Companies tied to the most and closest look-alikes."""
        alike = self._of(seekers)[rows]
        # Seen from the partner, the ties of this flow are those of the reversed one.
        ties = self._ties[REVERSED[flow]]
        return nearest_sparse(alike, seekers.department[rows], ties, pool, k)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Count the look-alikes tied to the partner; who they are stays private."""
        alike, closeness = entries(self._of(seekers), row)
        # Seen from the partner, the ties of this flow are those of the reversed one.
        tied, _ = entries(self._ties[REVERSED[flow]], partner)
        count = int(np.isin(alike[closeness > 0], tied).sum())
        return Evidence(Topic.ALIKE_FIRM_KNOWS, {"count": count}) if count else None


def ties_of_flow(links: Links) -> dict[Flow, SparseRows]:
    """Ties that speak for each flow: supply only the way it asks for, the other kinds both ways."""
    supplies, ties = links.supplies, links.ties
    both = (supplies + supplies.T).tocsr()
    other = (ties - ties.multiply(both > 0)).tocsr()
    found: dict[Flow, SparseRows] = {
        Flow.INWARD: (other + supplies.T).tocsr(),
        Flow.OUTWARD: (other + supplies).tocsr(),
        Flow.MUTUAL: other,
    }
    for matrix in found.values():
        matrix.eliminate_zeros()
    return found


def portraits_of(view: View) -> Floats:
    """One vector per company: what it does, offers and needs; rows of length one or zero."""
    joined = np.hstack([view.activity, 0.7 * view.offers, 0.7 * view.needs])
    portrait: Floats = normalize(joined).astype(np.float32)
    return portrait
