"""What stands at the head of every page about one event: name, day, place, steps, tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matchmaker.events.life import Event, EventKind, EventState
from matchmaker.texts import Language, say
from matchmaker.texts.days import long_day

_S = EventState

STEPS = (_S.DRAFT, _S.INVITING, _S.REGISTERING, _S.WISHES, _S.PLANNED, _S.PUBLISHED)
STEPS_ON_THE_DAY = (_S.RUNNING, _S.CLOSED)

SEATED = frozenset({EventKind.CONVENTION, EventKind.ROUND_TABLES})
"""Kinds whose people meet in slots, at tables."""


@dataclass(frozen=True)
class Step:
    """One state on the way of an event.

    Parameters
    ----------
    text
        Its name.
    place
        Whether the event has left it behind, is there, or has not come to it.
    """

    text: str
    place: Literal["past", "now", "ahead"]


@dataclass(frozen=True)
class Tab:
    """One page of an event: `key` names it, `path` is its address without language."""

    key: str
    text: str
    path: str


@dataclass(frozen=True)
class EventHead:
    """What every page about one event says of it.

    Parameters
    ----------
    id, version
        Of the event as it was read; forms send the version back.
    title, day, place
        As shown; the place says so where it is open.
    kind, state
        Their codes.
    kind_text, state_text
        Their names.
    chambers
        Codes of the departments of the chambers that hold it.
    fictional
        Whether it is invented.
    steps
        The usual way from draft to close; none of a cancelled event.
    tabs
        Its pages.
    """

    id: str
    version: int
    title: str
    day: str
    place: str
    kind: EventKind
    state: EventState
    kind_text: str
    state_text: str
    chambers: tuple[str, ...]
    fictional: bool
    steps: tuple[Step, ...]
    tabs: tuple[Tab, ...]

    @property
    def home(self) -> str:
        """Address of its first page, without language."""
        return f"/evenements/{self.id}"


def event_head(event: Event, language: Language) -> EventHead:
    """Say what an event is, for the head of its pages."""
    details = event.details
    return EventHead(
        id=event.id,
        version=event.version,
        title=details.title,
        day=long_day(details.day, language),
        place=details.place or say(language, "event.services.open_place"),
        kind=details.kind,
        state=event.state,
        kind_text=say(language, f"event.life.kind.{details.kind}"),
        state_text=say(language, f"event.life.state.{event.state}"),
        chambers=details.chambers,
        fictional=details.fictional,
        steps=_steps(event.state, language),
        tabs=_tabs(event, language),
    )


def _steps(state: EventState, language: Language) -> tuple[Step, ...]:
    way = (*STEPS, *STEPS_ON_THE_DAY)
    if state not in way:
        return ()
    here = way.index(state)
    return tuple(
        Step(
            say(language, f"event.life.state.{each}"),
            "now" if place == here else "past" if place < here else "ahead",
        )
        for place, each in enumerate(way)
    )


def _tabs(event: Event, language: Language) -> tuple[Tab, ...]:
    """List the pages of an event; an invitation list is its own plan, and has no day."""
    pages = [("overview", ""), ("registrations", "/inscriptions")]
    if event.details.kind is EventKind.INVITATIONS:
        pages.insert(1, ("invitations", "/invitations"))
    else:
        pages += [("wishes", "/souhaits"), ("plan", "/planning"), ("day", "/jour")]
    return tuple(
        Tab(key, say(language, f"event_pages.tab.{key}"), f"/evenements/{event.id}{path}")
        for key, path in pages
    )
