"""A first timetable, meeting by meeting, with chains of exchanges where no slot is free."""

from __future__ import annotations

import networkx as nx
import numpy as np

from matchmaker.events.conventions.board import FREE, Board, Chain
from matchmaker.events.conventions.timetable import Ints, Timetable


def place(board: Board, meetings: Ints) -> Ints:
    """Put meetings on a board, the hardest of equal order first, and return those that fail.

    Parameters
    ----------
    board
        What is placed already stays, though it may change its slot.
    meetings
        Rows of the meetings in the order in which they are tried.

    Returns
    -------
    numpy.ndarray
        Rows of the meetings that found no place.
    """
    return np.array([m for m in meetings.tolist() if not place_one(board, m)], np.int64)


def hardest_first(timetable: Timetable, meetings: Ints) -> Ints:
    """Order meetings: mandatory ones, then few slots and busy participants first.

    What must come early goes before what follows it, as far as the order has no circle.
    """
    degree = np.bincount(timetable.ends[meetings].ravel(), minlength=timetable.n_people)
    freedom = timetable.allowed[meetings].sum(axis=1)
    crowd = degree[timetable.ends[meetings]].sum(axis=1)
    rank = np.lexsort((-crowd, freedom, ~timetable.mandatory[meetings]))
    return _topological(timetable, meetings[rank])


def _topological(timetable: Timetable, meetings: Ints) -> Ints:
    """Bring what must come early before what follows it; a circle is left as it is."""
    chosen = set(meetings.tolist())
    pairs = [(a, b) for a, b in timetable.order.tolist() if a in chosen and b in chosen]
    if not pairs:
        return meetings
    rank = {meeting: place for place, meeting in enumerate(meetings.tolist())}
    graph: nx.DiGraph[int] = nx.DiGraph(pairs)
    graph.add_nodes_from(rank)
    if not nx.is_directed_acyclic_graph(graph):
        return meetings
    return np.array(list(nx.lexicographical_topological_sort(graph, key=rank.get)), np.int64)


def place_one(board: Board, meeting: int) -> bool:
    """Put one missing meeting on the board, by exchanges between two slots if need be."""
    if not board.has_room(meeting):
        return False
    slots = range(board.n_slots)
    for slot in slots:
        if board.fits(meeting, slot):
            board.put(meeting, slot)
            return True
    a, b = board.ends_of(meeting)
    for slot in board.slots_of(meeting):
        for blocked in (a, b):
            other = board.at[blocked][slot]
            if other == FREE:
                continue
            for there in slots:
                if (
                    there != slot
                    and board.at[blocked][there] == FREE
                    and _after(board, board.chain(other, there), meeting, slot)
                ):
                    return True
    return False


def _after(board: Board, chain: Chain | None, meeting: int, slot: int) -> bool:
    """Carry a chain out and put the meeting; take the chain back where that does not work."""
    if chain is None:
        return False
    board.apply(chain)
    if board.fits(meeting, slot):
        board.put(meeting, slot)
        return True
    board.apply(chain)
    return False
