"""Peer groups and round tables: the groups, and one person moved by hand."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.events.grid import may_change_plans, without_plan
from api.pages.events.groups_view import (
    ChangesView,
    GroupsView,
    GroupWords,
    group_changes,
    groups_view,
    is_seated,
    table_changes,
)
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import read_form
from api.pages.rendering import address, render
from matchmaker.errors import EventConflictError, EventStateError, ProblemError
from matchmaker.events.life import Event, EventKind
from matchmaker.events.registrations import Registration
from matchmaker.events.services.adjusting_groups import GroupChange, adjust_groups, read_groups
from matchmaker.events.services.planning import documents_of, read_plan
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(include_in_schema=False)

REFUSALS = (EventConflictError, EventStateError, ProblemError)
IdQuery = Annotated[str, Query(max_length=60)]


@router.get("/evenements/{event_id}/planning/groupes")
async def groups_page(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Show the groups, their members, their ways and what they share."""
    elsewhere = await without_plan(request, desk, lang)
    if elsewhere is not None:
        return elsewhere

    def read(unit: Unit, event: Event) -> tuple[Event, StoredPlan, tuple[Registration, ...]]:
        people = unit.events.registrations.all(event.id)
        return event, read_plan(unit, event, None), people

    event, stored, people = await desk.read(read)
    if event.details.kind is not EventKind.PEER_GROUPS:
        grid = address(request, f"/evenements/{event.id}/planning/grille", lang)
        return RedirectResponse(grid, status_code=303)

    def work() -> GroupsView:
        return groups_view(documents_of(event.details.kind, stored)[1], people)

    return render(
        request,
        "events/groups.html",
        lang,
        head=event_head(event, lang),
        tab="plan",
        number=event.current_plan,
        view=await run_sync(work),
        movable=may_change_plans(event),
    )


@router.get("/evenements/{event_id}/planning/groupes/deplacer")
async def change_page(
    request: Request,
    desk: DeskDep,
    qui: IdQuery,
    tour: Annotated[int, Query(ge=1, le=200)] = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show where one person could go, and what each change would break or bring."""
    elsewhere = await without_plan(request, desk, lang)
    if elsewhere is not None:
        return elsewhere
    return await _page(request, desk, qui, tour, lang)


async def _page(
    request: Request,
    desk: EventDesk,
    person: str,
    number: int,
    language: Language,
    *,
    error: EventConflictError | EventStateError | ProblemError | None = None,
) -> Response:
    def read(unit: Unit, event: Event) -> tuple[Event, StoredPlan, tuple[Registration, ...]]:
        people = unit.events.registrations.all(event.id)
        return event, read_groups(unit, event, None), people

    event, stored, people = await desk.read(read)
    words = GroupWords(people, language)

    def work() -> ChangesView:
        problem, plan = documents_of(event.details.kind, stored)
        if is_seated(event.details.kind):
            return table_changes(problem, plan, event.details, person, number, words)
        return group_changes(problem, plan, person, words)

    return render(
        request,
        "events/groups_move.html",
        language,
        status=200 if error is None else refusal_status(error),
        head=event_head(event, language),
        tab="plan",
        view=await run_sync(work),
        person=person,
        number=number,
        seated=is_seated(event.details.kind),
        refused="" if error is None else _said(error, words),
    )


def _said(error: EventConflictError | EventStateError | ProblemError, words: GroupWords) -> str:
    clashes = getattr(error, "clashes", ())
    if not clashes:
        return refusal_text(error, words.language, "plan.refused")
    return " ".join(words.clash(each.code, each.values) for each in clashes)


@router.post("/evenements/{event_id}/planning/groupes/deplacer")
async def change_groups(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Move one person; a clash is told, and nothing written."""
    form = await read_form(request)
    edit, number = desk.edit(None, form.version()), form.number("number", low=0, high=1_000)
    table = form.number("table", low=1, high=10_000) if form.text("table") else 0
    wanted = GroupChange(form.text("qui"), number, form.text("avec"), table)
    try:
        event = await desk.write(lambda unit, event: adjust_groups(unit, event, edit, wanted))
    except REFUSALS as error:
        return await _page(request, desk, wanted.person, max(number, 1), lang, error=error)
    seated = is_seated(event.details.kind)
    path = f"/evenements/{event.id}/planning/{'grille' if seated else 'groupes'}"
    return RedirectResponse(address(request, path, lang, fait="plan.seat"), status_code=303)
