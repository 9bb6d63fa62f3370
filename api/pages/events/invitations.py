"""Whom to invite: the list of an invitations event, made, sent wave by wave, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import SystemRandom

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk, published_scores, seconds_of
from api.event_planning import plan_event
from api.pages.events.downloads import file_answer
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.sources import SourceQuery, sources_of, sources_page
from api.pages.forms import read_form
from api.pages.rendering import address, render, typeset
from matchmaker.companies import Company
from matchmaker.errors import MatchmakerError
from matchmaker.events.details import EventKind
from matchmaker.events.invitations.plan import Invitation, Plan
from matchmaker.events.invitations.problem import Problem
from matchmaker.events.invitations.wording import reason, sentence
from matchmaker.events.life import CHANGES, Change, Edit, Event, EventState
from matchmaker.events.registrations import Status
from matchmaker.events.services.exporting import ExportFormat, Order, draw, gather
from matchmaker.events.services.inviting import invite_firms
from matchmaker.events.services.planners import planner_of
from matchmaker.events.services.planning import (
    documents_of,
    read_plan,
)
from matchmaker.explain import display_name, trade_text
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(prefix="/evenements/{event_id}/invitations", include_in_schema=False)

SECONDS = 40.0
"""Time for a list, where the service allows as much."""
SEED = 1
OTHERS_SHOWN = 100
"""Firms that are not invited, on the page; the files have all of them."""
_BEFORE_PLANS = (EventState.DRAFT, EventState.INVITING)


@dataclass(frozen=True)
class Row:
    """A firm on the list, or beside it.

    Parameters
    ----------
    siret, name, trade, department
        The firm; a name that says so where it has left the service since.
    firm
        For its badge; nothing where it has left.
    why
        Why it is invited, or why not.
    wave, odds
        Of an invitation: the mailing, and the chance that the firm comes, in percent.
    status
        What its registration says; nothing where it has none.
    """

    siret: str
    name: str
    trade: str
    department: str
    firm: Company | None
    why: str
    wave: int = 0
    odds: int = 0
    status: Status | None = None


@dataclass(frozen=True)
class Shown:
    """A list, ready to be shown."""

    number: int
    plan: Plan
    invited: list[Row]
    others: list[Row]
    warnings: list[str]
    next_wave: int | None


@router.get("")
async def invitations_page(
    request: Request, desk: DeskDep, source: SourceQuery = "", lang: LanguageQuery = "fr"
) -> Response:
    """Show the list of an invitations event; of another event, whence firms may be invited."""
    return await _page(request, desk, lang, source=source)


async def _page(
    request: Request,
    desk: EventDesk,
    lang: Language,
    *,
    source: str = "",
    refused: str = "",
    status: int = 200,
    blocking: Sequence[str] = (),
) -> Response:
    event = await desk.read(lambda _, event: event)
    if event.details.kind is not EventKind.INVITATIONS:
        return await sources_page(
            request, desk, lang, event, chosen=source, refused=refused, status=status
        )
    shown, sources = await desk.read(
        lambda unit, event: (_shown(unit, event, lang), sources_of(unit, desk, source, lang))
    )
    settings, state = event.details.settings, event.state
    needed = ("size", "budget", "k", "acceptance_rates")
    return render(
        request,
        "events/invitations.html",
        lang,
        status=status,
        head=event_head(event, lang),
        tab="invitations",
        event=event,
        shown=shown,
        settings=settings,
        is_set=all(settings.get(name) for name in needed),
        all_sent=settings.get("waves_sent", 0) >= settings.get("waves", 1),
        may_plan=Change.PLANS in CHANGES[state] or state in _BEFORE_PLANS,
        may_send={Change.REGISTRATIONS, Change.SETTINGS} <= CHANGES[state],
        others_shown=OTHERS_SHOWN,
        sources=sources,
        is_carried=source != "",
        may_take=Change.REGISTRATIONS in CHANGES[state],
        blocking=[typeset(lang, each) for each in blocking],
        refused=refused,
    )


def _shown(unit: Unit, event: Event, lang: Language) -> Shown | None:
    if event.current_plan is None:
        return None
    stored = read_plan(unit, event, None)
    problem: Problem
    plan: Plan
    problem, plan = documents_of(EventKind.INVITATIONS, stored)
    people = {each.siret: each for each in unit.events.registrations.all(event.id)}
    beside = plan.not_invited[:OTHERS_SHOWN]
    sirets = [*(each.id for each in plan.invitations), *(each.id for each in beside)]
    firms = unit.companies.servable(sirets)
    departments = {each.id: each.department for each in problem.candidates}

    def row(siret: str, why: str) -> Row:
        firm, known = firms.get(siret), people.get(siret)
        return Row(
            siret=siret,
            name=display_name(firm, lang) if firm else "",
            trade=trade_text(firm.naf, lang) if firm and firm.naf else "",
            department=departments[siret],
            firm=firm,
            why=typeset(lang, why),
            status=known.status if known else None,
        )

    def invited(each: Invitation) -> Row:
        made = row(each.id, reason(each, problem.k, lang))
        return replace(made, wave=each.wave, odds=round(100 * each.acceptance))

    return Shown(
        number=stored.entry.number,
        plan=plan,
        invited=[invited(each) for each in sorted(plan.invitations, key=lambda e: (e.wave, e.id))],
        others=[row(each.id, sentence(each.reason, lang)) for each in beside],
        warnings=[typeset(lang, sentence(each, lang)) for each in plan.warnings],
        next_wave=_next_wave(event, plan),
    )


def _next_wave(event: Event, plan: Plan) -> int | None:
    """Find the mailing that comes next; nothing where all are out."""
    sent = event.details.settings.get("waves_sent", 0)
    return min((each.number for each in plan.waves if each.number > sent), default=None)


@router.post("/liste")
async def choose(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Choose whom to invite; where no list keeps all rules, say why and store nothing."""
    form = await read_form(request)
    edit, seconds = desk.edit(None, form.version()), min(SECONDS, seconds_of(desk.service, None))
    try:
        edit = await _registering(desk, edit)
        planned = await plan_event(desk, edit.version, seconds, SEED, lang)
        made = planned.kept
        if made is None:
            said = planner_of(EventKind.INVITATIONS).blocking(planned.plan, lang)
            return await _page(request, desk, lang, status=422, blocking=said)
        await desk.write(lambda unit, event: unit.events.plans.add(event.id, edit, made))
    except MatchmakerError as error:
        scoring, _ = await published_scores(desk.service)
        key = "event_pages.refused.list" if scoring else "event_pages.refused.no_scores"
        said_why = refusal_text(error, lang, key)
        return await _page(request, desk, lang, refused=said_why, status=refusal_status(error))
    return _done(request, desk, lang, "events.listed")


async def _registering(desk: EventDesk, edit: Edit) -> Edit:
    """Open a draft, which takes no plan yet; the edit goes on with the version of then."""

    def work(unit: Unit, event: Event) -> Event:
        if event.state not in _BEFORE_PLANS or event.version != edit.version:
            return event
        return unit.events.move(event.id, edit, EventState.REGISTERING)

    event = await desk.write(work)
    opened = event.version == edit.version + 1 and event.state is EventState.REGISTERING
    return replace(edit, version=event.version) if opened else edit


def _done(request: Request, desk: EventDesk, lang: Language, done: str) -> RedirectResponse:
    path = f"/evenements/{desk.event_id}/invitations"
    return RedirectResponse(address(request, path, lang, fait=done), status_code=303)


@router.post("/envoyee")
async def note_sent(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Note that a wave of invitations is out: its firms are registered as invited."""
    form = await read_form(request)
    edit, wave = desk.edit(None, form.version()), form.number("vague", low=1, high=10)

    def work(unit: Unit, event: Event) -> Event:
        _, plan = documents_of(event.details.kind, read_plan(unit, event, None))
        sirets = [each.id for each in plan.invitations if each.wave == wave]
        after, _ = invite_firms(unit, event, edit, sirets, SystemRandom())
        settings = {**after.details.settings, "waves_sent": wave}
        changed = replace(after.details, settings=settings)
        return unit.events.change(event.id, replace(edit, version=after.version), changed)

    try:
        await desk.write(work)
    except MatchmakerError as error:
        said, status = refusal_text(error, lang), refusal_status(error)
        return await _page(request, desk, lang, refused=said, status=status)
    return _done(request, desk, lang, "events.sent")


async def _export(desk: EventDesk, format_: ExportFormat, lang: Language) -> Response:
    organiser = desk.service.settings.events.organiser_email
    material = await desk.read(
        lambda unit, event: gather(unit, event.id, Order(format_, language=lang), organiser)
    )
    made = draw(material)
    return file_answer(made.name, made.media_type, made.data)


@router.get("/liste.xlsx")
async def list_as_workbook(desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give the list as a workbook."""
    return await _export(desk, ExportFormat.XLSX, lang)


@router.get("/liste.csv")
async def list_as_csv(desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Give the list as CSV."""
    return await _export(desk, ExportFormat.CSV, lang)
