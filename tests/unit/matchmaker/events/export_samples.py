"""A small convention to export, and a reader of PDF files that shares no code with the writer."""

import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from matchmaker.events.conventions.plan import (
    Bounds,
    Figures,
    ParticipantFigures,
    Plan,
    PlannedMeeting,
    Unmet,
)
from matchmaker.events.conventions.problem import Meeting, Participant, Problem
from matchmaker.events.exports.conventions import convention_timetable
from matchmaker.events.exports.details import EventHeading, PersonDetails

PARIS = ZoneInfo("Europe/Paris")
FORMULA = '=HYPERLINK("http://x.example";"cliquez")'


def at(day, hour, minute=0):
    return datetime(2026, 10, day, hour, minute, tzinfo=PARIS)


DETAILS = EventHeading(
    uid="techinnov-2026",
    title="Rencontres & affaires",
    place="Le Millénaire, Savigny",
    # The clocks go back in the night between the two days.
    slot_times=(
        (at(24, 9), at(24, 9, 30)),
        (at(24, 9, 30), at(24, 10)),
        (at(25, 9), at(25, 9, 30)),
        (at(25, 9, 30), at(25, 10)),
    ),
    organiser="CCI Essonne",
    organiser_email="evenements@cci.example",
    fictional=False,
    stamp=datetime(2026, 9, 1, 8, 30, tzinfo=UTC),
    sequence=1,
)
FICTIONAL = replace(DETAILS, fictional=True)

PROBLEM = Problem(
    slots=4,
    tables=2,
    participants=(
        Participant(id=1, name="Élodie Lefèvre", company="Ateliers d'Évry"),
        Participant(id="1", name=FORMULA, company="+33 SARL"),
        Participant(id="b", name="Дмитрий Щербаков", unavailable=(4,)),
        Participant(id="c", name="Ωρίων Παπαδόπουλος"),
        Participant(id="d"),
    ),
    meetings=(
        Meeting(id="m1", a=1, b="1"),
        Meeting(id="m2", a="b", b="c"),
        Meeting(id="m3", a=1, b="b"),
        Meeting(id="m4", a="1", b="c"),
        Meeting(id="m5", a="c", b="d"),
    ),
)
PLAN = Plan(
    status="feasible",
    objective=Figures(value=4.5, breaks=3, idle=4),
    bound=Bounds(value=5.0),
    gap=0.1,
    meetings=(
        PlannedMeeting(id="m4", slot=4, table=2),
        PlannedMeeting(id="m2", slot=1, table=2),
        PlannedMeeting(id="m1", slot=1, table=1),
        PlannedMeeting(id="m3", slot=3, table=1),
    ),
    unmet=(Unmet(id="m5", reason="outweighed", text="-1 rendez-vous vaut mieux."),),
    participants=(ParticipantFigures(id=1, meetings=2, breaks=1, idle=1, table_changes=0),),
    table_changes=1,
    seconds=2.0,
)
PEOPLE = {
    1: PersonDetails(sector="Métallurgie", department="91"),
    "c": PersonDetails(name="Orion Papadopoulos", company="Béton & Fils"),
}
REASONS = {("m1", 1): "Vous cherchez du découpage laser ; il en propose."}


def timetable(details=DETAILS, plan=PLAN, problem=PROBLEM):
    return convention_timetable(problem, plan, details, PEOPLE, REASONS)


class Piece(NamedTuple):
    """A text on a page: baseline in mm from the top left corner, size in points, width in mm."""

    text: str
    x: float
    y: float
    size: float
    width: float


MM = 25.4 / 72
_TOKEN = re.compile(
    rb"/F(\d+) ([\d.]+) Tf|([\d.-]+) ([\d.-]+) Td|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL
)


def pdf_pages(data):
    """Read the texts of each page of a PDF by its own fonts: what is printed, and where."""
    objects = {
        int(m[1]): m[2]
        for m in re.finditer(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", data, re.DOTALL)
    }
    kids = re.search(rb"/Kids \[(.*?)\]", objects[1], re.DOTALL)[1]
    return [_texts(objects, objects[int(k)]) for k in re.findall(rb"(\d+) 0 R", kids)]


def _texts(objects, page):
    content, resources = (
        objects[int(re.search(rb"/%s (\d+)" % name, page)[1])]
        for name in (b"Contents", b"Resources")
    )
    named = re.findall(rb"/F(\d+) (\d+) 0 R", resources)
    return _pieces(_stream(content), {int(f): _font(objects, int(number)) for f, number in named})


def _stream(body):
    data = re.search(rb"stream\n(.*)\nendstream", body, re.DOTALL)[1]
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _font(objects, number):
    """Letters and widths by code."""
    font = objects[number]
    to_unicode = _stream(objects[int(re.search(rb"/ToUnicode (\d+)", font)[1])])
    codes = re.findall(rb"<(\w{4})> <(\w+)>\n", to_unicode.split(b"beginbfchar")[1])
    letters = {int(c, 16): bytes.fromhex(u.decode()).decode("utf-16-be") for c, u in codes}
    below = objects[int(re.search(rb"/DescendantFonts \[(\d+)", font)[1])]
    return letters, _widths(re.search(rb"/W \[(.*)\]", below, re.DOTALL)[1].decode())


def _widths(text):
    """Read `first [w w w]` and `first last w`, the two forms of a width table."""
    widths, tokens = {}, re.findall(r"\[[^\]]*\]|\d+", text)
    while tokens:
        first, then = int(tokens.pop(0)), tokens.pop(0)
        if then.startswith("["):
            widths.update(enumerate(map(int, then[1:-1].split()), first))
        else:
            widths.update(dict.fromkeys(range(first, int(then) + 1), int(tokens.pop(0))))
    return widths


def _pieces(content, fonts):
    found, font, size, place = [], None, 0.0, (0.0, 0.0)
    for token in _TOKEN.finditer(content):
        if token[1]:
            font, size = fonts[int(token[1])], float(token[2])
        elif token[3]:
            place = float(token[3]), float(token[4])
        else:
            codes = [a << 8 | b for a, b in zip(*[iter(_unescaped(token[5]))] * 2, strict=True)]
            width = sum(font[1][c] for c in codes) / 1000 * size * MM
            text = "".join(font[0][c] for c in codes)
            found.append(Piece(text, place[0] * MM, 297 - place[1] * MM, size, width))
    return found


def _unescaped(data):
    known = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(rb"\\(.)", lambda m: known.get(m[1], m[1]), data, flags=re.DOTALL)
