"""What the model sees of one company: one function per feature, nothing read from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from matchmaker.activities import (
    LEVELS,
    flow_matrix,
    naf_2025_label,
    naf_label,
    naf_rev2_of_2025,
    sector_of,
    trade_positions,
)
from matchmaker.companies import Company, Profile, size_rank
from matchmaker.spelling import fold
from matchmaker.territory import commune, departments, is_known_commune, unit_vectors
from models.inputs import UNKNOWN, CompanyRows

TRAINING_NAF = ("85.59", "85.53", "85.42Z")
"""Beginnings of the NAF codes of training bodies."""

EXPORT_NAF = ("52.29",)
"""Beginnings of the NAF codes of freight forwarders."""


def company_rows(
    companies: Iterable[Company],
    profiles: Mapping[str, Profile],
    department_codes: Sequence[str] | None = None,
) -> CompanyRows:
    """Turn companies and what they declare into the rows of the model.

    Parameters
    ----------
    companies
        Any order.
    profiles
        By SIRET; used only where consent was given.
    department_codes
        Departments by number; none means those of the companies. A company of another one gets
        the number -1.
    """
    ordered = sorted(companies, key=lambda company: (company.department, company.siret))
    if department_codes is None:
        department_codes = sorted({company.department for company in ordered})
    number = {code: place for place, code in enumerate(department_codes)}
    declared = [_declared(company, profiles) for company in ordered]
    trades = [trade_of(company) for company in ordered]
    return CompanyRows(
        sirets=np.array([company.siret for company in ordered], dtype="<U14"),
        departments=tuple(department_codes),
        department=np.array([number.get(c.department, UNKNOWN) for c in ordered], dtype=np.int16),
        trade=trade_levels(trades),
        sector=sectors(trades),
        size=np.array([_size(company) for company in ordered], dtype=np.int8),
        position=positions(ordered),
        located=np.array([place_of(company) is not None for company in ordered], dtype=bool),
        activity=[profile.activity for profile in declared],
        offers=[profile.offers for profile in declared],
        needs=[profile.needs for profile in declared],
        trade_label=[trade_label(c, t) for c, t in zip(ordered, trades, strict=True)],
        themes=[tuple(sorted({fold(theme) for theme in p.themes})) for p in declared],
        training_body=np.array(
            [is_training_body(t, p) for t, p in zip(trades, declared, strict=True)], dtype=bool
        ),
        exports=np.array(
            [deals_abroad(t, p) for t, p in zip(trades, declared, strict=True)], dtype=bool
        ),
        capacity=np.array(
            [UNKNOWN if p.capacity is None else p.capacity for p in declared], dtype=np.int16
        ),
    )


def _declared(company: Company, profiles: Mapping[str, Profile]) -> Profile:
    profile = profiles.get(company.siret)
    if profile is None or not profile.consent:
        return Profile(company.siret, consent=False)
    return profile


def _size(company: Company) -> int:
    rank = size_rank(company.size_band)
    return UNKNOWN if rank is None else rank


def trade_of(company: Company) -> str | None:
    """NAF rev. 2 sub-class, by way of NAF 2025 where only that is known."""
    if company.naf is not None:
        return company.naf
    return naf_rev2_of_2025(company.naf2025) if company.naf2025 else None


def trade_levels(trades: Sequence[str | None]) -> npt.NDArray[np.int16]:
    """Positions of each trade at the five levels, section first; shape (n, 5)."""
    unknown = (UNKNOWN,) * len(LEVELS)
    levels = [trade_positions()[trade] if trade else unknown for trade in trades]
    return np.array(levels, dtype=np.int16).reshape(-1, len(LEVELS))


def sectors(trades: Sequence[str | None]) -> npt.NDArray[np.int8]:
    """Position of the input-output sector of each trade; shape (n,)."""
    place = {sector: number for number, sector in enumerate(flow_matrix().sectors)}
    found = {trade: place.get(sector_of(trade) or "", UNKNOWN) for trade in set(trades)}
    return np.array([found[trade] for trade in trades], dtype=np.int8)


def trade_label(company: Company, trade: str | None) -> str:
    """Official label of the trade, in French."""
    if trade is not None:
        return naf_label(trade)
    return naf_2025_label(company.naf2025) if company.naf2025 else ""


def positions(companies: Sequence[Company]) -> npt.NDArray[np.float64]:
    """Place each establishment by its own coordinates, its commune's, or its department's."""
    vectors = np.zeros((len(companies), 3))
    places = [place_of(c) or _centres().get(c.department) for c in companies]
    known = [row for row, place in enumerate(places) if place is not None]
    if known:
        latitudes, longitudes = zip(*(places[row] for row in known), strict=True)
        vectors[known] = unit_vectors(np.array(latitudes), np.array(longitudes))
    return vectors


def place_of(company: Company) -> tuple[float, float] | None:
    """Latitude and longitude by the establishment, else its commune."""
    if company.latitude is not None and company.longitude is not None:
        return company.latitude, company.longitude
    if is_known_commune(company.commune):
        own = commune(company.commune)
        return own.latitude, own.longitude
    return None


@cache
def _centres() -> dict[str, tuple[float, float]]:
    """Centres of the departments; the overseas collectivities (975 and on) have none here."""
    return {
        each.code: (each.latitude, each.longitude)
        for each in departments()
        if each.latitude is not None and each.longitude is not None
    }


def is_training_body(trade: str | None, profile: Profile) -> bool:
    """Whether a company trains others, by its trade or its certification."""
    certified = any("qualiopi" in fold(text) for text in profile.certifications)
    return certified or (trade is not None and trade.startswith(TRAINING_NAF))


def deals_abroad(trade: str | None, profile: Profile) -> bool:
    """Whether a company exports or wants to, by its theme, its words or its trade."""
    words = fold(" ".join((profile.activity, profile.offers, profile.needs, *profile.themes)))
    return "export" in words or (trade is not None and trade.startswith(EXPORT_NAF))
