"""The audit log and the log of contact data: only ever added to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.accounts.audit import AuditLine, ContactRead
from matchmaker.accounts.principals import Principal
from matchmaker.store.account_tables import audit, contact_reads

LIMIT = 200
"""Lines that a list holds where nobody asks for more."""


class AuditLog:
    """Who did what, on one connection: the line is written with the deed, or neither."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(
        self, *, at: datetime, by: Principal, action: str, subject: str, **details: object
    ) -> None:
        """Add a line.

        Parameters
        ----------
        at, by
            When, and who.
        action
            `"account.created"`; see `matchmaker.accounts.audit.Action`.
        subject
            Id of the account, key, firm or introduction.
        details
            What JSON can hold; never a password, a key or a code.
        """
        row = {
            "at": at,
            "actor": by.label,
            "role": by.role.value,
            "action": str(action),
            "subject": subject,
            "details": details,
        }
        self._connection.execute(sa.insert(audit), row)

    def list(
        self,
        since: datetime | None = None,
        action: str | None = None,
        limit: int = LIMIT,
        *,
        before: int | None = None,
        about: str | None = None,
    ) -> tuple[AuditLine, ...]:
        """List lines, the newest first.

        Parameters
        ----------
        since
            Only from this moment on.
        action
            Only these: `"account.created"`, or `"account"` for all that begin so.
        limit
            Most lines.
        before
            Only those older than the line of this id.
        about
            Only those whose subject or actor is just this.
        """
        statement = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if since is not None:
            statement = statement.where(audit.c.at >= since)
        if before is not None:
            statement = statement.where(audit.c.id < before)
        if about is not None:
            statement = statement.where(sa.or_(audit.c.subject == about, audit.c.actor == about))
        if action is not None:
            below = audit.c.action.startswith(f"{action}.", autoescape=True)
            statement = statement.where(sa.or_(audit.c.action == str(action), below))
        return tuple(AuditLine(**row) for row in self._connection.execute(statement).mappings())


class ContactLog:
    """Who was shown or sent the contact of a firm, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(
        self,
        *,
        at: datetime,
        by: Principal,
        siret: str,
        purpose: str,
        introduction_id: str | None = None,
    ) -> None:
        """Add a line.

        Parameters
        ----------
        at, by
            When, and who reads it.
        siret
            Whose contact.
        purpose
            What for: `"profile"`, `"introduction"`, `"export"`.
        introduction_id
            The introduction that allows it, where one does.
        """
        row = {
            "at": at,
            "actor": by.label,
            "role": by.role.value,
            "siret": siret,
            "purpose": str(purpose),
            "introduction_id": introduction_id,
        }
        self._connection.execute(sa.insert(contact_reads), row)

    def list(
        self,
        siret: str | None = None,
        since: datetime | None = None,
        limit: int = LIMIT,
        *,
        before: int | None = None,
    ) -> tuple[ContactRead, ...]:
        """List lines, the newest first: of one firm, from a moment on, older than a line."""
        statement = sa.select(contact_reads).order_by(contact_reads.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(contact_reads.c.id < before)
        if siret is not None:
            statement = statement.where(contact_reads.c.siret == siret)
        if since is not None:
            statement = statement.where(contact_reads.c.at >= since)
        return tuple(ContactRead(**row) for row in self._connection.execute(statement).mappings())
