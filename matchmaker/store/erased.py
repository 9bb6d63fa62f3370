"""Firms that asked to be forgotten: what is left of them is a SIRET that nothing may bring back."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.tables import opt_outs

ERASED = "erased"
"""Reason of the opt-out that stays of an erased firm; also put in the place of its SIRET."""


def erased_companies(connection: Connection) -> frozenset[str]:
    """SIRETs that imports pass over: few, so that one query reads them all."""
    statement = sa.select(opt_outs.c.siret).where(opt_outs.c.reason == ERASED)
    return frozenset(connection.scalars(statement))
