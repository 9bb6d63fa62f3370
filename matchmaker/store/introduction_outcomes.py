"""What came of introductions, in the store, and the relations that they make."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.introductions.records import Outcome
from matchmaker.relations import Relation, RelationKind
from matchmaker.store.batches import put
from matchmaker.store.crossings import note_crossings, of_group
from matchmaker.store.introduction_rows import outcome_from
from matchmaker.store.introduction_tables import introduction_outcomes as table
from matchmaker.store.tables import relation_members, relations

SOURCE = "introductions"
"""Source of the relations; their key is the id of the introduction."""


class IntroductionOutcomes:
    """What the sides say came of introductions, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, introduction_id: str) -> tuple[Outcome, ...]:
        """Read what both sides have said, by days and side."""
        statement = (
            sa.select(table)
            .where(table.c.introduction_id == introduction_id)
            .order_by(table.c.days, table.c.siret)
        )
        return tuple(outcome_from(row) for row in self._connection.execute(statement).mappings())

    def everything(self) -> dict[str, list[Outcome]]:
        """Read all that was said of any introduction, by its id."""
        found: dict[str, list[Outcome]] = defaultdict(list)
        statement = sa.select(table).order_by(table.c.days, table.c.siret)
        for row in self._connection.execute(statement).mappings():
            found[row["introduction_id"]].append(outcome_from(row))
        return found

    def put(self, introduction_id: str, outcome: Outcome) -> None:
        """Write what a side says, in place of what it said to the same question before."""
        row = {
            "introduction_id": introduction_id,
            "siret": outcome.siret,
            "days": outcome.days,
            "result": outcome.result.value,
            "worth": outcome.worth,
            "note": outcome.note,
            "at": outcome.at,
            "actor": outcome.by,
        }
        put(self._connection, table, [row])

    def relate(
        self, introduction_id: str, kind: RelationKind, members: tuple[str, str], day: date
    ) -> Relation:
        """Write the relation that an introduction makes, in place of an earlier one of it.

        Parameters
        ----------
        introduction_id
            The introduction.
        kind, members
            What ties the two, in the order that the kind wants.
        day
            Since when.
        """
        made = Relation(introduction_id, kind, members, day, SOURCE)
        self.forget_relation(introduction_id)
        group = {"source": SOURCE, "key": made.key, "kind": kind.value, "date": day, "label": ""}
        self._connection.execute(sa.insert(relations), group)
        self._connection.execute(
            sa.insert(relation_members),
            [
                {"source": SOURCE, "key": made.key, "position": position, "siret": siret}
                for position, siret in enumerate(members)
            ],
        )
        note_crossings(self._connection, of_group(SOURCE, made.key))
        return made

    def forget_relation(self, introduction_id: str) -> None:
        """Remove the relation that an introduction made, if it made one."""
        for each in (relation_members, relations):
            self._connection.execute(
                sa.delete(each).where(each.c.source == SOURCE, each.c.key == introduction_id)
            )
