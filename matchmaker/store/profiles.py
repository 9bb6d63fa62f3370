"""Profiles in the store; contact data leaves only with a single profile, never in a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.companies import Contact, Profile
from matchmaker.store.batches import KEYS_PER_QUERY, batches, put
from matchmaker.store.frames import read_frame
from matchmaker.store.tables import profiles as table

ROWS_PER_WRITE = 2000

SCHEMA = pl.Schema(
    {
        "siret": pl.String(),
        "consent": pl.Boolean(),
        "activity": pl.String(),
        "offers": pl.String(),
        "needs": pl.String(),
        "certifications": pl.List(pl.String()),
        "themes": pl.List(pl.String()),
        "capacity": pl.Int64(),
    }
)
"""Columns of `ProfileRepository.frame`: what the model may read."""


def _row_of(profile: Profile) -> dict[str, Any]:
    return {
        "siret": profile.siret,
        "consent": profile.consent,
        "activity": profile.activity,
        "offers": profile.offers,
        "needs": profile.needs,
        "certifications": list(profile.certifications),
        "themes": list(profile.themes),
        "capacity": profile.capacity,
        "contact_name": profile.contact.name,
        "contact_email": profile.contact.email,
        "contact_phone": profile.contact.phone,
        "source": profile.source,
        "public_name": profile.public_name,
        "changed_at": profile.changed_at,
        "changed_by": profile.changed_by,
    }


def _profile_from(row: RowMapping) -> Profile:
    return Profile(
        siret=row["siret"],
        consent=row["consent"],
        activity=row["activity"],
        offers=row["offers"],
        needs=row["needs"],
        certifications=tuple(row["certifications"]),
        themes=tuple(row["themes"]),
        capacity=row["capacity"],
        contact=Contact(row["contact_name"], row["contact_email"], row["contact_phone"]),
        source=row["source"],
        public_name=row["public_name"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
    )


class ProfileRepository:
    """What companies declare, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def upsert(self, profiles: Iterable[Profile]) -> int:
        """Write profiles, each whole in place of the one before; return how many."""
        written = 0
        for batch in batches(profiles, ROWS_PER_WRITE):
            rows = {profile.siret: _row_of(profile) for profile in batch}
            put(self._connection, table, list(rows.values()))
            written += len(rows)
        return written

    def get(self, siret: str) -> Profile | None:
        """Read one profile with its contact; `None` if the company declared nothing."""
        return self.many([siret]).get(siret)

    def many(self, sirets: Sequence[str]) -> dict[str, Profile]:
        """Read profiles with their contacts; companies without one are absent from the answer."""
        found: dict[str, Profile] = {}
        for chunk in batches(sirets, KEYS_PER_QUERY):
            rows = self._connection.execute(sa.select(table).where(table.c.siret.in_(chunk)))
            found.update((row["siret"], _profile_from(row)) for row in rows.mappings())
        return found

    def public_names(self, sirets: Sequence[str]) -> dict[str, str]:
        """Read the names under which some companies agree to be shown; those alone."""
        found: dict[str, str] = {}
        for chunk in batches(sirets, KEYS_PER_QUERY):
            rows = self._connection.execute(
                sa.select(table.c.siret, table.c.public_name).where(
                    table.c.siret.in_(chunk), table.c.consent, table.c.public_name.is_not(None)
                )
            )
            found.update((siret, name) for siret, name in rows)
        return found

    def remove(self, siret: str) -> bool:
        """Remove what a company declares, its contact included; return whether there was any."""
        return self._connection.execute(sa.delete(table).where(table.c.siret == siret)).rowcount > 0

    def with_address(self) -> tuple[str, ...]:
        """SIRETs of consenting profiles with an e-mail address, sorted."""
        statement = (
            sa.select(table.c.siret)
            .where(table.c.consent, table.c.contact_email.is_not(None))
            .order_by(table.c.siret)
        )
        return tuple(self._connection.scalars(statement))

    def frame(self) -> pl.DataFrame:
        """Read every profile without its contact, sorted by SIRET."""
        columns = [table.c[name] for name in SCHEMA.names()]
        return read_frame(self._connection, sa.select(*columns).order_by(table.c.siret), SCHEMA)
