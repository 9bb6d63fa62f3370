"""Removing what is past its time: one statement for each period, the same on both databases."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.accounts.roles import Role
from matchmaker.events.history import Action
from matchmaker.events.life import Edit
from matchmaker.feedback import FeedbackKind
from matchmaker.introductions.life import FINAL, UNDER_WAY
from matchmaker.store.account_tables import (
    accounts,
    audit,
    claims,
    contact_reads,
    sessions,
    sign_in_failures,
)
from matchmaker.store.event_lock import EventLock
from matchmaker.store.event_plans import PlanRepository
from matchmaker.store.event_tables import contacts, events, outcomes, registrations
from matchmaker.store.introduction_tables import feedback, introductions
from matchmaker.store.mail_tables import mail_links, outbox

_KEPT = (FeedbackKind.COMPETITOR.value, FeedbackKind.ALREADY_KNOWN.value)
_OVER = [state.value for state in FINAL]
_UNDER_WAY = [state.value for state in UNDER_WAY]


class RetentionRepository:
    """What is past its time, on one connection.

    Every method takes the moment before which things are past their time, removes them, and says
    how many; what is of that very moment stays.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sessions(self, before: datetime) -> int:
        """Remove sessions that ended before."""
        ended = (sessions.c.expires_at < before) | (sessions.c.revoked_at < before)
        return self._remove(sessions, ended)

    def links(self, before: datetime) -> int:
        """Remove links of letters that were used, or ended, before."""
        ended = (mail_links.c.expires_at < before) | (mail_links.c.used_at < before)
        return self._remove(mail_links, ended)

    def claims(self, before: datetime) -> int:
        """Remove codes that were used, or ended, before."""
        return self._remove(claims, (claims.c.expires_at < before) | (claims.c.used_at < before))

    def failures(self, before: datetime) -> int:
        """Remove failed sign-ins from before."""
        return self._remove(sign_in_failures, sign_in_failures.c.at < before)

    def letters(self, before: datetime) -> int:
        """Remove the lines of letters that were settled before.

        Those of an introduction that is under way stay until it has ended: its next letters are
        told from the earlier ones by them.
        """
        living = sa.select(introductions.c.id).where(introductions.c.state.in_(_UNDER_WAY))
        old = outbox.c.settled_at < before
        loose = outbox.c.introduction_id.is_(None) | outbox.c.introduction_id.not_in(living)
        return self._remove(outbox, old & loose)

    def audit(self, before: datetime) -> int:
        """Remove lines of the audit log from before."""
        return self._remove(audit, audit.c.at < before)

    def contact_reads(self, before: datetime) -> int:
        """Remove lines of the log of contact data from before."""
        return self._remove(contact_reads, contact_reads.c.at < before)

    def introductions(self, before: datetime) -> int:
        """Remove introductions that ended before, with their history; their relations stay."""
        over = introductions.c.state.in_(_OVER) & (introductions.c.state_at < before)
        return self._remove(introductions, over)

    def feedback(self, before: datetime) -> int:
        """Remove answers from before, but "competitor" and "already known" while they stand."""
        stands = feedback.c.kind.in_(_KEPT) & feedback.c.undone_at.is_(None)
        return self._remove(feedback, (feedback.c.at < before) & ~stands)

    def _remove(self, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
        return self._connection.execute(sa.delete(table).where(which)).rowcount

    def participants(self, before: date, *, at: datetime, by: str) -> int:
        """Remove addresses, names and notes from events of days before; return how many people.

        Firms, meetings and outcomes stay; ids stand in place of the names, in plans as well.

        Parameters
        ----------
        at, by
            When, and who, for the histories of events.
        """
        named = sa.select(registrations.c.event_id, registrations.c.id).where(
            registrations.c.name != registrations.c.id
        )
        mailed = sa.select(contacts.c.event_id, contacts.c.participant)
        people = sa.union(named, mailed).subquery()
        rows = self._connection.execute(
            sa.select(people).join(events, events.c.id == people.c.event_id)
            .where(events.c.day < before)
        ).all()  # fmt: skip
        found: dict[str, list[str]] = {}
        for event_id, participant in sorted(tuple(row) for row in rows):
            found.setdefault(event_id, []).append(participant)
        for event_id, ids in found.items():
            self._forget_people(event_id, ids, at, by)
        return sum(map(len, found.values()))

    def _forget_people(self, event_id: str, ids: list[str], at: datetime, by: str) -> None:
        lock = EventLock(self._connection)
        event = lock.hold_now(event_id)
        PlanRepository(self._connection, lock).hide_names(event_id, ids)
        for statement in (
            sa.delete(contacts).where(contacts.c.event_id == event_id),
            sa.update(registrations)
            .where(registrations.c.event_id == event_id)
            .values(name=registrations.c.id),
            sa.update(outcomes).where(outcomes.c.event_id == event_id).values(next_step=""),
        ):
            self._connection.execute(statement)
        edit = Edit(event.version, at, by)
        lock.advance(event, edit, Action.ERASED, {"participants": ids})

    def unused_accounts(self, before: datetime) -> tuple[str, ...]:
        """List accounts without a sign-in since, but never the last active administrators.

        Returns
        -------
        tuple of str
            Ids, the longest unused first.
        """
        last = sa.func.coalesce(accounts.c.signed_in_at, accounts.c.created_at)
        statement = sa.select(accounts.c.id, accounts.c.role).where(last < before)
        unused = self._connection.execute(statement.order_by(last, accounts.c.id)).all()
        keeps = self._has_administrator_since(before)
        return tuple(row.id for row in unused if keeps or row.role != Role.ADMINISTRATOR.value)

    def _has_administrator_since(self, before: datetime) -> bool:
        last = sa.func.coalesce(accounts.c.signed_in_at, accounts.c.created_at)
        statement = sa.select(accounts.c.id).where(
            accounts.c.role == Role.ADMINISTRATOR.value, accounts.c.active, last >= before
        )
        return self._connection.scalar(statement.limit(1)) is not None
