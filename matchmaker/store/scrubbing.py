"""Taking a number or a name out of whatever text still holds it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.tables import metadata

PLACES_OF_NAMES = frozenset({"actor", "by", "created_by", "changed_by", "undone_by"})
"""Columns that say who did something, as people are named in histories and logs."""

ADDRESSES = frozenset({"email", "contact_email", "recipient", "address"})
"""Columns that hold one whole e-mail address each, in which a part of it means nothing."""

_NO_FREE_TEXT = frozenset({"companies", "company_words", "imports"})
"""Tables of the registry: large, and nothing in them is written by people."""


def scrub_text(connection: Connection, text: str, token: str) -> int:
    """Put a token in place of a text wherever a text column holds it; return in how many values.

    Keys stay as they are, and so do columns of addresses, of which it may be a part: rows that have
    it there are to be deleted before.
    """
    changed = 0
    for column in _columns(sa.String):
        if column.name in ADDRESSES:
            continue
        statement = (
            sa.update(column.table)
            .where(column.contains(text, autoescape=True))
            .values({column.name: sa.func.replace(column, text, token)})
        )
        changed += connection.execute(statement).rowcount
    return changed


def scrub_documents(connection: Connection, text: str, token: str) -> int:
    """Put a token in place of a text in every JSON document; return in how many.

    The token gets a number that is new to the document, so that two erased firms stay apart.
    """
    changed = 0
    for column in _columns(sa.JSON):
        keys = list(column.table.primary_key)
        holds = sa.cast(column, sa.Text).contains(text, autoescape=True)
        for row in connection.execute(sa.select(*keys, column).where(holds)).all():
            statement = sa.update(column.table).where(
                *(key == value for key, value in zip(keys, row, strict=False))
            )
            document = _without(row[-1], text, token)
            connection.execute(statement.values({column.name: document}))
            changed += 1
    return changed


def _columns(kind: type[sa.types.TypeEngine[Any]]) -> Iterator[sa.Column[Any]]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            plain = not column.primary_key and table.name not in _NO_FREE_TEXT
            if plain and isinstance(column.type, kind):
                yield column


def _without(document: Any, text: str, token: str) -> Any:  # noqa: ANN401 - any JSON
    written = json.dumps(document, ensure_ascii=False)
    number = 1
    while f"{token}-{number}" in written:
        number += 1
    return json.loads(written.replace(text, f"{token}-{number}"))


def rename_actor(connection: Connection, label: str, token: str) -> int:
    """Put a token in place of a person's name wherever it says who did something."""
    changed = 0
    for column in _columns(sa.String):
        if column.name in PLACES_OF_NAMES:
            statement = sa.update(column.table).where(column == label)
            changed += connection.execute(statement.values({column.name: token})).rowcount
    return changed
