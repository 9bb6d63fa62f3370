"""The form of an account: what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.forms import Form
from matchmaker.accounts.accounts import LONGEST_NAME, Account, checked_email
from matchmaker.accounts.roles import Role
from matchmaker.companies import siret_problem
from matchmaker.errors import AccountError
from matchmaker.store import Unit
from matchmaker.texts import LANGUAGES, Language

PEOPLE = (Role.ENTREPRENEUR, Role.ADVISER, Role.ADMINISTRATOR)
"""Roles of people: a program has a key."""

Faults = dict[str, str]
"""Keys of the catalogue, below `administration.accounts.wrong`, by field."""


@dataclass(frozen=True)
class AccountFields:
    """What was typed, or what an account has.

    Parameters
    ----------
    email, name, role, chamber, language
        As texts.
    siret
        The firm that a new entrepreneur acts for; may be empty.
    """

    email: str = ""
    name: str = ""
    role: str = Role.ENTREPRENEUR.value
    chamber: str = ""
    language: str = "fr"
    siret: str = ""

    def columns(self) -> dict[str, Any]:
        """Values for the store, once `faults` has found none; only an adviser has a chamber."""
        role = Role(self.role)
        return {
            "name": self.name,
            "role": role,
            "chamber": self.chamber if role is Role.ADVISER else None,
            "language": self.spoken,
        }

    @property
    def spoken(self) -> Language:
        """Language of letters to them."""
        return next((each for each in LANGUAGES if each == self.language), "fr")


def typed_fields(form: Form) -> AccountFields:
    """Read the form of an account."""
    return AccountFields(
        email=form.text("email"),
        name=form.text("name"),
        role=form.text("role"),
        chamber=form.text("chamber"),
        language=form.text("language", "fr"),
        siret="".join(form.text("siret").split()),
    )


def fields_of(account: Account) -> AccountFields:
    """Show an account as its form."""
    return AccountFields(
        email=account.email,
        name=account.name,
        role=account.role.value,
        chamber=account.chamber or "",
        language=account.language,
    )


def faults(
    unit: Unit, fields: AccountFields, chambers: Sequence[str], account: Account | None = None
) -> Faults:
    """Find what is wrong with a form, by field; nothing where all is well.

    Parameters
    ----------
    chambers
        Departments whose chambers use the service.
    account
        The account that is changed; none where one is opened.
    """
    found: Faults = {}
    if account is None:
        found |= _email_faults(unit, fields.email) | firm_faults(unit, fields.siret, optional=True)
    if len(fields.name) > LONGEST_NAME or (fields.name and not fields.name.isprintable()):
        found["name"] = "name"
    if fields.role not in [role.value for role in PEOPLE]:
        found["role"] = "role"
    elif fields.role != Role.ENTREPRENEUR and (fields.siret or (account and account.companies)):
        found["role"] = "role_with_firms"
    if fields.role == Role.ADVISER and fields.chamber not in chambers:
        found["chamber"] = "chamber"
    return found


def _email_faults(unit: Unit, email: str) -> Faults:
    try:
        known = unit.accounts.by_email(checked_email(email))
    except AccountError:
        return {"email": "email"}
    return {} if known is None else {"email": "email_taken"}


def firm_faults(unit: Unit, siret: str, *, optional: bool = False) -> Faults:
    """Find what is wrong with a firm that somebody is to act for."""
    if not siret and optional:
        return {}
    if siret_problem(siret) is not None:
        return {"siret": "siret"}
    return {} if unit.companies.get(siret) else {"siret": "siret_unknown"}
