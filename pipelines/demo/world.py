"""The latent world: what each fictional firm makes, needs, cares for, and is worth as a partner.

Nothing here is read by the model. What the files show of it is decided elsewhere: `registration`
(the registry), `profiles` (what firms say), `observation` (the links that are known).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matchmaker.companies import SIZE_BANDS, smallest_staff
from matchmaker.territory import Commune
from pipelines.demo.catalogue import COMMON_NEEDS, TRADES, Trade
from pipelines.demo.identifiers import draw_sirens, siret_of
from pipelines.demo.places import DEPARTMENTS, scatter, settle, survey

MIN_COMPANIES = 2
MAX_COMPANIES = 30_000

THEMES: tuple[str, ...] = (
    "export",
    "transition écologique",
    "recrutement",
    "numérique",
    "transmission",
    "innovation",
    "RSE",
    "achats responsables",
    "sécurité au travail",
    "alternance",
)
"""What firms want to talk about with their peers."""

_SECOND_SITE_SHARE = 0.02
_BUYERS = 12
_ROLES_OTHER_THAN_TRADE = {"public": 0.02, "school": 0.015, "syndicate": 0.02}
_BAND_WEIGHTS = {
    "NN": 30.0, "00": 3.0, "01": 22.0, "02": 14.0, "03": 11.0, "11": 10.0, "12": 6.0, "21": 2.4,
    "22": 1.0, "31": 0.3, "32": 0.3,
}  # fmt: skip
_LARGER_FAMILIES = frozenset({"industry", "logistics", "aero", "environment", "cosmetics"})


class Role(StrEnum):
    """What an establishment is; only `TRADE` looks for partners."""

    TRADE = "trade"
    PUBLIC = "public"
    SCHOOL = "school"
    SYNDICATE = "syndicate"


@dataclass(frozen=True, slots=True)
class Firm:
    """One establishment with what nobody sees.

    Parameters
    ----------
    siret
        Fictional identifier.
    role, trade
        What it is; bodies other than firms have no trade.
    commune, east, north
        Where it is; metres of Lambert-93.
    staff, band
        Number of people, and the registry's staff band.
    trust
        How well it keeps its promises, in [0, 1].
    offers, needs
        Latent products: mastery of what it sells, importance of what it must buy, in [0, 1].
    themes
        Interest in what it would share with peers, in [0, 1].
    """

    siret: str
    role: Role
    trade: Trade | None
    commune: Commune
    east: float
    north: float
    staff: int
    band: str
    trust: float
    offers: dict[str, float]
    needs: dict[str, float]
    themes: dict[str, float]

    @property
    def siren(self) -> str:
        """The legal unit: first nine digits of the SIRET."""
        return self.siret[:9]


@dataclass(frozen=True, slots=True)
class World:
    """The firms of a fictional territory on one day, and its public buyers."""

    firms: tuple[Firm, ...]
    buyers: tuple[str, ...]
    today: date


def draw_world(generator: np.random.Generator, *, companies: int, today: date) -> World:
    """Draw a fictional territory.

    Parameters
    ----------
    generator
        Source of chance.
    companies
        Number of establishments, from `MIN_COMPANIES` to `MAX_COMPANIES`.
    today
        The day on which the files are written.

    Raises
    ------
    ValueError
        If the number of companies is out of range.
    """
    if not MIN_COMPANIES <= companies <= MAX_COMPANIES:
        raise ValueError(
            f"companies must be from {MIN_COMPANIES} to {MAX_COMPANIES}, got {companies}"
        )
    sirens = draw_sirens(generator, companies + _BUYERS)
    parents = _head_offices(generator, companies)
    sirets = [
        siret_of(sirens[parent], 1 if parent == row else 2) for row, parent in enumerate(parents)
    ]
    roles = _draw_roles(generator, companies, parents)
    trades = _draw_trades(generator, roles, parents)
    departments = _draw_departments(generator, companies)
    families = [trade.family if trade else "services" for trade in trades]
    ground = survey()
    sites = settle(generator, ground, families, departments)
    metres = scatter(generator, ground, sites)
    trust = generator.beta(5, 2, size=companies)
    firms = []
    for row, siret in enumerate(sirets):
        band = _draw_band(generator, roles[row], families[row])
        trade = trades[row]
        firms.append(
            Firm(
                siret=siret,
                role=roles[row],
                trade=trade,
                commune=ground.communes[sites[row]],
                east=round(float(metres[row, 0]), 1),
                north=round(float(metres[row, 1]), 1),
                staff=_draw_staff(generator, band),
                band=band,
                trust=round(float(trust[row]), 3),
                offers=_draw_offers(generator, trade) if trade else {},
                needs=_draw_needs(generator, trade) if trade else {},
                themes=_draw_themes(generator) if trade else {},
            )
        )
    buyers = tuple(siret_of(siren, 1) for siren in sirens[companies:])
    return World(tuple(firms), buyers, today)


def _head_offices(generator: np.random.Generator, companies: int) -> list[int]:
    """Row of each establishment's head office; most are their own."""
    second = generator.random(companies) < _SECOND_SITE_SHARE
    parents = list(range(companies))
    for row in range(3, companies):
        if second[row] and parents[row - 1] == row - 1:
            parents[row] = row - 1
    return parents


def _draw_roles(generator: np.random.Generator, companies: int, parents: list[int]) -> list[Role]:
    names = [Role.TRADE, *(Role(name) for name in _ROLES_OTHER_THAN_TRADE)]
    others = list(_ROLES_OTHER_THAN_TRADE.values())
    drawn = generator.choice(len(names), size=companies, p=[1 - sum(others), *others])
    # The first two are always firms, one on each side, so that the smallest world has a pair.
    drawn[:2] = 0
    return [names[drawn[parent]] for parent in parents]


def _draw_trades(
    generator: np.random.Generator, roles: list[Role], parents: list[int]
) -> list[Trade | None]:
    weights = np.array([trade.weight for trade in TRADES])
    drawn = generator.choice(len(TRADES), size=len(roles), p=weights / weights.sum())
    return [
        TRADES[drawn[parent]] if role is Role.TRADE else None
        for role, parent in zip(roles, parents, strict=True)
    ]


def _draw_departments(generator: np.random.Generator, companies: int) -> list[str]:
    """Put half of the firms, to one, on each side."""
    sides = np.arange(companies) % 2
    sides[2:] = generator.permutation(sides[2:])
    return [DEPARTMENTS[side] for side in sides]


def _draw_band(generator: np.random.Generator, role: Role, family: str) -> str:
    bands = list(_BAND_WEIGHTS)
    weights = np.array(list(_BAND_WEIGHTS.values()))
    if role is not Role.TRADE:
        weights = np.where(np.arange(len(bands)) < 3, 0.1, weights)
    elif family in _LARGER_FAMILIES:
        weights = weights * np.linspace(0.5, 4.0, len(bands))
    return bands[int(generator.choice(len(bands), p=weights / weights.sum()))]


def _draw_staff(generator: np.random.Generator, band: str) -> int:
    low = smallest_staff(band)
    if band in {"NN", "00"}:
        return 1
    high = smallest_staff(SIZE_BANDS[SIZE_BANDS.index(band) + 1])
    return int(generator.integers(low, high))


def _draw_offers(generator: np.random.Generator, trade: Trade) -> dict[str, float]:
    """Between one and three products of the trade; its first ones are the most common."""
    count = min(len(trade.sells), 1 + int(generator.binomial(2, 0.4)))
    weights = 1.0 / np.arange(1, len(trade.sells) + 1)
    picks = generator.choice(len(trade.sells), size=count, replace=False, p=weights / weights.sum())
    return _levels(generator, [trade.sells[pick] for pick in picks], 0.4)


def _draw_needs(generator: np.random.Generator, trade: Trade) -> dict[str, float]:
    """Two to four inputs of the recipe, and up to two needs that any firm may have."""
    count = min(len(trade.buys), 2 + int(generator.binomial(2, 0.5)))
    inputs = generator.choice(len(trade.buys), size=count, replace=False)
    keys = [trade.buys[pick] for pick in inputs]
    for pick in generator.choice(len(COMMON_NEEDS), size=2, replace=False):
        key = COMMON_NEEDS[pick]
        if key not in keys and key not in trade.sells and generator.random() < 0.6:
            keys.append(key)
    return _levels(generator, keys, 0.3)


def _draw_themes(generator: np.random.Generator) -> dict[str, float]:
    picks = generator.choice(len(THEMES), size=1 + int(generator.integers(3)), replace=False)
    return _levels(generator, [THEMES[pick] for pick in picks], 0.3)


def _levels(generator: np.random.Generator, keys: list[str], lowest: float) -> dict[str, float]:
    levels: NDArray[np.float64] = generator.uniform(lowest, 1.0, size=len(keys))
    return {key: round(float(level), 3) for key, level in zip(keys, levels, strict=True)}
