"""Coordinates of establishments: Lambert columns of the register, or INSEE's geolocation file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchmaker.errors import InputFileError, UnknownCodeError
from matchmaker.tabular.rejects import Progress, Reject, no_progress
from matchmaker.tabular.tables import Columns, read_table
from matchmaker.territory import LAMBERT_93, department_of, projection_of, wgs84_from_projected
from pipelines.sources.numbers import Numbers, find, numbers_of

FRANCE: tuple[tuple[float, float, float, float], ...] = (
    (41.2, 51.2, -5.3, 9.7),  # mainland and Corsica
    (14.3, 18.2, -63.2, -60.7),  # Antilles
    (2.0, 6.0, -54.8, -51.4),  # Guyane
    (-21.5, -20.8, 55.1, 55.9),  # La Réunion
    (-13.1, -12.5, 44.9, 45.4),  # Mayotte
    (46.7, 47.2, -56.5, -56.1),  # Saint-Pierre-et-Miquelon
)
"""Boxes around the parts of France that the register covers: south, north, west, east."""

NOT_A_NUMBER = "coordinate is not a number"
DECIMAL_COMMA = "coordinate has a decimal comma, a point is needed"
OUTSIDE_FRANCE = "coordinates are outside France"

_DEGREES = ("x_longitude", "y_latitude")
_PROJECTED = ("x", "y", "epsg")

Degrees = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Geolocation:
    """What INSEE's geolocation file says of the wanted establishments.

    Parameters
    ----------
    sirets
        SIRET numbers, ascending; shape (n,).
    latitudes, longitudes
        WGS 84 degrees; shape (n,).
    """

    sirets: Numbers
    latitudes: Degrees
    longitudes: Degrees


def in_france(latitudes: Degrees, longitudes: Degrees) -> NDArray[np.bool_]:
    """Whether points lie in France, coarsely: zeros, swapped axes and wrong projections do not."""
    inside = np.zeros(latitudes.shape, np.bool_)
    for south, north, west, east in FRANCE:
        inside |= (
            (latitudes >= south)
            & (latitudes <= north)
            & (longitudes >= west)
            & (longitudes <= east)
        )
    return inside


def locate(
    rows: pl.DataFrame, x_column: str, y_column: str, geolocation: Geolocation | None
) -> pl.DataFrame:
    """Add `latitude`, `longitude` and `coordinate_fault` to establishments.

    Parameters
    ----------
    rows
        With `siret`, `codeCommuneEtablissement` and the two columns of projected coordinates,
        as text.
    x_column, y_column
        Columns of eastings and northings, in the legal projection of the department.
    geolocation
        Wins over the projected coordinates where it knows the establishment.
    """
    eastings, northings, faults = _metres(rows, x_column, y_column)
    epsgs = np.array([_projection(code) for code in rows["codeCommuneEtablissement"]])
    latitudes, longitudes = _to_degrees(eastings, northings, epsgs)
    if geolocation is not None:
        places, found = find(geolocation.sirets, numbers_of(rows["siret"], 14))
        latitudes[found] = geolocation.latitudes[places[found]]
        longitudes[found] = geolocation.longitudes[places[found]]
        faults[found] = None
    outside = ~np.isnan(latitudes) & ~in_france(latitudes, longitudes)
    faults[outside] = OUTSIDE_FRANCE
    return rows.with_columns(
        pl.Series("latitude", latitudes).fill_nan(None),
        pl.Series("longitude", longitudes).fill_nan(None),
        pl.Series("coordinate_fault", faults.tolist(), dtype=pl.String),
    )


def read_geolocation(
    path: Path,
    wanted: Numbers,
    *,
    max_line_bytes: int,
    reject: Callable[[Reject], None],
    progress: Progress = no_progress,
) -> Geolocation:
    """Read INSEE's geolocation file for some establishments.

    Degrees are taken from `x_longitude` and `y_latitude`, or projected from `x`, `y` and `epsg`
    where these are missing.

    Parameters
    ----------
    path
        The file: CSV, zip or Parquet.
    wanted
        SIRET numbers, ascending.
    max_line_bytes
        A longer line is no row of a table.
    reject
        Takes rows that cannot be read.
    progress
        Told how far the file has been read.

    Raises
    ------
    InputFileError
        If the file as a whole cannot be read, or has no coordinates.
    """
    columns = Columns(("siret",), (*_DEGREES, *_PROJECTED))
    parts = []
    commas = False
    for batch in read_table(path, columns, max_line_bytes=max_line_bytes, progress=progress):
        for row in batch.bad_rows:
            reject(row._replace(reason=f"geolocation: {row.reason}"))
        rows = batch.rows.filter(find(wanted, numbers_of(batch.rows["siret"], 14))[1])
        if rows.height:
            commas = commas or bool(_has_decimal_comma(rows).any())
            parts.append(_located(rows, reject))
    known = pl.concat(parts) if parts else pl.DataFrame(schema=_LOCATED)
    if parts and not known.height:
        if commas:
            raise InputFileError(
                str(path), "has coordinates with decimal commas", "Export it with decimal points"
            )
        raise InputFileError(
            str(path),
            "has no coordinates of the wanted establishments",
            f"The columns needed are siret and {', '.join(_DEGREES)}, or {', '.join(_PROJECTED)}",
        )
    known = known.unique("siret", keep="first", maintain_order=True).sort("siret")
    return Geolocation(*(known[name].to_numpy() for name in _LOCATED))


_LOCATED = {"siret": pl.Int64, "latitude": pl.Float64, "longitude": pl.Float64}


def _located(rows: pl.DataFrame, reject: Callable[[Reject], None]) -> pl.DataFrame:
    """Coordinates of the rows of a geolocation file that have them and can be read."""
    texts = rows.with_columns(pl.col(*_DEGREES, *_PROJECTED).replace("", None))
    numbers = texts.select(
        pl.col(*_DEGREES, *_PROJECTED).cast(pl.Float64, strict=False).fill_null(np.nan)
    )
    longitudes, latitudes = (numbers[name].to_numpy().copy() for name in _DEGREES)
    # A code that is no whole number, or too large for one, is no projection either.
    epsgs = numbers["epsg"].cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    projected = _to_degrees(numbers["x"].to_numpy(), numbers["y"].to_numpy(), epsgs)
    missing = np.isnan(latitudes) | np.isnan(longitudes)
    latitudes[missing], longitudes[missing] = (part[missing] for part in projected)
    unread = (
        np.isnan(latitudes)
        & texts.select(pl.any_horizontal(pl.col(*_DEGREES, "x", "y").is_not_null()))
        .to_series()
        .to_numpy()
    )
    outside = ~np.isnan(latitudes) & ~in_france(latitudes, longitudes)
    commas = unread & _has_decimal_comma(rows).to_numpy()
    for mask, reason in (
        (commas, DECIMAL_COMMA),
        (unread & ~commas, NOT_A_NUMBER),
        (outside, OUTSIDE_FRANCE),
    ):
        for row in rows.filter(mask).iter_rows(named=True):
            value = ", ".join(row[name] or "" for name in (*_DEGREES, *_PROJECTED))
            reject(Reject(row["line"], "coordinates", value, f"geolocation: {reason}"))
    right = ~np.isnan(latitudes) & ~outside
    columns = (numbers_of(rows["siret"], 14), latitudes, longitudes)
    return pl.DataFrame(
        {name: column[right] for name, column in zip(_LOCATED, columns, strict=True)}
    )


def _has_decimal_comma(rows: pl.DataFrame) -> pl.Series:
    """Which rows write a coordinate as French spreadsheets do."""
    comma = pl.col(*_DEGREES, "x", "y").str.contains(r"^\s*-?\d+,\d+\s*$").fill_null(False)
    return rows.select(pl.any_horizontal(comma)).to_series()


def _projection(commune_code: str | None) -> int:
    try:
        return projection_of(department_of(commune_code or ""))
    except UnknownCodeError:
        # The row will be rejected for its commune; any projection serves until then.
        return LAMBERT_93


def _metres(
    rows: pl.DataFrame, x_column: str, y_column: str
) -> tuple[Degrees, Degrees, NDArray[np.object_]]:
    """Eastings and northings, and what is wrong with them."""
    numbers = rows.select(
        x=pl.col(x_column).cast(pl.Float64, strict=False).fill_null(np.nan),
        y=pl.col(y_column).cast(pl.Float64, strict=False).fill_null(np.nan),
        given=pl.col(x_column).is_not_null() | pl.col(y_column).is_not_null(),
    )
    eastings, northings = numbers["x"].to_numpy(), numbers["y"].to_numpy()
    faults = np.full(rows.height, None, dtype=np.object_)
    unread = np.isnan(eastings) | np.isnan(northings)
    faults[unread & numbers["given"].to_numpy()] = NOT_A_NUMBER
    return eastings, northings, faults


def _to_degrees(
    eastings: Degrees, northings: Degrees, epsgs: NDArray[np.int64]
) -> tuple[Degrees, Degrees]:
    """Degrees of projected coordinates, NaN where they are missing or their projection unknown."""
    latitudes = np.full(len(eastings), np.nan)
    longitudes = np.full(len(eastings), np.nan)
    given = ~(np.isnan(eastings) | np.isnan(northings))
    for epsg in np.unique(epsgs[given]).tolist():
        chosen = given & (epsgs == epsg)
        try:
            converted = wgs84_from_projected(eastings[chosen], northings[chosen], epsg)
        except UnknownCodeError:
            continue
        # What a projection cannot express lies outside France; a pole stands for it.
        beyond = np.isnan(converted[0])
        latitudes[chosen] = np.where(beyond, 90, converted[0])
        longitudes[chosen] = np.where(beyond, 0, converted[1])
    return latitudes, longitudes
