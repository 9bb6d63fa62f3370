"""What the audit log and the log of contact data hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What happens to accounts and keys; other rooms log actions of their own beside these."""

    SIGNED_IN = "sign_in.done"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGN_IN_SLOWED = "sign_in.slowed"
    SESSION_ENDED = "session.ended"
    SESSIONS_ENDED = "session.all_ended"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_DELETED = "account.deleted"
    PASSWORD_SET = "account.password_set"
    COMPANY_TIED = "account.company_tied"
    COMPANY_UNTIED = "account.company_untied"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    KEY_ROTATED = "key.rotated"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what to what, and when.

    Parameters
    ----------
    actor, role
        As `Principal.label` and `Principal.role` were then.
    action
        `"account.created"`.
    subject
        Id of the account, key or firm that it was done to.
    details
        Never a password, a key or a code.
    """

    id: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ContactRead:
    """Who was shown the contact of a firm, or had it sent to them, and what for."""

    id: int
    at: datetime
    actor: str
    role: str
    siret: str
    purpose: str
    introduction_id: str | None
