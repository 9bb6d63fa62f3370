"""Who is not to be shown to anybody: companies that opted out."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.batches import put
from matchmaker.store.tables import opt_outs


class ExclusionRepository:
    """Opt-outs, on one connection; they hold from the moment of the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def opt_out(self, siret: str, *, at: datetime, reason: str) -> None:
        """Keep a company out of every list; it need not be in the store (yet)."""
        put(self._connection, opt_outs, [{"siret": siret, "at": at, "reason": reason}])

    def opt_in(self, siret: str) -> bool:
        """Withdraw an opt-out; return whether there was one."""
        gone = sa.delete(opt_outs).where(opt_outs.c.siret == siret)
        return self._connection.execute(gone).rowcount > 0

    def opted_out(self) -> frozenset[str]:
        """SIRETs of all companies that opted out."""
        return frozenset(self._connection.scalars(sa.select(opt_outs.c.siret)))

    def has_opted_out(self, siret: str) -> bool:
        """Whether one company opted out."""
        statement = sa.select(opt_outs.c.siret).where(opt_outs.c.siret == siret)
        return self._connection.scalar(statement) is not None
