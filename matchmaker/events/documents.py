"""Problems and plans as JSON documents: read with one clear error, written in one piece."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from matchmaker.errors import ProblemError

MAX_BYTES = 100 * 1024 * 1024
"""A larger problem file is refused: the largest event has some megabytes."""


class Document(BaseModel):
    """A part of a problem or a plan: immutable, and nothing in it that nobody reads."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, ser_json_inf_nan="null"
    )


AnyDocument = TypeVar("AnyDocument", bound=Document)


def read_document(path: Path, kind: type[AnyDocument]) -> AnyDocument:
    """Read a document from a file.

    Parameters
    ----------
    path
        A JSON file in UTF-8.
    kind
        What it must be.

    Raises
    ------
    ProblemError
        If the file cannot be read, is no JSON, or breaks the documented form; one sentence that
        names the first place that is wrong.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ProblemError(f"{path}: has {size} bytes, more than {MAX_BYTES}. Is it the file?")
        data = path.read_bytes()
    except OSError as error:
        raise ProblemError(
            f"{path}: cannot be read ({error.strerror}). Check the path and its permissions."
        ) from error
    return parse_document(data, kind, str(path))


def parse_document(data: bytes, kind: type[AnyDocument], where: str) -> AnyDocument:
    """Read a document from bytes; `where` names them in an error."""
    try:
        orjson.loads(data)
        json.loads(data, object_pairs_hook=_each_once)
    except (orjson.JSONDecodeError, json.JSONDecodeError) as error:
        raise ProblemError(
            f"{where}: is no JSON (line {error.lineno}, column {error.colno}: {error.msg}). "
            "Write it as in docs/events.md."
        ) from error
    except _RepeatedKeyError as error:
        raise ProblemError(
            f"{where}: {error.args[0]!r} is there twice in one object. Remove one of them."
        ) from error
    except RecursionError as error:
        raise ProblemError(f"{where}: is nested too deeply. Is it the file?") from error
    return _checked(data, kind, where)


class _RepeatedKeyError(ValueError):
    """A key that is there twice: the first value would be lost."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKeyError(key)
        found[key] = value
    return found


def document_of(tree: object, kind: type[AnyDocument], where: str) -> AnyDocument:
    """Check a parsed tree against the form of a document.

    Raises
    ------
    ProblemError
        With the first place that is wrong, and how many more there are.
    """
    try:
        data = orjson.dumps(tree)
    except orjson.JSONEncodeError as error:
        raise ProblemError(f"{where}: cannot be written as JSON ({error}).") from error
    return _checked(data, kind, where)


def _checked(data: bytes, kind: type[AnyDocument], where: str) -> AnyDocument:
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise ProblemError(f"{where}: {_first_problem(error)}") from error


def _first_problem(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    first = problems[0]
    message = first["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    place = _place(first["loc"])
    count = len({_place(problem["loc"]) for problem in problems}) - 1
    more = "" if count == 0 else " (1 more place is wrong.)"
    more = more if count < 2 else f" ({count} more places are wrong.)"
    return f"{place}: {message}.{more}" if place else f"{message}.{more}"


_KINDS = frozenset({"constrained-str", "constrained-int", "str", "int", "float"})
"""What pydantic adds to a place for each kind that a value may be of."""


def _place(steps: tuple[int | str, ...]) -> str:
    """Write where a value is; rows of a list count from 1."""
    named = [step for step in steps if step not in _KINDS]
    return "".join(
        f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in named
    ).lstrip(".")


def write_document(path: Path, document: Document) -> None:
    """Write a document in one piece: a crash leaves the file that was there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(document_bytes(document))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def document_bytes(document: Document) -> bytes:
    """Write a document as readable JSON in UTF-8; what is not given is null."""
    tree = document.model_dump(mode="json")
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def json_schema(kind: type[Document]) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a document."""
    return kind.model_json_schema()
