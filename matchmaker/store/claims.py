"""Claims in the store: codes on their way, how often they were tried, whether they were used."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.accounts.accounts import Claim
from matchmaker.errors import UnknownAccountError
from matchmaker.store.account_tables import claims as table


class ClaimRepository:
    """Claims, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, claim: Claim) -> None:
        """Store a claim; earlier open ones of the account for the firm are used up by it."""
        open_ones = sa.update(table).where(
            table.c.account_id == claim.account_id,
            table.c.siret == claim.siret,
            table.c.used_at.is_(None),
        )
        self._connection.execute(open_ones.values(used_at=claim.created_at))
        self._connection.execute(sa.insert(table), asdict(claim))

    def get(self, claim_id: str) -> Claim:
        """Read a claim.

        Raises
        ------
        UnknownAccountError
            If there is no such claim.
        """
        found = self._one(table.c.id == claim_id)
        if found is None:
            raise UnknownAccountError(f"claim {claim_id!r} is not in the store; check its id.")
        return found

    def count_try(self, claim_id: str) -> int:
        """Count a try before its code is compared; return the number of tries, this one included.

        Raises
        ------
        UnknownAccountError
            If there is no such claim.
        """
        statement = sa.update(table).where(table.c.id == claim_id).values(tries=table.c.tries + 1)
        tries: int | None = self._connection.execute(
            statement.returning(table.c.tries)
        ).scalar_one_or_none()
        if tries is None:
            raise UnknownAccountError(f"claim {claim_id!r} is not in the store; check its id.")
        return tries

    def use(self, claim_id: str, at: datetime) -> bool:
        """Use a claim up; return whether nobody had done so before, and it has not expired."""
        statement = sa.update(table).where(
            table.c.id == claim_id, table.c.used_at.is_(None), table.c.expires_at > at
        )
        return self._connection.execute(statement.values(used_at=at)).rowcount > 0

    def count_since(self, account_id: str, since: datetime) -> int:
        """Count the claims that an account has made after a moment."""
        statement = sa.select(sa.func.count()).where(
            table.c.account_id == account_id, table.c.created_at > since
        )
        return self._connection.execute(statement).scalar_one()

    def _one(self, *wanted: sa.ColumnElement[bool]) -> Claim | None:
        statement = sa.select(table).where(*wanted).order_by(table.c.created_at.desc())
        row = self._connection.execute(statement.limit(1)).mappings().one_or_none()
        return None if row is None else Claim(**row)
