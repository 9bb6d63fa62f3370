"""How much one caller may ask for in a minute, counted by each worker for itself."""

from __future__ import annotations

import math
from datetime import datetime

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from matchmaker.errors import TooManyTriesError


class SearchLimit:
    """Counts the searches of every caller over the last minute.

    Parameters
    ----------
    per_minute
        Searches that one caller may make.
    """

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        # A sliding counter keeps two numbers per caller, however many searches they make.
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def count(self, caller: str, now: datetime) -> None:
        """Count one search.

        Parameters
        ----------
        caller
            Id of the account or of the key.
        now
            For the time to wait; the counter keeps a clock of its own.

        Raises
        ------
        TooManyTriesError
            If the caller has made too many; this one does not count.
        """
        if await self._limiter.hit(self._item, caller):
            return
        reset = (await self._limiter.get_window_stats(self._item, caller)).reset_time
        raise TooManyTriesError("searches", max(1, math.ceil(reset - now.timestamp())))
