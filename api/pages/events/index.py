"""The events of a chamber, and the form that begins one, its registrations included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import EventsCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.events.event_forms import EventForm, new_form, sent_form
from api.pages.events.head import EventHead, event_head
from api.pages.events.mending import Mended, mend_page
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.setting_fields import SETTING_FIELDS
from api.pages.events.uploads import uploaded_sheet
from api.pages.forms import read_form
from api.pages.rendering import address, render
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.errors import (
    MatchmakerError,
    SnapshotError,
    UnknownEventError,
    UnknownListError,
)
from matchmaker.events.details import PARIS, EventDetails, EventKind
from matchmaker.events.life import Edit, Event, EventState
from matchmaker.events.reach import check_chambers, reaches_event
from matchmaker.events.registration_sheets import RegistrationImport
from matchmaker.events.services.intake import take_in
from matchmaker.identifiers import new_id
from matchmaker.lists import readable_list
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.tabular.sheets import Sheet
from matchmaker.texts import Language

router = APIRouter(prefix="/evenements", include_in_schema=False)

CHAMBERS = ("77", "91")
_DRAWN = re.compile(r"[2-9a-z]{8}")
_PERIODS = ("a-venir", "passes", "tous")

PeriodQuery = Annotated[str, Query(alias="periode", max_length=10)]
ShownKindQuery = Annotated[str, Query(alias="type", max_length=20)]
HeldQuery = Annotated[str, Query(alias="liste", max_length=40)]
ShownStateQuery = Annotated[str, Query(alias="etat", max_length=20)]


@router.get("")
async def events_page(
    request: Request,
    caller: EventsCaller,
    service: ServiceDep,
    period: PeriodQuery = _PERIODS[0],
    kind: ShownKindQuery = "",
    state: ShownStateQuery = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """List the events of the reader's chamber: those to come, the next one first, or past ones."""
    chosen = period if period in _PERIODS else _PERIODS[0]
    found = await service.read(lambda unit: _reached(unit, caller, kind, state))
    heads = [event_head(each, lang) for each in _of_period(found, chosen, service.now())]
    return render(
        request,
        "events/index.html",
        lang,
        events=heads,
        periods=_PERIODS,
        period=chosen,
        kinds=tuple(EventKind),
        kind=kind,
        states=tuple(EventState),
        state=state,
        filtered=bool(kind or state),
    )


def _reached(unit: Unit, caller: Principal, kind: str, state: str) -> list[Event]:
    wanted_kind = EventKind(kind) if kind in set(EventKind) else None
    wanted_state = EventState(state) if state in set(EventState) else None
    found = unit.events.list(wanted_state, wanted_kind)
    return [each for each in found if reaches_event(caller, each.details.chambers)]


def _of_period(found: list[Event], period: str, now: datetime) -> list[Event]:
    """Keep what is to come, in order, or what is past, the latest first."""
    today = now.astimezone(ZoneInfo(PARIS)).date()
    if period == _PERIODS[0]:
        return [each for each in found if each.details.day >= today]
    past = [each for each in found if period == _PERIODS[2] or each.details.day < today]
    return past[::-1]


@router.get("/nouveau")
async def new_event_page(
    request: Request,
    caller: EventsCaller,
    service: ServiceDep,
    kind: ShownKindQuery = EventKind.CONVENTION.value,
    held: HeldQuery = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Ask for what a new event of a kind is about; a list that is carried on is invited next."""
    chosen = EventKind(kind) if kind in set(EventKind) else EventKind.CONVENTION
    chambers = sorted({*CHAMBERS, *filter(None, [caller.chamber])})
    form = new_form(chosen, chambers, fictional=_is_fictional(service), language=lang)
    kept = await _carried(service, caller, held)
    return _form_page(request, lang, caller, form, new_id(SystemRandom()), held=kept)


def _is_fictional(service: Service) -> bool:
    """Whether the territory that is served is invented; its events then are, if not said else."""
    try:
        return service.snapshots.current().fictional
    except SnapshotError:
        return False


async def _carried(service: Service, caller: Principal, held: str) -> SavedList | None:
    """Read the list whose firms the new event is to invite; nothing where none is named."""
    if not held:
        return None
    try:
        return await service.read(lambda unit: readable_list(unit, caller, held))
    except UnknownListError:
        return None  # It was removed meanwhile, or is no longer shared: the event goes on alone.


def _form_page(
    request: Request,
    lang: Language,
    caller: Principal,
    form: EventForm,
    drawn: str,
    *,
    status: int = 200,
    refused: str = "",
    held: SavedList | None = None,
) -> Response:
    return render(
        request,
        "events/new.html",
        lang,
        status=status,
        form=form,
        kinds=tuple(EventKind),
        fields=SETTING_FIELDS[form.kind],
        chambers=sorted({*CHAMBERS, *filter(None, [caller.chamber])}),
        drawn=drawn,
        held=held,
        refused=refused,
    )


@dataclass(frozen=True)
class _Begun:
    """A new event, and what its spreadsheet brought, where there was one."""

    event: Event
    found: RegistrationImport | None


@router.post("/nouveau")
async def create_event(
    request: Request, caller: EventsCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Begin an event with its registrations, in one step: all of it, or nothing.

    The form holds the id of the event, drawn when the form was shown: sent twice, it makes one.
    """
    sent = await read_form(request)
    given = sent.text("type")
    kind = EventKind(given) if given in set(EventKind) else EventKind.CONVENTION
    drawn = sent.text("evenement")
    drawn = drawn if _DRAWN.fullmatch(drawn) else new_id(SystemRandom())
    own = caller.chamber if caller.reach(Right.EVENTS) is Reach.CHAMBER else None
    form = sent_form(kind, sent, lang, own_chamber=own)
    held = await _carried(service, caller, sent.text("liste"))
    if sent.ticked("apercu"):
        return _form_page(request, lang, caller, form, drawn, held=held)
    if form.details is None:
        return _form_page(request, lang, caller, form, drawn, status=422, held=held)
    try:
        sheet = await uploaded_sheet(service, sent)
        begun = await _begin(service, caller, drawn, form.details, sheet)
    except MatchmakerError as error:
        refused, status = refusal_text(error, lang), refusal_status(error)
        return _form_page(
            request, lang, caller, form, drawn, status=status, refused=refused, held=held
        )
    return _begun(request, lang, begun, sheet, held)


async def _begin(
    service: Service, caller: Principal, drawn: str, details: EventDetails, sheet: Sheet | None
) -> _Begun:
    check_chambers(caller, details.chambers)

    def work(unit: Unit) -> _Begun:
        there = _already_there(unit, drawn)
        if there is not None and reaches_event(caller, there.details.chambers):
            return _Begun(there, None)
        at, by = service.now(), caller.label
        name = drawn if there is None else new_id(SystemRandom())
        event = unit.events.create(name, details, at=at, by=by)
        if sheet is None:
            return _Begun(event, None)
        edit = Edit(event.version, at, by)
        event, found = take_in(unit, event, caller, edit, sheet, SystemRandom())
        if event.details.kind is not EventKind.INVITATIONS and found.new:
            # People are in: registrations are open, and a plan may be made right away.
            edit = Edit(event.version, at, by)
            event = unit.events.move(event.id, edit, EventState.REGISTERING)
        return _Begun(event, found)

    return await service.write(work)


def _already_there(unit: Unit, drawn: str) -> Event | None:
    try:
        return unit.events.get(drawn)
    except UnknownEventError:
        return None


def _begun(
    request: Request, lang: Language, begun: _Begun, sheet: Sheet | None, held: SavedList | None
) -> Response:
    """Lead to the new event, or to its invitations, or show the rows that were not right."""
    head: EventHead = event_head(begun.event, lang)
    if begun.found is not None and sheet is not None and begun.found.rejects:
        return mend_page(request, lang, head, Mended.of_registrations(sheet, begun.found))
    path = f"{head.home}/inscriptions" if begun.found else head.home
    source = f"liste:{held.id}" if held else None
    if held:
        path = f"{head.home}/invitations"
    target = address(request, path, lang, fait="events.created", source=source)
    return RedirectResponse(target, status_code=303)
