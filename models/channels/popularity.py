"""Bounded popularity: a firm with some relations is easier to meet; a star gets no more."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.channels.contract import Family, Territory, no_proposals
from models.inputs import Floats, Rows
from models.search import Method, Pool
from models.view import View

BOUND = 10
"""Number of relations from which more count no more."""


class BoundedPopularity:
    """`log(1 + min(degree, 10))` of the partner, whoever asks."""

    name: ClassVar[str] = "bounded_popularity"
    family: ClassVar[Family] = Family.CONTEXT

    def fit(self, territory: Territory) -> None:
        """Count the companies that each company is tied to."""
        self.territory_ = territory
        self.scores_ = np.log1p(np.minimum(territory.links.degree, BOUND)).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Nothing is learned that is not quickly counted again."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Count again."""
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
