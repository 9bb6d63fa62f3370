"""The state of the service at a glance."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio.to_thread import run_sync

from api.deps import Service
from matchmaker.mail.outbox import LetterState
from matchmaker.store import ImportRecord, Unit
from matchmaker.store.snapshots import Snapshot
from matchmaker.texts import Language, say, say_number

LATE = timedelta(hours=36)
"""Age from which a night has visibly not taken place."""
LITTLE_ROOM = 0.1
"""Share of the disk below which the next nights may not fit."""


@dataclass(frozen=True)
class Overview:
    """What whoever runs the service looks at first.

    Parameters
    ----------
    served
        The night that is served, if any.
    age
        How long ago it was, in words.
    late
        Whether that is too long.
    letters
        How many are in each state.
    imports
        The last one of each kind.
    planning
        Whether a plan is being made by this worker.
    free, total
        Bytes of the disk that holds the home.
    """

    served: Snapshot | None
    age: str
    late: bool
    letters: Mapping[LetterState, int]
    imports: Sequence[ImportRecord]
    planning: bool
    free: int
    total: int

    @property
    def tight(self) -> bool:
        """Whether the disk is nearly full."""
        return self.free < LITTLE_ROOM * self.total


async def overview(service: Service, kept: Sequence[Snapshot], language: Language) -> Overview:
    """Look at everything once.

    Parameters
    ----------
    kept
        Every snapshot of the home.
    """
    letters, imports = await service.read(_stored)
    disk = await run_sync(shutil.disk_usage, service.settings.home)
    served = next((each for each in kept if each.published), None)
    age = None if served is None else service.now() - _moment_of(served)
    return Overview(
        served=served,
        age="" if age is None else _in_words(age, language),
        late=age is not None and age > LATE,
        letters=letters,
        imports=imports,
        planning=service.planning_slots.available_tokens < 1,
        free=disk.free,
        total=disk.total,
    )


def _stored(unit: Unit) -> tuple[Mapping[LetterState, int], list[ImportRecord]]:
    latest = (unit.imports.latest(kind) for kind in unit.imports.counts())
    known = [each for each in latest if each is not None]
    return unit.outbox.counts(), sorted(known, key=lambda each: each.at, reverse=True)


def _moment_of(snapshot: Snapshot) -> datetime:
    return datetime.fromisoformat(snapshot.manifest["created_at"])


def _in_words(age: timedelta, language: Language) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return say(language, "administration.overview.now")
    if hours < 48:
        return say_number(language, "administration.overview.hours", hours)
    return say_number(language, "administration.overview.days", hours // 24)
