"""Wishes of an event as a matrix, in which a click on a cell adds a wish or takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.errors import BadValueError
from api.event_access import DeskDep, EventDesk
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.wish_matrix_view import lines_of, whole_matrix
from api.pages.events.wish_room import WishRoom, read_wishes
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render, typeset
from matchmaker.errors import MatchmakerError
from matchmaker.events.life import Event
from matchmaker.events.services.wishing import WishEdit, write_wish
from matchmaker.events.wishes import WishKind
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(prefix="/evenements/{event_id}/souhaits", include_in_schema=False)

MOST_TILES = 10_000


@dataclass(frozen=True)
class MatrixAsked:
    """What of the matrix is asked for.

    Parameters
    ----------
    pen
        What a click on a cell writes.
    row, column
        Tiles of a large matrix, from 1.
    who, page
        Id of a person who is shown alone with everybody, a page at a time; empty for nobody.
    pair
        Cell that was changed just now, as `wisher>wished`; empty if none was.
    """

    pen: WishKind
    row: int
    column: int
    who: str
    page: int
    pair: str = ""


async def _asked(
    who: Annotated[str, Query(alias="qui", max_length=60)] = "",
    page: Annotated[int, Query(ge=1, le=MOST_TILES)] = 1,
    pen: Annotated[str, Query(alias="mot", max_length=10)] = "",
    row: Annotated[int, Query(alias="lignes", ge=1, le=MOST_TILES)] = 1,
    column: Annotated[int, Query(alias="colonnes", ge=1, le=MOST_TILES)] = 1,
    pair: Annotated[str, Query(alias="paire", max_length=130)] = "",
) -> MatrixAsked:
    return MatrixAsked(_pen(pen), row, column, who, page, pair)


def _pen(text: str) -> WishKind:
    return WishKind(text) if text in set(WishKind) else WishKind.YES


MatrixDep = Annotated[MatrixAsked, Depends(_asked)]


async def matrix_page(
    request: Request,
    desk: EventDesk,
    lang: Language,
    asked: MatrixAsked,
    *,
    refused: MatchmakerError | None = None,
) -> Response:
    """Show the matrix, or one person with everybody.

    Parameters
    ----------
    asked
        Which part of it, and what a click writes; an unknown person chooses nobody.
    refused
        Why a change was not made.
    """
    room = await desk.read(read_wishes)
    by_id = {each.id: each for each in room.people}
    who = asked.who if asked.who in by_id else ""
    figures = room.figures()
    open_ = figures["may_change"]
    if who:
        matrix = lines_of(room, by_id[who], asked.pen, asked.page, open_=open_)
    else:
        matrix = whole_matrix(room, asked.pen, asked.row, asked.column, open_=open_)
    return render(
        request,
        "events/wish_matrix.html",
        lang,
        status=refusal_status(refused) if refused else 200,
        head=event_head(room.event, lang),
        tab="wishes",
        event=room.event,
        people=room.people,
        by_id=by_id,
        who=who,
        matrix=matrix,
        asked=asked,
        pens=tuple(WishKind),
        told=_told(room, asked.pair, lang),
        **figures,
        refused=refusal_text(refused, lang) if refused else "",
    )


def _told(room: WishRoom, pair: str, lang: Language) -> str:
    """Say what is so of the cell that was changed just now."""
    wisher, _, wished = pair.partition(">")
    names = {each.id: each.name for each in room.people}
    if wisher not in names or wished not in names:
        return ""
    kinds = {(each.wisher, each.wished): each.kind.value for each in room.wishes}
    key = f"event_pages.matrix.now.{kinds.get((wisher, wished), 'nothing')}"
    return typeset(lang, say(lang, key, wisher=names[wisher], wished=names[wished]))


@router.post("/case")
async def click_cell(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Write what a click on a cell means, if the cell still is what the page showed."""
    form = await read_form(request)
    wanted, asked = _wanted(form), _shown(form)
    at, by = desk.service.now(), desk.caller.label

    def work(unit: Unit, event: Event) -> Event:
        return write_wish(unit, event, wanted, at=at, by=by)

    try:
        await desk.write(work)
    except MatchmakerError as error:
        return await matrix_page(request, desk, lang, asked, refused=error)
    target = address(
        request,
        f"/evenements/{desk.event_id}/souhaits",
        lang,
        vue="matrice",
        qui=asked.who,
        mot=asked.pen.value if asked.pen is not WishKind.YES else None,
        lignes=asked.row if asked.row > 1 else None,
        colonnes=asked.column if asked.column > 1 else None,
        page=asked.page if asked.page > 1 else None,
        paire=f"{wanted.wisher}>{wanted.wished}",
    )
    cell = f"#c-{wanted.wisher}-{wanted.wished}"
    return RedirectResponse(target + cell, status_code=303)


def _shown(form: Form) -> MatrixAsked:
    """Read back which part of the matrix the form stood in."""
    row, column, page = (
        form.number(name, low=1, high=MOST_TILES) if form.text(name) else 1
        for name in ("lignes", "colonnes", "page")
    )
    return MatrixAsked(_pen(form.text("mot")), row, column, form.text("qui")[:60], page)


def _wanted(form: Form) -> WishEdit:
    parts = form.text("case").split(">")
    known = {"", *WishKind}
    if len(parts) != 4 or not all(part in known for part in parts[2:]):
        raise BadValueError("case names no cell of the matrix; go back and click on one.")
    seen, kind = (WishKind(part) if part else None for part in parts[2:])
    return WishEdit(parts[0], parts[1], seen, kind)
