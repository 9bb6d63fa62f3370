"""An event as an adviser fills it in: the JSON document of a new event, and of a change."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from matchmaker.events.details import (
    LONGEST_TITLE,
    MAX_SLOTS,
    MAX_TABLES,
    PARIS,
    EventDetails,
    EventKind,
    Session,
    Slot,
)
from matchmaker.events.documents import Document


class _Form(Document):
    # Texts such as "09:00" are times: forms come from people, also as parsed JSON.
    model_config = ConfigDict(strict=False)


def _on_the_clock(moment: time) -> time:
    if moment.tzinfo is not None:
        raise PydanticCustomError("clock", "give the time on the clock of the place, without zone")
    return moment


ClockTime = Annotated[
    time,
    AfterValidator(_on_the_clock),
    # Not the format "time", which is a time of day with its zone.
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$"}),
]


class SlotForm(_Form):
    """A time in which people meet, on the clock of the place."""

    start: ClockTime = Field(description="Such as 09:00.")
    end: ClockTime = Field(description="Such as 09:20; on the same day.")


class SessionForm(_Form):
    """A part of the day."""

    id: str = Field(min_length=1, max_length=LONGEST_TITLE)
    slots: tuple[int, ...] = Field(min_length=1, description="Its slots, counted from 1.")


class EventForm(_Form):
    """What an adviser says of a new event."""

    kind: EventKind
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    day: date
    chambers: tuple[str, ...] = Field(
        min_length=1, description="Codes of the departments of the chambers that hold it."
    )
    tables: int = Field(
        ge=0, le=MAX_TABLES, description="In each slot; 0 where nobody sits at tables."
    )
    slots: tuple[SlotForm, ...] = Field((), max_length=MAX_SLOTS, description="Default: none.")
    sessions: tuple[SessionForm, ...] = Field((), description="Default: none.")
    place: str = Field("", max_length=LONGEST_TITLE, description="Empty while it is open.")
    timezone: str = Field(PARIS, description="IANA name; default Europe/Paris.")
    fictional: bool = Field(False, description="Whether everybody in it is invented; default no.")
    settings: dict[str, object] = Field(
        default_factory=dict, description="What its planner is told; default: nothing."
    )


class EventChanges(_Form):
    """What changes of an event; a field that is not given stays as it is."""

    kind: EventKind | None = None
    title: str | None = Field(None, min_length=1, max_length=LONGEST_TITLE)
    day: date | None = None
    chambers: tuple[str, ...] | None = Field(None, min_length=1)
    tables: int | None = Field(None, ge=0, le=MAX_TABLES)
    slots: tuple[SlotForm, ...] | None = Field(None, max_length=MAX_SLOTS)
    sessions: tuple[SessionForm, ...] | None = None
    place: str | None = Field(None, max_length=LONGEST_TITLE)
    timezone: str | None = None
    fictional: bool | None = None
    settings: dict[str, object] | None = None


_NAMES = tuple(each.name for each in fields(EventDetails))


def details_of(form: EventForm) -> EventDetails:
    """Make the details of an event of what an adviser filled in.

    Raises
    ------
    ProblemError
        If they contradict each other.
    """
    given = {name: getattr(form, name) for name in _NAMES}
    return EventDetails(**_domain_values(given))


def changed(details: EventDetails, changes: EventChanges) -> EventDetails:
    """Put what is given in place of what was there.

    Raises
    ------
    ProblemError
        If the details then contradict each other.
    """
    given = {name: getattr(changes, name) for name in _NAMES}
    given = {name: value for name, value in given.items() if value is not None}
    return replace(details, **_domain_values(given))


def _domain_values(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    if "slots" in given:
        values["slots"] = tuple(Slot(each.start, each.end) for each in given["slots"])
    if "sessions" in given:
        values["sessions"] = tuple(Session(each.id, each.slots) for each in given["sessions"])
    return values
