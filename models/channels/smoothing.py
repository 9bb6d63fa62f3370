"""What my circle writes about: text smoothed over the relation graph."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import scipy.sparse as sparse
from sklearn.preprocessing import normalize

from matchmaker.intents import Flow
from matchmaker.relations import RelationKind
from matchmaker.suggestions import Evidence, Topic
from models.arrays import load_array, save_arrays
from models.channels.contract import (
    Family,
    Territory,
    dense_products,
    is_of_territory,
    no_proposals,
)
from models.channels.text import MEANING_FLOOR, above_floor, nearest_texts
from models.inputs import Floats, Rows, SparseRows, empty_rows
from models.search import Method, Pool
from models.view import View

KEPT = 0.15
"""Share of its own text that a company keeps at every hop."""
TELLING_SHARE = 0.25
"""Share of a score that must be owed to a circle for it to be named as the reason."""


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
        self._take(territory)
        self.smoothed_ = smoothed(territory.view.activity, self._ties, territory.hops)

    def _take(self, territory: Territory) -> None:
        self.territory_ = territory
        self._ties = self._ties_of(territory)
        self._degree = np.diff(self._ties.indptr).astype(np.float32)

    def _ties_of(self, territory: Territory) -> SparseRows:
        return territory.links.ties

    def save(self, folder: Path) -> None:
        """Write the smoothed vectors."""
        save_arrays(folder, {"smoothed": self.smoothed_})

    def load(self, folder: Path, territory: Territory) -> None:
        """Open the smoothed vectors by memory map."""
        self._take(territory)
        self.smoothed_ = load_array(folder, "smoothed")

    def _vectors_of(self, seekers: View) -> tuple[Floats, Floats]:
        """Smoothed vectors, and degrees, of the seekers; a new profile has its own text only."""
        if is_of_territory(seekers, self.territory_):
            return self.smoothed_, self._degree
        return seekers.activity, np.zeros(len(seekers), np.float32)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Cosine of the smoothed vectors above the floor, where one of the two has a circle."""
        vectors, degree = self._vectors_of(seekers)
        cosines = above_floor(dense_products(vectors[rows], self.smoothed_, partners))
        circled = (degree[rows][:, None] > 0) | (self._degree[partners] > 0)
        scores: Floats = cosines * circled
        return scores

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Nearest smoothed vectors among companies with a circle."""
        vectors, _ = self._vectors_of(seekers)
        circled = pool.within(self._degree > 0)
        view = self.territory_.view
        return nearest_texts(seekers, vectors, rows, view, self.smoothed_, circled, k, method)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Say whose circle brings the two closer, and how large it is; who is in it stays private.

        A circle without which the two would be as close is no evidence.
        """
        vectors, degree = self._vectors_of(seekers)
        view, both = self.territory_.view, float(vectors[row] @ self.smoothed_[partner])
        alone = {
            True: float(seekers.activity[row] @ self.smoothed_[partner]),
            False: float(vectors[row] @ view.activity[partner]),
        }
        sizes = {True: int(degree[row]), False: int(self._degree[partner])}
        of_company = alone[True] <= alone[False] if all(sizes.values()) else sizes[True] > 0
        told = max(both - MEANING_FLOOR, 0) * TELLING_SHARE
        if not sizes[of_company] or both - max(alone[of_company], MEANING_FLOOR) < told:
            return None
        count = sizes[of_company]
        return Evidence(Topic.CIRCLE_SPEAKS_OF, {"of_company": of_company, "count": count})


class _CircleOfKind(CircleText):
    """Text smoothed over the relations of one kind, which may speak of other partners.

    Sees nothing where all relations are of one kind: `circle_text` has said it already.
    """

    kind: ClassVar[RelationKind]

    def _ties_of(self, territory: Territory) -> SparseRows:
        links = territory.links
        if len(np.unique(links.kind)) < 2:
            return empty_rows(links.ties.shape)
        return links.of_kind(self.kind)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Propose nobody: the circle of all kinds has proposed already."""
        return no_proposals(rows)


class PlatoCircleText(_CircleOfKind):
    """Text smoothed over Plato groups."""

    name: ClassVar[str] = "plato_circle_text"
    kind: ClassVar[RelationKind] = RelationKind.PLATO


class EventCircleText(_CircleOfKind):
    """Text smoothed over events."""

    name: ClassVar[str] = "event_circle_text"
    kind: ClassVar[RelationKind] = RelationKind.EVENT


class MeetingCircleText(_CircleOfKind):
    """Text smoothed over meetings."""

    name: ClassVar[str] = "meeting_circle_text"
    kind: ClassVar[RelationKind] = RelationKind.MEETING


class AwardCircleText(_CircleOfKind):
    """Text smoothed over joint awards."""

    name: ClassVar[str] = "award_circle_text"
    kind: ClassVar[RelationKind] = RelationKind.AWARD


class SupplyCircleText(_CircleOfKind):
    """Text smoothed over supply relations."""

    name: ClassVar[str] = "supply_circle_text"
    kind: ClassVar[RelationKind] = RelationKind.SUPPLY


class IntroductionCircleText(_CircleOfKind):
    """Text smoothed over introductions."""

    name: ClassVar[str] = "introduction_circle_text"
    kind: ClassVar[RelationKind] = RelationKind.INTRODUCTION


def smoothed(vectors: Floats, ties: SparseRows, hops: int) -> Floats:
    """Spread vectors over ties; rows of length one or zero, shape kept."""
    weight = np.asarray(ties.sum(axis=1)).ravel()
    root = np.divide(1, np.sqrt(weight), out=np.zeros_like(weight), where=weight > 0)
    normalised = (sparse.diags_array(root) @ ties @ sparse.diags_array(root)).tocsr()
    spread = vectors.copy()
    for _ in range(hops):
        spread = (1 - KEPT) * (normalised @ spread) + KEPT * vectors
    result: Floats = normalize(spread).astype(np.float32)
    return result
