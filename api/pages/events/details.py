"""One event: where it stands, what comes next, its description, its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.errors import BadValueError
from api.event_access import DeskDep, EventDesk
from api.pages.administration.journal import told_actor
from api.pages.events.event_forms import EventForm, sent_form, stored_form
from api.pages.events.head import SEATED, event_head
from api.pages.events.index import CHAMBERS
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.events.setting_fields import SETTING_FIELDS, typed_settings
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render
from matchmaker.accounts.roles import Reach, Right
from matchmaker.errors import EventConflictError, MatchmakerError
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.history import Action, HistoryEntry
from matchmaker.events.life import CHANGES, MOVES, Change, Event, EventState
from matchmaker.events.preparing.people import TAKE_PART
from matchmaker.events.reach import check_chambers
from matchmaker.events.registrations import Registration, Status
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(prefix="/evenements/{event_id}", include_in_schema=False)

FEWEST = 2
"""Participants without whom there is nothing to plan."""
_S = EventState


@dataclass(frozen=True)
class Next:
    """The one thing to do next.

    Parameters
    ----------
    key
        Of its words, below `event_pages.next`.
    path
        Page that does it; nothing where a move to another state does.
    move
        State to move to; nothing where a page does it.
    """

    key: str
    path: str | None = None
    move: EventState | None = None


@dataclass(frozen=True)
class Overview:
    """What the first page of an event shows."""

    event: Event
    statuses: Mapping[Status, int]
    departments: Mapping[str, int]
    coming: int
    wishes: int
    plans: int
    history: tuple[HistoryEntry, ...]


@router.get("")
async def overview_page(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Show where an event stands, and what to do next."""
    return await _overview(request, desk, lang)


async def _overview(
    request: Request,
    desk: EventDesk,
    lang: Language,
    *,
    refused: MatchmakerError | None = None,
) -> Response:
    found = await desk.read(_read)
    event, state = found.event, found.event.state
    coming = next_of(event, found.coming)
    others = [each for each in MOVES[state] if each is not coming.move and _is_open(event, each)]
    return render(
        request,
        "events/overview.html",
        lang,
        status=refusal_status(refused) if refused else 200,
        head=event_head(event, lang),
        tab="overview",
        event=event,
        found=found,
        next=coming,
        moves=[each for each in others if each is not _S.CANCELLED],
        may_cancel=_S.CANCELLED in others,
        may_change=bool(CHANGES[state] & {Change.DESCRIPTION, Change.FRAME, Change.SETTINGS}),
        seated=event.details.kind in SEATED,
        settings=_shown_settings(event.details, lang),
        history=[_line(event, each, lang) for each in reversed(found.history)],
        refused=refusal_text(refused, lang) if refused else "",
    )


def _read(unit: Unit, event: Event) -> Overview:
    people = unit.events.registrations.all(event.id)
    return Overview(
        event=event,
        statuses=Counter(each.status for each in people),
        departments=Counter(each.department or "" for each in people if _comes(each)),
        coming=sum(map(_comes, people)),
        wishes=len(unit.events.wishes.all(event.id)),
        plans=len(unit.events.plans.all(event.id)),
        history=unit.events.history(event.id),
    )


def _comes(registration: Registration) -> bool:
    return registration.status in TAKE_PART


def next_of(event: Event, coming: int) -> Next:
    """Say what is to be done next with an event.

    Parameters
    ----------
    coming
        Participants who have said yes.
    """
    if event.state is _S.CANCELLED:
        return Next("take_up", move=_S.DRAFT)
    if event.state is _S.CLOSED:
        return Next("closed", "/jour" if event.details.kind is not EventKind.INVITATIONS else "")
    if event.details.kind is EventKind.INVITATIONS:
        return _next_of_invitations(event)
    if event.state in (_S.DRAFT, _S.INVITING):
        return Next("open", move=_S.REGISTERING)
    if event.state in (_S.REGISTERING, _S.WISHES):
        return Next("register", "/inscriptions") if coming < FEWEST else Next("plan", "/planning")
    if event.state is _S.PLANNED:
        return Next("publish", move=_S.PUBLISHED)
    if event.state is _S.PUBLISHED:
        return Next("begin", move=_S.RUNNING)
    return Next("day", "/jour")


def _next_of_invitations(event: Event) -> Next:
    if event.current_plan is None:
        return Next("choose", "/invitations")
    settings = event.details.settings
    if settings.get("waves_sent", 0) < settings.get("waves", 1):
        return Next("send", "/invitations")
    return Next("answers", "/inscriptions")


def _is_open(event: Event, to: EventState) -> bool:
    """Whether a move is offered: those that need a plan only where there is one."""
    needs_plan = to in (_S.PLANNED, _S.PUBLISHED, _S.RUNNING)
    return not needs_plan or event.current_plan is not None


def _shown_settings(details: EventDetails, lang: Language) -> list[tuple[str, str]]:
    """List the settings that are not left to their default, in words."""
    typed = typed_settings(details.kind, details.settings)
    return [
        (
            say(lang, f"event_pages.setting.{details.kind}.{each.name}.label"),
            _shown_value(details.kind, each.name, typed[each.control], bool(each.options), lang),
        )
        for each in SETTING_FIELDS[details.kind]
        if each.name in details.settings
    ]


def _shown_value(kind: EventKind, name: str, typed: str, is_choice: bool, lang: Language) -> str:
    if is_choice:
        return say(lang, f"event_pages.setting.{kind}.{name}.{typed.replace(',', '_')}")
    return say(lang, "event_pages.yes") if typed == "oui" else typed


def _line(event: Event, entry: HistoryEntry, lang: Language) -> dict[str, str]:
    local = entry.at.astimezone(ZoneInfo(event.details.timezone))
    form = "%d/%m/%Y %H:%M" if lang == "fr" else "%Y-%m-%d %H:%M"
    return {
        "at": local.isoformat(timespec="minutes"),
        "shown": local.strftime(form),
        "by": told_actor(entry.by, lang),
        "what": say(lang, f"event.life.action.{entry.action}"),
        "more": _more(entry, lang),
    }


def _more(entry: HistoryEntry, lang: Language) -> str:
    told: Mapping[str, Any] = entry.details
    match entry.action:
        case Action.MOVED:
            return say(lang, f"event.life.state.{told['to']}")
        case Action.REGISTERED:
            new, changed = len(told["new"]), len(told["changed"])
            return say(lang, "event_pages.history.registered", new=new, changed=changed)
        case Action.CHANGED:
            return ", ".join(say(lang, f"event.life.change.{each}") for each in told["changed"])
        case _:
            return ""


@router.post("/etat")
async def move_event(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Move an event to another state."""
    form = await read_form(request)
    to = form.text("vers")
    if to not in set(EventState):
        raise BadValueError(f"vers is {to!r}; give a state of an event.")
    edit = desk.edit(None, form.version())
    try:
        event = await desk.write(
            lambda unit, event: unit.events.move(event.id, edit, EventState(to))
        )
    except MatchmakerError as error:
        return await _overview(request, desk, lang, refused=error)
    done = f"events.moved.{event.state}"
    target = address(request, f"/evenements/{event.id}", lang, fait=done)
    return RedirectResponse(target, status_code=303)


@router.get("/modifier")
async def change_page(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Show the description of an event as a form."""
    event = await desk.read(lambda _, event: event)
    return _change_page(request, desk, lang, event, stored_form(event.details))


def _change_page(
    request: Request,
    desk: EventDesk,
    lang: Language,
    event: Event,
    form: EventForm,
    *,
    refused: MatchmakerError | None = None,
    status: int = 200,
) -> Response:
    open_changes = CHANGES[event.state]
    conflict = isinstance(refused, EventConflictError)
    return render(
        request,
        "events/change.html",
        lang,
        status=refusal_status(refused) if refused else status,
        head=event_head(event, lang),
        tab="overview",
        event=event,
        form=form,
        fields=SETTING_FIELDS[form.kind],
        chambers=sorted({*CHAMBERS, *event.details.chambers, *filter(None, [desk.caller.chamber])}),
        may={each.value: each in open_changes for each in Change},
        conflict=conflict,
        differing=_differing(event.details, form, lang) if conflict else [],
        refused=refusal_text(refused, lang, "event_pages.refused.details") if refused else "",
    )


_COMPARED = ("titre", "jour", "lieu", "tables", "creneaux")


def _differing(now: EventDetails, form: EventForm, lang: Language) -> list[tuple[str, str]]:
    """List what is stored now, in the fields in which that differs from what was typed."""
    stored = stored_form(now).typed
    return [
        (say(lang, f"event_pages.field.{name}"), stored[name])
        for name in _COMPARED
        if stored[name] != form.typed[name] and (name != "creneaux" or form.typed[name])
    ]


@router.post("/modifier")
async def change_event(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Change the description of an event; whoever saves second is told, and loses nothing."""
    sent = await read_form(request)
    event = await desk.read(lambda _, event: event)
    form = _sent_change(sent, desk, event, lang)
    if sent.ticked("apercu") or form.details is None:
        status = 200 if sent.ticked("apercu") else 422
        return _change_page(request, desk, lang, event, form, status=status)
    edit, details = desk.edit(None, sent.version()), form.details

    def work(unit: Unit, event: Event) -> Event:
        check_chambers(desk.caller, details.chambers)
        return unit.events.change(event.id, edit, details)

    try:
        await desk.write(work)
    except MatchmakerError as error:
        now = await desk.read(lambda _, event: event)
        return _change_page(request, desk, lang, now, form, refused=error)
    target = address(request, f"/evenements/{desk.event_id}", lang, fait="saved")
    return RedirectResponse(target, status_code=303)


def _sent_change(sent: Form, desk: EventDesk, event: Event, lang: Language) -> EventForm:
    """Read the form; what the state closes to changes stays as it is stored."""
    own = desk.caller.chamber if desk.caller.reach(Right.EVENTS) is Reach.CHAMBER else None
    kind, open_changes = event.details.kind, CHANGES[event.state]
    return sent_form(
        kind, sent, lang, own_chamber=own, before=event.details, open_changes=open_changes
    )
