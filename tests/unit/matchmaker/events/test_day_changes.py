"""What the day has brought, from the clock and from who is there."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from event_samples import slots_of

from matchmaker.events.conventions.plan import Figures, Plan, PlannedMeeting
from matchmaker.events.conventions.problem import Meeting, Problem
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.services.day_changes import (
    changes_of,
    first_open_slot,
    meetings_of_newcomer,
    news_of,
    running_slot,
)

PARIS = ZoneInfo("Europe/Paris")
DETAILS = EventDetails(
    EventKind.CONVENTION, "Rencontres", date(2027, 3, 18), ("77", "91"), 2, slots_of(3)
)
"""Slots 9:00-9:20, 9:25-9:45, 9:50-10:10."""


@pytest.mark.parametrize(
    ("day", "hour", "minute", "first", "running"),
    [
        (17, 23, 0, 1, None),
        (18, 8, 59, 1, None),
        (18, 9, 0, 2, 1),
        (18, 9, 19, 2, 1),
        (18, 9, 20, 2, None),
        (18, 9, 50, 4, 3),
        (18, 10, 10, 4, None),
        (19, 9, 0, 4, None),
    ],
)
def test_the_clock_tells_the_slot(day, hour, minute, first, running):
    now = datetime(2027, 3, day, hour, minute, tzinfo=PARIS)
    assert first_open_slot(DETAILS, now) == first
    assert running_slot(DETAILS, now) == running


def convention() -> tuple[Problem, Plan]:
    """Let a meet b in slot 1, a meet c in slot 2, b meet c in slot 3."""
    tree = {
        "slots": 3,
        "tables": 2,
        "participants": tuple({"id": who, "name": who.upper()} for who in "abcd"),
        "meetings": tuple({"id": f"{a}~{b}", "a": a, "b": b} for a, b in ("ab", "ac", "bc")),
    }
    held = [("a~b", 1), ("a~c", 2), ("b~c", 3)]
    plan = Plan(
        status="feasible",
        objective=Figures(value=3, breaks=1, idle=1),
        meetings=tuple(PlannedMeeting(id=name, slot=slot, table=1) for name, slot in held),
        seconds=0,
    )
    return Problem.model_validate(tree), plan


def people(**statuses: Status | tuple) -> list[Registration]:
    found = []
    for who in "abcd":
        status = statuses.get(who, Status.PRESENT)
        status, slot = status if isinstance(status, tuple) else (status, None)
        found.append(Registration(who, who.upper(), status=status, from_slot=slot))
    return found


def test_only_those_who_still_have_meetings_are_news():
    problem, plan = convention()
    gone = people(a=Status.ABSENT, d=Status.ABSENT)
    assert [each.id for each in news_of(problem, plan, gone, 1).absent] == ["a"]
    assert not news_of(problem, plan, gone, 3).mendable, "a has no meeting left in slot 3"
    late = people(b=(Status.LATE, 3))
    assert [each.id for each in news_of(problem, plan, late, 1).late] == ["b"]
    assert not news_of(problem, plan, late, 2).mendable, "the meeting that b misses is past"


def test_whoever_was_removed_from_the_list_does_not_come():
    problem, plan = convention()
    left = [each for each in people() if each.id != "c"]
    assert [(each.id, each.name) for each in news_of(problem, plan, left, 1).absent] == [("c", "C")]


def test_newcomers_are_those_who_take_part_and_are_not_planned():
    problem, plan = convention()
    more = [
        Registration("n", "N", status=Status.PRESENT),
        Registration("i", "I", status=Status.INVITED),
        Registration("s", "S", standby=True),
    ]
    news = news_of(problem, plan, [*people(), *more], 1)
    assert [each.id for each in news.newcomers] == ["n"]
    assert not news.mendable


def test_changes_say_what_a_repair_needs():
    problem, plan = convention()
    joining = Registration("n", "N", "Neuve", status=Status.PRESENT)
    everybody = [*people(a=Status.ABSENT, b=(Status.LATE, 3)), joining]
    news = news_of(problem, plan, everybody, 1)
    meetings = meetings_of_newcomer(problem, joining, ["c", "zz", "n"])
    changes = changes_of(problem, news, 1, lost_tables=(2,), joining=joining, meetings=meetings)
    assert (changes.absent, [(each.id, each.from_slot) for each in changes.late]) == (
        ("a",),
        [("b", 3)],
    )
    assert changes.lost_tables == (2,)
    assert [(each.id, each.company) for each in changes.walk_ins] == [("n", "Neuve")]
    assert [each.id for each in changes.meetings] == ["c~n"]


def test_what_a_newcomer_asks_for_goes_before_what_scores_propose():
    problem, _ = convention()
    joining = Registration("n", "N")
    proposed = [
        Meeting(id="c~n", a="c", b="n", value=0.4),
        Meeting(id="d~n", a="d", b="n", value=0.3),
        Meeting(id="a~b", a="a", b="b", value=0.9),
    ]
    found = meetings_of_newcomer(problem, joining, ["c"], proposed)
    assert [(each.id, each.value, each.mandatory) for each in found] == [
        ("c~n", 6.0, False),
        ("d~n", 0.3, False),
    ]
