"""A timetable as two grids: people by slots, tables by slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matchmaker.events.details import EventDetails
from matchmaker.events.exports.timetable import Attendee, Sitting, Timetable
from matchmaker.events.services.clash_words import clock
from matchmaker.spelling import fold
from matchmaker.texts import Language


@dataclass(frozen=True)
class Column:
    """A slot: its number, when it begins, when it ends."""

    slot: int
    start: str
    end: str


@dataclass(frozen=True)
class Cell:
    """What somebody, or a table, does in a slot.

    Parameters
    ----------
    kind
        A sitting; or a pause, free time, absence.
    slot
        Counted from 1.
    sitting
        Name of the sitting in addresses; empty where there is none.
    table
        Where it is; 0 where there is none.
    others
        Who is met, or who sits at the table.
    """

    kind: Literal["meet", "pause", "free", "away"]
    slot: int
    sitting: str = ""
    table: int = 0
    others: tuple[Attendee, ...] = ()


@dataclass(frozen=True)
class PersonRow:
    """A participant and their slots."""

    person: Attendee
    cells: tuple[Cell, ...]
    meetings: int


@dataclass(frozen=True)
class TableRow:
    """A table and its slots."""

    table: int
    cells: tuple[Cell, ...]


def columns_of(details: EventDetails, language: Language) -> tuple[Column, ...]:
    """Name the slots by their times."""
    return tuple(
        Column(number, clock(slot.start, language), clock(slot.end, language))
        for number, slot in enumerate(details.slots, start=1)
    )


def people_grid(timetable: Timetable, wanted: str = "") -> list[PersonRow]:
    """List the participants by name, those whose name or firm has the wanted text in it.

    Parameters
    ----------
    wanted
        Case and accents aside; everybody if empty.
    """
    text = fold(wanted)
    people = sorted(timetable.attendees, key=lambda each: (fold(each.name), str(each.id)))
    return [
        PersonRow(person, _slots_of(timetable, person), len(timetable.by_attendee[person.id]))
        for person in people
        if text in fold(f"{person.name} {person.company}")
    ]


def _slots_of(timetable: Timetable, person: Attendee) -> tuple[Cell, ...]:
    cells = []
    for slot, what in timetable.agenda(person.id):
        if isinstance(what, Sitting):
            others = tuple(timetable.others(what, person.id))
            cells.append(Cell("meet", slot, str(what.id), what.table, others))
        else:
            cells.append(Cell(what, slot))
    return tuple(cells)


def tables_grid(timetable: Timetable, tables: int) -> list[TableRow]:
    """List the tables of the room, those that stay empty as well."""
    slots = range(1, len(timetable.details.slot_times) + 1)
    at = {(s.table, s.slot): s for s in timetable.sittings}
    last = max([tables, *(table for table, _ in at)])
    return [
        TableRow(table, tuple(_at_table(timetable, at.get((table, slot)), slot) for slot in slots))
        for table in range(1, last + 1)
    ]


def _at_table(timetable: Timetable, sitting: Sitting | None, slot: int) -> Cell:
    if sitting is None:
        return Cell("free", slot)
    seated = tuple(timetable.by_id[who] for who in sitting.seated)
    return Cell("meet", slot, str(sitting.id), sitting.table, seated)
