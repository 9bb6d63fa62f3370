"""Firms that the registry no longer lets anybody show: named no more from the import on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from matchmaker.store import Unit

REGISTRY = "registry"
"""Who takes invitations back, as the history of an event has it."""


def withhold(unit: Unit, sirets: Sequence[str], day: date | None, *, at: datetime) -> int:
    """Keep firms from being named that a stock reports as not to be shown; return how many are new.

    Letters that speak of them do not leave, and invitations that they have not answered are taken
    back. Whoever of them has registered for an event gave a name for it, and stays in that event.

    Parameters
    ----------
    unit
        One unit of work: all of it happens, or nothing.
    sirets
        The firms; they need not be in the store.
    day
        Of the stock.
    at
        When.
    """
    hidden = unit.companies.withhold(sirets, day)
    for siret in hidden:
        unit.events.uninvite_company(siret, at=at, by=REGISTRY)
        unit.erasure.cancel_letters(siret, at=at)
    return len(hidden)
