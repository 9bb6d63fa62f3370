"""Slots from parts of the day: every slot lies in a part, keeps its length, and meets no pause."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.details import Slot
from matchmaker.events.timetables import (
    Fault,
    Part,
    TimetableError,
    checked_slots,
    read_moment,
    read_parts,
    sessions_of,
    slots_of,
    spans_text,
)

NAMES = ("matin", "après-midi", "soirée")


def shown(slots) -> list[str]:
    return [f"{slot.start:%H:%M}-{slot.end:%H:%M}" for slot in slots]


def minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def test_a_day_of_two_parts_is_cut_into_slots():
    parts = read_parts("9h-10h; 14:00-15:00")
    assert shown(slots_of(parts, 20, 5)) == [
        "09:00-09:20",
        "09:25-09:45",
        "14:00-14:20",
        "14:25-14:45",
    ]


def test_a_slot_that_would_touch_a_pause_begins_after_it():
    slots = slots_of(read_parts("9h-11h"), 30, 0, read_parts("9h45-10h"))
    assert shown(slots) == ["09:00-09:30", "10:00-10:30", "10:30-11:00"]


def test_a_pause_that_ends_where_a_slot_begins_moves_nothing():
    slots = slots_of(read_parts("10h-11h"), 30, 0, read_parts("9h45-10h"))
    assert shown(slots) == ["10:00-10:30", "10:30-11:00"]


@given(
    start=st.integers(0, 1200),
    length=st.integers(1, 239),
    each=st.integers(3, 60),
    gap=st.integers(0, 30),
    pause=st.tuples(st.integers(0, 1300), st.integers(1, 60)),
)
def test_slots_keep_to_their_part_length_gap_and_pauses(start, length, each, gap, pause):
    part = Part(time(*divmod(start, 60)), time(*divmod(start + length, 60)))
    rest = Part(time(*divmod(pause[0], 60)), time(*divmod(sum(pause), 60)))
    fault = None
    try:
        slots = slots_of([part], each, gap, [rest])
    except TimetableError as error:
        slots, fault = (), error.fault
    assert bool(slots) == (fault is None)
    assert fault in (None, Fault.NONE_FITS)
    for slot in slots:
        assert part.start <= slot.start < slot.end <= part.end
        assert minutes(slot.end) - minutes(slot.start) == each
        assert slot.end <= rest.start or slot.start >= rest.end
    for before, after in zip(slots, slots[1:], strict=False):
        assert minutes(after.start) - minutes(before.end) >= gap or after.start == rest.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9h30", time(9, 30)), ("09:30", time(9, 30)), ("9h", time(9)), ("25h", None), ("x", None)],
)
def test_moments(text, expected):
    assert read_moment(text) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("9h", Fault.UNREADABLE),
        ("midi", Fault.UNREADABLE),
        ("9h70-10h", Fault.UNREADABLE),
        ("10h-9h", Fault.BACKWARDS),
    ],
)
def test_parts_that_cannot_be_read_name_the_text(text, fault):
    with pytest.raises(TimetableError) as caught:
        read_parts(f"8h-8h30; {text}")
    assert (caught.value.fault, caught.value.what) == (fault, text)


def test_parts_that_overlap_are_refused():
    with pytest.raises(TimetableError) as caught:
        slots_of(read_parts("9h-12h; 11h-13h"), 20, 5)
    assert caught.value.fault is Fault.OVERLAP


def test_a_day_without_room_for_a_meeting_is_refused():
    with pytest.raises(TimetableError) as caught:
        slots_of(read_parts("9h-9h10"), 20, 5)
    assert caught.value.fault is Fault.NONE_FITS


def test_more_than_200_slots_are_refused():
    slots = [Slot(time(*divmod(n * 5, 60)), time(*divmod(n * 5 + 5, 60))) for n in range(201)]
    assert len(checked_slots(slots[:200])) == 200
    with pytest.raises(TimetableError) as caught:
        checked_slots(slots)
    assert caught.value.fault is Fault.TOO_MANY


def test_sessions_are_the_parts_of_a_day_that_have_slots():
    slots = slots_of(read_parts("9h-10h; 14h-15h"), 30, 0)
    assert [(s.id, s.slots) for s in sessions_of(slots, NAMES)] == [
        ("matin", (1, 2)),
        ("après-midi", (3, 4)),
    ]
    assert sessions_of(slots[:2], NAMES) == ()


def test_written_slots_are_read_as_they_were():
    slots = slots_of(read_parts("9h-12h"), 20, 5)
    read = read_parts(spans_text(slots))
    assert [(part.start, part.end) for part in read] == [(s.start, s.end) for s in slots]
