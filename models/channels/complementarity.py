"""Trades that go together: who buys from whom, and who works side by side."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from matchmaker.activities import LEVELS, codes_of_level, flow_matrix
from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.channels.contract import Family, Territory
from models.channels.place import nearest_places
from models.inputs import UNKNOWN, Flags, Floats, Rows
from models.search import Method, Pool
from models.view import View

SMALLEST_SHARE = 0.01
"""A sector that makes up less of a buyer's purchases says nothing."""

OWN_SECTOR = 0.5
"""Weight of purchases within one sector: a good part of them are competitors' sub-contracts."""

SECTORS_ASKED = 6
"""Partner sectors that proposals come from, strongest first."""

TRADE_STEPS = np.array([0.0, 0.2, 0.5, 0.7, 0.9, 1.0], dtype=np.float32)
"""Closeness of two trades that share 0 to 5 levels of NAF rev. 2."""


class SectorFlows:
    """How much the buyer's sector buys from the seller's, compared with what others buy from it.

    With `lift = share of a in the purchases of b / mean share of a over all buyers`, the score is
    `lift / (1 + lift)`: one half where a buyer buys as much from a sector as anybody does.

    References
    ----------
    World Input-Output Database, release 2013, France 2011; Timmer et al., Review of International
    Economics 23 (2015).
    """

    name: ClassVar[str] = "sector_flows"
    family: ClassVar[Family] = Family.REGISTRY

    def fit(self, territory: Territory) -> None:
        """Compare every flow with the average one."""
        self.territory_ = territory
        self.strength_ = flow_strengths()

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the reference table."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Compare again."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Strength of the flow from seller to buyer; for a mutual flow the stronger way."""
        own = seekers.sector[rows].astype(np.int64)[:, None]
        other = self.territory_.view.sector[partners].astype(np.int64)
        inward = self.strength_[other, own]
        outward = self.strength_[own, other]
        chosen = {Flow.INWARD: inward, Flow.OUTWARD: outward}.get(flow)
        scores = np.maximum(inward, outward) if chosen is None else chosen
        known: Floats = np.where((own >= 0) & (other >= 0), scores, np.float32(0))
        return known

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Nearest firms of each of the six strongest partner sectors."""
        strength = {Flow.INWARD: self.strength_.T, Flow.OUTWARD: self.strength_}.get(flow)
        if strength is None:
            strength = np.maximum(self.strength_, self.strength_.T)
        each = max(1, k // SECTORS_ASKED)
        found = np.full((len(rows), SECTORS_ASKED * each), UNKNOWN, dtype=np.int64)
        view, sectors = self.territory_.view, seekers.sector[rows]
        best = np.argsort(-strength, axis=1, kind="stable")[:, :SECTORS_ASKED]
        for partner_sector in np.unique(best):
            asked_of = view.sector == partner_sector
            for place in range(SECTORS_ASKED):
                asking = np.flatnonzero(
                    (sectors >= 0)
                    & (best[sectors, place] == partner_sector)
                    & (strength[sectors, partner_sector] > 0)
                )
                if len(asking):
                    columns = slice(place * each, (place + 1) * each)
                    found[asking, columns] = nearest_places(
                        seekers, rows[asking], view, pool.within(asked_of), each
                    )
        return found

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name the two sectors and the share of the purchases."""
        own, other = int(seekers.sector[row]), int(self.territory_.view.sector[partner])
        if own < 0 or other < 0:
            return None
        inward = flow is Flow.INWARD or (
            flow is Flow.MUTUAL and self.strength_[other, own] >= self.strength_[own, other]
        )
        seller, buyer = (other, own) if inward else (own, other)
        sectors = self.territory_.sectors
        return Evidence(
            Topic.SECTOR_BUYS_FROM if inward else Topic.SECTOR_SELLS_TO,
            {
                "seller": sectors[seller],
                "buyer": sectors[buyer],
                "share": round(float(flow_matrix().shares[seller, buyer]), 4),
            },
        )


class TradesAlike:
    """Levels of NAF that the two trades share: neighbours in trade, not the same trade.

    Serves the intents in which firms work side by side or exchange practice; the competitor rule
    takes out those of the same sub-class.
    """

    name: ClassVar[str] = "trades_alike"
    family: ClassVar[Family] = Family.REGISTRY

    def fit(self, territory: Territory) -> None:
        """Keep the trades."""
        self.territory_ = territory

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the view."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the trades."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Grade in [0, 1] by the number of levels shared."""
        steps: Floats = TRADE_STEPS[self._levels_shared(seekers, rows, partners)]
        return steps

    def _levels_shared(self, seekers: View, rows: Rows, partners: Rows) -> npt.NDArray[np.int64]:
        own = seekers.trade[rows][:, None, :]
        other = self.territory_.view.trade[partners]
        shared: npt.NDArray[np.int64] = ((own == other) & (own >= 0)).sum(axis=2)
        return shared

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Nearest firms of the same NAF division but another sub-class, and of the same section."""
        found = np.full((len(rows), 2 * (k // 2)), UNKNOWN, dtype=np.int64)
        view = self.territory_.view
        for level, columns in ((1, slice(0, k // 2)), (0, slice(k // 2, 2 * (k // 2)))):
            own = seekers.trade[rows]
            for sub_class in np.unique(own[:, 4][own[:, 4] >= 0]):
                asking = np.flatnonzero(own[:, 4] == sub_class)
                branch = own[asking[0], level]
                others: Flags = (view.trade[:, level] == branch) & (view.trade[:, 4] != sub_class)
                if level == 0:
                    others &= view.trade[:, 1] != own[asking[0], 1]
                found[asking, columns] = nearest_places(
                    seekers, rows[asking], view, pool.within(others), k // 2
                )
        return found

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name the finest level that both share."""
        levels = int(self._levels_shared(seekers, np.array([row]), np.array([[partner]]))[0, 0])
        if levels == 0:
            return None
        codes = codes_of_level(LEVELS[::-1][levels - 1])
        return Evidence(Topic.TRADES_COMPLEMENT, {"code": codes[seekers.trade[row, levels - 1]]})


def flow_strengths() -> npt.NDArray[np.float32]:
    """Strength of every flow in [0, 1), shape (n_sectors, n_sectors): sellers by buyers."""
    shares = np.array(flow_matrix().shares)
    usual = shares.mean(axis=1, keepdims=True)
    lift = np.divide(shares, usual, out=np.zeros_like(shares), where=usual > 0)
    np.fill_diagonal(lift, OWN_SECTOR * lift.diagonal())
    return np.where(shares >= SMALLEST_SHARE, lift / (1 + lift), 0).astype(np.float32)
