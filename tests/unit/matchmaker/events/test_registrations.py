"""Registrations: what a right one is, and how a spreadsheet brings them in or up to date."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random

import pytest
from builders import siret_of
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from matchmaker.errors import InputFileError, ProblemError
from matchmaker.events.details import EventDetails, EventKind, Session, Slot
from matchmaker.events.life import Event, EventState
from matchmaker.events.participant_index import ParticipantIndex
from matchmaker.events.registration_columns import REGISTRATION_COLUMNS
from matchmaker.events.registration_sheets import (
    NOT_YET,
    OPTED_OUT,
    OTHER_ID,
    REPEATED,
    SHARED_EMAIL,
    import_registrations,
)
from matchmaker.events.registrations import (
    Registration,
    Status,
    check_registration,
    is_email,
    registration_fault,
)
from matchmaker.tabular.rejects import Reject
from matchmaker.tabular.sheets import Sheet, SheetRow, read_sheet

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DETAILS = EventDetails(
    kind=EventKind.CONVENTION,
    title="Techinnov",
    day=date(2026, 3, 2),
    chambers=("77", "91"),
    tables=5,
    slots=tuple(Slot(time(hour), time(hour, 30)) for hour in (9, 10, 14, 15)),
    sessions=(Session("Matin", (1, 2)),),
)
FIRM, OTHER = siret_of(1), siret_of(2)
ANNA = Registration("a", "Anna", "Firme", FIRM, department="77")


def event(state: EventState = EventState.REGISTERING) -> Event:
    return Event("e", DETAILS, state, 3, None, None, NOON, "x", NOON, "x")


def sheet(header: str, *rows: str) -> Sheet:
    names = tuple(header.split("|"))
    return Sheet(
        Path("inscrits.csv"),
        names,
        tuple(
            SheetRow(line, dict(zip(names, row.split("|"), strict=True)))
            for line, row in enumerate(rows, start=2)
        ),
    )


def brought(table, known=(), emails=None, *, state=EventState.REGISTERING, opted_out=(), seed=1):
    return import_registrations(
        table,
        event(state),
        known=known,
        emails=emails or {},
        opted_out=frozenset(opted_out),
        random=Random(seed),
    )


class TestARegistration:
    def test_that_is_right_has_no_fault(self):
        full = Registration(
            "a-1", "Anna", "Firme", FIRM, "Plato 3", "2A", (1, 4), 1, 2, 5, True, Status.LATE, 2
        )
        assert registration_fault(full, DETAILS) is None
        check_registration(full, DETAILS)

    @pytest.mark.parametrize(
        ("change", "field", "reason"),
        [
            ({"id": ""}, "id", "id is not 1 to 60"),
            ({"id": "a b"}, "id", "id is not 1 to 60"),
            ({"id": "é"}, "id", "id is not 1 to 60"),
            ({"id": "x" * 61}, "id", "id is not 1 to 60"),
            ({"name": " "}, "name", "name is empty"),
            ({"name": "x" * 201}, "name", "text is longer than 200"),
            ({"company": "x" * 201}, "company", "text is longer than 200"),
            ({"group": "x" * 201}, "group", "text is longer than 200"),
            ({"siret": FIRM[:-1] + str((int(FIRM[-1]) + 1) % 10)}, "siret", "right check digits"),
            ({"siret": ""}, "siret", "right check digits"),
            ({"department": "00"}, "department", "is no code of a department"),
            ({"unavailable": (0,)}, "unavailable", "slot is not in the event, which has 4"),
            ({"unavailable": (5,)}, "unavailable", "slot is not in the event, which has 4"),
            ({"min": -1}, "min", "below 0"),
            ({"max": -1}, "min", "below 0"),
            ({"min": 3, "max": 2}, "min", "minimum is above the maximum"),
            ({"min": 3, "unavailable": (1, 2)}, "min", "above the number of slots that they can"),
            ({"table": 0}, "table", "table is not in the event, which has 5"),
            ({"table": 6}, "table", "table is not in the event, which has 5"),
            ({"status": Status.LATE}, "from_slot", "they need one"),
            ({"from_slot": 2}, "from_slot", "belongs to participants who are late"),
            ({"status": Status.LATE, "from_slot": 5}, "from_slot", "slot is not in the event"),
        ],
    )
    def test_that_is_wrong_names_field_and_reason(self, change, field, reason):
        fault = registration_fault(replace(ANNA, **change), DETAILS)
        assert fault is not None
        assert fault[0] == field
        assert reason in fault[1]
        with pytest.raises(ProblemError, match=f"participant .*, {field} .*Mend it"):
            check_registration(replace(ANNA, **change), DETAILS)

    def test_a_minimum_that_just_fits(self):
        assert registration_fault(replace(ANNA, min=2, unavailable=(1, 2)), DETAILS) is None

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("zoe@example.fr", True),
            ("a.b+c@sous.domaine.fr", True),
            ("zoe@example", False),
            ("zoe example.fr", False),
            ("a@b.fr; c@d.fr", False),
            ("<a@b.fr>", False),
            ("a" * 249 + "@b.fr", True),
            ("a" * 250 + "@b.fr", False),
        ],
    )
    def test_forms_of_an_email(self, text, right):
        assert is_email(text) == right


class TestImport:
    def test_french_columns(self):
        table = sheet(
            "Identifiant|Prénom|Nom|Société|SIRET|Groupe|Département|Courriel|Indisponibilités"
            "|Minimum|Maximum|Table|Liste d'attente|Statut",
            f"7|Zoé|Œhler|Tôlerie|{FIRM}|Plato 3|91|zoe@example.fr|matin; 15h|0|2|4|oui|invitée",
        )
        found = brought(table)
        assert found.rejects == ()
        assert found.registrations == (
            Registration(
                "7",
                "Zoé Œhler",
                "Tôlerie",
                FIRM,
                "Plato 3",
                "91",
                (1, 2, 4),
                0,
                2,
                4,
                True,
                Status.INVITED,
            ),
        )
        assert found.emails == {"7": "zoe@example.fr"}
        assert (found.new, found.changed, found.unchanged) == (1, 0, 0)
        assert found.ignored_columns == ()

    def test_english_columns_and_a_column_that_nobody_reads(self):
        table = sheet(
            "id|full name|company|unavailable|min|max|standby|status|shoe size",
            "7|Zoe|Works|1-2, 4|1|1|no|registered|38",
        )
        found = brought(table)
        assert found.registrations == (
            Registration("7", "Zoe", "Works", unavailable=(1, 2, 4), min=1, max=1),
        )
        assert found.ignored_columns == ("shoe size",)

    def test_only_the_name_is_needed_and_ids_are_drawn(self):
        found = brought(sheet("nom", "Anna", "Bob"))
        assert [r.name for r in found.registrations] == ["Anna", "Bob"]
        assert len({r.id for r in found.registrations}) == 2
        assert found.registrations[0] == Registration(found.registrations[0].id, "Anna")
        assert brought(sheet("nom", "Anna", "Bob")) == found
        with pytest.raises(InputFileError, match="column 'nom' is missing"):
            brought(sheet("siret", FIRM))

    def test_every_known_column_name_is_written_as_it_is_compared(self):
        names = [name for known in REGISTRATION_COLUMNS.values() for name in known]
        assert len(set(names)) == len(names)
        for field, known in REGISTRATION_COLUMNS.items():
            for name in known:
                table = sheet("x|" + name if field == "name" else f"nom|{name}", "Anna|")
                assert name not in brought(table).ignored_columns

    @pytest.mark.parametrize(
        ("column", "value", "reason"),
        [
            ("siret", "123", "SIRET has 3 digits, 14 are needed"),
            ("siret", "73282932000075", "SIRET fails its check digits"),
            ("indisponible", "5", "is no slot, session or time of the event"),
            ("indisponible", "2;soir", "is no slot, session or time of the event"),
            ("minimum", "beaucoup", "is not a whole number from 0 to 999"),
            ("minimum", "5", "minimum is above the number of slots that they can use"),
            ("table", "6", "table is not in the event, which has 5"),
            ("departement", "00", "is no code of a department"),
            ("courriel", "anna at home", "is no e-mail address"),
            ("reserve", "peut-être", "is neither yes (oui) nor no (non)"),
            ("statut", "malade", "status is none of invited, registered"),
            ("statut", "présent", NOT_YET),
            ("arrivée", "2", "first slot belongs to participants who are late"),
            ("id", "a b", "id is not 1 to 60 plain letters"),
            ("entreprise", "#N/A", "cell holds the error of a formula"),
        ],
    )
    def test_a_bad_row_is_set_apart_with_line_column_value_and_reason(self, column, value, reason):
        found = brought(sheet(f"nom|{column}", "Zoé|", f"Anna|{value}", "Bob|"))
        assert [r.name for r in found.registrations] == ["Zoé", "Bob"]
        (reject,) = found.rejects
        assert reject[:3] == (3, column, value)
        assert reason in reject.reason
        assert value not in reject.reason.split()

    def test_a_minimum_above_the_maximum(self):
        (reject,) = brought(sheet("nom|min|max", "Anna|3|2")).rejects
        assert reject == Reject(2, "min", "3", "minimum is above the maximum")

    def test_an_empty_name(self):
        (reject,) = brought(sheet("nom|siret", f"|{FIRM}")).rejects
        assert reject == Reject(2, "nom", "", "name is empty")

    def test_rows_that_the_file_itself_spoilt_are_among_the_rejects(self):
        bad = Reject(9, "", "a;b;c", "row does not have as many fields as the header")
        found = brought(replace(sheet("nom", "Anna"), bad_rows=(bad,)))
        assert found.rejects == (bad,)
        assert found.new == 1

    def test_a_firm_that_opted_out(self):
        found = brought(sheet("nom|siret", f"Anna|{FIRM}", f"Bob|{OTHER}"), opted_out=[FIRM])
        assert [r.name for r in found.registrations] == ["Bob"]
        assert found.rejects == (Reject(2, "siret", FIRM, OPTED_OUT),)

    def test_lost_zeros_come_back_with_a_note(self):
        siret = "00572078400015"
        found = brought(sheet("nom|siret", f"Anna|{siret[2:]}"))
        assert [r.siret for r in found.registrations] == [siret]
        assert found.notes == {"SIRETs with lost leading zeros put back": 1}

    def test_who_was_there_may_come_from_the_signed_list(self):
        table = sheet("nom|statut|a partir du creneau", "Anna|présente|", "Bob|en retard|14h")
        found = brought(table, state=EventState.RUNNING)
        assert [(r.status, r.from_slot) for r in found.registrations] == [
            (Status.PRESENT, None),
            (Status.LATE, 3),
        ]

    def test_a_real_workbook(self, tmp_path):
        """A time typed into Excel is no text, and a number is no text either."""
        book = Workbook()
        book.active.append(["Nom", "SIRET", "Indisponible", "Maximum"])
        book.active.append(["Anna", int(FIRM), time(9, 0), 3])
        book.active.append(["Bob", OTHER, 2, None])
        book.save(tmp_path / "inscrits.xlsx")
        found = brought(read_sheet(tmp_path / "inscrits.xlsx", max_line_bytes=10_000))
        assert found.rejects == ()
        assert [(r.siret, r.unavailable, r.max) for r in found.registrations] == [
            (FIRM, (1,), 3),
            (OTHER, (2,), None),
        ]


class TestImportingAgain:
    def test_changes_nothing(self):
        table = sheet("nom|entreprise|siret|courriel", f"Anna|Firme|{FIRM}|a@x.fr", "Bob|Atelier||")
        first = brought(table)
        emails = {who: mail for who, mail in first.emails.items() if mail}
        again = brought(table, first.registrations, emails, seed=2)
        assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
        assert again.registrations == ()
        assert again.emails == {}

    @pytest.mark.parametrize(
        ("header", "row"),
        [
            ("id|nom|max", "a|Anne|2"),
            ("courriel|nom|max", "ANNA@x.fr|Anne|2"),
            ("nom|siret|max", f"anna|{FIRM}|2"),
            ("nom|entreprise|max", "ANNA|firme|2"),
        ],
        ids=["id", "e-mail", "name and SIRET", "name and firm"],
    )
    def test_brings_the_same_person_up_to_date(self, header, row):
        known = replace(ANNA, table=4, unavailable=(3,))
        found = brought(sheet(header, row), [known], {"a": "anna@x.fr"})
        assert found.rejects == ()
        assert (found.new, found.changed, found.unchanged) == (0, 1, 0)
        (changed,) = found.registrations
        assert (changed.id, changed.max) == ("a", 2)
        assert (changed.table, changed.unavailable, changed.siret) == (4, (3,), FIRM)

    def test_an_empty_cell_clears_and_a_missing_column_keeps(self):
        known = replace(ANNA, max=2, table=4, status=Status.INVITED)
        (changed,) = brought(sheet("id|nom|max|statut", "a|Anna||"), [known]).registrations
        assert changed == replace(known, max=None)

    def test_a_new_email_alone_is_a_change(self):
        found = brought(sheet("id|nom|courriel", "a|Anna|b@x.fr"), [ANNA], {"a": "a@x.fr"})
        assert (found.new, found.changed, found.unchanged) == (0, 1, 0)
        assert found.registrations == ()
        assert found.emails == {"a": "b@x.fr"}
        cleared = brought(sheet("id|nom|courriel", "a|Anna|"), [ANNA], {"a": "a@x.fr"})
        assert cleared.emails == {"a": None}

    @pytest.mark.parametrize(
        ("header", "row"),
        [
            ("id|nom", "b|Bob"),
            ("nom|siret", f"Anna|{OTHER}"),
            ("nom|entreprise", "Anna|Atelier"),
            ("nom|courriel|siret", f"Bob|b@x.fr|{FIRM}"),
        ],
        ids=["other id", "other SIRET", "other firm", "colleague"],
    )
    def test_another_person_is_new(self, header, row):
        found = brought(sheet(header, row), [ANNA], {"a": "a@x.fr"})
        assert (found.new, found.changed, found.unchanged) == (1, 0, 0)
        assert found.registrations[0].id != "a"

    def test_somebody_known_under_another_id(self):
        found = brought(sheet("id|nom|siret", f"b|Anna|{FIRM}"), [ANNA])
        assert found.rejects == (Reject(2, "id", "b", OTHER_ID),)

    @pytest.mark.parametrize(
        ("header", "rows", "reject"),
        [
            ("id|nom", ["a|Anna", "a|Bob"], Reject(3, "id", "a", REPEATED)),
            ("nom|siret", [f"Anna|{FIRM}", f"ANNA|{FIRM}"], Reject(3, "nom", "ANNA", REPEATED)),
            ("nom|courriel", ["Anna|a@x.fr", "Bob|A@x.fr"], Reject(3, "courriel", "A@x.fr", "")),
        ],
        ids=["id", "name and SIRET", "e-mail"],
    )
    def test_a_row_that_is_there_twice(self, header, rows, reject):
        found = brought(sheet(header, *rows))
        assert found.new == 1
        assert found.registrations[0].name == "Anna"
        assert found.rejects == (reject._replace(reason=reject.reason or SHARED_EMAIL),)

    def test_ids_tell_people_of_one_name_or_one_mailbox_apart(self):
        table = sheet("id|nom|courriel", "1|Anna|x@x.fr", "2|Bob|x@x.fr", "3|Anna|x@x.fr")
        found = brought(table)
        assert found.rejects == ()
        assert [r.id for r in found.registrations] == ["1", "2", "3"]

    def test_a_name_that_was_given_up_means_somebody_new(self):
        table = sheet("id|nom|entreprise", "a|Anne|Firme", "|Anna|Firme")
        found = brought(table, [replace(ANNA, siret=None)])
        assert (found.new, found.changed, len(found.rejects)) == (1, 1, 0)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from("ab"), st.sampled_from(["Anna", "Bob", ""]), st.integers(0, 9)
            ),
            max_size=8,
        )
    )
    def test_every_row_is_counted_once(self, rows):
        """New, changed, unchanged and rejected rows make up the sheet; a second import is quiet."""
        table = sheet("id|nom|max", *(f"{who}|{name}|{most}" for who, name, most in rows))
        known = (replace(ANNA, max=3),)
        found = brought(table, known)
        assert found.new + found.changed + found.unchanged + len(found.rejects) == len(rows)
        after = {r.id: r for r in (*known, *found.registrations)}
        again = brought(table, tuple(after.values()))
        assert (again.new, again.changed) == (0, 0)
        assert again.rejects == found.rejects


class TestIndex:
    def test_names_and_mails_that_changed_are_forgotten(self):
        index = ParticipantIndex([ANNA], {"a": "a@x.fr"})
        index.add(replace(ANNA, name="Anne"), "b@x.fr")
        assert index.called("Anna") == index.called("a@x.fr") == []
        assert index.called("anne") == index.called("B@x.fr") == index.called("a") == ["a"]
