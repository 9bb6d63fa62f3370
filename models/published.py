"""The published snapshot, open for reading: the fitted model and its lists, by memory map."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchmaker.errors import SnapshotError
from matchmaker.intents import Intent
from matchmaker.store.snapshots import read_manifest, require_current
from models.arrays import load_array
from models.lists import RankedLists
from models.partner_model import PartnerModel

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Published:
    """One open snapshot; only the same one is equal.

    Parameters
    ----------
    name
        Name of the snapshot.
    manifest
        What it says of itself.
    model
        The fitted model.
    lists
        Ranked lists of every company, per intent.
    """

    name: str
    manifest: dict[str, Any]
    model: PartnerModel
    lists: dict[Intent, RankedLists]

    @property
    def fictional(self) -> bool:
        """Whether it was made from fictional companies."""
        return bool(self.manifest["fictional"])


def open_published(folder: Path, *, fitted: bool = True) -> Published:
    """Open a snapshot.

    Parameters
    ----------
    folder
        The snapshot's own folder.
    fitted
        As in `PartnerModel.load`.

    Raises
    ------
    SnapshotError
        If it is damaged or of another format.
    """
    return Published(
        name=folder.name,
        manifest=read_manifest(folder),
        model=PartnerModel.load(folder / "model", fitted=fitted),
        lists={intent: _open_lists(folder / "lists" / intent) for intent in Intent},
    )


def _open_lists(folder: Path) -> RankedLists:
    return RankedLists(
        partners=load_array(folder, "partners"),
        roles=load_array(folder, "roles"),
        scores=load_array(folder, "scores"),
        bands=load_array(folder, "bands"),
        parts=load_array(folder, "parts"),
        propensity=load_array(folder, "propensity"),
    )


class SnapshotReader:
    """Always the published snapshot: takes up a new one without closing the one in use.

    A request keeps the `Published` that it began with; the old arrays go when the last request
    that holds them is done.

    Parameters
    ----------
    folder
        Folder of all snapshots.
    every_seconds
        How often to look for a new one.
    clock
        Seconds that only grow, such as `time.monotonic`.
    """

    def __init__(self, folder: Path, every_seconds: float, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._every = every_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._current: Published | None = None
        self._looked_at = float("-inf")

    @property
    def is_due(self) -> bool:
        """Whether the next call of `current` looks for a new snapshot, which may take a while."""
        return self._current is None or self._clock() - self._looked_at >= self._every

    def look_again(self) -> None:
        """Look for a new one at the next call, however short a while ago that was done."""
        self._looked_at = float("-inf")

    def current(self) -> Published:
        """Return the published snapshot, opened.

        Raises
        ------
        SnapshotError
            If none is published, or it cannot be opened and none was open before.
        """
        if self._current is not None and not self.is_due:
            return self._current
        with self._lock:
            self._looked_at = self._clock()
            try:
                folder = require_current(self._folder)
                if self._current is None or self._current.name != folder.name:
                    self._current = open_published(folder)
            except SnapshotError as error:
                if self._current is None:
                    raise
                logger.warning("going on with snapshot %s: %s", self._current.name, error)
            return self._current
