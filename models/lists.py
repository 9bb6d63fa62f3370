"""Ranked lists of suggestions as arrays, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    """

    partners: npt.NDArray[np.int32]
    roles: npt.NDArray[np.int8]
    scores: Floats
    bands: npt.NDArray[np.int8]
    parts: npt.NDArray[np.float16]


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

    def column(name: str, fill: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        widened = []
        for part in parts:
            values = getattr(part, name)
            missing = [(0, 0), (0, length - values.shape[1])] + [(0, 0)] * (values.ndim - 2)
            widened.append(np.pad(values, missing, constant_values=fill))
        tail = (n_channels,) if name == "parts" else ()
        return np.concatenate([*widened, np.zeros((0, length, *tail), dtype)])

    return RankedLists(
        column("partners", UNKNOWN, np.int32),
        column("roles", NO_ROLE, np.int8),
        column("scores", 0, np.float32),
        column("bands", 0, np.int8),
        column("parts", 0, np.float16),
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
    partners = np.concatenate([lists.partners for lists in by_role], axis=1)
    scores = np.concatenate([lists.scores for lists in by_role], axis=1)
    order = np.argsort(np.where(partners < 0, np.inf, -scores), axis=1, kind="stable")
    partners = np.take_along_axis(partners, order, axis=1)
    repeated = seen_before(np.where(partners < 0, UNKNOWN, firm[partners]))
    # Repeats go behind everything else; a stable sort keeps the rest in place.
    again = np.argsort(repeated | (partners < 0), axis=1, kind="stable")[:, :length]
    final = np.take_along_axis(order, again, axis=1)
    gone = np.take_along_axis(repeated, again, axis=1)

    def column(name: str, fill: int) -> npt.NDArray[Any]:
        joined = np.concatenate([getattr(lists, name) for lists in by_role], axis=1)
        index = final[:, :, None] if joined.ndim == 3 else final
        values = np.take_along_axis(joined, index, axis=1)
        values[gone] = fill
        return values

    return RankedLists(
        column("partners", UNKNOWN),
        column("roles", NO_ROLE),
        column("scores", 0),
        column("bands", 0),
        column("parts", 0),
    )


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
