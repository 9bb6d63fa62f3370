"""What the registry says of the fictional firms: names, categories, status, a wrong activity code.

A register is not the truth: a share of firms is filed under a code that says nothing of their
trade, some are closed, some refuse that their data be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from matchmaker.activities import naf_2025_codes, naf_rev2_of_2025
from matchmaker.companies import Diffusion
from pipelines.demo.names import (
    STREETS,
    company_name,
    invented_word,
    person_name,
    registry_spelling,
)
from pipelines.demo.world import Firm, Role, World

WRONG_NAF = ("70.10Z", "64.20Z", "82.99Z", "68.20B", "46.90Z", "74.90B", "96.09Z")
"""Codes under which a firm may be filed although they say nothing of its trade."""

_WRONG_NAF_SHARE = 0.05
_CLOSED_SHARE = 0.06
_BRAND_SHARE = 0.25
_SOLE_TRADER_SHARE = 0.3
_DIFFUSION_SHARES = {Diffusion.FULL: 0.94, Diffusion.PARTIAL: 0.04, Diffusion.NONE: 0.02}
_CATEGORIES = {"5710": 0.5, "5499": 0.45, "5599": 0.05}
_SOLE_TRADER, _FARM = "1000", "6598"
_OTHER_ROLES = {
    Role.PUBLIC: ("84.11Z", "7210"),
    Role.SCHOOL: ("85.20Z", "7331"),
    Role.SYNDICATE: ("81.10Z", "9110"),
}


@dataclass(frozen=True, slots=True)
class LegalUnit:
    """What the establishments of one SIREN share.

    `person` is the first name, surname and sex of a sole trader.
    """

    siren: str
    name: str
    person: tuple[str, str, str] | None
    category: str
    diffusion: Diffusion
    created: date


@dataclass(frozen=True, slots=True)
class Registration:
    """The registry's view of one establishment.

    `closed` is the day on which it closed; `naf2025` is empty where the code in the new
    classification is not known for sure; `street` is number, kind and name.
    """

    firm: Firm
    unit: LegalUnit
    brand: str
    naf: str
    naf2025: str
    created: date
    closed: date | None
    street: tuple[str, str, str]
    head_office: bool

    @property
    def open_to_partners(self) -> bool:
        """Whether the firm exists, may be shown and does business."""
        return (
            self.firm.role is Role.TRADE
            and self.closed is None
            and self.unit.diffusion is Diffusion.FULL
        )


def register(generator: np.random.Generator, world: World) -> tuple[Registration, ...]:
    """File every firm of the world in the registry, in the order of the world."""
    units: dict[str, LegalUnit] = {}
    names: set[str] = set()
    rows = []
    for row, firm in enumerate(world.firms):
        # The smallest world must hold a pair that can meet: its first two firms are plain ones.
        plain = row < 2
        head_office = firm.siren not in units
        if head_office:
            units[firm.siren] = _draw_unit(generator, firm, world.today, plain, names)
        rows.append(
            _draw_establishment(generator, firm, units[firm.siren], world.today, head_office, plain)
        )
    return tuple(rows)


def _draw_unit(
    generator: np.random.Generator, firm: Firm, today: date, plain: bool, taken: set[str]
) -> LegalUnit:
    """Draw a legal unit whose name is not taken yet, and take it."""
    name = _draw_name(generator, firm)
    while name in taken and firm.trade is not None:
        name = _draw_name(generator, firm)
    taken.add(name)
    category = _draw_category(generator, firm)
    shares = list(_DIFFUSION_SHARES.values())
    diffusion = list(_DIFFUSION_SHARES)[generator.choice(len(shares), p=shares)]
    # Ages are skewed: most firms are young, a few are older than half a century.
    age_days = int(generator.gamma(1.6, 8.0) * 365) + 120
    return LegalUnit(
        siren=firm.siren,
        name=name,
        person=person_name(generator) if category == _SOLE_TRADER else None,
        category=category,
        diffusion=Diffusion.FULL if plain else diffusion,
        created=today - timedelta(days=min(age_days, 70 * 365)),
    )


def _draw_establishment(
    generator: np.random.Generator,
    firm: Firm,
    unit: LegalUnit,
    today: date,
    head_office: bool,
    plain: bool,
) -> Registration:
    naf = _draw_naf(generator, firm, plain)
    created = unit.created
    if not head_office:
        created += (today - unit.created) * float(generator.uniform(0.1, 0.9))
    closes = generator.random() < _CLOSED_SHARE and not plain
    closed = created + (today - created) * float(generator.uniform(0.3, 0.95))
    has_brand = generator.random() < _BRAND_SHARE and firm.role is Role.TRADE
    return Registration(
        firm=firm,
        unit=unit,
        brand=registry_spelling(invented_word(generator)) if has_brand else "",
        naf=naf,
        naf2025=_codes_of_2025().get(naf, ""),
        created=created,
        closed=closed if closes else None,
        street=(str(generator.integers(1, 120)), *STREETS[generator.integers(len(STREETS))]),
        head_office=head_office,
    )


def _draw_category(generator: np.random.Generator, firm: Firm) -> str:
    if firm.trade is None:
        return _OTHER_ROLES[firm.role][1]
    if firm.staff <= 1 and generator.random() < _SOLE_TRADER_SHARE:
        return _SOLE_TRADER
    if firm.trade.family == "farming":
        return _FARM
    shares = list(_CATEGORIES.values())
    return list(_CATEGORIES)[generator.choice(len(shares), p=shares)]


def _draw_naf(generator: np.random.Generator, firm: Firm, plain: bool) -> str:
    if firm.trade is None:
        return _OTHER_ROLES[firm.role][0]
    if generator.random() < _WRONG_NAF_SHARE and not plain:
        others = [code for code in WRONG_NAF if code not in firm.trade.naf]
        return others[generator.integers(len(others))]
    return firm.trade.naf[generator.integers(len(firm.trade.naf))]


def _draw_name(generator: np.random.Generator, firm: Firm) -> str:
    if firm.trade is not None:
        return company_name(generator, firm.trade.stems)
    invented = registry_spelling(invented_word(generator))
    return {
        Role.PUBLIC: f"COMMUNE FICTIVE DE {registry_spelling(firm.commune.name)}",
        Role.SCHOOL: f"ECOLE PRIMAIRE {invented}",
        Role.SYNDICATE: f"SDC RESIDENCE {invented}",
    }[firm.role]


@cache
def _codes_of_2025() -> dict[str, str]:
    """NAF 2025 code of the sub-classes of NAF rev. 2 that kept their label."""
    pairs = ((naf_rev2_of_2025(code), code) for code in naf_2025_codes())
    return {old: new for old, new in pairs if old is not None}
