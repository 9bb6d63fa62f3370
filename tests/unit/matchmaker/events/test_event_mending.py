"""Bad rows come once more: said in French, and still one file with the rows that came in before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random

import pytest
from builders import siret_of

from matchmaker.events.details import EventDetails, EventKind, Session, Slot
from matchmaker.events.life import Event, EventState
from matchmaker.events.registration_sheets import (
    REPEATED,
    SHARED_EMAIL,
    import_registrations,
)
from matchmaker.events.registrations import Registration
from matchmaker.events.wish_sheets import import_wishes
from matchmaker.tabular.sheets import Sheet, SheetRow
from matchmaker.tabular.wording import reason_text
from matchmaker.texts import catalogue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DETAILS = EventDetails(
    kind=EventKind.CONVENTION,
    title="Techinnov",
    day=date(2026, 3, 2),
    chambers=("77", "91"),
    tables=5,
    slots=tuple(Slot(time(hour), time(hour, 30)) for hour in (9, 10, 14, 15)),
    sessions=(Session("matin", (1, 2)),),
)
EVENT = Event("e", DETAILS, EventState.REGISTERING, 3, None, None, NOON, "x", NOON, "x")
FIRM = siret_of(1)


def sheet(header: str, *rows: str) -> Sheet:
    names = tuple(header.split("|"))
    cells = [dict(zip(names, row.split("|"), strict=True)) for row in rows]
    return Sheet(Path("gens.csv"), names, tuple(map(SheetRow, range(2, 2 + len(rows)), cells)))


def brought(table, known=(), emails=None, earlier=frozenset(), opted_out=frozenset(), event=EVENT):
    return import_registrations(
        table,
        event,
        known=known,
        emails=emails or {},
        opted_out=opted_out,
        random=Random(1),
        earlier=earlier,
    )


BAD_ROWS = [
    ("nom|siret", "Anna|123"),
    ("nom|siret", "Anna|12345678901234"),
    ("nom|siret", "Anna|abc45678901234"),
    ("nom|siret", "Anna|1,2E+13"),
    ("nom|siret", f"Anna|{FIRM}"),
    ("nom|courriel", "Anna|anna"),
    ("nom|réserve", "Anna|peut-être"),
    ("nom|minimum", "Anna|trois"),
    ("nom|minimum", "Anna|9"),
    ("nom|minimum|maximum", "Anna|3|2"),
    ("nom|entreprise", "Anna|#N/A"),
    ("nom|entreprise", "Anna|" + "x" * 300),
    ("nom|entreprise", "Anna|" + "x" * 5000),
    ("nom|indisponible", "Anna|nuit"),
    ("nom|statut", "Anna|ailleurs"),
    ("nom|statut", "Anna|présent"),
    ("nom|statut|arrivée", "Anna|inscrit|2"),
    ("nom|identifiant", "Anna|é à"),
    ("nom|entreprise", "|Firme"),
    ("nom|département", "Anna|999"),
    ("nom|table", "Anna|99"),
]


@pytest.mark.parametrize(("header", "row"), BAD_ROWS)
def test_every_reason_of_a_bad_registration_has_words_of_its_own(header, row):
    (reject,) = brought(sheet(header, row), opted_out=frozenset({FIRM})).rejects
    for language in ("fr", "en"):
        assert reason_text(reject.reason, language) != catalogue(language)["tabular.reason.other"]
    assert reason_text(reject.reason, "fr") != reject.reason


@pytest.mark.parametrize("row", ["Zoé|Anna|oui", "Anna|Anna|oui", "Anna|Paul|si", "Anna|Luc|oui"])
def test_every_reason_of_a_bad_wish_has_words_of_its_own(row):
    people = [
        Registration("a", "Anna"),
        Registration("p", "Paul"),
        Registration("q", "Luc"),
        Registration("r", "Luc"),
    ]
    (reject,) = import_wishes(sheet("de|à|souhait", row), people, {}, []).rejects
    assert reason_text(reject.reason, "fr") != catalogue("fr")["tabular.reason.other"]


def test_a_reason_that_nobody_knows_is_said_in_general_words():
    assert reason_text("is odd", "fr") == catalogue("fr")["tabular.reason.other"]


def test_a_repeated_row_that_comes_once_more_does_not_overwrite_the_first():
    first = brought(sheet("nom|entreprise|table", "Anna|Firme|1", "Anna|Firme|2"))
    assert [reject.reason for reject in first.rejects] == [REPEATED]
    again = brought(
        sheet("nom|entreprise|table", "Anna|Firme|2"),
        known=first.registrations,
        earlier=first.taken,
    )
    assert again.registrations == ()
    assert [reject.reason for reject in again.rejects] == [REPEATED]


def test_a_shared_mailbox_that_comes_once_more_does_not_rename_its_owner():
    first = brought(sheet("nom|courriel", "Anna|a@b.fr", "Paul|a@b.fr"))
    assert [reject.reason for reject in first.rejects] == [SHARED_EMAIL]
    emails = {who: mail for who, mail in first.emails.items() if mail}
    again = brought(sheet("nom|courriel", "Paul|a@b.fr"), first.registrations, emails, first.taken)
    assert (again.registrations, again.rejects[0].reason) == ((), SHARED_EMAIL)
    mended = brought(sheet("nom|courriel", "Paul|"), first.registrations, emails, first.taken)
    assert (mended.new, mended.rejects) == (1, ())


def test_without_earlier_rows_the_same_row_brings_its_participant_up_to_date():
    known = [Registration("a", "Anna", "Firme", table=1)]
    found = brought(sheet("nom|entreprise|table", "Anna|Firme|2"), known=known)
    assert found.registrations == (replace(known[0], table=2),)
    assert found.taken == {"a"}


def test_a_repeated_wish_that_comes_once_more_does_not_overwrite_the_first():
    people = [Registration("a", "Anna"), Registration("p", "Paul")]
    first = import_wishes(sheet("de|à|souhait", "a|p|oui", "a|p|non"), people, {}, [])
    assert (len(first.wishes), len(first.rejects)) == (1, 1)
    again = import_wishes(sheet("de|à|souhait", "a|p|non"), people, {}, first.wishes, first.taken)
    assert (again.wishes, len(again.rejects)) == ((), 1)
