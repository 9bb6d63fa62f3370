"""Value-chain communities of the relation graph: what they do, where, and how open they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matchmaker.activities import codes_of_level
from models.communities import communities
from models.inputs import Flags, Rows, SparseRows
from pipelines.discretion import FEWEST, Figures

SMALLEST = 10
"""Firms below which a community is left out."""

LARGEST_NUMBER = 24
"""Communities told, the largest ones: more would not be read."""

TRADES = 3
"""Trades that name a community at the most."""


def community_figures(
    ties: SparseRows,
    department: npt.NDArray[np.str_],
    division: npt.NDArray[np.int16],
    *,
    seed: int,
) -> list[Figures]:
    """Describe the communities, the largest first.

    Parameters
    ----------
    ties
        Of the relation graph, symmetric.
    department
        Code of each firm's department.
    division
        Number of each firm's division of NAF rev. 2 in `codes_of_level`; -1 where not known.
    seed
        As in `models.communities.communities`.

    Returns
    -------
    list of dict
        `size`; `departments`: firms of each, none where one has fewer than five; `trades`: codes
        of NAF divisions with five firms or more that are most typical; `links`: ties inside, and
        `across`: those of them between two departments, both none where `departments` is.
    """
    labels = communities(ties, seed)
    sizes = np.bincount(labels[labels >= 0])
    order = np.argsort(-sizes, kind="stable")
    everywhere = _counts(division)
    edges = sparse_edges(ties)
    return [
        _described(labels == label, department, division, everywhere, edges)
        for label in order[:LARGEST_NUMBER]
        if sizes[label] >= SMALLEST
    ]


def sparse_edges(ties: SparseRows) -> tuple[Rows, Rows]:
    """Both ends of each tie, once."""
    both = ties.tocoo()
    once = both.row < both.col
    return both.row[once].astype(np.int64), both.col[once].astype(np.int64)


def _described(
    members: Flags,
    department: npt.NDArray[np.str_],
    division: npt.NDArray[np.int16],
    everywhere: npt.NDArray[np.int64],
    edges: tuple[Rows, Rows],
) -> Figures:
    codes, firms = np.unique(department[members], return_counts=True)
    may_tell = bool((firms >= FEWEST).all())
    inside = members[edges[0]] & members[edges[1]]
    across = department[edges[0][inside]] != department[edges[1][inside]]
    return {
        "size": int(members.sum()),
        "departments": dict(zip(codes.tolist(), firms.tolist(), strict=True)) if may_tell else None,
        "trades": _typical(_counts(division[members]), everywhere),
        "links": int(inside.sum()) if may_tell else None,
        "across": int(across.sum()) if may_tell else None,
    }


def _counts(division: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    return np.bincount(division[division >= 0], minlength=len(codes_of_level("division")))


def _typical(own: npt.NDArray[np.int64], everywhere: npt.NDArray[np.int64]) -> list[str]:
    """Divisions that have more firms here than their share of the territory would bring."""
    expected = everywhere * (own.sum() / max(1, everywhere.sum()))
    more = np.where(own >= FEWEST, own - expected, 0)
    order = [place for place in np.argsort(-more, kind="stable") if more[place] > 0]
    return [codes_of_level("division")[place] for place in order[:TRADES]]
