"""Reading the rejects files of a home: which there are, and what they say."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from matchmaker.errors import InputFileError
from matchmaker.tabular.rejects import Reject

FOLDER = "rejects"
"""Folder of a home that holds them; `matchmaker.tabular.rejects.Rejects` writes them."""
MOST_ROWS = 1_000_000
"""Rows after which a file is not read further: as many as a worksheet holds."""


@dataclass(frozen=True, slots=True)
class RejectsFile:
    """One rejects file.

    Parameters
    ----------
    name
        Within the folder: the kind of the import and the name of the imported file.
    size
        Bytes.
    at
        When it was written.
    """

    name: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RejectsPage:
    """A part of the rows of a file, and how many there are in all."""

    rows: tuple[Reject, ...]
    total: int


def rejects_files(home: Path) -> list[RejectsFile]:
    """List the rejects files of a home, the newest first."""
    folder = home / FOLDER
    if not folder.is_dir():
        return []
    # No link: it could lead to a file that is none of these.
    paths = [path for path in folder.glob("*.csv") if path.is_file() and not path.is_symlink()]
    found = []
    for path in paths:
        told = path.stat()
        moment = datetime.fromtimestamp(told.st_mtime, UTC)
        found.append(RejectsFile(path.name, told.st_size, moment))
    return sorted(found, key=lambda file: (file.at, file.name), reverse=True)


def rejects_path(home: Path, name: str) -> Path | None:
    """Find a file by its name in the listing; nothing where the listing has no such name.

    The name is compared and never joined to a path, so none leads out of the folder.
    """
    listed = {file.name for file in rejects_files(home)}
    return next((home / FOLDER / each for each in listed if each == name), None)


def read_rejects(path: Path) -> Iterator[Reject]:
    """Read the rows of a file, as a spreadsheet would show them.

    Raises
    ------
    InputFileError
        If it is no rejects file.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            if tuple(next(reader, ())) != Reject._fields:
                raise _unreadable(path, "has another header", 1)
            for row in islice(reader, MOST_ROWS):
                yield _reject_of(path, row, reader.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, f"cannot be read ({error})", None) from error


def rejects_page(path: Path, page: int, page_size: int) -> RejectsPage:
    """Read one page of a file, from 1; the last one where there are fewer.

    Raises
    ------
    InputFileError
        If it is no rejects file.
    """
    total = sum(1 for _ in read_rejects(path))
    first = (min(page, max(1, -(-total // page_size))) - 1) * page_size
    return RejectsPage(tuple(islice(read_rejects(path), first, first + page_size)), total)


def _reject_of(path: Path, row: list[str], line: int) -> Reject:
    if len(row) != len(Reject._fields) or not (row[0].isascii() and row[0].isdigit()):
        raise _unreadable(path, "is no row of a rejects file", line)
    return Reject(int(row[0]), *row[1:])


def _unreadable(path: Path, problem: str, line: int | None) -> InputFileError:
    return InputFileError(path.name, problem, "Run the import again", line)
