"""Keeping a firm out of the service: from lists, open events, open introductions and letters."""

from __future__ import annotations

from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.store import Unit

OPTED_OUT = "privacy.opted_out"
OPTED_IN = "privacy.opted_in"
"""Actions in the audit log."""

OPT_OUT = "opt-out"
"""Who removes the participants of a firm that opts out, as the history of an event has it."""


def opt_out(unit: Unit, siret: str, *, by: Principal, at: datetime, reason: str = "") -> None:
    """Keep a firm out, from the next request of every worker on.

    Its participants leave events that are not closed, its open introductions are withdrawn, and
    letters that wait for it or speak of it do not leave. What it declares stays, unseen, for the
    day on which it comes back.

    Parameters
    ----------
    unit
        One unit of work: all of it happens, or nothing.
    siret
        The firm; it need not be in the store.
    by, at
        Who says so, and when.
    reason
        In their own words; may be empty.
    """
    if not unit.erasure.is_erased(siret):  # the tombstone of an erased firm must stay one
        unit.exclusions.opt_out(siret, at=at, reason=reason)
    unit.events.erase_company(siret, at=at, by=OPT_OUT)
    withdrawn = unit.introductions.withdraw_company(siret, at=at, by=by.label)
    letters = unit.erasure.cancel_letters(siret, at=at)
    unit.audit.note(
        at=at, by=by, action=OPTED_OUT, subject=siret,
        introductions=len(withdrawn), letters=letters,
    )  # fmt: skip


def opt_in(unit: Unit, siret: str, *, by: Principal, at: datetime) -> bool:
    """Take an opt-out back; return whether there was one.

    A firm that was erased comes back with the next import of the registry.
    """
    was_out = unit.exclusions.opt_in(siret)
    if was_out:
        unit.audit.note(at=at, by=by, action=OPTED_IN, subject=siret)
    return was_out
