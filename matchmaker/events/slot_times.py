"""Slots as people write them: numbers, parts of the day, or times on the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time

from matchmaker.events.details import EventDetails
from matchmaker.spelling import fold
from matchmaker.tabular.rejects import BadValueError

UNKNOWN_SLOT = "is no slot, session or time of the event"

_NUMBER = re.compile(r"[0-9]{1,3}")
_NUMBERS = re.compile(r"([0-9]{1,3})\s*(?:-|–|—|à|to)\s*([0-9]{1,3})")
_CLOCK = r"([0-9]{1,2})\s*[:hH]\s*([0-9]{2})?(?::00)?"
_TIME = re.compile(_CLOCK)
_TIMES = re.compile(rf"(?:de\s+)?{_CLOCK}\s*(?:-|–|—|à|to)\s*{_CLOCK}", re.IGNORECASE)


def read_slots(column: str, text: str, details: EventDetails) -> tuple[int, ...]:
    """Read a list of slots, with semicolons, commas or line ends between.

    Parameters
    ----------
    column
        Name of the column, for the reject.
    text
        Each part is a slot (`3`), slots (`2-4`), the name of a session (`matin`), a time (`9h30`,
        the slot in which it lies) or times (`9:00-10:30`, every slot that they touch).
    details
        The event.

    Returns
    -------
    tuple of int
        Slots counted from 1, each once, sorted; none from an empty text.

    Raises
    ------
    BadValueError
        If a part is none of that, or touches no slot.
    """
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in re.split(r"[;,\n]", text))):
        slots = set(_slots_of(part, details))
        if not slots or not slots <= set(range(1, len(details.slots) + 1)):
            raise BadValueError(column, text, UNKNOWN_SLOT)
        found |= slots
    return tuple(sorted(found))


def read_first_slot(column: str, text: str, details: EventDetails) -> int | None:
    """Read from which slot on somebody is there; a time gives the first that begins at or after it.

    Raises
    ------
    BadValueError
        If it is no slot of the event, or no slot begins that late.
    """
    if not text:
        return None
    if _NUMBER.fullmatch(text) and 1 <= int(text) <= len(details.slots):
        return int(text)
    if (match := _TIME.fullmatch(text)) and (since := _time(match[1], match[2])):
        for number, slot in enumerate(details.slots, start=1):
            if slot.start >= since:
                return number
    raise BadValueError(column, text, UNKNOWN_SLOT)


def _slots_of(part: str, details: EventDetails) -> Iterator[int]:
    """Slots of one part; none where it is not understood."""
    for session in details.sessions:
        if fold(session.id) == fold(part):
            yield from session.slots
            return
    if _NUMBER.fullmatch(part):
        yield int(part)
    elif match := _NUMBERS.fullmatch(part):
        yield from range(int(match[1]), int(match[2]) + 1)
    elif match := _TIMES.fullmatch(part):
        yield from _touched(_time(match[1], match[2]), _time(match[3], match[4]), details)
    elif match := _TIME.fullmatch(part):
        moment = _time(match[1], match[2])
        for number, slot in enumerate(details.slots, start=1):
            if moment is not None and slot.start <= moment < slot.end:
                yield number


def _touched(start: time | None, end: time | None, details: EventDetails) -> Iterator[int]:
    if start is not None and end is not None and start < end:
        for number, slot in enumerate(details.slots, start=1):
            if slot.start < end and start < slot.end:
                yield number


def _time(hours: str, minutes: str | None) -> time | None:
    hour, minute = int(hours), int(minutes or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
