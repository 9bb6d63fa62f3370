"""Badges on A4 pages, to be cut out."""

from __future__ import annotations

from fpdf import FPDF

from matchmaker.events.exports.details import EventHeading
from matchmaker.events.exports.fonts import letters
from matchmaker.events.exports.paper import GREY, MARGIN, RED, Box, pdf_bytes, write_fitted
from matchmaker.events.exports.timetable import Attendee, Timetable
from matchmaker.texts import Language, say

BADGE_WIDTH, BADGE_HEIGHT, BADGE_COLUMNS, BADGE_ROWS = 90.0, 55.0, 2, 4
BADGE_TOP = 38.5
"""Where the first row of badges begins, mm; the sheet is centred on the page."""


def badges(timetable: Timetable, language: Language = "fr") -> bytes:
    """Print a badge for each attendee: A4 pages of 2 x 4 badges of 90 x 55 mm, with cutting lines.

    Parameters
    ----------
    timetable
        Whose attendees get one.
    language
        Of the words.

    Returns
    -------
    bytes
        A PDF, the same for the same input.
    """
    marked = timetable.details.marked_title(language)
    title = say(language, "event.export.print.title.badges", title=marked)
    per_page = BADGE_COLUMNS * BADGE_ROWS

    def draw(pdf: FPDF) -> None:
        for place, attendee in enumerate(timetable.attendees):
            if place % per_page == 0:
                pdf.add_page()
            row, column = divmod(place % per_page, BADGE_COLUMNS)
            corner = Box(MARGIN + column * BADGE_WIDTH, BADGE_TOP + row * BADGE_HEIGHT, BADGE_WIDTH)
            _draw_badge(pdf, timetable.details, attendee, corner, language)

    return pdf_bytes(timetable.details, title, draw, language)


def unprintable_names(timetable: Timetable) -> list[str]:
    """Names and companies of attendees with a letter that would print as an empty box.

    The font has the Latin, Greek and Cyrillic letters; a name in Chinese or Arabic needs another
    spelling in the details of the participant.
    """
    texts = [text for a in timetable.attendees for text in (a.name, a.company)]
    return [text for text in texts if not letters().issuperset(map(ord, text))]


def _draw_badge(
    pdf: FPDF, details: EventHeading, attendee: Attendee, corner: Box, language: Language
) -> None:
    pdf.set_draw_color(200, 200, 200)
    pdf.set_line_width(0.1)
    pdf.rect(corner.x, corner.y, BADGE_WIDTH, BADGE_HEIGHT)
    x, y, room = corner.x + 5, corner.y + 4, BADGE_WIDTH - 10
    write_fitted(pdf, details.title, Box(x, y, room), (9, 7), 2, align="C", colour=GREY)
    _draw_name(pdf, attendee, Box(x, y + 9, room))
    foot = corner.y + BADGE_HEIGHT - 8
    number = say(language, "event.export.badge.number", number=attendee.number)
    if attendee.department:
        key = "event.export.badge.department"
        number = f"{number} – {say(language, key, department=attendee.department)}"
    write_fitted(pdf, number, Box(x, foot, room * 0.7), (9, 7), colour=GREY)
    if details.fictional:
        mark = say(language, "event.export.fictional").upper()
        box = Box(x + room * 0.7, foot, room * 0.3)
        write_fitted(pdf, mark, box, (9, 7), style="B", align="R", colour=RED)


def _draw_name(pdf: FPDF, attendee: Attendee, box: Box) -> None:
    """Write name and company one below the other; both shrink to fit on two lines."""
    taken = write_fitted(pdf, attendee.name, box, (20, 9), 2, style="B", align="C")
    below = Box(box.x, box.y + max(taken + 2, 13), box.width)
    write_fitted(pdf, attendee.company, below, (13, 10), 2, align="C")
