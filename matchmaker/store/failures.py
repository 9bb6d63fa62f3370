"""Failed sign-ins in the store, so that every worker knows of them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.account_tables import sign_in_failures as table


class FailureRepository:
    """Failed sign-ins by subject (a keyed digest), on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, *subjects: str) -> None:
        """Let nobody else count the failures of some subjects until the unit of work ends.

        On SQLite a unit of work is alone anyway. On PostgreSQL two tries at once would otherwise
        count the same failures and both be free; in sorted order, no two wait for each other.
        """
        if self._connection.dialect.name != "postgresql":
            return
        for subject in sorted(subjects):
            key = sa.func.hashtextextended(subject, 0)
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    def note(self, subject: str, at: datetime) -> int:
        """Note a failure; return its number, for `take_back`."""
        insert = sa.insert(table).values(subject=subject, at=at).returning(table.c.id)
        number: int = self._connection.execute(insert).scalar_one()
        return number

    def recent(self, subject: str, since: datetime) -> tuple[int, datetime | None]:
        """Count the failures of a subject after a moment, and say when the last one was."""
        statement = sa.select(sa.func.count(), sa.func.max(table.c.at, type_=table.c.at.type))
        row = self._connection.execute(
            statement.where(table.c.subject == subject, table.c.at > since)
        ).one()
        return row[0], row[1]

    def forget(self, subject: str) -> int:
        """Remove the failures of a subject; return how many there were."""
        statement = sa.delete(table).where(table.c.subject == subject)
        return self._connection.execute(statement).rowcount

    def take_back(self, number: int) -> None:
        """Remove one failure that turned out to be none."""
        self._connection.execute(sa.delete(table).where(table.c.id == number))
