"""Who takes part in an event, whom they wish to meet, who was there, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.deps import Service
from api.event_access import (
    DeskDep,
    EventDesk,
    MatchedVersion,
    VersionQuery,
    event_answer,
    require_media_type,
    tagged,
)
from api.event_schemas import (
    AttendanceBody,
    ContactsAnswer,
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
from matchmaker.events.registration_sheets import RegistrationImport
from matchmaker.events.registrations import Attendance, Registration
from matchmaker.events.services.contacting import (
    ParticipantContact,
    check_firms_kept,
    read_contacts,
)
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


async def _list(desk: EventDesk, items: Callable[[Unit], object]) -> Response:
    """Answer with what belongs to an event, in its version."""
    event, found = await desk.read(lambda unit, event: (event, items(unit)))
    return tagged({"version": event.version, "items": found}, event)


async def _uploaded(service: Service, request: Request) -> Sheet:
    """Read the spreadsheet in the body, in a thread: unpacking one takes a while."""
    name = UPLOADS[require_media_type(request, *UPLOADS)]
    data, longest = await request.body(), service.settings.imports.max_line_bytes
    return await run_sync(
        lambda: read_upload(data, name, max_line_bytes=longest), limiter=service.writing_slots
    )


@router.get("/registrations", response_model=RegistrationsAnswer, responses=_READING)
async def read_registrations(desk: DeskDep) -> Response:
    """List the participants; e-mails are never among what is told."""
    return await _list(desk, lambda unit: unit.events.registrations.all(desk.event_id))


@router.get("/contacts", response_model=ContactsAnswer, responses=_READING)
async def read_participant_contacts(desk: DeskDep) -> Response:
    """Read the e-mails of the participants, to send them their plan; the log notes whose were read.

    Those of another chamber's firms are hidden from an adviser until an introduction is made.
    """

    def work(unit: Unit, event: Event) -> tuple[Event, tuple[ParticipantContact, ...]]:
        return event, read_contacts(unit, event, desk.caller, at=desk.service.now())

    event, found = await desk.write(work)
    return tagged({"version": event.version, "items": found}, event)


@router.put("/registrations/{participant}", response_model=EventAnswer, responses=_WRITING)
async def put_registration(
    participant: Participant,
    body: RegistrationBody,
    desk: DeskDep,
    matched: MatchedVersion,
) -> Response:
    """Register somebody, or put a registration in place of the one of this id."""
    edit = desk.edit(matched, body.version)
    values = body.model_dump(exclude={"version", "email"})
    registration = Registration(id=participant, **values)
    emails = {participant: body.email} if "email" in body.model_fields_set else {}

    def work(unit: Unit, event: Event) -> Event:
        before = unit.events.registrations.all(event.id)
        check_firms_kept(unit, desk.caller, before, [registration])
        return unit.events.registrations.put(event.id, edit, [registration], emails)

    return event_answer(await desk.write(work))


@router.delete(
    "/registrations/{participant}",
    response_model=EventAnswer,
    responses=event_problems(404, 409, 412, 422, 428, 503),
)
async def delete_registration(
    participant: Participant,
    desk: DeskDep,
    matched: MatchedVersion,
    version: VersionQuery = None,
) -> Response:
    """Remove a participant with their e-mail, wishes and outcomes."""
    edit = desk.edit(matched, version)
    return event_answer(
        await desk.write(
            lambda unit, event: unit.events.registrations.remove(event.id, edit, [participant])
        )
    )


@router.post(
    "/registrations/import",
    response_model=ImportAnswer,
    responses=_UPLOADING,
    openapi_extra=_UPLOAD,
)
async def import_registrations(
    request: Request,
    desk: DeskDep,
    matched: MatchedVersion,
    version: VersionQuery = None,
) -> Response:
    """Take registrations over from a spreadsheet; rows that are wrong are set apart."""
    edit = desk.edit(matched, version)
    sheet = await _uploaded(desk.service, request)

    def work(unit: Unit, event: Event) -> tuple[Event, RegistrationImport]:
        before = unit.events.registrations.all(event.id)
        after, found = take_registrations(unit, event.id, edit, sheet, SystemRandom())
        check_firms_kept(unit, desk.caller, before, found.registrations)
        return after, found

    event, found = await desk.write(work)
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
async def read_wishes(desk: DeskDep) -> Response:
    """List whom participants want to meet, must meet, or refuse to meet."""
    return await _list(desk, lambda unit: unit.events.wishes.all(desk.event_id))


@router.put("/wishes", response_model=EventAnswer, responses=_WRITING)
async def put_wishes(body: WishesBody, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Write wishes; those that are not named stay."""
    edit = desk.edit(matched, body.version)
    wishes = [Wish(**each.model_dump()) for each in body.wishes]
    return event_answer(
        await desk.write(lambda unit, event: unit.events.wishes.put(event.id, edit, wishes))
    )


@router.post("/wishes/withdrawal", response_model=EventAnswer, responses=_WRITING)
async def withdraw_wishes(body: WithdrawalBody, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Take wishes back; those that are not there are passed over."""
    edit = desk.edit(matched, body.version)
    pairs = [(each.wisher, each.wished) for each in body.wishes]
    return event_answer(
        await desk.write(lambda unit, event: unit.events.wishes.withdraw(event.id, edit, pairs))
    )


@router.post(
    "/wishes/import", response_model=ImportAnswer, responses=_UPLOADING, openapi_extra=_UPLOAD
)
async def import_wishes(
    request: Request,
    desk: DeskDep,
    matched: MatchedVersion,
    version: VersionQuery = None,
) -> Response:
    """Take wishes over from a spreadsheet; rows that are wrong are set apart."""
    edit = desk.edit(matched, version)
    sheet = await _uploaded(desk.service, request)
    event, found = await desk.write(lambda unit, event: take_wishes(unit, event.id, edit, sheet))
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
async def note_attendance(body: AttendanceBody, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Note who is there, who is not, who comes later and who called off."""
    edit = desk.edit(matched, body.version)
    seen = [Attendance(**each.model_dump()) for each in body.seen]
    return event_answer(
        await desk.write(lambda unit, event: unit.events.registrations.attend(event.id, edit, seen))
    )


@router.get("/outcomes", response_model=OutcomesAnswer, responses=_READING)
async def read_outcomes(desk: DeskDep) -> Response:
    """List what came of the meetings."""
    return await _list(desk, lambda unit: unit.events.outcomes.all(desk.event_id))


@router.put("/outcomes", response_model=EventAnswer, responses=_WRITING)
async def put_outcomes(body: OutcomesBody, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Write what came of meetings; those that are not named stay."""
    edit = desk.edit(matched, body.version)
    outcomes = [Outcome(**each.model_dump()) for each in body.outcomes]
    return event_answer(
        await desk.write(lambda unit, event: unit.events.outcomes.put(event.id, edit, outcomes))
    )
