"""Links that fade: what happened lately says more than what happened years ago."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.channels.contract import Family, Territory, no_proposals
from models.channels.graph import SharedAcquaintances
from models.inputs import Floats, Rows, SparseRows
from models.search import Method, Pool
from models.view import View

HALF_LIFE_DAYS = 365.0
"""Age at which a link counts half."""


class RecentAcquaintances(SharedAcquaintances):
    """Resource allocation over ties that count half for every year of their age."""

    name: ClassVar[str] = "recent_acquaintances"

    def _ties_of(self, territory: Territory) -> SparseRows:
        return territory.links.recent(HALF_LIFE_DAYS)


class RecentPopularity:
    """`log(1 + sum of the partner's ties, each half as heavy for every year of its age)`."""

    name: ClassVar[str] = "recent_popularity"
    family: ClassVar[Family] = Family.CONTEXT

    def fit(self, territory: Territory) -> None:
        """Add up the faded ties of each company."""
        self.territory_ = territory
        ties = territory.links.recent(HALF_LIFE_DAYS)
        self.scores_ = np.log1p(np.asarray(ties.sum(axis=1)).ravel()).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Nothing is learned that is not quickly added up again."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Add up again."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Score of the partner."""
        scores: Floats = self.scores_[partners]
        return scores

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Propose nobody: everybody would be proposed the same firms."""
        return no_proposals(rows)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Say how many firms the partner knows."""
        return Evidence(Topic.WELL_CONNECTED, {"count": int(self.territory_.links.degree[partner])})
