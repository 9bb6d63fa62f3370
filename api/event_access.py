"""What routes of events ask of a request: whose event, which version, a kind of body, a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

import orjson
from anyio.to_thread import run_sync
from fastapi import Depends, Header, Path, Query, Request, Response

from api.access import EventsCaller
from api.deps import Service, ServiceDep
from api.errors import BadValueError, MediaTypeError, VersionMissingError
from matchmaker.accounts.principals import Principal
from matchmaker.errors import SnapshotError
from matchmaker.events.details import EventKind
from matchmaker.events.life import Edit, Event
from matchmaker.events.reach import reaches_event
from matchmaker.events.services.problems import Scoring
from matchmaker.store import Unit
from matchmaker.store.event_lock import unknown_event
from models.event_scoring import scoring_of

Answer = TypeVar("Answer")

EventId = Annotated[str, Path(description="Id of the event.", examples=["k7m2p9qa"], max_length=40)]
VersionQuery = Annotated[
    int | None, Query(ge=1, description="Version that was read; not needed beside If-Match.")
]
KindQuery = Annotated[EventKind, Query(description="What is planned.")]

_ETAG = re.compile(r'"(\d{1,9})"')


async def _matched_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """Version in `If-Match`: the `ETag` of what is changed is its version."""
    if if_match is None:
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise BadValueError(
            'If-Match holds no version; send the ETag of what you change, such as "3".'
        )
    return int(found[1])


MatchedVersion = Annotated[int | None, Depends(_matched_version)]


def read_version(matched: int | None, given: int | None) -> int:
    """Version that the caller has read.

    Raises
    ------
    VersionMissingError
        If no version is given: without one, nobody's change is safe.
    BadValueError
        If two are given that differ.
    """
    if matched is not None and given is not None and matched != given:
        raise BadValueError(f"If-Match says version {matched} and the request {given}; give one.")
    version = given if matched is None else matched
    if version is None:
        raise VersionMissingError(
            "say which version of what you change you have read: in If-Match, or as version."
        )
    return version


@dataclass(frozen=True)
class EventDesk:
    """The event of a request, as far as its caller reaches.

    Every read and write of an event goes through here, so that no route can forget whose it is.

    Parameters
    ----------
    service
        The service.
    caller
        Whoever asks; histories name them.
    event_id
        The event, which may be unknown to the caller.
    """

    service: Service
    caller: Principal
    event_id: str

    def event(self, unit: Unit) -> Event:
        """Read the event.

        Raises
        ------
        UnknownEventError
            If there is none, or it is of other chambers: the caller is told the same of both.
        """
        event = unit.events.get(self.event_id)
        if not reaches_event(self.caller, event.details.chambers):
            raise unknown_event(self.event_id)
        return event

    async def read(self, work: Callable[[Unit, Event], Answer]) -> Answer:
        """Read something of the event."""
        return await self.service.read(lambda unit: work(unit, self.event(unit)))

    async def write(self, work: Callable[[Unit, Event], Answer]) -> Answer:
        """Change something of the event."""
        return await self.service.write(lambda unit: work(unit, self.event(unit)))

    def edit(self, matched: int | None, given: int | None) -> Edit:
        """Say who changes the event, when, and which version they have read."""
        return Edit(read_version(matched, given), self.service.now(), self.caller.label)


async def _desk(service: ServiceDep, caller: EventsCaller, event_id: EventId) -> EventDesk:
    return EventDesk(service, caller, event_id)


DeskDep = Annotated[EventDesk, Depends(_desk)]


def event_answer(event: Event) -> Response:
    """Answer with an event; its version is its entity tag."""
    return tagged(event, event)


def tagged(document: object, event: Event) -> Response:
    """Answer with a document about an event in its version."""
    return Response(
        orjson.dumps(document),
        headers={"ETag": f'"{event.version}"'},
        media_type="application/json",
    )


def require_media_type(request: Request, *known: str) -> str:
    """Kind of the body, without parameters.

    Raises
    ------
    MediaTypeError
        If it is none of those that the address takes.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in known:
        shown = f"of kind {kind}" if kind else "of no named kind"
        raise MediaTypeError(f"the body is {shown}; send {' or '.join(known)}.")
    return kind


def seconds_of(service: Service, asked: float | None) -> float:
    """Time for a plan.

    Raises
    ------
    BadValueError
        If it is longer than the service allows.
    """
    events = service.settings.events
    longest = events.max_planning_seconds
    if asked is None:
        return min(events.planning_seconds, longest)
    if asked > longest:
        raise BadValueError(f"time_limit {asked:g} is more than {longest:g} seconds; ask for less.")
    return asked


async def published_scores(service: Service) -> tuple[Scoring | None, str | None]:
    """Scores of the published snapshot, and its name; nothing where none is published."""
    try:
        published = await run_sync(service.snapshots.current)
    except SnapshotError:
        # The answer says so: `snapshot` is null, and wishes alone count.
        return None, None
    return scoring_of(published), published.name
