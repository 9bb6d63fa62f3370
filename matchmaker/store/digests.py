"""What the weekly digests of each firm have held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.batches import put
from matchmaker.store.mail_tables import digests as table

REMEMBERED = 200
"""Partners of earlier digests that are kept in mind per firm: some years of them."""


class DigestRepository:
    """The partners that a firm has had in its digests, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self, siret: str) -> datetime | None:
        """When a firm had its last digest."""
        return self._connection.scalar(sa.select(table.c.at).where(table.c.siret == siret))

    def partners(self, siret: str) -> tuple[str, ...]:
        """SIRETs that a firm has had in its digests, the oldest first."""
        statement = sa.select(table.c.partners).where(table.c.siret == siret)
        return tuple(self._connection.scalar(statement) or ())

    def note(self, siret: str, partners: Iterable[str], at: datetime) -> None:
        """Note what a digest holds, beside what earlier ones held."""
        known = (*self.partners(siret), *partners)
        kept = list(dict.fromkeys(known))[-REMEMBERED:]
        put(self._connection, table, [{"siret": siret, "at": at, "partners": kept}])

    def erase(self, siret: str) -> bool:
        """Forget the digests of a firm; return whether there were any."""
        return self._connection.execute(sa.delete(table).where(table.c.siret == siret)).rowcount > 0
