"""Workbooks are read back by another library: every cell as meant, and nothing that runs."""

import io
import re
import zipfile
from datetime import UTC, datetime, time
from typing import get_args

import openpyxl
import pytest
from export_samples import DETAILS, FICTIONAL, FORMULA, timetable
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.events.conventions.plan import Status, UnmetReason
from matchmaker.events.exports.details import plain
from matchmaker.events.exports.sheets import Sheet, timetable_sheets
from matchmaker.events.exports.workbook import LONGEST_CELL, timetable_workbook, workbook
from matchmaker.texts import LANGUAGES, catalogue


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data), rich_text=False)


def cells(page, first=4):
    return [list(row) for row in page.iter_rows(min_row=first, values_only=True)]


BOOK = opened(timetable_workbook(timetable()))


def test_worksheets():
    assert BOOK.sheetnames == [
        "Synthèse",
        "Par participant",
        "Par créneau",
        "Par table",
        "Participants",
    ]


def test_by_participant():
    rows = cells(BOOK["Par participant"])
    assert rows[0] == [
        *("N°", "Participant", "Entreprise", "Créneau", "Jour", "Début", "Fin", "Table"),
        *("Rencontre", "Son entreprise", "Pourquoi"),
    ]
    assert rows[1] == [
        *(1, "Élodie Lefèvre", "Ateliers d'Évry", 1, datetime(2026, 10, 24), time(9), time(9, 30)),
        *(1, FORMULA, "+33 SARL", "Vous cherchez du découpage laser ; il en propose."),
    ]
    # Each meeting once for each of its two.
    assert [(row[0], row[3], row[7]) for row in rows[1:]] == [
        *((1, 1, 1), (1, 3, 1)),
        *((2, 1, 1), (2, 4, 2)),
        *((3, 1, 2), (3, 3, 1)),
        *((4, 1, 2), (4, 4, 2)),
    ]


def test_by_slot_and_by_table_have_each_meeting_once():
    by_slot, by_table = (cells(BOOK[name]) for name in ("Par créneau", "Par table"))
    assert [(row[0], row[4], row[5], row[8]) for row in by_slot[1:]] == [
        (1, 1, 1, 2),
        (1, 2, 3, 4),
        (3, 1, 1, 3),
        (4, 2, 2, 4),
    ]
    assert [(row[0], row[1], row[5], row[8]) for row in by_table[1:]] == [
        (1, 1, 1, 2),
        (1, 3, 1, 3),
        (2, 1, 3, 4),
        (2, 4, 2, 4),
    ]
    # Nine o'clock on both days, though the clocks went back between them.
    assert [(row[1], row[2]) for row in by_slot[1:]][::2] == [
        (datetime(2026, 10, 24), time(9)),
        (datetime(2026, 10, 25), time(9)),
    ]


def test_summary_has_figures_reasons_and_legend():
    rows = cells(BOOK["Synthèse"])
    pairs = {row[0]: row[1] for row in rows}
    assert pairs["Valeur des rendez-vous tenus"] == 4.5
    assert pairs["Pauses, au moins"] == "non connu"
    assert pairs["Qualité du planning"] == "toutes les règles sont tenues"
    assert pairs["Table"] == "Où le rendez-vous a lieu."
    assert [
        "m5",
        "Orion Papadopoulos",
        "d",
        "D'autres rendez-vous valent plus ensemble",
        "-1 rendez-vous vaut mieux.",
    ] in rows


def test_figures_of_participants():
    rows = cells(BOOK["Participants"])
    assert rows[0][3:] == [
        *("Secteur", "Département", "Rendez-vous tenus", "Pauses"),
        *("Créneaux de pause", "Changements de table"),
    ]
    assert rows[1][3:] == ["Métallurgie", "91", 2, 1, 1, 0]
    assert len(rows) == 6


@pytest.mark.parametrize("name", BOOK.sheetnames)
def test_ready_to_print(name):
    page = BOOK[name]
    assert page.page_setup.orientation == "landscape"
    assert int(page.page_setup.paperSize) == 9
    assert page.sheet_properties.pageSetUpPr.fitToPage
    # One page wide (1 is what a file says by saying nothing), as many high as needed.
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.oddFooter.left.text == "Rencontres && affaires"


@pytest.mark.parametrize("name", BOOK.sheetnames[1:])
def test_ready_to_filter(name):
    """The header stays in sight, is on every printed page, and filters down to the last row."""
    page = BOOK[name]
    assert page.print_title_rows == "$4:$4"
    assert page.freeze_panes == "A5"
    assert page.auto_filter.ref == f"A4:{page.cell(page.max_row, page.max_column).coordinate}"
    widths = [page.column_dimensions[cell.column_letter].width for cell in page[4]]
    assert min(widths) >= 7
    assert max(widths) < 60


def test_a_fictional_event_says_so_in_titles_and_footers():
    for page in opened(timetable_workbook(timetable(FICTIONAL))):
        assert page["A1"].value.startswith("[Fictif] Rencontres & affaires")
        assert page.oddFooter.left.text.startswith("[Fictif] ")
    assert all("Fictif" not in page["A1"].value for page in BOOK)


def test_dates_of_the_file_are_those_of_the_version():
    assert BOOK.properties.created == datetime(2026, 9, 1, 8, 30)
    assert DETAILS.stamp == datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
    assert timetable_workbook(timetable()) == timetable_workbook(timetable())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_words(language):
    found = opened(timetable_workbook(timetable(), language))
    assert len(found.sheetnames) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_plan_has_its_words(language):
    words = catalogue(language)
    assert {f"event.export.unmet.{code}" for code in get_args(UnmetReason)} <= set(words)
    # Without a plan there is nothing to export.
    statuses = set(get_args(Status)) - {"infeasible"}
    assert {f"event.export.status.{status}" for status in statuses} <= set(words)


def test_texts_stay_texts():
    """No formula, no link, no number out of a text, in any part of the file."""
    with zipfile.ZipFile(io.BytesIO(timetable_workbook(timetable()))) as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/")]
    assert len([name for name in parts if name.startswith("xl/worksheets/sheet")]) == 5
    assert not [text for text in sheets if re.search(r"<f[ >]|<hyperlink", text)]


HOSTILE = st.text(min_size=1, max_size=30) | st.builds(
    str.__add__, st.sampled_from("=+-@\t\r"), st.text(max_size=10)
)


@given(st.lists(HOSTILE | st.sampled_from(["12", "1e5", "http://x.example", "_x0041_", "{=1}"])))
@settings(max_examples=40, deadline=None)
def test_whatever_is_typed_comes_back_as_text(texts):
    rows = tuple((plain(text) or "x",) for text in texts)
    page = opened(workbook(DETAILS, (), (Sheet("Noms", ("Nom",), rows),), "fr"))["Noms"]
    found = [cell for [cell] in page.iter_rows(min_row=5, max_row=max(5, page.max_row))]
    assert [(cell.value,) for cell in found if cell.value is not None] == list(rows)
    assert {cell.data_type for cell in found if cell.value is not None} <= {"s", "inlineStr"}


def test_a_cell_that_is_too_long_is_cut():
    """Excel holds so many characters and calls the file damaged beyond."""
    sheet = Sheet("Noms", ("Nom",), (("x" * (LONGEST_CELL + 1),),))
    [[value]] = cells(opened(workbook(DETAILS, (), (sheet,), "fr"))["Noms"], 5)
    assert len(value) == LONGEST_CELL


def test_a_list_without_rows_is_a_worksheet():
    sheet = Sheet("Vide", ("Nom", "Table"), ())
    page = opened(workbook(DETAILS, (), (sheet,), "fr"))["Vide"]
    assert cells(page) == [["Nom", "Table"]]


def test_sheets_have_a_cell_for_each_header():
    for sheet in timetable_sheets(timetable()):
        assert {len(row) for row in sheet.rows} == {len(sheet.headers)}
