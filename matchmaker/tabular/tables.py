"""Large tables as batches of checked text: CSV, CSV.gz, zip with one CSV, Parquet.

What a file is, is told by its first bytes. Every column is read as text, so that identifiers keep
their leading zeros. Memory does not grow with the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from matchmaker.errors import InputFileError
from matchmaker.tabular.blocks import (
    Layout,
    check_not_binary,
    check_text,
    cut_blocks,
    parse_block,
    too_long,
)
from matchmaker.tabular.rejects import Progress, Reject, no_progress
from matchmaker.tabular.streams import (
    PARQUET_MAGIC,
    UNPACKING_ERRORS,
    UTF8_MARK,
    UTF16_MARKS,
    ByteStream,
    broken_archive,
    check_file,
    first_bytes,
    open_text_bytes,
)

PARQUET_ROWS = 100_000
"""Rows of a Parquet file that are held at a time."""

_SEPARATORS = ",;"
_HEADER_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns to read; an optional one that the file lacks is read as missing everywhere."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table.

    Parameters
    ----------
    rows
        The rows that were asked for: the column `line`, and the columns as text.
    read
        How many rows of the file this batch stands for, those not asked for and bad ones included.
    bad_rows
        Rows that are no rows of this table.
    newest
        Newest day of the column that was asked to be watched, over all rows read.
    """

    rows: pl.DataFrame
    read: int
    bad_rows: Sequence[Reject] = ()
    newest: date | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A column of moments of which the newest day is wanted, none being later than `until`."""

    column: str
    until: date

    def expression(self) -> pl.Expr:
        """Newest day, whatever else the column holds."""
        day = pl.col(self.column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        return day.filter(day <= self.until).max()


def read_table(
    path: Path,
    columns: Columns,
    *,
    keep: pl.Expr | None = None,
    watch: Watch | None = None,
    max_line_bytes: int,
    progress: Progress = no_progress,
) -> Iterator[Batch]:
    """Read some columns of a table, batch by batch.

    Parameters
    ----------
    path
        CSV (comma or semicolon, UTF-8), the same packed with gzip or alone in a zip, or Parquet.
    columns
        Columns to read.
    keep
        Rows to keep, by their columns; the others are counted only.
    watch
        Column whose newest day is wanted.
    max_line_bytes
        A longer line is no row of a table.
    progress
        Told how far the file has been read.

    Raises
    ------
    InputFileError
        If the file as a whole cannot be read; batches that were given before are void.
    """
    total = check_file(path)
    if first_bytes(path).startswith(PARQUET_MAGIC):
        batches = _read_parquet(path, columns, keep, watch)
    else:
        batches = _read_csv(path, columns, keep, watch, max_line_bytes, progress)
    read = 0
    for batch in batches:
        read += batch.read
        yield batch
    if read == 0:
        raise InputFileError(str(path), "has a header and no rows", "Download or export it again")
    progress(total, total)


def read_header(path: Path, max_line_bytes: int) -> tuple[str, ...]:
    """Names of the columns of a CSV file.

    Raises
    ------
    InputFileError
        If the first line cannot be read.
    """
    with open_text_bytes(path) as stream:
        try:
            return _read_header(path, stream, max_line_bytes)[0].header
        except UNPACKING_ERRORS as error:
            raise broken_archive(path, error) from error


def detect_separator(header: str) -> str:
    """Comma or semicolon, whichever the header has more of."""
    return max(_SEPARATORS, key=header.count)


def check_columns(path: Path, header: Sequence[str], required: Sequence[str]) -> None:
    """Check that a file has the columns it needs, each once.

    Raises
    ------
    InputFileError
        Naming the first column that is missing or there twice.
    """
    for name in required:
        if name not in header:
            raise InputFileError(
                str(path),
                f"column {name!r} is missing",
                f"The columns needed are {', '.join(required)}",
                1,
            )
    for name in header:
        if name and header.count(name) > 1:
            raise InputFileError(
                str(path), f"column {name!r} is there twice", "Remove or rename one of them", 1
            )


def _present(columns: Columns, header: Sequence[str]) -> list[str]:
    return [*columns.required, *(name for name in columns.optional if name in header)]


def _with_absent(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    absent = [name for name in columns.optional if name not in frame.columns]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)


def _read_csv(
    path: Path,
    columns: Columns,
    keep: pl.Expr | None,
    watch: Watch | None,
    max_line_bytes: int,
    progress: Progress,
) -> Iterator[Batch]:
    with open_text_bytes(path) as stream:
        try:
            layout, rest = _read_header(path, stream, max_line_bytes)
            check_columns(path, layout.header, columns.required)
            present = _present(columns, layout.header)
            for block in cut_blocks(stream.read, rest, layout):
                frame, bad_rows = parse_block(block, layout, present)
                yield _batch(frame, columns, keep, watch, bad_rows)
                progress(stream.done, stream.total)
        except UNPACKING_ERRORS as error:
            raise broken_archive(path, error) from error


def _batch(
    frame: pl.DataFrame,
    columns: Columns,
    keep: pl.Expr | None,
    watch: Watch | None,
    bad_rows: list[Reject],
) -> Batch:
    whole = _with_absent(frame, columns)
    newest = whole.select(watch.expression()).item() if watch else None
    rows = whole if keep is None else whole.filter(keep)
    return Batch(rows, frame.height + len(bad_rows), bad_rows, newest)


def _read_header(path: Path, stream: ByteStream, max_line_bytes: int) -> tuple[Layout, bytes]:
    """Read the first line; give the layout and the bytes behind it."""
    content = stream.read(_HEADER_CHUNK)
    _check_kind(path, content)
    content = content.removeprefix(UTF8_MARK)
    while b"\n" not in content and b"\r" not in content[:-1]:
        chunk = stream.read(_HEADER_CHUNK)
        if not chunk:
            break
        content += chunk
        if len(content) > max_line_bytes:
            raise too_long(path, 1, max_line_bytes)
    first, _, rest = content.partition(b"\n")
    if not first.strip():
        raise InputFileError(str(path), "has no header", "The first line must name the columns", 1)
    return _layout_of(path, first.removesuffix(b"\r"), max_line_bytes), rest


def _check_kind(path: Path, beginning: bytes) -> None:
    """Refuse by its beginning what is not the text of a table."""
    if beginning.startswith(UTF16_MARKS):
        raise InputFileError(str(path), "is UTF-16 text", "Save it as UTF-8", 1)
    check_not_binary(path, beginning)
    if beginning.removeprefix(UTF8_MARK).lstrip().startswith(b"<"):
        raise InputFileError(
            str(path), "is a web page or XML, and no table", "Download or export it again as CSV"
        )


def _layout_of(path: Path, first: bytes, max_line_bytes: int) -> Layout:
    if b"\r" in first:
        raise InputFileError(
            str(path),
            "ends its lines with CR alone, as old Macs did",
            "Save it with line ends of Windows or Unix",
            1,
        )
    check_text(path, first, 1)
    text = first.decode()
    separator = detect_separator(text)
    try:
        header = tuple(name.strip() for name in next(csv.reader([text], delimiter=separator)))
    except csv.Error as error:
        raise InputFileError(
            str(path),
            f"the header cannot be read ({error})",
            "The first line must name the columns",
            1,
        ) from error
    return Layout(path, separator, header, max_line_bytes)


def _read_parquet(
    path: Path, columns: Columns, keep: pl.Expr | None, watch: Watch | None
) -> Iterator[Batch]:
    try:
        scan = pl.scan_parquet(path, glob=False, row_index_name="line", row_index_offset=2)
        schema = scan.collect_schema()
        check_columns(path, schema.names(), columns.required)
        present = _present(columns, schema.names())
        rows = scan.select(
            pl.col("line").cast(pl.Int64),
            *(name if schema[name] == pl.String else _as_text(name) for name in present),
        )
        yield _parquet_totals(rows, watch, present)
        if keep is not None:
            absent = [name for name in columns.optional if name not in present]
            rows = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
            rows = rows.filter(keep)
        for frame in rows.collect_batches(chunk_size=PARQUET_ROWS, maintain_order=True):
            yield Batch(_with_absent(frame, columns), 0)
    except pl.exceptions.PolarsError as error:
        raise InputFileError(
            str(path), f"the Parquet file cannot be read ({error})", "Download it again"
        ) from error


def _as_text(name: str) -> pl.Expr:
    """Text of a column that Parquet keeps as a date, a number or a truth value."""
    return pl.col(name).cast(pl.String)


def _parquet_totals(rows: pl.LazyFrame, watch: Watch | None, present: Sequence[str]) -> Batch:
    """Count the rows, which filtering within the file does not show, and see the newest day."""
    read = rows.select(pl.len()).collect().item()
    newest = None
    if watch is not None and watch.column in present:
        newest = rows.select(watch.expression()).collect(engine="streaming").item()
    nothing = pl.DataFrame(schema={"line": pl.Int64} | dict.fromkeys(present, pl.String))
    return Batch(nothing, read, (), newest)
