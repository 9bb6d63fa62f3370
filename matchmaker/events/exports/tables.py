"""CSV files as a French Excel opens them by double click."""

from __future__ import annotations

import csv
import io
from datetime import date, time

from matchmaker.events.exports.sheets import Cell, Sheet
from matchmaker.texts import Language, say

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula, full-width forms as well (OWASP, "CSV Injection")."""


def csv_bytes(sheet: Sheet, fictional: bool, language: Language = "fr") -> bytes:
    """Write a sheet as CSV: UTF-8 with byte order mark, semicolons, CRLF, decimals as in French.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Days and times
    are in ISO form.

    Parameters
    ----------
    sheet
        What to write.
    fictional
        Whether the companies are invented: every row then says so in a last column.
    language
        Of the fictional mark and of the decimal sign.
    """
    mark = (say(language, "event.export.fictional"),) if fictional else ()
    head = (say(language, "event.export.column.fictional"),) if fictional else ()
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_shown(cell, language) for cell in (*sheet.headers, *head))
    writer.writerows([_shown(cell, language) for cell in (*row, *mark)] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _shown(cell: Cell, language: Language) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
        case float():
            return f"{cell:.10g}".replace(".", say(language, "words.number_comma"))
        case time():
            return cell.strftime("%H:%M")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
