"""JSON documents of a bearable size, plain or gzip-compressed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matchmaker.errors import InputFileError
from matchmaker.tabular.blocks import check_not_binary, check_text
from matchmaker.tabular.rejects import Progress, no_progress
from matchmaker.tabular.streams import (
    UNPACKING_ERRORS,
    UTF8_MARK,
    broken_archive,
    open_text_bytes,
)

MAX_BYTES = 1024 * 1024 * 1024
"""A document is held in memory whole, so a larger one is refused."""

_CHUNK = 1024 * 1024


def read_document(path: Path, *, progress: Progress = no_progress) -> Any:  # noqa: ANN401 (any JSON)
    """Read a JSON document.

    Raises
    ------
    InputFileError
        If the file cannot be read, is too large, is no UTF-8 text, or is no JSON.
    """
    content = _read_all(path, progress).removeprefix(UTF8_MARK)
    check_not_binary(path, content[:_CHUNK])
    check_text(path, content, 1)
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise InputFileError(
            str(path), f"is no JSON ({error.msg})", "Download it again", error.lineno
        ) from error
    except ValueError as error:
        # Python converts no number of more than 4,300 digits.
        raise InputFileError(
            str(path), "holds a number of too many digits", "Check that it is the right file"
        ) from error
    except RecursionError as error:
        raise InputFileError(
            str(path), "is nested too deeply", "Check that it is the right file"
        ) from error


def _read_all(path: Path, progress: Progress) -> bytes:
    chunks = []
    size = 0
    with open_text_bytes(path) as stream:
        try:
            while chunk := stream.read(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_BYTES:
                    raise InputFileError(
                        str(path),
                        f"unpacks to more than {MAX_BYTES} bytes",
                        "Import it in parts, such as the files of single months",
                    )
                progress(stream.done, stream.total)
        except UNPACKING_ERRORS as error:
            raise broken_archive(path, error) from error
    return b"".join(chunks)
