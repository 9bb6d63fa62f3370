"""Where companies are: departments, communes of 77 and 91, and distances on the ground."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError

from matchmaker.errors import UnknownCodeError
from matchmaker.reference import read_table
from matchmaker.spelling import fold

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

LAMBERT_93 = 2154
"""EPSG code of the projection of metropolitan France (RGF93 / Lambert-93)."""

OVERSEAS_PROJECTIONS: dict[str, int] = {
    "971": 5490,
    "972": 5490,
    "973": 2972,
    "974": 2975,
    "975": 4467,
    "976": 4471,
    "977": 5490,
    "978": 5490,
}
"""EPSG codes of the legal projections overseas, in which Sirene gives its coordinates there."""

_COMMUNE_CODE = re.compile(
    r"(?P<metropolitan>0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5])\d{3}|(?P<overseas>97[1-8]|98[4-9])\d\d"
)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of 77 or 91 as it is today (COG 2026), with its EPCI; WGS 84 degrees."""

    code: str
    name: str
    department: str
    population: int
    latitude: float
    longitude: float
    epci: str
    epci_name: str
    postcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Department:
    """A French department; coordinates are about the middle of where its people live."""

    code: str
    name: str
    region: str
    region_name: str
    latitude: float | None
    longitude: float | None


def commune(code: str) -> Commune:
    """Describe a commune of today.

    Raises
    ------
    UnknownCodeError
        If the code is not that of a present commune of 77 or 91.
    """
    try:
        return _communes()[code]
    except KeyError:
        pass
    present = current_commune(code)
    cure = (
        "only communes of 77 and 91 are known, as five digits such as 91228"
        if present == code
        else f"it is now part of {present} {_communes()[present].name}"
    )
    raise UnknownCodeError(f"commune {code!r} is not one of today's; {cure}")


def is_known_commune(code: str) -> bool:
    """Whether the code is that of a present commune of 77 or 91."""
    return code in _communes()


def current_commune(code: str) -> str:
    """Code of the present commune that a former one belongs to; any other code stays.

    Examples
    --------
    >>> current_commune("91182"), current_commune("77288")
    ('91228', '77288')
    """
    return _former_codes().get(code, code)


def communes(department: str | None = None) -> tuple[Commune, ...]:
    """All present communes of 77 and 91, or those of one of the two, in the order of their codes.

    Raises
    ------
    UnknownCodeError
        If the department has no communes in the table.
    """
    if department is None:
        return tuple(_communes().values())
    found = tuple(place for place in _communes().values() if place.department == department)
    if not found:
        raise UnknownCodeError(
            f"communes of department {department!r} are not in the table; write 77 or 91"
        )
    return found


def commune_by_name(name: str, department: str | None = None) -> Commune | None:
    """Find a commune by its name, or by the name of a former commune that is part of it.

    Case, accents, hyphens, `ST` for `SAINT`, `S/` for `SUR` and a `CEDEX` do not matter. A name of
    today goes before a former one.

    Parameters
    ----------
    name
        A name as people and registers write it.
    department
        Look in this one only.

    Returns
    -------
    Commune or None
        Nothing where no commune, or more than one, has that name.

    Examples
    --------
    >>> commune_by_name("COURCOURONNES").name, commune_by_name("ST FARGEAU-PONTHIERRY").code
    ('Évry-Courcouronnes', '77407')
    """
    key = _name_key(name)
    for names in (_present_names(), _former_names()):
        codes = [code for code in names.get(key, ()) if department in (None, code[:2])]
        if codes:
            return commune(codes[0]) if len(codes) == 1 else None
    return None


def department_of(commune_code: str) -> str:
    """Department, or collectivity overseas, of a commune code: `77`, `2A`, `971`, `987`.

    The commune itself need not exist.

    Raises
    ------
    UnknownCodeError
        If the text cannot be a commune code.
    """
    match = _COMMUNE_CODE.fullmatch(commune_code) if commune_code.isascii() else None
    if match is None:
        raise UnknownCodeError(
            f"commune code {commune_code!r} is malformed; write five characters such as 77288, "
            "2A004 or 97105, leading zero included"
        )
    return match["metropolitan"] or match["overseas"]


def department(code: str) -> Department:
    """Describe a department.

    Raises
    ------
    UnknownCodeError
        If there is no such department.
    """
    try:
        return _departments()[code]
    except KeyError:
        raise UnknownCodeError(
            f"{code!r} is no department; write 01 to 95, 2A, 2B or 971 to 976"
        ) from None


def departments() -> tuple[Department, ...]:
    """All 101 departments, in the order of their codes."""
    return tuple(_departments().values())


def parse_departments(text: str) -> tuple[str, ...] | None:
    """Read a choice of departments: codes with commas between, or `all`.

    Returns
    -------
    tuple of str or None
        Codes, each once, in the order given; `None` for all departments.

    Raises
    ------
    UnknownCodeError
        If a code is no department, or the text is empty.

    Examples
    --------
    >>> parse_departments("77, 91"), parse_departments("all")
    (('77', '91'), None)
    """
    wanted = text.strip().upper()
    if wanted == "ALL":
        return None
    if not wanted:
        raise UnknownCodeError("no department was given; write codes such as 77,91, or all")
    return tuple(dict.fromkeys(department(part.strip()).code for part in wanted.split(",")))


def great_circle_km(
    latitude: ArrayLike, longitude: ArrayLike, other_latitude: ArrayLike, other_longitude: ArrayLike
) -> NDArray[np.float64]:
    """Distance on the ground in kilometres (haversine), broadcast over its arguments.

    Parameters
    ----------
    latitude, longitude
        WGS 84 degrees.
    other_latitude, other_longitude
        WGS 84 degrees, of shapes that broadcast with the first two.

    Returns
    -------
    numpy.ndarray
        Kilometres, float64, of the common shape; missing coordinates (NaN) give NaN.

    References
    ----------
    R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68 (1984), 159.
    """
    phi, other_phi = np.radians(latitude), np.radians(other_latitude)
    half_height = np.sin((other_phi - phi) / 2)
    half_width = np.sin((np.radians(other_longitude) - np.radians(longitude)) / 2)
    haversine = half_height**2 + np.cos(phi) * np.cos(other_phi) * half_width**2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(haversine, 0, 1))))


def unit_vectors(latitude: ArrayLike, longitude: ArrayLike) -> NDArray[np.float64]:
    """Points of the unit sphere, so that trees and matrix products can look for neighbours.

    Parameters
    ----------
    latitude, longitude
        WGS 84 degrees, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n, 3), float64.
    """
    phi = np.atleast_1d(np.radians(np.asarray(latitude, dtype=np.float64)))
    lam = np.atleast_1d(np.radians(np.asarray(longitude, dtype=np.float64)))
    return np.column_stack((np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)))


def chord_to_km(chord: ArrayLike) -> NDArray[np.float64]:
    """Kilometres on the ground between unit vectors that are `chord` apart in a straight line."""
    half = np.asarray(chord, dtype=np.float64) / 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(half, 0, 1)))


def projection_of(department_code: str) -> int:
    """EPSG code of the projection in which Sirene gives the coordinates of a department."""
    return OVERSEAS_PROJECTIONS.get(department_code, LAMBERT_93)


def wgs84_from_lambert93(
    x: ArrayLike, y: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes of Lambert-93 coordinates; see `wgs84_from_projected`."""
    return wgs84_from_projected(x, y, LAMBERT_93)


def wgs84_from_projected(
    x: ArrayLike, y: ArrayLike, epsg: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes of projected coordinates.

    Parameters
    ----------
    x, y
        Eastings and northings in metres, of one shape.
    epsg
        Code of their projection, such as 2154; `projection_of` tells it for a department.

    Returns
    -------
    tuple of numpy.ndarray
        Latitudes and longitudes, WGS 84 degrees; NaN where a coordinate is missing (NaN).
        Coordinates far outside the projection's country give degrees without meaning.

    Raises
    ------
    UnknownCodeError
        If there is no projection of that EPSG code.
    """
    eastings, northings = np.broadcast_arrays(
        np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    )
    longitudes, latitudes = _to_wgs84(epsg).transform(eastings, northings)
    valid = np.isfinite(latitudes) & np.isfinite(longitudes)
    return np.where(valid, latitudes, np.nan), np.where(valid, longitudes, np.nan)


@cache
def _to_wgs84(epsg: int) -> Transformer:
    """Build the transformation once; building takes longer than using."""
    try:
        return Transformer.from_crs(f"EPSG:{epsg}", "EPSG:4326", always_xy=True)
    except ProjError:
        raise UnknownCodeError(
            f"EPSG {epsg} is not a known projection; metropolitan France is {LAMBERT_93}"
        ) from None


@cache
def _communes() -> dict[str, Commune]:
    """Present communes by code."""
    return {row["code"]: _commune_of_row(row) for row in read_table("communes")}


def _commune_of_row(row: dict[str, str]) -> Commune:
    return Commune(
        code=row["code"],
        name=row["name"],
        department=row["department"],
        population=int(row["population"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        epci=row["epci"],
        epci_name=row["epci_name"],
        postcodes=tuple(row["postcodes"].split()),
    )


@cache
def _departments() -> dict[str, Department]:
    """Departments by code."""
    return {
        row["code"]: Department(
            code=row["code"],
            name=row["name"],
            region=row["region"],
            region_name=row["region_name"],
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
        )
        for row in read_table("departments")
    }


@cache
def _former_codes() -> dict[str, str]:
    """Codes of former communes with that of the present commune."""
    return {row["code"]: row["current_code"] for row in read_table("former_communes")}


@cache
def _present_names() -> dict[str, tuple[str, ...]]:
    """Names of today, folded, with the codes of the communes that have them."""
    return _codes_by_name((place.name, place.code) for place in _communes().values())


@cache
def _former_names() -> dict[str, tuple[str, ...]]:
    """Names of former communes, folded, with the codes of the present communes."""
    rows = read_table("former_communes")
    return _codes_by_name((row["name"], row["current_code"]) for row in rows if row["name"])


def _codes_by_name(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    codes: dict[str, set[str]] = defaultdict(set)
    for name, code in named:
        codes[_name_key(name)].add(code)
    return {key: tuple(sorted(found)) for key, found in codes.items()}


def _name_key(name: str) -> str:
    """Fold a commune's name as registers, envelopes and people write it."""
    text = fold(name).replace("s/", "sur ")
    text = re.sub(r"\bcedex\b.*", "", text)
    text = re.sub(r"^(?P<rest>.*) \((?P<article>le|la|les|l)\)$", r"\g<article> \g<rest>", text)
    words = (_ABBREVIATIONS.get(word, word) for word in text.split())
    return " ".join(words)


_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
