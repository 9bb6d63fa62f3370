"""When a planner has to come back with the best that it has."""

from __future__ import annotations

from collections.abc import Callable


class Stop:
    """A time limit, on a clock that is passed in.

    Parameters
    ----------
    seconds
        Time that a planner may take, from now on.
    clock
        Seconds that only grow, such as `time.monotonic`.

    Raises
    ------
    ValueError
        If the time is not positive.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        if not seconds > 0:
            raise ValueError(f"a time limit must be > 0 seconds, got {seconds}")
        self._clock = clock
        self._began = clock()
        self._seconds = seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the planner began."""
        return self._clock() - self._began

    @property
    def remaining(self) -> float:
        """Seconds that are left, never negative."""
        return max(0.0, self._seconds - self.elapsed)

    @property
    def reached(self) -> bool:
        """Whether the time is up."""
        return self.remaining <= 0

    def within(self, seconds: float) -> Stop:
        """Give a part of the work its own limit, never beyond this one.

        At least a millisecond is left, so that a part that starts too late ends at once.
        """
        return Stop(max(min(seconds, self.remaining), 0.001), self._clock)
