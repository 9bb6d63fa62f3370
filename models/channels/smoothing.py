"""What my circle writes about: text smoothed over the relation graph."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import scipy.sparse as sparse
from sklearn.preprocessing import normalize

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.arrays import load_array, save_arrays
from models.channels.contract import Family, Territory, dense_products, is_of_territory
from models.channels.text import above_floor, nearest_texts
from models.inputs import Floats, Rows
from models.search import Method, Pool
from models.view import View

KEPT = 0.15
"""Share of its own text that a company keeps at every hop."""


class CircleText:
    """Closeness of two companies' texts after each took on those of its acquaintances.

    `Z <- 0.85 S Z + 0.15 Z0` with `S = D^-1/2 A D^-1/2` the normalised ties and `Z0` the activity
    vectors. Zero where neither of the two has an acquaintance: then it would only repeat that the
    activities are alike.

    References
    ----------
    Gasteiger, Bojchevski, Günnemann, Predict then Propagate (APPNP), ICLR 2019.
    """

    name: ClassVar[str] = "circle_text"
    family: ClassVar[Family] = Family.RELATIONS

    def fit(self, territory: Territory) -> None:
        """Smooth the activity vectors."""
        self.territory_ = territory
        self.smoothed_ = smoothed(territory.view.activity, territory.links.ties, territory.hops)

    def save(self, folder: Path) -> None:
        """Write the smoothed vectors."""
        save_arrays(folder, {"smoothed": self.smoothed_})

    def load(self, folder: Path, territory: Territory) -> None:
        """Open the smoothed vectors by memory map."""
        self.territory_ = territory
        self.smoothed_ = load_array(folder, "smoothed")

    def _vectors_of(self, seekers: View) -> tuple[Floats, Floats]:
        """Smoothed vectors, and degrees, of the seekers; a new profile has its own text only."""
        if is_of_territory(seekers, self.territory_):
            return self.smoothed_, self.territory_.links.degree
        return seekers.activity, np.zeros(len(seekers), np.float32)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Cosine of the smoothed vectors above the floor, where one of the two has a circle."""
        vectors, degree = self._vectors_of(seekers)
        cosines = above_floor(dense_products(vectors[rows], self.smoothed_, partners))
        circled = (degree[rows][:, None] > 0) | (self.territory_.links.degree[partners] > 0)
        scores: Floats = cosines * circled
        return scores

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Nearest smoothed vectors among companies with a circle."""
        vectors, _ = self._vectors_of(seekers)
        circled = pool.within(self.territory_.links.degree > 0)
        view = self.territory_.view
        return nearest_texts(seekers, vectors, rows, view, self.smoothed_, circled, k, method)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Say whose circle it is, and how large; who is in it stays private."""
        links = self.territory_.links
        _, degree = self._vectors_of(seekers)
        of_company = bool(degree[row] > 0)
        count = degree[row] if of_company else links.degree[partner]
        if count == 0:
            return None
        return Evidence(Topic.CIRCLE_SPEAKS_OF, {"of_company": of_company, "count": int(count)})


def smoothed(vectors: Floats, ties: sparse.csr_array, hops: int) -> Floats:
    """Spread vectors over ties; rows of length one or zero, shape kept."""
    weight = np.asarray(ties.sum(axis=1)).ravel()
    root = np.divide(1, np.sqrt(weight), out=np.zeros_like(weight), where=weight > 0)
    normalised = (sparse.diags_array(root) @ ties @ sparse.diags_array(root)).tocsr()
    spread = vectors.copy()
    for _ in range(hops):
        spread = (1 - KEPT) * (normalised @ spread) + KEPT * vectors
    result: Floats = normalize(spread).astype(np.float32)
    return result
