"""People whom an OpenID Connect provider vouches for: claims to an identity, identity to account.

The rules, safest first: an identity that is known keeps its account; a new one takes over an
account that is there only where the provider says that it has checked the e-mail address, and never
one that somebody signs in to with a password and that can do more than act for its own firms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random

from matchmaker.accounts.accounts import (
    LONGEST_NAME,
    Account,
    HowTied,
    checked_email,
    principal_of,
)
from matchmaker.accounts.audit import Action
from matchmaker.accounts.changes import (
    change_account,
    open_account,
    tie_company,
    untie_company,
)
from matchmaker.accounts.principals import system
from matchmaker.accounts.roles import Role
from matchmaker.companies import siret_problem
from matchmaker.errors import AccountError, IdentityRefusedError
from matchmaker.identifiers import new_id
from matchmaker.settings import OidcSettings
from matchmaker.store import Unit

MAKER = system("openid")
"""Who opens accounts and ties firms on the word of the provider."""
METHOD = "oidc"
"""What sessions and the audit log call this way in."""
LONGEST_SUBJECT = 255
"""Characters that OpenID Connect allows the name of a person at a provider."""


class Refusal(StrEnum):
    """Why somebody whom the provider knows does not get in."""

    CANCELLED = "cancelled"
    """They, or the provider, stopped half-way."""
    STALE = "stale"
    """The answer belongs to no sign-in that this browser has begun, or to one that is too old."""
    UNPROVEN = "unproven"
    """What the provider sent does not prove who they are."""
    EMAIL = "email"
    """The provider has not checked their e-mail address."""
    INACTIVE = "inactive"
    """The account is closed."""
    PASSWORD = "password"
    """The address is that of an adviser or administrator who signs in with a password."""
    TAKEN = "taken"
    """The address is that of somebody else at the provider."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the provider describes them.

    Parameters
    ----------
    issuer, subject
        The provider, and the person there: together they never change.
    email
        Checked by the provider; `None` where it has not checked any.
    name
        As people call them; the address, or nothing, where the provider tells no name.
    siret
        Establishment that they act for; `None` where the provider names none that can be right.
    """

    issuer: str
    subject: str
    email: str | None
    name: str
    siret: str | None


def identity_of(claims: Mapping[str, object], *, issuer: str, settings: OidcSettings) -> Identity:
    """Read what the provider says of a person.

    Parameters
    ----------
    claims
        Of the verified ID token, and of the answer about the person.
    issuer
        The provider, as the token names it.

    Raises
    ------
    IdentityRefusedError
        If the claims do not even name the person.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _names_somebody(subject):
        raise IdentityRefusedError(Refusal.UNPROVEN)
    email = _checked_address(claims, settings)
    return Identity(
        issuer=issuer,
        subject=subject,
        email=email,
        name=_name_in(claims) or email or "",
        siret=_siret_in(claims, settings.siret_claim),
    )


def _names_somebody(subject: str) -> bool:
    in_length = 0 < len(subject) <= LONGEST_SUBJECT
    return in_length and subject.isascii() and subject.isprintable()


def _checked_address(claims: Mapping[str, object], settings: OidcSettings) -> str | None:
    email = claims.get("email")
    # Some providers write the truth value as a text.
    verified = claims.get("email_verified", settings.email_is_checked) in (True, "true")
    if not verified or not isinstance(email, str):
        return None
    try:
        return checked_email(email)
    except AccountError:
        return None


def _name_in(claims: Mapping[str, object]) -> str:
    """First and last name; ProConnect calls the last one `usual_name`."""
    last = claims.get("usual_name") or claims.get("family_name")
    parts = [part for part in (claims.get("given_name"), last) if isinstance(part, str)]
    whole = claims.get("name")
    if not parts and isinstance(whole, str):
        parts = [whole]
    printable = "".join(each if each.isprintable() else " " for each in " ".join(parts))
    return " ".join(printable.split())[:LONGEST_NAME]


def _siret_in(claims: Mapping[str, object], claim: str) -> str | None:
    value = claims.get(claim)
    text = value.replace(" ", "") if isinstance(value, str) else ""
    return text if siret_problem(text) is None else None


def admit(unit: Unit, identity: Identity, *, at: datetime, random: Random) -> Account | Refusal:
    """Find, or open, the account of a person, and tie the firm that the provider names.

    What is refused is returned, not raised: the unit of work keeps a line of it in the audit log.

    Parameters
    ----------
    random
        Where the id of a new account comes from.

    Raises
    ------
    AccountError
        If the same person came in twice at the same moment; once more will do.
    """
    found = _known(unit, identity) or _waiting(unit, identity)
    if isinstance(found, Refusal):
        unit.audit.note(
            at=at, by=MAKER, action=Action.SIGN_IN_REFUSED, subject="", reason=found.value
        )
        return found
    account = found or _opened(unit, identity, at, random)
    known = {"issuer": identity.issuer, "subject": identity.subject}
    account = change_account(unit, account.id, by=MAKER, at=at, **known)
    _follow_email(unit, account, identity.email, at)
    if account.role is Role.ENTREPRENEUR:
        _follow_siret(unit, account, identity.siret, at)
    unit.accounts.note_sign_in(account.id, at)
    entered = unit.accounts.get(account.id)
    unit.audit.note(
        at=at,
        by=principal_of(entered),
        action=Action.SIGNED_IN,
        subject=entered.id,
        method=METHOD,
    )
    return entered


def _known(unit: Unit, identity: Identity) -> Account | Refusal | None:
    account = unit.accounts.by_identity(identity.issuer, identity.subject)
    return Refusal.INACTIVE if account and not account.active else account


def _waiting(unit: Unit, identity: Identity) -> Account | Refusal | None:
    """Find the account that has the address and waits for this identity."""
    if identity.email is None:
        return Refusal.EMAIL
    account = unit.accounts.by_email(identity.email)
    if account is None:
        return None
    if account.issuer is not None:
        return Refusal.TAKEN
    if not account.active:
        return Refusal.INACTIVE
    if account.role is not Role.ENTREPRENEUR and account.password_hash is not None:
        return Refusal.PASSWORD
    return account


def _opened(unit: Unit, identity: Identity, at: datetime, random: Random) -> Account:
    assert identity.email is not None, "a new identity without a checked address was refused"
    account = Account(
        id=new_id(random),
        email=identity.email,
        name=identity.name,
        role=Role.ENTREPRENEUR,
        chamber=None,
        language="fr",
        created_at=at,
        created_by=MAKER.label,
    )
    return open_account(unit, account, by=MAKER, at=at)


def _follow_email(unit: Unit, account: Account, email: str | None, at: datetime) -> None:
    """Take up a new address, unless another account has it."""
    if email is not None and unit.accounts.by_email(email) is None:
        change_account(unit, account.id, by=MAKER, at=at, email=email)


def _follow_siret(unit: Unit, account: Account, siret: str | None, at: datetime) -> None:
    """Tie the firm that the provider names now, and no other that it has named before.

    Who leaves a firm cannot choose it at the provider any more; ties that a code or an adviser has
    made stay.
    """
    for owned in account.companies:
        if owned.how is HowTied.SIRET_CLAIM and owned.siret != siret:
            untie_company(unit, account.id, owned.siret, by=MAKER, at=at)
    if siret is not None:
        tie_company(unit, account.id, siret, HowTied.SIRET_CLAIM, by=MAKER, at=at)
