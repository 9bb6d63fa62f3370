"""What each night found: one line per night, kept longer than snapshots are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.batches import put
from matchmaker.store.list_tables import nights as table


@dataclass(frozen=True, slots=True)
class Night:
    """One night, in figures.

    Parameters
    ----------
    snapshot
        Name of what it made.
    at
        Its moment.
    held_back
        Gates that kept it from being published; none where it was.
    quality
        Overall figures of its quality table; `None` where nothing was measured.
    territory
        Figures of the territory (`pipelines.territory_figures`); `None` where there are none.
    """

    snapshot: str
    at: datetime
    held_back: tuple[str, ...]
    quality: Mapping[str, Any] | None
    territory: Mapping[str, Any] | None


class NightRepository:
    """The nights, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, night: Night) -> None:
        """Write the line of a night; it takes the place of one with the same snapshot."""
        row = {
            "snapshot": night.snapshot,
            "at": night.at,
            "held_back": list(night.held_back),
            "quality": None if night.quality is None else dict(night.quality),
            "territory": None if night.territory is None else dict(night.territory),
        }
        put(self._connection, table, [row])

    def latest(self, limit: int = 90) -> tuple[Night, ...]:
        """Read the newest nights, the oldest of them first."""
        newest = sa.select(table).order_by(table.c.at.desc(), table.c.snapshot.desc()).limit(limit)
        rows = self._connection.execute(newest).all()
        return tuple(
            Night(row.snapshot, row.at, tuple(row.held_back), row.quality, row.territory)
            for row in reversed(rows)
        )
