"""Figures that betray nobody: what fewer than five firms make up is told with others, or not.

A figure about links between two sides is told only where at least five firms of each side have a
part in it. What is left when every told figure is taken from its total obeys the same rule, so that
nothing can be found by subtraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.inputs import Rows

FEWEST = 5
"""Firms below which a figure is not told."""

OTHER = "other"
"""Code of everything that is told together."""

Figures = dict[str, Any]
Categories = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Pairs:
    """Links between two sides.

    Parameters
    ----------
    left, right
        Row of the firm on each side; one entry per link.
    """

    left: Rows
    right: Rows

    def __len__(self) -> int:
        return len(self.left)

    def at(self, places: npt.NDArray[Any]) -> Pairs:
        """Take some of the links."""
        return Pairs(self.left[places], self.right[places])

    @property
    def may_be_told(self) -> bool:
        """Whether nobody has a part in them, or five firms of each side."""
        return len(self) == 0 or min(_distinct(self.left), _distinct(self.right)) >= FEWEST


def _distinct(rows: Rows) -> int:
    return len(np.unique(rows))


def count_of(firms: int) -> int | None:
    """Tell a number of firms, unless it is one of one to four."""
    return None if 0 < firms < FEWEST else firms


def shares_of(groups: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Tell how many firms of each group have something; small groups together.

    Parameters
    ----------
    groups
        Code, firms, and those that have it.

    Returns
    -------
    list
        The same; `OTHER` last, left out where nothing is in it. Empty where not even all groups
        together may be told.
    """
    told = [group for group in groups if _may_tell(group[1], group[2])]
    apart = [group for group in groups if not _may_tell(group[1], group[2])]
    while apart and not _may_tell(sum(g[1] for g in apart), sum(g[2] for g in apart)):
        if not told:
            return []
        told.sort(key=lambda group: (-group[1], group[0]))
        apart.append(told.pop())
    if apart:
        told.append((OTHER, sum(g[1] for g in apart), sum(g[2] for g in apart)))
    return told


def _may_tell(firms: int, having: int) -> bool:
    return firms == 0 or (firms >= FEWEST and count_of(having) is not None)


def flow_table(pairs: Pairs, left: Categories, right: Categories) -> Figures | None:
    """Count links by a category of each side.

    Parameters
    ----------
    pairs
        The links.
    left, right
        Category of both firms of each link.

    Returns
    -------
    dict or None
        `links`; `left` and `right`: a list of category and links, both of which sum to `links`;
        `cells`: a list of both categories and links; `rest`: links of the cells that are not told.
        Nothing where not even the total may be told.
    """
    if not pairs.may_be_told:
        return None
    rows, rows_told = _folded(pairs, left)
    columns, columns_told = _folded(pairs, right)
    cells = _told_cells(pairs, rows, columns)
    return {
        "links": len(pairs),
        "left": rows_told,
        "right": columns_told,
        "cells": cells,
        "rest": len(pairs) - sum(links for _, _, links in cells),
    }


def _folded(pairs: Pairs, category: Categories) -> tuple[Categories, list[tuple[str, int]]]:
    """Put categories together until each may be told; count their links, most first."""
    codes, place, counts = np.unique(category, return_inverse=True, return_counts=True)
    order = sorted(range(len(codes)), key=lambda code: (-counts[code], codes[code]))
    apart = [code for code in order if not pairs.at(place == code).may_be_told]
    told = [code for code in order if code not in apart]
    while apart and not pairs.at(np.isin(place, apart)).may_be_told:
        apart.append(told.pop())
    named = np.array([OTHER if code in apart else str(codes[code]) for code in range(len(codes))])
    figures = [(str(codes[code]), int(counts[code])) for code in told]
    if apart:
        figures.append((OTHER, int(counts[apart].sum())))
    return named[place] if len(codes) else category, figures


def _told_cells(pairs: Pairs, rows: Categories, columns: Categories) -> list[tuple[str, str, int]]:
    """Choose the cells that are told: what is left of each row and column may be told as well."""
    row_codes, row = np.unique(rows, return_inverse=True)
    column_codes, column = np.unique(columns, return_inverse=True)
    cell = row * len(column_codes) + column
    numbers, counts = np.unique(cell, return_counts=True)
    links = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    told = {each for each in links if pairs.at(cell == each).may_be_told}
    lines = [(row, code) for code in range(len(row_codes))]
    lines += [(column, code) for code in range(len(column_codes))]
    changed = True
    while changed:
        changed = False
        hidden = ~np.isin(cell, sorted(told))
        for side, code in lines:
            mine = side == code
            while not pairs.at(hidden & mine).may_be_told:
                smallest = min(told & set(cell[mine].tolist()), key=lambda c: (links[c], c))
                told.remove(smallest)
                hidden |= cell == smallest
                changed = True
    chosen = sorted(told, key=lambda each: (-links[each], each))
    width = max(1, len(column_codes))
    return [
        (str(row_codes[each // width]), str(column_codes[each % width]), links[each])
        for each in chosen
    ]
