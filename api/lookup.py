"""Finding companies for a caller: what may be shown, and what a search may ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from api.errors import BadValueError
from matchmaker.activities import naf_codes
from matchmaker.companies import Company, Diffusion, Profile
from matchmaker.errors import UnknownCodeError, UnknownCompanyError
from matchmaker.mail.words import without_contacts
from matchmaker.store import Unit
from matchmaker.territory import (
    commune,
    communes,
    current_commune,
    department_of,
    is_known_commune,
)
from matchmaker.texts import Language
from models.answers import company_document

_UNDOTTED = re.compile(r"\d{3,4}[A-Z]?")
_BEGINNING = re.compile(r"\d{1,2}|\d{2}\.|\d{2}\.\d{1,2}|\d{2}\.\d{2}[A-Z]")


def shown_company(unit: Unit, siret: str) -> Company:
    """Read a company that may be shown.

    Raises
    ------
    UnknownCompanyError
        If the store has none, or it may not be shown: the caller learns no difference.
    """
    company = unit.companies.get(siret)
    hidden = company is None or company.diffusion is Diffusion.NONE
    if company is None or hidden or unit.exclusions.has_opted_out(siret):
        raise UnknownCompanyError(
            f"company {siret} is not in the store. Check the number, or import its department."
        )
    return company


def detail_document(
    company: Company, profile: Profile | None, language: Language
) -> dict[str, Any]:
    """Public sheet of a company; of its profile what it agrees to show, never a contact."""
    return {
        **company_document(company, language),
        "naf2025": company.naf2025,
        "legal_category": company.legal_category,
        "created": company.created.isoformat() if company.created else None,
        "head_office": company.head_office,
        "active": company.active,
        "source": company.source,
        "data_date": company.data_date.isoformat() if company.data_date else None,
        "profile": _profile_document(profile, language) if profile and profile.consent else None,
    }


def _profile_document(profile: Profile, language: Language) -> dict[str, Any]:
    # Not even a contact that was written into a text leaves before an introduction.
    return {
        "activity": without_contacts(profile.activity, language),
        "offers": without_contacts(profile.offers, language),
        "needs": without_contacts(profile.needs, language),
        "themes": [without_contacts(each, language) for each in profile.themes],
        "certifications": [without_contacts(each, language) for each in profile.certifications],
    }


def checked_naf(text: str) -> str:
    """Beginning of a NAF rev. 2 code, with its dot.

    Raises
    ------
    UnknownCodeError
        If no code begins like this.
    """
    code = text.strip().upper()
    if _UNDOTTED.fullmatch(code):
        code = f"{code[:2]}.{code[2:]}"
    if not (_BEGINNING.fullmatch(code) and any(each.startswith(code) for each in naf_codes())):
        raise UnknownCodeError(f"no NAF rev. 2 code begins with {text!r}; write 25, 25.6 or 25.62B")
    return code


def checked_department(unit: Unit, code: str) -> str:
    """Department of the store.

    Raises
    ------
    BadValueError
        If the store has no company there.
    """
    known = unit.companies.departments()
    if code not in known:
        raise BadValueError(
            f"department {code!r} has no company in the store, which covers {_listed(known)}."
        )
    return code


def checked_commune(code: str, departments: Sequence[str]) -> str:
    """Commune of today, for a code of today or of a former commune.

    Communes are known by name in 77 and 91; elsewhere a code needs the right form only, and a
    department that is served.

    Raises
    ------
    UnknownCodeError
        If there is no such commune.
    BadValueError
        If it lies outside the departments.
    """
    present = current_commune(code)
    if not is_known_commune(present) and department_of(present) in {
        place.department for place in communes()
    }:
        commune(code)  # says what is wrong with the code
    if department_of(present) not in departments:
        raise BadValueError(f"commune {code} is outside the territory ({_listed(departments)}).")
    return present


def _listed(departments: Sequence[str]) -> str:
    return ", ".join(departments) or "no department yet"
