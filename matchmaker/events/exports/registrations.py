"""Registrations as a spreadsheet that can be filled in, changed, and read again. No e-mails."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from matchmaker.events.exports.sheets import Cell, Sheet
from matchmaker.events.life import Event
from matchmaker.events.registrations import Registration
from matchmaker.texts import Language, say

TEMPLATE_COLUMNS = (
    "first_name",
    "name",
    "company",
    "siret",
    "department",
    "email",
    "unavailable",
    "min",
    "max",
    "table",
    "group",
    "standby",
    "status",
)
LIST_COLUMNS = (
    "id",
    "name",
    "company",
    "siret",
    "department",
    "unavailable",
    "min",
    "max",
    "table",
    "group",
    "standby",
    "status",
    "from_slot",
)
WISH_TEMPLATE_COLUMNS = ("wisher", "wished", "kind", "met_before")

_WIDTH = 22


def registration_template(event: Event, language: Language) -> bytes:
    """Write an empty workbook with the columns of registrations, and a sheet that explains them."""
    return _template("registrations", TEMPLATE_COLUMNS, event.created_at, language)


def wish_template(event: Event, language: Language) -> bytes:
    """Write an empty workbook with the columns of wishes, and a sheet that explains them."""
    return _template("wishes", WISH_TEMPLATE_COLUMNS, event.created_at, language)


def registration_list(
    event: Event, registrations: Sequence[Registration], language: Language
) -> Sheet:
    """List participants with the column names that the reader of spreadsheets knows."""
    rows = tuple(_row(each, language) for each in registrations)
    title = say(language, "event_sheets.registrations.title")
    return Sheet(title, _headers("registrations", LIST_COLUMNS, language), rows)


def registration_workbook(
    event: Event, registrations: Sequence[Registration], language: Language, *, at: datetime
) -> bytes:
    """Write the participants as a workbook whose first row names the columns.

    Parameters
    ----------
    at
        Date of the file.
    """
    sheet = registration_list(event, registrations, language)
    mark = say(language, "event.export.fictional") if event.details.fictional else ""
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(_properties(event.details.title, at))
        page = book.add_worksheet(sheet.title)
        head = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        marked = (*sheet.headers, say(language, "event.export.column.fictional"))
        for column, name in enumerate(marked if mark else sheet.headers):
            page.write_string(0, column, name, head)
        for number, row in enumerate(sheet.rows, start=1):
            # By its type: no text can become a formula, a link or a number.
            for column, cell in enumerate((*row, mark) if mark else row):
                page.write_string(number, column, "" if cell is None else str(cell), text)
        page.set_column(0, len(marked) - 1, _WIDTH)
        page.freeze_panes(1, 0)
    return buffer.getvalue()


def _template(what: str, columns: Sequence[str], at: datetime, language: Language) -> bytes:
    buffer = io.BytesIO()
    title = say(language, f"event_sheets.{what}.title")
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(_properties(title, at))
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet(title)
        page.set_column(0, len(columns) - 1, _WIDTH, text)
        page.freeze_panes(1, 0)
        help_page = book.add_worksheet(say(language, "event_sheets.help"))
        help_page.set_column(0, 0, _WIDTH)
        help_page.set_column(1, 1, 90, wrapped)
        for place, name in enumerate(_headers(what, columns, language)):
            page.write_string(0, place, name, head)
            help_page.write_string(place, 0, name, head)
            meaning = say(language, f"event_sheets.{what}.meaning.{columns[place]}")
            help_page.write_string(place, 1, meaning, wrapped)
    return buffer.getvalue()


def _properties(title: str, at: datetime) -> dict[str, object]:
    # The writer takes a moment without a zone for UTC.
    return {"title": title, "created": at.astimezone(UTC).replace(tzinfo=None)}


def _headers(what: str, columns: Sequence[str], language: Language) -> tuple[str, ...]:
    return tuple(say(language, f"event_sheets.{what}.column.{name}") for name in columns)


def _row(registration: Registration, language: Language) -> tuple[Cell, ...]:
    values: dict[str, Cell] = {
        "unavailable": ";".join(map(str, registration.unavailable)),
        "standby": say(language, f"event_sheets.{'yes' if registration.standby else 'no'}"),
        "status": say(language, f"event_sheets.status.{registration.status}"),
        "min": registration.min or None,
    }
    return tuple(
        values[name] if name in values else getattr(registration, name) for name in LIST_COLUMNS
    )
