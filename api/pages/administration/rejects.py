"""Rejected rows in the words of the reader, on a page or in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from matchmaker.spelling import fold
from matchmaker.tabular.reject_files import read_rejects
from matchmaker.tabular.rejects import formula_safe
from matchmaker.texts import Language, catalogue, say

COLUMNS = ("line", "column", "value", "reason_title")
WIDTHS = (8, 28, 48, 60)
_SOURCES = ("geolocation", "legal units", "struck off")
"""What may stand before a reason, where it is of a file beside the imported one."""


def told_reason(reason: str, language: Language) -> str:
    """Say a reason in the reader's language; as the import wrote it where it is a new one."""
    source, _, bare = reason.partition(": ")
    if source in _SOURCES:
        key = f"administration.rejects.source.{_slug(source)}"
        return say(language, key, reason=told_reason(bare, language))
    key = f"administration.rejects.reason.{_slug(reason)}"
    return say(language, key) if key in catalogue(language) else reason


def _slug(text: str) -> str:
    """Words of a reason without its numbers, as a key of the catalogue."""
    return "_".join(re.findall(r"[a-z]+", fold(text)))


def _rows(path: Path, language: Language) -> list[tuple[int, str, str, str]]:
    return [
        (row.line, row.column, row.value, told_reason(row.reason, language))
        for row in read_rejects(path)
    ]


def _headers(language: Language) -> Sequence[str]:
    return [say(language, f"administration.rejects.{column}") for column in COLUMNS]


def rejects_csv(path: Path, language: Language) -> bytes:
    """Write rejected rows as CSV: UTF-8 with byte order mark, semicolons.

    Raises
    ------
    InputFileError
        If the file is no rejects file.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_headers(language))
    for line, *texts in _rows(path, language):
        writer.writerow([line, *map(formula_safe, texts)])
    return text.getvalue().encode("utf-8-sig")


def rejects_workbook(path: Path, language: Language) -> bytes:
    """Write rejected rows as a workbook, every text as a text.

    Raises
    ------
    InputFileError
        If the file is no rejects file.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        page, bold = book.add_worksheet(), book.add_format({"bold": True})
        for column, (header, width) in enumerate(zip(_headers(language), WIDTHS, strict=True)):
            page.write_string(0, column, header, bold)
            page.set_column(column, column, width)
        for place, (line, *texts) in enumerate(_rows(path, language), 1):
            page.write_number(place, 0, line)
            for column, shown in enumerate(texts, 1):
                page.write_string(place, column, shown)
        page.freeze_panes(1, 0)
    return buffer.getvalue()
