"""From a fresh plan to one that participants see: the moves between are made on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matchmaker.events.life import Edit, Event, EventState
from matchmaker.events.stored_plans import NewPlan
from matchmaker.store import Unit

BEFORE_PLANS = frozenset({EventState.DRAFT, EventState.INVITING})
"""States that take no plan yet; registering comes next."""
TAKES_PLANS = frozenset({EventState.REGISTERING, EventState.WISHES})
"""States in which plans are made, and that end with one."""
OUT = frozenset({EventState.PUBLISHED, EventState.RUNNING})
"""States in which participants see a plan."""


def open_for_plans(unit: Unit, event: Event, edit: Edit) -> Event:
    """Move an event to where it takes plans; nothing happens where it does already.

    Raises
    ------
    EventConflictError
        If somebody has changed it.
    """
    if event.state not in BEFORE_PLANS:
        return event
    return unit.events.move(event.id, edit, EventState.REGISTERING)


def keep_plan(unit: Unit, event: Event, edit: Edit, made: NewPlan) -> Event:
    """Store a plan, take it into use, and call the event planned.

    Raises
    ------
    EventConflictError, EventStateError
        As the store.
    """
    kept = unit.events.plans.add(event.id, edit, made)
    if kept.state not in TAKES_PLANS:
        return kept
    return unit.events.move(event.id, _next(edit, kept), EventState.PLANNED)


def publish(unit: Unit, event: Event, edit: Edit) -> Event:
    """Show the plan in use to the participants, in as many moves as that takes.

    Raises
    ------
    EventConflictError, EventStateError
        As the store; there must be a plan in use.
    """
    if event.state in OUT and event.current_plan is not None:
        return unit.events.plans.choose(event.id, edit, event.current_plan)
    if event.state in TAKES_PLANS:
        edit = _next(edit, unit.events.move(event.id, edit, EventState.PLANNED))
    return unit.events.move(event.id, edit, EventState.PUBLISHED)


def keep_adjusted(
    unit: Unit, event: Event, edit: Edit, made: NewPlan, changes: Mapping[str, Any]
) -> Event:
    """Store a plan that was changed by hand; where a plan is out, participants see it at once.

    Raises
    ------
    EventConflictError, EventStateError
        As the store.
    """
    if event.state in OUT:
        return unit.events.plans.repair(event.id, edit, made, {"by_hand": dict(changes)})
    return unit.events.plans.add(event.id, edit, made, {"by_hand": dict(changes)})


def _next(edit: Edit, event: Event) -> Edit:
    return replace(edit, version=event.version)
