"""What the pages of the day show: who is there, what happens now, what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.events.conventions.problem import Id
from matchmaker.events.exports.timetable import Attendee, Sitting, Timetable
from matchmaker.events.outcomes import Outcome
from matchmaker.events.registrations import Registration, Status
from matchmaker.spelling import fold

SHOWN_STATUS = (Status.PRESENT, Status.LATE, Status.ABSENT)
"""What is counted at the door."""


@dataclass(frozen=True)
class Door:
    """Who is at the door.

    Parameters
    ----------
    people
        Participants by name, those that were looked for.
    counts
        How many are present, late, absent, and expected still.
    """

    people: tuple[Registration, ...]
    counts: tuple[tuple[str, int], ...]


def door_of(registrations: Sequence[Registration], wanted: str, status: str) -> Door:
    """List the participants, those of a name or firm and of a status where one is asked for.

    Parameters
    ----------
    registrations
        Everybody.
    wanted
        Text in name or firm, case and accents aside.
    status
        `expected` for whoever has not been seen; a status; everybody if empty.
    """
    coming = [each for each in registrations if each.status is not Status.INVITED]
    counted = Counter(_standing(each) for each in coming)
    text = fold(wanted)
    people = [
        each
        for each in coming
        if text in fold(f"{each.name} {each.company}") and status in ("", _standing(each))
    ]
    return Door(
        tuple(sorted(people, key=lambda each: (fold(each.name), each.id))),
        tuple(
            (name, counted[name])
            for name in ("expected", *(each.value for each in SHOWN_STATUS), "cancelled")
        ),
    )


def _standing(each: Registration) -> str:
    return "expected" if each.status is Status.REGISTERED else each.status.value


@dataclass(frozen=True)
class Seat:
    """Somebody at a table, and whether they are there."""

    person: Attendee
    status: str


@dataclass(frozen=True)
class TableNow:
    """A table in one slot: who sits there, and what came of it where that is known."""

    table: int
    meeting: str
    seats: tuple[Seat, ...]
    outcome: Outcome | None = None


def tables_at(
    timetable: Timetable,
    slot: int,
    statuses: Mapping[str, Status],
    outcomes: Sequence[Outcome] = (),
) -> list[TableNow]:
    """List the tables that are taken in a slot.

    Parameters
    ----------
    timetable
        The plan.
    slot
        Counted from 1.
    statuses
        What is known of each participant on the day.
    outcomes
        What came of meetings; those of others are left out.
    """
    known = {frozenset((each.a, each.b)): each for each in outcomes}
    return [
        TableNow(
            sitting.table,
            str(sitting.id),
            tuple(_seat(timetable.by_id[who], statuses) for who in sitting.seated),
            known.get(frozenset(map(str, sitting.seated))),
        )
        for sitting in _in_slot(timetable, slot)
    ]


def _in_slot(timetable: Timetable, slot: int) -> list[Sitting]:
    return [sitting for sitting in timetable.sittings if sitting.slot == slot]


def _seat(person: Attendee, statuses: Mapping[str, Status]) -> Seat:
    return Seat(person, statuses.get(str(person.id), Status.REGISTERED).value)


@dataclass(frozen=True)
class Told:
    """What one participant must be told."""

    name: str
    texts: tuple[str, ...]


def by_person(messages: Sequence[tuple[Id, str]], names: Mapping[Id, str]) -> list[Told]:
    """Gather sentences by whom they are for, by name."""
    found: dict[Id, list[str]] = {}
    for who, text in messages:
        found.setdefault(who, []).append(text)
    order = sorted(found, key=lambda who: (fold(names[who]), str(who)))
    return [Told(names[who], tuple(found[who])) for who in order]
