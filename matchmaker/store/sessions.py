"""Sessions in the store: a cookie is good for as long as its row says so, for every worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from matchmaker.accounts.accounts import Account, HowTied, Ownership, Session, principal_of
from matchmaker.accounts.principals import Principal
from matchmaker.store.account_tables import account_companies, accounts, sessions
from matchmaker.store.accounts import account_from

TOUCH_SECONDS = 60
"""How often a session in use notes that it is."""


class SessionRepository:
    """Sessions, on one connection; what is revoked is so from the moment of the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(
        self,
        digest: str,
        account_id: str,
        *,
        method: str,
        at: datetime,
        expires_at: datetime,
    ) -> None:
        """Begin a session.

        Parameters
        ----------
        digest
            Keyed digest of the token that the cookie holds.
        account_id
            Whose it is.
        method
            How they signed in: `"password"`, `"oidc"`, `"link"`.
        at, expires_at
            From when, and how long at most.
        """
        row = {
            "digest": digest,
            "account_id": account_id,
            "method": method,
            "created_at": at,
            "seen_at": at,
            "expires_at": expires_at,
        }
        self._connection.execute(sa.insert(sessions), row)

    def principal(self, digest: str, *, at: datetime, idle_minutes: float) -> Principal | None:
        """Say whose session it is, in one query.

        Returns
        -------
        Principal or None
            Nobody where the session is unknown, revoked, expired or idle, or its account closed.
        """
        statement = (
            sa.select(accounts, account_companies)
            .select_from(sessions)
            .join(accounts, accounts.c.id == sessions.c.account_id)
            .outerjoin(account_companies, account_companies.c.account_id == accounts.c.id)
            .where(
                sessions.c.digest == digest,
                sessions.c.revoked_at.is_(None),
                sessions.c.expires_at > at,
                sessions.c.seen_at > at - timedelta(minutes=idle_minutes),
                accounts.c.active,
            )
            .order_by(account_companies.c.siret)
        )
        rows = self._connection.execute(statement).all()
        return principal_of(_account_of(rows), digest) if rows else None

    def seen_at(self, digest: str) -> datetime | None:
        """When a session was last used, to the minute."""
        return self._connection.scalar(
            sa.select(sessions.c.seen_at).where(sessions.c.digest == digest)
        )

    def touch(self, digest: str, at: datetime) -> None:
        """Note that a session is in use; written at most once a minute."""
        statement = sa.update(sessions).where(
            sessions.c.digest == digest,
            sessions.c.seen_at <= at - timedelta(seconds=TOUCH_SECONDS),
        )
        self._connection.execute(statement.values(seen_at=at))

    def revoke(self, digest: str, at: datetime) -> bool:
        """End a session; return whether it had not been ended before."""
        return self._revoke(sessions.c.digest == digest, at) > 0

    def revoke_all(self, account_id: str, at: datetime, *, but: str | None = None) -> int:
        """End the sessions of an account.

        Parameters
        ----------
        account_id
            Whose.
        at
            When.
        but
            Digest of one that stays: the session in which somebody changes their password.

        Returns
        -------
        int
            How many were ended.
        """
        others = sa.true() if but is None else sessions.c.digest != but
        return self._revoke(sa.and_(sessions.c.account_id == account_id, others), at)

    def list(self, account_id: str) -> tuple[Session, ...]:
        """List the sessions of an account, the newest first, ended ones as well."""
        statement = (
            sa.select(sessions)
            .where(sessions.c.account_id == account_id)
            .order_by(sessions.c.created_at.desc(), sessions.c.digest)
        )
        return tuple(Session(**row) for row in self._connection.execute(statement).mappings())

    def _revoke(self, wanted: sa.ColumnElement[bool], at: datetime) -> int:
        statement = sa.update(sessions).where(wanted, sessions.c.revoked_at.is_(None))
        return self._connection.execute(statement.values(revoked_at=at)).rowcount


def _account_of(rows: Sequence[Row[*tuple[Any, ...]]]) -> Account:
    """Build the one account of rows that differ only in the firm."""
    tied = account_companies.c
    firms = []
    for row in rows:
        values = row._mapping
        if values[tied.siret] is not None:
            how = HowTied(values[tied.how])
            firms.append(Ownership(values[tied.siret], how, values[tied.at], values[tied.by]))
    return account_from(rows[0]._mapping, firms)
