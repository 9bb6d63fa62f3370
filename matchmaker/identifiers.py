"""Ids that are drawn: short enough to read out, and written in an address as they are."""

from __future__ import annotations

from collections.abc import Container
from random import Random

from matchmaker.errors import ProblemError

ID_LENGTH = 8
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_id(random: Random, taken: Container[str] = ()) -> str:
    """Draw a short id that is fit for an address and easy to read out.

    Parameters
    ----------
    random
        Where the letters come from: 31 of them, eight times, 8.5e11 ids.
    taken
        Ids that are in use; nothing if not given.

    Raises
    ------
    ProblemError
        If the source gives nothing but ids that are taken.
    """
    for _ in range(100):
        drawn = "".join(random.choice(_LETTERS) for _ in range(ID_LENGTH))
        if drawn not in taken:
            return drawn
    raise ProblemError("no free id was drawn in 100 tries; the random source repeats itself")
