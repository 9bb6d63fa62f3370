"""What the routes of events ask of a request: who changes what version, a kind of body, a time."""

from __future__ import annotations

import re
from typing import Annotated

import orjson
from anyio.to_thread import run_sync
from fastapi import Depends, Header, Path, Query, Request, Response

from api.deps import Service
from api.errors import BadValueError, MediaTypeError, VersionMissingError
from api.event_schemas import Actor
from matchmaker.errors import SnapshotError
from matchmaker.events.details import EventKind
from matchmaker.events.life import Edit, Event
from matchmaker.events.services.problems import Scoring
from models.event_scoring import scoring_of

EventId = Annotated[str, Path(description="Id of the event.", examples=["k7m2p9qa"], max_length=40)]
ActorQuery = Annotated[Actor, Query(description="Who changes it.")]
VersionQuery = Annotated[
    int | None, Query(ge=1, description="Version that was read; not needed beside If-Match.")
]
KindQuery = Annotated[EventKind, Query(description="What is planned.")]

_ETAG = re.compile(r'"(\d{1,9})"')


async def _matched_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """Version in `If-Match`: the `ETag` of an event is its version."""
    if if_match is None:
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise BadValueError('If-Match holds no version of an event; send its ETag, such as "3".')
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
            "say which version of the event you have read: in If-Match, or as version."
        )
    return version


def edit_of(service: Service, by: str, matched: int | None, given: int | None) -> Edit:
    """Say who changes an event, when, and which version they have read."""
    return Edit(read_version(matched, given), service.now(), by)


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
