"""What every channel works on: the companies as arrays, for a territory or for one new profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.territory import EARTH_RADIUS_KM, unit_vectors
from models.arrays import load_array, load_sparse, save_arrays
from models.inputs import CompanyRows, Flags, Floats, SparseRows
from models.text_space import TextSpace

NOISE_DIMENSIONS = 8

NOISE_KM = 0.05
"""What chance may add to a distance: firms at one commune centre must not queue by number."""

CENTRE_OF_FRANCE = unit_vectors(np.array([46.5]), np.array([2.5]))[0]
"""Near enough to everywhere in France for float32 to tell metres apart."""


@dataclass(frozen=True)
class View:
    """Arrays with one row per company.

    Parameters
    ----------
    activity_words, offers_words, needs_words
        Sparse TF-IDF rows of what was declared; empty rows where nothing was.
    activity, offers, needs
        Dense text vectors of length one. The trade's label stands in for a missing activity and
        for missing offers; a missing need stays zero.
    themes
        Declared themes, one column per theme, zeros and ones.
    position
        Unit vectors from the centre of the Earth, or zero, shape (n, 3).
    located
        Whether the position is closer than the centre of the department.
    noise
        A pseudo-random vector per SIRET, shape (n, 8): it breaks ties between companies of equal
        score differently for each reader, so that no firm is first in every list by its number.
    ground
        Kilometres from the centre of France along three axes, with some metres of noise in eight
        more, NaN where no place is known: distances in it are distances on the ground; (n, 11).
    siren, key
        Legal unit as an integer, and a 64-bit hash of the SIRET.
    """

    department: npt.NDArray[np.int16]
    trade: npt.NDArray[np.int16]
    sector: npt.NDArray[np.int8]
    size: npt.NDArray[np.int8]
    position: Floats
    located: Flags
    noise: Floats
    ground: Floats
    siren: npt.NDArray[np.int64]
    key: npt.NDArray[np.uint64]
    training_body: Flags
    exports: Flags
    capacity: npt.NDArray[np.int16]
    activity: Floats
    offers: Floats
    needs: Floats
    activity_words: SparseRows
    offers_words: SparseRows
    needs_words: SparseRows
    themes: SparseRows

    def __len__(self) -> int:
        return len(self.department)

    def save(self, folder: Path) -> None:
        """Write every array into a folder."""
        save_arrays(folder, {f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def load(cls, folder: Path) -> View:
        """Open every array by memory map."""
        sparse_names = {"activity_words", "offers_words", "needs_words", "themes"}
        arrays: dict[str, Any] = {
            f.name: (load_sparse if f.name in sparse_names else load_array)(folder, f.name)
            for f in fields(cls)
        }
        return cls(**arrays)


def represent(companies: CompanyRows, space: TextSpace, theme_names: Sequence[str]) -> View:
    """Turn companies into arrays, with a text space learned beforehand.

    Parameters
    ----------
    companies
        Rows of a territory, or the one row of a profile that is not in it.
    space
        Vocabulary and axes.
    theme_names
        Columns of the theme array, in order; other themes are not represented.
    """
    labels = companies.trade_label
    keys = _keys_of(companies.sirets)
    noise = _noise_of(keys)
    return View(
        department=companies.department,
        trade=companies.trade,
        sector=companies.sector,
        size=companies.size,
        position=companies.position.astype(np.float32),
        located=companies.located,
        noise=noise,
        ground=_ground_of(companies.position, noise),
        siren=np.array([int(siret[:9] or 0) for siret in companies.sirets], dtype=np.int64),
        key=keys,
        training_body=companies.training_body,
        exports=companies.exports,
        capacity=companies.capacity,
        activity=space.meaning(_first_known(companies.activity, labels)),
        offers=space.meaning(_first_known(companies.offers, companies.activity, labels)),
        needs=space.meaning(companies.needs),
        activity_words=space.words(companies.activity),
        offers_words=space.words(_first_known(companies.offers, companies.activity)),
        needs_words=space.words(companies.needs),
        themes=_theme_rows(companies.themes, theme_names),
    )


def _first_known(*columns: Sequence[str]) -> list[str]:
    return [next((text for text in row if text), "") for row in zip(*columns, strict=True)]


def _theme_rows(themes: Sequence[tuple[str, ...]], names: Sequence[str]) -> SparseRows:
    column = {name: place for place, name in enumerate(names)}
    pairs = [
        (row, column[name]) for row, own in enumerate(themes) for name in set(own) if name in column
    ]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return sparse.csr_array(
        (np.ones(len(rows), np.float32), (rows, columns)), shape=(len(themes), len(names))
    )


def _keys_of(sirets: npt.NDArray[np.str_]) -> npt.NDArray[np.uint64]:
    return mixed(np.array([int(siret or 0) for siret in sirets], dtype=np.uint64))


def mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scramble 64-bit integers, one to one (finaliser of SplitMix64, Steele et al. 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: npt.NDArray[np.uint64] = values ^ (values >> np.uint64(31))
    return result


def _noise_of(keys: npt.NDArray[np.uint64]) -> Floats:
    columns = []
    for column in range(NOISE_DIMENSIONS):
        keys = mixed(keys + np.uint64(column))
        columns.append((keys >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - 1)
    return np.stack(columns, axis=1) if len(keys) else np.zeros((0, NOISE_DIMENSIONS), np.float32)


def _ground_of(position: npt.NDArray[np.float64], noise: Floats) -> Floats:
    kilometres = EARTH_RADIUS_KM * (position - CENTRE_OF_FRANCE)
    kilometres[~position.any(axis=1)] = np.nan
    ground: Floats = np.hstack([kilometres, NOISE_KM * noise]).astype(np.float32)
    return ground
