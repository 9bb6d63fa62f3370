"""How long what is kept: the table of periods, and the night's round that applies it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.accounts.principals import system
from matchmaker.privacy.erasing import erase_account
from matchmaker.settings import RetentionSettings
from matchmaker.store import Unit

BY = "retention"
"""Who removes names from events, as their histories have it."""


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of data and how long it is kept.

    Parameters
    ----------
    name
        As reports and the register name it.
    setting
        Leaf of `retention` that holds the number of days.
    since
        From when on the days count, in words.
    remove
        Removes what is older than a moment; takes that moment and now.
    """

    name: str
    setting: str
    since: str
    remove: Callable[[Unit, datetime, datetime], int]


def _accounts(unit: Unit, before: datetime, at: datetime) -> int:
    unused = unit.retention.unused_accounts(before)
    for account_id in unused:
        erase_account(unit, account_id, by=system(BY), at=at)
    return len(unused)


PERIODS: tuple[Period, ...] = (
    Period("sessions", "session_days", "their end",
           lambda unit, before, at: unit.retention.sessions(before)),
    Period("links", "session_days", "their use or end",
           lambda unit, before, at: unit.retention.links(before)),
    Period("claims", "session_days", "their use or end",
           lambda unit, before, at: unit.retention.claims(before)),
    Period("failures", "failure_days", "the failed sign-in",
           lambda unit, before, at: unit.retention.failures(before)),
    Period("introductions", "introduction_days", "their end",
           lambda unit, before, at: unit.retention.introductions(before)),
    Period("letters", "mail_days", "the letter has left or was given up",
           lambda unit, before, at: unit.retention.letters(before)),
    Period("audit", "audit_days", "the line was written",
           lambda unit, before, at: unit.retention.audit(before)),
    Period("contact_reads", "audit_days", "the line was written",
           lambda unit, before, at: unit.retention.contact_reads(before)),
    Period("feedback", "feedback_days", "the answer",
           lambda unit, before, at: unit.retention.feedback(before)),
    Period("participants", "event_days", "the day of the event",
           lambda unit, before, at: unit.retention.participants(before.date(), at=at, by=BY)),
    Period("accounts", "account_days", "the last sign-in", _accounts),
)  # fmt: skip
"""Every period, in the order in which they are applied; `docs/privacy.md` shows this table."""


def apply_retention(unit: Unit, settings: RetentionSettings, at: datetime) -> dict[str, int]:
    """Remove what is past its time.

    Parameters
    ----------
    unit
        One unit of work: everything is removed, or nothing after an error.
    settings
        The periods in force.
    at
        Now; an aware moment.

    Returns
    -------
    dict
        How many of each kind were removed.
    """
    removed = {}
    for period in PERIODS:
        before = at - timedelta(days=getattr(settings, period.setting))
        removed[period.name] = period.remove(unit, before, at)
    return removed


def retention_table(settings: RetentionSettings) -> str:
    """Write the table of periods in Markdown, as `docs/privacy.md` has it."""
    rows = [
        f"| {period.name.replace('_', ' ')} | {getattr(settings, period.setting)} days after "
        f"{period.since} | `retention.{period.setting}` |"
        for period in PERIODS
    ]
    return "\n".join(["| what | kept | setting |", "|---|---|---|", *rows])
