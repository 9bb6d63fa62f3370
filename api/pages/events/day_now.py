"""The day of an event by the clock: who meets at which table now and next, and what came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.errors import BadValueError
from api.event_access import DeskDep, EventDesk
from api.pages.events.day_view import TableNow, tables_at
from api.pages.events.grid import timetable
from api.pages.events.grid_view import columns_of
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render
from matchmaker.errors import EventConflictError, EventStateError, ProblemError
from matchmaker.events.life import CHANGES, Change, Edit, Event, EventKind
from matchmaker.events.outcomes import Outcome, Worth
from matchmaker.events.registrations import Status
from matchmaker.events.services.clash_words import clock
from matchmaker.events.services.day_changes import first_open_slot, running_slot
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(include_in_schema=False)

SlotQuery = Annotated[int | None, Query(ge=1, le=200)]
SEATED = frozenset({EventKind.CONVENTION, EventKind.ROUND_TABLES})
"""Kinds of events in which people sit at tables slot by slot."""
REFUSALS = (EventConflictError, EventStateError, ProblemError)


@router.get("/evenements/{event_id}/jour/maintenant")
async def now_page(
    request: Request, desk: DeskDep, creneau: SlotQuery = None, lang: LanguageQuery = "fr"
) -> Response:
    """Show who sits where in this slot, and in the next one."""
    event, _ = await _known(desk)
    if event.details.kind not in SEATED:
        return _to_door(request, desk, lang)
    now, slots = desk.service.now(), len(event.details.slots)
    running = running_slot(event.details, now)
    here = min(creneau or running or first_open_slot(event.details, now), max(slots, 1))
    parts = [(slot, await _tables(desk, slot, lang)) for slot in (here, here + 1) if slot <= slots]
    local = now.astimezone(event.details.moments(1)[0].tzinfo) if slots else now
    return render(
        request,
        "events/day_now.html",
        lang,
        head=event_head(event, lang),
        tab="day",
        columns=columns_of(event.details, lang),
        slot=here,
        running=running,
        parts_of_day=parts,
        clock=clock(local.time(), lang),
    )


async def _known(desk: EventDesk) -> tuple[Event, tuple[Outcome, ...]]:
    return await desk.read(lambda unit, event: (event, unit.events.outcomes.all(event.id)))


async def _tables(desk: EventDesk, slot: int, language: Language) -> list[TableNow]:
    _, view = await timetable(desk, language)

    def read(unit: Unit, event: Event) -> tuple[dict[str, Status], tuple[Outcome, ...]]:
        people = unit.events.registrations.all(event.id)
        return {each.id: each.status for each in people}, unit.events.outcomes.all(event.id)

    statuses, outcomes = await desk.read(read)
    return tables_at(view, slot, statuses, outcomes)


@router.get("/evenements/{event_id}/jour/suites")
async def outcomes_page(
    request: Request, desk: DeskDep, creneau: SlotQuery = None, lang: LanguageQuery = "fr"
) -> Response:
    """Show the meetings of a slot, for what came of them to be noted; of conventions."""
    event, _ = await _known(desk)
    if event.details.kind is not EventKind.CONVENTION:
        return _to_door(request, desk, lang)
    return await _outcomes(request, desk, creneau, lang)


def _to_door(request: Request, desk: EventDesk, language: Language) -> Response:
    """Lead from what an event of this kind does not have to who is there."""
    target = address(request, f"/evenements/{desk.event_id}/jour", language)
    return RedirectResponse(target, status_code=303)


async def _outcomes(
    request: Request,
    desk: EventDesk,
    asked: int | None,
    language: Language,
    *,
    refused: str = "",
    status: int = 200,
) -> Response:
    event, outcomes = await _known(desk)
    begun = first_open_slot(event.details, desk.service.now()) - 1
    slot = min(asked or max(begun, 1), max(len(event.details.slots), 1))
    return render(
        request,
        "events/day_outcomes.html",
        language,
        status=status,
        head=event_head(event, language),
        tab="day",
        columns=columns_of(event.details, language),
        slot=slot,
        tables=await _tables(desk, slot, language),
        noted=len(outcomes),
        open=Change.OUTCOMES in CHANGES[event.state],
        refused=refused,
    )


@router.post("/evenements/{event_id}/jour/suites")
async def note_outcome(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Note whether a meeting took place, and what it was worth to each side."""
    form = await read_form(request)
    slot, outcome = form.number("creneau", low=1, high=200), _outcome(form)

    def work(unit: Unit, event: Event) -> Event:
        edit = Edit(event.version, desk.service.now(), desk.caller.label)
        return unit.events.outcomes.put(event.id, edit, [outcome])

    try:
        await desk.write(work)
    except REFUSALS as error:
        refused = refusal_text(error, lang, "day.refused")
        status = refusal_status(error)
        return await _outcomes(request, desk, slot, lang, refused=refused, status=status)
    path = f"/evenements/{desk.event_id}/jour/suites"
    target = address(request, path, lang, creneau=slot, fait="day.outcome")
    return RedirectResponse(target, status_code=303)


def _outcome(form: Form) -> Outcome:
    held = form.text("held")
    if held not in ("oui", "non"):
        raise BadValueError(f"held is {held!r}; say oui or non.")
    return Outcome(
        form.text("a"),
        form.text("b"),
        held == "oui",
        _worth(form.text("worth_a")),
        _worth(form.text("worth_b")),
        form.text("next_step")[:2_000],
    )


def _worth(text: str) -> Worth:
    return next((each for each in Worth if each.value == text), Worth.UNKNOWN)
