"""Where the fictional firms stand: real communes, and the clusters in which trades gather."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from matchmaker.territory import LAMBERT_93, Commune, communes

DEPARTMENTS = ("77", "91")

_CLUSTER_PULL = 12.0
_COUNTRY_FAMILIES = frozenset({"farming"})


@dataclass(frozen=True, slots=True)
class Cluster:
    """Communes in which the firms of some families of trades are more common."""

    name: str
    families: frozenset[str]
    communes: frozenset[str]


def _cluster(name: str, families: str, codes: str) -> Cluster:
    return Cluster(name, frozenset(families.split()), frozenset(codes.split()))


CLUSTERS: tuple[Cluster, ...] = (
    _cluster(
        "Grand Paris Sud", "logistics industry digital services aero cosmetics construction",
        "91228 91174 91521 91340 91086 91573 77251 77296 77445 77122 77067 77384",
    ),
    _cluster("Genopole", "health science", "91228 91174"),
    _cluster(
        "Paris-Saclay", "science digital health consulting",
        "91377 91477 91471 91272 91692 91661 91363 91534 91458 91538",
    ),
    _cluster(
        "Marne-la-Vallée", "digital tourism consulting training services science",
        "77083 77337 77258 77468 77058 77449 77111 77268 77018",
    ),
    _cluster("Roissy Est", "logistics aero services", "77294 77514 77118 77153 77291"),
    _cluster("Orly", "logistics aero services food", "91479 91027 91432 91689 91161"),
    _cluster("Melun", "industry aero construction cosmetics training", "77288 77487 77152 77407"),
    _cluster("Pays de Meaux", "food industry construction farming", "77284 77330 77183"),
    _cluster("Brie et Provinois", "farming food tourism", "77379 77327 77131 77192 77053"),
    _cluster(
        "Étampois et Gâtinais", "farming food cosmetics environment",
        "91223 91390 91405 91226 91200 91232 77333",
    ),
    _cluster("Pays de Fontainebleau", "tourism training consulting", "77186 77014 77037"),
    _cluster("Confluence", "industry environment construction logistics", "77305 77316 77079"),
    _cluster(
        "Val d'Orge", "industry construction services digital", "91103 91549 91021 91425",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """The communes of both departments with their coordinates in metres (Lambert-93)."""

    communes: tuple[Commune, ...]
    east: NDArray[np.float64]
    north: NDArray[np.float64]


def survey() -> Ground:
    """Project the communes of the territory."""
    places = tuple(place for department in DEPARTMENTS for place in communes(department))
    to_metres = Transformer.from_crs(4326, LAMBERT_93, always_xy=True)
    east, north = to_metres.transform(
        [place.longitude for place in places], [place.latitude for place in places]
    )
    return Ground(places, np.asarray(east), np.asarray(north))


def settle(
    generator: np.random.Generator, ground: Ground, families: list[str], departments: list[str]
) -> NDArray[np.int64]:
    """Draw the commune of each firm.

    Parameters
    ----------
    generator
        Source of chance.
    ground
        Communes to draw from.
    families, departments
        One entry per firm: the family of its trade, its side of the border.

    Returns
    -------
    numpy.ndarray
        Positions in `ground.communes`, shape (number of firms,).
    """
    sites = np.zeros(len(families), dtype=np.int64)
    keys = np.array(
        [f"{family}/{side}" for family, side in zip(families, departments, strict=True)]
    )
    for key in np.unique(keys):
        family, department = str(key).split("/")
        rows = np.flatnonzero(keys == key)
        weights = _pull(ground, family, department)
        sites[rows] = generator.choice(len(weights), size=len(rows), p=weights)
    return sites


def scatter(
    generator: np.random.Generator, ground: Ground, sites: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Spread firms around the middle of their commune, wider where more people live.

    Returns
    -------
    numpy.ndarray
        Metres east and north (Lambert-93), shape (number of firms, 2).
    """
    people = np.array([place.population for place in ground.communes], dtype=float)[sites]
    radius = 250.0 + 2.5 * np.sqrt(people)
    middle = np.column_stack([ground.east[sites], ground.north[sites]])
    spread = np.clip(generator.normal(size=middle.shape), -2, 2)
    metres: NDArray[np.float64] = middle + radius[:, None] * spread
    return metres


def _pull(ground: Ground, family: str, department: str) -> NDArray[np.float64]:
    """Probability of each commune for a family of trades on one side."""
    gathering = frozenset(
        code for cluster in CLUSTERS if family in cluster.families for code in cluster.communes
    )
    exponent = 0.25 if family in _COUNTRY_FAMILIES else 0.85
    weights: NDArray[np.float64] = np.array(
        [
            (place.department == department)
            * place.population**exponent
            * (_CLUSTER_PULL if place.code in gathering else 1.0)
            for place in ground.communes
        ]
    )
    return weights / float(weights.sum())
