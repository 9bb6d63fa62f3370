"""Who takes part in an event, and when they can."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.companies import siret_problem
from matchmaker.errors import ProblemError, UnknownCodeError
from matchmaker.events.details import EventDetails
from matchmaker.territory import department

LONGEST_ID = 60
LONGEST_NAME = 200
MOST_MEETINGS = 999

_ID = re.compile(rf"[\w.-]{{1,{LONGEST_ID}}}", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
LONGEST_EMAIL = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""


class Status(StrEnum):
    """Where a participant stands; the last three are seen on the day."""

    INVITED = "invited"
    REGISTERED = "registered"
    CANCELLED = "cancelled"
    PRESENT = "present"
    ABSENT = "absent"
    LATE = "late"


SEEN_ON_THE_DAY = frozenset({Status.PRESENT, Status.ABSENT, Status.LATE})


@dataclass(frozen=True, slots=True)
class Registration:
    """A participant of an event; their e-mail is kept apart.

    Parameters
    ----------
    id
        Name within the event; never given to anybody else.
    name
        As printed.
    company
        Name of their firm; empty if not given.
    siret
        The firm, whether in the store or not; `None` for guests without one.
    group
        Whoever has the same group is never brought together: a Plato group, a federation.
    department
        Code of the department whose chamber they belong to.
    unavailable
        Slots that they cannot use, counted from 1; sorted.
    min
        Meetings that they must have at least; 0 if not given.
    max
        Most meetings; no limit if `None`.
    table
        Table of their own, where they stay, counted from 1.
    standby
        Whether they come only where somebody falls out; no if not given.
    status
        Where they stand; registered if not given.
    from_slot
        First slot of a participant who is late; `None` for all others.
    """

    id: str
    name: str
    company: str = ""
    siret: str | None = None
    group: str | None = None
    department: str | None = None
    unavailable: tuple[int, ...] = ()
    min: int = 0
    max: int | None = None
    table: int | None = None
    standby: bool = False
    status: Status = Status.REGISTERED
    from_slot: int | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """What is seen of a participant; `from_slot` belongs to `late` alone."""

    participant: str
    status: Status
    from_slot: int | None = None


def registration_fault(registration: Registration, details: EventDetails) -> tuple[str, str] | None:
    """Say what is wrong with a registration.

    Returns
    -------
    tuple of str and str, or None
        The field to blame and the reason, which repeats no value; nothing where all is well.
    """
    return _identity_fault(registration) or _meeting_fault(registration, details)


def _identity_fault(registration: Registration) -> tuple[str, str] | None:
    if not _ID.fullmatch(registration.id):
        return (
            "id",
            f"id is not 1 to {LONGEST_ID} plain letters, digits, dots, hyphens or underscores",
        )
    if not registration.name.strip():
        return "name", "name is empty"
    for name in ("name", "company", "group"):
        if len(getattr(registration, name) or "") > LONGEST_NAME:
            return name, f"text is longer than {LONGEST_NAME} characters"
    if registration.siret is not None and siret_problem(registration.siret):
        return "siret", "SIRET is not 14 digits with right check digits"
    if registration.department is not None:
        try:
            department(registration.department)
        except UnknownCodeError:
            return "department", "is no code of a department"
    return None


def _meeting_fault(registration: Registration, details: EventDetails) -> tuple[str, str] | None:
    slots = range(1, len(details.slots) + 1)
    blocked = set(registration.unavailable)
    if not blocked <= set(slots):
        return "unavailable", f"slot is not in the event, which has {len(slots)}"
    if registration.min < 0 or (registration.max is not None and registration.max < 0):
        return "min", "number of meetings is below 0"
    if registration.max is not None and registration.min > registration.max:
        return "min", "minimum is above the maximum"
    if slots and registration.min > len(slots) - len(blocked):
        return "min", "minimum is above the number of slots that they can use"
    if registration.table is not None and not 1 <= registration.table <= details.tables:
        return "table", f"table is not in the event, which has {details.tables}"
    if (registration.status is Status.LATE) != (registration.from_slot is not None):
        return "from_slot", "first slot belongs to participants who are late, and they need one"
    if registration.from_slot is not None and registration.from_slot not in slots:
        return "from_slot", f"slot is not in the event, which has {len(slots)}"
    return None


def check_registration(registration: Registration, details: EventDetails) -> None:
    """Check a registration as a whole.

    Raises
    ------
    ProblemError
        Naming the participant, the field and the reason.
    """
    fault = registration_fault(registration, details)
    if fault:
        field, reason = fault
        raise ProblemError(
            f"participant {registration.id!r} ({registration.name}), {field} "
            f"{getattr(registration, field)!r}: {reason}. Mend it and send it again."
        )


def is_email(text: str) -> bool:
    """Whether a text has the form of an e-mail address."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None
