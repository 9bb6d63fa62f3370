"""The life of events in the store, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from builders import siret_of

from matchmaker.errors import (
    EventConflictError,
    EventStateError,
    ProblemError,
    StoreError,
    UnknownEventError,
)
from matchmaker.events.details import EventDetails, EventKind, Session, Slot
from matchmaker.events.history import Action
from matchmaker.events.life import CHANGES, MOVES, Change, Edit, Event, EventState
from matchmaker.events.outcomes import Outcome, Worth
from matchmaker.events.registration_sheets import import_registrations
from matchmaker.events.registrations import Attendance, Registration, Status
from matchmaker.events.stored_plans import NewPlan, PlanEntry
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.relations import Relation, RelationKind
from matchmaker.store import Store, Unit, open_store
from matchmaker.store import database as database_module
from matchmaker.store.schema import MIGRATIONS
from matchmaker.tabular.sheets import Sheet, SheetRow

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1, seconds=3)

DETAILS = EventDetails(
    kind=EventKind.CONVENTION,
    title="Rencontres d'Évry « 2026 »",
    day=date(2026, 6, 18),
    chambers=("77", "91"),
    tables=12,
    slots=(Slot(time(9), time(9, 20)), Slot(time(9, 25), time(9, 45)), Slot(time(14), time(15))),
    sessions=(Session("matin", (1, 2)), Session("après-midi", (3,))),
    place="Le Dôme",
    timezone="Europe/Paris",
    fictional=True,
    settings={"fairness": 1, "objective": ["value", "breaks"], "note": "Œ", "none": None},
)

ANNA = Registration(
    "a", "Anna", "Firme", siret_of(1), "Plato 3", "77", (1, 3), 1, 1, 4, True, Status.INVITED
)
BOB = Registration("b", "Bob", "Atelier", siret_of(2))
ZOE = Registration("c", "Zoé", "Usine", siret_of(3))
GUEST = Registration("d", "Guest")
PEOPLE = (ANNA, BOB, ZOE, GUEST)

PLAN = NewPlan(
    problem={"participants": [{"id": "a", "name": "Anna"}, {"id": "b", "name": "Bob"}]},
    plan={"meetings": [{"id": 1, "slot": 2, "table": 3}], "gap": 0.25, "bound": None},
    seed=2**40,
)
"""With a seed beyond 32 bits."""

WAY = [
    EventState.INVITING,
    EventState.REGISTERING,
    EventState.WISHES,
    EventState.PLANNED,
    EventState.PUBLISHED,
    EventState.RUNNING,
    EventState.CLOSED,
]


def edit(event: Event, by: str = "Paul (CCI 77)", at: datetime = LATER) -> Edit:
    return Edit(event.version, at, by)


def begin(unit: Unit, event_id: str = "k3", details: EventDetails = DETAILS) -> Event:
    return unit.events.create(event_id, details, at=NOON, by="Marie (CCI 91)")


def advance(unit: Unit, event: Event, to: EventState) -> Event:
    """Move an event along the usual way, with a plan where one is needed."""
    for state in WAY[: WAY.index(to) + 1]:
        if state is EventState.PLANNED:
            event = unit.events.plans.add(event.id, edit(event), PLAN)
        event = unit.events.move(event.id, edit(event), state)
    return event


def prepared(store: Store, to: EventState | None = None, people=PEOPLE) -> Event:
    """Make an event with participants, moved to a state."""
    with store.unit() as unit:
        event = begin(unit)
        event = unit.events.registrations.put("k3", edit(event), people, {"a": "anna@x.fr"})
        return event if to is None else advance(unit, event, to)


# --- an event ------------------------------------------------------------------------------------


def test_an_event_comes_back_as_it_was_written(store):
    with store.unit() as unit:
        made = begin(unit)
    with store.reading() as unit:
        assert unit.events.get("k3") == made
    assert made == Event(
        id="k3",
        details=DETAILS,
        state=EventState.DRAFT,
        version=1,
        current_plan=None,
        published_plan=None,
        created_at=NOON,
        created_by="Marie (CCI 91)",
        changed_at=NOON,
        changed_by="Marie (CCI 91)",
    )


def test_a_bare_event(store):
    bare = EventDetails(EventKind.INVITATIONS, "Vœux", date(2026, 1, 9), ("2A",), 0)
    with store.unit() as unit:
        assert begin(unit, details=bare).details == bare


def test_an_id_is_given_once(store):
    with store.unit() as unit:
        begin(unit)
        with pytest.raises(ProblemError, match="event 'k3' is there already"):
            begin(unit)
        assert len(unit.events.history("k3")) == 1


def test_events_are_listed_by_day_state_and_kind(store):
    with store.unit() as unit:
        begin(unit, "x")
        begin(unit, "b", replace(DETAILS, day=date(2026, 5, 1), kind=EventKind.PEER_GROUPS))
        event = begin(unit, "a")
        unit.events.move("a", edit(event), EventState.CANCELLED)

        def ids(**criteria: object) -> list[str]:
            return [event.id for event in unit.events.list(**criteria)]

        assert ids() == ["b", "a", "x"]
        assert ids(state=EventState.DRAFT) == ["b", "x"]
        assert ids(kind=EventKind.CONVENTION) == ["a", "x"]
        assert ids(state=EventState.CANCELLED, kind=EventKind.CONVENTION) == ["a"]
        assert ids(state=EventState.CLOSED) == []


UNKNOWN: dict[str, Callable[[Unit, Edit], object]] = {
    "get": lambda unit, _: unit.events.get("no"),
    "history": lambda unit, _: unit.events.history("no"),
    "change": lambda unit, made: unit.events.change("no", made, DETAILS),
    "move": lambda unit, made: unit.events.move("no", made, EventState.INVITING),
    "register": lambda unit, made: unit.events.registrations.put("no", made, [BOB]),
    "plan": lambda unit, _: unit.events.plans.get("k3", 1),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_there_is_said(store, name):
    with store.unit() as unit:
        begin(unit)
        with pytest.raises(UnknownEventError, match="event 'no' is not|'k3' has no plan 1"):
            UNKNOWN[name](unit, Edit(1, NOON, "x"))


def test_a_change_bumps_the_version_and_says_who_and_when(store):
    new = replace(DETAILS, title="Rencontres", slots=DETAILS.slots[:2], sessions=())
    with store.unit() as unit:
        event = unit.events.change("k3", edit(begin(unit)), new)
    assert (event.details, event.version) == (new, 2)
    assert (event.changed_at, event.changed_by) == (LATER, "Paul (CCI 77)")
    assert (event.created_at, event.created_by) == (NOON, "Marie (CCI 91)")
    with store.reading() as unit:
        assert unit.events.get("k3") == event
        assert unit.events.history("k3")[-1].details == {"changed": ["description", "frame"]}


def test_the_same_again_is_no_change(store):
    event = prepared(store, EventState.REGISTERING)
    with store.unit() as unit:
        assert unit.events.change("k3", edit(event), DETAILS) == event
        assert unit.events.registrations.put("k3", edit(event), []) == event
        assert unit.events.registrations.remove("k3", edit(event), []) == event
        assert unit.events.wishes.put("k3", edit(event), []) == event
        assert unit.events.wishes.withdraw("k3", edit(event), []) == event
        assert len(unit.events.history("k3")) == event.version


def test_registrations_must_fit_the_new_slots(store):
    event = prepared(store)
    with store.unit() as unit:
        with pytest.raises(ProblemError, match=r"participant 'a' .*, unavailable \(1, 3\): slot"):
            unit.events.change(
                "k3", edit(event), replace(DETAILS, slots=DETAILS.slots[:2], sessions=())
            )
        assert unit.events.get("k3") == event


# --- states --------------------------------------------------------------------------------------


def test_the_usual_way_from_draft_to_closed(store):
    event = prepared(store, EventState.CLOSED)
    assert event.state is EventState.CLOSED
    with store.reading() as unit:
        lines = unit.events.history("k3")
    assert [line.version for line in lines] == list(range(1, event.version + 1))
    moves = [line.details["to"] for line in lines if line.action is Action.MOVED]
    assert moves == [state.value for state in WAY]


@pytest.mark.parametrize("state", EventState)
def test_a_forbidden_move_writes_nothing(store, state):
    with store.unit() as unit:
        event = begin(unit)
        if state is EventState.CANCELLED:
            event = unit.events.move("k3", edit(event), state)
        elif state is not EventState.DRAFT:
            event = advance(unit, event, state)
        for to in set(EventState) - set(MOVES[state]):
            with pytest.raises(EventStateError, match="it can move to: "):
                unit.events.move("k3", edit(event), to)
        assert unit.events.get("k3") == event
        assert len(unit.events.history("k3")) == event.version


WRITES: dict[Change, Callable[[Unit, Event], object]] = {
    Change.DESCRIPTION: lambda unit, event: unit.events.change(
        "k3", edit(event), replace(event.details, title="x")
    ),
    Change.FRAME: lambda unit, event: unit.events.change(
        "k3", edit(event), replace(event.details, tables=99)
    ),
    Change.SETTINGS: lambda unit, event: unit.events.change(
        "k3", edit(event), replace(event.details, settings={})
    ),
    Change.REGISTRATIONS: lambda unit, event: unit.events.registrations.put(
        "k3", edit(event), [replace(BOB, name="Robert")]
    ),
    Change.WISHES: lambda unit, event: unit.events.wishes.put(
        "k3", edit(event), [Wish("a", "b", WishKind.YES)]
    ),
    Change.PLANS: lambda unit, event: unit.events.plans.add("k3", edit(event), PLAN),
    Change.ATTENDANCE: lambda unit, event: unit.events.registrations.attend(
        "k3", edit(event), [Attendance("b", Status.ABSENT)]
    ),
    Change.OUTCOMES: lambda unit, event: unit.events.outcomes.put(
        "k3", edit(event), [Outcome("a", "b", True)]
    ),
}


@pytest.mark.parametrize("state", EventState)
def test_each_state_allows_exactly_its_changes(store, state):
    """And a refused one leaves version and history alone."""
    allowed = set()
    event = prepared(store, state if state in WAY else None)
    if state is EventState.CANCELLED:
        with store.unit() as unit:
            event = unit.events.move("k3", edit(event), state)
    for change, write in WRITES.items():
        with store.unit() as unit:
            now = unit.events.get("k3")
            try:
                write(unit, now)
            except EventStateError:
                assert unit.events.get("k3") == now
                assert len(unit.events.history("k3")) == now.version
            else:
                allowed.add(change)
                assert unit.events.get("k3").version == now.version + 1
    assert allowed == CHANGES[state]


def test_a_plan_is_needed_to_be_planned(store):
    event = prepared(store, EventState.WISHES)
    with store.unit() as unit:
        with pytest.raises(EventStateError, match="has no plan in use, so it cannot move to plan"):
            unit.events.move("k3", edit(event), EventState.PLANNED)
        assert unit.events.get("k3") == event


def test_going_back_to_the_wishes_asks_for_a_new_plan_or_a_choice(store):
    event = prepared(store, EventState.PLANNED)
    with store.unit() as unit:
        event = unit.events.move("k3", edit(event), EventState.WISHES)
        assert event.current_plan is None
        with pytest.raises(EventStateError, match="has no plan in use"):
            unit.events.move("k3", edit(event), EventState.PLANNED)
        event = unit.events.plans.choose("k3", edit(event), 1)
        event = unit.events.move("k3", edit(event), EventState.PLANNED)
        assert (event.current_plan, event.published_plan) == (1, None)


def test_a_cancelled_event_may_be_taken_up_again_without_its_plan(store):
    event = prepared(store, EventState.PUBLISHED)
    with store.unit() as unit:
        event = unit.events.move("k3", edit(event), EventState.CANCELLED)
        assert (event.current_plan, event.published_plan) == (None, None)
        event = unit.events.move("k3", edit(event), EventState.DRAFT)
        assert unit.events.registrations.all("k3") == PEOPLE
        assert len(unit.events.plans.all("k3")) == 1


# --- participants --------------------------------------------------------------------------------


def test_registrations_come_back_as_they_were_written(store):
    prepared(store)
    late = replace(GUEST, status=Status.LATE, from_slot=2)
    with store.unit() as unit:
        assert unit.events.registrations.all("k3") == PEOPLE
        event = advance(unit, unit.events.get("k3"), EventState.RUNNING)
        unit.events.registrations.put("k3", edit(event), [late])
    with store.reading() as unit:
        assert unit.events.registrations.all("k3") == (ANNA, BOB, ZOE, late)
        assert unit.events.registrations.all("other") == ()


def test_emails_leave_with_a_call_of_their_own(store):
    event = prepared(store)
    with store.unit() as unit:
        assert "@" not in repr(unit.events.registrations.all("k3"))
        assert unit.events.registrations.emails("k3") == {"a": "anna@x.fr"}
        event = unit.events.registrations.put(
            "k3", edit(event), [replace(ANNA, name="Anne")], {"b": "bob@x.fr"}
        )
        assert unit.events.registrations.emails("k3") == {"a": "anna@x.fr", "b": "bob@x.fr"}
        unit.events.registrations.put("k3", edit(event), [], {"a": None, "b": "b@x.fr"})
        assert unit.events.registrations.emails("k3") == {"b": "b@x.fr"}
        assert "@" not in repr(unit.events.history("k3"))


@pytest.mark.parametrize(
    ("written", "emails", "error", "problem"),
    [
        ([replace(BOB, table=13)], {}, ProblemError, "participant 'b' .*, table 13: table"),
        ([replace(BOB, siret="1" * 14)], {}, ProblemError, "SIRET is not 14 digits with right"),
        ([BOB, BOB], {}, ProblemError, "participant 'b' is there 2 times"),
        ([BOB], {"b": "bob"}, ProblemError, "participant 'b': the e-mail has no right form"),
        ([BOB], {"x": "x@x.fr"}, UnknownEventError, "participant 'x' is not registered for event"),
        ([replace(BOB, siret=siret_of(9))], {}, ProblemError, "asked not to be contacted"),
        (
            [replace(BOB, status=Status.PRESENT)],
            {},
            EventStateError,
            "nobody changes attendance; this is possible in: published, running",
        ),
    ],
)
def test_a_wrong_registration_writes_nothing(store, written, emails, error, problem):
    event = prepared(store)
    with store.unit() as unit:
        unit.exclusions.opt_out(siret_of(9), at=NOON, reason="asked")
        with pytest.raises(error, match=problem):
            unit.events.registrations.put("k3", edit(event), [GUEST, *written], emails)
        assert unit.events.get("k3") == event
        assert unit.events.registrations.all("k3") == PEOPLE


def test_a_spreadsheet_goes_in_and_again_changes_nothing(store):
    """More participants than one query may name."""
    rows = tuple(
        SheetRow(k + 2, {"nom": f"P{k}", "siret": siret_of(k), "courriel": f"p{k}@x.fr"})
        for k in range(1_000)
    )
    table = Sheet(Path("inscrits.csv"), ("nom", "siret", "courriel"), rows)

    def brought(unit: Unit, event: Event, seed: int):
        return import_registrations(
            table,
            event,
            known=unit.events.registrations.all("k3"),
            emails=unit.events.registrations.emails("k3"),
            opted_out=unit.exclusions.opted_out(),
            random=Random(seed),
        )

    with store.unit() as unit:
        event = begin(unit)
        unit.exclusions.opt_out(siret_of(5), at=NOON, reason="asked")
        found = brought(unit, event, 1)
        assert (found.new, len(found.rejects)) == (999, 1)
        event = unit.events.registrations.put("k3", edit(event), found.registrations, found.emails)
        assert event.version == 2
        again = brought(unit, event, 2)
        assert (again.new, again.changed, again.unchanged) == (0, 0, 999)
        assert unit.events.registrations.put("k3", edit(event), again.registrations) == event


def test_removing_takes_wishes_and_addresses_along(store):
    event = prepared(store, EventState.WISHES)
    with store.unit() as unit:
        wishes = [
            Wish("a", "b", WishKind.YES),
            Wish("c", "a", WishKind.NO),
            Wish("b", "c", WishKind.YES),
        ]
        event = unit.events.wishes.put("k3", edit(event), wishes)
        with pytest.raises(UnknownEventError, match="participant 'x'"):
            unit.events.registrations.remove("k3", edit(event), ["a", "x"])
        event = unit.events.registrations.remove("k3", edit(event), ["a"])
        assert unit.events.registrations.all("k3") == PEOPLE[1:]
        assert unit.events.registrations.emails("k3") == {}
        assert unit.events.wishes.all("k3") == (Wish("b", "c", WishKind.YES),)
        assert unit.events.history("k3")[-1].details == {"participants": ["a"]}


def test_wishes_come_back_and_are_replaced_pair_by_pair(store):
    event = prepared(store, EventState.WISHES)
    first = [Wish("b", "a", WishKind.MUST, met_before=True), Wish("a", "b", WishKind.YES)]
    with store.unit() as unit:
        event = unit.events.wishes.put("k3", edit(event), first)
        assert unit.events.wishes.all("k3") == tuple(first[::-1])
        event = unit.events.wishes.put("k3", edit(event), [Wish("a", "b", WishKind.NO)])
        assert unit.events.wishes.all("k3")[0] == Wish("a", "b", WishKind.NO)
        event = unit.events.wishes.withdraw("k3", edit(event), [("b", "a"), ("c", "d")])
    with store.reading() as unit:
        assert unit.events.wishes.all("k3") == (Wish("a", "b", WishKind.NO),)


@pytest.mark.parametrize(
    ("wishes", "error", "problem"),
    [
        ([Wish("a", "x", WishKind.YES)], UnknownEventError, "participant 'x' is not registered"),
        ([Wish("a", "a", WishKind.YES)], ProblemError, "'a' wishes to meet themselves"),
        ([Wish("a", "b", WishKind.YES)] * 2, ProblemError, "is there 2 times"),
    ],
)
def test_a_wrong_wish_writes_nothing(store, wishes, error, problem):
    event = prepared(store, EventState.WISHES)
    with store.unit() as unit:
        with pytest.raises(error, match=problem):
            unit.events.wishes.put("k3", edit(event), [Wish("b", "c", WishKind.YES), *wishes])
        assert unit.events.wishes.all("k3") == ()
        assert unit.events.get("k3") == event


# --- plans ---------------------------------------------------------------------------------------


def test_plans_are_kept_whole_and_numbered(store):
    event = prepared(store, EventState.WISHES)
    second = NewPlan({"slots": 3}, {"status": "optimal"}, 7)
    with store.unit() as unit:
        event = unit.events.plans.add("k3", edit(event), PLAN)
        assert (event.current_plan, event.published_plan) == (1, None)
        event = unit.events.plans.add("k3", edit(event, by="Ali", at=NOON), second)
        assert event.current_plan == 2
    with store.reading() as unit:
        entries = (PlanEntry(1, LATER, "Paul (CCI 77)", 2**40), PlanEntry(2, NOON, "Ali", 7))
        assert unit.events.plans.all("k3") == entries
        first = unit.events.plans.get("k3", 1)
        assert (first.entry, first.problem, first.plan) == (entries[0], PLAN.problem, PLAN.plan)
        assert unit.events.plans.get("k3", 2).plan == second.plan


def test_participants_see_a_plan_from_its_publication_on(store):
    event = prepared(store, EventState.PLANNED)
    with store.unit() as unit:
        event = unit.events.move("k3", edit(event), EventState.PUBLISHED)
        assert (event.current_plan, event.published_plan) == (1, 1)
        event = unit.events.plans.add("k3", edit(event), PLAN)
        assert (event.current_plan, event.published_plan) == (2, 1)
        event = unit.events.plans.choose("k3", edit(event), 2)
        assert event.published_plan == 2
        event = unit.events.move("k3", edit(event), EventState.RUNNING)
        event = unit.events.move("k3", edit(event), EventState.PUBLISHED)
        assert event.published_plan == 2
        event = unit.events.move("k3", edit(event), EventState.PLANNED)
        assert (event.current_plan, event.published_plan) == (2, None)
        with pytest.raises(UnknownEventError, match="event 'k3' has no plan 3"):
            unit.events.plans.choose("k3", edit(event), 3)


def test_a_repair_is_out_at_once_and_says_why(store):
    event = prepared(store, EventState.RUNNING)
    changes = {"absent": ["a"], "moved": [{"meeting": 4, "slot": 2}]}
    with store.unit() as unit:
        event = unit.events.plans.repair("k3", edit(event), PLAN, changes)
        assert (event.current_plan, event.published_plan) == (2, 2)
        last = unit.events.history("k3")[-1]
    assert last.action is Action.REPAIRED
    assert last.details == {"plan": 2, "seed": 2**40, "changes": changes}


def test_there_is_nothing_to_repair_before_publication(store):
    event = prepared(store, EventState.PLANNED)
    with store.unit() as unit, pytest.raises(EventStateError, match="published, running"):
        unit.events.plans.repair("k3", edit(event), PLAN, {})


# --- the day, and after --------------------------------------------------------------------------


def test_attendance_is_noted_line_by_line(store):
    event = prepared(store, EventState.RUNNING)
    with store.unit() as unit:
        event = unit.events.registrations.attend(
            "k3", edit(event), [Attendance("a", Status.PRESENT), Attendance("b", Status.LATE, 2)]
        )
        event = unit.events.registrations.attend(
            "k3", edit(event), [Attendance("b", Status.PRESENT)]
        )
        for wrong in (Attendance("c", Status.LATE), Attendance("c", Status.LATE, 9)):
            with pytest.raises(ProblemError, match="participant 'c' .*, from_slot"):
                unit.events.registrations.attend("k3", edit(event), [wrong])
        with pytest.raises(UnknownEventError, match="participant 'x'"):
            unit.events.registrations.attend("k3", edit(event), [Attendance("x", Status.PRESENT)])
        there = {r.id: (r.status, r.from_slot) for r in unit.events.registrations.all("k3")}
        lines = unit.events.history("k3")[-2:]
    assert there["a"] == there["b"] == (Status.PRESENT, None)
    assert there["c"] == (Status.REGISTERED, None)
    assert [line.details["seen"] for line in lines] == [
        [
            {"participant": "a", "status": "present", "from_slot": None},
            {"participant": "b", "status": "late", "from_slot": 2},
        ],
        [{"participant": "b", "status": "present", "from_slot": None}],
    ]


def test_outcomes_come_back_from_whichever_side(store):
    event = prepared(store, EventState.RUNNING)
    with store.unit() as unit:
        event = unit.events.outcomes.put(
            "k3",
            edit(event),
            [
                Outcome("b", "a", True, Worth.YES, Worth.NO, "Devis avant juin"),
                Outcome("b", "c", False),
            ],
        )
        assert unit.events.outcomes.all("k3") == (
            Outcome("a", "b", True, Worth.NO, Worth.YES, "Devis avant juin"),
            Outcome("b", "c", False),
        )
        unit.events.outcomes.put("k3", edit(event), [Outcome("a", "b", True, Worth.YES)])
        assert unit.events.outcomes.all("k3")[0] == Outcome("a", "b", True, Worth.YES)
        assert "Devis" not in repr(unit.events.history("k3"))


@pytest.mark.parametrize(
    ("outcomes", "error", "problem"),
    [
        ([Outcome("a", "x", True)], UnknownEventError, "participant 'x' is not registered"),
        ([Outcome("a", "a", True)], ProblemError, "'a' has a meeting with themselves"),
        ([Outcome("a", "b", True), Outcome("b", "a", False)], ProblemError, "is there 2 times"),
    ],
)
def test_a_wrong_outcome_writes_nothing(store, outcomes, error, problem):
    event = prepared(store, EventState.RUNNING)
    with store.unit() as unit:
        with pytest.raises(error, match=problem):
            unit.events.outcomes.put("k3", edit(event), outcomes)
        assert unit.events.outcomes.all("k3") == ()
        assert unit.events.get("k3") == event


def test_closing_leaves_relations_and_closing_again_replaces_them(store):
    event = prepared(store, EventState.RUNNING)
    other = Relation("attendance", RelationKind.EVENT, (siret_of(1), siret_of(2)), None, "event:k")
    all_three = tuple(sorted(siret_of(number) for number in (1, 2, 3)))

    def left(unit: Unit) -> dict[str, tuple[str, ...]]:
        relations = [r for r in unit.relations.all() if r.source == "event:k3"]
        assert all((r.date, r.label) == (DETAILS.day, DETAILS.title) for r in relations)
        return {r.key: r.members for r in relations}

    with store.unit() as unit:
        unit.relations.replace("event:k", [other])
        seen = [Attendance(who, Status.PRESENT) for who in "abcd"]
        event = unit.events.registrations.attend("k3", edit(event), seen)
        event = unit.events.outcomes.put(
            "k3", edit(event), [Outcome("a", "b", True), Outcome("a", "d", True)]
        )
        assert left(unit) == {}
        event = unit.events.move("k3", edit(event), EventState.CLOSED)
        meeting = (siret_of(1), siret_of(2))
        assert left(unit) == {"attendance": all_three, f"meeting:{'-'.join(meeting)}": meeting}
        assert unit.events.history("k3")[-1].details["relations"] == 2

        event = unit.events.outcomes.put("k3", edit(event), [Outcome("a", "b", False)])
        assert left(unit) == {"attendance": all_three}

        event = unit.events.move("k3", edit(event), EventState.RUNNING)
        event = unit.events.registrations.attend(
            "k3", edit(event), [Attendance("c", Status.ABSENT)]
        )
        assert left(unit) == {"attendance": all_three}
        event = unit.events.move("k3", edit(event), EventState.CLOSED)
        assert left(unit) == {"attendance": all_three[:2]}

        event = unit.events.move("k3", edit(event), EventState.RUNNING)
        unit.events.move("k3", edit(event), EventState.CANCELLED)
        assert left(unit) == {}
        assert unit.relations.all() == [other]


# --- history -------------------------------------------------------------------------------------


def test_the_history_tells_every_change_in_order(store):
    event = prepared(store, EventState.PLANNED)
    with store.unit() as unit:
        lines = unit.events.history("k3")
        written = [(line.action.value, line.at, line.by) for line in lines]
        assert written == [
            ("created", NOON, "Marie (CCI 91)"),
            ("registered", LATER, "Paul (CCI 77)"),
            ("moved", LATER, "Paul (CCI 77)"),
            ("moved", LATER, "Paul (CCI 77)"),
            ("moved", LATER, "Paul (CCI 77)"),
            ("planned", LATER, "Paul (CCI 77)"),
            ("moved", LATER, "Paul (CCI 77)"),
        ]
        assert lines[1].details == {"new": ["a", "b", "c", "d"], "changed": [], "emails": ["a"]}
        unit.events.registrations.put("k3", edit(event), [replace(BOB, name="Robert")])
        assert unit.events.history("k3")[:-1] == lines


def test_a_moment_without_a_zone_is_refused(store):
    event = prepared(store)
    with pytest.raises(sa.exc.StatementError, match="needs a time zone"), store.unit() as unit:
        unit.events.move("k3", edit(event, at=datetime(2026, 3, 2)), EventState.INVITING)
    with store.reading() as unit:
        assert unit.events.get("k3") == event


# --- the optimistic lock -------------------------------------------------------------------------

CONFLICT = (
    r"Zoé \(CCI 91\) changed the event on 2026-03-02 14:00 \(version 3, you had read version 2\); "
    "nothing was written"
)
"""Thirteen o'clock UTC is two o'clock in Paris."""

LATE_WRITES: dict[str, Callable[[Unit, Edit], object]] = {
    "change": lambda unit, old: unit.events.change("k3", old, replace(DETAILS, title="x")),
    "no change": lambda unit, old: unit.events.change("k3", old, DETAILS),
    "move": lambda unit, old: unit.events.move("k3", old, EventState.INVITING),
    "forbidden move": lambda unit, old: unit.events.move("k3", old, EventState.CLOSED),
    "register": lambda unit, old: unit.events.registrations.put("k3", old, [BOB]),
    "remove": lambda unit, old: unit.events.registrations.remove("k3", old, ["a"]),
    "attend": lambda unit, old: unit.events.registrations.attend("k3", old, []),
    "wish": lambda unit, old: unit.events.wishes.put("k3", old, []),
    "withdraw": lambda unit, old: unit.events.wishes.withdraw("k3", old, []),
    "plan": lambda unit, old: unit.events.plans.add("k3", old, PLAN),
    "repair": lambda unit, old: unit.events.plans.repair("k3", old, PLAN, {}),
    "choose": lambda unit, old: unit.events.plans.choose("k3", old, 1),
    "outcomes": lambda unit, old: unit.events.outcomes.put("k3", old, []),
}


@pytest.mark.parametrize("name", LATE_WRITES)
def test_whoever_read_an_older_version_writes_nothing(store, url, name):
    """Two connections: the second one changes the event after the first one has read it."""
    read = prepared(store)
    second = open_store(url)
    with second.unit() as unit:
        now = LATER.replace(minute=0, second=0)
        made = edit(unit.events.get("k3"), "Zoé (CCI 91)", now)
        event = unit.events.registrations.put("k3", made, [replace(ZOE, name="Zoe")])
    second.close()
    with store.unit() as unit:
        with pytest.raises(EventConflictError, match=CONFLICT):
            LATE_WRITES[name](unit, edit(read))
        assert unit.events.get("k3") == event
        assert unit.events.registrations.all("k3")[2].name == "Zoe"
        assert len(unit.events.history("k3")) == 3


def test_of_writers_that_race_exactly_one_wins(store, url):
    """All have read the same version; each has a connection of its own."""
    event = prepared(store)
    names = [f"Adviser {number}" for number in range(6)]
    stores = [open_store(url) for _ in names]
    barrier = threading.Barrier(len(names))

    def write(opened: Store, name: str) -> str:
        barrier.wait()
        try:
            with opened.unit() as unit:
                unit.events.registrations.put("k3", edit(event, by=name), [replace(BOB, name=name)])
        except EventConflictError as conflict:
            return str(conflict)
        return ""

    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(pool.map(write, stores, names))
    winners = [name for name, answer in zip(names, answers, strict=True) if not answer]
    assert len(winners) == 1
    assert all(answer.startswith(winners[0]) for answer in answers if answer)
    with store.reading() as unit:
        assert unit.events.get("k3").version == event.version + 1
        assert unit.events.get("k3").changed_by == winners[0]
        assert unit.events.registrations.all("k3")[1].name == winners[0]
        assert len(unit.events.history("k3")) == event.version + 1
    for opened in stores:
        opened.close()


def test_a_writer_that_waits_sees_what_the_other_one_wrote(store, url):
    """The second one starts while the first one has written and not yet committed."""
    event = prepared(store)
    second = open_store(url)
    started = threading.Event()

    def write() -> None:
        started.set()
        with second.unit() as unit:
            unit.events.move("k3", edit(event), EventState.INVITING)

    with ThreadPoolExecutor(1) as pool:
        with store.unit() as unit:
            unit.events.move("k3", edit(event, by="Ali"), EventState.REGISTERING)
            waiting = pool.submit(write)
            started.wait()
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        with pytest.raises(EventConflictError, match="Ali changed the event"):
            waiting.result(timeout=30)
    with store.reading() as unit:
        assert unit.events.get("k3").state is EventState.REGISTERING
    second.close()


def test_an_error_later_in_the_unit_takes_the_change_back(store):
    event = prepared(store)

    class Undo(Exception):
        pass

    with suppress(Undo), store.unit() as unit:
        assert unit.events.move("k3", edit(event), EventState.INVITING).version == 3
        raise Undo
    with store.reading() as unit:
        assert unit.events.get("k3") == event
        assert len(unit.events.history("k3")) == event.version


def test_reading_writes_nothing(store):
    event = prepared(store)
    with pytest.raises((StoreError, sa.exc.DBAPIError)), store.reading() as unit:
        unit.events.move("k3", edit(event), EventState.INVITING)


# --- erasure -------------------------------------------------------------------------------------


def test_a_firm_that_opts_out_leaves_every_event_that_is_not_closed(store):
    """Two of its people in one event, none in another, one in a closed one."""
    firm = BOB.siret
    second = Registration("e", "Eve", "Atelier", firm)
    with store.unit() as unit:
        for event_id in ("open", "closed", "without"):
            event = begin(unit, event_id)
            people = [ANNA, ZOE] if event_id == "without" else [ANNA, BOB, ZOE, second]
            mails = {"a": "anna@x.fr"} | ({} if event_id == "without" else {"b": "bob@x.fr"})
            event = unit.events.registrations.put(event_id, edit(event), people, mails)
            to = EventState.CLOSED if event_id == "closed" else EventState.WISHES
            event = advance(unit, event, to)
            if event_id == "open":
                wishes = [Wish("a", "b", WishKind.YES), Wish("a", "c", WishKind.YES)]
                event = unit.events.wishes.put("open", edit(event), wishes)
                event = unit.events.plans.add("open", edit(event), PLAN)
        before = {e.id: (e, unit.events.registrations.all(e.id)) for e in unit.events.list()}

        unit.exclusions.opt_out(firm, at=LATER, reason="asked")
        assert unit.events.erase_company(firm, at=LATER, by="opt-out") == ("open",)

        assert unit.events.registrations.all("open") == (ANNA, ZOE)
        assert unit.events.registrations.emails("open") == {"a": "anna@x.fr"}
        assert unit.events.wishes.all("open") == (Wish("a", "c", WishKind.YES),)
        problem = unit.events.plans.get("open", 1).problem
        assert problem["participants"] == [{"id": "a", "name": "Anna"}, {"id": "b", "name": "b"}]
        assert unit.events.plans.get("open", 1).plan == PLAN.plan
        last = unit.events.history("open")[-1]
        assert (last.action, last.by, last.at) == (Action.ERASED, "opt-out", LATER)
        assert last.details == {"participants": ["b", "e"]}
        assert unit.events.get("open").version == before["open"][0].version + 1
        for untouched in ("closed", "without"):
            now = unit.events.get(untouched), unit.events.registrations.all(untouched)
            assert now == before[untouched]
        assert unit.events.erase_company(firm, at=LATER, by="opt-out") == ()


def test_an_adviser_at_work_during_an_erasure_gets_a_conflict(store):
    event = prepared(store)
    with store.unit() as unit:
        unit.events.erase_company(BOB.siret, at=LATER, by="opt-out")
    with store.unit() as unit, pytest.raises(EventConflictError, match="opt-out changed the event"):
        unit.events.registrations.put("k3", edit(event), [BOB])


# --- schema --------------------------------------------------------------------------------------


def test_the_migration_can_be_taken_back_and_done_again(new_url):
    url = new_url()
    open_store(url).close()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    revision = ScriptDirectory.from_config(config).get_revision("0002")
    engine = sa.create_engine(database_module.parse_address(url))
    with engine.begin() as connection:
        everything = set(sa.inspect(connection).get_table_names())
    for step, left in ((revision.module.downgrade, False), (revision.module.upgrade, True)):
        with engine.begin() as connection:
            with Operations.context(MigrationContext.configure(connection)):
                step()
            names = set(sa.inspect(connection).get_table_names())
        of_events = {name for name in everything if name.startswith("event")}
        assert names == (everything if left else everything - of_events)
    assert len(of_events) == 7
    engine.dispose()


def test_a_store_of_the_first_revision_is_brought_up_with_its_data(new_url):
    url = new_url()
    first = open_store(url)
    with first.unit() as unit:
        unit.exclusions.opt_out(siret_of(1), at=NOON, reason="asked")
    first.close()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    revisions = ScriptDirectory.from_config(config)
    engine = sa.create_engine(database_module.parse_address(url))
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            for number in ("0005", "0004", "0003", "0002"):
                revisions.get_revision(number).module.downgrade()
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    store = open_store(url)
    with store.unit() as unit:
        assert unit.exclusions.has_opted_out(siret_of(1))
        begin(unit)
    store.close()


def test_a_participant_of_another_event_is_none_of_this_one(store):
    """Ids are names within an event."""
    event = prepared(store, EventState.WISHES)
    with store.unit() as unit:
        other = begin(unit, "z9")
        unit.events.registrations.put("z9", edit(other), [replace(GUEST, id="x")])
        with pytest.raises(UnknownEventError, match="'x' is not registered for event 'k3'"):
            unit.events.wishes.put("k3", edit(event), [Wish("a", "x", WishKind.YES)])
        assert unit.events.registrations.all("k3") == PEOPLE
