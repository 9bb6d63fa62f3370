"""The head of every page about one firm: who it is, and which pages about it the reader has."""

from __future__ import annotations

from dataclasses import dataclass

from api.lookup import shown_company
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right, Role
from matchmaker.companies import Company
from matchmaker.explain import display_name, size_text
from matchmaker.store import Unit
from matchmaker.texts import Language
from models.answers import trade_of_company

TABS = (
    ("suggestions", "", Right.SUGGESTIONS),
    ("profile", "/profil", Right.PROFILE),
    ("introductions", "/mises-en-relation", Right.INTRODUCTIONS),
    ("sheet", "/fiche", Right.DIRECTORY),
)
"""Pages about a firm, with the end of their address and the right that they need for it."""


@dataclass(frozen=True)
class FirmHead:
    """What the head of a page says of a firm.

    Parameters
    ----------
    siret, name, trade, commune, department, size
        As people read them.
    fictional, active
        Whether the firm is invented, and whether it is open.
    own
        Whether the reader is an entrepreneur of this firm.
    tabs
        Name and address of the pages about it that the reader may open.
    others
        SIRET and name of the other firms that the reader acts for.
    """

    siret: str
    name: str
    trade: str
    commune: str
    department: str
    size: str
    fictional: bool
    active: bool
    own: bool
    tabs: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


def firm_head(unit: Unit, caller: Principal, siret: str, language: Language) -> FirmHead:
    """Read what the head of a page says of a firm.

    Raises
    ------
    UnknownCompanyError
        If the firm may not be shown.
    """
    return head_of(unit, caller, shown_company(unit, siret), language)


def head_of(unit: Unit, caller: Principal, company: Company, language: Language) -> FirmHead:
    """Say what the head of a page says of a firm that was read already."""
    return FirmHead(
        siret=company.siret,
        name=display_name(company, language),
        trade=trade_of_company(company, language),
        commune=company.commune_name,
        department=company.department,
        size=size_text(company.size_band, language),
        fictional=company.fictional,
        active=company.active,
        own=caller.role is Role.ENTREPRENEUR and company.siret in caller.companies,
        tabs=_tabs(caller, company),
        others=_others(unit, caller, company.siret, language),
    )


def _tabs(caller: Principal, company: Company) -> tuple[tuple[str, str], ...]:
    home = f"/entreprises/{company.siret}"
    return tuple(
        (key, home + end)
        for key, end, right in TABS
        if caller.may(right, company.siret, company.department)
    )


def _others(
    unit: Unit, caller: Principal, siret: str, language: Language
) -> tuple[tuple[str, str], ...]:
    """Name the other firms of an entrepreneur, by name."""
    if caller.role is not Role.ENTREPRENEUR:
        return ()
    found = unit.companies.many(sorted(caller.companies - {siret}))
    names = [(each, display_name(company, language)) for each, company in found.items()]
    return tuple(sorted(names, key=lambda pair: (pair[1], pair[0])))
