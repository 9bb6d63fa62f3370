"""The plan on paper, A4: a page for each participant or each table, or one poster of all."""

from __future__ import annotations

from typing import Annotated, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.deps import LanguageQuery
from api.event_access import DeskDep
from api.pages.events.grid import timetable, without_plan
from api.pages.events.grid_view import columns_of, people_grid, tables_grid
from api.pages.events.groups_view import GroupsView, groups_view
from api.pages.events.head import event_head
from api.pages.rendering import render
from matchmaker.events.life import Event, EventKind
from matchmaker.events.registrations import Registration
from matchmaker.events.services.planning import documents_of, read_plan
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(include_in_schema=False)

WhatQuery = Annotated[Literal["personnes", "tables", "affiche"], Query()]


@router.get("/evenements/{event_id}/planning/imprimer")
async def print_page(
    request: Request, desk: DeskDep, quoi: WhatQuery = "affiche", lang: LanguageQuery = "fr"
) -> Response:
    """Show the plan in use as it prints; the choice itself does not."""
    elsewhere = await without_plan(request, desk, lang)
    if elsewhere is not None:
        return elsewhere
    event = await desk.read(lambda _, event: event)
    if event.details.kind is EventKind.PEER_GROUPS:
        return await _groups(request, desk, lang)
    event, view = await timetable(desk, lang)
    by_tables = quoi == "tables"
    return render(
        request,
        "events/print.html",
        lang,
        head=event_head(event, lang),
        number=event.current_plan,
        quoi=quoi,
        convention=event.details.kind is EventKind.CONVENTION,
        columns=columns_of(event.details, lang),
        people=() if by_tables else people_grid(view),
        tables=[
            row
            for row in (tables_grid(view, event.details.tables) if by_tables else ())
            if any(cell.kind == "meet" for cell in row.cells)
        ],
        groups=None,
    )


async def _groups(request: Request, desk: DeskDep, language: Language) -> Response:
    def read(unit: Unit, event: Event) -> tuple[Event, StoredPlan, tuple[Registration, ...]]:
        people = unit.events.registrations.all(event.id)
        return event, read_plan(unit, event, None), people

    event, stored, people = await desk.read(read)

    def work() -> GroupsView:
        return groups_view(documents_of(event.details.kind, stored)[1], people)

    return render(
        request,
        "events/print.html",
        language,
        head=event_head(event, language),
        number=event.current_plan,
        quoi="affiche",
        convention=False,
        columns=(),
        people=(),
        tables=(),
        groups=await run_sync(work),
    )
