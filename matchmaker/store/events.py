"""Events in the store: their life, their history; participants, plans and outcomes beside them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import ProblemError
from matchmaker.events.details import EventDetails
from matchmaker.events.history import Action, HistoryEntry
from matchmaker.events.life import (
    Edit,
    Event,
    EventKind,
    EventState,
    changes_between,
    check_change,
    check_move,
)
from matchmaker.events.refusals import NoPlanYetError
from matchmaker.events.registrations import Status, check_registration
from matchmaker.store.event_lock import EventLock, event_from, row_of, unknown_event
from matchmaker.store.event_outcomes import OutcomeRepository
from matchmaker.store.event_plans import PlanRepository
from matchmaker.store.event_registrations import RegistrationRepository
from matchmaker.store.event_rows import delete_rows
from matchmaker.store.event_tables import events, history, registrations
from matchmaker.store.event_wishes import WishRepository

_AHEAD = frozenset({EventState.PLANNED, EventState.PUBLISHED, EventState.RUNNING})
"""States that need a plan in use."""


class EventRepository:
    """Events, on one connection.

    Every change names the version that it was read at; if somebody else was quicker, it raises
    `EventConflictError` and nothing is written.

    Attributes
    ----------
    registrations, wishes, plans, outcomes
        What belongs to an event.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = EventLock(connection)
        self.registrations = RegistrationRepository(connection, self._lock)
        self.wishes = WishRepository(connection, self._lock)
        self.plans = PlanRepository(connection, self._lock)
        self.outcomes = OutcomeRepository(connection, self._lock)

    def create(self, event_id: str, details: EventDetails, *, at: datetime, by: str) -> Event:
        """Begin an event, as a draft in version 1.

        Parameters
        ----------
        event_id
            A new id; see `matchmaker.identifiers.new_id`.
        details
            What it is about.
        at, by
            When, and who.

        Raises
        ------
        ProblemError
            If there is an event of this id.
        """
        if self._find(event_id) is not None:
            raise ProblemError(f"event {event_id!r} is there already; draw another id.")
        row = {
            **row_of(details),
            "id": event_id,
            "state": EventState.DRAFT.value,
            "version": 1,
            "created_at": at,
            "created_by": by,
            "changed_at": at,
            "changed_by": by,
        }
        self._connection.execute(sa.insert(events), row)
        told = {"kind": details.kind.value, "day": details.day.isoformat()}
        self._lock.note(event_id, 1, Edit(0, at, by), Action.CREATED, told)
        return self.get(event_id)

    def get(self, event_id: str) -> Event:
        """Read an event.

        Raises
        ------
        UnknownEventError
            If there is no such event.
        """
        event = self._find(event_id)
        if event is None:
            raise unknown_event(event_id)
        return event

    def _find(self, event_id: str) -> Event | None:
        statement = sa.select(events).where(events.c.id == event_id)
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else event_from(row)

    def list(
        self, state: EventState | None = None, kind: EventKind | None = None
    ) -> tuple[Event, ...]:
        """List events by day, those of one state or one kind where that is given."""
        statement = sa.select(events).order_by(events.c.day, events.c.id)
        if state is not None:
            statement = statement.where(events.c.state == state.value)
        if kind is not None:
            statement = statement.where(events.c.kind == kind.value)
        return tuple(event_from(row) for row in self._connection.execute(statement).mappings())

    def change(self, event_id: str, edit: Edit, details: EventDetails) -> Event:
        """Change what an event is about.

        Returns
        -------
        Event
            The event in its new version; the same version where nothing differs.

        Raises
        ------
        UnknownEventError, EventConflictError
            As `EventLock.hold`.
        EventStateError
            If something differs that the state does not allow to change.
        ProblemError
            If a registration does not fit the new slots or tables.
        """
        event = self._lock.hold(event_id, edit)
        changes = changes_between(event.details, details)
        check_change(event.state, changes)
        if not changes:
            return event
        for registration in self.registrations.all(event_id):
            check_registration(registration, details)
        told = {"changed": [change.value for change in changes]}
        return self._lock.advance(event, edit, Action.CHANGED, told, **row_of(details))

    def move(self, event_id: str, edit: Edit, to: EventState) -> Event:
        """Move an event to another state.

        Publishing shows the plan in use; going back from there hides it. Going back from planned,
        or cancelling, puts the plan out of use, as wishes and registrations may change: choose it
        again, or make another. Closing writes the relations that the event makes, in place of
        those of an earlier closing; cancelling removes them.

        Raises
        ------
        UnknownEventError, EventConflictError
            As `EventLock.hold`.
        EventStateError
            If the move is not in `MOVES`, or needs a plan and there is none in use.
        """
        event = self._lock.hold(event_id, edit)
        check_move(event.state, to)
        if to in _AHEAD and event.current_plan is None:
            raise NoPlanYetError(to)
        told: dict[str, Any] = {"from": event.state.value, "to": to.value}
        if to is EventState.CLOSED:
            told["relations"] = self.outcomes.write_relations(event)
        elif to is EventState.CANCELLED:
            self.outcomes.remove_relations(event)
        columns = _plan_columns(event, to)
        return self._lock.advance(event, edit, Action.MOVED, told, state=to.value, **columns)

    def erase_company(
        self, siret: str, *, at: datetime, by: str, closed: bool = False
    ) -> tuple[str, ...]:
        """Remove the participants of a firm from all events that are not closed.

        For a firm that opts out: after the opt-out, in the same unit of work. E-mails, wishes and
        outcomes go with the participants, and stored plans show their ids in place of names. The
        history of each event notes the ids and not the firm.

        Parameters
        ----------
        siret
            The firm.
        at, by
            When, and who.
        closed
            Whether closed events are meant as well: for a firm that asks to be forgotten.

        Returns
        -------
        tuple of str
            Events from which somebody was removed, sorted.
        """
        return self._remove(siret, tuple(Status), at, by, closed=closed)

    def uninvite_company(self, siret: str, *, at: datetime, by: str) -> tuple[str, ...]:
        """Take back what nobody of a firm has answered: invitations to events that are not closed.

        For a firm whose name the registry no longer gives. Whoever registered gave a name for this
        event, and stays.

        Parameters
        ----------
        siret
            The firm.
        at, by
            When, and who.

        Returns
        -------
        tuple of str
            Events from which an invitation was removed, sorted.
        """
        return self._remove(siret, (Status.INVITED,), at, by, closed=False)

    def _remove(
        self, siret: str, statuses: Collection[Status], at: datetime, by: str, *, closed: bool
    ) -> tuple[str, ...]:
        statement = (
            sa.select(registrations.c.event_id)
            .join(events, events.c.id == registrations.c.event_id)
            .where(
                registrations.c.siret == siret,
                registrations.c.status.in_([each.value for each in statuses]),
            )
            .distinct()
            .order_by(registrations.c.event_id)
        )
        if not closed:
            statement = statement.where(events.c.state != EventState.CLOSED.value)
        touched = tuple(self._connection.scalars(statement))
        for event_id in touched:
            self._erase(event_id, siret, at, by, statuses)
        return touched

    def _erase(
        self, event_id: str, siret: str, at: datetime, by: str, statuses: Collection[Status]
    ) -> None:
        event = self._lock.hold_now(event_id)
        people = [
            each.id
            for each in self.registrations.all(event_id)
            if each.siret == siret and each.status in statuses
        ]
        self.plans.hide_names(event_id, people)
        delete_rows(self._connection, registrations, registrations.c.id, event_id, people)
        edit = Edit(event.version, at, by)
        self._lock.advance(event, edit, Action.ERASED, {"participants": people})

    def history(self, event_id: str) -> tuple[HistoryEntry, ...]:
        """Read every change of an event, the oldest first.

        Raises
        ------
        UnknownEventError
            If there is no such event.
        """
        self.get(event_id)
        statement = (
            sa.select(history).where(history.c.event_id == event_id).order_by(history.c.version)
        )
        return tuple(
            HistoryEntry(row.version, row.at, row.actor, Action(row.action), row.details)
            for row in self._connection.execute(statement)
        )


def _plan_columns(event: Event, to: EventState) -> dict[str, int | None]:
    """Say what a move does to the plan in use and to the plan that is out."""
    if event.state is EventState.PLANNED and to is EventState.PUBLISHED:
        return {"published_plan": event.current_plan}
    if to in (EventState.CANCELLED, EventState.DRAFT):
        return {"current_plan": None, "published_plan": None}
    if event.state is EventState.PLANNED:
        return {"current_plan": None}
    if to is EventState.PLANNED:
        return {"published_plan": None}
    return {}
