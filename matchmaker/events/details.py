"""What an event is about: when, where, in which slots and at how many tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from matchmaker.errors import ProblemError, UnknownCodeError
from matchmaker.territory import department

MAX_SLOTS = 200
MAX_TABLES = 10_000
LONGEST_TITLE = 200
"""Characters of a title or of the name of a place."""

PARIS = "Europe/Paris"


class EventKind(StrEnum):
    """What is planned: one-to-one meetings, Plato groups, tables that change, invitations."""

    CONVENTION = "convention"
    PEER_GROUPS = "peer_groups"
    ROUND_TABLES = "round_tables"
    INVITATIONS = "invitations"


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in which people meet, on the clock of the place of the event."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Session:
    """A half-day or another part of an event; `slots` count from 1."""

    id: str
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EventDetails:
    """What an adviser decides about an event.

    Parameters
    ----------
    kind
        What is planned.
    title
        As printed.
    day
        Its day at the place of the event.
    chambers
        Codes of the departments of the chambers that hold it, such as `("77", "91")`.
    tables
        Tables in each slot; 0 where nobody sits at tables.
    slots
        Slots of the day in their order, none overlapping another; none if not given.
    sessions
        Parts of the day; none if not given. A slot is in one session at most.
    place
        Where it takes place; empty while that is open.
    timezone
        Name of the time zone of the place in the IANA data base; Europe/Paris if not given.
    fictional
        Whether event and participants are invented; real if not given.
    settings
        What its planner is told, as a JSON document; empty if not given.

    Raises
    ------
    ProblemError
        If it contradicts itself; the first contradiction is named.
    """

    kind: EventKind
    title: str
    day: date
    chambers: tuple[str, ...]
    tables: int
    slots: tuple[Slot, ...] = ()
    sessions: tuple[Session, ...] = ()
    place: str = ""
    timezone: str = PARIS
    fictional: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise ProblemError(problem)

    def moments(self, slot: int) -> tuple[datetime, datetime]:
        """Beginning and end of a slot, counted from 1, as aware moments."""
        zone, times = ZoneInfo(self.timezone), self.slots[slot - 1]
        return (
            datetime.combine(self.day, times.start, zone),
            datetime.combine(self.day, times.end, zone),
        )


def _problems(details: EventDetails) -> Iterator[str]:
    """Say what is wrong, the first thing first."""
    yield from _text_problems(details)
    yield from _chamber_problems(details)
    if not 0 <= details.tables <= MAX_TABLES:
        yield f"event: tables must be from 0 to {MAX_TABLES}, got {details.tables}"
    try:
        ZoneInfo(details.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"event: {details.timezone!r} is no time zone; write it like {PARIS}"
    yield from _slot_problems(details.slots)
    yield from _session_problems(details)
    try:
        # As they are answered: no half of a character, no number beyond 64 bits, no endless nest.
        orjson.dumps([[[[[[[[details.settings]]]]]]]])
        json.dumps(details.settings, allow_nan=False)
    except (TypeError, ValueError) as error:
        yield f"event: the settings are no JSON document ({error}); use texts, numbers and lists"


def _text_problems(details: EventDetails) -> Iterator[str]:
    if not details.title.strip():
        yield "event: the title is empty; give it one"
    for name, text in (("title", details.title), ("place", details.place)):
        if len(text) > LONGEST_TITLE:
            yield f"event: the {name} has {len(text)} characters; {LONGEST_TITLE} are the limit"


def _chamber_problems(details: EventDetails) -> Iterator[str]:
    if not details.chambers:
        yield "event: no chamber holds it; name one or more, such as 77 or 91"
    for place, code in enumerate(details.chambers):
        try:
            department(code)
        except UnknownCodeError as error:
            yield f"event: chamber {code!r} is no department ({error})"
        if code in details.chambers[:place]:
            yield f"event: chamber {code!r} is named twice; name it once"


def _slot_problems(slots: tuple[Slot, ...]) -> Iterator[str]:
    if len(slots) > MAX_SLOTS:
        yield f"event: has {len(slots)} slots; {MAX_SLOTS} are the limit"
    before = time.min
    for number, slot in enumerate(slots, start=1):
        shown = f"event: slot {number} ({slot.start:%H:%M} to {slot.end:%H:%M})"
        if slot.start.tzinfo or slot.end.tzinfo:
            yield f"{shown} has a time zone of its own; the event has one for all"
        elif slot.start >= slot.end:
            yield f"{shown} ends before it begins; a slot lies within one day"
        elif slot.start < before:
            yield f"{shown} begins before the one ahead of it ends; put the slots in their order"
        before = slot.end


def _session_problems(details: EventDetails) -> Iterator[str]:
    places: dict[int, str] = {}
    names: set[str] = set()
    for session in details.sessions:
        if not session.id or session.id in names:
            yield f"event: session {session.id!r} needs a name of its own"
        names.add(session.id)
        if not session.slots:
            yield f"event: session {session.id!r} has no slot; give it one or remove it"
        for slot in session.slots:
            if not 1 <= slot <= len(details.slots):
                yield (
                    f"event: session {session.id!r} has slot {slot}; "
                    f"slots go from 1 to {len(details.slots)}"
                )
            if slot in places:
                yield f"event: slot {slot} is in sessions {places[slot]!r} and {session.id!r}"
            places[slot] = session.id
