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
    also
        Another reason to come back, asked each time.

    Raises
    ------
    ValueError
        If the time is not positive.
    """

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float],
        also: Callable[[], bool] = lambda: False,
    ) -> None:
        if not seconds > 0:
            raise ValueError(f"a time limit must be > 0 seconds, got {seconds}")
        self._clock = clock
        self._began = clock()
        self._seconds = seconds
        self._also = also

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
        """Whether the time is up, or there is another reason to come back."""
        return self.remaining <= 0 or self._also()

    def within(self, seconds: float, also: Callable[[], bool] = lambda: False) -> Stop:
        """Give a part of the work its own limit, never beyond this one.

        At least a millisecond is left, so that a part that starts too late ends at once.
        """
        limit = max(min(seconds, self.remaining), 0.001)
        return Stop(limit, self._clock, lambda: self._also() or also())

    def beside(self, seconds: float) -> Stop:
        """Start another limit on the same clock, whatever is left of this one."""
        return Stop(seconds, self._clock)
