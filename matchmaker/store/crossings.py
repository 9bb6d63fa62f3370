"""Which groups of relations lie across the border, noted beside each of their members.

To look it up takes every member of every group; an adviser's first page counts on it at each visit.
So it is noted wherever relations are written, and wherever a company comes or moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.store.batches import KEYS_PER_QUERY, batches
from matchmaker.store.tables import companies
from matchmaker.store.tables import relation_members as members

Which = Callable[[sa.FromClause], sa.ColumnElement[bool]]
"""Condition on `relation_members`, or on an alias of it; it holds for all members of a group."""


def note_crossings(connection: Connection, which: Which) -> None:
    """Note again which groups have known members of more than one department.

    Parameters
    ----------
    connection
        The connection of the unit of work.
    which
        Groups to look at.
    """
    one = members.alias()
    across = (
        sa.select(one.c.source, one.c.key)
        .join(companies, companies.c.siret == one.c.siret)
        .where(which(one))
        .group_by(one.c.source, one.c.key)
        .having(sa.func.min(companies.c.department) != sa.func.max(companies.c.department))
    )
    group = sa.tuple_(members.c.source, members.c.key)
    connection.execute(sa.update(members).where(which(members)).values(across=group.in_(across)))


def note_crossings_of(connection: Connection, sirets: Iterable[str]) -> None:
    """Do so for the groups of companies that came, or that are in another department now."""
    for chunk in batches(sirets, KEYS_PER_QUERY):
        note_crossings(connection, _with_any_of(chunk))


def of_source(source: str) -> Which:
    """Take the groups of one source."""
    return lambda table: table.c.source == source


def of_group(source: str, key: str) -> Which:
    """Take one group."""
    return lambda table: (table.c.source == source) & (table.c.key == key)


def _with_any_of(sirets: list[str]) -> Which:
    their = members.alias()
    own = sa.select(their.c.source, their.c.key).where(their.c.siret.in_(sirets))
    return lambda table: sa.tuple_(table.c.source, table.c.key).in_(own)
