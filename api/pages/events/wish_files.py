"""Wishes of an event from a spreadsheet: taken over, bad rows mended in place, a template."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.events.downloads import file_answer
from api.pages.events.head import event_head
from api.pages.events.mending import Mended, mend_page, rejects_list, sent_rows, sent_taken_pairs
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.uploads import uploaded_sheet
from api.pages.events.wishes import list_page, to_wishes
from api.pages.forms import read_form
from matchmaker.errors import EventConflictError, InputFileError, MatchmakerError
from matchmaker.events.exports.registrations import wish_template
from matchmaker.events.exports.tables import csv_bytes
from matchmaker.events.life import Edit, Event
from matchmaker.events.services.exporting import MEDIA_TYPES, ExportFormat
from matchmaker.events.wish_sheets import WishImport, import_wishes
from matchmaker.store import Unit
from matchmaker.tabular.sheets import Sheet
from matchmaker.texts import Language

router = APIRouter(prefix="/evenements/{event_id}/souhaits", include_in_schema=False)

NO_FILE = "…"


@router.post("/fichier")
async def import_file(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Take wishes over from a spreadsheet; bad rows are shown, to be mended in place."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())
    try:
        sheet = await uploaded_sheet(desk.service, form)
        if sheet is None:
            raise InputFileError(NO_FILE, "nothing was sent", "Choose a file")
        return await _take(request, desk, lang, edit, sheet, frozenset())
    except MatchmakerError as error:
        return await list_page(request, desk, lang, refused=error)


async def _take(
    request: Request,
    desk: EventDesk,
    lang: Language,
    edit: Edit,
    sheet: Sheet,
    earlier: frozenset[tuple[str, str]],
) -> Response:
    """Take rows in; if somebody else was quicker, every row stays in the form, to be sent again."""

    def work(unit: Unit, event: Event) -> tuple[Event, WishImport]:
        found = _judged(unit, event, sheet, earlier)
        return unit.events.wishes.put(event.id, edit, found.wishes), found

    try:
        event, found = await desk.write(work)
    except EventConflictError as error:
        return await _unwritten(request, desk, lang, sheet, earlier, error)
    if found.rejects:
        return mend_page(request, lang, event_head(event, lang), Mended.of_wishes(sheet, found))
    return to_wishes(request, desk, lang, "events.wished")


async def _unwritten(
    request: Request,
    desk: EventDesk,
    lang: Language,
    sheet: Sheet,
    earlier: frozenset[tuple[str, str]],
    error: MatchmakerError,
) -> Response:
    event, found = await desk.read(lambda u, e: (e, _judged(u, e, sheet, earlier)))
    taken = sorted(f"{wisher}>{wished}" for wisher, wished in earlier)
    mended = Mended.unwritten("wishes", sheet, found.rejects, taken)
    head, said = event_head(event, lang), refusal_text(error, lang)
    return mend_page(request, lang, head, mended, status=refusal_status(error), refused=said)


def _judged(
    unit: Unit, event: Event, sheet: Sheet, earlier: frozenset[tuple[str, str]]
) -> WishImport:
    return import_wishes(
        sheet,
        unit.events.registrations.all(event.id),
        unit.events.registrations.emails(event.id),
        unit.events.wishes.all(event.id),
        earlier,
    )


@router.post("/corriger")
async def mend_rows(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Read mended rows once more, as if they were a file; those that are still wrong stay."""
    form = await read_form(request)
    edit, sheet, earlier = desk.edit(None, form.version()), sent_rows(form), sent_taken_pairs(form)
    try:
        return await _take(request, desk, lang, edit, sheet, earlier)
    except MatchmakerError as error:
        return await _unwritten(request, desk, lang, sheet, earlier, error)


@router.post("/rejets.csv")
async def download_rejects(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give the rows that are still wrong as a file, with their reasons; nothing is written."""
    form = await read_form(request)
    sheet, earlier = sent_rows(form), sent_taken_pairs(form)
    event, found = await desk.read(lambda u, e: (e, _judged(u, e, sheet, earlier)))
    listed = rejects_list(Mended.of_wishes(sheet, found), lang)
    data = csv_bytes(listed, event.details.fictional, lang)
    return file_answer(f"{event.id}-rejets.csv", MEDIA_TYPES[ExportFormat.CSV], data)


@router.get("/modele.xlsx")
async def template(desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give an empty spreadsheet with the columns that are read, and what they mean."""
    event = await desk.read(lambda _, event: event)
    data = wish_template(event, lang)
    return file_answer(f"{event.id}-souhaits.xlsx", MEDIA_TYPES[ExportFormat.XLSX], data)
