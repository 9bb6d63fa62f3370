"""Blank paper for PDF documents, and text that stays inside its box."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from fpdf import FPDF

from matchmaker.events.exports.details import EventHeading
from matchmaker.events.exports.fonts import BOLD, REGULAR, font
from matchmaker.texts import Language, say

FAMILY = "Noto Sans"
LEADING = 1.25
"""Distance of two lines, in heights of their letters."""

LONGEST = 2000
"""Letters that are looked at; no box here holds as many, and the time stays bounded."""

STEP = 0.5
"""Points by which letters shrink until they fit."""

BASELINE = 0.74
"""Where letters stand in the height of their line."""

MM_PER_POINT = 25.4 / 72
GREY, BLACK, RED = (95, 95, 95), (0, 0, 0), (176, 0, 32)
MARGIN, WIDTH, HEIGHT = 15.0, 210.0, 297.0
"""Of an A4 page, mm."""

Style = Literal["", "B"]
Draw = Callable[[FPDF], None]


class Box(NamedTuple):
    """Place of a text, mm from the top left corner of the page."""

    x: float
    y: float
    width: float


class Lines(NamedTuple):
    """A text that has been fitted: its lines, and the size of its letters in points."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """Height of all lines, mm."""
        return len(self.lines) * line_height(self.size)


def pdf_bytes(details: EventHeading, title: str, draw: Draw, language: Language) -> bytes:
    """Write a PDF of A4 pages; the same bytes for the same input.

    Parameters
    ----------
    details
        The event, for author and date.
    title
        Of the document.
    draw
        Adds the pages.
    language
        In which the document is read aloud.
    """
    with _blank(details, title, language) as pdf:
        draw(pdf)
        return bytes(pdf.output())


@contextmanager
def _blank(details: EventHeading, title: str, language: Language) -> Iterator[FPDF]:
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0
    pdf.set_title(title)
    pdf.set_author(details.organiser)
    pdf.set_lang(language)
    pdf.set_creation_date(details.stamp)
    # The writer reads fonts from files only, and reads them until the end.
    with TemporaryDirectory() as folder:
        for style, weight in (("", REGULAR), ("B", BOLD)):
            path = Path(folder) / f"{weight}.ttf"
            path.write_bytes(font(weight))
            pdf.add_font(FAMILY, style, path)
        try:
            yield pdf
        finally:
            for added in pdf.fonts.values():
                added.ttfont.close()  # type: ignore[union-attr]


def line_height(size: float) -> float:
    """Distance of two lines of letters of a size in points, mm."""
    return size * MM_PER_POINT * LEADING


def fitted(
    pdf: FPDF,
    text: str,
    width: float,
    size: float,
    least: float,
    most_lines: int,
    style: Style = "",
) -> Lines:
    """Fit a text into a width: letters as large as its lines allow, and at last fewer words.

    Parameters
    ----------
    pdf
        Where it will be written.
    text
        One paragraph.
    width
        Room, mm.
    size, least
        Wished and smallest size of the letters, points.
    most_lines
        A text that needs more lines at the smallest size ends in an ellipsis.
    style
        Bold or not.
    """
    pdf.set_font(FAMILY, style, size)
    if pdf.get_string_width(text) <= width:
        return Lines((text,), size)
    while size > least:
        widest = max(map(pdf.get_string_width, text.split(" ")))
        if widest <= width and len(lines := _wrapped(pdf, text, width)) <= most_lines:
            return Lines(tuple(lines), size)
        size = max(size - STEP, least)
        pdf.set_font_size(size)
    lines = _wrapped(pdf, text, width)
    if len(lines) > most_lines:
        rest = " ".join(lines[most_lines - 1 :])
        lines = [*lines[: most_lines - 1], _shortened(pdf, rest, width)]
    return Lines(tuple(lines), least)


def _wrapped(pdf: FPDF, text: str, width: float) -> list[str]:
    """Break a text at spaces, and inside words that are wider than the room."""
    lines = [""]
    for word in text[:LONGEST].split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if pdf.get_string_width(longer) <= width:
            lines[-1] = longer
            continue
        pieces = _pieces(pdf, word, width)
        lines = [*lines, *pieces] if lines[-1] else pieces
    return lines


def _pieces(pdf: FPDF, word: str, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and pdf.get_string_width(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _shortened(pdf: FPDF, text: str, width: float) -> str:
    while text and pdf.get_string_width(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def write(
    pdf: FPDF,
    lines: Lines,
    box: Box,
    style: Style = "",
    align: Literal["L", "C", "R"] = "L",
    colour: tuple[int, int, int] = BLACK,
) -> float:
    """Write fitted lines below each other, and give the height that they take, mm."""
    pdf.set_font(FAMILY, style, lines.size)
    pdf.set_text_color(*colour)
    step, share = line_height(lines.size), {"L": 0.0, "C": 0.5, "R": 1.0}[align]
    for place, line in enumerate(lines.lines):
        if not line:
            continue
        spare = share and share * (box.width - pdf.get_string_width(line))
        pdf.text(box.x + spare, box.y + place * step + BASELINE * step, line)
    return lines.height


def write_fitted(
    pdf: FPDF,
    text: str,
    box: Box,
    sizes: tuple[float, float],
    most_lines: int = 1,
    style: Style = "",
    align: Literal["L", "C", "R"] = "L",
    colour: tuple[int, int, int] = BLACK,
) -> float:
    """Fit a text between two sizes, write it, and give the height that it takes, mm."""
    lines = fitted(pdf, text, box.width, *sizes, most_lines, style)
    return write(pdf, lines, box, style, align, colour)


def footed_page(pdf: FPDF, details: EventHeading, language: Language) -> None:
    """Add a page with the organiser, the version and the fictional mark at its foot."""
    pdf.add_page()
    text = say(
        language,
        "event.export.foot",
        organiser=details.organiser,
        day=details.stamp.astimezone(details.zone).strftime("%d/%m/%Y"),
        version=details.sequence,
    )
    room = WIDTH - 2 * MARGIN
    write_fitted(pdf, text, Box(MARGIN, HEIGHT - 12, room * 0.6), (8, 6), colour=GREY)
    if details.fictional:
        box = Box(MARGIN + room * 0.6, HEIGHT - 12, room * 0.4)
        text = say(language, "event.export.fictional_banner")
        write_fitted(pdf, text, box, (8, 6), style="B", align="R", colour=RED)
