"""Accounts, sessions, keys and logs as they go in and out over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.account_examples import (
    ACCOUNT,
    ACCOUNTS,
    AUDIT,
    CONTACT_READS,
    KEYS,
    NEW_ACCOUNT,
    NEW_KEY,
    SESSION,
    SESSIONS,
    SHOWN_KEY,
)
from matchmaker.accounts.accounts import LONGEST_EMAIL, LONGEST_NAME, HowTied
from matchmaker.accounts.keys import LONGEST_LIFE_DAYS
from matchmaker.accounts.passwords import LONGEST as LONGEST_PASSWORD
from matchmaker.accounts.roles import Right, Role
from matchmaker.texts import Language

MAX_FIRMS = 50
"""Firms that an account may be opened with."""
MAX_OVERLAP_HOURS = 168

Email = Annotated[str, Field(max_length=LONGEST_EMAIL)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Password = Annotated[str, Field(max_length=LONGEST_PASSWORD)]
Chamber = Annotated[str, Field(max_length=3, description="Department of the chamber.")]
KeyName = Annotated[
    str, Field(min_length=1, max_length=LONGEST_NAME, description="Which program uses it.")
]


class _Document(BaseModel):
    """Of an account or a key, nobody may send a field that is not named here."""

    model_config = ConfigDict(extra="forbid")


class SignIn(_Document):
    """Who somebody says they are."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "zoe@example.org", "password": "trois mots bien choisis"}]
        }
    )

    email: Email
    password: Password


class OwnershipAnswer(_Document):
    """A firm that an account acts for."""

    siret: str
    how: HowTied
    at: str
    by: str


class AccountAnswer(_Document):
    """An account; never its password."""

    model_config = ConfigDict(json_schema_extra={"examples": [ACCOUNT]})

    id: str
    email: str
    name: str
    role: Role
    chamber: str | None
    language: Language
    active: bool
    demo: bool
    has_password: bool
    provider: str | None
    """Address of the OpenID provider through which the person comes."""
    created_at: str
    created_by: str
    signed_in_at: str | None
    companies: list[OwnershipAnswer]


class AccountsAnswer(_Document):
    """Accounts by e-mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [ACCOUNTS]})

    items: list[AccountAnswer]


class SessionAnswer(_Document):
    """Who is signed in, what they may do, and the token that their changes must carry."""

    model_config = ConfigDict(json_schema_extra={"examples": [SESSION]})

    account: AccountAnswer
    rights: dict[Right, str]
    """How far each right reaches: `own`, `chamber` or `all`."""
    csrf_token: str
    """To be sent in `X-CSRF-Token` with every change."""


class OwnSession(_Document):
    """One of the caller's sessions that is still good."""

    method: str
    created_at: str
    seen_at: str
    expires_at: str
    current: bool


class SessionsAnswer(_Document):
    """The caller's sessions, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [SESSIONS]})

    items: list[OwnSession]


class EndedAnswer(_Document):
    """How many sessions were ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended": 2}]})

    ended: int


class PasswordChange(_Document):
    """A new password in place of the old one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"old": "trois mots bien choisis", "new": "quatre autres mots encore"}]
        }
    )

    old: Password
    new: Password


class NewAccount(_Document):
    """An account to open; its person is invited by letter to choose a password."""

    model_config = ConfigDict(json_schema_extra={"examples": [NEW_ACCOUNT]})

    email: Email
    name: Name = ""
    role: Role
    chamber: Chamber | None = None
    language: Language = "fr"
    companies: list[Annotated[str, Field(max_length=14)]] = Field(
        [], max_length=MAX_FIRMS, description="SIRETs that an entrepreneur acts for."
    )


class AccountPatch(_Document):
    """What is to change of an account; fields that are not given stay."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": False}]})

    active: bool = Field(True, strict=True)
    role: Role = Role.ENTREPRENEUR
    chamber: Chamber | None = None
    name: Name = ""
    language: Language = "fr"


class KeyAnswer(_Document):
    """A service key, without the key itself."""

    id: str
    name: str
    scopes: list[Right]
    chamber: str | None
    created_at: str
    created_by: str
    expires_at: str
    revoked_at: str | None
    used_at: str | None


class KeysAnswer(_Document):
    """Service keys by name."""

    model_config = ConfigDict(json_schema_extra={"examples": [KEYS]})

    items: list[KeyAnswer]


class ShownKey(KeyAnswer):
    """A key that was just made: `key` is shown now, and never again."""

    model_config = ConfigDict(json_schema_extra={"examples": [SHOWN_KEY]})

    key: str


class NewKey(_Document):
    """A service key to make."""

    model_config = ConfigDict(json_schema_extra={"examples": [NEW_KEY]})

    name: KeyName
    scopes: list[Right] = Field(min_length=1, max_length=len(Right))
    chamber: Chamber | None = None
    days: int | None = Field(
        None,
        ge=1,
        le=LONGEST_LIFE_DAYS,
        strict=True,
        description="By default setting access.key_days.",
    )


class KeyRotation(_Document):
    """A new key in place of an old one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: int = Field(
        0, ge=0, le=MAX_OVERLAP_HOURS, strict=True, description="How long both keys are good."
    )


class AuditLineAnswer(_Document):
    """Who did what to what."""

    id: int
    at: str
    actor: str
    role: str
    action: str
    subject: str
    details: dict[str, Any]


class AuditAnswer(_Document):
    """Lines of the audit log, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [AUDIT]})

    items: list[AuditLineAnswer]


class ContactReadAnswer(_Document):
    """Who was shown the contact of a firm, or had it sent to them."""

    id: int
    at: str
    actor: str
    role: str
    siret: str
    purpose: str
    introduction_id: str | None


class ContactReadsAnswer(_Document):
    """Lines of the log of contact data, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONTACT_READS]})

    items: list[ContactReadAnswer]
