"""Links of letters, by the digest of their ids."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.mail.links import LinkPurpose, MailLink
from matchmaker.store.mail_tables import mail_links as table


class LinkRepository:
    """Links of letters, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, link: MailLink) -> None:
        """Note a new link."""
        self._connection.execute(sa.insert(table), {**asdict(link), "purpose": link.purpose.value})

    def get(self, digest: str) -> MailLink | None:
        """Read a link, used or not; nothing where there is none."""
        statement = sa.select(table).where(table.c.digest == digest)
        row = self._connection.execute(statement).mappings().one_or_none()
        return MailLink(**{**row, "purpose": LinkPurpose(row["purpose"])}) if row else None

    def use(self, digest: str, at: datetime) -> bool:
        """Use a link up; return whether it was unused until now."""
        statement = sa.update(table).where(table.c.digest == digest, table.c.used_at.is_(None))
        return self._connection.execute(statement.values(used_at=at)).rowcount > 0

    def end_passwords(self, account_id: str, at: datetime) -> int:
        """Use up the links that would set the password of an account; return how many."""
        statement = sa.update(table).where(
            table.c.account_id == account_id,
            table.c.purpose == LinkPurpose.PASSWORD.value,
            table.c.used_at.is_(None),
        )
        return self._connection.execute(statement.values(used_at=at)).rowcount

    def erase(self, siret: str) -> int:
        """Remove the links of a firm; return how many."""
        return self._connection.execute(sa.delete(table).where(table.c.siret == siret)).rowcount
