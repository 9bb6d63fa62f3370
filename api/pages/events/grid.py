"""The plan as a grid, and one meeting moved, taken out or added by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.events.grid_view import columns_of, people_grid, tables_grid
from api.pages.events.head import event_head
from api.pages.events.moving_view import MoveView, move_view
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render
from matchmaker.errors import EventConflictError, EventStateError, ProblemError
from matchmaker.events.conventions.clashing import ClashError
from matchmaker.events.exports.timetable import Timetable
from matchmaker.events.life import CHANGES, Change, Event, EventKind
from matchmaker.events.services.adjusting import (
    Act,
    Adjustment,
    adjust,
    options_of,
    read_adjustable,
)
from matchmaker.events.services.exporting import ExportFormat, Order, gather, timetable_of
from matchmaker.events.services.planning import documents_of
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(include_in_schema=False)

DONE: Mapping[Act, str] = {
    "place": "plan.moved",
    "cancel": "plan.cancelled",
    "swap": "plan.swapped",
    "allow": "plan.allowed",
}
"""What is said after each act, as a key of the catalogue (`done.`)."""
_ACTS: Mapping[str, Act] = {"retirer": "cancel", "echanger": "swap", "autoriser": "allow"}

Shown = Literal["personnes", "tables"]
ShownQuery = Annotated[Shown, Query()]
TextQuery = Annotated[str, Query(max_length=200)]
IdQuery = Annotated[str, Query(max_length=200)]


@router.get("/evenements/{event_id}/planning/grille")
async def grid_page(
    request: Request,
    desk: DeskDep,
    vue: ShownQuery = "personnes",
    q: TextQuery = "",
    vu: IdQuery = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Show who meets whom in which slot, by participant or by table."""
    elsewhere = await without_plan(request, desk, lang)
    if elsewhere is not None:
        return elsewhere
    event, view = await timetable(desk, lang)
    by_people = vue == "personnes"
    return render(
        request,
        "events/grid.html",
        lang,
        head=event_head(event, lang),
        tab="plan",
        event=event,
        vue=vue,
        q=q,
        seen=vu,
        columns=columns_of(event.details, lang),
        people=people_grid(view, q) if by_people else (),
        tables=() if by_people else tables_grid(view, event.details.tables),
        adjustable=is_adjustable(event),
        movable=may_change_plans(event),
    )


async def without_plan(
    request: Request, desk: EventDesk, language: Language
) -> RedirectResponse | None:
    """Lead whoever asks for a plan that is not there to where one is made."""
    event = await desk.read(lambda _, event: event)
    if event.current_plan is not None:
        return None
    path = f"/evenements/{event.id}/planning"
    return RedirectResponse(address(request, path, language), status_code=303)


def may_change_plans(event: Event) -> bool:
    """Whether the state of an event takes plans."""
    return Change.PLANS in CHANGES[event.state]


def is_adjustable(event: Event) -> bool:
    """Whether single meetings of an event may be moved by hand."""
    return event.details.kind is EventKind.CONVENTION and may_change_plans(event)


async def timetable(desk: EventDesk, language: Language) -> tuple[Event, Timetable]:
    """View the plan in use of a convention or of round tables.

    Raises
    ------
    UnknownEventError, ProblemError
        If there is no plan in use, or the event has no timetable.
    """
    order = Order(ExportFormat.JSON, language=language)
    email = desk.service.settings.events.organiser_email
    material = await desk.read(lambda unit, event: gather(unit, event.id, order, email))
    return material.event, await run_sync(timetable_of, material, material.plan)


@router.get("/evenements/{event_id}/planning/rendez-vous")
async def move_page(
    request: Request,
    desk: DeskDep,
    rdv: IdQuery = "",
    a: IdQuery = "",
    b: IdQuery = "",
    vue: ShownQuery = "personnes",
    lang: LanguageQuery = "fr",
) -> Response:
    """Show where one meeting could go, and what each place would break or cost."""
    elsewhere = await without_plan(request, desk, lang)
    if elsewhere is not None:
        return elsewhere
    return await _move_page(request, desk, Adjustment("place", rdv, a, b), vue, lang)


async def _move_page(
    request: Request,
    desk: EventDesk,
    wanted: Adjustment,
    shown: Shown,
    language: Language,
    *,
    error: EventConflictError | EventStateError | ProblemError | None = None,
) -> Response:
    event, stored = await desk.read(lambda unit, event: (event, read_adjustable(unit, event, None)))

    def work() -> MoveView:
        problem, plan = documents_of(event.details.kind, stored)
        chosen = bool(wanted.meeting or (wanted.a and wanted.b))
        options = options_of(problem, plan, wanted) if chosen else None
        return move_view(event.details, problem, options, language)

    view = await run_sync(work)
    clashes = error.clashes if isinstance(error, ClashError) else ()
    refused = "" if error is None or clashes else refusal_text(error, language, "plan.refused")
    return render(
        request,
        "events/grid_move.html",
        language,
        status=200 if error is None else refusal_status(error),
        head=event_head(event, language),
        tab="plan",
        view=view,
        wanted=wanted,
        vue=shown,
        refused=refused,
        clashes=view.sentences(clashes, wanted.slot),
    )


@router.post("/evenements/{event_id}/planning/ajuster")
async def adjust_plan(
    request: Request, desk: DeskDep, vue: ShownQuery = "personnes", lang: LanguageQuery = "fr"
) -> Response:
    """Put a meeting somewhere, take it out or allow it again; of a clash nothing is written."""
    form = await read_form(request)
    wanted, edit = _wanted(form), desk.edit(None, form.version())

    def work(unit: Unit, event: Event) -> Event:
        return adjust(unit, event, edit, wanted, lang)[0]

    try:
        await desk.write(work)
    except (EventConflictError, EventStateError, ProblemError) as error:
        return await _move_page(request, desk, wanted, vue, lang, error=error)
    done = DONE[wanted.act]
    path = f"/evenements/{desk.event_id}/planning"
    if wanted.act == "allow":
        return RedirectResponse(address(request, path, lang, fait=done), status_code=303)
    target = address(request, f"{path}/grille", lang, vue=vue, fait=done, vu=wanted.meeting)
    return RedirectResponse(target, status_code=303)


def _wanted(form: Form) -> Adjustment:
    act = _ACTS.get(form.text("faire"), "place")
    table = form.number("table", low=1, high=10_000) if form.text("table") else None
    slot = form.number("slot", low=1, high=200) if act == "place" else 0
    return Adjustment(
        act, form.text("rdv"), form.text("a"), form.text("b"), slot, table, form.text("avec")
    )
