"""Who takes part, which firm they are of, and whom the rules of the house keep them from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import ProblemError
from matchmaker.events.life import Event
from matchmaker.events.registrations import Registration, Status
from matchmaker.spelling import fold

TAKE_PART = frozenset({Status.REGISTERED, Status.PRESENT, Status.LATE})
"""Whoever is only invited has not said yes; cancelled and absent participants do not come."""

NAMES_SHOWN = 5
"""Participants that an error names; the others are counted."""


def taking_part(event: Event, registrations: Iterable[Registration]) -> list[Registration]:
    """Keep those who come and who do not merely stand by, sorted by id.

    Raises
    ------
    ProblemError
        If nobody is left.
    """
    people = [each for each in registrations if each.status in TAKE_PART and not each.standby]
    if not people:
        raise ProblemError(
            f"event {event.id!r}: nobody takes part (invited, cancelled, absent and standby "
            "participants do not count); register participants first."
        )
    return sorted(people, key=lambda person: person.id)


def missing_slots(person: Registration) -> tuple[int, ...]:
    """Slots that somebody cannot use, those before a late arrival included; sorted."""
    late = range(1, person.from_slot) if person.from_slot is not None else ()
    return tuple(sorted({*person.unavailable, *late}))


def firms(people: Sequence[Registration]) -> list[str | None]:
    """Name the firm of each participant so that colleagues have the same name.

    The SIREN where there is a SIRET. Without one, the SIREN of whoever gave the same company name
    with a SIRET, if that is one firm; else the company name as it was first spelled; `None` for a
    guest without a company.
    """
    sirens = defaultdict(set)
    spelled: dict[str, str] = {}
    for person in people:
        spelled.setdefault(fold(person.company), person.company)
        if person.siret is not None:
            sirens[fold(person.company)].add(person.siret[:9])
    return [_firm(person, sirens[fold(person.company)], spelled) for person in people]


def _firm(person: Registration, sirens: set[str], spelled: dict[str, str]) -> str | None:
    if person.siret is not None:
        return person.siret[:9]
    name = fold(person.company)
    if not name:
        return None
    return min(sirens) if len(sirens) == 1 else spelled[name]


def of_one_house(people: Sequence[Registration]) -> NDArray[np.bool_]:
    """Tell who is of one company or one group with whom; true on the diagonal, shape (n, n)."""
    together = _equal(firms(people)) | _equal([person.group or None for person in people])
    return together | np.eye(len(people), dtype=bool)


def across_departments(people: Sequence[Registration]) -> NDArray[np.bool_]:
    """Tell which pairs are of two departments, shape (n, n).

    An unknown department counts as another one than everybody's: such guests are not cut off.
    """
    return ~_equal([person.department for person in people])


def _equal(names: Sequence[str | None]) -> NDArray[np.bool_]:
    number: dict[str | None, int] = {None: -1}
    codes = np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)
    return np.asarray((codes[:, None] == codes) & (codes >= 0))


def named(people: Sequence[Registration]) -> str:
    """Name some participants in a sentence: their ids, with the names they go by."""
    shown = ", ".join(f"{person.id!r} ({person.name})" for person in people[:NAMES_SHOWN])
    more = len(people) - NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
