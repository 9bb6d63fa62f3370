"""Shared acquaintances: whom the people I know know."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import scipy.sparse as sparse

from matchmaker.intents import Flow
from matchmaker.relations import RelationKind
from matchmaker.suggestions import Evidence, Topic
from models.channels.contract import Family, Territory, is_of_territory, no_proposals, sampled
from models.inputs import Floats, Rows, SparseRows, entries
from models.links import KINDS, Links
from models.search import Method, Pool, nearest_sparse
from models.view import View

PUBLIC_KINDS = frozenset({RelationKind.PLATO, RelationKind.EVENT, RelationKind.AWARD})
"""Kinds whose groups may be named; supply, meetings and introductions are private."""


class SharedAcquaintances:
    """Resource allocation over the relation graph.

    `score(i, j) = sum over z of a(i, z) a(z, j) / degree(z)`, where `a` is the weight of a tie:
    each acquaintance shares one unit among all that it knows, so that a firm that knows everybody
    says little. Ties weigh `1 / (size - 1)` of the group they come from.

    References
    ----------
    Zhou, Lü, Zhang, Predicting missing links via local information, Eur. Phys. J. B 71 (2009).
    """

    name: ClassVar[str] = "shared_acquaintances"
    family: ClassVar[Family] = Family.RELATIONS

    def fit(self, territory: Territory) -> None:
        """Divide every tie by what the acquaintance that it starts from says."""
        self.territory_ = territory
        self._ties = self._ties_of(territory)
        share = self._share_of(territory.links.degree)
        self.spread_: SparseRows = (sparse.diags_array(share) @ self._ties).tocsr()

    def _ties_of(self, territory: Territory) -> SparseRows:
        return territory.links.ties

    def _share_of(self, degree: Floats) -> Floats:
        share: Floats = np.divide(1, degree, out=np.zeros_like(degree), where=degree > 0)
        return share

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the relations."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Divide again."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Resource that reaches the partner; a profile outside the territory has none."""
        if not is_of_territory(seekers, self.territory_):
            return np.zeros(partners.shape, np.float32)
        return sampled(self._ties[rows] @ self.spread_, partners)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Acquaintances of acquaintances."""
        if not is_of_territory(seekers, self.territory_):
            return no_proposals(rows)
        ties = self._ties[rows]
        return nearest_sparse(ties, seekers.department[rows], self.spread_.T.tocsr(), pool, k)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name the groups through which the two know the same firms.

        A private tie (supply, meeting, introduction) is counted, never named.
        """
        links = self.territory_.links
        if not is_of_territory(seekers, self.territory_):
            return None
        between = np.intersect1d(entries(links.ties, row)[0], entries(links.ties, partner)[0])
        if len(between) == 0:
            return None
        groups = np.unique(np.concatenate([entries(links.membership, z)[0] for z in between]))
        ours = [entries(links.membership, side)[0] for side in (row, partner)]
        own = np.isin(groups, np.concatenate(ours))
        return Evidence(
            Topic.SHARED_ACQUAINTANCE,
            {"count": len(between), "groups": _public_labels(links, groups[own])},
        )


class AdamicAdar(SharedAcquaintances):
    """Shared acquaintances, each counting less the more it knows, by the logarithm.

    `score(i, j) = sum over z of a(i, z) a(z, j) / log(degree(z))`: milder to well-connected
    acquaintances than resource allocation.

    References
    ----------
    Adamic, Adar, Friends and neighbors on the web, Social Networks 25 (2003).
    """

    name: ClassVar[str] = "adamic_adar"

    def _share_of(self, degree: Floats) -> Floats:
        # Whoever ties two companies knows both, so no degree below two ever counts.
        logs = np.log(np.maximum(degree, 2))
        share: Floats = np.divide(1, logs, out=np.zeros_like(degree), where=degree > 0)
        return share


class SharedGroups:
    """Groups that both belong to without having met: the same event, the same fair.

    `score(i, j) = sum over shared groups of 1 / (size - 1)`.
    """

    name: ClassVar[str] = "shared_groups"
    family: ClassVar[Family] = Family.RELATIONS

    def fit(self, territory: Territory) -> None:
        """Keep the ties."""
        self.territory_ = territory

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the relations."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the ties."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Weight of the direct tie."""
        if not is_of_territory(seekers, self.territory_):
            return np.zeros(partners.shape, np.float32)
        return sampled(self.territory_.links.ties[rows], partners)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Fellow members of the other departments."""
        if not is_of_territory(seekers, self.territory_):
            return no_proposals(rows)
        ties = self.territory_.links.ties
        everyone: SparseRows = sparse.eye_array(ties.shape[0], format="csr", dtype=np.float32)
        return nearest_sparse(ties[rows], seekers.department[rows], everyone, pool, k)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name the groups."""
        links = self.territory_.links
        if not is_of_territory(seekers, self.territory_):
            return None
        shared = np.intersect1d(
            entries(links.membership, row)[0], entries(links.membership, partner)[0]
        )
        return Evidence(
            Topic.SHARED_GROUP, {"groups": _public_labels(links, shared), "count": len(shared)}
        )


def _public_labels(links: Links, groups: Rows) -> list[str]:
    """Names of at most two groups that are no secret: clubs, events, public contracts."""
    named = [
        links.labels[group]
        for group in groups
        if KINDS[links.kind[group]] in PUBLIC_KINDS and links.labels[group]
    ]
    return list(dict.fromkeys(named))[:2]
