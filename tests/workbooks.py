"""Spreadsheets as people send them."""

from __future__ import annotations

import io

import openpyxl

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(*rows: tuple[object, ...]) -> bytes:
    """Write a workbook of one sheet, its cells as they are typed."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with = stays one
    book.save(out)
    return out.getvalue()
