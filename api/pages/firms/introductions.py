"""The introductions of a firm: what waits for its answer, what it has asked, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import IntroductionsCaller, require_reach
from api.deps import LanguageQuery, Service, ServiceDep, Siret
from api.pages.firms.introduction_items import GROUPS, Item, Reading, items_of
from api.pages.firms.own import OwnFirm, own_firm
from api.pages.rendering import render
from matchmaker.accounts.roles import Reach, Right
from matchmaker.introductions.capacity import capacity_of, next_quarter, quarter_start
from matchmaker.introductions.desk import Desk
from matchmaker.introductions.life import DeclineReason
from matchmaker.store import Unit

router = APIRouter(prefix="/entreprises", include_in_schema=False)


@dataclass(frozen=True)
class Room:
    """How many introductions a firm takes in this quarter.

    Parameters
    ----------
    used, capacity
        Introduced or asked since the quarter began, and how many it takes.
    again
        First day of the next quarter.
    """

    used: int
    capacity: int
    again: date


@router.get("/{siret}/mises-en-relation")
async def introductions_page(
    request: Request,
    siret: Siret,
    caller: IntroductionsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the introductions of a firm by what they ask for."""
    now = service.now()
    asked = [siret] if caller.reach(Right.INTRODUCTIONS) is Reach.OWN else None

    def read(unit: Unit) -> tuple[OwnFirm, list[Item], Room]:
        require_reach(unit, caller, Right.INTRODUCTIONS, siret)
        firm = own_firm(unit, caller, siret, lang)
        found = unit.introductions.list(siret=siret, asked=asked)
        reading = Reading(unit, caller, siret, service.settings, now, lang)
        return firm, items_of(reading, found), room_of(service, unit, siret, now)

    firm, items, room = await service.read(read)
    items.sort(key=lambda item: item.day, reverse=True)
    return render(
        request,
        "firms/introductions.html",
        lang,
        head=firm.head,
        firm=firm,
        tab="introductions",
        groups=[(name, [each for each in items if each.group == name]) for name in GROUPS],
        items=items,
        room=room,
        reasons=tuple(DeclineReason),
    )


def room_of(service: Service, unit: Unit, siret: str, at: datetime) -> Room:
    """Count the introductions that a firm has room for in this quarter.

    Parameters
    ----------
    service, unit
        Settings in force, and the store.
    siret, at
        The firm, and the moment.
    """
    desk = Desk(unit, service.settings, service.post, at)
    used = unit.introductions.load(siret, quarter_start(at))
    return Room(used, capacity_of(desk, siret), next_quarter(at))
