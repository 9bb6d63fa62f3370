"""Participants of events in the store; their e-mails leave with a call of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import ProblemError
from matchmaker.events.history import Action
from matchmaker.events.life import Change, Edit, Event, check_change
from matchmaker.events.registrations import (
    SEEN_ON_THE_DAY,
    Attendance,
    Registration,
    check_registration,
    is_email,
)
from matchmaker.store.batches import KEYS_PER_QUERY, batches, put
from matchmaker.store.event_lock import EventLock
from matchmaker.store.event_rows import (
    delete_rows,
    registration_row,
    registrations_of,
    require_participants,
)
from matchmaker.store.event_tables import contacts, registrations
from matchmaker.store.tables import opt_outs


class RegistrationRepository:
    """Who takes part in events, on one connection.

    Their e-mails leave with `emails` alone.
    """

    def __init__(self, connection: Connection, lock: EventLock) -> None:
        self._connection = connection
        self._lock = lock

    def all(self, event_id: str) -> tuple[Registration, ...]:
        """Read the participants of an event, sorted by id; no e-mails."""
        return registrations_of(self._connection, event_id)

    def emails(self, event_id: str) -> dict[str, str]:
        """Read the e-mails of an event's participants by id, for whoever sends them their plan."""
        statement = (
            sa.select(contacts.c.participant, contacts.c.email)
            .where(contacts.c.event_id == event_id)
            .order_by(contacts.c.participant)
        )
        return {who: email for who, email in self._connection.execute(statement)}

    def put(
        self,
        event_id: str,
        edit: Edit,
        written: Sequence[Registration],
        emails: Mapping[str, str | None] | None = None,
    ) -> Event:
        """Write registrations, each whole in place of the one with its id.

        Parameters
        ----------
        event_id, edit
            The event, and who changes it.
        written
            New or changed registrations.
        emails
            E-mails by id, of these or other participants; `None` in it removes one. Who is not in
            it keeps theirs.

        Returns
        -------
        Event
            The event in its new version; the same version where there was nothing to write.

        Raises
        ------
        UnknownEventError, EventConflictError, EventStateError
            As `EventLock.hold`.
        ProblemError
            If a registration is wrong, or its company opted out. Nothing is written.
        """
        mails = emails or {}
        event = self._lock.hold(event_id, edit, Change.REGISTRATIONS)
        if not written and not mails:
            return event
        stored = {registration.id: registration for registration in self.all(event_id)}
        if any(_is_seen(new, stored.get(new.id)) for new in written):
            check_change(event.state, [Change.ATTENDANCE])
        self._check(event, written, mails, stored)
        if written:
            put(
                self._connection,
                registrations,
                [registration_row(event_id, each) for each in written],
            )
        self._put_emails(event_id, mails)
        told = {
            "new": sorted(each.id for each in written if each.id not in stored),
            "changed": sorted(each.id for each in written if each.id in stored),
            "emails": sorted(mails),
        }
        return self._lock.advance(event, edit, Action.REGISTERED, told)

    def _check(
        self,
        event: Event,
        written: Sequence[Registration],
        emails: Mapping[str, str | None],
        stored: Mapping[str, Registration],
    ) -> None:
        for who, count in Counter(each.id for each in written).items():
            if count > 1:
                raise ProblemError(f"participant {who!r} is there {count} times; send each once.")
        for each in written:
            check_registration(each, event.details)
        require_participants(event.id, emails, [*stored, *(each.id for each in written)])
        for who, email in emails.items():
            if email is not None and not is_email(email):
                raise ProblemError(f"participant {who!r}: the e-mail has no right form; mend it.")
        sirets = sorted({each.siret for each in written if each.siret is not None})
        for chunk in batches(sirets, KEYS_PER_QUERY):
            opted_out = sa.select(opt_outs.c.siret).where(opt_outs.c.siret.in_(chunk))
            for siret in self._connection.scalars(opted_out):
                raise ProblemError(
                    f"company {siret} asked not to be contacted or shown, so nobody of it is "
                    "registered; take its opt-out back first."
                )

    def _put_emails(self, event_id: str, emails: Mapping[str, str | None]) -> None:
        delete_rows(self._connection, contacts, contacts.c.participant, event_id, emails)
        rows = [
            {"event_id": event_id, "participant": who, "email": email}
            for who, email in emails.items()
            if email is not None
        ]
        if rows:
            self._connection.execute(sa.insert(contacts), rows)

    def remove(self, event_id: str, edit: Edit, ids: Sequence[str]) -> Event:
        """Remove participants with their e-mails, wishes and outcomes.

        Raises
        ------
        UnknownEventError
            If there is no such event, or no such participant in it.
        EventConflictError, EventStateError
            As `EventLock.hold`.
        """
        event = self._lock.hold(event_id, edit, Change.REGISTRATIONS)
        require_participants(event_id, ids, [each.id for each in self.all(event_id)])
        if not ids:
            return event
        delete_rows(self._connection, registrations, registrations.c.id, event_id, ids)
        return self._lock.advance(event, edit, Action.REMOVED, {"participants": sorted(set(ids))})

    def attend(self, event_id: str, edit: Edit, seen: Sequence[Attendance]) -> Event:
        """Note who is there, who is not, who comes later and who called off.

        Raises
        ------
        UnknownEventError
            If there is no such event, or no such participant in it.
        EventConflictError, EventStateError
            As `EventLock.hold`.
        ProblemError
            If a first slot is missing, or is no slot of the event.
        """
        event = self._lock.hold(event_id, edit, Change.ATTENDANCE)
        stored = {registration.id: registration for registration in self.all(event_id)}
        require_participants(event_id, [each.participant for each in seen], stored)
        if not seen:
            return event
        changed = [_attending(stored[each.participant], each) for each in seen]
        for registration in changed:
            check_registration(registration, event.details)
        put(self._connection, registrations, [registration_row(event_id, each) for each in changed])
        told = [
            {
                "participant": each.participant,
                "status": each.status.value,
                "from_slot": each.from_slot,
            }
            for each in seen
        ]
        return self._lock.advance(event, edit, Action.ATTENDED, {"seen": told})


def _is_seen(new: Registration, stored: Registration | None) -> bool:
    """Whether a registration notes what is seen on the day, and did not before."""
    before = None if stored is None else (stored.status, stored.from_slot)
    return new.status in SEEN_ON_THE_DAY and (new.status, new.from_slot) != before


def _attending(registration: Registration, seen: Attendance) -> Registration:
    return replace(registration, status=seen.status, from_slot=seen.from_slot)
