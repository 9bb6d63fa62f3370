"""How near two companies are."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from matchmaker.territory import chord_to_km
from models.channels.contract import Family, Territory
from models.inputs import Floats, Rows
from models.search import Method, Pool, nearest
from models.view import View

HALF_KM = 20.0
"""Distance at which the score has fallen to one half."""


class Place:
    """`1 / (1 + (distance / 20 km)^2)`; zero where a place is not known."""

    name: ClassVar[str] = "place"
    family: ClassVar[Family] = Family.CONTEXT

    def fit(self, territory: Territory) -> None:
        """Keep the positions."""
        self.territory_ = territory
        self._last: tuple[View, tuple[object, ...], Rows] | None = None

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the view."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the positions."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Nearness in (0, 1]."""
        km = distance_km(seekers, rows, self.territory_.view, partners)
        near: Floats = np.nan_to_num(1 / (1 + (km / HALF_KM) ** 2)).astype(np.float32)
        return near

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Nearest firms of the other departments, whatever they do."""
        # A night asks the same for several roles in a row; it is the dearest of all searches.
        asked = (rows.tobytes(), pool.rows.tobytes(), pool.cross, k)
        last = self._last
        if last is not None and last[0] is seekers and last[1] == asked:
            return last[2]
        found = nearest_places(seekers, rows, self.territory_.view, pool, k)
        self._last = (seekers, asked, found)
        return found

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Say the distance, and whether it is that of the firms or of their departments."""
        view = self.territory_.view
        km = distance_km(seekers, np.array([row]), view, np.array([[partner]]))
        located = bool(seekers.located[row] and view.located[partner])
        return Evidence(Topic.NEAR, {"km": round(float(km[0, 0]), 1), "located": located})


def distance_km(seekers: View, rows: Rows, view: View, partners: Rows) -> Floats:
    """Great-circle distances, shape of `partners`; NaN where a place is not known."""
    left = seekers.position[rows].astype(np.float64)[:, None, :]
    right = view.position[partners].astype(np.float64)
    chord = np.sqrt(((left - right) ** 2).sum(axis=2))
    known = left.any(axis=2) & right.any(axis=2)
    km: Floats = np.where(known, chord_to_km(np.minimum(chord, 2)), np.nan).astype(np.float32)
    return km


def nearest_places(seekers: View, rows: Rows, view: View, pool: Pool, k: int) -> Rows:
    """Nearest rows of the other departments; ties by chance."""
    return nearest(
        seekers.ground[rows], seekers.department[rows], view.ground, pool, k, measure="distance"
    )
