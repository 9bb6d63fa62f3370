"""Who takes part in an event, whom they wish to meet, who was there, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.deps import Service, ServiceDep
from api.event_access import (
    ActorQuery,
    EventId,
    MatchedVersion,
    VersionQuery,
    edit_of,
    event_answer,
    require_media_type,
    tagged,
)
from api.event_schemas import (
    AttendanceBody,
    EventAnswer,
    ImportAnswer,
    OutcomesAnswer,
    OutcomesBody,
    RegistrationBody,
    RegistrationsAnswer,
    WishesAnswer,
    WishesBody,
    WithdrawalBody,
)
from api.openapi import event_problems
from matchmaker.events.life import Event
from matchmaker.events.outcomes import Outcome
from matchmaker.events.registrations import Attendance, Registration
from matchmaker.events.services.exporting import MEDIA_TYPES, ExportFormat
from matchmaker.events.services.registering import read_upload, take_registrations, take_wishes
from matchmaker.events.wishes import Wish
from matchmaker.store import Unit
from matchmaker.tabular.sheets import Sheet

router = APIRouter(prefix="/v1/events/{event_id}", tags=["events"])

UPLOADS = {MEDIA_TYPES[ExportFormat.XLSX]: "upload.xlsx", "text/csv": "upload.csv"}
"""Kinds of spreadsheets, and what they are called in errors."""
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in UPLOADS},
    }
}
_READING = event_problems(404, 422, 503)
_WRITING = event_problems(400, 404, 409, 412, 413, 422, 428, 503)
_UPLOADING = event_problems(404, 409, 412, 413, 415, 422, 428, 503)

Participant = Annotated[str, Path(description="Id within the event.", max_length=60)]


async def _list(service: Service, event_id: str, items: Callable[[Unit], object]) -> Response:
    """Answer with what belongs to an event, in its version."""

    def work(unit: Unit) -> tuple[Event, object]:
        return unit.events.get(event_id), items(unit)

    event, found = await service.read(work)
    return tagged({"version": event.version, "items": found}, event)


async def _uploaded(service: Service, request: Request) -> Sheet:
    """Read the spreadsheet in the body, in a thread: unpacking one takes a while."""
    name = UPLOADS[require_media_type(request, *UPLOADS)]
    data, longest = await request.body(), service.settings.imports.max_line_bytes
    return await run_sync(
        lambda: read_upload(data, name, max_line_bytes=longest), limiter=service.writing_slots
    )


@router.get("/registrations", response_model=RegistrationsAnswer, responses=_READING)
async def read_registrations(event_id: EventId, service: ServiceDep) -> Response:
    """List the participants; e-mails are never among what is told."""
    return await _list(service, event_id, lambda unit: unit.events.registrations.all(event_id))


@router.put("/registrations/{participant}", response_model=EventAnswer, responses=_WRITING)
async def put_registration(
    event_id: EventId,
    participant: Participant,
    body: RegistrationBody,
    service: ServiceDep,
    matched: MatchedVersion,
) -> Response:
    """Register somebody, or put a registration in place of the one of this id."""
    edit = edit_of(service, body.by, matched, body.version)
    values = body.model_dump(exclude={"by", "version", "email"})
    registration = Registration(id=participant, **values)
    emails = {participant: body.email} if "email" in body.model_fields_set else {}
    return event_answer(
        await service.write(
            lambda unit: unit.events.registrations.put(event_id, edit, [registration], emails)
        )
    )


@router.delete(
    "/registrations/{participant}",
    response_model=EventAnswer,
    responses=event_problems(404, 409, 412, 422, 428, 503),
)
async def delete_registration(
    event_id: EventId,
    participant: Participant,
    service: ServiceDep,
    matched: MatchedVersion,
    by: ActorQuery,
    version: VersionQuery = None,
) -> Response:
    """Remove a participant with their e-mail, wishes and outcomes."""
    edit = edit_of(service, by, matched, version)
    return event_answer(
        await service.write(
            lambda unit: unit.events.registrations.remove(event_id, edit, [participant])
        )
    )


@router.post(
    "/registrations/import",
    response_model=ImportAnswer,
    responses=_UPLOADING,
    openapi_extra=_UPLOAD,
)
async def import_registrations(
    event_id: EventId,
    request: Request,
    service: ServiceDep,
    matched: MatchedVersion,
    by: ActorQuery,
    version: VersionQuery = None,
) -> Response:
    """Take registrations over from a spreadsheet; rows that are wrong are set apart."""
    edit = edit_of(service, by, matched, version)
    sheet = await _uploaded(service, request)
    event, found = await service.write(
        lambda unit: take_registrations(unit, event_id, edit, sheet, SystemRandom())
    )
    return tagged(
        {
            "event": event,
            "new": found.new,
            "changed": found.changed,
            "unchanged": found.unchanged,
            "rejects": [each._asdict() for each in found.rejects],
            "notes": found.notes,
            "ignored_columns": found.ignored_columns,
        },
        event,
    )


@router.get("/wishes", response_model=WishesAnswer, responses=_READING)
async def read_wishes(event_id: EventId, service: ServiceDep) -> Response:
    """List whom participants want to meet, must meet, or refuse to meet."""
    return await _list(service, event_id, lambda unit: unit.events.wishes.all(event_id))


@router.put("/wishes", response_model=EventAnswer, responses=_WRITING)
async def put_wishes(
    event_id: EventId, body: WishesBody, service: ServiceDep, matched: MatchedVersion
) -> Response:
    """Write wishes; those that are not named stay."""
    edit = edit_of(service, body.by, matched, body.version)
    wishes = [Wish(**each.model_dump()) for each in body.wishes]
    return event_answer(
        await service.write(lambda unit: unit.events.wishes.put(event_id, edit, wishes))
    )


@router.post("/wishes/withdrawal", response_model=EventAnswer, responses=_WRITING)
async def withdraw_wishes(
    event_id: EventId, body: WithdrawalBody, service: ServiceDep, matched: MatchedVersion
) -> Response:
    """Take wishes back; those that are not there are passed over."""
    edit = edit_of(service, body.by, matched, body.version)
    pairs = [(each.wisher, each.wished) for each in body.wishes]
    return event_answer(
        await service.write(lambda unit: unit.events.wishes.withdraw(event_id, edit, pairs))
    )


@router.post(
    "/wishes/import", response_model=ImportAnswer, responses=_UPLOADING, openapi_extra=_UPLOAD
)
async def import_wishes(
    event_id: EventId,
    request: Request,
    service: ServiceDep,
    matched: MatchedVersion,
    by: ActorQuery,
    version: VersionQuery = None,
) -> Response:
    """Take wishes over from a spreadsheet; rows that are wrong are set apart."""
    edit = edit_of(service, by, matched, version)
    sheet = await _uploaded(service, request)
    event, found = await service.write(lambda unit: take_wishes(unit, event_id, edit, sheet))
    return tagged(
        {
            "event": event,
            "new": found.new,
            "changed": found.changed,
            "unchanged": found.unchanged,
            "rejects": [each._asdict() for each in found.rejects],
            "notes": {},
            "ignored_columns": found.ignored_columns,
        },
        event,
    )


@router.post("/attendance", response_model=EventAnswer, responses=_WRITING)
async def note_attendance(
    event_id: EventId, body: AttendanceBody, service: ServiceDep, matched: MatchedVersion
) -> Response:
    """Note who is there, who is not, who comes later and who called off."""
    edit = edit_of(service, body.by, matched, body.version)
    seen = [Attendance(**each.model_dump()) for each in body.seen]
    return event_answer(
        await service.write(lambda unit: unit.events.registrations.attend(event_id, edit, seen))
    )


@router.get("/outcomes", response_model=OutcomesAnswer, responses=_READING)
async def read_outcomes(event_id: EventId, service: ServiceDep) -> Response:
    """List what came of the meetings."""
    return await _list(service, event_id, lambda unit: unit.events.outcomes.all(event_id))


@router.put("/outcomes", response_model=EventAnswer, responses=_WRITING)
async def put_outcomes(
    event_id: EventId, body: OutcomesBody, service: ServiceDep, matched: MatchedVersion
) -> Response:
    """Write what came of meetings; those that are not named stay."""
    edit = edit_of(service, body.by, matched, body.version)
    outcomes = [Outcome(**each.model_dump()) for each in body.outcomes]
    return event_answer(
        await service.write(lambda unit: unit.events.outcomes.put(event_id, edit, outcomes))
    )
