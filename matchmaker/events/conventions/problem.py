"""What an adviser asks of a convention: the documented JSON of a problem, checked as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, StrictStr, model_validator

from matchmaker.events.documents import Document

Id = Annotated[StrictStr, Field(min_length=1, max_length=200)] | StrictInt
"""Name of a participant, a meeting or a session; 1 and "1" are two names."""

Slot = Annotated[int, Field(ge=1)]
Goal = Literal["value", "breaks", "idle"]
ApartReason = Literal["competitor", "refused", "same_group", "met_before", "other", "by_hand"]

MAX_SLOTS = 200
MAX_PARTICIPANTS = 20_000
MAX_MEETINGS = 200_000
DEFAULT_OBJECTIVE: tuple[Goal, ...] = ("value", "breaks", "idle")
"""The best meetings first, then few waits, then short ones."""


class Session(Document):
    """A half-day or another part of the event."""

    id: Id
    slots: tuple[Slot, ...] = Field(min_length=1, description="Its slots, counted from 1.")


class Participant(Document):
    """Somebody who takes part in meetings."""

    id: Id
    name: str | None = Field(None, description="As printed; the id where it is not given.")
    company: str | None = Field(
        None, min_length=1, description="Two people of one company never meet."
    )
    group: str | None = Field(
        None, min_length=1, description="Two members of one group never meet."
    )
    unavailable: tuple[Slot, ...] = Field((), description="Slots that they cannot use.")
    min: int = Field(
        0, ge=0, le=MAX_SLOTS, description="Meetings that they must have at least; 0 if not given."
    )
    max: int | None = Field(
        None, ge=0, le=MAX_SLOTS, description="Most meetings; no limit if not given."
    )
    table: int | None = Field(None, ge=1, description="Table of their own, where they stay.")


class Meeting(Document):
    """A meeting that may take place, or must."""

    id: Id
    a: Id
    b: Id
    session: Id | None = Field(None, description="Only in this session; any if not given.")
    fixed_slot: Slot | None = Field(None, description="Only in this slot, if it takes place.")
    before: tuple[Id, ...] = Field((), description="Meetings that must come strictly later.")
    value: float = Field(1.0, ge=0, le=1e6, description="What it is worth; 1 if not given.")
    mandatory: bool | None = Field(
        None,
        description="Whether it must take place. If not given: yes for a meeting with a fixed "
        "slot, and for every meeting where the objective does not count value (an empty plan "
        "would have no breaks); no otherwise.",
    )


class Apart(Document):
    """Two participants who must not meet."""

    a: Id
    b: Id
    why: ApartReason = Field("other", description="The rule that keeps them apart.")


class Problem(Document):
    """A convention to plan.

    Raises
    ------
    ValueError
        If it contradicts itself; the first contradiction is named.
    """

    slots: int = Field(ge=1, le=MAX_SLOTS, description="Number of slots.")
    sessions: tuple[Session, ...] = ()
    tables: int = Field(ge=1, le=10_000, description="Tables in each slot.")
    participants: tuple[Participant, ...] = Field(min_length=1, max_length=MAX_PARTICIPANTS)
    meetings: tuple[Meeting, ...] = Field((), max_length=MAX_MEETINGS)
    apart: tuple[Apart, ...] = ()
    objective: tuple[Goal, ...] = Field(
        DEFAULT_OBJECTIVE,
        min_length=1,
        description="Goals, the first matters most; value, breaks, idle if not given.",
    )
    fairness: int | None = Field(
        None,
        ge=0,
        le=MAX_SLOTS,
        description="Largest minus smallest number of breaks per participant; no limit if null.",
    )

    def is_mandatory(self, meeting: Meeting) -> bool:
        """Whether a meeting must take place."""
        if meeting.mandatory is not None:
            return meeting.mandatory
        return meeting.fixed_slot is not None or "value" not in self.objective

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self


def _problems(problem: Problem) -> Iterator[str]:
    """Say what contradicts itself, the first thing first."""
    yield from _repeated("participant", (p.id for p in problem.participants))
    yield from _repeated("meeting", (m.id for m in problem.meetings))
    yield from _repeated("session", (s.id for s in problem.sessions))
    yield from _repeated("goal", problem.objective)
    yield from _slot_problems(problem)
    yield from _participant_problems(problem)
    people = {p.id for p in problem.participants}
    yield from _meeting_problems(problem, people)
    for pair in problem.apart:
        for end in (pair.a, pair.b):
            if end not in people:
                yield f"apart names participant {end!r}, who is not among the participants"
        if pair.a == pair.b:
            yield f"apart names participant {pair.a!r} twice in one pair"
    yield from _fixed_problems(problem)


def _repeated(what: str, names: Iterable[object]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} {name!r} is there {count} times; each needs a name of its own"


def _slot_problems(problem: Problem) -> Iterator[str]:
    places: dict[int, Id] = {}
    for session in problem.sessions:
        for slot in session.slots:
            if slot > problem.slots:
                yield f"session {session.id!r} has slot {slot}; slots go from 1 to {problem.slots}"
            if places.get(slot) == session.id:
                yield f"session {session.id!r} names slot {slot} twice"
            elif slot in places:
                yield f"slot {slot} is in sessions {places[slot]!r} and {session.id!r}"
            places[slot] = session.id


def _participant_problems(problem: Problem) -> Iterator[str]:
    owners: dict[int, Id] = {}
    for person in problem.participants:
        who = f"participant {person.id!r}"
        for slot in person.unavailable:
            if slot > problem.slots:
                yield f"{who} is unavailable in slot {slot}; slots go from 1 to {problem.slots}"
        if person.max is not None and person.max < person.min:
            yield f"{who} has max {person.max} below min {person.min}"
        if person.table is not None and person.table > problem.tables:
            yield f"{who} has table {person.table}; tables go from 1 to {problem.tables}"
        if person.table is not None:
            owner = owners.setdefault(person.table, person.id)
            if owner != person.id:
                yield f"{who} and participant {owner!r} both have table {person.table} as their own"


def _meeting_problems(problem: Problem, people: set[Id]) -> Iterator[str]:
    sessions = {s.id: set(s.slots) for s in problem.sessions}
    meetings = {m.id for m in problem.meetings}
    for meeting in problem.meetings:
        who = f"meeting {meeting.id!r}"
        for end in (meeting.a, meeting.b):
            if end not in people:
                yield f"{who} names participant {end!r}, who is not among the participants"
        if meeting.a == meeting.b:
            yield f"{who} has participant {meeting.a!r} on both sides"
        if meeting.session is not None and meeting.session not in sessions:
            yield f"{who} names session {meeting.session!r}, which is not among the sessions"
        if meeting.fixed_slot is not None:
            if meeting.fixed_slot > problem.slots:
                yield f"{who} has fixed slot {meeting.fixed_slot}; slots go to {problem.slots}"
            elif meeting.session is not None and meeting.fixed_slot not in sessions.get(
                meeting.session, ()
            ):
                yield (
                    f"{who} has fixed slot {meeting.fixed_slot} outside its session "
                    f"{meeting.session!r}"
                )
        for later in meeting.before:
            if later not in meetings:
                yield f"{who} comes before meeting {later!r}, which is not among the meetings"
            if later == meeting.id:
                yield f"{who} must come before itself"


def _fixed_problems(problem: Problem) -> Iterator[str]:
    """Say what fixed meetings that must take place break by themselves."""
    fixed = [m for m in problem.meetings if m.fixed_slot and problem.is_mandatory(m)]
    for slot, count in sorted(Counter(m.fixed_slot or 0 for m in fixed).items()):
        if count > problem.tables:
            yield (
                f"{count} meetings are fixed in slot {slot} and there are {problem.tables} tables; "
                "free some of them or add tables"
            )
    places: dict[tuple[Id, int], Id] = {}
    unavailable = {p.id: set(p.unavailable) for p in problem.participants}
    for meeting in fixed:
        slot = meeting.fixed_slot or 0
        for end in (meeting.a, meeting.b):
            if slot in unavailable.get(end, ()):
                yield (
                    f"meeting {meeting.id!r} is fixed in slot {slot}, when participant {end!r} is "
                    "unavailable"
                )
            other = places.setdefault((end, slot), meeting.id)
            if other != meeting.id:
                yield (
                    f"participant {end!r} has meetings {other!r} and {meeting.id!r} both fixed in "
                    f"slot {slot}"
                )
