"""Flows between two columns as bands: the geometry that a template draws as SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 720.0
LABEL = 210.0
"""Room for the names beside each column."""
COLUMN = 10.0
GAP = 16.0
"""Room between two neighbours of a column: names of the smallest must not touch."""
FULL = 420.0
"""Height of all bands of the larger column together."""
HEAD = 26.0


@dataclass(frozen=True)
class Post:
    """One category of a column."""

    x: float
    y: float
    height: float
    label: str
    value: int
    label_x: float
    anchor: str


@dataclass(frozen=True)
class Strip:
    """One flow: a band from a category of the left column to one of the right."""

    path: str
    left: str
    right: str
    value: int
    share: float


@dataclass(frozen=True)
class BandChart:
    """Two columns with the bands between them, in units of the drawing.

    Parameters
    ----------
    width, height
        Of the drawing.
    left, right
        Categories of both columns, the largest first.
    strips
        Flows, the smallest last: they are drawn in this order.
    """

    width: float
    height: float
    left: tuple[Post, ...]
    right: tuple[Post, ...]
    strips: tuple[Strip, ...]


def band_chart(
    cells: Sequence[tuple[str, str, int]],
    left_names: Mapping[str, str],
    right_names: Mapping[str, str],
) -> BandChart:
    """Lay out flows.

    Parameters
    ----------
    cells
        Codes of both sides, and how much flows; above zero.
    left_names, right_names
        Names of the codes.
    """
    kept = [cell for cell in cells if cell[2] > 0]
    total = sum(value for _, _, value in kept)
    unit = FULL / total if total else 0.0
    tops = [_tops(kept, side, unit) for side in (0, 1)]
    left = _posts(kept, 0, tops[0], left_names, unit)
    right = _posts(kept, 1, tops[1], right_names, unit)
    bottom = max((post.y + post.height for post in (*left, *right)), default=HEAD)
    return BandChart(
        WIDTH,
        round(bottom + GAP, 1),
        left,
        right,
        _strips(kept, tops, unit, (left_names, right_names)),
    )


def _sums(cells: Sequence[tuple[str, str, int]], side: int) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for cell in cells:
        sums[str(cell[side])] += cell[2]
    return dict(sorted(sums.items(), key=lambda each: (-each[1], each[0])))


def _tops(cells: Sequence[tuple[str, str, int]], side: int, unit: float) -> dict[str, float]:
    """Where each category of a column begins."""
    tops, y = {}, HEAD
    for code, value in _sums(cells, side).items():
        tops[code] = y
        y += max(value * unit, 4.0) + GAP
    return tops


def _posts(
    cells: Sequence[tuple[str, str, int]],
    side: int,
    tops: Mapping[str, float],
    names: Mapping[str, str],
    unit: float,
) -> tuple[Post, ...]:
    x = LABEL if side == 0 else WIDTH - LABEL - COLUMN
    label_x, anchor = (x - 8, "end") if side == 0 else (x + COLUMN + 8, "start")
    return tuple(
        Post(x, round(tops[code], 1), round(value * unit, 1), names[code], value, label_x, anchor)
        for code, value in _sums(cells, side).items()
    )


def _strips(
    cells: Sequence[tuple[str, str, int]],
    tops: Sequence[Mapping[str, float]],
    unit: float,
    names: tuple[Mapping[str, str], Mapping[str, str]],
) -> tuple[Strip, ...]:
    """Stack the bands of each category in the order of what they lead to."""
    taken = [dict(side) for side in tops]
    largest = max((value for _, _, value in cells), default=1)
    placed = {}
    for one, other, value in sorted(cells, key=lambda c: (tops[0][c[0]], tops[1][c[1]])):
        height = value * unit
        placed[one, other] = (taken[0][one], height)
        taken[0][one] += height
    strips = []
    for one, other, value in sorted(cells, key=lambda c: (tops[1][c[1]], tops[0][c[0]])):
        y, height = placed[one, other]
        path = _path(y, taken[1][other], height)
        taken[1][other] += height
        strips.append(Strip(path, names[0][one], names[1][other], value, value / largest))
    return tuple(sorted(strips, key=lambda strip: -strip.value))


def _path(start: float, end: float, height: float) -> str:
    """Outline of a band: a curve there along its head, and one back along its foot."""
    x1, x2 = LABEL + COLUMN, WIDTH - LABEL - COLUMN
    x = (x1 + x2) / 2
    low_start, low_end = start + height, end + height
    return (
        f"M{x1:.1f},{start:.1f} C{x:.1f},{start:.1f} {x:.1f},{end:.1f} {x2:.1f},{end:.1f} "
        f"L{x2:.1f},{low_end:.1f} C{x:.1f},{low_end:.1f} {x:.1f},{low_start:.1f} "
        f"{x1:.1f},{low_start:.1f} Z"
    )
