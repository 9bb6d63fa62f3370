"""When a planner has to come back: by a clock that the test moves by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.events.stopping import Stop

SECONDS = st.floats(0.01, 1e6)
EARLIER = st.floats(0, 1e6)


class HandClock:
    """Seconds that grow when they are told to."""

    def __init__(self, now=0.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.mark.parametrize("seconds", [0, -1, -0.0, math.nan, -math.inf])
def test_a_limit_that_is_no_time_is_refused(seconds):
    with pytest.raises(ValueError, match="time limit must be > 0 seconds, got"):
        Stop(seconds, HandClock())


def test_time_runs_from_the_moment_it_is_made():
    clock = HandClock(1000.0)
    stop = Stop(10, clock)
    assert (stop.elapsed, stop.remaining, stop.reached) == (0, 10, False)
    clock.now = 1004.0
    assert (stop.elapsed, stop.remaining, stop.reached) == (4, 6, False)
    clock.now = 1010.0
    assert (stop.elapsed, stop.remaining, stop.reached) == (10, 0, True)
    clock.now = 1015.0
    assert (stop.elapsed, stop.remaining, stop.reached) == (15, 0, True)


def test_another_reason_ends_it_before_its_time():
    wanted = []
    stop = Stop(10, HandClock(), lambda: bool(wanted))
    assert not stop.reached
    wanted.append("now")
    assert stop.reached
    assert stop.remaining == 10


def test_a_part_has_its_own_limit():
    clock = HandClock()
    part = Stop(10, clock).within(3)
    clock.now = 2.0
    assert (part.elapsed, part.remaining, part.reached) == (2, 1, False)
    clock.now = 3.0
    assert part.reached


def test_a_part_ends_with_the_whole():
    clock = HandClock()
    stop = Stop(10, clock)
    clock.now = 8.0
    part = stop.within(100)
    assert part.remaining == 2
    clock.now = 10.0
    assert part.reached
    assert stop.reached


def test_a_part_that_begins_too_late_ends_at_once_and_is_no_error():
    clock = HandClock()
    stop = Stop(10, clock)
    clock.now = 11.0
    part = stop.within(5)
    assert part.remaining == pytest.approx(0.001)
    clock.now += 0.0011
    assert part.reached


@pytest.mark.parametrize("of_whole", [True, False])
@pytest.mark.parametrize("of_part", [True, False])
def test_a_part_ends_for_its_own_reason_and_for_that_of_the_whole(of_whole, of_part):
    part = Stop(10, HandClock(), lambda: of_whole).within(5, lambda: of_part)
    assert part.reached == (of_whole or of_part)


def test_the_reason_of_a_part_does_not_end_the_whole():
    stop = Stop(10, HandClock())
    assert stop.within(5, lambda: True).reached
    assert not stop.reached


def test_reasons_pass_through_parts_of_parts():
    wanted = []
    inner = Stop(10, HandClock(), lambda: bool(wanted)).within(5).within(2)
    assert not inner.reached
    wanted.append("now")
    assert inner.reached


@given(limit=SECONDS, passed=EARLIER, share=SECONDS)
def test_a_part_never_outlasts_the_whole_by_more_than_a_millisecond(limit, passed, share):
    clock = HandClock()
    stop = Stop(limit, clock)
    clock.now = passed
    part = stop.within(share)
    assert 0 < part.remaining <= max(min(share, stop.remaining), 0.001)
    clock.now = passed + max(min(share, stop.remaining), 0.001) * (1 + 1e-9) + 1e-6
    assert part.reached


@given(limit=SECONDS, passed=EARLIER)
def test_what_is_left_and_what_has_passed_make_the_limit(limit, passed):
    clock = HandClock()
    stop = Stop(limit, clock)
    clock.now = passed
    assert stop.remaining >= 0
    assert stop.reached == (passed >= limit)
    if not stop.reached:
        assert stop.elapsed + stop.remaining == pytest.approx(limit)
