"""Pairs that a model must find, and pairs whose outcome is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.intents import Intent
from matchmaker.relations import KIND_NAMES, KNOWS_EACH_OTHER, RelationKind
from matchmaker.spelling import fold
from models.inputs import Flags, GroupRows, Rows
from pipelines.datasets.tables import Notes, read_rows
from pipelines.datasets.values import day_of, outcome_of, read_each, read_filled, read_members

ASKED_KINDS = frozenset((*RelationKind, Intent.CONSORTIUM, Intent.PEER))
"""Kinds of held-out pairs that have a question of their own."""


@dataclass(frozen=True)
class Holdout:
    """Pairs that a model must find.

    Parameters
    ----------
    pairs
        Source and target, each pair once, sorted; shape (p, 2).
    kinds
        Kind of each pair, one of `ASKED_KINDS` or as the file words it; empty where it says none.
    """

    pairs: Rows
    kinds: list[str]


@dataclass(frozen=True)
class Labels:
    """Pairs whose outcome is known, to learn from.

    Parameters
    ----------
    rows
        Source and target; shape (l, 2).
    label
        1 for a success, 0 for a failure; shape (l,).
    day
        Proleptic Gregorian ordinal (`datetime.date.toordinal`), 0 where not known; shape (l,).
    """

    rows: Rows
    label: npt.NDArray[np.int8]
    day: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Field:
    """Among whom pairs are sought.

    Parameters
    ----------
    territory
        Number of the territory of each row; shape (n,).
    queries, answers
        Who may ask, and who may be an answer; shape (n,).
    cross
        Whether pairs within one territory are no pairs.
    directed
        Whether source and target are not the same role.
    """

    territory: npt.NDArray[np.int16]
    queries: Flags
    answers: Flags
    cross: bool
    directed: bool


def read_chosen(path: Path | None, row_of: Mapping[str, int]) -> tuple[Flags, Notes]:
    """Read which companies may ask, or may be an answer; all where there is no table.

    Parameters
    ----------
    path
        Table with the column `id`.
    row_of
        Row number of each id.

    Raises
    ------
    DatasetError
        If it names nobody, or an id is not known.
    """
    if path is None:
        return np.ones(len(row_of), dtype=bool), ()
    table = read_rows(path, ("id",))
    rows = read_members(table, ("id",), row_of)[:, 0]
    if not len(rows):
        raise table.error("names no company", "Write ids below the header, or remove the file")
    chosen = np.zeros(len(row_of), dtype=bool)
    chosen[rows] = True
    return chosen, table.ignored_note()


def read_holdout(
    path: Path, row_of: Mapping[str, int], groups: GroupRows, field: Field
) -> tuple[Holdout, Notes]:
    """Read the pairs to be found, and leave out those that no model could or should find.

    Without `directed` a pair and its mirror are one pair, written as the file has it, or from the
    lower row where the file has both.

    Parameters
    ----------
    path
        Table with `source`, `target` and, where pairs have kinds, `kind`.
    row_of
        Row number of each id.
    groups
        The relations that the model may see; whom they make acquainted is not to be found.
    field
        Among whom pairs are sought.

    Raises
    ------
    DatasetError
        If there are no pairs, none remains, or an id is not known.
    """
    table = read_rows(path, ("source", "target"), ("kind",))
    rows = read_members(table, ("source", "target"), row_of)
    if not len(rows):
        raise table.error("holds no pairs", "Write the pairs to be found below the header")
    kinds = [str(KIND_NAMES.get(fold(text), text)) for text in table.texts("kind")]
    unknown = sorted({kind for kind in kinds if kind and kind not in ASKED_KINDS})
    order = np.lexsort((np.array(kinds), rows[:, 1], rows[:, 0]))
    keep = np.ones(len(rows), dtype=bool)
    notes = table.ignored_note() + table.note(
        f"held-out pairs of unknown kinds ({', '.join(map(repr, unknown))}), asked for as if they "
        "named none",
        sum(kind in unknown for kind in kinds),
    )
    for what, wrong in _reasons(rows, order, groups, field):
        notes += table.note(f"held-out pairs {what}, left out", int((wrong & keep).sum()))
        keep &= ~wrong
    if not keep.any():
        raise table.error("no held-out pair remains", f"Mend this first: {' '.join(notes)[:-1]}")
    kept = order[keep[order]]
    return Holdout(rows[kept], [kinds[place] for place in kept]), notes


def _reasons(rows: Rows, order: Rows, groups: GroupRows, field: Field) -> list[tuple[str, Flags]]:
    """Why pairs are left out, and which; shape (p,) each."""
    source, target = rows.T
    asks = field.queries[source] & field.answers[target]
    asked = field.queries[target] & field.answers[source]
    reasons = [
        ("of a company with itself", source == target),
        ("that repeat another", _repeated(rows, order, directed=field.directed)),
        ("whose relation is visible", _acquainted(rows, groups, len(field.queries))),
        ("of which neither side may ask for the other", ~(asks | asked)),
    ]
    if field.cross:
        inside = field.territory[source] == field.territory[target]
        reasons.append(("within one territory", inside))
    return reasons


def _repeated(rows: Rows, order: Rows, *, directed: bool) -> Flags:
    """Which pairs come later in the order than an equal one."""
    keys = rows if directed else np.sort(rows, axis=1)
    _, first = np.unique(keys[order], axis=0, return_index=True)
    repeated = np.ones(len(rows), dtype=bool)
    repeated[order[first]] = False
    return repeated


def _acquainted(rows: Rows, groups: GroupRows, n_companies: int) -> Flags:
    """Which pairs share a relation whose members have met."""
    met = [
        members
        for members, kind in zip(groups.members, groups.kinds, strict=True)
        if kind in KNOWS_EACH_OTHER
    ]
    columns = np.repeat(np.arange(len(met)), [len(members) for members in met])
    members = np.concatenate([*met, np.zeros(0, np.int64)])
    membership = sparse.csr_array(
        (np.ones(len(members), np.int32), (members, columns)), shape=(n_companies, len(met))
    )
    shared: Rows = membership[rows[:, 0]].multiply(membership[rows[:, 1]]).sum(axis=1)
    return shared > 0


def read_labels(path: Path, row_of: Mapping[str, int], holdout: Holdout) -> tuple[Labels, Notes]:
    """Read known outcomes, and leave out those that would give the held-out pairs away.

    Parameters
    ----------
    path
        Table with `source`, `target`, `label` and, where outcomes have days, `date`.
    row_of
        Row number of each id.
    holdout
        Pairs that are to be found; their outcome, either way round, may not be learned from.

    Raises
    ------
    DatasetError
        If a row is not understood.
    """
    table = read_rows(path, ("source", "target", "label"), ("date",))
    rows = read_members(table, ("source", "target"), row_of)
    read_filled(table, "label")
    outcomes = read_each(table, "label", outcome_of)
    days = [day.toordinal() if day else 0 for day in read_each(table, "date", day_of)]
    every = np.column_stack([rows, np.array(outcomes, dtype=np.int64), np.array(days, np.int64)])
    distinct = np.unique(every.reshape(-1, 4), axis=0)
    itself = distinct[:, 0] == distinct[:, 1]
    hidden = {frozenset(pair) for pair in holdout.pairs.tolist()}
    leaking = np.array([frozenset(pair) in hidden for pair in distinct[:, :2].tolist()], dtype=bool)
    kept = distinct[~itself & ~leaking]
    notes = (
        *table.ignored_note(),
        *table.note("rows that repeat another, counted once", len(every) - len(distinct)),
        *table.note("outcomes of a company with itself, set aside", int(itself.sum())),
        *table.note("outcomes of held-out pairs, set aside", int(leaking.sum())),
    )
    labels = Labels(kept[:, :2], kept[:, 2].astype(np.int8), kept[:, 3].astype(np.int32))
    return labels, notes
