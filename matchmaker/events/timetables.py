"""The slots of a day from how people say them: parts of the day, a length, pauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from matchmaker.events.details import MAX_SLOTS, Session, Slot

SHORTEST, LONGEST = 3, 480
"""Minutes of a meeting."""
LONGEST_GAP = 120
"""Minutes between two meetings."""
NOON, EVENING = time(12, 30), time(17, 30)

_CLOCK = r"([0-9]{1,2})\s*[:hH]\s*([0-9]{2})?"
_SPAN = re.compile(rf"(?:de\s+)?{_CLOCK}\s*(?:-|–|—|à|to)\s*{_CLOCK}", re.IGNORECASE)
_MOMENT = re.compile(_CLOCK)


class Fault(StrEnum):
    """What can be wrong with a timetable, as a key of the catalogue."""

    UNREADABLE = "unreadable"
    BACKWARDS = "backwards"
    OVERLAP = "overlap"
    TOO_MANY = "too_many"
    NONE_FITS = "none_fits"


class TimetableError(ValueError):
    """A timetable that cannot be.

    Parameters
    ----------
    fault
        What is wrong.
    what
        The text to blame, as it was typed; empty where it is the whole.
    """

    def __init__(self, fault: Fault, what: str = "") -> None:
        super().__init__(f"{fault}: {what}")
        self.fault, self.what = fault, what


@dataclass(frozen=True)
class Part:
    """A part of the day in which people meet."""

    start: time
    end: time


def read_moment(text: str) -> time | None:
    """Read a time such as 9h30, 09:30 or 9h; nothing where it is none."""
    match = _MOMENT.fullmatch(text.strip())
    return _time(match[1], match[2]) if match else None


def read_parts(text: str) -> tuple[Part, ...]:
    """Read times with a line end, a semicolon or a comma between, such as `10h30-10h45; 16h-16h15`.

    Raises
    ------
    TimetableError
        If one is no pair of times, or ends before it begins.
    """
    found = []
    for piece in filter(None, (piece.strip() for piece in re.split(r"[;,\n]", text))):
        match = _SPAN.fullmatch(piece)
        start = _time(match[1], match[2]) if match else None
        end = _time(match[3], match[4]) if match else None
        if start is None or end is None:
            raise TimetableError(Fault.UNREADABLE, piece)
        if start >= end:
            raise TimetableError(Fault.BACKWARDS, piece)
        found.append(Part(start, end))
    return tuple(found)


def slots_of(
    parts: Sequence[Part], minutes: int, gap: int, pauses: Sequence[Part] = ()
) -> tuple[Slot, ...]:
    """Cut the parts of a day into slots; one that would touch a pause begins after it.

    Parameters
    ----------
    parts
        When people meet, in their order.
    minutes, gap
        Length of a meeting, and time between two.
    pauses
        When nobody meets.

    Raises
    ------
    TimetableError
        If parts overlap, nothing fits in, or there are too many slots.
    """
    _check_order(parts)
    found = [slot for part in parts for slot in _cut(part, minutes, gap, pauses)]
    if not found:
        raise TimetableError(Fault.NONE_FITS)
    return checked_slots(found)


def checked_slots(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """Check slots that were typed one by one.

    Raises
    ------
    TimetableError
        If two overlap, or there are too many.
    """
    kept = tuple(slots)
    _check_order([Part(slot.start, slot.end) for slot in kept])
    if len(kept) > MAX_SLOTS:
        raise TimetableError(Fault.TOO_MANY, str(len(kept)))
    return kept


def sessions_of(slots: Sequence[Slot], names: tuple[str, str, str]) -> tuple[Session, ...]:
    """Name the parts of a day by their slots: morning, afternoon, evening.

    Parameters
    ----------
    names
        Of the three; a part without a slot is left out, and a day of one part has no sessions.
    """
    places: dict[str, list[int]] = {}
    for number, slot in enumerate(slots, start=1):
        name = names[0] if slot.start < NOON else names[1] if slot.start < EVENING else names[2]
        places.setdefault(name, []).append(number)
    if len(places) < 2:
        return ()
    return tuple(Session(name, tuple(numbers)) for name, numbers in places.items())


def spans_text(slots: Iterable[Slot]) -> str:
    """Write slots one a line, as `read_parts` reads them."""
    return "\n".join(f"{slot.start:%H:%M}-{slot.end:%H:%M}" for slot in slots)


def _check_order(parts: Sequence[Part]) -> None:
    for before, after in zip(parts, parts[1:], strict=False):
        if after.start < before.end:
            shown = f"{after.start:%H:%M}-{after.end:%H:%M}"
            raise TimetableError(Fault.OVERLAP, shown)


def _cut(part: Part, minutes: int, gap: int, pauses: Sequence[Part]) -> Iterator[Slot]:
    at, end = _minute(part.start), _minute(part.end)
    while at + minutes <= end:
        blocking = [
            _minute(pause.end)
            for pause in pauses
            if _minute(pause.start) < at + minutes and at < _minute(pause.end)
        ]
        if blocking:
            at = max(blocking)
            continue
        yield Slot(_clock(at), _clock(at + minutes))
        at += minutes + gap


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _time(hours: str, minutes: str | None) -> time | None:
    hour, minute = int(hours), int(minutes or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
