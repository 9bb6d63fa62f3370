"""Roles, rights, and how far a right reaches: the one table of who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What somebody is to the service."""

    ENTREPRENEUR = "entrepreneur"
    ADVISER = "adviser"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Right(StrEnum):
    """One kind of thing that a caller may do."""

    DIRECTORY = "directory"
    """Search firms, read their public sheets and the reference tables, preview a profile."""
    SUGGESTIONS = "suggestions"
    """Read the suggestions of a firm."""
    FEEDBACK = "feedback"
    """Answer the suggestions of a firm."""
    OVERRIDE = "override"
    """Let two firms be suggested to each other that a rule takes for competitors."""
    PROFILE = "profile"
    """Read and change what a firm declares, its contact included."""
    INTRODUCTIONS = "introductions"
    """Propose, answer and follow introductions of a firm."""
    OPT_OUT = "opt_out"
    """Keep a firm out of the service, or take it back in."""
    PRIVACY = "privacy"
    """Export or erase all that is held on a firm."""
    EVENTS = "events"
    """Prepare events."""
    QUALITY = "quality"
    """Read what a night measured of itself."""
    CLAIMS = "claims"
    """Tie other people's accounts to firms."""
    ACCOUNTS = "accounts"
    """Open, change and close accounts; end their sessions."""
    KEYS = "keys"
    """Make and revoke service keys."""
    AUDIT = "audit"
    """Read the audit log and the log of contact data."""
    OUTBOX = "outbox"
    """See and mend what could not be mailed."""
    PORTFOLIO = "portfolio"
    """Keep lists of firms, read what changed in the night, and the figures of the territory."""
    OPERATIONS = "operations"
    """See what was published and imported, go back to an earlier night, read the settings."""
    METRICS = "metrics"
    """Read the metrics of a worker."""
    OWN_ACCOUNT = "own_account"
    """Read one's own account, change its password, claim a firm, sign out."""


class Reach(IntEnum):
    """How far a right reaches."""

    NONE = 0
    OWN = 1
    """Only the firms of the account."""
    CHAMBER = 2
    """Firms of the chamber's department."""
    ALL = 3
    """Every firm, or a matter that is of no firm."""


RIGHTS: Mapping[Role, Mapping[Right, Reach]] = {
    Role.ENTREPRENEUR: {
        Right.DIRECTORY: Reach.ALL,
        Right.SUGGESTIONS: Reach.OWN,
        Right.FEEDBACK: Reach.OWN,
        Right.PROFILE: Reach.OWN,
        Right.INTRODUCTIONS: Reach.OWN,
        Right.OPT_OUT: Reach.OWN,
        Right.PRIVACY: Reach.OWN,
        Right.OWN_ACCOUNT: Reach.ALL,
    },
    Role.ADVISER: {
        Right.DIRECTORY: Reach.ALL,
        Right.SUGGESTIONS: Reach.ALL,
        Right.FEEDBACK: Reach.CHAMBER,
        Right.OVERRIDE: Reach.CHAMBER,
        Right.PROFILE: Reach.CHAMBER,
        Right.INTRODUCTIONS: Reach.CHAMBER,
        Right.OPT_OUT: Reach.CHAMBER,
        Right.PRIVACY: Reach.CHAMBER,
        Right.EVENTS: Reach.CHAMBER,
        Right.QUALITY: Reach.ALL,
        Right.CLAIMS: Reach.CHAMBER,
        Right.PORTFOLIO: Reach.CHAMBER,
        Right.OWN_ACCOUNT: Reach.ALL,
    },
    Role.ADMINISTRATOR: {right: Reach.ALL for right in Right},
    Role.SERVICE: {
        right: Reach.ALL
        for right in (
            Right.DIRECTORY,
            Right.SUGGESTIONS,
            Right.FEEDBACK,
            Right.PROFILE,
            Right.INTRODUCTIONS,
            Right.OPT_OUT,
            Right.EVENTS,
            Right.QUALITY,
            Right.METRICS,
        )
    },
}
"""A role has no right that its row does not name.

A service key has those of its role that are among its scopes; a key of one chamber reaches no
further than that chamber where an adviser would not.
"""

ABOUT_FIRMS = frozenset(
    {
        Right.FEEDBACK,
        Right.OVERRIDE,
        Right.PROFILE,
        Right.INTRODUCTIONS,
        Right.OPT_OUT,
        Right.PRIVACY,
        Right.EVENTS,
        Right.CLAIMS,
    }
)
"""Rights that a service key of one chamber has for the firms of that chamber only."""
