"""The view of a plan says what problem and plan say, and refuses two of different events."""

from dataclasses import replace

import pytest
from export_samples import DETAILS, PEOPLE, PLAN, PROBLEM, timetable

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.plan import Plan, PlannedMeeting, Unmet
from matchmaker.events.exports.conventions import convention_timetable
from matchmaker.events.exports.details import PersonDetails
from matchmaker.events.exports.round_tables import round_table_timetable
from matchmaker.events.round_tables.plan import Plan as Evening
from matchmaker.events.round_tables.plan import Round, Table
from matchmaker.events.round_tables.problem import Participant as Guest
from matchmaker.events.round_tables.problem import Problem as Tables


class TestConvention:
    def test_names_come_from_the_details_or_the_problem_or_the_id(self):
        found = timetable()
        assert [(a.number, a.name, a.company) for a in found.attendees][2:] == [
            (3, "Дмитрий Щербаков", ""),
            (4, "Orion Papadopoulos", "Béton & Fils"),
            (5, "d", ""),
        ]
        assert found.by_id[1].sector == "Métallurgie"

    def test_a_number_and_its_text_are_two_names(self):
        found = timetable()
        assert [s.id for s in found.by_attendee[1]] == ["m1", "m3"]
        assert [s.id for s in found.by_attendee["1"]] == ["m1", "m4"]

    def test_sittings_are_in_order_by_slot_table_and_person(self):
        found = timetable()
        assert [(s.id, s.slot, s.table) for s in found.sittings] == [
            ("m1", 1, 1),
            ("m2", 1, 2),
            ("m3", 3, 1),
            ("m4", 4, 2),
        ]
        assert {t: [s.id for s in own] for t, own in found.by_table.items()} == {
            1: ["m1", "m3"],
            2: ["m2", "m4"],
        }
        assert [a.id for a in found.others(found.sittings[0], "1")] == [1]

    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            (1, ["m1", "pause", "m3", "free"]),
            ("1", ["m1", "pause", "pause", "m4"]),
            ("b", ["m2", "pause", "m3", "away"]),
            ("d", ["free", "free", "free", "free"]),
        ],
        ids=str,
    )
    def test_every_slot_of_an_agenda_is_named(self, who, expected):
        agenda = timetable().agenda(who)
        assert [slot for slot, _ in agenda] == [1, 2, 3, 4]
        assert [e if isinstance(e, str) else e.id for _, e in agenda] == expected

    def test_wishes_that_do_not_come_true_keep_their_reason(self):
        [found] = timetable().unheld
        assert found.names == ("Orion Papadopoulos", "d")
        assert (found.reason, found.text) == ("outweighed", "-1 rendez-vous vaut mieux.")

    def test_figures_are_those_of_the_plan(self):
        assert dict(timetable().figures) == {
            "status": "feasible",
            "participants": 5,
            "meetings": 4,
            "unmet": 1,
            "value": 4.5,
            "value_bound": 5.0,
            "breaks": 3,
            "breaks_bound": None,
            "idle": 4,
            "idle_bound": None,
            "gap": 0.1,
            "table_changes": 1,
        }

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"status": "infeasible"}, "infeasible"),
            ({"meetings": (PlannedMeeting(id="x", slot=1, table=1),)}, "has meeting 'x'"),
            ({"meetings": (PlannedMeeting(id="m1", slot=5, table=1),)}, "in slot 5"),
            ({"meetings": (PlannedMeeting(id="m1", slot=1, table=3),)}, "in table 3"),
            ({"unmet": (Unmet(id="y", reason="order"),)}, "has meeting 'y'"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_plan_of_another_problem_is_refused(self, change, message):
        with pytest.raises(ProblemError, match=message):
            timetable(plan=PLAN.model_copy(update=change))

    def test_each_slot_needs_its_times(self):
        with pytest.raises(ProblemError, match="3 slot times and the problem 4 slots"):
            timetable(replace(DETAILS, slot_times=DETAILS.slot_times[:3]))

    def test_a_plan_without_meetings_is_a_timetable(self):
        empty = convention_timetable(PROBLEM, Plan(status="optimal", seconds=0), DETAILS, PEOPLE)
        assert empty.sittings == ()
        assert empty.agenda(1) == [(slot, "free") for slot in (1, 2, 3, 4)]


EVENING = Tables(
    rounds=4,
    seats_min=2,
    participants=(
        Guest(id="a", department="77", company="Ateliers"),
        Guest(id="b", department="91"),
        Guest(id="c", department="77", leaves=3),
        Guest(id="d", department="91", arrives=2),
    ),
)
SEATS = Evening(
    status="feasible",
    rounds=(
        Round(round=2, tables=(Table(table=1, participants=("a", "b", "d")),)),
        Round(round=1, tables=(Table(table=2, participants=("c", "a")),)),
    ),
    seconds=0,
)


class TestRoundTables:
    def test_a_round_is_a_slot(self):
        found = round_table_timetable(
            EVENING, SEATS, DETAILS, {"b": PersonDetails(name="Bérénice")}
        )
        assert [(s.slot, s.table, s.seated) for s in found.sittings] == [
            (1, 2, ("c", "a")),
            (2, 1, ("a", "b", "d")),
        ]
        assert [(a.name, a.department, sorted(a.away)) for a in found.attendees] == [
            ("a", "77", []),
            ("Bérénice", "91", []),
            ("c", "77", [4]),
            ("d", "91", [1]),
        ]

    def test_an_entry_of_a_calendar_is_a_round_whatever_its_table(self):
        found = round_table_timetable(EVENING, SEATS, DETAILS, {})
        assert [(s.id, s.entry) for s in found.sittings] == [
            ("round 1, table 2", "round 1"),
            ("round 2, table 1", "round 2"),
        ]

    @pytest.mark.parametrize(
        ("rounds", "message"),
        [
            ((), "nothing to export"),
            ((Round(round=5, tables=()),), "has round 5"),
            ((Round(round=1, tables=(Table(table=1, participants=("a", "z")),)),), "seats 'z'"),
        ],
        ids=["none", "late", "stranger"],
    )
    def test_a_plan_of_another_evening_is_refused(self, rounds, message):
        with pytest.raises(ProblemError, match=message):
            round_table_timetable(EVENING, SEATS.model_copy(update={"rounds": rounds}), DETAILS, {})
