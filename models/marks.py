"""What firms and advisers said of pairs, as arrays: whom no list may bring together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

from models.arrays import load_sparse, save_arrays
from models.inputs import Rows, SparseRows, empty_rows

_NAMES = ("competitor", "known", "set_aside", "lifted")


@dataclass(frozen=True)
class Marks:
    """Words on pairs of a territory, each an array of ones, shape (n, n).

    Parameters
    ----------
    competitor
        Symmetric: one of the two called the other a competitor.
    known
        Symmetric: one of the two said that they know each other, or have met.
    set_aside
        The row company set the column company aside.
    lifted
        Symmetric: an adviser said that the two are no competitors, whatever the rule says.
    """

    competitor: SparseRows
    known: SparseRows
    set_aside: SparseRows
    lifted: SparseRows

    def only_lifted(self) -> Marks:
        """Forget what firms said; what an adviser said of the rule stays."""
        nothing = empty_rows(self.lifted.shape)
        return replace(self, competitor=nothing, known=nothing, set_aside=nothing)

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        save_arrays(folder, {name: getattr(self, name) for name in _NAMES})

    @classmethod
    def load(cls, folder: Path) -> Marks:
        """Open the arrays by memory map."""
        return cls(**{name: load_sparse(folder, name) for name in _NAMES})


def no_marks(n_companies: int) -> Marks:
    """Make the marks of a territory of which nobody said anything."""
    return build_marks(n_companies)


def build_marks(
    n_companies: int,
    *,
    competitor: Iterable[tuple[int, int]] = (),
    known: Iterable[tuple[int, int]] = (),
    set_aside: Iterable[tuple[int, int]] = (),
    lifted: Iterable[tuple[int, int]] = (),
) -> Marks:
    """Turn pairs of rows into arrays.

    Parameters
    ----------
    n_companies
        Number of rows of the territory.
    competitor, known, lifted
        Pairs in either order; they hold both ways.
    set_aside
        Pairs of reader and partner.
    """
    return Marks(
        competitor=_filled(competitor, n_companies, both_ways=True),
        known=_filled(known, n_companies, both_ways=True),
        set_aside=_filled(set_aside, n_companies, both_ways=False),
        lifted=_filled(lifted, n_companies, both_ways=True),
    )


def _filled(pairs: Iterable[tuple[int, int]], n: int, *, both_ways: bool) -> SparseRows:
    told: Rows = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    if both_ways:
        told = np.concatenate([told, told[:, ::-1]])
    # Sorted, so that the order of the answers cannot change a byte of the snapshot.
    told = np.unique(told, axis=0)
    ones = np.ones(len(told), np.float32)
    matrix: SparseRows = sparse.coo_array((ones, (told[:, 0], told[:, 1])), shape=(n, n)).tocsr()
    return matrix
