"""Events: begin one, read it, change it, move it along its life.

There are no accounts yet: whoever reaches this service says who they are in `by`, which goes to the
history of the event. Every change names the version that was read, so that nobody overwrites a
colleague.
"""

from __future__ import annotations

from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.deps import ServiceDep
from api.event_access import EventId, MatchedVersion, edit_of, event_answer
from api.event_schemas import (
    EventAnswer,
    EventMove,
    EventPatch,
    EventsAnswer,
    HistoryAnswer,
    NewEvent,
)
from api.openapi import event_problems
from api.routes.documents import json_answer
from matchmaker.events.details import EventKind
from matchmaker.events.life import Event, EventState
from matchmaker.events.services.forms import changed, details_of
from matchmaker.identifiers import new_id
from matchmaker.store import Unit

router = APIRouter(prefix="/v1/events", tags=["events"])


@router.post(
    "",
    status_code=201,
    response_model=EventAnswer,
    responses=event_problems(400, 413, 422, 503),
)
async def create_event(body: NewEvent, service: ServiceDep) -> Response:
    """Begin an event, as a draft."""
    details, drawn = details_of(body), new_id(SystemRandom())
    event = await service.write(
        lambda unit: unit.events.create(drawn, details, at=service.now(), by=body.by)
    )
    answer = event_answer(event)
    answer.status_code = 201
    answer.headers["Location"] = f"/v1/events/{event.id}"
    return answer


@router.get("", response_model=EventsAnswer, responses=event_problems(422, 503))
async def list_events(
    service: ServiceDep,
    state: Annotated[EventState | None, Query(description="Only these.")] = None,
    kind: Annotated[EventKind | None, Query(description="Only these.")] = None,
) -> Response:
    """List events by day."""
    found = await service.read(lambda unit: unit.events.list(state, kind))
    return json_answer({"items": found})


@router.get("/{event_id}", response_model=EventAnswer, responses=event_problems(404, 422, 503))
async def read_event(event_id: EventId, service: ServiceDep) -> Response:
    """Read an event; the `ETag` of the answer is its version."""
    return event_answer(await service.read(lambda unit: unit.events.get(event_id)))


@router.patch(
    "/{event_id}",
    response_model=EventAnswer,
    responses=event_problems(400, 404, 409, 412, 413, 422, 428, 503),
)
async def change_event(
    event_id: EventId, body: EventPatch, service: ServiceDep, matched: MatchedVersion
) -> Response:
    """Change what an event is about; fields that are not given stay."""
    edit = edit_of(service, body.by, matched, body.version)

    def work(unit: Unit) -> Event:
        before = unit.events.get(event_id).details
        return unit.events.change(event_id, edit, changed(before, body))

    return event_answer(await service.write(work))


@router.post(
    "/{event_id}/state",
    response_model=EventAnswer,
    responses=event_problems(400, 404, 409, 412, 413, 422, 428, 503),
)
async def move_event(
    event_id: EventId, body: EventMove, service: ServiceDep, matched: MatchedVersion
) -> Response:
    """Move an event to another state; closing turns what happened into relations."""
    edit = edit_of(service, body.by, matched, body.version)
    return event_answer(await service.write(lambda unit: unit.events.move(event_id, edit, body.to)))


@router.get(
    "/{event_id}/history", response_model=HistoryAnswer, responses=event_problems(404, 422, 503)
)
async def read_history(event_id: EventId, service: ServiceDep) -> Response:
    """Read who changed what, and when."""
    return json_answer({"items": await service.read(lambda unit: unit.events.history(event_id))})
