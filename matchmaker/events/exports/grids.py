"""A table on paper, with its head again on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fpdf import FPDF

from matchmaker.events.exports.paper import (
    BLACK,
    GREY,
    HEIGHT,
    MARGIN,
    Box,
    Lines,
    Style,
    fitted,
    write,
    write_fitted,
)

PADDING = 1.2
SIZES, NOTE_SIZE, HEAD_SIZE = (10.0, 8.0), 8.0, 9.0
BOTTOM = HEIGHT - 18
"""Where rows end above the foot of the page, mm."""

NextPage = Callable[[], float]
"""Adds a page and gives the place below its head, mm."""


@dataclass(frozen=True)
class GridRow:
    """A row of a grid.

    Parameters
    ----------
    cells
        Texts of the columns; a single one goes over the whole width.
    note
        Sentence below the last columns; none if empty.
    faint
        Whether it is in grey: nothing happens.
    heading
        Whether it is in bold: a day begins.
    """

    cells: tuple[str, ...]
    note: str = ""
    faint: bool = False
    heading: bool = False


@dataclass(frozen=True)
class Grid:
    """Columns of a table on paper.

    Parameters
    ----------
    widths
        Of the columns, mm.
    headers
        Their names.
    most_lines
        Longest cell; what is longer is cut with an ellipsis.
    note_from
        Column below which a note begins, from 0.
    """

    widths: tuple[float, ...]
    headers: tuple[str, ...]
    most_lines: int
    note_from: int

    @property
    def edges(self) -> tuple[float, ...]:
        """Left edge of each column, mm."""
        return tuple(MARGIN + sum(self.widths[:column]) for column in range(len(self.widths)))


def draw_grid(
    pdf: FPDF, grid: Grid, rows: Iterable[GridRow], top: float, next_page: NextPage
) -> None:
    """Draw rows from a place on; a row that has no room begins a new page."""
    y = _draw_head(pdf, grid, top)
    for row in rows:
        cells, note = _fitted_row(pdf, grid, row)
        height = max(cell.height for cell in cells) + note.height + 2 * PADDING
        # A day is not left alone at the foot of a page.
        if y + height * (2 if row.heading else 1) > BOTTOM:
            y = _draw_head(pdf, grid, next_page())
        _draw_row(pdf, grid, row, cells, note, y, height)
        y += height


def _draw_head(pdf: FPDF, grid: Grid, y: float) -> float:
    height = 0.0
    for x, width, header in zip(grid.edges, grid.widths, grid.headers, strict=True):
        box = Box(x + PADDING, y + PADDING, width - 2 * PADDING)
        height = max(height, write_fitted(pdf, header, box, (HEAD_SIZE, 7), style="B", colour=GREY))
    y += height + 2 * PADDING
    pdf.set_draw_color(*BLACK)
    pdf.set_line_width(0.4)
    pdf.line(MARGIN, y, MARGIN + sum(grid.widths), y)
    return y


def _fitted_row(pdf: FPDF, grid: Grid, row: GridRow) -> tuple[list[Lines], Lines]:
    style: Style = "B" if row.heading else ""
    widths = grid.widths if len(row.cells) == len(grid.widths) else (sum(grid.widths),)
    cells = [
        fitted(pdf, text, width - 2 * PADDING, *SIZES, grid.most_lines, style)
        for text, width in zip(row.cells, widths, strict=True)
    ]
    if not row.note:
        return cells, Lines((), NOTE_SIZE)
    room = sum(grid.widths[grid.note_from :]) - 2 * PADDING
    return cells, fitted(pdf, row.note, room, NOTE_SIZE, NOTE_SIZE, 3)


def _draw_row(
    pdf: FPDF,
    grid: Grid,
    row: GridRow,
    cells: list[Lines],
    note: Lines,
    y: float,
    height: float,
) -> None:
    style: Style = "B" if row.heading else ""
    colour = GREY if row.faint else BLACK
    for x, width, cell in zip(grid.edges, grid.widths, cells, strict=False):
        write(pdf, cell, Box(x + PADDING, y + PADDING, width - 2 * PADDING), style, colour=colour)
    if note.lines:
        below = y + height - PADDING - note.height
        write(pdf, note, Box(grid.edges[grid.note_from] + PADDING, below, 0), colour=GREY)
    pdf.set_draw_color(190, 190, 190)
    pdf.set_line_width(0.1)
    pdf.line(MARGIN, y + height, MARGIN + sum(grid.widths), y + height)
