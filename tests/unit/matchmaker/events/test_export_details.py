"""Event details are refused in one sentence where they cannot be exported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from export_samples import DETAILS, PARIS, at
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import ProblemError
from matchmaker.events.exports.details import plain


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"uid": ""}, "empty uid"),
        ({"title": "\x00 "}, "empty title"),
        ({"place": " "}, "empty place"),
        ({"organiser": ""}, "empty organiser"),
        ({"organiser_email": "cci.example"}, "'cci.example' is no e-mail address"),
        ({"organiser_email": "a@b.fr\r\nATTENDEE:mailto:c@d.fr"}, "no e-mail address"),
        ({"sequence": -1}, "sequence is -1"),
        ({"stamp": datetime(2026, 9, 1)}, "stamp 2026-09-01T00:00:00 has no time zone"),
        ({"slot_times": ((at(24, 9), datetime(2026, 10, 24, 10)),)}, "slot 1 has .* without"),
        ({"slot_times": ((at(24, 9), at(24, 9)),)}, "slot 1 ends at or before its begin"),
        (
            {"slot_times": ((at(24, 9), at(24, 10)), (at(24, 9, 59), at(24, 11)))},
            "slot 2 begins before slot 1 has ended",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_contradicts_itself_is_named(change, message):
    with pytest.raises(ProblemError, match=message):
        replace(DETAILS, **change)


def test_the_hour_that_the_night_repeats_is_no_contradiction():
    """From 02:30 summer time to 02:15 winter time: 45 minutes, though the wall clock goes back."""
    start = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=0)
    end = datetime(2026, 10, 25, 2, 15, tzinfo=PARIS, fold=1)
    details = replace(DETAILS, slot_times=((start, end),))
    assert details.local(1) == (start, end)
    with pytest.raises(ProblemError, match="slot 1 ends"):
        replace(DETAILS, slot_times=((end, start),))


def test_times_are_shown_on_the_clock_of_the_place():
    utc = datetime(2026, 10, 24, 7, tzinfo=UTC)
    details = replace(DETAILS, slot_times=((utc, utc + timedelta(hours=25)),))
    start, end = details.local(1)
    assert (start.hour, end.day, end.hour) == (9, 25, 9)


@given(st.text())
def test_a_plain_text_is_one_line_without_control_characters(text):
    found = plain(text)
    assert plain(found) == found
    assert len(found.splitlines()) <= 1
    assert not set(found) & {chr(code) for code in [*range(32), *range(0x7F, 0xA0)]}
    found.encode()


def test_accents_are_composed():
    assert plain("E\u0301lodie\t \n Lefe\u0300vre ") == "Élodie Lefèvre"
