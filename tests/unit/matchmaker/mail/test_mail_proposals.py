"""The calendar file of an introduction."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from mail_samples import AT, SETTINGS

from matchmaker.mail.proposals import easter, is_working_day, proposal, proposed_start


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)],
)
def test_easter_is_where_the_calendar_has_it(year, month, day):
    assert easter(year) == date(year, month, day)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 14),  # Ascension
        date(2026, 5, 25),  # Whit Monday
        date(2026, 5, 1),
        date(2026, 7, 14),
        date(2026, 12, 25),
        date(2026, 11, 28),  # a Saturday
    ],
)
def test_holidays_and_weekends_are_no_working_days(day):
    assert not is_working_day(day)


@pytest.mark.parametrize(
    ("at", "start"),
    [
        (datetime(2026, 11, 26, 9, tzinfo=UTC), "2026-12-07T10:00:00+01:00"),  # a Sunday first
        (datetime(2026, 4, 21, 9, tzinfo=UTC), "2026-05-04T10:00:00+02:00"),  # 1 May, a weekend
        (datetime(2026, 11, 26, 23, 30, tzinfo=UTC), "2026-12-07T10:00:00+01:00"),  # next day here
    ],
)
def test_a_first_date_is_ten_in_the_morning_of_a_working_day(at, start):
    assert proposed_start(at).isoformat() == start


def test_the_file_is_a_tentative_entry_that_calendars_can_read():
    start = proposed_start(AT)
    names = ("Atelier; Martin, fils", "Usine\nRoy")
    made = proposal("k7m2p9qa", start, names, SETTINGS.mail, AT, "fr")
    calendar = Calendar.from_ical(made.text)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert event["STATUS"] == "TENTATIVE"
    assert event.decoded("DTSTART") == start
    assert (event.decoded("DTEND") - event.decoded("DTSTART")).seconds == 3600
    assert "Atelier; Martin, fils" in event["SUMMARY"]
    assert len(made.text.split("BEGIN:VEVENT")) == 2


def test_both_sides_get_the_same_entry():
    texts = [
        proposal("k7m2p9qa", proposed_start(AT), names, SETTINGS.mail, AT, "fr").text
        for names in (("A", "B"), ("B", "A"))
    ]
    uids = {str(Calendar.from_ical(text).walk("VEVENT")[0]["UID"]) for text in texts}
    assert len(uids) == 1
