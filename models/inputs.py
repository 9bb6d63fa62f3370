"""What the model sees: one row per company, and which rows each relation ties together.

Rows are sorted by department, then SIRET, so that "the other departments" are at most two
contiguous runs and the order of the input files cannot change a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.relations import RelationKind

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
SparseRows: TypeAlias = "sparse.csr_array[Any, tuple[int, int]]"


def empty_rows(shape: tuple[int, int]) -> SparseRows:
    """Make a sparse array without entries."""
    nothing = np.zeros(0, np.float32), (np.zeros(0, np.int64), np.zeros(0, np.int64))
    matrix: SparseRows = sparse.coo_array(nothing, shape=shape).tocsr()
    return matrix


def entries(matrix: SparseRows, row: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Columns and values of one row; scipy's own slicing builds a whole array for it."""
    start, end = matrix.indptr[row], matrix.indptr[row + 1]
    return matrix.indices[start:end], matrix.data[start:end]


UNKNOWN = -1
"""Code of a category that is not known, in every integer column."""


@dataclass(frozen=True)
class CompanyRows:
    """One row per company; every sequence has the same length.

    Parameters
    ----------
    sirets
        Strings of 14 digits, shape (n,).
    departments
        Distinct department codes, sorted.
    department
        Position in `departments`, ascending, shape (n,).
    trade
        NAF positions at the levels section, division, group, class and sub-class, shape (n, 5).
    sector
        Position of the input-output sector, shape (n,).
    size
        Rank of the staff band (`matchmaker.companies.size_rank`), shape (n,).
    position
        Unit vectors from the centre of the Earth, zero where no place is known, shape (n, 3).
    located
        Whether the position is that of the establishment or its commune, not just the centre of
        its department, shape (n,).
    activity, offers, needs
        Declared texts, empty where nothing was declared.
    trade_label
        French label of the NAF sub-class, empty where there is none.
    themes
        Declared themes, folded.
    training_body, exports
        Whether the company trains others, and whether it deals abroad.
    capacity
        Introductions that it accepts per quarter, -1 where it did not say, shape (n,).
    """

    sirets: npt.NDArray[np.str_]
    departments: tuple[str, ...]
    department: npt.NDArray[np.int16]
    trade: npt.NDArray[np.int16]
    sector: npt.NDArray[np.int8]
    size: npt.NDArray[np.int8]
    position: npt.NDArray[np.float64]
    located: Flags
    activity: list[str]
    offers: list[str]
    needs: list[str]
    trade_label: list[str]
    themes: list[tuple[str, ...]]
    training_body: Flags
    exports: Flags
    capacity: npt.NDArray[np.int16]

    def __post_init__(self) -> None:
        order = np.lexsort((self.sirets, self.department))
        if not np.array_equal(order, np.arange(len(self))):
            raise ValueError("company rows must be sorted by department, then SIRET")
        if len(np.unique(self.sirets)) != len(self):
            raise ValueError("company rows must have different SIRETs")

    def __len__(self) -> int:
        return len(self.sirets)


@dataclass(frozen=True)
class GroupRows:
    """Relations among known companies.

    Parameters
    ----------
    members
        Row numbers of each group; for `supply` the supplier comes first.
    kinds, labels
        One entry per group.
    dates
        Day of each group, or nothing where it is not known.
    weights
        How much each group counts, 1 unless its source says otherwise.
    """

    members: list[Rows] = field(default_factory=list)
    kinds: list[RelationKind] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    dates: list[date | None] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def only(self, places: Iterable[int]) -> GroupRows:
        """Keep the groups at some places, in their order."""
        taken = list(places)
        return GroupRows(
            [self.members[place] for place in taken],
            [self.kinds[place] for place in taken],
            [self.labels[place] for place in taken],
            [self.dates[place] for place in taken],
            [self.weights[place] for place in taken],
        )

    def __len__(self) -> int:
        return len(self.members)
