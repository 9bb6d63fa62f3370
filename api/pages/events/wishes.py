"""Whom participants of an event wish to meet: the list, one by hand, suggestions for somebody."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.wish_advice import wish_advice
from api.pages.events.wish_matrix import MatrixDep, matrix_page
from api.pages.events.wish_room import read_wishes
from api.pages.forms import read_form
from api.pages.rendering import address, render, typeset
from matchmaker.errors import MatchmakerError
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.spelling import fold
from matchmaker.texts import Language, say

router = APIRouter(prefix="/evenements/{event_id}/souhaits", include_in_schema=False)

PAGE_SIZE = 150
SILENT_SHOWN = 100
"""Participants without a wish that are named, with a way to their suggestions."""

WhoQuery = Annotated[str, Query(alias="qui", max_length=60)]
PageQuery = Annotated[int, Query(ge=1, le=10_000)]
AskedQuery = Annotated[str, Query(alias="suggestions", max_length=10)]


@router.get("")
async def wishes_page(
    request: Request,
    desk: DeskDep,
    matrix: MatrixDep,
    who: WhoQuery = "",
    page: PageQuery = 1,
    asked: AskedQuery = "",
    vue: Literal["liste", "matrice"] = "liste",
    lang: LanguageQuery = "fr",
) -> Response:
    """List who said what of whom, or lay it out as a matrix; of one person if one is chosen."""
    if vue == "matrice":
        return await matrix_page(request, desk, lang, matrix)
    return await list_page(request, desk, lang, who=who, page=page, asked=asked != "")


async def list_page(
    request: Request,
    desk: EventDesk,
    lang: Language,
    *,
    who: str = "",
    page: int = 1,
    asked: bool = False,
    typed: dict[str, str] | None = None,
    wrong: str = "",
    refused: MatchmakerError | None = None,
) -> Response:
    """Show the list, with what was typed and why it was refused.

    Parameters
    ----------
    who
        Id of the participant who is chosen; an unknown one chooses nobody.
    asked
        Whether suggestions were asked for where they take a while.
    typed
        Fields of the form that adds a wish, as they were sent.
    wrong, refused
        What is wrong in that form; why a change was not made.
    """
    room = await desk.read(read_wishes)
    by_id = {each.id: each for each in room.people}
    who = who if who in by_id else ""
    shown = [each for each in room.wishes if not who or who in (each.wisher, each.wished)]
    shown.sort(key=lambda each: (fold(by_id[each.wisher].name), fold(by_id[each.wished].name)))
    pages = max(1, -(-len(shown) // PAGE_SIZE))
    page = min(page, pages)
    figures = room.figures()
    advice = None
    if who and figures["may_change"]:
        advice = await wish_advice(
            desk, room.event, by_id[who], room.people, room.wishes, asked, lang
        )
    return render(
        request,
        "events/wishes.html",
        lang,
        status=refusal_status(refused) if refused else 422 if wrong else 200,
        head=event_head(room.event, lang),
        tab="wishes",
        event=room.event,
        people=room.people,
        by_id=by_id,
        who=who,
        wishes=shown[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        found=len(shown),
        **figures,
        silent_shown=SILENT_SHOWN,
        advice=advice,
        words=tuple(WishKind),
        page=page,
        pages=pages,
        typed=typed or {"de": who, "vers": "", "souhait": "yes"},
        wrong=wrong,
        refused=refusal_text(refused, lang) if refused else "",
    )


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
        return await list_page(request, desk, lang, who=form.text("qui"), typed=typed, wrong=said)
    wish = Wish(typed["de"], typed["vers"], WishKind(typed["souhait"]), form.ticked("deja"))
    try:
        await desk.write(lambda unit, event: unit.events.wishes.put(event.id, edit, [wish]))
    except MatchmakerError as error:
        who = form.text("qui")
        return await list_page(request, desk, lang, who=who, typed=typed, refused=error)
    return to_wishes(request, desk, lang, "saved", qui=form.text("qui")[:60])


def _fault(typed: dict[str, str]) -> str:
    if not typed["de"] or not typed["vers"]:
        return "wish_people"
    if typed["de"] == typed["vers"]:
        return "wish_oneself"
    return "" if typed["souhait"] in set(WishKind) else "wish_kind"


def to_wishes(
    request: Request, desk: EventDesk, lang: Language, done: str, **kept: str
) -> RedirectResponse:
    """Lead back to the list after a change."""
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
        return await list_page(request, desk, lang, who=form.text("qui"), refused=error)
    return to_wishes(request, desk, lang, "removed", qui=form.text("qui")[:60])
