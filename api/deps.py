"""What a route may ask for: the service, the open snapshot, checked parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, TypeVar

import anyio
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from threadpoolctl import ThreadpoolController

from api.errors import PlannerBusyError
from api.limits import SearchLimit
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.signing import Signer
from matchmaker.companies import siret_problem
from matchmaker.intents import Intent
from matchmaker.mail.post import Post
from matchmaker.settings import Settings
from matchmaker.store import Store, Unit
from matchmaker.texts import Language
from models.published import Published, SnapshotReader

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Service:
    """Everything that the routes share; `api.app` puts it together.

    Parameters
    ----------
    settings
        In force.
    store
        Open.
    snapshots
        Always the published snapshot.
    now
        The clock.
    signer
        Signs cookies and links with the secret of this home.
    passwords
        Hashes and checks passwords.
    post
        Writes letters.
    searches
        Counts the searches of callers.
    threads
        Pools of BLAS and OpenMP threads of this process.
    ranking_slots
        How many profiles may be ranked at the same time.
    writing_slots
        How many requests may write at the same time: those that wait for a locked database must
        not hold the connections and threads that readers need.
    hashing_slots
        How many passwords may be hashed at the same time, at some 64 MB each; two if not given.
    planning_slots
        How many events may be planned at the same time; one if not given.
    """

    settings: Settings
    store: Store
    snapshots: SnapshotReader
    now: Callable[[], datetime]
    signer: Signer
    passwords: Passwords
    post: Post
    searches: SearchLimit
    threads: ThreadpoolController
    ranking_slots: CapacityLimiter
    writing_slots: CapacityLimiter
    hashing_slots: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))
    planning_slots: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))

    async def read(self, work: Callable[[Unit], Answer]) -> Answer:
        """Read the store: at once where it is a file, in a thread where a network may keep us."""

        def reading() -> Answer:
            with self.store.reading() as unit:
                return work(unit)

        return reading() if self.store.embedded else await run_sync(reading)

    async def write(self, work: Callable[[Unit], Answer]) -> Answer:
        """Write the store, always in a thread: another writer may hold a file for seconds."""

        def writing() -> Answer:
            with self.store.unit() as unit:
                return work(unit)

        return await run_sync(writing, limiter=self.writing_slots)

    async def rank(self, work: Callable[[Unit], Answer]) -> Answer:
        """Rank a new profile, in a thread of its own and with the threads of the settings."""

        def ranking() -> Answer:
            limits = self.threads.limit(limits=self.settings.parallel.threads)
            with limits, self.store.reading() as unit:
                return work(unit)

        return await anyio.to_thread.run_sync(ranking, limiter=self.ranking_slots)

    async def hash(self, work: Callable[[], Answer]) -> Answer:
        """Do what hashes a password, in a thread of its own: it takes long, and much memory."""
        return await run_sync(work, limiter=self.hashing_slots)

    async def plan(self, work: Callable[[], Answer]) -> Answer:
        """Plan an event, in a thread of its own and with the threads of the settings.

        Raises
        ------
        PlannerBusyError
            If no more plans can be made at the same time: a queue of minutes helps nobody.
        """
        if self.planning_slots.available_tokens < 1:
            raise PlannerBusyError("another plan is being made; try again in a moment.")

        def planning() -> Answer:
            with self.threads.limit(limits=self.settings.parallel.threads):
                return work()

        return await run_sync(planning, limiter=self.planning_slots)


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]


async def _published(service: ServiceDep) -> Published:
    snapshots = service.snapshots
    # Opening a large one takes a second: one request waits in a thread, the others go on.
    return await run_sync(snapshots.current) if snapshots.is_due else snapshots.current()


PublishedDep = Annotated[Published, Depends(_published)]
"""The snapshot that a request begins with, and ends with."""


def _checked_siret(text: str) -> str:
    problem = siret_problem(text)
    if problem is not None:
        raise PydanticCustomError("siret", "{problem}", {"problem": problem})
    return text


Siret = Annotated[
    str,
    AfterValidator(_checked_siret),
    Path(description="SIRET, 14 digits.", examples=["00001005800014"]),
]
IntentQuery = Annotated[
    Intent | None, Query(description="Only this intent; by default the best of all.")
]
LimitQuery = Annotated[int, Query(ge=1, le=100, description="Longest list.")]
LanguageQuery = Annotated[Language, Query(description="Language of labels and sentences.")]


def chosen_intents(intent: Intent | None) -> Sequence[Intent]:
    """One intent, or all of them."""
    return tuple(Intent) if intent is None else (intent,)
