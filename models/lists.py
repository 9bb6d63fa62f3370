"""Ranked lists of suggestions as arrays, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaker.intents import Role
from models.inputs import UNKNOWN, Flags, Floats, Rows

ALL_ROLES: tuple[Role, ...] = tuple(Role)
"""Roles in the order in which a snapshot numbers them."""

NO_ROLE = -1


@dataclass(frozen=True)
class RankedLists:
    """The best partners of some seekers for one intent, best first.

    Parameters
    ----------
    partners
        Rows of the territory, shape (m, length), padded with -1.
    roles
        Positions in `ALL_ROLES`, padded with -1, same shape.
    scores
        Fused scores, same shape.
    bands
        Positions in `models.bands.BANDS`, same shape.
    parts
        What each channel adds to the score (to three digits), shape (m, length, n_channels).
    propensity
        Chance with which a partner came to its place: below 1 only where it was drawn; (m, length).
    """

    partners: npt.NDArray[np.int32]
    roles: npt.NDArray[np.int8]
    scores: Floats
    bands: npt.NDArray[np.int8]
    parts: npt.NDArray[np.float16]
    propensity: Floats

    def __len__(self) -> int:
        return len(self.partners)

    def taken_first(self, length: int) -> RankedLists:
        """Cut every list to a length."""
        return RankedLists(**{f.name: getattr(self, f.name)[:, :length] for f in fields(self)})

    def taken(self, places: Rows) -> RankedLists:
        """Take some places of each list, in the order given.

        Parameters
        ----------
        places
            Shape (m, c), padded with -1.
        """
        gone, places = places < 0, np.maximum(places, 0)
        rows = np.arange(len(places))[:, None]

        def column(name: str) -> npt.NDArray[Any]:
            taken: npt.NDArray[Any] = getattr(self, name)[rows, places]
            taken[gone] = PADDING[name]
            return taken

        return RankedLists(**{f.name: column(f.name) for f in fields(self)})


PADDING: dict[str, int] = {
    "partners": UNKNOWN,
    "roles": NO_ROLE,
    "scores": 0,
    "bands": 0,
    "parts": 0,
    "propensity": 1,
}
"""What stands behind the end of a list."""


@dataclass(frozen=True)
class Vetoes:
    """Candidates that a pair rule kept out.

    Parameters
    ----------
    seekers, partners
        Rows of each pair.
    rules
        Positions in `PAIR_RULES`.
    """

    seekers: Rows
    partners: Rows
    rules: npt.NDArray[np.int8]


def stacked(parts: Sequence[RankedLists], length: int, n_channels: int) -> RankedLists:
    """Join the blocks of one role, each widened to `length`."""

    def column(name: str, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        widened = []
        for part in parts:
            values = getattr(part, name)
            missing = [(0, 0), (0, length - values.shape[1])] + [(0, 0)] * (values.ndim - 2)
            widened.append(np.pad(values, missing, constant_values=PADDING[name]))
        tail = (n_channels,) if name == "parts" else ()
        return np.concatenate([*widened, np.zeros((0, length, *tail), dtype)])

    return RankedLists(
        column("partners", np.int32),
        column("roles", np.int8),
        column("scores", np.float32),
        column("bands", np.int8),
        column("parts", np.float16),
        column("propensity", np.float32),
    )


def merged(by_role: Sequence[RankedLists], length: int, firm: npt.NDArray[np.int64]) -> RankedLists:
    """Merge the roles of one intent by score; a firm is listed once, in its better role.

    Parameters
    ----------
    by_role
        Lists of the same seekers, one per role.
    length
        Longest list.
    firm
        Legal unit of each row of the territory.
    """
    if len(by_role) == 1:
        return by_role[0]
    both = side_by_side(by_role)
    order = np.argsort(np.where(both.partners < 0, np.inf, -both.scores), axis=1, kind="stable")
    return once_per_firm(both.taken(order), firm).taken_first(length)


def side_by_side(by_role: Sequence[RankedLists]) -> RankedLists:
    """Put the lists of the same seekers next to each other, without an order among them."""
    return RankedLists(
        **{
            f.name: np.concatenate([getattr(lists, f.name) for lists in by_role], axis=1)
            for f in fields(RankedLists)
        }
    )


def once_per_firm(lists: RankedLists, firm: npt.NDArray[np.int64]) -> RankedLists:
    """Keep the first place of each firm; the lists close up, and end in padding.

    Parameters
    ----------
    firm
        Legal unit of each row of the territory.
    """
    gone = lists.partners < 0
    gone |= seen_before(np.where(gone, UNKNOWN, firm[lists.partners]))
    # Repeats go behind everything else; a stable sort keeps the rest in place.
    places = np.argsort(gone, axis=1, kind="stable")
    return lists.taken(np.where(np.take_along_axis(gone, places, axis=1), UNKNOWN, places))


def seen_before(values: npt.NDArray[np.int64]) -> Flags:
    """Tell which values stand further left in their row as well; negative ones never do."""
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    repeated = np.zeros(values.shape, dtype=bool)
    repeated[:, 1:] = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    seen = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(seen, order, repeated, axis=1)
    return seen


def joined_vetoes(parts: Sequence[Vetoes]) -> Vetoes:
    """Join the logs of several blocks."""
    return Vetoes(
        np.concatenate([p.seekers for p in parts] + [np.zeros(0, np.int64)]),
        np.concatenate([p.partners for p in parts] + [np.zeros(0, np.int64)]),
        np.concatenate([p.rules for p in parts] + [np.zeros(0, np.int8)]),
    )
