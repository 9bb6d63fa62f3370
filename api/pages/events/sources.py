"""Whence an event takes firms to invite: the list of another event, or a saved list."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render
from matchmaker.errors import MatchmakerError, UnknownEventError, UnknownListError
from matchmaker.events.details import EventKind
from matchmaker.events.life import CHANGES, Change, Event
from matchmaker.events.reach import reaches_event
from matchmaker.events.services.inviting import firms_on_list, invite_firms
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(prefix="/evenements/{event_id}/invitations", include_in_schema=False)


@dataclass(frozen=True)
class Source:
    """Where firms to invite come from: another event's list, or a saved list."""

    kind: Literal["evenement", "liste"]
    id: str
    name: str
    firms: int


async def sources_page(
    request: Request, desk: EventDesk, lang: Language, event: Event, *, refused: str, status: int
) -> Response:
    """Show whence an event may take firms to invite.

    Parameters
    ----------
    refused
        Why a choice was not taken; empty where none was.
    status
        Of the answer.
    """
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
        Source("evenement", each.id, each.details.title, len(firms_on_list(unit, each)))
        for each in unit.events.list(kind=EventKind.INVITATIONS)
        if each.current_plan is not None and reaches_event(caller, each.details.chambers)
    ]
    return [each for each in (*events, *lists) if each.firms]


@router.post("/inviter")
async def invite(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Register the firms of another event's list, or of a saved list, as invited."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())

    def work(unit: Unit, event: Event) -> tuple[Event, int]:
        sirets = _chosen(unit, desk, form)
        return invite_firms(unit, event, edit, sirets, SystemRandom())

    try:
        _, count = await desk.write(work)
    except MatchmakerError as error:
        said, status = refusal_text(error, lang), refusal_status(error)
        event = await desk.read(lambda _, event: event)
        return await sources_page(request, desk, lang, event, refused=said, status=status)
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
        return firms_on_list(unit, source)
    readable = unit.lists.readable_by(desk.caller.id, desk.caller.chamber)
    if name not in {each.id for each in readable}:
        raise UnknownListError(f"list {name!r} is not in the store; choose another source.")
    return [each.siret for each in unit.lists.members(name)]
