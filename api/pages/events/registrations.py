"""Who takes part in an event: the list, a person, a spreadsheet and its bad rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.errors import BadValueError
from api.event_access import DeskDep, EventDesk
from api.pages.events.details import next_of
from api.pages.events.downloads import file_answer
from api.pages.events.head import event_head
from api.pages.events.mending import Mended, mend_page, rejects_list, sent_rows, sent_taken
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.uploads import uploaded_sheet
from api.pages.forms import read_form
from api.pages.rendering import address, render
from matchmaker.companies import Company
from matchmaker.errors import EventConflictError, InputFileError, MatchmakerError
from matchmaker.events.exports.registrations import (
    registration_list,
    registration_template,
    registration_workbook,
)
from matchmaker.events.exports.tables import csv_bytes
from matchmaker.events.life import CHANGES, Change, Edit, Event
from matchmaker.events.preparing.people import TAKE_PART
from matchmaker.events.registration_sheets import RegistrationImport, import_registrations
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.services.exporting import MEDIA_TYPES, ExportFormat
from matchmaker.events.services.intake import take_in
from matchmaker.spelling import fold
from matchmaker.store import Unit
from matchmaker.tabular.sheets import Sheet
from matchmaker.texts import Language

router = APIRouter(prefix="/evenements/{event_id}/inscriptions", include_in_schema=False)

PAGE_SIZE = 100
SET_BY_HAND = (Status.REGISTERED, Status.INVITED, Status.CANCELLED)
"""Statuses that are set before the day; the others are noted on the day."""

REMOVE = "retirer"
NO_FILE = "…"

SearchQuery = Annotated[str, Query(max_length=200)]
StatusQuery = Annotated[str, Query(alias="statut", max_length=20)]
PageQuery = Annotated[int, Query(ge=1, le=10_000)]


@router.get("")
async def registrations_page(
    request: Request,
    desk: DeskDep,
    q: SearchQuery = "",
    status: StatusQuery = "",
    page: PageQuery = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """List who takes part, those who are looked for where that is asked."""
    return await _list(request, desk, lang, q=q, status=status, page=page)


async def _list(
    request: Request,
    desk: EventDesk,
    lang: Language,
    *,
    q: str = "",
    status: str = "",
    page: int = 1,
    refused: MatchmakerError | None = None,
) -> Response:
    event, people, firms = await desk.read(_read)
    found = [each for each in people if _matches(each, q, status)]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(page, pages)
    onward = next_of(event, sum(each.status in TAKE_PART for each in people))
    return render(
        request,
        "events/registrations.html",
        lang,
        status=refusal_status(refused) if refused else 200,
        head=event_head(event, lang),
        tab="registrations",
        event=event,
        q=q,
        chosen=status,
        statuses=tuple(Status),
        by_hand=SET_BY_HAND,
        counts=Counter(each.status for each in people),
        total=len(people),
        found=len(found),
        people=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        mentors=event.details.settings.get("mentors", ()),
        firms=firms,
        page=page,
        pages=pages,
        onward=onward if onward.path not in (None, "/inscriptions") else None,
        may_change=Change.REGISTRATIONS in CHANGES[event.state],
        refused=refusal_text(refused, lang) if refused else "",
    )


def _read(unit: Unit, event: Event) -> tuple[Event, list[Registration], dict[str, Company]]:
    people = unit.events.registrations.all(event.id)
    # Those alone whose sheet can be opened: a firm that the registry hides stays as registered.
    firms = unit.portfolio.shown(sorted({each.siret for each in people if each.siret}))
    return event, sorted(people, key=lambda each: (fold(each.name), each.id)), firms


def _matches(registration: Registration, q: str, status: str) -> bool:
    texts = (registration.name, registration.company, registration.siret or "", registration.id)
    words = fold(q).split()
    whole = fold(" ".join(texts))
    return all(word in whole for word in words) and (not status or registration.status == status)


@router.post("")
async def import_file(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Take registrations over from a spreadsheet; bad rows are shown, to be mended in place."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())
    try:
        sheet = await uploaded_sheet(desk.service, form)
        if sheet is None:
            raise InputFileError(NO_FILE, "nothing was sent", "Choose a file")
        return await _take(request, desk, lang, edit, sheet, ())
    except MatchmakerError as error:
        return await _list(request, desk, lang, refused=error)


async def _take(
    request: Request,
    desk: EventDesk,
    lang: Language,
    edit: Edit,
    sheet: Sheet,
    earlier: Collection[str],
) -> Response:
    """Take rows in; if somebody else was quicker, every row stays in the form, to be sent again."""

    def work(unit: Unit, event: Event) -> tuple[Event, RegistrationImport]:
        return take_in(unit, event, desk.caller, edit, sheet, SystemRandom(), earlier)

    try:
        event, found = await desk.write(work)
    except EventConflictError as error:
        event, mended = await desk.read(lambda u, e: (e, _unwritten(u, e, sheet, earlier)))
        head, said = event_head(event, lang), refusal_text(error, lang)
        return mend_page(request, lang, head, mended, status=refusal_status(error), refused=said)
    if found.rejects:
        mended = Mended.of_registrations(sheet, found)
        return mend_page(request, lang, event_head(event, lang), mended)
    path = f"/evenements/{event.id}/inscriptions"
    target = address(request, path, lang, fait="events.registered")
    return RedirectResponse(target, status_code=303)


def _unwritten(unit: Unit, event: Event, sheet: Sheet, earlier: Collection[str]) -> Mended:
    found = _judged(unit, event, sheet, earlier)
    return Mended.unwritten("registrations", sheet, found.rejects, sorted(earlier))


def _judged(unit: Unit, event: Event, sheet: Sheet, earlier: Collection[str]) -> RegistrationImport:
    """Say what is wrong with rows, and write nothing."""
    return import_registrations(
        sheet,
        event,
        known=unit.events.registrations.all(event.id),
        emails=unit.events.registrations.emails(event.id),
        opted_out=unit.exclusions.opted_out(),
        random=SystemRandom(),
        earlier=frozenset(earlier),
    )


@router.post("/corriger")
async def mend_rows(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Read mended rows once more, as if they were a file; those that are still wrong stay."""
    form = await read_form(request)
    edit, sheet, earlier = desk.edit(None, form.version()), sent_rows(form), sent_taken(form)
    try:
        return await _take(request, desk, lang, edit, sheet, earlier)
    except MatchmakerError as error:
        event, mended = await desk.read(lambda u, e: (e, _unwritten(u, e, sheet, earlier)))
        head, said = event_head(event, lang), refusal_text(error, lang)
        return mend_page(request, lang, head, mended, status=refusal_status(error), refused=said)


@router.post("/rejets.csv")
async def download_rejects(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give the rows that are still wrong as a file, with their reasons; nothing is written."""
    form = await read_form(request)
    sheet, earlier = sent_rows(form), sent_taken(form)
    event, found = await desk.read(lambda u, e: (e, _judged(u, e, sheet, earlier)))
    listed = rejects_list(Mended.of_registrations(sheet, found), lang)
    data = csv_bytes(listed, event.details.fictional, lang)
    return file_answer(f"{event.id}-rejets.csv", MEDIA_TYPES[ExportFormat.CSV], data)


@router.get("/modele.xlsx")
async def template(desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give an empty spreadsheet with the columns that are read, and what they mean."""
    event = await desk.read(lambda _, event: event)
    data = registration_template(event, lang)
    return file_answer(f"{event.id}-modele.xlsx", MEDIA_TYPES[ExportFormat.XLSX], data)


@router.get("/liste.xlsx")
async def workbook_of_registrations(desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give the participants as a workbook; it can be changed and sent back."""
    event, people, _ = await desk.read(_read)
    data = registration_workbook(event, people, lang, at=desk.service.now())
    return file_answer(f"{event.id}-inscriptions.xlsx", MEDIA_TYPES[ExportFormat.XLSX], data)


@router.get("/liste.csv")
async def list_of_registrations(desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give the participants as CSV."""
    event, people, _ = await desk.read(_read)
    data = csv_bytes(registration_list(event, people, lang), event.details.fictional, lang)
    return file_answer(f"{event.id}-inscriptions.csv", MEDIA_TYPES[ExportFormat.CSV], data)


@router.post("/statut")
async def set_statuses(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Set the status of the ticked participants, or remove them."""
    form = await read_form(request)
    edit, chosen, action = desk.edit(None, form.version()), form.texts("qui"), form.text("action")
    if action not in (REMOVE, *SET_BY_HAND):
        raise BadValueError(
            f"action is {action!r}; give a status that is set by hand, or {REMOVE}."
        )

    def work(unit: Unit, event: Event) -> Event:
        if action == REMOVE:
            return unit.events.registrations.remove(event.id, edit, chosen)
        status = Status(action)
        people = {each.id: each for each in unit.events.registrations.all(event.id)}
        changed = [
            replace(people[who], status=status, from_slot=None) for who in chosen if who in people
        ]
        return unit.events.registrations.put(event.id, edit, changed)

    try:
        await desk.write(work)
    except MatchmakerError as error:
        return await _list(request, desk, lang, refused=error)
    done = "removed" if action == REMOVE else "saved"
    path = f"/evenements/{desk.event_id}/inscriptions"
    kept = {"q": form.text("q")[:200], "statut": form.text("statut")[:20]}
    return RedirectResponse(address(request, path, lang, fait=done, **kept), status_code=303)
