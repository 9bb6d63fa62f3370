"""Events: begin one, read it, change it, move it along its life.

An adviser reaches the events that their chamber holds; those of others are unknown to them. Every
change names the version that was read, so that nobody overwrites a colleague; the history names who
made it.
"""

from __future__ import annotations

from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import EventsCaller
from api.deps import ServiceDep
from api.event_access import DeskDep, MatchedVersion, event_answer
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
from matchmaker.events.reach import check_chambers, reaches_event
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
async def create_event(body: NewEvent, service: ServiceDep, caller: EventsCaller) -> Response:
    """Begin an event, as a draft; an adviser's chamber is among those that hold it."""
    details, drawn = details_of(body), new_id(SystemRandom())
    check_chambers(caller, details.chambers)
    event = await service.write(
        lambda unit: unit.events.create(drawn, details, at=service.now(), by=caller.label)
    )
    answer = event_answer(event)
    answer.status_code = 201
    answer.headers["Location"] = f"/v1/events/{event.id}"
    return answer


@router.get("", response_model=EventsAnswer, responses=event_problems(422, 503))
async def list_events(
    service: ServiceDep,
    caller: EventsCaller,
    state: Annotated[EventState | None, Query(description="Only these.")] = None,
    kind: Annotated[EventKind | None, Query(description="Only these.")] = None,
) -> Response:
    """List the events that the caller reaches, by day."""
    found = await service.read(lambda unit: unit.events.list(state, kind))
    return json_answer(
        {"items": [each for each in found if reaches_event(caller, each.details.chambers)]}
    )


@router.get("/{event_id}", response_model=EventAnswer, responses=event_problems(404, 422, 503))
async def read_event(desk: DeskDep) -> Response:
    """Read an event; the `ETag` of the answer is its version."""
    return event_answer(await desk.read(lambda _, event: event))


@router.patch(
    "/{event_id}",
    response_model=EventAnswer,
    responses=event_problems(400, 404, 409, 412, 413, 422, 428, 503),
)
async def change_event(body: EventPatch, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Change what an event is about; fields that are not given stay."""
    edit = desk.edit(matched, body.version)

    def work(unit: Unit, event: Event) -> Event:
        after = changed(event.details, body)
        check_chambers(desk.caller, after.chambers)
        return unit.events.change(event.id, edit, after)

    return event_answer(await desk.write(work))


@router.post(
    "/{event_id}/state",
    response_model=EventAnswer,
    responses=event_problems(400, 404, 409, 412, 413, 422, 428, 503),
)
async def move_event(body: EventMove, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Move an event to another state; closing turns what happened into relations."""
    edit = desk.edit(matched, body.version)
    return event_answer(
        await desk.write(lambda unit, event: unit.events.move(event.id, edit, body.to))
    )


@router.get(
    "/{event_id}/history", response_model=HistoryAnswer, responses=event_problems(404, 422, 503)
)
async def read_history(desk: DeskDep) -> Response:
    """Read who changed what, and when."""
    return json_answer(
        {"items": await desk.read(lambda unit, event: unit.events.history(event.id))}
    )
