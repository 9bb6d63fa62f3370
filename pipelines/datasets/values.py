"""What the cells of a dataset mean; what is not understood is an error that names its line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import numpy as np

from matchmaker.activities import naf_code
from matchmaker.companies import SIZE_BANDS
from matchmaker.errors import UnknownCodeError
from matchmaker.tabular.cells import is_not_coded_yet
from models.inputs import Rows
from pipelines.datasets.tables import Table

Value = TypeVar("Value")

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadTextError(ValueError):
    """A text that does not mean what its column is for: what is wrong, and how to mend it."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.cure = cure


def read_each(
    table: Table, column: str, meaning: Callable[[str], Value | None]
) -> list[Value | None]:
    """Read a column, nothing where the cell is empty or the column missing.

    Parameters
    ----------
    meaning
        Reads one text, or raises `BadTextError`.

    Raises
    ------
    DatasetError
        Naming the first line whose text is not understood.
    """
    known: dict[str, Value | None] = {"": None}
    texts = table.texts(column)
    for place, text in enumerate(texts):
        if text not in known:
            try:
                known[text] = meaning(text)
            except BadTextError as error:
                raise table.error(f"{column}: {error.problem}", error.cure, place) from error
    return [known[text] for text in texts]


def day_of(text: str) -> date:
    """Read a day.

    Raises
    ------
    BadTextError
        If it is not written YYYY-MM-DD, or no day of the calendar.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadTextError(f"{text!r} is no day", "Write days as YYYY-MM-DD, for example 2026-03-31")


def trade_of(text: str) -> str | None:
    """Read a sub-class of NAF rev. 2, with or without its dot; nothing where it is to come.

    Raises
    ------
    BadTextError
        If there is no such code.
    """
    if is_not_coded_yet(text):
        return None
    try:
        return naf_code(text)
    except UnknownCodeError as error:
        problem, _, hint = str(error).partition("; ")
        raise BadTextError(problem, hint[:1].upper() + hint[1:]) from error


def size_band_of(text: str) -> str:
    """Read a staff band of Sirene.

    Raises
    ------
    BadTextError
        If there is no such band.
    """
    if text not in SIZE_BANDS:
        bands = ", ".join(SIZE_BANDS)
        raise BadTextError(f"{text!r} is no staff band of Sirene", f"Use one of {bands}")
    return text


def number_between(low: float, high: float) -> Callable[[str], float]:
    """Make the reader of decimal numbers from `low` to `high`, both included."""

    def number_of(text: str) -> float:
        number = _number_of(text)
        if not low <= number <= high:
            raise BadTextError(f"{text} is out of range", f"It must be from {low:g} to {high:g}")
        return number

    return number_of


def weight_of(text: str) -> float:
    """Read how much a relation counts.

    Raises
    ------
    BadTextError
        If it is no number, or not from 1e-6 to 1e6.
    """
    return number_between(1e-6, 1e6)(text)


def outcome_of(text: str) -> int:
    """Read whether a pair came to something, 1, or to nothing, 0.

    Raises
    ------
    BadTextError
        If it is neither.
    """
    if text not in ("0", "1"):
        raise BadTextError(f"{text!r} is neither 0 nor 1", "Write 1 for a success, 0 for a failure")
    return int(text)


def _number_of(text: str) -> float:
    number = float(text) if _NUMBER.fullmatch(text) else math.inf
    if not math.isfinite(number):
        raise BadTextError(
            f"{text!r} is no number",
            "Write digits with a decimal point, or leave the cell empty where it is not known",
        )
    return number


def read_filled(table: Table, column: str) -> list[str]:
    """Read a column of texts that no row may lack.

    Raises
    ------
    DatasetError
        If one is empty.
    """
    texts = table.texts(column)
    if "" in texts:
        raise table.error(f"{column} is empty", "Fill it in, or take the row out", texts.index(""))
    return texts


def read_members(table: Table, columns: Sequence[str], row_of: Mapping[str, int]) -> Rows:
    """Read columns of companies.

    Parameters
    ----------
    columns
        Columns of ids.
    row_of
        Row number of each id.

    Returns
    -------
    Rows
        Shape (rows of the table, columns).

    Raises
    ------
    DatasetError
        If an id is empty or no company has it.
    """
    ids = [read_filled(table, column) for column in columns]
    unknown = {id_ for column in ids for id_ in column if id_ not in row_of}
    if unknown:
        place = next(k for k, row in enumerate(zip(*ids, strict=True)) if unknown & set(row))
        first = next(column[place] for column in ids if column[place] in unknown)
        raise table.error(
            f"{first!r} is no id of the companies (unknown ids in the file: {len(unknown)})",
            "Add them to the companies, or take their rows out",
            place,
        )
    rows = [[row_of[id_] for id_ in column] for column in ids]
    return np.array(rows, dtype=np.int64).reshape(len(columns), -1).T
