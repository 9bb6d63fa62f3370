"""Relations in the store: groups of companies, replaced source by source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.relations import Relation, RelationKind
from matchmaker.store.batches import batches
from matchmaker.store.crossings import note_crossings, of_source
from matchmaker.store.erased import erased_companies
from matchmaker.store.tables import relation_members as members
from matchmaker.store.tables import relations as groups

ROWS_PER_WRITE = 2000


class RelationRepository:
    """Known links between companies, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, source: str, relations: Iterable[Relation]) -> int:
        """Put relations in place of all that came from this source; return how many.

        Firms that were erased are left out of them, and what then ties nobody is not written.

        Raises
        ------
        ValueError
            If a relation names another source, or two have the same key.
        """
        self._connection.execute(sa.delete(members).where(members.c.source == source))
        self._connection.execute(sa.delete(groups).where(groups.c.source == source))
        keys: set[str] = set()
        erased = erased_companies(self._connection)
        for batch in batches(_among_others(relations, erased), ROWS_PER_WRITE):
            for relation in batch:
                _check(relation, source, keys)
                keys.add(relation.key)
            self._insert(batch)
        note_crossings(self._connection, of_source(source))
        return len(keys)

    def _insert(self, batch: list[Relation]) -> None:
        self._connection.execute(sa.insert(groups), [_row_of(relation) for relation in batch])
        self._connection.execute(
            sa.insert(members),
            [
                {"source": group.source, "key": group.key, "position": position, "siret": siret}
                for group in batch
                for position, siret in enumerate(group.members)
            ],
        )

    def all(self) -> list[Relation]:
        """Read every relation, sorted by source and key."""
        return self._read(sa.true())

    def of_company(self, siret: str) -> list[Relation]:
        """Read the relations of which a company is a member, sorted by source and key."""
        keys = sa.select(members.c.source, members.c.key).where(members.c.siret == siret)
        return self._read(sa.tuple_(groups.c.source, groups.c.key).in_(keys))

    def _read(self, condition: sa.ColumnElement[bool]) -> list[Relation]:
        sirets: dict[tuple[str, str], list[str]] = defaultdict(list)
        places = sa.select(members).join(groups).where(condition).order_by(members.c.position)
        for row in self._connection.execute(places):
            sirets[row.source, row.key].append(row.siret)
        rows = self._connection.execute(
            sa.select(groups).where(condition).order_by(groups.c.source, groups.c.key)
        )
        return [
            Relation(
                key=row.key,
                kind=RelationKind(row.kind),
                members=tuple(sirets[row.source, row.key]),
                date=row.date,
                source=row.source,
                label=row.label,
            )
            for row in rows
        ]

    def count_by_kind(self) -> dict[RelationKind, int]:
        """Count relations of each kind; kinds without any are absent."""
        rows = self._connection.execute(
            sa.select(groups.c.kind, sa.func.count())
            .group_by(groups.c.kind)
            .order_by(groups.c.kind)
        )
        return {RelationKind(kind): number for kind, number in rows}

    def sources(self) -> tuple[str, ...]:
        """Names of the sources that relations came from, sorted."""
        statement = sa.select(groups.c.source).distinct().order_by(groups.c.source)
        return tuple(self._connection.scalars(statement))


def _among_others(relations: Iterable[Relation], erased: frozenset[str]) -> Iterator[Relation]:
    """Leave erased firms out; a pair with one of them is gone."""
    for relation in relations:
        if erased.isdisjoint(relation.members):
            yield relation
            continue
        left = tuple(siret for siret in relation.members if siret not in erased)
        if len(left) >= 2:
            yield replace(relation, members=left)


def _row_of(relation: Relation) -> dict[str, Any]:
    return {
        "source": relation.source,
        "key": relation.key,
        "kind": relation.kind.value,
        "date": relation.date,
        "label": relation.label,
    }


def _check(relation: Relation, source: str, keys: set[str]) -> None:
    if relation.source != source:
        raise ValueError(
            f"relation {relation.key!r} must have the source {source!r}, got {relation.source!r}"
        )
    if relation.key in keys:
        raise ValueError(
            f"the key of a relation must be unique within {source!r}, got {relation.key!r} twice"
        )
