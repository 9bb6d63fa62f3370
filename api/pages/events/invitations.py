"""Whom to invite: the list of an invitations event, and its firms taken over by other events."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk, published_scores, seconds_of
from api.pages.events.downloads import file_answer
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render, typeset
from matchmaker.companies import Company
from matchmaker.errors import MatchmakerError, UnknownEventError, UnknownListError
from matchmaker.events.details import EventKind
from matchmaker.events.invitations.plan import Invitation, Plan
from matchmaker.events.invitations.problem import Problem
from matchmaker.events.invitations.wording import reason, sentence
from matchmaker.events.life import CHANGES, Change, Edit, Event, EventState
from matchmaker.events.reach import reaches_event
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.services.exporting import ExportFormat, Order, draw, gather
from matchmaker.events.services.planners import planner_of
from matchmaker.events.services.planning import (
    Prepared,
    documents_of,
    is_usable,
    new_plan,
    prepare,
    read_plan,
)
from matchmaker.events.services.problems import Scoring
from matchmaker.events.stopping import Stop
from matchmaker.explain import display_name, trade_text
from matchmaker.identifiers import new_id
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
async def invitations_page(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Show the list of an invitations event; of another event, whence firms may be invited."""
    return await _page(request, desk, lang)


async def _page(
    request: Request,
    desk: EventDesk,
    lang: Language,
    *,
    refused: str = "",
    status: int = 200,
    blocking: Sequence[str] = (),
) -> Response:
    event = await desk.read(lambda _, event: event)
    if event.details.kind is not EventKind.INVITATIONS:
        return await _sources_page(request, desk, lang, event, refused=refused, status=status)
    shown = await desk.read(lambda unit, event: _shown(unit, event, lang))
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
    edit, service = desk.edit(None, form.version()), desk.service
    scoring, _ = await published_scores(service)
    seconds = min(SECONDS, seconds_of(service, None))
    try:
        edit = await _registering(desk, edit)
        prepared, plan = await service.plan(lambda: _made(desk, edit, scoring, seconds, lang))
        if not is_usable(plan):
            said = planner_of(EventKind.INVITATIONS).blocking(plan, lang)
            return await _page(request, desk, lang, status=422, blocking=said)
        made = new_plan(prepared.problem, plan, SEED)
        await desk.write(lambda unit, event: unit.events.plans.add(event.id, edit, made))
    except MatchmakerError as error:
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


def _made(
    desk: EventDesk, edit: Edit, scoring: Scoring | None, seconds: float, lang: Language
) -> tuple[Prepared, Plan]:
    stop = Stop(seconds, time.monotonic)
    with desk.service.store.reading() as unit:
        event = desk.event(unit)
        prepared = prepare(unit, event.id, edit.version, scoring)
    return prepared, planner_of(EventKind.INVITATIONS).make(prepared.problem, stop, SEED, lang)


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
        after = _invite(unit, event, edit, sirets)[0]
        settings = {**after.details.settings, "waves_sent": wave}
        changed = replace(after.details, settings=settings)
        return unit.events.change(event.id, replace(edit, version=after.version), changed)

    try:
        await desk.write(work)
    except MatchmakerError as error:
        said, status = refusal_text(error, lang), refusal_status(error)
        return await _page(request, desk, lang, refused=said, status=status)
    return _done(request, desk, lang, "events.sent")


def _invite(unit: Unit, event: Event, edit: Edit, sirets: Sequence[str]) -> tuple[Event, int]:
    """Register firms as invited, those that are not registered yet and may be contacted."""
    people = unit.events.registrations.all(event.id)
    there = {each.siret for each in people}
    firms = unit.companies.servable([each for each in sirets if each not in there])
    taken, random = {each.id for each in people}, SystemRandom()
    written = []
    for siret in sirets:
        if firm := firms.pop(siret, None):
            drawn = new_id(random, taken)
            taken.add(drawn)
            name = firm.name or siret
            written.append(
                Registration(drawn, name, name, siret, None, firm.department, status=Status.INVITED)
            )
    return unit.events.registrations.put(event.id, edit, written), len(written)


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


@dataclass(frozen=True)
class Source:
    """Where firms to invite come from: another event's list, or a saved list."""

    kind: Literal["evenement", "liste"]
    id: str
    name: str
    firms: int


async def _sources_page(
    request: Request, desk: EventDesk, lang: Language, event: Event, *, refused: str, status: int
) -> Response:
    sources = await desk.read(lambda unit, _: _sources(unit, desk))
    return render(
        request,
        "events/sources.html",
        lang,
        status=status,
        head=event_head(event, lang),
        tab="registrations",
        event=event,
        sources=sources,
        may_change=Change.REGISTRATIONS in CHANGES[event.state],
        refused=refused,
    )


def _sources(unit: Unit, desk: EventDesk) -> list[Source]:
    caller = desk.caller
    lists = [
        Source("liste", each.id, each.name, unit.lists.size(each.id))
        for each in unit.lists.readable_by(caller.id, caller.chamber)
        if each.search is None
    ]
    events = [
        Source("evenement", each.id, each.details.title, len(_of_event(unit, each)))
        for each in unit.events.list(kind=EventKind.INVITATIONS)
        if each.current_plan is not None and reaches_event(caller, each.details.chambers)
    ]
    return [each for each in (*events, *lists) if each.firms]


def _of_event(unit: Unit, source: Event) -> list[str]:
    """Firms on the list of an invitations event, less those that have called off."""
    _, plan = documents_of(source.details.kind, read_plan(unit, source, None))
    people = unit.events.registrations.all(source.id)
    gone = {each.siret for each in people if each.status in (Status.CANCELLED, Status.ABSENT)}
    came = [each.siret for each in people if each.siret]
    sirets = dict.fromkeys([*(each.id for each in plan.invitations), *came])
    return [siret for siret in sirets if siret not in gone]


@router.post("/inviter")
async def invite(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Register the firms of another event's list, or of a saved list, as invited."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())

    def work(unit: Unit, event: Event) -> tuple[Event, int]:
        return _invite(unit, event, edit, _chosen(unit, desk, form))

    try:
        _, count = await desk.write(work)
    except MatchmakerError as error:
        said, status = refusal_text(error, lang), refusal_status(error)
        return await _page(request, desk, lang, refused=said, status=status)
    path = f"/evenements/{desk.event_id}/inscriptions"
    done = "events.invited" if count else "events.nobody_new"
    return RedirectResponse(address(request, path, lang, fait=done), status_code=303)


def _chosen(unit: Unit, desk: EventDesk, form: Form) -> list[str]:
    """Firms of the source that was chosen, as far as the caller reaches."""
    kind, _, name = form.text("source").partition(":")
    if kind == "evenement":
        source = unit.events.get(name)
        if not reaches_event(desk.caller, source.details.chambers):
            raise UnknownEventError(f"event {name!r} is not in the store; choose another source.")
        return _of_event(unit, source)
    readable = unit.lists.readable_by(desk.caller.id, desk.caller.chamber)
    if name not in {each.id for each in readable}:
        raise UnknownListError(f"list {name!r} is not in the store; choose another source.")
    return [each.siret for each in unit.lists.members(name)]
