"""Plans of events in the store: each whole, one of them in use, the older ones kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import UnknownEventError
from matchmaker.events.history import Action
from matchmaker.events.life import Change, Edit, Event, EventState
from matchmaker.events.stored_plans import NewPlan, PlanEntry, StoredPlan, without_names
from matchmaker.store.event_lock import EventLock
from matchmaker.store.event_tables import plans

_SHOWN = frozenset({EventState.PUBLISHED, EventState.RUNNING})
"""States in which participants see a plan."""


class PlanRepository:
    """The plans of events, on one connection."""

    def __init__(self, connection: Connection, lock: EventLock) -> None:
        self._connection = connection
        self._lock = lock

    def all(self, event_id: str) -> tuple[PlanEntry, ...]:
        """List the plans of an event without their documents, the oldest first."""
        columns = (plans.c.number, plans.c.at, plans.c.actor, plans.c.seed)
        statement = sa.select(*columns).where(plans.c.event_id == event_id).order_by(plans.c.number)
        return tuple(PlanEntry(*row) for row in self._connection.execute(statement))

    def get(self, event_id: str, number: int) -> StoredPlan:
        """Read a plan with its documents.

        Raises
        ------
        UnknownEventError
            If the event has no plan of this number.
        """
        statement = sa.select(plans).where(plans.c.event_id == event_id, plans.c.number == number)
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise UnknownEventError(f"event {event_id!r} has no plan {number}; list its plans.")
        entry = PlanEntry(row.number, row.at, row.actor, row.seed)
        return StoredPlan(entry, row.problem, row.plan)

    def add(
        self,
        event_id: str,
        edit: Edit,
        made: NewPlan,
        changes: Mapping[str, Any] | None = None,
    ) -> Event:
        """Store a plan and take it into use; participants see it once it is published.

        Parameters
        ----------
        event_id, edit
            The event, and who changes it.
        made
            The plan.
        changes
            What was changed by hand in an earlier one, for the history; none if it was planned.

        Raises
        ------
        UnknownEventError, EventConflictError, EventStateError
            As `EventLock.hold`.
        """
        event = self._lock.hold(event_id, edit, Change.PLANS)
        number = self._insert(event_id, edit, made)
        told: dict[str, Any] = {"plan": number, "seed": made.seed}
        if changes is not None:
            told["changes"] = dict(changes)
        return self._lock.advance(event, edit, Action.PLANNED, told, current_plan=number)

    def repair(self, event_id: str, edit: Edit, made: NewPlan, changes: Mapping[str, Any]) -> Event:
        """Store a mended plan and show it to the participants at once.

        Parameters
        ----------
        event_id, edit
            The event, and who changes it.
        made
            The mended plan.
        changes
            Why it was mended and what it changes, as a JSON document for the history.

        Raises
        ------
        UnknownEventError, EventConflictError
            As `EventLock.hold`.
        EventStateError
            If no plan is out: there is nothing to mend.
        """
        event = self._lock.hold(event_id, edit, Change.PLANS, Change.ATTENDANCE)
        number = self._insert(event_id, edit, made)
        told = {"plan": number, "seed": made.seed, "changes": dict(changes)}
        return self._lock.advance(
            event, edit, Action.REPAIRED, told, current_plan=number, published_plan=number
        )

    def choose(self, event_id: str, edit: Edit, number: int) -> Event:
        """Take a stored plan into use; where a plan is out already, participants see this one now.

        Raises
        ------
        UnknownEventError
            If there is no such event, or no such plan of it.
        EventConflictError, EventStateError
            As `EventLock.hold`.
        """
        event = self._lock.hold(event_id, edit, Change.PLANS)
        self.get(event_id, number)
        columns = {"current_plan": number}
        if event.state in _SHOWN:
            columns["published_plan"] = number
        return self._lock.advance(event, edit, Action.CHOSE_PLAN, {"plan": number}, **columns)

    def _insert(self, event_id: str, edit: Edit, made: NewPlan) -> int:
        last = sa.select(sa.func.max(plans.c.number)).where(plans.c.event_id == event_id)
        number = 1 + (self._connection.scalar(last) or 0)
        self._connection.execute(
            sa.insert(plans),
            {
                "event_id": event_id,
                "number": number,
                "at": edit.at,
                "actor": edit.by,
                "seed": made.seed,
                "problem": dict(made.problem),
                "plan": dict(made.plan),
            },
        )
        return number

    def hide_names(self, event_id: str, ids: Collection[str]) -> None:
        """Put ids in place of the names of some participants in every plan of an event.

        Part of an erasure, which holds the event.
        """
        of_event = plans.c.event_id == event_id
        for row in self._connection.execute(sa.select(plans).where(of_event)).all():
            self._connection.execute(
                sa.update(plans)
                .where(of_event, plans.c.number == row.number)
                .values(problem=without_names(row.problem, ids), plan=without_names(row.plan, ids))
            )
