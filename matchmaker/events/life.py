"""The life of an event: its states, the moves between them, what may be changed in each.

    draft -> inviting -> registering -> wishes -> planned -> published -> running -> closed

and `cancelled` from any of them before the end. `MOVES` and `CHANGES` are the whole rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.refusals import ChangeRefusedError, MoveRefusedError

__all__ = [
    "CHANGES",
    "MOVES",
    "Change",
    "Edit",
    "Event",
    "EventKind",
    "EventState",
    "changes_between",
    "check_change",
    "check_move",
]


class EventState(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    INVITING = "inviting"
    REGISTERING = "registering"
    WISHES = "wishes"
    PLANNED = "planned"
    PUBLISHED = "published"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Change(StrEnum):
    """What may be changed in an event, apart from its state."""

    DESCRIPTION = "description"
    FRAME = "frame"
    SETTINGS = "settings"
    REGISTRATIONS = "registrations"
    WISHES = "wishes"
    PLANS = "plans"
    ATTENDANCE = "attendance"
    OUTCOMES = "outcomes"


_S, _C = EventState, Change

MOVES: Mapping[EventState, tuple[EventState, ...]] = {
    _S.DRAFT: (_S.INVITING, _S.REGISTERING, _S.CANCELLED),
    _S.INVITING: (_S.REGISTERING, _S.DRAFT, _S.CANCELLED),
    _S.REGISTERING: (_S.WISHES, _S.PLANNED, _S.INVITING, _S.CANCELLED),
    _S.WISHES: (_S.PLANNED, _S.REGISTERING, _S.CANCELLED),
    _S.PLANNED: (_S.PUBLISHED, _S.WISHES, _S.REGISTERING, _S.CANCELLED),
    _S.PUBLISHED: (_S.RUNNING, _S.PLANNED, _S.CANCELLED),
    _S.RUNNING: (_S.CLOSED, _S.PUBLISHED, _S.CANCELLED),
    _S.CLOSED: (_S.RUNNING,),
    _S.CANCELLED: (_S.DRAFT,),
}
"""Where an event may move, the usual way first.

From registering straight to planned where nobody is asked for wishes; from closed to running to
correct who was there; from cancelled to draft to take an event up again."""

CHANGES: Mapping[EventState, frozenset[Change]] = {
    _S.DRAFT: frozenset({_C.DESCRIPTION, _C.FRAME, _C.SETTINGS, _C.REGISTRATIONS}),
    _S.INVITING: frozenset({_C.DESCRIPTION, _C.FRAME, _C.SETTINGS, _C.REGISTRATIONS}),
    _S.REGISTERING: frozenset(
        {_C.DESCRIPTION, _C.FRAME, _C.SETTINGS, _C.REGISTRATIONS, _C.WISHES, _C.PLANS}
    ),
    _S.WISHES: frozenset(
        {_C.DESCRIPTION, _C.FRAME, _C.SETTINGS, _C.REGISTRATIONS, _C.WISHES, _C.PLANS}
    ),
    _S.PLANNED: frozenset({_C.DESCRIPTION, _C.SETTINGS, _C.REGISTRATIONS, _C.PLANS}),
    _S.PUBLISHED: frozenset({_C.DESCRIPTION, _C.REGISTRATIONS, _C.PLANS, _C.ATTENDANCE}),
    _S.RUNNING: frozenset({_C.DESCRIPTION, _C.REGISTRATIONS, _C.PLANS, _C.ATTENDANCE, _C.OUTCOMES}),
    _S.CLOSED: frozenset({_C.OUTCOMES}),
    _S.CANCELLED: frozenset(),
}
"""What may be changed in each state.

Slots and tables stand once there is a plan that counts on them, and so do the wishes: go back to
change them. Registrations stay open until the end, for whoever falls out or walks in. What came of
a meeting is often known days after the event is closed."""

_PARTS: Mapping[Change, tuple[str, ...]] = {
    Change.DESCRIPTION: ("title", "place", "day", "chambers"),
    Change.FRAME: ("kind", "timezone", "slots", "sessions", "tables", "fictional"),
    Change.SETTINGS: ("settings",),
}
"""Fields of `EventDetails` by what their change is."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is stored.

    Parameters
    ----------
    id
        Short, fit for an address; see `matchmaker.identifiers.new_id`.
    details
        What it is about.
    state
        Where it stands.
    version
        1 at first, one more with each change.
    current_plan
        Number of the plan in use, where there is one.
    published_plan
        Number of the plan that participants see, where there is one.
    created_at, created_by, changed_at, changed_by
        First and last change: when, and who.
    """

    id: str
    details: EventDetails
    state: EventState
    version: int
    current_plan: int | None
    published_plan: int | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changes an event, when, and which version they have read.

    Parameters
    ----------
    version
        `Event.version` when it was read; if it is no longer that, nothing is written.
    at
        Moment of the change; aware.
    by
        Whoever makes it, as colleagues know them.
    """

    version: int
    at: datetime
    by: str


def check_move(state: EventState, to: EventState) -> None:
    """Check that an event may move.

    Raises
    ------
    EventStateError
        If the move is not in `MOVES`; names the states that are possible.
    """
    if to not in MOVES[state]:
        raise MoveRefusedError(state, to, MOVES[state])


def check_change(state: EventState, changes: Iterable[Change]) -> None:
    """Check that something may be changed in a state.

    Raises
    ------
    EventStateError
        If `CHANGES` does not have it; names the states in which it is possible.
    """
    for change in sorted(set(changes) - CHANGES[state]):
        possible = tuple(other for other in EventState if change in CHANGES[other])
        raise ChangeRefusedError(state, change, possible)


def changes_between(before: EventDetails, after: EventDetails) -> tuple[Change, ...]:
    """Find what differs between two descriptions of an event."""
    return tuple(
        change
        for change, names in _PARTS.items()
        if any(getattr(before, name) != getattr(after, name) for name in names)
    )
