"""Millions of SIREN and SIRET numbers in little memory: sorted arrays instead of sets of text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NO_NUMBER = -1
"""Stands for text that is no number of the right length."""


def numbers_of(texts: pl.Series, digits: int) -> Numbers:
    """Numbers of texts of exactly so many digits; `NO_NUMBER` for any other text."""
    well_formed = texts.str.contains(f"^[0-9]{{{digits}}}$")
    frame = pl.select(pl.when(well_formed).then(texts).cast(pl.Int64).fill_null(NO_NUMBER))
    return frame.to_series().to_numpy()


def siret_texts(numbers: Numbers) -> Iterator[str]:
    """Fourteen digits of each number."""
    return (f"{number:014d}" for number in numbers.tolist())


def find(sorted_numbers: Numbers, wanted: Numbers) -> tuple[NDArray[np.intp], Mask]:
    """Place of each wanted number in a sorted array, and whether it is there.

    Parameters
    ----------
    sorted_numbers
        Ascending, shape (n,).
    wanted
        Shape (m,).

    Returns
    -------
    tuple of numpy.ndarray
        Places, valid rows of the array where found, shape (m,); whether found, shape (m,).
    """
    if len(sorted_numbers) == 0:
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), np.bool_)
    places = np.minimum(np.searchsorted(sorted_numbers, wanted), len(sorted_numbers) - 1)
    return places, sorted_numbers[places] == wanted


class SeenNumbers:
    """Numbers seen so far, so that the second row with a SIRET can be told from the first.

    A few sorted arrays, each at least twice as long as the next, merged as they grow: eight bytes
    per number, where a set of text takes more than a hundred.
    """

    def __init__(self) -> None:
        self._runs: list[Numbers] = []

    def add(self, numbers: Numbers) -> Mask:
        """Add numbers; tell which of them were seen before, here or earlier in `numbers`."""
        distinct, first_places = np.unique(numbers, return_index=True)
        repeated = np.ones(len(numbers), np.bool_)
        repeated[first_places] = False
        for run in self._runs:
            repeated |= find(run, numbers)[1]
        repeated[numbers == NO_NUMBER] = False
        self._runs.append(distinct[distinct != NO_NUMBER])
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            merged = np.concatenate((self._runs.pop(), self._runs.pop()))
            merged.sort(kind="stable")
            self._runs.append(merged)
        return repeated
