"""What an export says about the event and the people beside the plan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from matchmaker.errors import ProblemError
from matchmaker.texts import Language, say

PARIS = ZoneInfo("Europe/Paris")

_EMAIL = re.compile(r"[^\s@:,;<>\"]+@[^\s@:,;<>\"]+\.[^\s@:,;<>\"]+")
_NOT_PRINTED = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class EventHeading:
    """An event as people know it.

    Parameters
    ----------
    uid
        Name of the event that never changes; calendar entries are recognised by it.
    title, place
        As printed.
    slot_times
        When each slot begins and ends, with a time zone, in order and without overlap; empty for
        an event without slots (groups, invitations).
    organiser, organiser_email
        The chamber, and the address that its calendar entries come from.
    fictional
        Whether the companies are invented; every export then says so.
    stamp
        When this version was made, with a time zone; the exports show no other clock.
    sequence
        Version of the plan, from 0; a calendar takes an entry with a higher one as news.
    zone
        Time zone that is printed; that of the two departments if not given.

    Raises
    ------
    ProblemError
        If a text is empty, a moment has no time zone, or the slots are not in order.
    """

    uid: str
    title: str
    place: str
    slot_times: tuple[tuple[datetime, datetime], ...]
    organiser: str
    organiser_email: str
    fictional: bool
    stamp: datetime
    sequence: int
    zone: ZoneInfo = PARIS

    def __post_init__(self) -> None:
        for name in ("title", "place", "organiser"):
            object.__setattr__(self, name, plain(getattr(self, name)))
        for problem in _problems(self):
            raise ProblemError(problem)

    def local(self, slot: int) -> tuple[datetime, datetime]:
        """Begin and end of a slot, counted from 1, on the clock of the place."""
        start, end = self.slot_times[slot - 1]
        return start.astimezone(self.zone), end.astimezone(self.zone)

    def marked_title(self, language: Language) -> str:
        """Title of the event, with the fictional mark where it must be."""
        if not self.fictional:
            return self.title
        return say(language, "event.export.fictional_title", title=self.title)


@dataclass(frozen=True)
class PersonDetails:
    """What is printed about a participant, never anything by which they can be reached.

    Parameters
    ----------
    name
        As printed; what the problem says, or else the id, if not given.
    company
        Name of the company; what the problem says, or else nothing, if not given.
    sector, department
        Trade and number of the department; not printed if not given.
    """

    name: str | None = None
    company: str | None = None
    sector: str | None = None
    department: str | None = None


def plain(text: str) -> str:
    """Make one printable line: composed letters, no control characters, single spaces."""
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if unicodedata.category(c) in _NOT_PRINTED else c for c in composed)
    return re.sub(r"[ \t]+", " ", "".join(kept)).strip(" ")


def _problems(details: EventHeading) -> Iterator[str]:
    for name in ("uid", "title", "place", "organiser"):
        if not getattr(details, name).strip():
            yield f"the event has an empty {name}; give it one"
    if not _EMAIL.fullmatch(details.organiser_email):
        yield f"organiser_email {details.organiser_email!r} is no e-mail address; give one address"
    if details.sequence < 0:
        yield f"sequence is {details.sequence}; versions of a plan count from 0"
    if details.stamp.tzinfo is None:
        yield f"stamp {details.stamp.isoformat()} has no time zone; add one"
    yield from _slot_problems(details)


def _slot_problems(details: EventHeading) -> Iterator[str]:
    before: datetime | None = None
    for slot, (start, end) in enumerate(details.slot_times, 1):
        for moment in (start, end):
            if moment.tzinfo is None:
                yield f"slot {slot} has {moment.isoformat()} without a time zone; add one"
                return
        # Moments of one zone compare by wall clock in Python, wrong on the night it goes back.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if start >= end:
            yield f"slot {slot} ends at or before its begin; correct its times"
        if before is not None and start < before:
            yield f"slot {slot} begins before slot {slot - 1} has ended; correct their times"
        before = end
