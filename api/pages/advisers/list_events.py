"""From a list of firms to the event that invites them: one that is planned, or a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.access import PortfolioCaller
from api.deps import LanguageQuery, ServiceDep
from api.pages.events.head import event_head
from api.pages.rendering import render
from matchmaker.accounts.principals import Principal
from matchmaker.events.life import CHANGES, Change, Event, EventKind
from matchmaker.events.reach import reaches_event
from matchmaker.introductions.refusals import PARIS
from matchmaker.lists import readable_list
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList

router = APIRouter(prefix="/listes", include_in_schema=False)


@router.get("/{list_id}/inviter")
async def choose_event(
    request: Request,
    list_id: Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$")],
    caller: PortfolioCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Ask to which event the firms of a list are invited; each choice carries the list on."""

    def read(unit: Unit) -> tuple[SavedList, list[Event]]:
        return readable_list(unit, caller, list_id), _open_events(unit, caller, service.now())

    held, events = await service.read(read)
    return render(
        request,
        "advisers/list_events.html",
        lang,
        held=held,
        events=[event_head(each, lang) for each in events],
        kinds=tuple(EventKind),
    )


def _open_events(unit: Unit, caller: Principal, at: datetime) -> list[Event]:
    """Events to come that take registrations, as far as the reader reaches, the next one first."""
    today = at.astimezone(PARIS).date()
    return [
        event
        for event in unit.events.list()
        if event.details.day >= today
        and Change.REGISTRATIONS in CHANGES[event.state]
        and reaches_event(caller, event.details.chambers)
    ]
