"""The companies of a dataset as the rows of the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matchmaker.companies import Company, Profile
from models.company_features import company_rows
from models.inputs import CompanyRows
from pipelines.datasets.tables import Notes, Table, read_rows
from pipelines.datasets.values import (
    day_of,
    number_between,
    read_each,
    read_filled,
    size_band_of,
    trade_of,
)

OPTIONAL = (
    "territory", "name", "activity", "offers", "needs", "naf", "size_band", "latitude",
    "longitude", "created",
)  # fmt: skip
"""Columns that a dataset may have beside `id`."""

_MOST_TERRITORIES = np.iinfo(np.int16).max


@dataclass(frozen=True)
class DatasetCompanies:
    """Companies in the order of the rows.

    Parameters
    ----------
    ids
        Sorted by territory, then id; shape (n,).
    rows
        Input of the model.
    columns
        Optional columns with at least one value.
    """

    ids: npt.NDArray[np.str_]
    rows: CompanyRows
    columns: frozenset[str]


def read_companies(path: Path, *, cross: bool) -> tuple[DatasetCompanies, Notes]:
    """Check the companies of a dataset and turn them into rows.

    Parameters
    ----------
    path
        Table with the column `id` and any of `OPTIONAL`.
    cross
        Whether partners are sought in other territories only.

    Raises
    ------
    DatasetError
        If there are no companies, an id is empty or there twice, a value is not understood, or
        companies of one territory only are to be matched across.
    """
    table = read_rows(path, ("id",), OPTIONAL)
    ids = _distinct_ids(table)
    territories = _territories(table, cross=cross)
    order = sorted(range(len(ids)), key=lambda place: (territories[place], ids[place]))
    stand_ins = {place: f"{row + 1:09d}00000" for row, place in enumerate(order)}
    sirets = [stand_ins[place] for place in range(len(ids))]
    rows = company_rows(_companies(table, sirets, territories), _profiles(table, sirets))
    # A territory may be called as a department is; the centre of that must place nobody.
    rows = replace(rows, position=np.where(rows.located[:, None], rows.position, 0.0))
    columns = frozenset(name for name in OPTIONAL if any(table.texts(name)))
    sorted_ids = np.array([ids[place] for place in order])
    return DatasetCompanies(sorted_ids, rows, columns), table.ignored_note()


def _distinct_ids(table: Table) -> list[str]:
    ids = read_filled(table, "id")
    if not ids:
        raise table.error("holds no companies", "Write one row per company below the header")
    first: dict[str, int] = {}
    later = [place for place, id_ in enumerate(ids) if first.setdefault(id_, place) != place]
    if later:
        raise table.error(
            f"id {ids[later[0]]!r} is there twice (repeated rows in the file: {len(later)})",
            "Keep one row per company",
            later[0],
        )
    return ids


def _territories(table: Table, *, cross: bool) -> list[str]:
    """Territory of each company; empty where it is not known, which matching across forbids."""
    territories = table.texts("territory")
    n_territories = len(set(territories))
    if n_territories > _MOST_TERRITORIES:
        raise table.error(f"has {n_territories} territories", "Join them into larger ones")
    if not cross:
        return territories
    if not table.has("territory"):
        raise table.error(
            "has no column 'territory'", "Add it, or evaluate without matching across territories"
        )
    if "" in territories:
        place = territories.index("")
        raise table.error("territory is empty", "Say on which side the company is", place)
    if n_territories == 1:
        raise table.error(
            f"has companies of the territory {territories[0]!r} only",
            "Add those of another one, or evaluate without matching across territories",
        )
    return territories


def _companies(table: Table, sirets: list[str], territories: list[str]) -> list[Company]:
    trades = read_each(table, "naf", trade_of)
    bands = read_each(table, "size_band", size_band_of)
    created = read_each(table, "created", day_of)
    latitudes, longitudes = _coordinates(table)
    return [
        Company(
            siret=siret,
            name=name or None,
            department=territory,
            commune="",
            commune_name="",
            naf=trades[place],
            size_band=bands[place],
            created=created[place],
            latitude=latitudes[place],
            longitude=longitudes[place],
        )
        for place, (siret, territory, name) in enumerate(
            zip(sirets, territories, table.texts("name"), strict=True)
        )
    ]


def _coordinates(table: Table) -> tuple[list[float | None], list[float | None]]:
    latitudes = read_each(table, "latitude", number_between(-90, 90))
    longitudes = read_each(table, "longitude", number_between(-180, 180))
    for place, (latitude, longitude) in enumerate(zip(latitudes, longitudes, strict=True)):
        if (latitude is None) != (longitude is None):
            given, missing = ("longitude", "latitude")[:: 1 if latitude is None else -1]
            raise table.error(
                f"{given} is given without {missing}", "Give both, or leave both empty", place
            )
    return latitudes, longitudes


def _profiles(table: Table, sirets: list[str]) -> dict[str, Profile]:
    texts = (table.texts(name) for name in ("activity", "offers", "needs"))
    return {
        siret: Profile(siret, consent=True, activity=activity, offers=offers, needs=needs)
        for siret, activity, offers, needs in zip(sirets, *texts, strict=True)
    }
