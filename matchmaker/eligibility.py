"""Hard rules: who may be suggested at all, and which pairs may not.

A rule either applies or not; it has a name, which is logged with every pair and company that it
keeps out. No weight of the model can outvote it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaker.companies import SIZE_BANDS, Company, Diffusion
from matchmaker.settings import CompanyRule, EligibilitySettings

PAIR_RULES = (
    "same_siren",
    "same_department",
    "already_met",
    "competitor",
    "said_competitor",
    "already_known",
    "set_aside",
)
"""Rules about pairs, in the order in which the first one that applies is named.

The last three are the word of a firm: one of the two called the other a competitor, said that they
know each other or have met, or (for the lists of that firm alone) set the other aside. An adviser
may lift the rule `competitor` for a pair, none of the others.
"""

_SMALL_UP_TO = SIZE_BANDS.index("03")
_MEDIUM_UP_TO = SIZE_BANDS.index("12")


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a company takes part, beside its registry entry.

    `consent` is `None` where the company has declared no profile.
    """

    opted_out: bool
    consent: bool | None


def company_rule(company: Company, standing: Standing, settings: EligibilitySettings) -> str | None:
    """Name the first rule that keeps a company out of suggestions, or nothing."""
    for name in settings.rules:
        if COMPANY_RULES[name](company, standing, settings):
            return name
    return None


def _begins(text: str | None, beginnings: tuple[str, ...]) -> bool:
    return text is not None and text.startswith(beginnings)


def _trade_code(company: Company) -> str | None:
    """Code of NAF rev. 2, else of NAF 2025; their divisions agree where the rules look."""
    return company.naf or company.naf2025


def _closed(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    return not company.active


def _not_diffusible(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    return company.diffusion is Diffusion.NONE


def _partial_diffusion(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    # A unit of partial diffusion refuses prospection; a profile with consent takes that back.
    return company.diffusion is Diffusion.PARTIAL and standing.consent is not True


def _opted_out(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    return standing.opted_out


def _consent_refused(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    return standing.consent is False


def _public_body(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    return (
        _begins(_trade_code(company), settings.naf_divisions)
        or _begins(company.legal_category, settings.legal_categories)
        or company.siren.startswith(settings.public_siren)
    )


def _school(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    return _begins(_trade_code(company), settings.school_naf)


def _co_ownership(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    return _begins(_trade_code(company), settings.co_ownership_naf) or _begins(
        company.legal_category, settings.co_ownership_legal_categories
    )


def _dormant(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    if _trade_code(company) is None:
        return standing.consent is not True
    return _begins(_trade_code(company), settings.dormant_naf)


def _property_shell(company: Company, standing: Standing, settings: EligibilitySettings) -> bool:
    without_staff = company.size_band in (None, "NN", "00")
    holds_assets = _begins(_trade_code(company), settings.property_shell_naf) or _begins(
        company.legal_category, settings.property_shell_legal_categories
    )
    return without_staff and holds_assets and standing.consent is not True


COMPANY_RULES: dict[CompanyRule, Callable[[Company, Standing, EligibilitySettings], bool]] = {
    "closed": _closed,
    "not_diffusible": _not_diffusible,
    "partial_diffusion": _partial_diffusion,
    "opted_out": _opted_out,
    "consent_refused": _consent_refused,
    "public_body": _public_body,
    "school": _school,
    "co_ownership": _co_ownership,
    "dormant": _dormant,
    "property_shell": _property_shell,
}
"""Every rule about one company, by name."""


def catchment_km(
    size: npt.NDArray[np.int8], settings: EligibilitySettings
) -> npt.NDArray[np.float32]:
    """Radius (km) in which a firm looks for its clients, by the rank of its staff band."""
    small, medium, large = settings.catchment_km
    return np.where(
        size > _MEDIUM_UP_TO, large, np.where(size > _SMALL_UP_TO, medium, small)
    ).astype(np.float32)


def are_competitors(
    same_trade: npt.NDArray[np.bool_],
    distance_km: npt.NDArray[np.float32],
    reach_km: npt.NDArray[np.float32],
    *,
    anywhere: bool,
) -> npt.NDArray[np.bool_]:
    """Tell which pairs are competitors: the same trade, in overlapping catchments.

    Parameters
    ----------
    same_trade
        Same NAF sub-class, or near-equal declared offers.
    distance_km
        NaN where a place is not known: then catchments count as overlapping.
    reach_km
        Sum of the two catchment radii.
    anywhere
        Whether one trade is a competitor at any distance (for supply and joint tenders there is
        nothing to gain from it either way).

    Returns
    -------
    ndarray
        Shape of `same_trade`.
    """
    if anywhere:
        return same_trade
    apart = distance_km > reach_km  # a comparison with NaN is false: unknown places overlap
    return np.asarray(same_trade & ~apart)
