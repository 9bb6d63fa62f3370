"""Paper to hand out and to post: a plan for each participant, a plan for each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from fpdf import FPDF

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.problem import Id
from matchmaker.events.exports.details import EventHeading
from matchmaker.events.exports.grids import Grid, GridRow, draw_grid
from matchmaker.events.exports.paper import (
    GREY,
    MARGIN,
    WIDTH,
    Box,
    footed_page,
    pdf_bytes,
    write_fitted,
)
from matchmaker.events.exports.timetable import Attendee, Sitting, Spare, Timetable
from matchmaker.texts import Language, say
from matchmaker.texts.days import long_day

ROOM = WIDTH - 2 * MARGIN


def personal_plans(
    timetable: Timetable, language: Language = "fr", only: Iterable[Id] | None = None
) -> bytes:
    """Print the plan of each attendee on a page of its own, pauses included.

    Parameters
    ----------
    timetable
        What to print.
    language
        Of the words.
    only
        Attendees to print; all if not given.

    Raises
    ------
    ProblemError
        If one of `only` is no attendee.
    """
    chosen = _chosen(timetable, only)
    grid = _personal_grid(timetable, language)

    def draw(pdf: FPDF) -> None:
        for attendee in chosen:
            rows = _personal_rows(timetable, attendee, language)
            about = " – ".join(part for part in (attendee.company, attendee.sector) if part)
            _draw_plan(pdf, timetable, grid, rows, attendee.name, about, language)

    return pdf_bytes(timetable.details, _title("personal", timetable, language), draw, language)


def table_plans(timetable: Timetable, language: Language = "fr") -> bytes:
    """Print for each table that is used who sits there when, to post on it."""
    grid = _table_grid(timetable, language)

    def draw(pdf: FPDF) -> None:
        for table, sittings in timetable.by_table.items():
            rows = _table_rows(timetable, sittings, language)
            name = say(language, "event.export.print.table", table=table)
            _draw_plan(pdf, timetable, grid, rows, name, "", language)
        if not timetable.sittings:
            footed_page(pdf, timetable.details, language)

    return pdf_bytes(timetable.details, _title("tables", timetable, language), draw, language)


def _title(what: str, timetable: Timetable, language: Language) -> str:
    title = timetable.details.marked_title(language)
    return say(language, f"event.export.print.title.{what}", title=title)


def _chosen(timetable: Timetable, only: Iterable[Id] | None) -> list[Attendee]:
    if only is None:
        return list(timetable.attendees)
    names = list(only)
    unknown = [who for who in names if who not in timetable.by_id]
    if unknown:
        raise ProblemError(f"participant {unknown[0]!r} is not in the plan; check the id")
    return [timetable.by_id[who] for who in names]


def _personal_grid(timetable: Timetable, language: Language) -> Grid:
    if timetable.kind == "convention":
        columns = _headers(("time", "table", "meets", "their_company"), language)
        return Grid((28.0, 16.0, 68.0, 68.0), columns, 3, 2)
    return Grid((28.0, 16.0, 136.0), _headers(("time", "table", "meets"), language), 8, 2)


def _table_grid(timetable: Timetable, language: Language) -> Grid:
    if timetable.kind == "convention":
        columns, widths = ("time", "participant", "other_participant"), (28.0, 76.0, 76.0)
        return Grid(widths, _headers(columns, language), 4, 1)
    return Grid((28.0, 152.0), _headers(("time", "participants"), language), 8, 1)


def _headers(columns: Iterable[str], language: Language) -> tuple[str, ...]:
    return tuple(say(language, f"event.export.column.{column}") for column in columns)


def _personal_rows(timetable: Timetable, who: Attendee, language: Language) -> Iterator[GridRow]:
    day: date | None = None
    for slot, entry in timetable.agenda(who.id):
        today = timetable.details.local(slot)[0].date()
        if _many_days(timetable.details) and today != day:
            yield GridRow((long_day(today, language),), heading=True)
        day = today
        yield _personal_row(timetable, who, slot, entry, language)


def _personal_row(
    timetable: Timetable, who: Attendee, slot: int, entry: Sitting | Spare, language: Language
) -> GridRow:
    time = _time(timetable.details, slot)
    wide = timetable.kind == "convention"
    if not isinstance(entry, Sitting):
        cells = (time, "", say(language, f"event.export.spare.{entry}"))
        return GridRow((*cells, "") if wide else cells, faint=True)
    others = timetable.others(entry, who.id)
    note, table = timetable.reason(entry, who.id), str(entry.table)
    if wide:
        names, companies = (
            ", ".join(filter(None, found))
            for found in ([o.name for o in others], [o.company for o in others])
        )
        return GridRow((time, table, names, companies), note)
    return GridRow((time, table, ", ".join(map(_introduced, others))), note)


def _table_rows(
    timetable: Timetable, sittings: Iterable[Sitting], language: Language
) -> Iterator[GridRow]:
    day: date | None = None
    for sitting in sittings:
        today = timetable.details.local(sitting.slot)[0].date()
        if _many_days(timetable.details) and today != day:
            yield GridRow((long_day(today, language),), heading=True)
        day = today
        people = [_introduced(timetable.by_id[who]) for who in sitting.seated]
        cells = people if timetable.kind == "convention" else [", ".join(people)]
        yield GridRow((_time(timetable.details, sitting.slot), *cells))


def _draw_plan(
    pdf: FPDF,
    timetable: Timetable,
    grid: Grid,
    rows: Iterable[GridRow],
    name: str,
    about: str,
    language: Language,
) -> None:
    """Draw the plan of one attendee or one table, on as many pages as it needs."""

    def next_page(key: str = "event.export.print.continued") -> float:
        footed_page(pdf, timetable.details, language)
        return _draw_top(pdf, timetable.details, say(language, key, name=name), about, language)

    draw_grid(pdf, grid, rows, next_page("event.export.print.name"), next_page)


def _draw_top(pdf: FPDF, details: EventHeading, name: str, about: str, language: Language) -> float:
    """Write event, name and company at the top of a page, and give the place below them."""
    y = MARGIN
    y += write_fitted(pdf, details.marked_title(language), Box(MARGIN, y, ROOM), (12, 9), 2, "B")
    y += write_fitted(pdf, _where_and_when(details, language), Box(MARGIN, y, ROOM), (10, 8), 2)
    y += 5
    y += write_fitted(pdf, name, Box(MARGIN, y, ROOM), (20, 13), 2, "B")
    if about:
        y += write_fitted(pdf, about, Box(MARGIN, y, ROOM), (11, 9), 2, colour=GREY)
    return y + 5


def _where_and_when(details: EventHeading, language: Language) -> str:
    if _many_days(details):
        return details.place
    day = long_day(details.local(1)[0].date(), language)
    return say(language, "event.export.print.where_and_when", place=details.place, day=day)


def _many_days(details: EventHeading) -> bool:
    return len({details.local(slot)[0].date() for slot in (1, len(details.slot_times))}) > 1


def _time(details: EventHeading, slot: int) -> str:
    start, end = details.local(slot)
    return f"{start:%H:%M} – {end:%H:%M}"


def _introduced(one: Attendee) -> str:
    return f"{one.name} ({one.company})" if one.company else one.name
