"""Whom participants of an event wish to meet: the list, one by hand, a spreadsheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.events.downloads import file_answer
from api.pages.events.head import event_head
from api.pages.events.mending import Mended, mend_page, rejects_list, sent_rows, sent_taken_pairs
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.uploads import uploaded_sheet
from api.pages.forms import read_form
from api.pages.rendering import address, render, typeset
from matchmaker.errors import EventConflictError, InputFileError, MatchmakerError
from matchmaker.events.exports.registrations import wish_template
from matchmaker.events.exports.tables import csv_bytes
from matchmaker.events.life import CHANGES, Change, Edit, Event
from matchmaker.events.registrations import Registration
from matchmaker.events.services.exporting import MEDIA_TYPES, ExportFormat
from matchmaker.events.wish_sheets import WishImport, import_wishes
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.spelling import fold
from matchmaker.store import Unit
from matchmaker.tabular.sheets import Sheet
from matchmaker.texts import Language, say

router = APIRouter(prefix="/evenements/{event_id}/souhaits", include_in_schema=False)

PAGE_SIZE = 150
NO_FILE = "…"

WhoQuery = Annotated[str, Query(alias="qui", max_length=60)]
PageQuery = Annotated[int, Query(ge=1, le=10_000)]


@router.get("")
async def wishes_page(
    request: Request,
    desk: DeskDep,
    who: WhoQuery = "",
    page: PageQuery = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """List who said what of whom; those of one participant, and about them, where one is chosen."""
    return await _list(request, desk, lang, who=who, page=page)


async def _list(
    request: Request,
    desk: EventDesk,
    lang: Language,
    *,
    who: str = "",
    page: int = 1,
    typed: dict[str, str] | None = None,
    wrong: str = "",
    refused: MatchmakerError | None = None,
) -> Response:
    event, people, wishes = await desk.read(_read)
    by_id = {each.id: each for each in people}
    shown = [each for each in wishes if not who or who in (each.wisher, each.wished)]
    shown.sort(key=lambda each: (fold(by_id[each.wisher].name), fold(by_id[each.wished].name)))
    pages = max(1, -(-len(shown) // PAGE_SIZE))
    page = min(page, pages)
    status = refusal_status(refused) if refused else 422 if wrong else 200
    return render(
        request,
        "events/wishes.html",
        lang,
        status=status,
        head=event_head(event, lang),
        tab="wishes",
        event=event,
        people=people,
        by_id=by_id,
        who=who if who in by_id else "",
        wishes=shown[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        found=len(shown),
        total=len(wishes),
        counts=Counter(each.kind for each in wishes),
        mutual=_mutual(wishes),
        silent=len(by_id.keys() - {each.wisher for each in wishes}),
        words=tuple(WishKind),
        page=page,
        pages=pages,
        typed=typed or {"de": who if who in by_id else "", "vers": "", "souhait": "yes"},
        wrong=wrong,
        may_change=Change.WISHES in CHANGES[event.state],
        refused=refusal_text(refused, lang) if refused else "",
    )


def _read(unit: Unit, event: Event) -> tuple[Event, list[Registration], list[Wish]]:
    people = unit.events.registrations.all(event.id)
    ordered = sorted(people, key=lambda each: (fold(each.name), each.id))
    return event, ordered, list(unit.events.wishes.all(event.id))


def _mutual(wishes: Collection[Wish]) -> int:
    """Count the pairs of whom both want each other."""
    wanted = {(each.wisher, each.wished) for each in wishes if each.kind is not WishKind.NO}
    return sum((b, a) in wanted for a, b in wanted) // 2


@router.post("")
async def add_wish(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Write one wish, in place of what the first said of the second before."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())
    typed = {name: form.text(name) for name in ("de", "vers", "souhait")}
    typed["deja"] = "oui" if form.ticked("deja") else ""
    wrong = _fault(typed)
    if wrong:
        said = typeset(lang, say(lang, f"event_pages.wrong.{wrong}"))
        return await _list(request, desk, lang, typed=typed, wrong=said)
    wish = Wish(typed["de"], typed["vers"], WishKind(typed["souhait"]), form.ticked("deja"))
    try:
        await desk.write(lambda unit, event: unit.events.wishes.put(event.id, edit, [wish]))
    except MatchmakerError as error:
        return await _list(request, desk, lang, typed=typed, refused=error)
    return _done(request, desk, lang, "saved", qui=form.text("qui")[:60])


def _fault(typed: dict[str, str]) -> str:
    if not typed["de"] or not typed["vers"]:
        return "wish_people"
    if typed["de"] == typed["vers"]:
        return "wish_oneself"
    return "" if typed["souhait"] in set(WishKind) else "wish_kind"


def _done(
    request: Request, desk: EventDesk, lang: Language, done: str, **kept: str
) -> RedirectResponse:
    path = f"/evenements/{desk.event_id}/souhaits"
    return RedirectResponse(address(request, path, lang, fait=done, **kept), status_code=303)


@router.post("/retirer")
async def withdraw_wish(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Take a wish back."""
    form = await read_form(request)
    edit, pair = desk.edit(None, form.version()), (form.text("de"), form.text("vers"))
    try:
        await desk.write(lambda unit, event: unit.events.wishes.withdraw(event.id, edit, [pair]))
    except MatchmakerError as error:
        return await _list(request, desk, lang, who=form.text("qui"), refused=error)
    return _done(request, desk, lang, "removed", qui=form.text("qui")[:60])


@router.post("/fichier")
async def import_file(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Take wishes over from a spreadsheet; bad rows are shown, to be mended in place."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())
    try:
        sheet = await uploaded_sheet(desk.service, form)
        if sheet is None:
            raise InputFileError(NO_FILE, "is empty", "Choose a file")
        return await _take(request, desk, lang, edit, sheet, frozenset())
    except MatchmakerError as error:
        return await _list(request, desk, lang, refused=error)


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
    return _done(request, desk, lang, "events.wished")


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
