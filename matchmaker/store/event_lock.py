"""The optimistic lock of events: every write names the version that it was read at.

Each change of an event goes through `hold` and `advance`, so that it bumps the version and leaves
exactly one line in the history, or writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.errors import UnknownEventError
from matchmaker.events.details import EventDetails, Session, Slot
from matchmaker.events.history import Action
from matchmaker.events.life import (
    Change,
    Edit,
    Event,
    EventKind,
    EventState,
    check_change,
)
from matchmaker.events.refusals import ChangedMeanwhileError
from matchmaker.store.event_tables import events, history

_PLAIN = tuple(
    field.name
    for field in fields(EventDetails)
    if field.name not in ("kind", "chambers", "slots", "sessions")
)
"""Details that a row holds as they are."""


def row_of(details: EventDetails) -> dict[str, Any]:
    """Columns of what an event is about."""
    return {
        **{name: getattr(details, name) for name in _PLAIN},
        "settings": dict(details.settings),
        "kind": details.kind.value,
        "chambers": list(details.chambers),
        "slots": [[slot.start.isoformat(), slot.end.isoformat()] for slot in details.slots],
        "sessions": [{"id": part.id, "slots": list(part.slots)} for part in details.sessions],
    }


def event_from(row: RowMapping) -> Event:
    """Build an event from its row."""
    details = EventDetails(
        **{name: row[name] for name in _PLAIN},
        kind=EventKind(row["kind"]),
        chambers=tuple(row["chambers"]),
        slots=tuple(Slot(*map(time.fromisoformat, times)) for times in row["slots"]),
        sessions=tuple(Session(part["id"], tuple(part["slots"])) for part in row["sessions"]),
    )
    names = [f.name for f in fields(Event) if f.name not in ("details", "state")]
    return Event(
        details=details, state=EventState(row["state"]), **{name: row[name] for name in names}
    )


class EventLock:
    """Reading an event for a change, and writing the change down; on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, event_id: str, edit: Edit, *changes: Change) -> Event:
        """Keep an event from other writers until the unit of work ends.

        Parameters
        ----------
        event_id
            The event.
        edit
            Who wants to change it, and what version they read.
        changes
            What they want to change.

        Raises
        ------
        UnknownEventError
            If there is no such event.
        EventConflictError
            If the version is no longer the one that was read.
        EventStateError
            If its state does not allow such a change.
        """
        event = self.hold_now(event_id)
        if event.version != edit.version:
            local = event.changed_at.astimezone(ZoneInfo(event.details.timezone))
            raise ChangedMeanwhileError(edit.version, event.version, event.changed_by, local)
        check_change(event.state, changes)
        return event

    def hold_now(self, event_id: str) -> Event:
        """Keep an event from other writers, whatever its version.

        A writer that waits here for another one sees what that one wrote: PostgreSQL reads the row
        again after the wait, and SQLite begins only one writing unit at a time.

        Raises
        ------
        UnknownEventError
            If there is no such event.
        """
        statement = sa.select(events).where(events.c.id == event_id).with_for_update()
        row = self._connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise unknown_event(event_id)
        return event_from(row)

    def advance(
        self,
        event: Event,
        edit: Edit,
        action: Action,
        details: Mapping[str, Any],
        **columns: object,
    ) -> Event:
        """Write a change down: the next version, and a line of the history.

        Parameters
        ----------
        event
            The event, held.
        edit
            Who changes it, and when.
        action, details
            The line of the history.
        columns
            Columns of the event that change.
        """
        version = event.version + 1
        self._connection.execute(
            sa.update(events)
            .where(events.c.id == event.id)
            .values(version=version, changed_at=edit.at, changed_by=edit.by, **columns)
        )
        self.note(event.id, version, edit, action, details)
        return self.hold_now(event.id)

    def note(
        self, event_id: str, version: int, edit: Edit, action: Action, details: Mapping[str, Any]
    ) -> None:
        """Add a line to the history."""
        self._connection.execute(
            sa.insert(history),
            {
                "event_id": event_id,
                "version": version,
                "at": edit.at,
                "actor": edit.by,
                "action": action.value,
                "details": dict(details),
            },
        )


def unknown_event(event_id: str) -> UnknownEventError:
    """Say that there is no such event."""
    return UnknownEventError(f"event {event_id!r} is not in the store; check its address.")
