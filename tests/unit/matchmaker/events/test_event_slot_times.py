"""Slots as people write them, by hand values and against a minute-by-minute oracle."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.details import EventDetails, EventKind, Session, Slot
from matchmaker.events.slot_times import UNKNOWN_SLOT, read_first_slot, read_slots
from matchmaker.tabular.rejects import BadValueError

DETAILS = EventDetails(
    kind=EventKind.CONVENTION,
    title="Techinnov",
    day=date(2026, 3, 2),
    chambers=("77",),
    tables=5,
    slots=(
        Slot(time(9), time(9, 30)),
        Slot(time(9, 30), time(10)),
        Slot(time(10, 15), time(10, 45)),
        Slot(time(14), time(14, 30)),
    ),
    sessions=(Session("Matinée", (1, 2, 3)), Session("1", (4,))),
)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("", ()),
        (" ; ", ()),
        ("2", (2,)),
        ("3;2,2\n4", (2, 3, 4)),
        ("2-4", (2, 3, 4)),
        ("2 – 3", (2, 3)),
        ("2 à 3", (2, 3)),
        ("MATINEE", (1, 2, 3)),
        ("matinée; 14h", (1, 2, 3, 4)),
        ("9h", (1,)),
        ("9h30", (2,)),
        ("9:29", (1,)),
        ("09:30:00", (2,)),
        ("9h-10h", (1, 2)),
        ("09:30-10:15", (2,)),
        ("de 9h45 à 10h16", (2, 3)),
        ("9h – 18h", (1, 2, 3, 4)),
        ("1", (4,)),
    ],
)
def test_what_people_mean(text, slots):
    """The last one is the name of a session, which goes before the number."""
    assert read_slots("col", text, DETAILS) == slots


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "5",
        "2-5",
        "4-2",
        "soir",
        "10h",
        "12h-13h",
        "10h-9h",
        "25h",
        "9h60",
        "1.3",
        "2026-01-03",
    ],
)
def test_what_is_no_slot(text):
    """A pause, a time that ends before it begins, and what Excel makes of 1-3."""
    with pytest.raises(BadValueError) as caught:
        read_slots("col", f"2;{text}", DETAILS)
    assert (caught.value.column, caught.value.reason) == ("col", UNKNOWN_SLOT)


minutes = st.integers(0, 24 * 60 - 1)


@given(minutes, minutes)
def test_times_mean_every_slot_that_shares_a_minute(start, end):
    text = f"{start // 60}h{start % 60:02d}-{end // 60}:{end % 60:02d}"
    blocked = set(range(start, end))
    touched = tuple(
        number
        for number, slot in enumerate(DETAILS.slots, start=1)
        if blocked
        & set(range(slot.start.hour * 60 + slot.start.minute, slot.end.hour * 60 + slot.end.minute))
    )
    if touched:
        assert read_slots("col", text, DETAILS) == touched
    else:
        with pytest.raises(BadValueError):
            read_slots("col", text, DETAILS)


@pytest.mark.parametrize(
    ("text", "slot"), [("", None), ("4", 4), ("9h", 1), ("9h01", 2), ("10h", 3), ("10:46", 4)]
)
def test_from_when_on(text, slot):
    assert read_first_slot("col", text, DETAILS) == slot


@pytest.mark.parametrize("text", ["0", "5", "14h01", "matinée", "24h"])
def test_from_a_time_that_comes_too_late(text):
    with pytest.raises(BadValueError, match=UNKNOWN_SLOT):
        read_first_slot("col", text, DETAILS)
