"""Which firms of introductions a reader may be told the name of.

An introduction outlives the stay of its firms: its history is kept, but a firm that has left the
service is named in it to nobody but its own people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.explain import display_name
from matchmaker.store import Unit
from matchmaker.texts import Language, say


def named(unit: Unit, caller: Principal, sirets: Collection[str]) -> dict[str, Company]:
    """Read those of some firms that a reader may be told the names of.

    Parameters
    ----------
    unit
        Unit of work.
    caller
        The reader.
    sirets
        Sides of introductions.

    Returns
    -------
    dict
        By SIRET, without those that have opted out, were erased, or may no longer be shown.
    """
    asked = sorted(set(sirets))
    shown = unit.portfolio.shown(asked)
    own = [siret for siret in asked if siret not in shown and siret in caller.companies]
    return shown | unit.companies.many(own)


def name_in(companies: Mapping[str, Company], siret: str, language: Language) -> str:
    """Name a firm, or say that it has left the service.

    Parameters
    ----------
    companies
        Those that may be named.
    siret
        The firm.
    language
        Of what is said instead of a name.
    """
    company = companies.get(siret)
    return say(language, "company.left") if company is None else display_name(company, language)
