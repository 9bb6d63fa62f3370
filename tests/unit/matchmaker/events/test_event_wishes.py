"""Wishes from a spreadsheet."""

from pathlib import Path

import pytest

from matchmaker.errors import InputFileError
from matchmaker.events.registrations import Registration
from matchmaker.events.wish_sheets import (
    AMBIGUOUS,
    REPEATED,
    UNKNOWN,
    WITH_ONESELF,
    import_wishes,
)
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.tabular.rejects import Reject
from matchmaker.tabular.sheets import Sheet, SheetRow

PEOPLE = (
    Registration("a", "Anna", "Firme"),
    Registration("b", "Bob", "Atelier"),
    Registration("c", "Zoé", "Usine"),
    Registration("d", "Zoe", "Garage"),
)
EMAILS = {"a": "anna@x.fr", "c": "zoe@usine.fr"}


def sheet(header: str, *rows: str) -> Sheet:
    names = tuple(header.split("|"))
    return Sheet(
        Path("souhaits.csv"),
        names,
        tuple(
            SheetRow(line, dict(zip(names, row.split("|"), strict=True)))
            for line, row in enumerate(rows, start=2)
        ),
    )


def brought(table: Sheet, known=()):
    return import_wishes(table, PEOPLE, EMAILS, known)


def test_people_are_named_by_id_email_or_a_name_of_their_own():
    found = brought(
        sheet(
            "De|À|Souhait|Déjà rencontré|note",
            "a|Bob|oui||x",
            "BOB|anna@X.fr|impératif|oui|",
            "zoe@usine.fr|d|non|non|",
        )
    )
    assert found.rejects == ()
    assert found.wishes == (
        Wish("a", "b", WishKind.YES),
        Wish("b", "a", WishKind.MUST, True),
        Wish("c", "d", WishKind.NO),
    )
    assert (found.new, found.changed, found.unchanged) == (3, 0, 0)
    assert found.ignored_columns == ("note",)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("a|x|yes", "to", "x", UNKNOWN),
        ("|b|yes", "from", "", UNKNOWN),
        ("a|zoé|yes", "to", "zoé", AMBIGUOUS),
        ("a|Anna|yes", "to", "Anna", WITH_ONESELF),
        ("a|b|peut-être", "wish", "peut-être", "wish is none of must, yes, no, imperatif"),
        ("a|b|", "wish", "", "wish is none of"),
        ("c|Bob|no", "to", "Bob", REPEATED),
    ],
)
def test_a_bad_row_is_set_apart(row, column, value, reason):
    found = brought(sheet("from|to|wish", "c|b|must", row))
    assert found.wishes == (Wish("c", "b", WishKind.MUST),)
    (reject,) = found.rejects
    assert reject[:3] == (3, column, value)
    assert reason in reject.reason


def test_importing_again_counts_what_is_new_changed_and_unchanged():
    known = [Wish("a", "b", WishKind.YES, True), Wish("b", "a", WishKind.NO)]
    found = brought(sheet("from|to|wish", "a|b|yes", "b|a|must", "a|c|yes"), known)
    assert found.wishes == (Wish("b", "a", WishKind.MUST), Wish("a", "c", WishKind.YES))
    assert (found.new, found.changed, found.unchanged) == (1, 1, 1)


def test_that_two_have_met_stays_known_without_a_column_and_goes_with_an_empty_cell():
    known = [Wish("a", "b", WishKind.YES, True)]
    assert brought(sheet("from|to|wish", "a|b|must"), known).wishes[0].met_before
    assert not brought(sheet("from|to|wish|met before", "a|b|yes|"), known).wishes[0].met_before


def test_a_missing_column_and_rows_that_are_none():
    with pytest.raises(InputFileError, match="column 'souhait' is missing"):
        brought(sheet("from|to", "a|b"))
    bad = Reject(7, "", "a;b", "row does not have as many fields as the header")
    table = sheet("from|to|wish", "a|b|yes")
    assert brought(Sheet(table.path, table.header, table.rows, (bad,))).rejects == (bad,)
