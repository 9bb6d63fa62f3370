"""What was imported, from which file, when, and with how many rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.store.tables import imports


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One finished import.

    Parameters
    ----------
    kind
        What the file held: the name of the command that read it.
    path
        The file, as the user named it.
    digest
        SHA-256 of the file, in hexadecimal.
    data_date
        Day that the data describe, where the source tells it.
    read, kept, rejected
        Numbers of rows.
    at
        When the import ended; an aware moment.
    """

    kind: str
    path: str
    digest: str
    data_date: date | None
    read: int
    kept: int
    rejected: int
    at: datetime


class ImportRepository:
    """The log of imports, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, finished: ImportRecord) -> None:
        """Add an import to the log."""
        self._connection.execute(sa.insert(imports), asdict(finished))

    def latest(self, kind: str) -> ImportRecord | None:
        """Read the last import of a kind; `None` if there was none."""
        statement = (
            sa.select(imports)
            .where(imports.c.kind == kind)
            .order_by(imports.c.at.desc(), imports.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else _record_from(row)

    def all(self) -> list[ImportRecord]:
        """Read the whole log, oldest first."""
        statement = sa.select(imports).order_by(imports.c.at, imports.c.id)
        return [_record_from(row) for row in self._connection.execute(statement).mappings()]

    def newest(self, kind: str | None = None, skip: int = 0, limit: int = 50) -> list[ImportRecord]:
        """Read a part of the log, the newest first.

        Parameters
        ----------
        kind
            Only this one; all if not given.
        skip, limit
            Lines to leave out, and most lines.
        """
        statement = sa.select(imports).order_by(imports.c.at.desc(), imports.c.id.desc())
        if kind is not None:
            statement = statement.where(imports.c.kind == kind)
        rows = self._connection.execute(statement.offset(skip).limit(limit)).mappings()
        return [_record_from(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Count the imports of each kind; a kind without one is absent."""
        statement = sa.select(imports.c.kind, sa.func.count()).group_by(imports.c.kind)
        return {kind: count for kind, count in self._connection.execute(statement)}

    def data_date(self) -> date | None:
        """Newest day that any imported data describe."""
        newest: date | None = self._connection.scalar(sa.select(sa.func.max(imports.c.data_date)))
        return newest


def _record_from(row: RowMapping) -> ImportRecord:
    return ImportRecord(**{key: value for key, value in row.items() if key != "id"})
