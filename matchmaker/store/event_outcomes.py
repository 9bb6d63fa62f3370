"""What came of events, in the store, and the relations that it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import ProblemError
from matchmaker.events.history import Action
from matchmaker.events.life import Change, Edit, Event, EventState
from matchmaker.events.outcomes import Outcome, Worth, relations_of, source_of
from matchmaker.store.batches import put
from matchmaker.store.event_lock import EventLock
from matchmaker.store.event_rows import participants_of, registrations_of, require_participants
from matchmaker.store.event_tables import outcomes
from matchmaker.store.relations import RelationRepository


class OutcomeRepository:
    """What came of the meetings of events, on one connection."""

    def __init__(self, connection: Connection, lock: EventLock) -> None:
        self._connection = connection
        self._lock = lock

    def all(self, event_id: str) -> tuple[Outcome, ...]:
        """Read what came of the meetings of an event, sorted by their participants."""
        statement = (
            sa.select(outcomes)
            .where(outcomes.c.event_id == event_id)
            .order_by(outcomes.c.a, outcomes.c.b)
        )
        return tuple(
            Outcome(row.a, row.b, row.held, Worth(row.worth_a), Worth(row.worth_b), row.next_step)
            for row in self._connection.execute(statement)
        )

    def put(self, event_id: str, edit: Edit, written: Sequence[Outcome]) -> Event:
        """Write what came of meetings, each in place of what is known of these two.

        Of a closed event the relations follow at once.

        Raises
        ------
        UnknownEventError
            If there is no such event, or no such participant in it.
        EventConflictError, EventStateError
            As `EventLock.hold`.
        ProblemError
            If somebody met themselves, or one meeting is there twice.
        """
        event = self._lock.hold(event_id, edit, Change.OUTCOMES)
        if not written:
            return event
        ordered = [outcome.in_order() for outcome in written]
        _check(ordered)
        named = sorted({who for outcome in ordered for who in (outcome.a, outcome.b)})
        require_participants(event_id, named, participants_of(self._connection, event_id))
        put(self._connection, outcomes, [_row_of(event_id, outcome) for outcome in ordered])
        if event.state is EventState.CLOSED:
            self.write_relations(event)
        told = {"meetings": sorted([outcome.a, outcome.b] for outcome in ordered)}
        return self._lock.advance(event, edit, Action.RECORDED, told)

    def write_relations(self, event: Event) -> int:
        """Put the relations that an event makes in place of those it made before; return how many.

        Part of a change, which holds the event.
        """
        relations = relations_of(
            event, registrations_of(self._connection, event.id), self.all(event.id)
        )
        return RelationRepository(self._connection).replace(source_of(event.id), relations)

    def remove_relations(self, event: Event) -> None:
        """Remove the relations of an event that is cancelled after all."""
        RelationRepository(self._connection).replace(source_of(event.id), [])


def _row_of(event_id: str, outcome: Outcome) -> dict[str, Any]:
    return {
        **asdict(outcome),
        "event_id": event_id,
        "worth_a": outcome.worth_a.value,
        "worth_b": outcome.worth_b.value,
    }


def _check(ordered: Sequence[Outcome]) -> None:
    for (a, b), count in Counter((outcome.a, outcome.b) for outcome in ordered).items():
        if a == b:
            raise ProblemError(f"participant {a!r} has a meeting with themselves; remove it.")
        if count > 1:
            raise ProblemError(
                f"the meeting of {a!r} and {b!r} is there {count} times; send it once."
            )
