"""CSV as a French Excel opens it, with nothing in it that runs."""

import csv
import io
from datetime import date, time

import pytest
from export_samples import FORMULA, timetable
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.exports.sheets import Sheet, timetable_sheet
from matchmaker.events.exports.tables import csv_bytes


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_bytes_by_hand():
    sheet = Sheet(
        "Tout",
        ("Nom", "Rang", "Valeur", "Jour", "Heure", "Rien"),
        (("Évry ; Melun", -3, 0.25, date(2026, 10, 1), time(9, 5), None),),
    )
    expected = 'Nom;Rang;Valeur;Jour;Heure;Rien\r\n"Évry ; Melun";-3;0,25;2026-10-01;09:05;\r\n'
    assert csv_bytes(sheet, False) == b"\xef\xbb\xbf" + expected.encode()
    assert rows_of(csv_bytes(sheet, True)) == [
        ["Nom", "Rang", "Valeur", "Jour", "Heure", "Rien", "Mention"],
        ["Évry ; Melun", "-3", "0,25", "2026-10-01", "09:05", "", "Fictif"],
    ]
    assert rows_of(csv_bytes(sheet, False, "en"))[1][2] == "0.25"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_becomes_a_text(start):
    sheet = Sheet("Noms", ("Nom",), ((f"{start}1+1",),))
    assert rows_of(csv_bytes(sheet, False))[1] == [f"'{start}1+1"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_every_text_comes_back_save_for_the_apostrophe(texts):
    rows = rows_of(csv_bytes(Sheet("Noms", ("Nom",), tuple((text,) for text in texts)), False))
    read = [row[0] if row else "" for row in rows[1:]]
    assert [r for r in read if r.startswith(("=", "+", "-", "@"))] == []
    assert [r.removeprefix("'") if r != t else r for r, t in zip(read, texts, strict=True)] == texts


def test_a_long_text_is_whole():
    assert rows_of(csv_bytes(Sheet("N", ("Nom",), (("x" * 999,),)), False))[1] == ["x" * 999]


def test_the_lists_of_a_timetable():
    found = timetable()
    rows = rows_of(csv_bytes(timetable_sheet(found, "by_slot"), False))
    assert rows[1] == [
        *("1", "2026-10-24", "09:00", "09:30", "1", "1", "Élodie Lefèvre", "Ateliers d'Évry"),
        *("2", f"'{FORMULA}", "'+33 SARL"),
    ]
    unmet = rows_of(csv_bytes(timetable_sheet(found, "unmet", "en"), True, "en"))
    assert unmet[1][3:] == [
        "Other meetings together are worth more",
        "'-1 rendez-vous vaut mieux.",
        "Fictional",
    ]
