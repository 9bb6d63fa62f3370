"""Tables that people make: the first sheet of a workbook, or a CSV file, as rows of text."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.exceptions import InvalidFileException

from matchmaker.errors import InputFileError
from matchmaker.spelling import fold
from matchmaker.tabular.rejects import Progress, Reject, no_progress
from matchmaker.tabular.streams import ZIP_MAGIC, check_file, first_bytes
from matchmaker.tabular.tables import Columns, read_header, read_table

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
"""A workbook that unpacks to more is refused: no list of companies is that large."""

EXCEL_ERRORS = frozenset(ERROR_CODES)
"""What a cell holds whose formula failed, such as `#N/A`."""

_WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls"})
_COMPOUND_FILE_MAGIC = b"\xd0\xcf\x11\xe0"
_UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    OSError,
)
"""What openpyxl raises on a damaged workbook."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number in the file, and its text by column name."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a header; rows without any text are not in it."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    bad_rows: tuple[Reject, ...] = ()

    @property
    def read(self) -> int:
        """Rows of the table."""
        return len(self.rows) + len(self.bad_rows)


def read_sheet(
    path: Path,
    *,
    sheet: str | None = None,
    max_line_bytes: int,
    progress: Progress = no_progress,
) -> Sheet:
    """Read a table that a person made.

    Parameters
    ----------
    path
        An Excel workbook (.xlsx, .xlsm) or a CSV file; its first bytes tell which, and what is
        named like a workbook must be one.
    sheet
        Name of the sheet of a workbook; the first one where it is not given.
    max_line_bytes
        A longer line of a CSV file is no row.
    progress
        Told how far the file has been read.

    Raises
    ------
    InputFileError
        If the file as a whole cannot be read, or has no rows.
    """
    total = check_file(path)
    magic = first_bytes(path)
    if magic.startswith(_COMPOUND_FILE_MAGIC):
        raise InputFileError(
            str(path),
            "is an old Excel file (.xls) or is protected by a password",
            "Save it as .xlsx without a password",
        )
    empty = "has a header and no rows"
    if magic.startswith(ZIP_MAGIC):
        table, empty = _read_workbook(path, sheet), "the sheet has a header and no rows"
    elif path.suffix.lower() in _WORKBOOK_SUFFIXES:
        raise InputFileError(
            str(path),
            "is named like a workbook and is none",
            "Open it in Excel and save it as .xlsx or .csv",
        )
    else:
        table = _read_csv(path, max_line_bytes, progress)
    if table.read == 0:
        raise InputFileError(str(path), empty, "Fill it in or export it again")
    progress(total, total)
    return table


def match_columns(
    table: Sheet, names: Mapping[str, tuple[str, ...]], required: tuple[str, ...]
) -> dict[str, str]:
    """Find which column of a sheet holds which field.

    Parameters
    ----------
    table
        The sheet.
    names
        Names under which each field may come, without accents and in lower case.
    required
        Fields that must be there.

    Returns
    -------
    dict of str to str
        Name of the column of each field that is there.

    Raises
    ------
    InputFileError
        If a required field is missing, or two columns mean the same field.
    """
    fields = {name: field for field, known in names.items() for name in known}
    found: dict[str, str] = {}
    for column in table.header:
        field = fields.get(fold(column.replace("_", " ")))
        if field in found:
            raise InputFileError(
                str(table.path),
                f"columns {found[field]!r} and {column!r} mean the same",
                "Remove one of them",
                1,
            )
        if field is not None:
            found[field] = column
    for field in required:
        if field not in found:
            raise InputFileError(
                str(table.path),
                f"column {names[field][0]!r} is missing",
                f"Name it {' or '.join(names[field])} in the first row",
                1,
            )
    return found


def _read_csv(path: Path, max_line_bytes: int, progress: Progress) -> Sheet:
    header = tuple(name for name in read_header(path, max_line_bytes) if name)
    rows: list[SheetRow] = []
    bad_rows: list[Reject] = []
    for batch in read_table(
        path, Columns(header), max_line_bytes=max_line_bytes, progress=progress
    ):
        bad_rows.extend(batch.bad_rows)
        for line, *texts in batch.rows.iter_rows():
            cells = {name: (text or "").strip() for name, text in zip(header, texts, strict=True)}
            if any(cells.values()):
                rows.append(SheetRow(line, cells))
    return Sheet(path, header, tuple(rows), tuple(bad_rows))


def _read_workbook(path: Path, name: str | None) -> Sheet:
    with path.open("rb") as file:
        try:
            _check_package(path, file)
            return _read_worksheet(path, file, name)
        except _UNREADABLE as error:
            raise InputFileError(
                str(path),
                f"the workbook is damaged ({type(error).__name__})",
                "Copy it again, or open it in Excel and save it again",
            ) from error


def _check_package(path: Path, file: IO[bytes]) -> None:
    """Check that a zip is a workbook of bearable size; zipfile holds members to their sizes."""
    with zipfile.ZipFile(file) as package:
        unpacked = sum(member.file_size for member in package.infolist())
        if "xl/workbook.xml" not in package.namelist():
            raise InputFileError(
                str(path), "is a zip and no Excel workbook", "Save the table as .xlsx or .csv"
            )
        if unpacked > MAX_UNPACKED_BYTES:
            raise InputFileError(
                str(path),
                f"unpacks to {unpacked} bytes, more than {MAX_UNPACKED_BYTES}",
                "Save the table alone in a new workbook, or as CSV",
            )
    file.seek(0)


def _read_worksheet(path: Path, file: IO[bytes], name: str | None) -> Sheet:
    workbook = load_workbook(file, read_only=True, data_only=True)
    try:
        by_name = {worksheet.title: worksheet for worksheet in workbook.worksheets}
        chosen = name or next(iter(by_name), None)
        if chosen is None or chosen not in by_name:
            raise InputFileError(
                str(path), f"has no sheet {chosen!r}", f"Its sheets are {', '.join(by_name)}"
            )
        worksheet = by_name[chosen]
        _refuse_merged_cells(path, file, cast(Any, worksheet)._worksheet_path)
        # Some programs write wrong dimensions, beyond which openpyxl would read nothing.
        worksheet.reset_dimensions()
        rows = enumerate(worksheet.iter_rows(values_only=True), start=1)
        texts = ((line, tuple(cell_text(value) for value in row)) for line, row in rows)
        return _sheet_of(path, ((line, row) for line, row in texts if any(row)))
    finally:
        workbook.close()


def _refuse_merged_cells(path: Path, file: IO[bytes], member: str) -> None:
    """Refuse merged cells: the text of one row would be missing from the others.

    The streaming reader does not see them, so the sheet is searched for them.
    """
    with zipfile.ZipFile(file) as package:
        merged = re.search(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+(\d+)[^"]*)"', package.read(member))
    if merged:
        raise InputFileError(
            str(path),
            f"cells {merged[1].decode()} are merged",
            "Unmerge all cells and fill in every row",
            int(merged[2]),
        )


def _sheet_of(path: Path, rows: Iterator[tuple[int, tuple[str, ...]]]) -> Sheet:
    line, header = next(rows, (0, ()))
    if not line:
        raise InputFileError(str(path), "the sheet is empty", "Name the right sheet with --sheet")
    for name in header:
        if name and header.count(name) > 1:
            raise InputFileError(
                str(path), f"column {name!r} is there twice", "Remove or rename one of them", line
            )
    named = [(place, name) for place, name in enumerate(header) if name]
    return Sheet(
        path,
        tuple(name for _, name in named),
        tuple(
            SheetRow(
                line,
                {name: row[place] if place < len(row) else "" for place, name in named},
            )
            for line, row in rows
        ),
    )


def cell_text(value: object) -> str:
    """Text of a cell as a person would have typed it; a whole number has no decimals."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat() if value.time() != value.time().min else str(value.date())
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()
