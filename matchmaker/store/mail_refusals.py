"""Addresses that want no more letters on a topic."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.mail.letters import Topic
from matchmaker.store.batches import put
from matchmaker.store.mail_tables import mail_refusals as table


class MailRefusalRepository:
    """Refusals by address, whatever its capitals, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, address: str, topic: Topic, at: datetime) -> None:
        """Write to an address no more on a topic."""
        row = {"address": address.strip().lower(), "topic": topic.value, "at": at}
        put(self._connection, table, [row])

    def holds(self, address: str, topic: Topic) -> bool:
        """Whether an address has refused a topic."""
        statement = sa.select(table.c.at).where(
            table.c.address == address.strip().lower(), table.c.topic == topic.value
        )
        return self._connection.scalar(statement) is not None

    def of(self, address: str) -> frozenset[Topic]:
        """Topics that an address has refused."""
        statement = sa.select(table.c.topic).where(table.c.address == address.strip().lower())
        return frozenset(map(Topic, self._connection.scalars(statement)))

    def withdraw(self, address: str, topic: Topic) -> bool:
        """Write to an address again; return whether it had refused."""
        statement = sa.delete(table).where(
            table.c.address == address.strip().lower(), table.c.topic == topic.value
        )
        return self._connection.execute(statement).rowcount > 0
