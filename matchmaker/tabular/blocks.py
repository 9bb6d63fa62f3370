"""CSV text cut at row ends into blocks that fit in memory, each row with its line number.

A national register is larger than memory, a quoted field may hold line ends, and one bad row must
not cost its neighbours. So the rows are laid out here, with numpy, over a few megabytes at a time:
where each row ends, on which line it starts, whether it has as many fields as the header. A block
in which all is well is parsed by polars; any other, row by row, by the csv module.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchmaker.errors import InputFileError
from matchmaker.tabular.rejects import Reject

BLOCK_BYTES = 16 * 1024 * 1024
"""Unpacked bytes that are read at a time."""

Positions = NDArray[np.int64]

_NEWLINE, _RETURN, _QUOTE = b'\n\r"'
_PDF_MAGIC = b"%PDF"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MANY_FIELDS = "row does not have as many fields as the header"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written: its separator and its columns."""

    path: Path
    separator: str
    header: tuple[str, ...]
    max_line_bytes: int


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows.

    Parameters
    ----------
    content
        Their bytes, checked to be UTF-8 text.
    ends
        Where each row ends, its line end not included; shape (n_rows,).
    starts
        Where each row starts; shape (n_rows,).
    lines
        Line number on which each row starts; shape (n_rows,).
    regular
        Whether every row has the fields of the header and quotes where quotes belong.
    """

    content: bytes
    starts: Positions
    ends: Positions
    lines: Positions
    regular: bool


def cut_blocks(
    read: Callable[[int], bytes], rest: bytes, layout: Layout, size: int = BLOCK_BYTES
) -> Iterator[Block]:
    """Cut the rows below the header into blocks.

    Parameters
    ----------
    read
        Gives up to so many further bytes, none at the end.
    rest
        Bytes below the header that were read already.
    layout
        How the file is written.
    size
        Bytes to read at a time.

    Raises
    ------
    InputFileError
        If a line is too long, is no UTF-8 text, or holds NUL bytes.
    """
    line = 2
    ended = False
    while not ended:
        chunk = read(size)
        ended = not chunk
        content = rest + chunk
        newlines, ends, orderly = _row_ends(content, layout.separator.encode())
        if ended and content and (len(ends) == 0 or ends[-1] != len(content) - 1):
            ends = np.append(ends, len(content))
        cut = int(ends[-1]) + 1 if len(ends) else 0
        whole, rest = content[:cut], content[cut:]
        if whole:
            block = _block(whole, newlines, ends, orderly, line, layout)
            yield block
            line += whole.count(b"\n")
        if len(rest) > layout.max_line_bytes:
            raise too_long(layout.path, line, layout.max_line_bytes)


def parse_block(
    block: Block, layout: Layout, columns: Sequence[str]
) -> tuple[pl.DataFrame, list[Reject]]:
    """Read the wanted columns of a block.

    Returns
    -------
    tuple of polars.DataFrame and list of Reject
        One row per good row: its line in the column `line`, the others as text; and the bad rows.

    Raises
    ------
    InputFileError
        If a quotation mark swallows lines: how many rows it costs, nobody can tell.
    """
    if block.regular:
        frame = _parse_with_polars(block, layout, columns)
        # Where polars counts the rows in another way, its reading is not to be trusted.
        if frame is not None and frame.height == len(block.lines):
            return frame.select(pl.Series("line", block.lines), *columns), []
    return _parse_row_by_row(block, layout, columns)


def too_long(path: Path, line: int, limit: int) -> InputFileError:
    """Say that a line is longer than any row of a table."""
    return InputFileError(
        str(path),
        f"the line is longer than {limit} bytes",
        "Check that a quotation mark is not left open there and that the file is a table",
        line,
    )


def _swallowed_lines(path: Path, line: int, more: int) -> InputFileError:
    """Say that a quotation mark was left open; its row starts on the line where it stands."""
    return InputFileError(
        str(path),
        f"a quotation mark opened here runs over {more} more line{'s'[: more > 1]} "
        "that together are no row",
        "Close it, or double it if it is part of the text",
        line,
    )


def check_not_binary(path: Path, beginning: bytes) -> None:
    """Check by its beginning that a file is text, in whatever encoding.

    Raises
    ------
    InputFileError
        If it has control characters and is no UTF-8: a picture, a PDF, a program.
    """
    if beginning.startswith(_PDF_MAGIC):
        raise _no_text(path)
    if not _CONTROLS.search(beginning):
        return
    try:
        getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        raise _no_text(path) from None


def _no_text(path: Path) -> InputFileError:
    return InputFileError(str(path), "is no text file", "Check that it is the right file")


def not_utf8(path: Path, content: bytes, position: int, first_line: int) -> InputFileError:
    """Name the line of the first byte that is no UTF-8 text."""
    return InputFileError(
        str(path),
        f"is not UTF-8 text (byte 0x{content[position]:02x})",
        "Save it as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8",
        first_line + content.count(b"\n", 0, position),
    )


def check_text(path: Path, content: bytes, first_line: int) -> None:
    """Check that bytes are UTF-8 text without NUL.

    Raises
    ------
    InputFileError
        With the line of the first byte that is not.
    """
    nul = content.find(0)
    if nul >= 0:
        line = first_line + content.count(b"\n", 0, nul)
        raise InputFileError(
            str(path), "holds a NUL byte, so it is no text", "Export it again as CSV", line
        )
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise not_utf8(path, content, error.start, first_line) from error


def _block(
    content: bytes,
    newlines: Positions,
    ends: Positions,
    orderly: bool,
    first_line: int,
    layout: Layout,
) -> Block:
    starts = np.concatenate(([0], ends[:-1] + 1))
    lines = first_line + np.searchsorted(newlines, starts)
    longest = int(np.argmax(ends - starts))
    if ends[longest] - starts[longest] > layout.max_line_bytes:
        raise too_long(layout.path, int(lines[longest]), layout.max_line_bytes)
    check_text(layout.path, content, first_line)
    regular = orderly and _has_fields_of_header(content, starts, ends, layout)
    return Block(content, starts, ends, lines, regular)


def _row_ends(content: bytes, separator: bytes) -> tuple[Positions, Positions, bool]:
    """Places of all line ends, of those that end a row, and whether the quotes are orderly."""
    data = np.frombuffer(content, np.uint8)
    newlines = np.flatnonzero(data == _NEWLINE)
    if _QUOTE not in content:
        return newlines, newlines, _no_lone_returns(content)
    quotes = np.flatnonzero(data == _QUOTE)
    if not _quotes_are_orderly(data, quotes, separator[0]):
        return newlines, _row_ends_one_by_one(content, separator), False
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    return newlines, newlines[outside], _no_lone_returns(content)


def _no_lone_returns(content: bytes) -> bool:
    return content.count(b"\r") == content.count(b"\r\n")


def _quotes_are_orderly(data: NDArray[np.uint8], quotes: Positions, separator: int) -> bool:
    """Whether every odd quote opens a field and every even one closes it, or is doubled."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[opening[opening > 0] - 1]
    after = data[closing[closing < len(data) - 1] + 1]
    return bool(
        np.isin(before, (separator, _NEWLINE, _QUOTE)).all()
        and np.isin(after, (separator, _NEWLINE, _RETURN, _QUOTE)).all()
    )


@cache
def _whole_row(separator: bytes) -> re.Pattern[bytes]:
    """One row as the csv module sees it: a quote opens a field only as its first character."""
    plain = rb"[^%s\n]*+" % re.escape(separator)
    quoted = rb'"[^"]*+(?:""[^"]*+)*+"' + plain
    one_field = rb'(?:%s|(?!")%s)' % (quoted, plain)
    return re.compile(rb"(?:%s%s)*+%s\n" % (one_field, re.escape(separator), one_field))


def _row_ends_one_by_one(content: bytes, separator: bytes) -> Positions:
    pattern = _whole_row(separator)
    ends = []
    match = pattern.match(content)
    while match:
        ends.append(match.end() - 1)
        match = pattern.match(content, match.end())
    return np.array(ends, dtype=np.int64)


def _has_fields_of_header(
    content: bytes, starts: Positions, ends: Positions, layout: Layout
) -> bool:
    """Whether no row is blank and all have the separators of the header, quoted ones aside."""
    data = np.frombuffer(content, np.uint8)
    lengths = ends - starts
    returns = data[np.maximum(ends - 1, 0)] == _RETURN
    if ((lengths == 0) | ((lengths == 1) & returns)).any():
        return False
    separators = np.flatnonzero(data == ord(layout.separator))
    counts = np.searchsorted(separators, ends) - np.searchsorted(separators, starts)
    if _QUOTE in content:
        quotes = np.flatnonzero(data == _QUOTE)
        if len(quotes) % 2:
            return False
        inside = np.searchsorted(separators, quotes[1::2]) - np.searchsorted(
            separators, quotes[0::2]
        )
        rows = np.searchsorted(ends, quotes[0::2])
        counts -= np.bincount(rows, weights=inside, minlength=len(ends)).astype(np.int64)
    return bool((counts == len(layout.header) - 1).all())


def _parse_with_polars(block: Block, layout: Layout, columns: Sequence[str]) -> pl.DataFrame | None:
    wanted = {layout.header.index(name): name for name in columns}
    names = [wanted.get(place, f"unused {place}") for place in range(len(layout.header))]
    try:
        return pl.read_csv(
            block.content,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            columns=sorted(wanted),
            separator=layout.separator,
        )
    except pl.exceptions.PolarsError:
        return None


def _parse_row_by_row(
    block: Block, layout: Layout, columns: Sequence[str]
) -> tuple[pl.DataFrame, list[Reject]]:
    places = [layout.header.index(name) for name in columns]
    rows: list[tuple[int | str, ...]] = []
    rejects = []
    for start, end, line in zip(block.starts, block.ends, block.lines, strict=True):
        text = block.content[start:end].decode().removesuffix("\r")
        if not text:
            continue
        fields, problem = _fields_of(text, layout)
        more_lines = text.rstrip("\r\n").count("\n")
        if problem and more_lines:
            raise _swallowed_lines(layout.path, int(line), more_lines)
        if problem:
            rejects.append(Reject(int(line), "", text, problem))
        else:
            rows.append((int(line), *(fields[place] for place in places)))
    schema = {"line": pl.Int64} | dict.fromkeys(columns, pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row"), rejects


def _fields_of(text: str, layout: Layout) -> tuple[list[str], str | None]:
    """Fields of one row, or what is wrong with it."""
    try:
        rows = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=layout.separator, strict=True)
        )
    except csv.Error as error:
        return [], f"row cannot be read: {error}"
    if len(rows) != 1 or len(rows[0]) != len(layout.header):
        return [], _MANY_FIELDS
    return rows[0], None
