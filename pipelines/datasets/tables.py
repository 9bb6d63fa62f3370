"""One table of a dataset folder as checked text: CSV, the same packed with gzip, or Parquet.

Every column is read as text, so that identifiers keep their leading zeros; what is missing is the
empty text. A dataset is measured whole or not at all: the first bad row is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl

from matchmaker.errors import DatasetError, InputFileError
from matchmaker.tabular.blocks import Layout, cut_blocks, parse_block
from matchmaker.tabular.streams import (
    UNPACKING_ERRORS,
    UTF8_MARK,
    broken_archive,
    check_file,
    open_text_bytes,
)
from matchmaker.tabular.tables import check_columns, detect_separator, read_header

ENDINGS = (".csv", ".csv.gz", ".parquet")

LONGEST_LINE_BYTES = 4_194_304
"""A longer line is no row of a table."""

Notes = tuple[str, ...]
"""Sentences on what was set aside, and how many."""

_WHOLE = 2**62
_FIRST_ROW = 2
_TEXT_TYPES = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Null)


@dataclass(frozen=True)
class Table:
    """The wanted columns of one file.

    Parameters
    ----------
    path
        The file.
    rows
        The column `line` (the header is line 1, of a Parquet file as well), and the wanted columns
        that the file has, as stripped text.
    ignored
        Columns that are not read.
    """

    path: Path
    rows: pl.DataFrame
    ignored: tuple[str, ...]

    def has(self, column: str) -> bool:
        """Whether the file has a column."""
        return column in self.rows.columns

    def texts(self, column: str) -> list[str]:
        """Values of a column; empty texts where the file has no such column."""
        return self.rows[column].to_list() if self.has(column) else [""] * self.rows.height

    def note(self, what: str, count: int) -> Notes:
        """Say how often something was done to the rows of the file; nothing if it never was."""
        return (f"{self.path.name}: {what}: {count}.",) if count else ()

    def ignored_note(self) -> Notes:
        """Say which columns are not read."""
        names = ", ".join(repr(name) for name in sorted(self.ignored))
        return (f"{self.path.name}: columns that are not read: {names}.",) if names else ()

    def error(self, problem: str, cure: str, place: int | None = None) -> DatasetError:
        """Say what is wrong with the file, or with its row at some place."""
        line = None if place is None else int(self.rows["line"][place])
        return DatasetError(str(self.path), problem, cure, line)


def find_table(folder: Path, name: str) -> Path | None:
    """Find a table by its name, in whatever form it is.

    Raises
    ------
    DatasetError
        If it is there in two forms.
    """
    found = [path for ending in ENDINGS if (path := folder / f"{name}{ending}").exists()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise DatasetError(str(folder), f"holds both {names}", "Keep one of them")
    return found[0] if found else None


def read_rows(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read a table.

    Parameters
    ----------
    path
        The file.
    required, optional
        Columns to read; others are ignored.

    Raises
    ------
    DatasetError
        If the file cannot be read, lacks a required column, or a row is not as the header says.
    """
    read = _read_parquet if path.suffix == ".parquet" else _read_csv
    header = column_names(path)
    try:
        check_columns(path, header, required)
        wanted = [name for name in (*required, *optional) if name in header]
        rows = read(path, header, wanted)
    except InputFileError as error:
        raise DatasetError(error.path, error.problem, error.cure, error.line) from error
    stripped = rows.with_columns(pl.col(wanted).fill_null("").str.strip_chars())
    return Table(path, stripped, tuple(name for name in header if name not in wanted))


def column_names(path: Path) -> tuple[str, ...]:
    """Names of the columns of a table.

    Raises
    ------
    DatasetError
        If the file or its header cannot be read.
    """
    try:
        check_file(path)
        if path.suffix != ".parquet":
            return read_header(path, LONGEST_LINE_BYTES)
        return tuple(pl.read_parquet_schema(path))
    except InputFileError as error:
        raise DatasetError(error.path, error.problem, error.cure, error.line) from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise _broken_parquet(path, error) from error


def _read_csv(path: Path, header: tuple[str, ...], wanted: Sequence[str]) -> pl.DataFrame:
    try:
        with open_text_bytes(path) as stream:
            content = stream.read(_WHOLE)
    except UNPACKING_ERRORS as error:
        raise broken_archive(path, error) from error
    first, _, rest = content.removeprefix(UTF8_MARK).partition(b"\n")
    if detect_separator(first.decode()) == ";":
        raise InputFileError(
            str(path), "has semicolons between its columns", "Write commas between them", 1
        )
    layout = Layout(path, ",", header, LONGEST_LINE_BYTES)
    frames = [pl.DataFrame(schema={"line": pl.Int64} | dict.fromkeys(wanted, pl.String))]
    for block in cut_blocks(BytesIO(rest).read, b"", layout):
        frame, bad_rows = parse_block(block, layout, wanted)
        if bad_rows:
            raise InputFileError(
                str(path),
                bad_rows[0].reason,
                "Check its commas, and put texts that hold a comma between quotation marks",
                bad_rows[0].line,
            )
        frames.append(frame)
    return pl.concat(frames)


def _read_parquet(path: Path, header: tuple[str, ...], wanted: Sequence[str]) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path, columns=list(wanted), glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise _broken_parquet(path, error) from error
    texts = [_text_of(path, column) for column in frame.iter_columns()]
    return pl.DataFrame(texts).with_row_index("line", _FIRST_ROW).cast({"line": pl.Int64})


def _text_of(path: Path, column: pl.Series) -> pl.Series:
    """Write a column of a Parquet file as text."""
    if not (column.dtype.is_numeric() or isinstance(column.dtype, _TEXT_TYPES)):
        raise InputFileError(
            str(path),
            f"column {column.name!r} is of the type {column.dtype}",
            "Store it as text, whole numbers, decimal numbers or dates",
        )
    text = column.cast(pl.String)
    if column.dtype.is_float() and not column.is_finite().all():
        place = int((~column.is_finite()).fill_null(False).arg_max() or 0)
        raise InputFileError(
            str(path),
            f"column {column.name!r} holds {text[place]}",
            "Leave a missing value empty (null)",
            place + _FIRST_ROW,
        )
    if text.str.contains("\0", literal=True).any():
        raise InputFileError(
            str(path), f"column {column.name!r} holds a NUL character", "Take it out"
        )
    return text


def _broken_parquet(path: Path, error: BaseException) -> DatasetError:
    reason = (str(error).strip().splitlines() or ["no reason given"])[0]
    return DatasetError(
        str(path), f"the Parquet file cannot be read ({reason})", "Download or write it again"
    )
