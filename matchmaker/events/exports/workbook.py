"""Excel workbooks that are ready to be filtered, printed, and handed out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from matchmaker.events.exports.details import EventHeading
from matchmaker.events.exports.sheets import Cell, Sheet, summary_sheets, timetable_sheets
from matchmaker.events.exports.timetable import Timetable
from matchmaker.texts import Language, say

A4 = 9
LONGEST_CELL = 32_767
LONGEST_HEADER = 200
"""Characters; Excel takes 255 with its codes, and refuses the file beyond."""

NARROWEST, WIDEST = 7, 48
SUMMARY_WIDTHS = (36, 30, 30, 34, 48)


class _Formats(NamedTuple):
    title: Format
    note: Format
    header: Format
    text: Format
    number: Format
    day: Format
    time: Format


def timetable_workbook(timetable: Timetable, language: Language = "fr") -> bytes:
    """Write a timetable: a summary, then by participant, by slot, by table, and the participants.

    Parameters
    ----------
    timetable
        What to write.
    language
        Of every word that is not a name.

    Returns
    -------
    bytes
        An .xlsx file, the same for the same input.
    """
    summary, sheets = summary_sheets(timetable, language), timetable_sheets(timetable, language)
    return workbook(timetable.details, summary, sheets, language)


def workbook(
    details: EventHeading, summary: Sequence[Sheet], sheets: Sequence[Sheet], language: Language
) -> bytes:
    """Write sheets as a workbook.

    Parameters
    ----------
    details
        The event, for titles, footers and the date of the file.
    summary
        Written below each other on the first worksheet, which has the title of the first.
    sheets
        A worksheet each, with filters and a header row that stays in sight.
    language
        Of titles and footers.
    """
    buffer = io.BytesIO()
    # Every cell is written by its type, so that no text can become a formula, a link or a number.
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": details.marked_title(language),
                "author": details.organiser,
                # The writer takes a moment without a zone for UTC.
                "created": details.stamp.astimezone(UTC).replace(tzinfo=None),
            }
        )
        formats = _formats(book)
        if summary:
            _write_summary(book, formats, details, summary, language)
        for sheet in sheets:
            _write_list(book, formats, details, sheet, language)
    return buffer.getvalue()


def list_workbook(sheet: Sheet, *, title: str, note: str, author: str, stamp: datetime) -> bytes:
    """Write one list that belongs to no event as a workbook.

    Parameters
    ----------
    sheet
        Its title comes from the catalogue: Excel takes 31 characters, and not every one.
    title, note
        First two lines of the worksheet.
    author
        Of the file.
    stamp
        When it was made, with a time zone.

    Returns
    -------
    bytes
        An .xlsx file, the same for the same input.
    """
    buffer = io.BytesIO()
    created = stamp.astimezone(UTC).replace(tzinfo=None)
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": title, "author": author, "created": created})
        formats = _formats(book)
        page = book.add_worksheet(sheet.title)
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.write_string(0, 0, title[:LONGEST_CELL], formats.title)
        page.write_string(1, 0, note[:LONGEST_CELL], formats.note)
        _write_rows(page, formats, sheet)
    return buffer.getvalue()


def _formats(book: Workbook) -> _Formats:
    cell = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#BFBFBF"}
    head = {**cell, "bold": True, "bg_color": "#DCE6F1", "valign": "vcenter"}
    centred = {**cell, "align": "center"}
    return _Formats(
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({"font_color": "#595959"}),
        book.add_format(head),
        book.add_format(cell),
        book.add_format({**cell, "align": "right"}),
        book.add_format({**centred, "num_format": "dd/mm/yyyy"}),
        book.add_format({**centred, "num_format": "hh:mm"}),
    )


def _write_list(
    book: Workbook, formats: _Formats, details: EventHeading, sheet: Sheet, language: Language
) -> None:
    _write_rows(_page(book, formats, details, sheet.title, language), formats, sheet)


def _write_rows(page: Worksheet, formats: _Formats, sheet: Sheet) -> None:
    """Write a list below its title, with filters and a header row that stays in sight."""
    header = _write_table(page, formats, sheet, 3)
    last = max(header + len(sheet.rows), header + 1)
    page.freeze_panes(header + 1, 0)
    page.repeat_rows(header)
    page.autofilter(header, 0, last, len(sheet.headers) - 1)
    for column, width in enumerate(_widths(sheet)):
        page.set_column(column, column, width)


def _write_summary(
    book: Workbook,
    formats: _Formats,
    details: EventHeading,
    sheets: Sequence[Sheet],
    language: Language,
) -> None:
    page = _page(book, formats, details, sheets[0].title, language)
    row = 3
    for sheet in sheets:
        page.write_string(row, 0, sheet.title, formats.title)
        header = _write_table(page, formats, sheet, row + 1)
        row = header + len(sheet.rows) + 2
    for column, width in enumerate(SUMMARY_WIDTHS):
        page.set_column(column, column, width)


def _page(
    book: Workbook, formats: _Formats, details: EventHeading, title: str, language: Language
) -> Worksheet:
    page = book.add_worksheet(title)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    marked = details.marked_title(language)
    page.write_string(0, 0, f"{marked} – {title}"[:LONGEST_CELL], formats.title)
    subtitle = say(
        language,
        "event.export.subtitle",
        place=details.place,
        organiser=details.organiser,
        version=details.sequence,
    )
    page.write_string(1, 0, subtitle[:LONGEST_CELL], formats.note)
    # Ampersands start a code in a footer; a doubled one prints.
    shown = marked[: LONGEST_HEADER // 2].replace("&", "&&")
    page.set_footer(f"&L{shown}&R&P / &N")
    return page


def _write_table(page: Worksheet, formats: _Formats, sheet: Sheet, row: int) -> int:
    """Write headers and rows from a row on, and give the row of the headers back."""
    for column, header in enumerate(sheet.headers):
        page.write_string(row, column, header, formats.header)
    for place, cells in enumerate(sheet.rows, row + 1):
        for column, cell in enumerate(cells):
            _write_cell(page, formats, place, column, cell)
    return row


def _write_cell(page: Worksheet, formats: _Formats, row: int, column: int, cell: Cell) -> None:
    match cell:
        case None | "":
            page.write_blank(row, column, None, formats.text)
        case str():
            page.write_string(row, column, cell[:LONGEST_CELL], formats.text)
        case time():
            page.write_datetime(row, column, cell, formats.time)
        case date():
            page.write_datetime(row, column, datetime.combine(cell, time()), formats.day)
        case _:
            page.write_number(row, column, cell, formats.number)


def _widths(sheet: Sheet) -> list[int]:
    """Characters that each column needs; long texts wrap."""
    columns = zip(sheet.headers, *sheet.rows, strict=True)
    return [
        min(WIDEST, max(NARROWEST, *(_length(cell) for cell in column)) + 3) for column in columns
    ]


def _length(cell: Cell) -> int:
    match cell:
        case time():
            return len("00:00")
        case date():
            return len("00/00/0000")
        case _:
            return len(str(cell if cell is not None else ""))
