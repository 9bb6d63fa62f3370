"""Whom participants want to meet, must meet, or refuse to meet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WishKind(StrEnum):
    """What a participant says of another: has to meet them, wants to, does not."""

    MUST = "must"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one participant says of another.

    Parameters
    ----------
    wisher, wished
        Ids of two participants.
    kind
        What the first says of the second.
    met_before
        Whether the two have met already; no if not given.
    """

    wisher: str
    wished: str
    kind: WishKind
    met_before: bool = False
