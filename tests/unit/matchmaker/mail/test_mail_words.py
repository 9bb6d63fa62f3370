"""Words of other people: harmless, cut, without contacts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.mail.words import one_line, several_lines, shortened, without_contacts

hostile = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\r\n\x00\x0b\x0c\x85\u2028\u2029\u202e\t\x1b"),
    max_size=300,
)


@given(hostile, st.integers(10, 200))
def test_one_line_is_one_line_of_printable_characters(text, limit):
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert all(unicodedata.category(character)[0] != "C" for character in line)
    assert one_line(line, limit) == line


@given(hostile)
def test_several_lines_hold_no_control_character_but_line_ends(text):
    cleaned = several_lines(text)
    assert len(cleaned) <= 600
    assert "\n\n\n" not in cleaned
    assert all(c == "\n" or unicodedata.category(c)[0] != "C" for c in cleaned)


def test_lone_surrogates_do_not_get_in():
    assert one_line("a\ud800b") == "ab"


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("court", 10, "court"),
        ("des mots qui passent", 20, "des mots qui passent"),
        ("des mots qui ne passent pas", 16, "des mots qui ne…"),
        ("unmotbeaucouptroplong", 10, "unmotbeau…"),
        ("coupé, puis encore", 12, "coupé, puis…"),
    ],
)
def test_a_long_text_is_cut_at_a_word(text, limit, cut):
    assert shortened(text, limit) == cut
    assert len(cut) <= limit


@pytest.mark.parametrize(
    "contact",
    [
        "zoe.martin@atelier.example",
        "zoe@atelier.fr",
        "01 64 00 00 01",
        "0164000001",
        "01.64.00.00.01",
        "+33 1 64 00 00 01",
        "+33(0)164000001",
        "0033 6 12 34 56 78",
        "https://atelier.example/contact",
        "www.atelier.example",
        "atelier-martin.fr",
        "http://atelier.fr:8080/nous?a=b",
        "zoe.martin (at) atelier.example",
        "zoe.martin[arobase]atelier.fr",
        "01–64–00–00–01",
        "01 · 64 · 00 · 00 · 01",
        "01_64_00_00_01",
        "0\u200b1 6\u200b4 00 00 01",
        "\u202a01 64 00 00 01\u202c",
    ],
)
def test_contacts_are_taken_out_of_a_message(contact):
    shown = without_contacts(f"Appelez-moi : {contact}, merci", "fr")
    assert contact not in shown
    assert shown.startswith("Appelez-moi : [coordonnées retirées]")
    assert "merci" in shown


@pytest.mark.parametrize(
    "plain",
    [
        "12 000 pièces par an",
        "ISO 9001:2015",
        "de 2019 à 2026",
        "SIRET 73282932000074",
        "du béton.fraîchement coulé",
        "de 0,5 à 3,25 mm, 0–100 °C",
        "à 10 km, ouvert de 8 h à 18 h",
    ],
)
def test_other_numbers_stay(plain):
    assert without_contacts(plain, "fr") == plain
