"""The relations of a dataset, pairs or groups, as groups of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import numpy as np

from matchmaker.errors import DatasetError
from matchmaker.relations import KIND_NAMES, RelationKind
from matchmaker.spelling import fold
from models.inputs import GroupRows, Rows
from pipelines.datasets.tables import Notes, Table, column_names, read_rows
from pipelines.datasets.values import day_of, read_each, read_filled, read_members, weight_of

PAIR_COLUMNS = ("source", "target", "kind")
GROUP_COLUMNS = ("group", "member", "kind")
OPTIONAL = ("date", "weight", "label")


@dataclass(frozen=True)
class _Facts:
    """What a row says beside its members."""

    kind: RelationKind
    day: date | None
    weight: float
    label: str


@dataclass(frozen=True)
class _Tie:
    """One relation: rows of its members, for `supply` the supplier first."""

    members: tuple[int, ...]
    facts: _Facts

    @property
    def key(self) -> tuple[int, str, tuple[int, ...]]:
        """What makes two pairs the same."""
        return (
            self.facts.day.toordinal() if self.facts.day else 0,
            self.facts.kind.value,
            self.members,
        )

    @property
    def place(self) -> tuple[object, ...]:
        """What orders relations whatever the order of the file; of equals the heaviest leads."""
        return *self.key, -self.facts.weight, self.facts.label


def read_relations(
    path: Path, row_of: Mapping[str, int], *, directed: bool
) -> tuple[GroupRows, Notes]:
    """Read the relations that a model may see.

    A kind that this project does not know is a meeting; with `directed`, a pair of such a kind is
    a `supply` relation. The members of a `supply` group stand in the order of the file.

    Parameters
    ----------
    path
        Table of pairs (`PAIR_COLUMNS`) or of the members of groups (`GROUP_COLUMNS`).
    row_of
        Row number of each id.
    directed
        Whether the source of a pair of an unknown kind is a supplier and the target its client.

    Returns
    -------
    tuple of GroupRows and tuple of str
        Ordered by day, kind and members; and what was set aside.

    Raises
    ------
    DatasetError
        If the file mixes both forms, or a row is not understood.
    """
    header = set(column_names(path))
    in_groups = bool(header & {"group", "member"})
    if in_groups and header & {"source", "target"}:
        raise DatasetError(
            str(path),
            "mixes columns of pairs (source, target) and of groups (group, member)",
            "Keep one of the two forms",
            1,
        )
    table = read_rows(path, GROUP_COLUMNS if in_groups else PAIR_COLUMNS, OPTIONAL)
    stranger = RelationKind.SUPPLY if directed and not in_groups else RelationKind.MEETING
    read = _read_groups if in_groups else _read_pairs
    ties, notes = read(table, row_of, stranger)
    return _group_rows(ties), table.ignored_note() + _notes_on_cells(table, stranger) + notes


def _notes_on_cells(table: Table, stranger: RelationKind) -> Notes:
    unknown = [kind for kind in table.texts("kind") if fold(kind) not in KIND_NAMES]
    named = ", ".join(repr(kind) for kind in sorted(set(unknown)))
    weightless = table.texts("weight").count("") if table.has("weight") else 0
    return (
        *table.note(f"rows of unknown kinds ({named}), taken as {stranger}", len(unknown)),
        *table.note("rows without a weight, counted with the weight 1", weightless),
    )


def _read_pairs(
    table: Table, row_of: Mapping[str, int], stranger: RelationKind
) -> tuple[list[_Tie], Notes]:
    rows = read_members(table, ("source", "target"), row_of)
    every = [
        _tie(members, of_row)
        for members, of_row in zip(rows.tolist(), _facts(table, stranger), strict=True)
    ]
    ties = [tie for tie in every if tie.members[0] != tie.members[1]]
    ordered = sorted(ties, key=attrgetter("place"))
    distinct = [next(same) for _, same in groupby(ordered, key=attrgetter("key"))]
    return distinct, (
        *table.note("pairs of a company with itself, set aside", len(every) - len(ties)),
        *table.note(
            "pairs that repeat another of the same kind and date, counted once",
            len(ties) - len(distinct),
        ),
    )


def _facts(table: Table, stranger: RelationKind) -> list[_Facts]:
    def kind_of(text: str) -> RelationKind:
        return KIND_NAMES.get(fold(text), stranger)

    kinds = [kind_of(text) for text in read_filled(table, "kind")]
    days = read_each(table, "date", day_of)
    weights = [weight or 1.0 for weight in read_each(table, "weight", weight_of)]
    columns = zip(kinds, days, weights, table.texts("label"), strict=True)
    return [_Facts(*row) for row in columns]


def _tie(members: Iterable[int], facts: _Facts) -> _Tie:
    in_order = tuple(members) if facts.kind is RelationKind.SUPPLY else tuple(sorted(members))
    return _Tie(in_order, facts)


def _read_groups(
    table: Table, row_of: Mapping[str, int], stranger: RelationKind
) -> tuple[list[_Tie], Notes]:
    rows = read_members(table, ("member",), row_of)
    facts = _facts(table, stranger)
    places: dict[str, list[int]] = {}
    for place, name in enumerate(read_filled(table, "group")):
        places.setdefault(name, []).append(place)
    groups = []
    for name, own in sorted(places.items()):
        _check_same_facts(table, name, own, facts)
        groups.append(_group(table, name, own, rows, facts[own[0]]))
    ties = [group for group in groups if len(group.members) > 1]
    repeated = len(rows) - sum(len(group.members) for group in groups)
    return sorted(ties, key=attrgetter("place")), (
        *table.note("rows that repeat a member of their group, counted once", repeated),
        *table.note("groups of one member, set aside", len(groups) - len(ties)),
    )


def _check_same_facts(table: Table, name: str, own: list[int], facts: list[_Facts]) -> None:
    for place in own:
        if facts[place] != facts[own[0]]:
            raise table.error(
                f"group {name!r} has not the kind, date, weight and label of its first row here",
                "Write the same in all its rows, or give another group another name",
                place,
            )


def _group(table: Table, name: str, own: list[int], rows: Rows, facts: _Facts) -> _Tie:
    tie = _tie(dict.fromkeys(rows[own, 0].tolist()), facts)
    if tie.facts.kind is RelationKind.SUPPLY and len(tie.members) > 2:
        raise table.error(
            f"group {name!r} of the kind supply has {len(tie.members)} members",
            "Write a supplier and a client, in that order",
            own[0],
        )
    return tie


def _group_rows(ties: Iterable[_Tie]) -> GroupRows:
    groups = GroupRows()
    for tie in ties:
        groups.members.append(np.array(tie.members, dtype=np.int64))
        groups.kinds.append(tie.facts.kind)
        groups.labels.append(tie.facts.label)
        groups.dates.append(tie.facts.day)
        groups.weights.append(tie.facts.weight)
    return groups
