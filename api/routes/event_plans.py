"""Plans of events: make one, choose one, check it, mend it on the day, take it away as a file."""

from __future__ import annotations

import time
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.deps import LanguageQuery
from api.errors import BadValueError
from api.event_access import (
    DeskDep,
    MatchedVersion,
    event_answer,
    published_scores,
    seconds_of,
    tagged,
)
from api.event_planning import plan_event
from api.event_schemas import (
    EventAnswer,
    FaultsAnswer,
    MadePlanAnswer,
    PlanChoice,
    PlanOrder,
    PlansAnswer,
    RepairAnswer,
    RepairOrder,
    StoredPlanAnswer,
)
from api.openapi import event_problems
from api.routes.documents import json_answer
from matchmaker.events.documents import document_of
from matchmaker.events.life import Event
from matchmaker.events.services.day_changes import first_open_slot
from matchmaker.events.services.exporting import Exported, ExportFormat, Order, draw, gather
from matchmaker.events.services.mending import (
    Asked,
    Material,
    material_of,
    mended,
    read_day,
    required_changes,
)
from matchmaker.events.services.planners import AnyPlan, planner_of
from matchmaker.events.services.planning import (
    documents_of,
    is_usable,
    new_plan,
    read_plan,
)
from matchmaker.events.services.repairing import AnyChanges, AnyRepair, repairer, told_of
from matchmaker.events.stopping import Stop
from matchmaker.store import Unit

router = APIRouter(prefix="/v1/events/{event_id}", tags=["event plans"])

_READING = event_problems(404, 422, 503)
_WRITING = event_problems(400, 404, 409, 412, 413, 422, 428, 503)

Number = Annotated[int, Path(ge=1, le=1_000_000, description="Number of a plan, from 1.")]
PlanQuery = Annotated[
    int | None, Query(ge=1, le=1_000_000, description="Which plan; by default the one in use.")
]


@router.post("/plan", response_model=MadePlanAnswer, responses=_WRITING)
async def make_plan(body: PlanOrder, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Plan an event of its registrations, wishes and scores, and take the plan into use.

    Where no plan keeps all rules, nothing is stored, and the answer says what to change.
    """
    edit, seconds = desk.edit(matched, body.version), seconds_of(desk.service, body.time_limit)
    planned = await plan_event(desk, edit.version, seconds, body.seed, body.lang)
    event, made = planned.event, planned.kept
    if made is not None:
        event = await desk.write(lambda unit, event: unit.events.plans.add(event.id, edit, made))
    return tagged(_made(event, planned.plan) | {"snapshot": planned.snapshot}, event)


def _made(event: Event, plan: AnyPlan) -> dict[str, Any]:
    return {
        "event": event,
        "number": event.current_plan if is_usable(plan) else None,
        "plan": plan.model_dump(mode="json"),
    }


@router.get("/plan", response_model=StoredPlanAnswer, responses=_READING)
async def read_plan_in_use(desk: DeskDep) -> Response:
    """Read the plan in use, with its problem."""
    return json_answer(await desk.read(lambda unit, event: read_plan(unit, event, None)))


@router.post("/plan/choice", response_model=EventAnswer, responses=_WRITING)
async def choose_plan(body: PlanChoice, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Take a stored plan into use; where a plan is out already, participants see this one now."""
    edit = desk.edit(matched, body.version)
    return event_answer(
        await desk.write(lambda unit, event: unit.events.plans.choose(event.id, edit, body.number))
    )


@router.get("/plans", response_model=PlansAnswer, responses=_READING)
async def list_plans(desk: DeskDep) -> Response:
    """List the plans of an event, the oldest first."""

    def work(unit: Unit, event: Event) -> dict[str, object]:
        return {
            "version": event.version,
            "current": event.current_plan,
            "published": event.published_plan,
            "items": unit.events.plans.all(event.id),
        }

    return json_answer(await desk.read(work))


@router.get("/plans/{number}", response_model=StoredPlanAnswer, responses=_READING)
async def read_numbered_plan(number: Number, desk: DeskDep) -> Response:
    """Read one plan, with its problem."""
    return json_answer(await desk.read(lambda unit, event: read_plan(unit, event, number)))


@router.get("/plans/{number}/check", response_model=FaultsAnswer, responses=_READING)
async def check_plan(number: Number, desk: DeskDep) -> Response:
    """Check a stored plan against its problem, with nothing of the planner."""
    event, stored = await desk.read(lambda unit, event: (event, read_plan(unit, event, number)))

    def work() -> list[str]:
        kind = event.details.kind
        return planner_of(kind).check(*documents_of(kind, stored))

    return json_answer({"faults": await run_sync(work)})


@router.post("/repair", response_model=RepairAnswer, responses=_WRITING)
async def mend_plan(body: RepairOrder, desk: DeskDep, matched: MatchedVersion) -> Response:
    """Mend the plan that is out, change few places, and say whom to tell what.

    A convention, round tables or peer groups; without changes, as attendance says.
    """
    edit, asked = desk.edit(matched, body.version), _asked(body)
    seconds = seconds_of(desk.service, body.time_limit)
    day = await desk.read(lambda unit, event: read_day(unit, event.id, edit.version, asked))
    scoring = (await published_scores(desk.service))[0] if asked.newcomer else None
    first = asked.from_slot or first_open_slot(day.event.details, desk.service.now())

    def work() -> tuple[AnyChanges, AnyRepair]:
        stop = Stop(seconds, time.monotonic)
        material = material_of(desk.service.store, day, asked, first, scoring)
        changes = _changes(body, material)
        return changes, mended(material, changes, stop, body.lang, body.seed, body.move_limit)

    changes, found = await desk.service.plan(work)
    event = day.event
    if is_usable(found.plan):
        made, history = new_plan(found.problem, found.plan, body.seed), told_of(changes, found)
        event = await desk.write(
            lambda unit, event: unit.events.plans.repair(event.id, edit, made, history)
        )
    repair = found.model_dump(mode="json", exclude={"problem", "plan", "seconds"})
    told = [each.model_dump() for each in repairer(day.event.details.kind).told(found, body.lang)]
    return tagged(_made(event, found.plan) | repair | {"told": told}, event)


def _asked(body: RepairOrder) -> Asked:
    """Read what else is asked for.

    Raises
    ------
    BadValueError
        If it stands beside changes, which say everything.
    """
    asked = Asked(body.from_slot, body.lost_table, body.newcomer or "", body.partners, body.group)
    if body.changes is not None and asked != Asked():
        raise BadValueError("give the changes alone, or what to read beside attendance.")
    return asked


def _changes(body: RepairOrder, material: Material) -> AnyChanges:
    if body.changes is None:
        return required_changes(material)
    return document_of(body.changes, repairer(material.kind).changes, "changes")


@router.get(
    "/exports/{format}",
    response_class=Response,
    responses={200: {"description": "The file; its media type says what it is."}, **_READING},
)
async def export_plan(
    desk: DeskDep,
    format: Annotated[ExportFormat, Path(description="As what.")],
    plan: PlanQuery = None,
    participant: Annotated[
        str | None, Query(max_length=60, description="Only this participant (ics, pdf-plans).")
    ] = None,
    previous: Annotated[
        int | None,
        Query(
            ge=1,
            le=1_000_000,
            description="Plan that was sent out last: what is no more in it"
            " is cancelled in calendars.",
        ),
    ] = None,
    lang: LanguageQuery = "fr",
) -> Response:
    """Take a plan away as a file: Excel, calendar, paper, CSV or JSON."""
    order = Order(format, plan, participant, previous, lang)
    email = desk.service.settings.events.organiser_email
    material = await desk.read(lambda unit, event: gather(unit, event.id, order, email))
    return _as_file(await run_sync(draw, material))


def _as_file(exported: Exported) -> Response:
    return Response(
        exported.data,
        media_type=exported.media_type,
        headers={"Content-Disposition": f'attachment; filename="{exported.name}"'},
    )
