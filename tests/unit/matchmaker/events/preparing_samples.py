"""Small builders for the tests of preparing: an event, people, scores written pair by pair."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import numpy as np
from builders import siret_of

from matchmaker.events.details import EventDetails, EventKind, Session, Slot
from matchmaker.events.life import Event, EventState
from matchmaker.events.preparing.scores import Scores
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish, WishKind

AT = datetime(2026, 3, 2, tzinfo=UTC)


def event(kind=EventKind.CONVENTION, *, slots=4, tables=3, sessions=(), **settings):
    """Make an event of the two chambers with slots of 20 minutes from nine o'clock."""
    times = tuple(
        Slot(time(9 + k // 3, 20 * (k % 3)), time(9 + (k + 1) // 3, 20 * ((k + 1) % 3)))
        for k in range(slots)
    )
    details = EventDetails(
        kind=kind,
        title="Rencontres",
        day=date(2026, 6, 1),
        chambers=("77", "91"),
        tables=tables,
        slots=times,
        sessions=tuple(Session(name, numbers) for name, numbers in sessions),
        settings=settings,
    )
    return Event("abcd2345", details, EventState.WISHES, 1, None, None, AT, "Zoé", AT, "Zoé")


def person(number, department=None, **changes):
    """Register somebody of a firm of their own; odd numbers are of 77, even ones of 91."""
    values = {
        "id": f"p{number}",
        "name": f"Personne {number}",
        "company": f"Firme {number}",
        "siret": siret_of(number),
        "department": department or ("91", "77")[number % 2],
    }
    return replace(Registration("x", "x"), **{**values, **changes})


def wish(wisher, wished, kind, *, met_before=False):
    return Wish(f"p{wisher}", f"p{wished}", WishKind(kind), met_before)


def scores(n, mutual=None, competitors=()):
    """Give the firms 1 to n scores; pairs are named by number, the others have none."""
    worth, rivals = np.zeros((n, n)), np.zeros((n, n), dtype=bool)
    for (one, other), value in (mutual or {}).items():
        worth[one - 1, other - 1] = worth[other - 1, one - 1] = value
    for one, other in competitors:
        rivals[one - 1, other - 1] = rivals[other - 1, one - 1] = True
    return Scores(tuple(siret_of(k) for k in range(1, n + 1)), worth, rivals)
