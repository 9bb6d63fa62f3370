"""How many introductions a firm takes in a quarter, and whether it has room for one more."""

from __future__ import annotations

from datetime import date, datetime

from matchmaker.introductions.desk import Desk
from matchmaker.introductions.refusals import PARIS, CapacityRefusal


def quarter_start(at: datetime) -> datetime:
    """First moment of the calendar quarter of a moment, in Paris."""
    local = at.astimezone(PARIS)
    return datetime(local.year, local.month - (local.month - 1) % 3, 1, tzinfo=PARIS)


def next_quarter(at: datetime) -> date:
    """First day of the quarter after that of a moment, in Paris."""
    start = quarter_start(at)
    is_last = start.month == 10
    return date(start.year + 1, 1, 1) if is_last else date(start.year, start.month + 3, 1)


def capacity_of(desk: Desk, siret: str) -> int:
    """Introductions that a firm takes in a quarter: what it declares, else `model.capacity`."""
    profile = desk.unit.profiles.get(siret)
    declared = None if profile is None else profile.capacity
    return desk.rules.model.capacity if declared is None else declared


def has_room(desk: Desk, siret: str) -> bool:
    """Whether a firm has room for one more question in this quarter."""
    load = desk.unit.introductions.load(siret, quarter_start(desk.at))
    return load < capacity_of(desk, siret)


def may_be_introduced(desk: Desk, siret: str) -> bool:
    """Whether a firm that has been asked has room for one more introduction in this quarter.

    Other open questions do not count here: two that wait for each other would wait for ever.
    """
    made = desk.unit.introductions.introduced_since(siret, quarter_start(desk.at))
    return made < capacity_of(desk, siret)


def require_room(desk: Desk, siret: str) -> None:
    """Let a firm that is full propose nothing more.

    Raises
    ------
    NoCapacityError
        If it has no room; says when it has again.
    """
    capacity = capacity_of(desk, siret)
    if capacity == 0:
        raise CapacityRefusal("no_introductions", company=siret)
    if not has_room(desk, siret):
        day = next_quarter(desk.at).isoformat()
        raise CapacityRefusal("full", company=siret, capacity=str(capacity), day=day)
