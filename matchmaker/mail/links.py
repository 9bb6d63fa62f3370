"""What the links of letters are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class LinkPurpose(StrEnum):
    """What a link does once it is confirmed."""

    ACCEPT = "accept"
    """Accept an introduction."""
    DECLINE = "decline"
    """Decline an introduction; the page asks why."""
    NO_CAPACITY = "no_capacity"
    """Decline for want of room this quarter, which is no dislike."""
    OUTCOME = "outcome"
    """Say what came of an introduction."""
    FEEDBACK = "feedback"
    """Answer a suggestion of a digest."""
    UNSUBSCRIBE = "unsubscribe"
    """No more letters on a topic to an address."""
    OPT_OUT = "opt_out"
    """Keep a firm out of the service."""
    PASSWORD = "password"
    """Set the password of an account."""


REPEATABLE = frozenset({LinkPurpose.UNSUBSCRIBE})
"""Used links of these purposes may be sent again, and do the same: mail programs do that."""


@dataclass(frozen=True, slots=True)
class MailLink:
    """A link as the store knows it.

    Parameters
    ----------
    digest
        Of its id: the store does not hold what would open it.
    purpose
        What it does.
    siret, account_id, introduction_id
        What it does it to.
    details
        Whatever else it needs.
    created_at, expires_at
        Its life.
    used_at
        When it was used, if it was.
    """

    digest: str = field(repr=False)
    purpose: LinkPurpose
    siret: str | None
    account_id: str | None
    introduction_id: str | None
    details: Mapping[str, Any]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
