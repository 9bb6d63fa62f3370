"""Rows of events as domain objects and back, and the participants that other rows name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.errors import UnknownEventError
from matchmaker.events.registrations import Registration, Status
from matchmaker.store.batches import KEYS_PER_QUERY, batches
from matchmaker.store.event_tables import registrations

_COLUMNS = {
    "group": "group_name",
    "min": "min_meetings",
    "max": "max_meetings",
    "table": "own_table",
}
"""Columns whose plain names are words of SQL."""

_FIELDS = {field.name: _COLUMNS.get(field.name, field.name) for field in fields(Registration)}
"""Column of each field of a registration."""


def registration_row(event_id: str, registration: Registration) -> dict[str, Any]:
    """Columns of a registration."""
    values = {column: getattr(registration, name) for name, column in _FIELDS.items()}
    return {
        **values,
        "event_id": event_id,
        "unavailable": list(registration.unavailable),
        "status": registration.status.value,
    }


def registration_from(row: RowMapping) -> Registration:
    """Build a registration from its row."""
    values = {name: row[column] for name, column in _FIELDS.items()}
    values["unavailable"] = tuple(row["unavailable"])
    values["status"] = Status(row["status"])
    return Registration(**values)


def registrations_of(connection: Connection, event_id: str) -> tuple[Registration, ...]:
    """Read the participants of an event, sorted by id."""
    statement = (
        sa.select(registrations)
        .where(registrations.c.event_id == event_id)
        .order_by(registrations.c.id)
    )
    return tuple(registration_from(row) for row in connection.execute(statement).mappings())


def participants_of(connection: Connection, event_id: str) -> frozenset[str]:
    """Ids of the participants of an event."""
    statement = sa.select(registrations.c.id).where(registrations.c.event_id == event_id)
    return frozenset(connection.scalars(statement))


def require_participants(event_id: str, named: Iterable[str], there: Iterable[str]) -> None:
    """Check that everybody who is named takes part.

    Raises
    ------
    UnknownEventError
        Naming the first who does not.
    """
    known = set(there)
    for who in named:
        if who not in known:
            raise UnknownEventError(
                f"participant {who!r} is not registered for event {event_id!r}; "
                "register them first."
            )


def delete_rows(
    connection: Connection,
    table: sa.Table,
    column: sa.Column[Any],
    event_id: str,
    ids: Iterable[str],
) -> None:
    """Delete the rows of an event whose column holds one of some ids."""
    for chunk in batches(ids, KEYS_PER_QUERY):
        connection.execute(sa.delete(table).where(table.c.event_id == event_id, column.in_(chunk)))
