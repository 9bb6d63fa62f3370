"""Sizes that suit each other."""

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

STEPS = 15
"""Steps from the smallest staff band to the largest."""


class SizeFit:
    """Closeness of staff bands for peers; for experience that flows one way, the distance.

    `1 - |difference| / 15` among peers, `difference / 15` from the larger firm to the smaller one;
    zero where a band is not known or the difference goes the wrong way.
    """

    name: ClassVar[str] = "size_fit"
    family: ClassVar[Family] = Family.CONTEXT

    def fit(self, territory: Territory) -> None:
        """Keep the sizes."""
        self.territory_ = territory

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the view."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the sizes."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Fit of the two staff bands."""
        own = seekers.size[rows].astype(np.float32)[:, None]
        other = self.territory_.view.size[partners].astype(np.float32)
        larger = (other - own) / STEPS
        fit = {Flow.INWARD: larger, Flow.OUTWARD: -larger}.get(flow, 1 - np.abs(larger))
        known: Floats = np.where((own >= 0) & (other >= 0), np.maximum(fit, 0), np.float32(0))
        return known

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Propose nobody: a size is no reason to meet."""
        return no_proposals(rows)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name the two staff bands."""
        topics = {Flow.INWARD: Topic.LARGER_FIRM, Flow.OUTWARD: Topic.SMALLER_FIRM}
        return Evidence(
            topics.get(flow, Topic.SIZE_ALIKE),
            {
                "company_size": int(seekers.size[row]),
                "partner_size": int(self.territory_.view.size[partner]),
            },
        )
