"""The plan of an event: make one, see how good it is, publish it, take it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.errors import PlannerBusyError
from api.event_access import DeskDep, EventDesk
from api.event_planning import plan_event
from api.pages.events.grid import may_change_plans
from api.pages.events.head import event_head
from api.pages.events.plan_view import Reading, obstacles, plan_view
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import read_form
from api.pages.rendering import address, render
from matchmaker.errors import (
    EventConflictError,
    EventStateError,
    MatchmakerError,
    ProblemError,
)
from matchmaker.events.life import CHANGES, Change, Edit, Event, EventKind, EventState
from matchmaker.events.services.exporting import ExportFormat, Order, draw, gather
from matchmaker.events.services.hand_made import hand_made
from matchmaker.events.services.planners import AnyPlan, planner_of
from matchmaker.events.services.planning import require_version
from matchmaker.events.services.publishing import (
    BEFORE_PLANS,
    OUT,
    keep_plan,
    open_for_plans,
    publish,
)
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(include_in_schema=False)

TIMES = (10, 30, 60)
"""Seconds that an adviser may choose; sixty people take a few."""
SEED = 1
UNPROVEN = frozenset({"unknown", "not_found"})
"""Status of a plan that was not found in time, and may be there all the same."""
REFUSALS = (EventConflictError, EventStateError, ProblemError, PlannerBusyError)
"""What a page tells its reader; other errors are pages of their own."""

_SEATED_FORMATS = ("xlsx", "pdf-plans", "pdf-tables", "pdf-badges", "ics", "csv", "json")
_GROUP_FORMATS = ("xlsx", "csv", "json")


@router.get("/evenements/{event_id}/planning")
async def plan_page(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Show the plan in use, or what it takes to make one."""
    reading = await desk.read(read_for_plan)
    if reading.event.details.kind is EventKind.INVITATIONS:
        return _to(request, desk, lang, "/invitations")
    return await _page(request, reading, lang)


def read_for_plan(unit: Unit, event: Event) -> Reading:
    """Read an event with its participants, wishes and plans."""
    number = event.current_plan
    return Reading(
        event,
        unit.events.registrations.all(event.id),
        unit.events.wishes.all(event.id),
        unit.events.plans.all(event.id),
        None if number is None else unit.events.plans.get(event.id, number),
        hand_made(unit, event),
    )


async def _page(
    request: Request,
    reading: Reading,
    language: Language,
    *,
    status: int = 200,
    refused: str = "",
    blocking: Sequence[str] = (),
    seconds: int = TIMES[0],
) -> Response:
    event, service = reading.event, request.app.state.service
    kind = event.details.kind
    may_plan = Change.PLANS in CHANGES[event.state] or event.state in BEFORE_PLANS
    return render(
        request,
        "events/plan.html",
        language,
        status=status,
        head=event_head(event, language),
        tab="plan",
        view=await run_sync(plan_view, reading, language),
        refused=refused,
        blocking=blocking,
        missing=obstacles(reading, language),
        may_plan=may_plan,
        may_publish=_may_publish(event),
        is_out=event.state in OUT,
        event=event,
        plans=tuple(reversed(reading.plans)),
        times=[s for s in TIMES if s <= service.settings.events.max_planning_seconds],
        seconds=seconds,
        formats=_GROUP_FORMATS if kind is EventKind.PEER_GROUPS else _SEATED_FORMATS,
        convention=kind is EventKind.CONVENTION,
        may_adjust=may_change_plans(event),
    )


def _may_publish(event: Event) -> bool:
    """Whether participants see another plan than the one in use, or none."""
    if event.current_plan is None or event.state in (EventState.CLOSED, EventState.CANCELLED):
        return False
    return event.state not in OUT or event.published_plan != event.current_plan


@router.post("/evenements/{event_id}/planning")
async def make_plan(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Make a plan and take it into use; where there can be none, say what to change."""
    form = await read_form(request)
    longest = int(desk.service.settings.events.max_planning_seconds)
    seconds = min(form.number("seconds", low=1, high=3_600), longest)
    edit = desk.edit(None, form.version())
    try:
        edit = await _opened(desk, edit)
        planned = await plan_event(desk, edit.version, seconds, SEED, lang)
        made = planned.kept
        if made is not None:
            await desk.write(lambda unit, event: keep_plan(unit, event, edit, made))
    except REFUSALS as error:
        return await _refused(request, desk, lang, error, seconds)
    if made is not None:
        return _to(request, desk, lang, "/planning", fait="plan.made")
    reading = await desk.read(read_for_plan)
    if planned.plan.status in UNPROVEN:
        said = say(lang, "plan.not_found")
        return await _page(request, reading, lang, status=422, refused=said, seconds=seconds)
    plan = named(planned.plan, await desk.read(people_of))
    blocking = planner_of(planned.event.details.kind).blocking(plan, lang)
    return await _page(request, reading, lang, status=422, blocking=blocking, seconds=seconds)


def people_of(unit: Unit, event: Event) -> dict[str, str]:
    """Name everybody by their id."""
    return {each.id: each.name for each in unit.events.registrations.all(event.id)}


def named(plan: AnyPlan, names: Mapping[str, str]) -> AnyPlan:
    """Put names in place of the ids in what stands against a plan, for its sentences."""
    told = [_named(each.model_dump(), names) for each in plan.blocking]
    kinds = [type(each) for each in plan.blocking]
    blocking = tuple(kind(**tree) for kind, tree in zip(kinds, told, strict=True))
    return plan.model_copy(update={"blocking": blocking})


def _named(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any part of a document
    if isinstance(value, dict):
        return {key: _named(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_named(each, names) for each in value)
    return names.get(value, value) if isinstance(value, str) else value


async def _opened(desk: EventDesk, edit: Edit) -> Edit:
    """Open a draft for plans; whoever has read an older version is told so by the planning."""

    def work(unit: Unit, event: Event) -> Edit:
        require_version(event, edit.version)
        return replace(edit, version=open_for_plans(unit, event, edit).version)

    return await desk.write(work)


async def _refused(
    request: Request,
    desk: EventDesk,
    language: Language,
    error: MatchmakerError,
    seconds: int = TIMES[0],
) -> Response:
    reading = await desk.read(read_for_plan)
    refused = refusal_text(error, language, "plan.refused")
    status = refusal_status(error)
    return await _page(request, reading, language, status=status, refused=refused, seconds=seconds)


@router.post("/evenements/{event_id}/planning/publier")
async def publish_plan(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Show the plan in use to the participants."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())
    try:
        await desk.write(lambda unit, event: publish(unit, event, edit))
    except REFUSALS as error:
        return await _refused(request, desk, lang, error)
    return _to(request, desk, lang, "/planning", fait="plan.published")


@router.post("/evenements/{event_id}/planning/choisir")
async def choose_plan(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Take an earlier plan into use again."""
    form = await read_form(request)
    number, edit = form.number("number", low=1, high=1_000_000), desk.edit(None, form.version())
    try:
        await desk.write(lambda unit, event: unit.events.plans.choose(event.id, edit, number))
    except REFUSALS as error:
        return await _refused(request, desk, lang, error)
    return _to(request, desk, lang, "/planning", fait="plan.chosen")


@router.get("/evenements/{event_id}/planning/fichiers/{format}")
async def plan_file(
    desk: DeskDep,
    format: Annotated[ExportFormat, Path()],
    plan: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    participant: Annotated[str | None, Query(max_length=60)] = None,
    lang: LanguageQuery = "fr",
) -> Response:
    """Take the plan in use, or another one, away as a file."""
    order = Order(format, plan, participant, None, lang)
    email = desk.service.settings.events.organiser_email
    material = await desk.read(lambda unit, event: gather(unit, event.id, order, email))
    file = await run_sync(draw, material)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.data, media_type=file.media_type, headers=headers)


def _to(
    request: Request, desk: EventDesk, language: Language, path: str, **query: object
) -> RedirectResponse:
    whole = address(request, f"/evenements/{desk.event_id}{path}", language, **query)
    return RedirectResponse(whole, status_code=303)
