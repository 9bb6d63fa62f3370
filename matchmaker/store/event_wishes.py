"""What participants of events say of each other, in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import ProblemError
from matchmaker.events.history import Action
from matchmaker.events.life import Change, Edit, Event
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.store.batches import put
from matchmaker.store.event_lock import EventLock
from matchmaker.store.event_rows import participants_of, require_participants
from matchmaker.store.event_tables import wishes


class WishRepository:
    """What participants say of each other, on one connection."""

    def __init__(self, connection: Connection, lock: EventLock) -> None:
        self._connection = connection
        self._lock = lock

    def all(self, event_id: str) -> tuple[Wish, ...]:
        """Read the wishes of an event, sorted by who wishes whom."""
        statement = (
            sa.select(wishes)
            .where(wishes.c.event_id == event_id)
            .order_by(wishes.c.wisher, wishes.c.wished)
        )
        return tuple(
            Wish(row.wisher, row.wished, WishKind(row.kind), row.met_before)
            for row in self._connection.execute(statement)
        )

    def put(self, event_id: str, edit: Edit, written: Sequence[Wish]) -> Event:
        """Write wishes, each in place of what its first participant said of the second.

        Raises
        ------
        UnknownEventError
            If there is no such event, or no such participant in it.
        EventConflictError, EventStateError
            As `EventLock.hold`.
        ProblemError
            If somebody wishes to meet themselves, or one wish is there twice.
        """
        event = self._lock.hold(event_id, edit, Change.WISHES)
        if not written:
            return event
        pairs = Counter((wish.wisher, wish.wished) for wish in written)
        for (wisher, wished), count in pairs.items():
            if wisher == wished:
                raise ProblemError(f"participant {wisher!r} wishes to meet themselves; remove it.")
            if count > 1:
                raise ProblemError(
                    f"the wish of {wisher!r} about {wished!r} is there {count} times; send it once."
                )
        named = sorted({who for pair in pairs for who in pair})
        require_participants(event_id, named, participants_of(self._connection, event_id))
        put(self._connection, wishes, [_wish_row(event_id, wish) for wish in written])
        told = {"wishes": sorted([wish.wisher, wish.wished, wish.kind.value] for wish in written)}
        return self._lock.advance(event, edit, Action.WISHED, told)

    def withdraw(self, event_id: str, edit: Edit, pairs: Sequence[tuple[str, str]]) -> Event:
        """Take wishes back; those that are not there are passed over.

        Raises
        ------
        UnknownEventError, EventConflictError, EventStateError
            As `EventLock.hold`.
        """
        event = self._lock.hold(event_id, edit, Change.WISHES)
        if not pairs:
            return event
        for wisher, wished in pairs:
            self._connection.execute(
                sa.delete(wishes).where(
                    wishes.c.event_id == event_id,
                    wishes.c.wisher == wisher,
                    wishes.c.wished == wished,
                )
            )
        told = {"wishes": sorted(list(pair) for pair in pairs)}
        return self._lock.advance(event, edit, Action.WITHDREW, told)


def _wish_row(event_id: str, wish: Wish) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "wisher": wish.wisher,
        "wished": wish.wished,
        "kind": wish.kind.value,
        "met_before": wish.met_before,
    }
