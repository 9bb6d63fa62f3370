"""Who is not to be shown: companies that opted out, partners that a reader set aside."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.batches import put
from matchmaker.store.introduction_tables import feedback
from matchmaker.store.tables import opt_outs

_SET_ASIDE = feedback.c.kind == "set_aside"


class ExclusionRepository:
    """Opt-outs and dismissals, on one connection; they hold from the moment of the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def opt_out(self, siret: str, *, at: datetime, reason: str) -> None:
        """Keep a company out of every list; it need not be in the store (yet)."""
        put(self._connection, opt_outs, [{"siret": siret, "at": at, "reason": reason}])

    def opt_in(self, siret: str) -> bool:
        """Withdraw an opt-out; return whether there was one."""
        return self._remove(sa.delete(opt_outs).where(opt_outs.c.siret == siret))

    def opted_out(self) -> frozenset[str]:
        """SIRETs of all companies that opted out."""
        return frozenset(self._connection.scalars(sa.select(opt_outs.c.siret)))

    def has_opted_out(self, siret: str) -> bool:
        """Whether one company opted out."""
        statement = sa.select(opt_outs.c.siret).where(opt_outs.c.siret == siret)
        return self._connection.scalar(statement) is not None

    def dismiss(self, reader: str, partner: str, *, at: datetime, reason: str) -> None:
        """Set a partner aside for one reader; both are SIRETs."""
        self.restore(reader, partner)
        row = {"reader": reader, "partner": partner, "at": at, "reason": reason}
        row |= {"actor": "", "kind": "set_aside"}
        self._connection.execute(sa.insert(feedback), row)

    def restore(self, reader: str, partner: str) -> bool:
        """Withdraw a dismissal; return whether there was one."""
        return self._remove(
            sa.delete(feedback).where(
                _SET_ASIDE, feedback.c.reader == reader, feedback.c.partner == partner
            )
        )

    def dismissed_by(self, siret: str) -> frozenset[str]:
        """SIRETs of the partners that a company has set aside."""
        return frozenset(
            self._connection.scalars(
                sa.select(feedback.c.partner).where(_SET_ASIDE, feedback.c.reader == siret)
            )
        )

    def dismissals(self) -> list[tuple[str, str]]:
        """All dismissals as (reader, partner), sorted."""
        statement = (
            sa.select(feedback.c.reader, feedback.c.partner)
            .where(_SET_ASIDE)
            .order_by(feedback.c.reader, feedback.c.partner)
        )
        return [(reader, partner) for reader, partner in self._connection.execute(statement)]

    def _remove(self, statement: sa.Delete) -> bool:
        return self._connection.execute(statement).rowcount > 0
