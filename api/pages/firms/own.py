"""A firm before its own people: they see it even where nobody else may."""

from __future__ import annotations

from dataclasses import dataclass, replace

from api.pages.firms.head import FirmHead, head_of
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.errors import UnknownCompanyError
from matchmaker.introductions.naming import named
from matchmaker.store import Unit
from matchmaker.texts import Language, say


@dataclass(frozen=True)
class OwnFirm:
    """A firm, as those see it who may act for it.

    Parameters
    ----------
    company
        Its entry.
    head
        Of the page.
    opted_out
        Whether it has left the service: its people must find the way back.
    """

    company: Company
    head: FirmHead
    opted_out: bool


def own_firm(unit: Unit, caller: Principal, siret: str, language: Language) -> OwnFirm:
    """Read a firm for a caller whose right reaches it.

    One that has left the service is named to its own people alone, not to those who act for it.

    Raises
    ------
    UnknownCompanyError
        If the store has no such firm.
    """
    company = unit.companies.get(siret)
    if company is None:
        raise UnknownCompanyError(
            f"company {siret} is not in the store. Check the number, or import its department."
        )
    head = head_of(unit, caller, company, language)
    if siret not in named(unit, caller, [siret]):
        head = replace(head, name=say(language, "company.left"), trade="", commune="", size="")
    return OwnFirm(company, head, unit.exclusions.has_opted_out(siret))
