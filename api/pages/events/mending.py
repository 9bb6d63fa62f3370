"""Rows of a spreadsheet that were set apart, shown as inputs, mended, and read once more.

Nothing of a bad row is stored: it travels in the form. What does not fit on a page as inputs
travels beside them as one text, and comes up when the first ones are done.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson
from fastapi import Request
from fastapi.responses import Response

from api.errors import BadValueError
from api.pages.events.head import EventHead
from api.pages.forms import Form
from api.pages.rendering import render, typeset
from api.security import LONGEST_FIELD, MOST_FIELDS
from matchmaker.events.exports.sheets import Cell
from matchmaker.events.exports.sheets import Sheet as ListSheet
from matchmaker.events.registration_sheets import RegistrationImport
from matchmaker.events.wish_sheets import WishImport
from matchmaker.tabular.rejects import Reject
from matchmaker.tabular.sheets import Sheet, SheetRow
from matchmaker.tabular.tables import detect_separator
from matchmaker.tabular.wording import reason_text
from matchmaker.texts import Language, say

MOST_SHOWN = 60
"""Rows that are shown as inputs: more are tiresome on one page."""
LAST_LINE = 999_999_999
"""Largest number of a line that a form may name; no file is so long."""
_SPARE_FIELDS = 100
_SPARE_BYTES = 8_192

What = Literal["registrations", "wishes"]
_PATHS: dict[What, str] = {"registrations": "inscriptions", "wishes": "souhaits"}


@dataclass(frozen=True)
class BadRow:
    """A row that was set apart.

    Parameters
    ----------
    line
        In the file.
    cells
        Its texts, one for each column.
    column
        The column to blame; none of the header where the row as a whole is.
    reason
        As the reader of the file gives it; empty of a row that is right and was not written.
    """

    line: int
    cells: tuple[str, ...]
    column: str
    reason: str


@dataclass(frozen=True)
class Mended:
    """What a spreadsheet brought, and the rows that are still to be mended.

    Parameters
    ----------
    what
        What its rows are.
    name
        Of the file.
    columns
        Its header.
    rows
        Bad rows, in the order of the file.
    new, changed, unchanged
        Rows that were right.
    ignored
        Columns that nothing was read from.
    taken
        Whom the right rows mean, as texts.
    """

    what: What
    name: str
    columns: tuple[str, ...]
    rows: tuple[BadRow, ...]
    new: int
    changed: int
    unchanged: int
    ignored: tuple[str, ...]
    taken: tuple[str, ...]

    @classmethod
    def of_registrations(cls, sheet: Sheet, found: RegistrationImport) -> Mended:
        """Sum up an import of registrations."""
        return _mended("registrations", sheet, found, sorted(found.taken))

    @classmethod
    def of_wishes(cls, sheet: Sheet, found: WishImport) -> Mended:
        """Sum up an import of wishes."""
        pairs = sorted(f"{wisher}>{wished}" for wisher, wished in found.taken)
        return _mended("wishes", sheet, found, pairs)

    @classmethod
    def unwritten(
        cls, what: What, sheet: Sheet, rejects: Iterable[Reject], taken: Iterable[str]
    ) -> Mended:
        """Keep every row of a table of which nothing could be written."""
        faults = {reject.line: reject for reject in rejects}
        rights = [Reject(row.line, "", "", "") for row in sheet.rows if row.line not in faults]
        rows = _bad_rows(sheet, [*faults.values(), *rights])
        return cls(what, sheet.path.name, sheet.header, rows, 0, 0, 0, (), tuple(taken))

    @property
    def is_new(self) -> bool:
        """Whether anything was taken over."""
        return bool(self.new or self.changed)


def _mended(
    what: What, sheet: Sheet, found: RegistrationImport | WishImport, taken: Iterable[str]
) -> Mended:
    rows = _bad_rows(sheet, found.rejects)
    counts = (found.new, found.changed, found.unchanged)
    name = sheet.path.name
    return Mended(what, name, sheet.header, rows, *counts, found.ignored_columns, tuple(taken))


def _bad_rows(sheet: Sheet, rejects: Iterable[Reject]) -> tuple[BadRow, ...]:
    cells = {row.line: row.cells for row in sheet.rows}
    return tuple(
        BadRow(
            reject.line,
            _cells_of(reject, cells.get(reject.line), sheet.header),
            reject.column,
            reject.reason,
        )
        for reject in sorted(rejects, key=lambda each: each.line)
    )


def _cells_of(reject: Reject, cells: Any, header: Sequence[str]) -> tuple[str, ...]:  # noqa: ANN401
    """Cells of a bad row; those of a line with too few or too many are cut anew."""
    if cells is not None:
        return tuple(cells[name] for name in header)
    pieces = _pieces(reject.value)
    whole = (*pieces[: len(header) - 1], " ".join(pieces[len(header) - 1 :]))
    return (*whole, *[""] * (len(header) - len(whole)))


def _pieces(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=detect_separator(line)), [])
    except csv.Error:
        return [line]


def mend_page(
    request: Request,
    language: Language,
    head: EventHead,
    mended: Mended,
    *,
    status: int | None = None,
    refused: str = "",
) -> Response:
    """Show what came in, and the rows that did not, as inputs.

    Parameters
    ----------
    head
        Of the event as it is now.
    status
        Of the answer; by default 200 where something came in, 422 where nothing did.
    refused
        Why the last try was refused as a whole; empty where it was not.
    """
    shown, rest = _split(mended)
    beside, lost = _packed(rest)
    return render(
        request,
        "events/mend.html",
        language,
        status=status or (200 if mended.is_new else 422),
        head=head,
        tab=mended.what,
        mended=mended,
        action=f"{head.home}/{_PATHS[mended.what]}/corriger",
        back=f"{head.home}/{_PATHS[mended.what]}",
        download=f"{head.home}/{_PATHS[mended.what]}/rejets.csv",
        rows=[(row, _reason(row, language)) for row in shown],
        wrong=sum(bool(row.reason) for row in mended.rows),
        rest=beside,
        waiting=len(rest) - lost,
        lost=lost,
        taken=_joined(mended.taken),
        refused=refused,
    )


def _reason(row: BadRow, language: Language) -> str:
    return typeset(language, reason_text(row.reason, language)) if row.reason else ""


def _split(mended: Mended) -> tuple[Sequence[BadRow], Sequence[BadRow]]:
    """Part the rows that fit on a page as inputs from the others."""
    room = (MOST_FIELDS - _SPARE_FIELDS - len(mended.columns)) // (len(mended.columns) + 2)
    most = max(0, min(MOST_SHOWN, room))
    return mended.rows[:most], mended.rows[most:]


def _packed(rows: Sequence[BadRow]) -> tuple[str, int]:
    """Write rows as one text that fits into a field, and count those that do not."""
    kept, size = [], 2
    for row in rows:
        text = orjson.dumps([row.line, row.cells])
        # As it leaves the browser: every byte may take three.
        size += len(text) + 1
        if size > LONGEST_FIELD - _SPARE_BYTES:
            break
        kept.append(text.decode())
    return f"[{','.join(kept)}]" if kept else "", len(rows) - len(kept)


def _joined(names: Iterable[str]) -> str:
    text = " ".join(names)
    longest = LONGEST_FIELD - _SPARE_BYTES
    return text if len(text) <= longest else text[:longest].rpartition(" ")[0]


def sent_rows(form: Form) -> Sheet:
    """Make the table of the mended rows of a form, as if it were a file with these rows alone.

    Rows that were ticked to be left, and rows without any text, are not in it.

    Raises
    ------
    BadValueError
        If the form is not one of ours.
    """
    columns = tuple(form.texts("colonne"))
    cells, lines = form.texts("cellule"), form.texts("ligne")
    if not columns or len(set(columns)) < len(columns) or len(cells) != len(lines) * len(columns):
        raise BadValueError("the rows of the form do not fit its columns; send the file again.")
    left, width = set(form.texts("laisser")), len(columns)
    shown = [
        (line, cells[place * width : (place + 1) * width])
        for place, line in enumerate(lines)
        if line not in left
    ]
    rows = [_row(line, texts, columns) for line, texts in [*shown, *_unpacked(form.exact("reste"))]]
    name = form.text("nom")[:200] or "lignes.csv"
    return Sheet(Path(name), columns, tuple(row for row in rows if any(row.cells.values())))


def _unpacked(text: str) -> list[tuple[Any, Any]]:
    try:
        return [(line, cells) for line, cells in orjson.loads(text or "[]")]
    except (orjson.JSONDecodeError, TypeError, ValueError):
        raise BadValueError("the rows beside the form are damaged; send the file again.") from None


def _row(line: Any, texts: Any, columns: Sequence[str]) -> SheetRow:  # noqa: ANN401 - sent by anyone
    try:
        number, cells = int(line), [str(text).replace("\x00", "").strip() for text in texts]
        if not 0 <= number <= LAST_LINE:
            raise ValueError(number)
        return SheetRow(number, dict(zip(columns, cells, strict=True)))
    except (TypeError, ValueError):
        raise BadValueError("a row of the form is damaged; send the file again.") from None


def sent_taken(form: Form) -> Collection[str]:
    """Whom the rows that came in before mean, as the form carries them."""
    return form.text("pris").split()


def sent_taken_pairs(form: Form) -> frozenset[tuple[str, str]]:
    """Who says something of whom in the rows that came in before."""
    pairs = (text.partition(">") for text in sent_taken(form))
    return frozenset((wisher, wished) for wisher, _, wished in pairs)


def rejects_list(mended: Mended, language: Language) -> ListSheet:
    """List the bad rows with their reasons, to be mended in a spreadsheet."""
    headers = (
        *mended.columns,
        say(language, "event_pages.mend.line"),
        say(language, "event_pages.mend.reason"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (*row.cells, row.line, f"{row.column} : {reason_text(row.reason, language)}")
        for row in mended.rows
    )
    return ListSheet(say(language, "event_pages.mend.sheet"), headers, rows)
