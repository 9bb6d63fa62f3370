"""What people type is understood, or rejected with the reason; nothing is guessed."""

from collections import Counter
from datetime import date

import pytest

from matchmaker.tabular.cells import (
    LONGEST_TEXT,
    read_count,
    read_day,
    read_list,
    read_naf,
    read_siret,
    read_text,
    read_yes_no,
)
from matchmaker.tabular.rejects import BadValueError


@pytest.mark.parametrize(
    ("text", "siret"),
    [
        ("73282932000074", "73282932000074"),
        ("732 829 320 00074", "73282932000074"),
        ("732\u00a0829\u202f320 00074", "73282932000074"),
        ("7.3282932000074E13", "73282932000074"),
        ("7,3282932000074E+13", "73282932000074"),
        ("73282932000074.0", "73282932000074"),
        ("35600000049837", "35600000049837"),
    ],
)
def test_a_siret_is_read_through_what_spreadsheets_do_to_it(text, siret):
    assert read_siret("siret", text, Counter()) == siret


def test_lost_leading_zeros_come_back_where_the_check_digits_agree():
    notes = Counter()
    assert read_siret("siret", "32517500057", notes) == "00032517500057"
    assert notes == {"SIRETs with lost leading zeros put back": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("73282932000075", "check digits"),
        ("7.32829E13", "lost digits"),
        ("7.328293200007E+13", "lost digits"),
        ("732829320", "9 digits"),
        ("32517500058", "11 digits"),
        ("SIRET inconnu", "not digits"),
        ("#N/A", "not digits"),
    ],
)
def test_a_siret_that_cannot_be_right_is_rejected(text, reason):
    with pytest.raises(BadValueError, match=reason):
        read_siret("siret", text, Counter())


@pytest.mark.parametrize("text", ["oui", "OUI", "Yes", "true", "Vrai", "1"])
def test_yes(text):
    assert read_yes_no("consent", text) is True


@pytest.mark.parametrize("text", ["non", "No", "FALSE", "faux", "0"])
def test_no(text):
    assert read_yes_no("consent", text) is False


@pytest.mark.parametrize("text", ["", "peut-être", "x", "2", "oui non"])
def test_consent_is_never_guessed(text):
    with pytest.raises(BadValueError, match="neither yes"):
        read_yes_no("consent", text)


@pytest.mark.parametrize(("text", "count"), [("", None), ("0", 0), ("12", 12)])
def test_count(text, count):
    assert read_count("capacity", text) == count


@pytest.mark.parametrize("text", ["-1", "2.5", "deux", "1000", "²"])
def test_what_is_no_count_is_rejected(text):
    with pytest.raises(BadValueError, match="whole number"):
        read_count("capacity", text)


@pytest.mark.parametrize(
    "text", ["2024-03-31", "31/03/2024", "2024-03-31T10:00:00", "31/03/2024 9:00"]
)
def test_day(text):
    assert read_day("date", text) == date(2024, 3, 31)


@pytest.mark.parametrize("text", ["2024-02-30", "03/31/2024", "hier", "45382"])
def test_what_is_no_day_is_rejected(text):
    with pytest.raises(BadValueError, match="date is not written"):
        read_day("date", text)


def test_a_list_has_each_item_once():
    assert read_list("themes", " export ; achats;;export\nénergie ") == (
        "export",
        "achats",
        "énergie",
    )


def test_a_text_that_is_too_long_is_rejected_and_not_cut():
    assert read_text("needs", "x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    with pytest.raises(BadValueError, match="longer than"):
        read_text("needs", "x" * (LONGEST_TEXT + 1))


def test_the_error_of_a_formula_is_no_text():
    with pytest.raises(BadValueError, match="formula"):
        read_text("needs", "#REF!")


def test_an_activity_that_is_to_come_is_none_and_counted():
    notes = Counter()
    assert read_naf("naf", "0000Z", notes) is None
    assert read_naf("naf", "00.00Z", notes) is None
    assert read_naf("naf", "4321a", notes) == "43.21A"
    assert notes == {"activity not coded yet": 2}
    with pytest.raises(BadValueError, match="NAF"):
        read_naf("naf", "43.21X", notes)
