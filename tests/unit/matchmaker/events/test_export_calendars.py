"""Calendars: parsed back, checked line by line, and taken in by a client that follows the rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from export_samples import DETAILS, FICTIONAL, PLAN, PROBLEM, at, timetable
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.plan import Plan, PlannedMeeting
from matchmaker.events.conventions.problem import Participant
from matchmaker.events.exports.calendars import (
    entry_uid,
    organiser_calendar,
    participant_calendar,
)
from matchmaker.events.exports.details import PersonDetails
from matchmaker.events.exports.round_tables import round_table_timetable
from matchmaker.events.round_tables.plan import Plan as Evening
from matchmaker.events.round_tables.plan import Round, Table
from matchmaker.events.round_tables.problem import Participant as Guest
from matchmaker.events.round_tables.problem import Problem as Tables

NEXT = replace(DETAILS, sequence=2)


def events(data):
    return list(Calendar.from_ical(data).walk("VEVENT"))


def line_problems(data):
    """Say what breaks section 3.1 of RFC 5545, from the bytes alone."""
    if not data.endswith(b"\r\n"):
        yield "the last line has no end"
    for line in data.removesuffix(b"\r\n").split(b"\r\n"):
        if len(line) > 75:
            yield f"{len(line)} octets: {line!r}"
        if b"\r" in line or b"\n" in line:
            yield f"a lone CR or LF: {line!r}"
        if not line.strip():
            yield "an empty line"
    unfolded = data.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode()
    for line in unfolded.removesuffix("\r\n").split("\r\n"):
        name = line.split(":")[0].split(";")[0]
        if ":" not in line or not name.replace("-", "").isalnum() or name != name.upper():
            yield f"no property: {line!r}"
        if any(ord(letter) < 32 and letter != "\t" for letter in line):
            yield f"a control character: {line!r}"


def plan_of(*places):
    placed = (PlannedMeeting(id=name, slot=slot, table=table) for name, slot, table in places)
    return Plan(status="feasible", meetings=tuple(placed), seconds=0)


class TestOneCalendar:
    def test_every_field_of_an_entry(self):
        found = events(participant_calendar(timetable(), 1))
        assert len(found) == 2
        entry = found[0]
        assert entry["uid"] == entry_uid("techinnov-2026", ("m1", 1))
        assert entry["sequence"] == 1
        assert entry["status"] == "CONFIRMED"
        assert entry["summary"].startswith("Rendez-vous\u00a0: =HYPERLINK(")
        assert entry["location"] == "Le Millénaire, Savigny, table 1"
        assert entry["description"].split("\n") == [
            "Rencontres & affaires",
            '=HYPERLINK("http://x.example";"cliquez") – +33 SARL',
            "Vous cherchez du découpage laser ; il en propose.",
        ]
        assert entry["organizer"] == "mailto:evenements@cci.example"
        assert entry["organizer"].params["CN"] == "CCI Essonne"
        for moment in (entry["dtstamp"], entry["last-modified"]):
            assert moment.dt == datetime(2026, 9, 1, 8, 30, tzinfo=UTC)

    def test_the_calendar_as_a_whole(self):
        found = Calendar.from_ical(participant_calendar(timetable(), 1))
        assert found["version"] == "2.0"
        assert found["method"] == "PUBLISH"
        assert found["x-wr-calname"] == "Rencontres & affaires – Élodie Lefèvre"
        assert found["x-wr-timezone"] == "Europe/Paris"

    def test_nine_in_paris_is_seven_before_the_clocks_go_back_and_eight_after(self):
        data = participant_calendar(timetable(), 1)
        starts = [line for line in data.decode().split("\r\n") if line.startswith("DTSTART")]
        assert starts == ["DTSTART:20261024T070000Z", "DTSTART:20261025T080000Z"]
        spring = (datetime(2027, 3, day, 9, tzinfo=ZoneInfo("Europe/Paris")) for day in (27, 28))
        times = tuple((start, start + timedelta(minutes=30)) for start in spring)
        details = replace(DETAILS, slot_times=times)
        problem = PROBLEM.model_copy(update={"slots": 2})
        view = timetable(details, plan_of(("m1", 1, 1), ("m3", 2, 1)), problem)
        assert [e["dtstart"].dt.hour for e in events(participant_calendar(view, 1))] == [8, 7]

    def test_the_organiser_has_every_meeting(self):
        found = events(organiser_calendar(timetable()))
        assert [(e["dtstart"].dt, e["location"][-1]) for e in found] == [
            (at(24, 9), "1"),
            (at(24, 9), "2"),
            (at(25, 9), "1"),
            (at(25, 9, 30), "2"),
        ]
        assert found[1]["summary"] == "Rendez-vous\u00a0: Дмитрий Щербаков, Orion Papadopoulos"

    def test_a_fictional_event_says_so_everywhere(self):
        for data in (organiser_calendar(timetable(FICTIONAL)),):
            assert Calendar.from_ical(data)["x-wr-calname"].startswith("[Fictif] ")
            for entry in events(data):
                assert entry["summary"].startswith("[Fictif] ")
                assert entry["description"].startswith("[Fictif] ")

    def test_no_address_but_that_of_the_organiser(self):
        for data in (organiser_calendar(timetable()), participant_calendar(timetable(), "c")):
            unfolded = data.replace(b"\r\n ", b"")
            assert unfolded.count(b"@") == unfolded.count(b"mailto:evenements@cci.example") > 0
            assert b"ATTENDEE" not in unfolded

    def test_somebody_without_meetings_has_an_empty_calendar(self):
        assert events(participant_calendar(timetable(), "d")) == []

    def test_nobody_is_not_guessed(self):
        with pytest.raises(ProblemError, match="participant 2 is not in the plan"):
            participant_calendar(timetable(), 2)

    def test_same_input_same_bytes(self):
        assert participant_calendar(timetable(), 1) == participant_calendar(timetable(), 1)


class TestNames:
    def test_names_never_change(self):
        """Pinned: another value would double every entry of the calendars already sent out."""
        assert entry_uid("techinnov-2026", ("m1", 1)) == "5d4d4e8b-f331-5bb6-af78-62e8d75ebe3c"
        assert entry_uid("techinnov-2026", ("m1",)) == "4e77de95-e78b-51de-a5e6-f0658d74fe45"

    def test_names_differ(self):
        keys = [("m1",), ("m1", 1), ("m1", "1"), (1,), ("1",), ("m1, 1",), ("m", "11")]
        names = {entry_uid(event, key) for event in ("a", "b") for key in keys}
        assert len(names) == 2 * len(keys)

    def test_each_participant_has_entries_of_their_own(self):
        found = timetable()
        calendars = [participant_calendar(found, a.id) for a in found.attendees]
        names = [e["uid"] for data in (*calendars, organiser_calendar(found)) for e in events(data)]
        assert len(names) == len(set(names)) == 2 * 4 + 4


class TestLines:
    def test_the_checker_finds_what_is_wrong(self):
        good = organiser_calendar(timetable())
        assert list(line_problems(good)) == []
        assert list(line_problems(good[:-2]))
        assert list(line_problems(good.replace(b"\r\n", b"\n")))
        assert list(line_problems(good.replace(b"\r\n ", b"")))
        assert list(line_problems(good.replace(b"METHOD:", b"METHOD")))
        assert list(line_problems(good.replace(b"METHOD", b"\r\nMETHOD")))

    @given(st.lists(st.text(max_size=120), min_size=2, max_size=2), st.text(max_size=90))
    @settings(max_examples=60, deadline=None)
    def test_whatever_people_are_called(self, names, company):
        """Lines are right, and no name can write a property of its own."""
        people = tuple(
            Participant(id=k, name=name.encode(errors="ignore").decode(), company=f"{k}")
            for k, name in zip((1, "1"), names, strict=True)
        )
        problem = PROBLEM.model_copy(update={"participants": (*people, *PROBLEM.participants[2:])})
        place = f"Salle A\nATTENDEE:x {company}"
        view = timetable(replace(DETAILS, place=place), PLAN, problem)
        for data in (participant_calendar(view, 1), organiser_calendar(view)):
            assert list(line_problems(data)) == []
            assert "ATTENDEE" not in events(data)[0]
        [entry, _] = events(participant_calendar(view, 1))
        assert entry["summary"] == f"Rendez-vous\u00a0: {view.by_id['1'].name}"
        assert entry["location"] == f"{view.details.place}, table 1"


class Client:
    """A calendar program: keeps entries by UID, and takes what is not older than its own."""

    def __init__(self):
        self.entries = {}

    def take(self, data):
        for entry in events(data):
            own = self.entries.get(entry["uid"])
            if own is None or entry["sequence"] >= own["sequence"]:
                self.entries[entry["uid"]] = entry

    def shown(self):
        return {
            (e["dtstart"].dt, e["location"], e["summary"])
            for e in self.entries.values()
            if e["status"] != "CANCELLED"
        }


@st.composite
def plans(draw):
    """Draw meetings of the small convention at any time and table, rules aside."""
    names = draw(st.sets(st.sampled_from(["m1", "m2", "m3", "m4", "m5"])))
    return plan_of(*((n, draw(st.integers(1, 4)), draw(st.integers(1, 2))) for n in sorted(names)))


class TestNews:
    def test_a_meeting_that_no_longer_takes_place_is_cancelled(self):
        before = timetable()
        after = timetable(NEXT, plan_of(("m1", 2, 2)))
        moved, gone = events(participant_calendar(after, 1, before))
        assert (moved["status"], moved["dtstart"].dt) == ("CONFIRMED", at(24, 9, 30))
        assert (gone["status"], gone["dtstart"].dt) == ("CANCELLED", at(25, 9))
        assert gone["summary"] == "Annulé\u00a0: Дмитрий Щербаков"
        assert [gone["uid"], gone["sequence"]] == [entry_uid("techinnov-2026", ("m3", 1)), 2]

    def test_who_no_longer_takes_part_is_told(self):
        people = PROBLEM.participants[:3]
        meetings = tuple(m for m in PROBLEM.meetings if m.id in ("m1", "m3"))
        problem = PROBLEM.model_copy(update={"participants": people, "meetings": meetings})
        after = timetable(NEXT, plan_of(("m1", 1, 1)), problem)
        found = events(participant_calendar(after, "c", timetable()))
        assert [e["status"] for e in found] == ["CANCELLED", "CANCELLED"]

    @given(plans(), plans())
    @settings(max_examples=25, deadline=None)
    def test_a_client_that_takes_both_shows_the_second(self, first, second):
        before, after = timetable(plan=first), timetable(NEXT, second)
        for who in (1, "1", "b", "c", "d", None):
            updated, fresh = Client(), Client()
            if who is None:
                updated.take(organiser_calendar(before))
                updated.take(organiser_calendar(after, before))
                fresh.take(organiser_calendar(after))
            else:
                updated.take(participant_calendar(before, who))
                updated.take(participant_calendar(after, who, before))
                fresh.take(participant_calendar(after, who))
            assert updated.shown() == fresh.shown()

    @pytest.mark.parametrize(
        ("details", "message"),
        [
            (DETAILS, "has sequence 1 and the plan 1"),
            (replace(NEXT, uid="autre"), "of event 'techinnov-2026' and the plan of 'autre'"),
        ],
        ids=["same version", "other event"],
    )
    def test_a_plan_that_is_no_news_is_refused(self, details, message):
        for write in (organiser_calendar, lambda t, p: participant_calendar(t, 1, p)):
            with pytest.raises(ProblemError, match=message):
                write(timetable(details), timetable())


class TestRoundTables:
    PROBLEM = Tables(
        rounds=1,
        seats_min=2,
        participants=tuple(Guest(id=name, department="77") for name in "abcd"),
    )

    def view(self, *tables, sequence=1):
        seats = tuple(Table(table=n, participants=tuple(who)) for n, who in enumerate(tables, 1))
        plan = Evening(status="feasible", rounds=(Round(round=1, tables=seats),), seconds=0)
        details = replace(DETAILS, slot_times=DETAILS.slot_times[:1], sequence=sequence)
        people = {"d": PersonDetails(name="Denis", company="Forges")}
        return round_table_timetable(self.PROBLEM, plan, details, people)

    def test_another_table_is_the_same_entry(self):
        before, after = self.view("ab", "cd"), self.view("cb", "ad", sequence=2)
        [first], [second] = (
            events(participant_calendar(before, "a")),
            events(participant_calendar(after, "a", before)),
        )
        assert first["uid"] == second["uid"]
        assert second["summary"] == "Table ronde\u00a0: Denis"
        assert second["location"].endswith("table 2")
        assert "Denis – Forges" in second["description"]

    def test_the_organiser_has_every_table(self):
        assert len(events(organiser_calendar(self.view("ab", "cd")))) == 2
