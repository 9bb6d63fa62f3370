"""Long inputs in pieces, and the one statement that SQLite and PostgreSQL write differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Row = Mapping[str, Any]
Insert: TypeAlias = postgresql.Insert | sqlite.Insert

KEYS_PER_QUERY = 900
"""Keys in one `IN`: below the limit of variables of every SQLite in use."""


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut an iterable into lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def insert_into(connection: Connection, table: sa.Table) -> Insert:
    """Start the insert statement of this database, which knows `ON CONFLICT`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def values_of(insert: Insert) -> dict[str, sa.ColumnElement[Any]]:
    """Values of the row at hand, by column, without its key: what a conflict writes."""
    columns = insert.table.columns
    return {
        column.name: insert.excluded[column.name] for column in columns if not column.primary_key
    }


def put(connection: Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert rows; a row whose key is there already takes the new values."""
    insert = insert_into(connection, table)
    upsert = insert.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=values_of(insert)
    )
    connection.execute(upsert, list(rows))
