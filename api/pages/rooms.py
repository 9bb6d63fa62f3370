"""Every page, room by room, in the order in which their addresses are looked at."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import (
    account,
    administration,
    claims,
    components,
    legal,
    links,
    oidc,
    passwords,
    search,
    sign_in,
)
from api.pages.advisers import (
    board,
    list_events,
    lists,
    portfolio,
    sheet,
    territory,
    tonight,
)
from api.pages.events import (
    day,
    day_now,
    details,
    grid,
    groups,
    index,
    invitations,
    people,
    plan,
    printing,
    registrations,
    repairing,
    sources,
    wish_files,
    wish_matrix,
    wishes,
)
from api.pages.firms import answers, data, introduction, introductions, profile, suggestions

DOORS = (sign_in, search, oidc, legal, links)
FIRMS = (suggestions, answers, profile, data, introductions, introduction)
OWN = (account, passwords, claims)
ADVISERS = (portfolio, lists, list_events, board, sheet, tonight, territory)
EVENTS = (
    index,  # it has the fixed addresses, which an event's id must not hide
    details,
    registrations,
    people,
    wishes,
    wish_matrix,
    wish_files,
    invitations,
    sources,
    plan,
    grid,
    groups,
    printing,
    day,
    day_now,
    repairing,
)


def page_routers() -> list[APIRouter]:
    """List the routers of all pages."""
    rooms = (*DOORS, *FIRMS, *OWN, *ADVISERS, *EVENTS, components, administration)
    return [each.router for each in rooms]
