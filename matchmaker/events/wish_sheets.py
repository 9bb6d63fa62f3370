"""Wishes from a spreadsheet, with the rows set apart that name nobody or say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.events.participant_index import ParticipantIndex
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.spelling import fold
from matchmaker.tabular.cells import read_yes_no
from matchmaker.tabular.rejects import BadValueError, Reject
from matchmaker.tabular.sheets import Sheet, SheetRow, match_columns

WISH_COLUMNS: dict[str, tuple[str, ...]] = {
    "wisher": ("de", "from", "demandeur"),
    "wished": ("a", "vers", "to", "souhaite rencontrer"),
    "kind": ("souhait", "wish"),
    "met_before": ("deja rencontre", "met before"),
}
"""Fields of a wish and the column names under which they may come, case and accents aside."""

WISH_NAMES: dict[str, WishKind] = {
    **{kind.value: kind for kind in WishKind},
    "imperatif": WishKind.MUST,
    "obligatoire": WishKind.MUST,
    "oui": WishKind.YES,
    "non": WishKind.NO,
}
"""Wishes as people write them, in English and in French."""

UNKNOWN = "participant is not registered for this event"
AMBIGUOUS = "several participants have this name or e-mail; write the id"
WITH_ONESELF = "participant wishes to meet themselves"
REPEATED = "wish is there twice; the first row counts"


@dataclass(frozen=True, slots=True)
class WishImport:
    """What a spreadsheet of wishes brings.

    Parameters
    ----------
    wishes
        Those that are new or changed, to be written.
    new, changed, unchanged
        Numbers of wishes.
    rejects
        Rows that are wrong: line, column, value, reason.
    ignored_columns
        Columns that nothing was read from.
    taken
        Who says something of whom in the rows, those of earlier rows included.
    """

    wishes: tuple[Wish, ...]
    new: int
    changed: int
    unchanged: int
    rejects: tuple[Reject, ...]
    ignored_columns: tuple[str, ...]
    taken: frozenset[tuple[str, str]] = frozenset()


def import_wishes(
    sheet: Sheet,
    registrations: Sequence[Registration],
    emails: Mapping[str, str],
    known: Sequence[Wish],
    earlier: frozenset[tuple[str, str]] = frozenset(),
) -> WishImport:
    """Read wishes and compare them with those that are stored. Nothing is written.

    Parameters
    ----------
    sheet
        With the columns of `WISH_COLUMNS`; all but the last are needed. Participants are named by
        id, e-mail, or a name that only one of them has.
    registrations, emails
        The participants, and their e-mails by id.
    known
        Wishes that are stored.
    earlier
        Who said something of whom in earlier rows of the same file, where its wrong rows come once
        more, mended. None if not given.

    Raises
    ------
    InputFileError
        If a column is missing, or two mean the same.
    """
    columns = match_columns(sheet, WISH_COLUMNS, ("wisher", "wished", "kind"))
    index = ParticipantIndex(registrations, emails)
    stored = {(wish.wisher, wish.wished): wish for wish in known}
    taken: dict[tuple[str, str], Wish] = {}
    rejects = list(sheet.bad_rows)
    for row in sheet.rows:
        try:
            wish = _wish(row, columns, index, stored)
            if (wish.wisher, wish.wished) in taken.keys() | earlier:
                raise BadValueError(columns["wished"], row.cells[columns["wished"]], REPEATED)
        except BadValueError as fault:
            rejects.append(fault.at(row.line))
            continue
        taken[wish.wisher, wish.wished] = wish
    new = [pair for pair in taken if pair not in stored]
    written = [wish for pair, wish in taken.items() if wish != stored.get(pair)]
    return WishImport(
        wishes=tuple(written),
        new=len(new),
        changed=len(written) - len(new),
        unchanged=len(taken) - len(written),
        rejects=tuple(rejects),
        ignored_columns=tuple(c for c in sheet.header if c not in columns.values()),
        taken=earlier | taken.keys(),
    )


def _wish(
    row: SheetRow,
    columns: dict[str, str],
    index: ParticipantIndex,
    stored: Mapping[tuple[str, str], Wish],
) -> Wish:
    wisher = _participant(row, columns["wisher"], index)
    wished = _participant(row, columns["wished"], index)
    if wisher == wished:
        raise BadValueError(columns["wished"], row.cells[columns["wished"]], WITH_ONESELF)
    before = stored.get((wisher, wished))
    met = before.met_before if before else False
    if "met_before" in columns:
        text = row.cells[columns["met_before"]]
        met = bool(text) and read_yes_no(columns["met_before"], text)
    return Wish(wisher, wished, _kind(columns["kind"], row.cells[columns["kind"]]), met)


def _participant(row: SheetRow, column: str, index: ParticipantIndex) -> str:
    text = row.cells[column]
    people = index.called(text) if text else []
    if len(people) != 1:
        raise BadValueError(column, text, AMBIGUOUS if people else UNKNOWN)
    return people[0]


def _kind(column: str, text: str) -> WishKind:
    try:
        return WISH_NAMES[fold(text)]
    except KeyError:
        raise BadValueError(column, text, f"wish is none of {', '.join(WISH_NAMES)}") from None
