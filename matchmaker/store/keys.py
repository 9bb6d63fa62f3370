"""Service keys in the store: never the key, only its digest."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from hmac import compare_digest

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.accounts.keys import ServiceKey, principal_of_key
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.errors import UnknownAccountError
from matchmaker.store.account_tables import api_keys as table

USE_SECONDS = 60
"""How often a key in use notes that it is."""


def _key_from(row: RowMapping) -> ServiceKey:
    scopes = frozenset(Right(name) for name in row["scopes"])
    return ServiceKey(**{**row, "scopes": scopes})


class KeyRepository:
    """Service keys, on one connection; what is revoked is so from the moment of the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, key: ServiceKey) -> None:
        """Store a key that was just drawn."""
        row = asdict(key)
        row["scopes"] = sorted(right.value for right in key.scopes)
        self._connection.execute(sa.insert(table), row)

    def get(self, key_id: str) -> ServiceKey:
        """Read a key.

        Raises
        ------
        UnknownAccountError
            If there is no such key.
        """
        key = self._find(key_id)
        if key is None:
            raise UnknownAccountError(f"key {key_id!r} is not in the store; check its id.")
        return key

    def principal(self, key_id: str, digest: str, *, at: datetime) -> Principal | None:
        """Say whose key it is.

        Parameters
        ----------
        key_id, digest
            As `parse_key` reads them.
        at
            When it is used.

        Returns
        -------
        Principal or None
            Nobody where the key is unknown, wrong, revoked or expired.
        """
        key = self._find(key_id)
        if key is None or not compare_digest(key.digest, digest) or not key.is_good(at):
            return None
        return principal_of_key(key)

    def used_at(self, key_id: str) -> datetime | None:
        """When a key was last used, to the minute; `None` before its first use."""
        return self._connection.scalar(sa.select(table.c.used_at).where(table.c.id == key_id))

    def note_use(self, key_id: str, at: datetime) -> None:
        """Note that a key is in use; written at most once a minute."""
        long_ago = table.c.used_at <= at - timedelta(seconds=USE_SECONDS)
        statement = sa.update(table).where(
            table.c.id == key_id, sa.or_(table.c.used_at.is_(None), long_ago)
        )
        self._connection.execute(statement.values(used_at=at))

    def list(self) -> tuple[ServiceKey, ...]:
        """List keys by name, the newest first, ended ones as well."""
        statement = sa.select(table).order_by(table.c.name, table.c.created_at.desc(), table.c.id)
        return tuple(_key_from(row) for row in self._connection.execute(statement).mappings())

    def revoke(self, key_id: str, at: datetime) -> bool:
        """End a key, now or at a moment ahead; return whether it would have been good longer."""
        good_longer = sa.or_(table.c.revoked_at.is_(None), table.c.revoked_at > at)
        statement = sa.update(table).where(table.c.id == key_id, good_longer)
        return self._connection.execute(statement.values(revoked_at=at)).rowcount > 0

    def _find(self, key_id: str) -> ServiceKey | None:
        statement = sa.select(table).where(table.c.id == key_id)
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else _key_from(row)
