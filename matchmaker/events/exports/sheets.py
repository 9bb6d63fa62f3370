"""The lists of an export: plain tables that a workbook or a CSV file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from matchmaker.events.exports.details import EventHeading
from matchmaker.events.exports.timetable import Attendee, Figure, Sitting, Timetable
from matchmaker.texts import Language, say

Cell = str | int | float | date | time | None
SheetName = Literal["by_participant", "by_slot", "by_table", "participants", "unmet"]


@dataclass(frozen=True)
class Sheet:
    """A table with a title; `headers` and every row have the same length."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def timetable_sheet(timetable: Timetable, name: SheetName, language: Language = "fr") -> Sheet:
    """List a timetable in one way.

    Parameters
    ----------
    timetable
        What to list.
    name
        By participant, by slot or by table: the sittings; participants: their figures; unmet:
        the wishes that do not come true, with the reason.
    language
        Of headers and words.
    """
    return _BUILDERS[name](timetable, language)


def timetable_sheets(timetable: Timetable, language: Language = "fr") -> tuple[Sheet, ...]:
    """List the sittings in every way, and the participants."""
    names: tuple[SheetName, ...] = ("by_participant", "by_slot", "by_table", "participants")
    return tuple(timetable_sheet(timetable, name, language) for name in names)


def summary_sheets(timetable: Timetable, language: Language = "fr") -> tuple[Sheet, ...]:
    """Sum a timetable up: its figures, the wishes that do not come true, what the words mean."""
    figures = tuple((_label(f, language), figure_cell(f, language)) for f in timetable.figures)
    found = [built("summary", ("figure", "number"), figures, language)]
    if timetable.unheld:
        found.append(timetable_sheet(timetable, "unmet", language))
    return (*found, legend(timetable.kind, language))


def legend(kind: str, language: Language) -> Sheet:
    """Say what the words of a workbook mean; one line of the catalogue is `word = meaning`."""
    lines = say(language, f"event.export.legend.{kind}").split("\n")
    rows = tuple(tuple(part.strip() for part in line.split("=", 1)) for line in lines)
    return built("legend", ("word", "meaning"), rows, language)


def built(
    title: str, columns: Iterable[str], rows: Iterable[tuple[Cell, ...]], language: Language
) -> Sheet:
    """Make a sheet, its title and its headers taken from the catalogue."""
    headers = tuple(say(language, f"event.export.column.{column}") for column in columns)
    return Sheet(say(language, f"event.export.sheet.{title}"), headers, tuple(rows))


def figure_cell(figure: Figure, language: Language) -> Cell:
    """Value of a figure; a status as a word, what is not known as a dash."""
    code, value = figure
    if code == "status":
        return say(language, f"event.export.status.{value}")
    return say(language, "event.export.unknown") if value is None else value


def _label(figure: Figure, language: Language) -> str:
    return say(language, f"event.export.figure.{figure[0]}")


def _when(details: EventHeading, slot: int) -> tuple[Cell, ...]:
    start, end = details.local(slot)
    return slot, start.date(), start.time(), end.time()


def _when_columns(timetable: Timetable) -> tuple[str, ...]:
    slot = "slot" if timetable.kind == "convention" else "round"
    return slot, "day", "start", "end"


def _person(attendee: Attendee) -> tuple[Cell, ...]:
    return attendee.number, attendee.name, attendee.company


def _by_participant(timetable: Timetable, language: Language) -> Sheet:
    def row(attendee: Attendee, sitting: Sitting) -> tuple[Cell, ...]:
        others = timetable.others(sitting, attendee.id)
        companies = dict.fromkeys(other.company for other in others if other.company)
        return (
            *_person(attendee),
            *_when(timetable.details, sitting.slot),
            sitting.table,
            ", ".join(other.name for other in others),
            ", ".join(companies),
            timetable.reason(sitting, attendee.id),
        )

    person, when = ("number", "participant", "company"), _when_columns(timetable)
    columns = (*person, *when, "table", "meets", "their_company", "why")
    rows = (row(a, s) for a in timetable.attendees for s in timetable.by_attendee[a.id])
    return built("by_participant", columns, rows, language)


def _sitting_rows(timetable: Timetable, sitting: Sitting) -> list[tuple[Cell, ...]]:
    """One row for a meeting of two; one for each seat of a larger table."""
    people = [_person(timetable.by_id[who]) for who in sitting.seated]
    if timetable.kind == "convention":
        return [tuple(cell for person in people for cell in person)]
    return people


def _people_columns(timetable: Timetable) -> tuple[str, ...]:
    one = ("number", "participant", "company")
    if timetable.kind == "convention":
        return (*one, "other_number", "other_participant", "other_company")
    return one


def _by_slot(timetable: Timetable, language: Language) -> Sheet:
    rows = (
        (*_when(timetable.details, sitting.slot), sitting.table, *people)
        for sitting in timetable.sittings
        for people in _sitting_rows(timetable, sitting)
    )
    columns = (*_when_columns(timetable), "table", *_people_columns(timetable))
    return built("by_slot", columns, rows, language)


def _by_table(timetable: Timetable, language: Language) -> Sheet:
    rows = (
        (table, *_when(timetable.details, sitting.slot), *people)
        for table, sittings in timetable.by_table.items()
        for sitting in sittings
        for people in _sitting_rows(timetable, sitting)
    )
    columns = ("table", *_when_columns(timetable), *_people_columns(timetable))
    return built("by_table", columns, rows, language)


def _participants(timetable: Timetable, language: Language) -> Sheet:
    codes = tuple(dict.fromkeys(code for a in timetable.attendees for code, _ in a.figures))
    rows = (
        (*_person(a), a.sector, a.department, *(dict(a.figures).get(code) for code in codes))
        for a in timetable.attendees
    )
    columns = ("number", "participant", "company", "sector", "department")
    sheet = built("participants", columns, rows, language)
    own = tuple(_label((code, None), language) for code in codes)
    return Sheet(sheet.title, (*sheet.headers, *own), sheet.rows)


def _unmet(timetable: Timetable, language: Language) -> Sheet:
    rows = (
        (str(u.id), *u.names, say(language, f"event.export.unmet.{u.reason}"), u.text)
        for u in timetable.unheld
    )
    columns = ("meeting", "participant", "other_participant", "reason", "explanation")
    return built("unmet", columns, rows, language)


_BUILDERS: dict[SheetName, Callable[[Timetable, Language], Sheet]] = {
    "by_participant": _by_participant,
    "by_slot": _by_slot,
    "by_table": _by_table,
    "participants": _participants,
    "unmet": _unmet,
}
