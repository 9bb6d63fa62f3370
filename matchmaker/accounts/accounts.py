"""Accounts of people: who they are, which firms they act for, how they are known elsewhere."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.companies import siret_problem
from matchmaker.errors import AccountError, UnknownCodeError
from matchmaker.territory import parse_departments
from matchmaker.texts import Language

LONGEST_EMAIL = 254
LONGEST_NAME = 100
_NO_NAME = re.compile(
    r".*@.*|.*\(CCI\b.*|(?:account|key|letter to|lien de courriel)\b.*|erased account"
    r"|system|service|nightly|retention|erasure|opt-out|command line|openid|sign-in",
    re.IGNORECASE,
)
"""Names that histories and logs keep for others; their bearers are called by their ids."""
_EMAIL = re.compile(r"[^\s@:,;<>\"]+@[^\s@:,;<>\"]+\.[^\s@:,;<>\"]+")


class HowTied(StrEnum):
    """What proved that an account acts for a firm."""

    ADVISER = "adviser"
    """An adviser or an administrator said so."""
    SIRET_CLAIM = "siret_claim"
    """The OpenID provider named the establishment."""
    CODE = "code"
    """A code that was mailed to the address on file."""
    COMMAND = "command"
    """Whoever runs commands on the machine said so."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """That an account acts for a firm, and since when."""

    siret: str
    how: HowTied
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Account:
    """One person's way in.

    Parameters
    ----------
    id
        A drawn id; see `matchmaker.identifiers.new_id`.
    email
        In small letters; see `checked_email`.
    name
        As others read it; may be empty.
    role
        Decides the rights. Service keys are no accounts.
    chamber
        Department of an adviser's chamber; nobody else has one.
    active
        A closed account lets nobody in and ends its sessions.
    demo
        Has a password that everybody knows; allowed only in a demo home.
    signed_in_at
        Last time, `None` before the first one.
    password_hash
        `None` for those who come through a provider, or have not chosen one yet.
    issuer, subject
        Who they are at an OpenID provider.
    companies
        Firms that an entrepreneur acts for, sorted by SIRET.
    """

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime
    created_by: str
    chamber: str | None = None
    language: Language = "fr"
    active: bool = True
    demo: bool = False
    signed_in_at: datetime | None = None
    password_hash: str | None = field(default=None, repr=False)
    issuer: str | None = None
    subject: str | None = None
    companies: tuple[Ownership, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in that is, or was, good; `digest` stands for the token of its cookie."""

    digest: str = field(repr=False)
    account_id: str
    method: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A code on its way to the address on file of a firm, for an account that claims the firm."""

    id: str
    account_id: str
    siret: str
    digest: str = field(repr=False)
    tries: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


def principal_of(account: Account, session: str | None = None) -> Principal:
    """Say who acts when somebody uses an account.

    Parameters
    ----------
    account
        The account.
    session
        Digest of the session that they came with.
    """
    return Principal(
        id=account.id,
        label=_label(account),
        role=account.role,
        chamber=account.chamber,
        companies=frozenset(ownership.siret for ownership in account.companies),
        language=account.language,
        session=session,
    )


def _label(account: Account) -> str:
    # Never an e-mail, nor what names an adviser, a key or the service itself: whoever brings their
    # own name from a provider would pass for them, and be given what is held by that name.
    named = account.name and not _NO_NAME.fullmatch(account.name)
    name = account.name if named else f"account {account.id}"
    return name if account.chamber is None else f"{name} (CCI {account.chamber})"


def checked_email(text: str) -> str:
    """Bring an e-mail address into the one form that is stored and compared.

    Raises
    ------
    AccountError
        If it is none.

    Examples
    --------
    >>> checked_email("  Zoe@Example.ORG ")
    'zoe@example.org'
    """
    email = unicodedata.normalize("NFKC", text).strip().lower()
    # Printable: no line break for a letter's head, no NUL for PostgreSQL, no half of a character.
    if len(email) > LONGEST_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise AccountError("the e-mail address cannot be read; write it like name@example.org.")
    return email


def check_account(account: Account) -> None:
    """Make sure that role, chamber and firms of an account go together.

    Raises
    ------
    AccountError
        If they do not, or the name is no name.
    """
    if account.email != checked_email(account.email):
        raise AccountError("an e-mail address is stored in small letters; see `checked_email`.")
    if account.role is Role.SERVICE:
        raise AccountError("an account is a person's; make a service key for a program.")
    if len(account.name) > LONGEST_NAME or (account.name and not account.name.isprintable()):
        raise AccountError(f"a name is one line of at most {LONGEST_NAME} characters.")
    if (account.chamber is not None) != (account.role is Role.ADVISER):
        raise AccountError("an adviser has a chamber (77 or 91), and nobody else has one.")
    if account.chamber is not None:
        check_chamber(account.chamber)
    if account.companies and account.role is not Role.ENTREPRENEUR:
        raise AccountError("only entrepreneurs act for firms; tie no firm to another role.")


def check_chamber(chamber: str) -> None:
    """Make sure that a chamber is named by the code of its department.

    Raises
    ------
    AccountError
        If it is not.
    """
    try:
        known = parse_departments(chamber) == (chamber,)
    except UnknownCodeError:
        known = False
    if not known:
        raise AccountError(f"chamber {chamber!r} is no code of a department; write it like 77.")


def check_siret(siret: str) -> None:
    """Make sure that a firm is named by its SIRET.

    Raises
    ------
    AccountError
        If it is not.
    """
    problem = siret_problem(siret)
    if problem is not None:
        raise AccountError(f"{problem}; write its 14 digits.")
