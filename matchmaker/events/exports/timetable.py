"""One plain view of a plan, whatever its kind: who sits with whom, when, and at which table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.problem import Id
from matchmaker.events.exports.details import EventHeading, PersonDetails, plain

Kind = Literal["convention", "round_tables"]
Spare = Literal["pause", "free", "away"]
Figure = tuple[str, str | int | float | None]
"""A code (`event.export.figure.<code>` is its label) and its value; None where unknown."""


@dataclass(frozen=True)
class Attendee:
    """A participant as printed.

    Parameters
    ----------
    id
        Name in the problem.
    number
        Place in the list of participants, from 1; printed on the badge.
    name, company, sector, department
        Empty where not known.
    away
        Slots in which the participant is not there.
    figures
        What the plan means for this one, as codes and values.
    """

    id: Id
    number: int
    name: str
    company: str = ""
    sector: str = ""
    department: str = ""
    away: frozenset[int] = frozenset()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Sitting:
    """Some attendees at one table in one slot.

    Parameters
    ----------
    id
        What it is for the organiser: a meeting, or a table of a round.
    entry
        What it is for those who sit there: a meeting, or a round, whatever its table.
    slot, table
        Counted from 1.
    seated
        Ids of the attendees.
    """

    id: Id
    entry: Id
    slot: int
    table: int
    seated: tuple[Id, ...]


@dataclass(frozen=True)
class Unheld:
    """A wished meeting that does not take place, and why."""

    id: Id
    names: tuple[str, ...]
    reason: str
    text: str


@dataclass(frozen=True)
class Timetable:
    """A plan, ready to be written in any form.

    Parameters
    ----------
    details
        The event.
    kind
        What it is a plan of.
    attendees
        In the order of the problem.
    sittings
        By slot, then table.
    unheld
        Wishes that do not come true.
    figures
        What the plan is worth as a whole.
    reasons
        Why a sitting is worth it for one of its attendees, by entry and attendee.
    """

    details: EventHeading
    kind: Kind
    attendees: tuple[Attendee, ...]
    sittings: tuple[Sitting, ...]
    unheld: tuple[Unheld, ...] = ()
    figures: tuple[Figure, ...] = ()
    reasons: Mapping[tuple[Id, Id], str] | None = None

    @cached_property
    def by_id(self) -> dict[Id, Attendee]:
        """Each attendee by id."""
        return {a.id: a for a in self.attendees}

    @cached_property
    def by_attendee(self) -> dict[Id, list[Sitting]]:
        """The sittings of each attendee, by slot."""
        found: dict[Id, list[Sitting]] = {a.id: [] for a in self.attendees}
        for sitting in self.sittings:
            for who in sitting.seated:
                found[who].append(sitting)
        return found

    @cached_property
    def by_table(self) -> dict[int, list[Sitting]]:
        """The sittings of each table that is used, by slot."""
        found: dict[int, list[Sitting]] = {}
        for sitting in self.sittings:
            found.setdefault(sitting.table, []).append(sitting)
        return dict(sorted(found.items()))

    def others(self, sitting: Sitting, who: Id) -> list[Attendee]:
        """Whom an attendee meets at a sitting."""
        return [self.by_id[other] for other in sitting.seated if other != who]

    def reason(self, sitting: Sitting, who: Id) -> str:
        """Why a sitting is worth it for an attendee; empty where nobody said."""
        return (self.reasons or {}).get((sitting.entry, who), "")

    def agenda(self, who: Id) -> list[tuple[int, Sitting | Spare]]:
        """Every slot of an attendee: a sitting, a pause between two, free time, or away."""
        own = {s.slot: s for s in self.by_attendee[who]}
        first, last = min(own, default=0), max(own, default=0)
        away = self.by_id[who].away

        def spare(slot: int) -> Spare:
            if slot in away:
                return "away"
            return "pause" if first < slot < last else "free"

        slots = range(1, len(self.details.slot_times) + 1)
        return [(slot, own.get(slot) or spare(slot)) for slot in slots]


def check_slots(slots: int, details: EventHeading) -> None:
    """Refuse an event that has not one time for each slot.

    Raises
    ------
    ProblemError
        With both numbers.
    """
    if len(details.slot_times) != slots:
        raise ProblemError(
            f"the event has {len(details.slot_times)} slot times and the problem {slots} slots; "
            "give begin and end of each slot"
        )


def attendee_of(
    who: Id,
    number: int,
    details: PersonDetails,
    name: str | None = None,
    company: str | None = None,
) -> Attendee:
    """Make an attendee of what the details say, or else the problem, or else the id."""
    return Attendee(
        who,
        number,
        plain(details.name or name or "") or plain(str(who)),
        plain(details.company or company or ""),
        plain(details.sector or ""),
        plain(details.department or ""),
    )
