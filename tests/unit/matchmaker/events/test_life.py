"""The life of an event: one table of moves, one of what may be changed, and clear refusals."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from itertools import pairwise, product

import pytest

from matchmaker.errors import EventConflictError, EventStateError, ProblemError
from matchmaker.events.details import EventDetails, EventKind, Session, Slot
from matchmaker.events.history import Action
from matchmaker.events.life import (
    CHANGES,
    MOVES,
    Change,
    EventState,
    changes_between,
    check_change,
    check_move,
)
from matchmaker.events.refusals import ChangedMeanwhileError, NoPlanYetError
from matchmaker.events.registrations import Status
from matchmaker.events.wishes import WishKind
from matchmaker.texts import LANGUAGES, say

USUAL = ["draft", "inviting", "registering", "wishes", "planned", "published", "running", "closed"]

ALLOWED = {
    "draft": "inviting registering cancelled",
    "inviting": "draft registering cancelled",
    "registering": "inviting wishes planned cancelled",
    "wishes": "registering planned cancelled",
    "planned": "registering wishes published cancelled",
    "published": "planned running cancelled",
    "running": "published closed cancelled",
    "closed": "running",
    "cancelled": "draft",
}
"""Every allowed move, written down a second time."""

SLOTS = (Slot(time(9), time(9, 20)), Slot(time(9, 20), time(9, 40)), Slot(time(14), time(14, 20)))
DETAILS = EventDetails(
    kind=EventKind.CONVENTION,
    title="Techinnov",
    day=date(2026, 3, 2),
    chambers=("77", "91"),
    tables=12,
    slots=SLOTS,
    sessions=(Session("matin", (1, 2)), Session("après-midi", (3,))),
)


class TestMoves:
    @pytest.mark.parametrize(("state", "to"), list(product(USUAL + ["cancelled"], repeat=2)))
    def test_are_those_of_the_table_and_no_others(self, state, to):
        if to in ALLOWED[state].split():
            check_move(EventState(state), EventState(to))
        else:
            with pytest.raises(EventStateError):
                check_move(EventState(state), EventState(to))

    def test_the_usual_way_is_open(self):
        for state, to in pairwise(USUAL):
            check_move(EventState(state), EventState(to))

    def test_nothing_leads_out_of_closed_but_a_correction(self):
        assert MOVES[EventState.CLOSED] == (EventState.RUNNING,)

    def test_a_refusal_names_the_states_that_are_possible(self):
        with pytest.raises(EventStateError) as caught:
            check_move(EventState.PUBLISHED, EventState.WISHES)
        assert str(caught.value) == (
            "the event is in the state published and cannot move to wishes; "
            "it can move to: running, planned, cancelled."
        )
        assert caught.value.sentence("fr") == (
            "L'événement est à l'état «\u00a0publié\u00a0» et ne peut pas passer à "
            "«\u00a0souhaits\u00a0»\u00a0; il peut passer à\u00a0: en cours, planifié, annulé."
        )


class TestChanges:
    def test_nothing_changes_in_a_cancelled_event_and_outcomes_alone_in_a_closed_one(self):
        assert CHANGES[EventState.CANCELLED] == set()
        assert CHANGES[EventState.CLOSED] == {Change.OUTCOMES}

    def test_every_change_is_possible_somewhere_and_every_state_has_its_line(self):
        assert set().union(*CHANGES.values()) == set(Change)
        assert set(CHANGES) == set(MOVES) == set(EventState)

    def test_slots_and_wishes_stand_from_the_plan_on(self):
        for state in ("planned", "published", "running", "closed"):
            assert not CHANGES[EventState(state)] & {Change.FRAME, Change.WISHES}

    def test_registrations_stay_open_until_the_end(self):
        assert {state for state in EventState if Change.REGISTRATIONS in CHANGES[state]} == set(
            EventState
        ) - {EventState.CLOSED, EventState.CANCELLED}

    def test_a_refusal_names_the_states_in_which_it_is_possible(self):
        with pytest.raises(EventStateError) as caught:
            check_change(EventState.DRAFT, [Change.REGISTRATIONS, Change.ATTENDANCE])
        assert str(caught.value) == (
            "in the state draft nobody changes attendance; this is possible in: published, running."
        )
        assert "présences" in caught.value.sentence("fr")

    def test_what_is_allowed_passes(self):
        check_change(EventState.DRAFT, [Change.REGISTRATIONS, Change.FRAME])
        check_change(EventState.CANCELLED, [])

    @pytest.mark.parametrize("name", [field.name for field in fields(EventDetails)])
    def test_a_difference_in_any_field_is_one_change(self, name):
        other = {
            "kind": EventKind.INVITATIONS,
            "title": "Rencontres",
            "day": date(2026, 3, 3),
            "chambers": ("91",),
            "tables": 13,
            "slots": (*SLOTS, Slot(time(15), time(16))),
            "sessions": (),
            "place": "Évry",
            "timezone": "UTC",
            "fictional": True,
            "settings": {"fairness": 2},
        }
        changed = replace(DETAILS, **{name: other[name]})
        assert len(changes_between(DETAILS, changed)) == 1
        assert changes_between(changed, changed) == ()

    def test_the_kinds_of_difference(self):
        assert changes_between(DETAILS, replace(DETAILS, title="x", tables=3)) == (
            Change.DESCRIPTION,
            Change.FRAME,
        )
        assert changes_between(DETAILS, replace(DETAILS, settings={"a": 1})) == (Change.SETTINGS,)


class TestDetails:
    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"title": "  "}, "the title is empty"),
            ({"title": "x" * 201}, "the title has 201 characters; 200 are the limit"),
            ({"place": "x" * 201}, "the place has 201 characters"),
            ({"chambers": ()}, "no chamber holds it"),
            ({"chambers": ("78", "00")}, "chamber '00' is no department"),
            ({"chambers": ("77", "77")}, "chamber '77' is named twice"),
            ({"tables": -1}, "tables must be from 0 to 10000, got -1"),
            ({"timezone": "Europe/Melun"}, "'Europe/Melun' is no time zone; write it like Europe/"),
            ({"timezone": "../x"}, "'../x' is no time zone"),
            ({"sessions": (Session("matin", (1, 4)),)}, "'matin' has slot 4; slots go from 1 to 3"),
            ({"sessions": (Session("", (1,)),)}, "session '' needs a name of its own"),
            ({"sessions": (Session("a", (1,)), Session("a", (2,)))}, "'a' needs a name of its own"),
            ({"sessions": (Session("a", ()),)}, "session 'a' has no slot"),
            (
                {"sessions": (Session("a", (1, 2)), Session("b", (2, 3)))},
                "slot 2 is in sessions 'a' and 'b'",
            ),
            ({"settings": {"a": float("nan")}}, "the settings are no JSON document"),
            ({"settings": {"a": object()}}, "the settings are no JSON document"),
        ],
    )
    def test_a_contradiction_gets_one_clear_sentence(self, change, problem):
        with pytest.raises(ProblemError, match=problem.replace(".", r"\.")) as caught:
            replace(DETAILS, **change)
        assert str(caught.value).startswith("event: ")

    @pytest.mark.parametrize(
        ("slots", "problem"),
        [
            ([(time(9), time(9))], "slot 1 (09:00 to 09:00) ends before it begins"),
            ([(time(23), time(0, 30))], "slot 1 (23:00 to 00:30) ends before it begins"),
            (
                [(time(9), time(10)), (time(9, 59), time(11))],
                "slot 2 (09:59 to 11:00) begins before the one ahead of it ends",
            ),
            ([(time(9, tzinfo=UTC), time(10))], "slot 1 (09:00 to 10:00) has a time zone"),
            ([(time(9), time(10))] * 201, "has 201 slots"),
        ],
    )
    def test_slots_that_cannot_be(self, slots, problem):
        with pytest.raises(ProblemError) as caught:
            replace(DETAILS, slots=tuple(Slot(*times) for times in slots), sessions=())
        assert problem in str(caught.value)

    def test_slots_are_moments_on_the_clock_of_the_place(self):
        """Paris is one hour ahead of UTC in winter and two in summer."""
        assert [moment.astimezone(UTC) for moment in DETAILS.moments(3)] == [
            datetime(2026, 3, 2, 13, 0, tzinfo=UTC),
            datetime(2026, 3, 2, 13, 20, tzinfo=UTC),
        ]
        summer = replace(DETAILS, day=date(2026, 7, 1))
        assert summer.moments(1)[0].astimezone(UTC) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


class TestWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("section", "words"),
        [
            ("kind", EventKind),
            ("state", EventState),
            ("change", Change),
            ("status", Status),
            ("wish", WishKind),
            ("action", Action),
        ],
        ids=["kind", "state", "change", "status", "wish", "action"],
    )
    def test_everything_has_a_name_of_its_own_in_both_languages(self, language, section, words):
        names = [say(language, f"event.life.{section}.{word}") for word in words]
        assert all(names)
        assert len(set(names)) == len(names)

    def test_a_conflict_says_who_when_and_what_to_do(self):
        error = ChangedMeanwhileError(4, 6, "Zoé (CCI 91)", datetime(2026, 3, 2, 13, 5))
        assert isinstance(error, EventConflictError)
        assert str(error) == (
            "Zoé (CCI 91) changed the event on 2026-03-02 13:05 (version 6, you had read version "
            "4); nothing was written: read it again and repeat your change."
        )
        assert "Zoé (CCI 91) a modifié l'événement le 02/03/2026 13:05" in error.sentence("fr")

    def test_a_missing_plan_says_what_to_do(self):
        error = NoPlanYetError(EventState.PLANNED)
        assert "compute a plan or choose one" in str(error)
        assert "calculez un plan" in error.sentence("fr")
