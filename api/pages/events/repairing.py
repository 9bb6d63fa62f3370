"""A plan mended on the day: what it would change, for whom, and the change itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.errors import PlannerBusyError
from api.event_access import DeskDep, EventDesk, published_scores
from api.pages.events.day_view import Told
from api.pages.events.grid_view import columns_of
from api.pages.events.head import event_head
from api.pages.events.joining_view import JoiningView, joining_view
from api.pages.events.proposals import Mended, mended, told_of_plans
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import read_form
from api.pages.rendering import address, render
from matchmaker.errors import EventConflictError, EventStateError, MatchmakerError, ProblemError
from matchmaker.events.life import Edit, Event
from matchmaker.events.registrations import Registration
from matchmaker.events.services.day_changes import DayNews, first_open_slot
from matchmaker.events.services.mending import SEED, Asked, material_of, read_day
from matchmaker.events.services.planning import documents_of, is_usable, new_plan
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(include_in_schema=False)

REFUSALS = (EventConflictError, EventStateError, ProblemError, PlannerBusyError)
NumberQuery = Annotated[int | None, Query(ge=1, le=10_000)]


@dataclass(frozen=True)
class Proposal:
    """A repair as it is shown, before or when it is applied.

    Parameters
    ----------
    event
        As it was read.
    from_slot
        First slot that may change.
    news
        Who is not where the plan has them.
    mended
        The repair; nothing where there is nothing to mend, or no group may take who walks in.
    joining
        The groups for who walks in to peer groups; nothing for other events.
    """

    event: Event
    from_slot: int
    news: DayNews
    mended: Mended | None = None
    joining: JoiningView | None = None


@router.get("/evenements/{event_id}/jour/reparation")
async def repair_page(
    request: Request,
    desk: DeskDep,
    depuis: NumberQuery = None,
    table: Annotated[int, Query(ge=0, le=10_000)] = 0,
    arrivee: Annotated[str, Query(max_length=60)] = "",
    avec: Annotated[str, Query(max_length=200)] = "",
    groupe: Annotated[int, Query(ge=0, le=10_000)] = 0,
    lang: LanguageQuery = "fr",
) -> Response:
    """Propose how to mend the plan, and say whom that touches; nothing is changed yet."""
    partners = tuple(filter(None, avec.split(",")))
    asked = Asked(depuis, table or None, arrivee, partners, groupe or None)
    return await _page(request, desk, asked, lang)


async def _page(
    request: Request,
    desk: EventDesk,
    asked: Asked,
    language: Language,
    *,
    refused: str = "",
    status: int = 200,
) -> Response:
    proposal: Proposal | None = None
    try:
        proposal = await propose(desk, asked, language)
    except REFUSALS as error:
        refused, status = refusal_text(error, language, "day.refused"), refusal_status(error)
    event = proposal.event if proposal else await desk.read(lambda _, event: event)
    return render(
        request,
        "events/day_repair.html",
        language,
        status=status,
        head=event_head(event, language),
        tab="day",
        proposal=proposal,
        asked=asked,
        columns=columns_of(event.details, language),
        tables=event.details.tables,
        kind=event.details.kind,
        refused=refused,
    )


async def propose(desk: EventDesk, asked: Asked, language: Language) -> Proposal:
    """Work out how to mend the plan that is out.

    Raises
    ------
    PlannerBusyError
        If a plan is being made.
    EventStateError, ProblemError, UnknownEventError
        If no plan is out, or there is no way to mend it.
    NoLostTableError
        If a table is taken out of anything but a convention.
    """
    day = await desk.read(lambda unit, event: read_day(unit, event.id, None, asked))
    scoring = (await published_scores(desk.service))[0] if asked.newcomer else None
    first = asked.from_slot or first_open_slot(day.event.details, desk.service.now())

    def work() -> Proposal:
        material = material_of(desk.service.store, day, asked, first, scoring)
        joining = joining_view(material, language)
        if not material.is_needed or (joining is not None and joining.chosen is None):
            return Proposal(day.event, first, material.news, joining=joining)
        found = mended(material, language)
        return Proposal(day.event, first, material.news, found, joining)

    return await desk.service.plan(work)


@router.post("/evenements/{event_id}/jour/reparation")
async def apply_repair(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Apply a repair that was shown; where it would be another one by now, show that one first."""
    form = await read_form(request)
    asked = Asked(
        form.number("depuis", low=1, high=200),
        form.number("table", low=1, high=10_000) if form.text("table") else None,
        form.text("arrivee"),
        tuple(filter(None, form.text("avec").split(","))),
        form.number("groupe", low=1, high=10_000) if form.text("groupe") else None,
    )
    try:
        proposal = await propose(desk, asked, lang)
        if proposal.mended is None or proposal.mended.seal != form.text("seal"):
            refused = say(lang, "day.mend.other_now")
            return await _page(request, desk, asked, lang, refused=refused, status=409)
        event = await desk.write(_applying(desk, proposal, proposal.mended))
    except REFUSALS as error:
        return await _refused(request, desk, asked, lang, error)
    target = address(
        request,
        f"/evenements/{event.id}/jour/annonces",
        lang,
        fait="day.mended",
        avant=proposal.event.published_plan,
        apres=event.published_plan,
    )
    return RedirectResponse(target, status_code=303)


def _applying(desk: EventDesk, proposal: Proposal, found: Mended) -> Callable[[Unit, Event], Event]:
    edit = Edit(proposal.event.version, desk.service.now(), desk.caller.label)
    made = new_plan(found.problem, found.plan, SEED)
    assert is_usable(found.plan)
    return lambda unit, event: unit.events.plans.repair(event.id, edit, made, found.history)


async def _refused(
    request: Request, desk: EventDesk, asked: Asked, language: Language, error: MatchmakerError
) -> Response:
    refused = refusal_text(error, language, "day.refused")
    return await _page(
        request, desk, asked, language, refused=refused, status=refusal_status(error)
    )


@router.get("/evenements/{event_id}/jour/annonces")
async def told_page(
    request: Request,
    desk: DeskDep,
    avant: Annotated[int, Query(ge=1, le=1_000_000)],
    apres: Annotated[int, Query(ge=1, le=1_000_000)],
    lang: LanguageQuery = "fr",
) -> Response:
    """Say whom to tell what, between two plans of the event."""

    def read(
        unit: Unit, event: Event
    ) -> tuple[Event, StoredPlan, StoredPlan, tuple[Registration, ...]]:
        plans, people = unit.events.plans, unit.events.registrations.all(event.id)
        return event, plans.get(event.id, avant), plans.get(event.id, apres), people

    event, before, after, people = await desk.read(read)

    def work() -> tuple[Told, ...]:
        kind = event.details.kind
        (_, old), new = documents_of(kind, before), documents_of(kind, after)
        return told_of_plans(event, old, new, people, lang)

    return render(
        request,
        "events/day_told.html",
        lang,
        head=event_head(event, lang),
        tab="day",
        told=await run_sync(work),
        before=avant,
        after=apres,
    )
