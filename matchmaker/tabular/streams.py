"""The bytes of a table, whatever it is packed in: plain text, gzip, or zip with one CSV member."""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from matchmaker.errors import InputFileError

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
PARQUET_MAGIC = b"PAR1"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"

_PIECE_BYTES = 128 * 1024

UNPACKING_ERRORS = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error)
"""What reading a damaged archive raises, possibly far into it."""


@dataclass
class ByteStream:
    """Unpacked bytes of a file, with the place that was reached in the file itself.

    Parameters
    ----------
    total
        Size of the file.
    packed
        The file.
    unpacked
        Its content.
    """

    total: int
    packed: BinaryIO
    unpacked: IO[bytes]

    def read(self, size: int) -> bytes:
        """Read up to `size` unpacked bytes; none at the end."""
        pieces = []
        while size > 0 and (piece := self.unpacked.read(min(size, _PIECE_BYTES))):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    @property
    def done(self) -> int:
        """Bytes of the file that were used so far, at most `total`."""
        return min(self.packed.tell(), self.total)


def check_file(path: Path) -> int:
    """Size of a file that is there and holds something.

    Raises
    ------
    InputFileError
        If the file is missing, a folder, not readable, or empty.
    """
    if not path.exists():
        raise InputFileError(str(path), "there is no such file", "Check the path")
    if path.is_dir():
        raise InputFileError(str(path), "is a folder", "Name one file in it")
    if not os.access(path, os.R_OK):
        raise InputFileError(str(path), "may not be read", "Ask for the right to read it")
    size = path.stat().st_size
    if size == 0:
        raise InputFileError(str(path), "is empty", "Download or export it again")
    return size


def first_bytes(path: Path, size: int = 8) -> bytes:
    """Beginning of a file, by which its kind is known; names lie more often."""
    with path.open("rb") as file:
        return file.read(size)


def broken_archive(path: Path, error: BaseException) -> InputFileError:
    """Say that an archive is damaged; on which line of its content, nobody knows."""
    problem = "ends too early" if isinstance(error, EOFError) else f"is damaged ({error})"
    return InputFileError(str(path), f"the compressed file {problem}", "Download or copy it again")


@contextmanager
def open_text_bytes(path: Path) -> Iterator[ByteStream]:
    """Open a CSV file, unpacking gzip and zip.

    Raises
    ------
    InputFileError
        If the file is missing or empty, is no such file, or is a zip without exactly one CSV
        member.
    """
    total = check_file(path)
    with ExitStack() as stack:
        packed = stack.enter_context(path.open("rb"))
        magic = packed.read(8)
        packed.seek(0)
        unpacked: IO[bytes] = packed
        if magic.startswith(GZIP_MAGIC):
            unpacked = cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=packed)))
        elif magic.startswith(ZIP_MAGIC):
            unpacked = stack.enter_context(_only_csv_member(path, packed, stack))
        yield ByteStream(total, packed, unpacked)


def _is_csv(member: str) -> bool:
    """Whether a member of a zip is a CSV file, and not what a Mac writes beside each file."""
    name = PurePosixPath(member)
    return name.suffix.lower() == ".csv" and not name.name.startswith("._")


def _only_csv_member(path: Path, packed: BinaryIO, stack: ExitStack) -> IO[bytes]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(packed))
    except zipfile.BadZipFile as error:
        # Its table of contents stands at the end, so this is what zipfile says of half a zip.
        raise InputFileError(
            str(path),
            "the compressed file is damaged or ends too early",
            "Download or copy it again",
        ) from error
    names = [name for name in archive.namelist() if _is_csv(name)]
    if len(names) != 1:
        held = f"{len(names)} CSV files" if names else "no CSV file"
        raise InputFileError(
            str(path), f"the zip holds {held}, one is needed", "Unpack it and name the CSV file"
        )
    try:
        return archive.open(names[0])
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        raise InputFileError(
            str(path), f"the zip cannot be unpacked ({error})", "Unpack it and name the CSV file"
        ) from error
