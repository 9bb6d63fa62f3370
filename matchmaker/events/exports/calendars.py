"""Calendars (RFC 5545) of participants and organiser; a new import brings them up to date.

Every entry has a UID that depends on the event, the meeting and whose calendar it is in, and on
nothing that a new plan changes; the version of the plan is its SEQUENCE. Moments are in UTC, so
that no time-zone table can be out of date. UIDs are UUIDs and carry no name (RFC 7986, 5.3).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from uuid import UUID, uuid5

from icalendar import Calendar, Event, vCalAddress, vText

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.problem import Id
from matchmaker.events.exports.timetable import Attendee, Sitting, Timetable
from matchmaker.texts import Language, say

UID_SPACE = UUID("6f1c8a52-5d0b-5c1e-9a53-3b1b1a7f2c10")
"""Root of the names of all entries. It must never change: calendars know entries by it."""


def participant_calendar(
    timetable: Timetable, who: Id, previous: Timetable | None = None, language: Language = "fr"
) -> bytes:
    """Write the calendar of one participant.

    Parameters
    ----------
    timetable
        The plan in force.
    who
        A participant of it, or of the previous one.
    previous
        The plan that was sent out before; what is in it and no longer takes place is cancelled.
        Nothing is cancelled if not given.
    language
        Of the words; names stay as they are.

    Raises
    ------
    ProblemError
        If nobody has that id, or `previous` is of another event or not an earlier version.
    """
    _check_previous(timetable, previous)
    views = [view for view in (timetable, previous) if view is not None and who in view.by_id]
    if not views:
        raise ProblemError(f"participant {who!r} is not in the plan; check the id")
    entries = {
        cancelled: {s.entry: s for s in view.by_attendee.get(who, ())}
        for cancelled, view in ((False, timetable), (True, previous))
        if view is not None
    }
    name = say(
        language,
        "event.export.calendar.of",
        title=timetable.details.marked_title(language),
        name=views[0].by_id[who].name,
    )
    calendar = _calendar(name, timetable)
    for sitting in entries[False].values():
        calendar.add_component(_personal(timetable, sitting, who, timetable, language))
    for key, sitting in entries.get(True, {}).items():
        if key not in entries[False] and previous is not None:
            calendar.add_component(_personal(previous, sitting, who, timetable, language))
    return bytes(calendar.to_ical())


def organiser_calendar(
    timetable: Timetable, previous: Timetable | None = None, language: Language = "fr"
) -> bytes:
    """Write the calendar of the organiser: every sitting of the event.

    Parameters, errors and what is cancelled are as in `participant_calendar`.
    """
    _check_previous(timetable, previous)
    calendar = _calendar(timetable.details.marked_title(language), timetable)
    for sitting in timetable.sittings:
        calendar.add_component(_overall(timetable, sitting, timetable, language))
    held = {s.id for s in timetable.sittings}
    for sitting in previous.sittings if previous else ():
        if sitting.id not in held and previous is not None:
            calendar.add_component(_overall(previous, sitting, timetable, language))
    return bytes(calendar.to_ical())


def _check_previous(timetable: Timetable, previous: Timetable | None) -> None:
    if previous is None:
        return
    old, new = previous.details, timetable.details
    if old.uid != new.uid:
        raise ProblemError(
            f"the previous plan is of event {old.uid!r} and the plan of {new.uid!r}; "
            "give two plans of one event"
        )
    if old.sequence >= new.sequence:
        raise ProblemError(
            f"the previous plan has sequence {old.sequence} and the plan {new.sequence}; "
            "a newer plan needs a higher number, or calendars ignore it"
        )


def _calendar(name: str, timetable: Timetable) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//matchmaker//events//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", vText(timetable.details.zone.key))
    return calendar


def _personal(
    view: Timetable, sitting: Sitting, who: Id, current: Timetable, language: Language
) -> Event:
    others = view.others(sitting, who)
    about = [*(_introduced(other) for other in others), view.reason(sitting, who)]
    return _entry(view, sitting, (sitting.entry, who), others, about, current, language)


def _overall(view: Timetable, sitting: Sitting, current: Timetable, language: Language) -> Event:
    seated = [view.by_id[who] for who in sitting.seated]
    about = [_introduced(one) for one in seated]
    return _entry(view, sitting, (sitting.id,), seated, about, current, language)


def _entry(
    view: Timetable,
    sitting: Sitting,
    key: tuple[Id, ...],
    people: Iterable[Attendee],
    about: Iterable[str],
    current: Timetable,
    language: Language,
) -> Event:
    """Make an entry of a sitting of `view`, which is cancelled where that is not the current one.

    Parameters
    ----------
    key
        What the entry is called by, beside the event.
    people
        Who is named in its title.
    about
        Lines of its description; empty ones are left out.
    """
    details, place = current.details, view.details.place
    start, end = (moment.astimezone(UTC) for moment in view.details.slot_times[sitting.slot - 1])
    names = ", ".join(one.name for one in people)
    lines = [current.details.marked_title(language), *about]
    event = Event()
    event.add("uid", entry_uid(details.uid, key))
    event.add("sequence", details.sequence)
    event.add("dtstamp", details.stamp.astimezone(UTC))
    event.add("last-modified", details.stamp.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("status", "CONFIRMED" if view is current else "CANCELLED")
    event.add("summary", _summary(names, view is not current, current, language))
    event.add(
        "location",
        say(language, "event.export.calendar.location", place=place, table=sitting.table),
    )
    event.add("description", "\n".join(line for line in lines if line))
    event.add("organizer", _organiser(current))
    return event


def entry_uid(event: str, key: tuple[Id, ...]) -> str:
    """Name of a calendar entry: the same for the same event and key, and no other."""
    return str(uuid5(UID_SPACE, json.dumps([event, *key])))


def _summary(names: str, cancelled: bool, current: Timetable, language: Language) -> str:
    kind = "cancelled" if cancelled else current.kind
    text = say(language, f"event.export.calendar.summary.{kind}", names=names)
    if not current.details.fictional:
        return text
    return say(language, "event.export.fictional_title", title=text)


def _introduced(one: Attendee) -> str:
    return " – ".join(part for part in (one.name, one.company, one.sector) if part)


def _organiser(current: Timetable) -> vCalAddress:
    address = vCalAddress(f"mailto:{current.details.organiser_email}")
    # A quoted parameter cannot hold a double quote (RFC 5545, 3.2).
    address.params["CN"] = current.details.organiser.replace('"', "'")
    return address
