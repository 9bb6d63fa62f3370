"""Legal units of the register: who stands behind an establishment, and how it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from matchmaker.tabular.rejects import Progress, Reject, no_progress
from matchmaker.tabular.tables import Columns, read_table
from pipelines.sources.numbers import Numbers, find, numbers_of

NOT_DIFFUSED = "[ND]"
"""What INSEE writes in place of a value that may not be shown."""

_USUAL_NAMES = tuple(f"denominationUsuelle{rank}UniteLegale" for rank in (1, 2, 3))
_PERSON_NAMES = (
    "nomUniteLegale",
    "nomUsageUniteLegale",
    "prenomUsuelUniteLegale",
    *(f"prenom{rank}UniteLegale" for rank in (1, 2, 3, 4)),
)
_COLUMNS = Columns(
    ("siren", "denominationUniteLegale", "categorieJuridiqueUniteLegale"),
    ("statutDiffusionUniteLegale", *_USUAL_NAMES, *_PERSON_NAMES),
)


@dataclass(frozen=True, slots=True)
class LegalUnits:
    """The wanted legal units.

    Parameters
    ----------
    sirens
        SIREN numbers, ascending; shape (n,).
    units
        One row each: `unit_name`, `legal_category`, `unit_diffusion`, `sole_trader` and
        `person_names`, the names of a sole trader, which are never shown.
    """

    sirens: Numbers
    units: pl.DataFrame

    def of(self, sirens: pl.Series) -> pl.DataFrame:
        """Find the unit of each establishment; nulls where `unit_known` is false."""
        places, found = find(self.sirens, numbers_of(sirens, 9))
        known = pl.Series("unit_known", found)
        if not len(self.sirens):
            empty = pl.DataFrame(schema=self.units.schema)
            return empty.clear(len(sirens)).with_columns(known)
        return self.units[places].with_columns(pl.when(known).then(pl.all()), unit_known=known)


def present(*columns: str) -> pl.Expr:
    """Columns without their outer spaces; empty text and `[ND]` are missing."""
    chosen = pl.col(*columns) if columns else pl.col(pl.String)
    text = chosen.str.strip_chars()
    return pl.when(~text.is_in(["", NOT_DIFFUSED])).then(text)


def read_legal_units(
    path: Path,
    wanted: Numbers,
    *,
    max_line_bytes: int,
    reject: Callable[[Reject], None],
    progress: Progress = no_progress,
) -> LegalUnits:
    """Read the stock of legal units for some of them.

    Parameters
    ----------
    path
        The stock: CSV, CSV.gz, zip or Parquet.
    wanted
        SIREN numbers, ascending.
    max_line_bytes
        A longer line is no row of a table.
    reject
        Takes rows that cannot be read.
    progress
        Told how far the file has been read.

    Raises
    ------
    InputFileError
        If the file as a whole cannot be read.
    """
    parts = list(_wanted_units(path, wanted, max_line_bytes, reject, progress))
    units = pl.concat(parts) if parts else pl.DataFrame(schema=_UNIT_SCHEMA)
    units = units.unique("number", keep="first", maintain_order=True).sort("number")
    return LegalUnits(units["number"].to_numpy(), units.drop("number"))


_UNIT_SCHEMA: dict[str, Any] = {
    "number": pl.Int64,
    "unit_name": pl.String,
    "legal_category": pl.String,
    "unit_diffusion": pl.String,
    "sole_trader": pl.Boolean,
    "person_names": pl.String,
}


def _wanted_units(
    path: Path,
    wanted: Numbers,
    max_line_bytes: int,
    reject: Callable[[Reject], None],
    progress: Progress,
) -> Iterator[pl.DataFrame]:
    for batch in read_table(path, _COLUMNS, max_line_bytes=max_line_bytes, progress=progress):
        for row in batch.bad_rows:
            reject(row._replace(reason=f"legal units: {row.reason}"))
        numbers = numbers_of(batch.rows["siren"], 9)
        found = find(wanted, numbers)[1]
        rows = batch.rows.filter(found).with_columns(present())
        if rows.height:
            yield _described(rows, numbers[found])


def _described(rows: pl.DataFrame, numbers: Numbers) -> pl.DataFrame:
    name = pl.col("denominationUniteLegale")
    category = pl.col("categorieJuridiqueUniteLegale")
    is_person = category.str.starts_with("1").fill_null(False) | (
        pl.col("nomUniteLegale").is_not_null() & name.is_null()
    )
    return rows.select(
        number=pl.Series(numbers),
        unit_name=pl.when(~is_person).then(pl.coalesce(name, *_USUAL_NAMES)),
        legal_category=category,
        unit_diffusion=pl.col("statutDiffusionUniteLegale"),
        sole_trader=is_person,
        person_names=pl.when(is_person).then(
            pl.concat_str(pl.col(*_PERSON_NAMES), separator=" ", ignore_nulls=True)
        ),
    )
