"""The calendar file of an introduction: a first date, which both sides may move as they like."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from matchmaker.mail.letters import Attachment
from matchmaker.settings import MailSettings
from matchmaker.texts import Language, say

PARIS = ZoneInfo("Europe/Paris")
UID_SPACE = UUID("b1f3a6c4-0a53-5d2f-8f0e-6a3f4d9be771")
"""Root of the names of all proposals; it must never change."""
LEAD = timedelta(days=10)
TEN = time(10)
HOUR = timedelta(hours=1)
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension, Whit Monday."""


def proposed_start(at: datetime) -> datetime:
    """Ten in the morning in Paris on the first working day some ten days later.

    Parameters
    ----------
    at
        When both have agreed.

    Examples
    --------
    >>> proposed_start(datetime(2026, 11, 26, 9, tzinfo=UTC)).isoformat()
    '2026-12-07T10:00:00+01:00'
    """
    day = (at.astimezone(PARIS) + LEAD).date()
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, TEN, PARIS)


def is_working_day(day: date) -> bool:
    """Whether offices are open in France: Monday to Friday, no public holiday."""
    holiday = (day.month, day.day) in _FIXED or (day - easter(day.year)).days in _AFTER_EASTER
    return day.weekday() < 5 and not holiday


def easter(year: int) -> date:
    """Date of Easter Sunday in the Gregorian calendar.

    References
    ----------
    The algorithm of J.-M. Oudin as in the Explanatory Supplement to the Astronomical Almanac.
    """
    century = year // 100
    golden = year % 19
    tilt = (century - century // 4 - (century - (century - 17) // 25) // 3 + 19 * golden + 15) % 30
    tilt -= (tilt // 28) * (1 - (tilt // 28) * (29 // (tilt + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + tilt + 2 - century + century // 4) % 7
    offset = tilt - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def proposal(
    introduction_id: str,
    start: datetime,
    names: tuple[str, str],
    settings: MailSettings,
    at: datetime,
    language: Language,
) -> Attachment:
    """Write the calendar file.

    It is published, not an invitation to answer (RFC 5546, 3.2.1): nobody at the chambers waits for
    an answer, and the entry says that it is tentative.

    Parameters
    ----------
    introduction_id
        The same introduction names the same entry in both calendars.
    start
        See `proposed_start`.
    names
        Of the reader's firm and of the other one.
    settings
        Name and address of the sender, who counts as organiser.
    at
        When the letter is written.
    language
        Of the words.
    """
    firm, name = names
    event = Event()
    event.add("uid", str(uuid5(UID_SPACE, introduction_id)))
    event.add("sequence", 0)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", (start + HOUR).astimezone(UTC))
    event.add("status", "TENTATIVE")
    event.add("transp", "OPAQUE")
    event.add("summary", say(language, "mail.introduction.event", firm=firm, name=name))
    about = say(language, "mail.introduction.event_about", sender=settings.sender_name)
    event.add("description", about)
    organiser = vCalAddress(f"mailto:{settings.sender}")
    organiser.params["CN"] = settings.sender_name.replace('"', "'")
    event.add("organizer", organiser)
    calendar = Calendar()
    calendar.add("prodid", "-//matchmaker//introductions//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return Attachment(
        name=say(language, "mail.introduction.file"),
        kind="text/calendar; method=PUBLISH",
        text=calendar.to_ical().decode(),
    )
