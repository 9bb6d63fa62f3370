"""The day of an event, at the door: who is there, who walks in, and when it begins and ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from random import SystemRandom
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.errors import BadValueError
from api.event_access import DeskDep, EventDesk
from api.pages.events.day_view import door_of
from api.pages.events.grid_view import columns_of
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render
from matchmaker.companies import siret_problem
from matchmaker.errors import EventConflictError, EventStateError, ProblemError
from matchmaker.events.life import CHANGES, Change, Edit, Event, EventKind, EventState
from matchmaker.events.registrations import Attendance, Registration, Status
from matchmaker.events.services.day_changes import DayNews, first_open_slot
from matchmaker.events.services.day_seats import news_of_day
from matchmaker.events.services.intake import completed
from matchmaker.events.services.planning import documents_of
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.identifiers import new_id
from matchmaker.mail.words import one_line
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(include_in_schema=False)


class WalkInError(ProblemError):
    """Somebody who walks in and cannot be registered like this.

    Parameters
    ----------
    field
        Which of the form is to be mended.
    key
        Text that says how.
    """

    def __init__(self, field: str, key: str) -> None:
        self.field, self._key = field, key
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say how to mend it."""
        return say(language, self._key)


REFUSALS = (EventConflictError, EventStateError, ProblemError)
MOVES = frozenset({EventState.RUNNING, EventState.CLOSED, EventState.PUBLISHED})
"""Moves of the day: begin, end, and go back where that was too early."""
MOST_ASKED = 3
"""Partners that somebody who walks in may ask for."""
_LONGEST_READ = 1_000
"""Characters of a name that are looked at; the rules of registrations say what is too long."""
_DRAWN = re.compile(r"[2-9a-z]{8}")
TextQuery = Annotated[str, Query(max_length=200)]


@router.get("/evenements/{event_id}/jour")
async def day_page(
    request: Request,
    desk: DeskDep,
    q: TextQuery = "",
    statut: TextQuery = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Show who is there, with big buttons."""
    return await _page(request, desk, lang, q=q, status_shown=statut)


async def _page(
    request: Request,
    desk: EventDesk,
    language: Language,
    *,
    q: str = "",
    status_shown: str = "",
    status: int = 200,
    refused: str = "",
    typed: Form | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    def read(unit: Unit, event: Event) -> tuple[Event, tuple[Registration, ...], StoredPlan | None]:
        number = event.published_plan
        stored = None if number is None else unit.events.plans.get(event.id, number)
        return event, unit.events.registrations.all(event.id), stored

    event, registrations, stored = await desk.read(read)
    news = await run_sync(_news, event, registrations, stored, desk.service.now())
    return render(
        request,
        "events/day.html",
        language,
        status=status,
        head=event_head(event, language),
        tab="day",
        event=event,
        kind=event.details.kind,
        open=is_open(event),
        door=door_of(registrations, q, status_shown),
        columns=columns_of(event.details, language),
        news=news,
        q=q,
        shown=status_shown,
        refused=refused,
        typed=typed,
        drawn=new_id(SystemRandom()),
        wrong=wrong or {},
        asked=range(1, MOST_ASKED + 1),
        partners=[(each.id, f"{each.name} ({each.company})") for each in registrations],
    )


def is_open(event: Event) -> bool:
    """Whether the door is: attendance may be noted."""
    return Change.ATTENDANCE in CHANGES[event.state]


def _news(
    event: Event,
    registrations: tuple[Registration, ...],
    stored: StoredPlan | None,
    now: datetime,
) -> DayNews | None:
    """Compare who is there with the plan that is out; nothing where there is none, or no door."""
    kind = event.details.kind
    if stored is None or kind is EventKind.INVITATIONS or not is_open(event):
        return None
    problem, plan = documents_of(kind, stored)
    return news_of_day(kind, problem, plan, registrations, first_open_slot(event.details, now))


@router.post("/evenements/{event_id}/jour/presence")
async def note_presence(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Note that somebody is there, late or absent.

    Whoever ticks people off at two doors at once is in nobody's way: what counts is that this one
    participant is still as the page showed them.
    """
    form = await read_form(request)
    seen = _seen(form)

    def work(unit: Unit, event: Event) -> Event:
        known = {each.id: each for each in unit.events.registrations.all(event.id)}
        before = known.get(seen.participant)
        if before is not None and before.status.value != form.text("was"):
            shown = say(lang, f"event.life.status.{before.status}")
            raise BadValueError(say(lang, "day.seen_meanwhile", name=before.name, status=shown))
        edit = Edit(event.version, desk.service.now(), desk.caller.label)
        if before is not None and before.standby and seen.status is Status.PRESENT:
            joined = replace(before, standby=False, status=Status.PRESENT, from_slot=None)
            return unit.events.registrations.put(event.id, edit, [joined])
        return unit.events.registrations.attend(event.id, edit, [seen])

    try:
        await desk.write(work)
    except BadValueError as error:
        return await _page(request, desk, lang, status=409, refused=str(error))
    except REFUSALS as error:
        refused = refusal_text(error, lang, "day.refused")
        return await _page(request, desk, lang, status=refusal_status(error), refused=refused)
    if seen.status is Status.ABSENT:
        return _to(request, desk, lang, "/jour/reparation", fait="day.absent")
    kept = {"q": form.text("q"), "statut": form.text("statut")}
    return _to(request, desk, lang, "/jour", fait="day.noted", **kept)


def _seen(form: Form) -> Attendance:
    wanted = form.text("status")
    if wanted not in ("present", "absent", "late", "registered"):
        raise BadValueError(f"status {wanted!r} is none that is noted at the door.")
    status = Status(wanted)
    slot = form.number("from_slot", low=1, high=200) if status is Status.LATE else None
    return Attendance(form.text("participant"), status, slot)


@router.post("/evenements/{event_id}/jour/arrivee")
async def walk_in(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Register somebody who has come without being registered; their meetings come next.

    The form holds their id, drawn when it was shown: sent twice, it registers one person.
    """
    form = await read_form(request)
    wrong = _wrong(form, lang)
    if wrong:
        return await _page(request, desk, lang, status=422, typed=form, wrong=wrong)
    drawn = form.text("arrivant")

    def work(unit: Unit, event: Event) -> str:
        taken = {each.id for each in unit.events.registrations.all(event.id)}
        if drawn in taken:
            return drawn
        who = drawn if _DRAWN.fullmatch(drawn) else new_id(SystemRandom(), taken)
        (joined,) = completed(unit, [_joined(form, who)])
        if joined.siret in unit.exclusions.opted_out():
            raise WalkInError("siret", "day.walk_in.opted_out")
        if event.details.kind is EventKind.PEER_GROUPS and not joined.department:
            raise WalkInError("department", "day.walk_in.department_missing")
        edit = Edit(event.version, desk.service.now(), desk.caller.label)
        unit.events.registrations.put(event.id, edit, [joined])
        return joined.id

    try:
        who = await desk.write(work)
    except WalkInError as error:
        wrong = {error.field: error.sentence(lang)}
        return await _page(request, desk, lang, status=422, typed=form, wrong=wrong)
    except REFUSALS as error:
        refused = refusal_text(error, lang, "day.refused")
        status = refusal_status(error)
        return await _page(request, desk, lang, status=status, refused=refused, typed=form)
    asked = ",".join(filter(None, form.texts("avec")[:MOST_ASKED]))
    return _to(
        request, desk, lang, "/jour/reparation", fait="day.walked_in", arrivee=who, avec=asked
    )


def _wrong(form: Form, language: Language) -> dict[str, str]:
    """Say beside which field what is wrong with it, before anything is read."""
    found = {}
    if not one_line(form.text("name"), _LONGEST_READ):
        found["name"] = say(language, "day.walk_in.name_missing")
    if form.text("siret") and siret_problem(_digits(form)):
        found["siret"] = say(language, "day.walk_in.siret_wrong")
    return found


def _joined(form: Form, who: str) -> Registration:
    name, company = (one_line(form.text(key), _LONGEST_READ) for key in ("name", "company"))
    return Registration(
        who,
        name,
        company,
        siret=_digits(form) or None,
        department=form.text("department") or None,
        status=Status.PRESENT,
    )


def _digits(form: Form) -> str:
    return re.sub(r"\s", "", form.text("siret"))


@router.post("/evenements/{event_id}/jour/etat")
async def move_day(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Begin the day, or end it."""
    form = await read_form(request)
    wanted = next((state for state in MOVES if state.value == form.text("to")), None)
    if wanted is None:
        raise BadValueError(f"state {form.text('to')!r} is none of the day.")

    def work(unit: Unit, event: Event) -> Event:
        edit = Edit(event.version, desk.service.now(), desk.caller.label)
        return unit.events.move(event.id, edit, wanted)

    try:
        await desk.write(work)
    except REFUSALS as error:
        refused = refusal_text(error, lang, "day.refused")
        return await _page(request, desk, lang, status=refusal_status(error), refused=refused)
    return _to(request, desk, lang, "/jour", fait=f"day.{wanted}")


def _to(
    request: Request, desk: EventDesk, language: Language, path: str, **query: object
) -> RedirectResponse:
    whole = address(request, f"/evenements/{desk.event_id}{path}", language, **query)
    return RedirectResponse(whole, status_code=303)
