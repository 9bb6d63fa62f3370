"""The first timetable: chosen meetings placed one by one, then as much value as exchanges add."""

from __future__ import annotations

import numpy as np

from matchmaker.events.conventions.board import FREE, Board
from matchmaker.events.conventions.placing import hardest_first, place, place_one
from matchmaker.events.conventions.timetable import Ints, Timetable
from matchmaker.events.stopping import Stop


def first_board(timetable: Timetable, chosen: Ints, stop: Stop) -> Board:
    """Place the chosen meetings; fill up with others where value is a goal.

    Parameters
    ----------
    timetable
        The problem.
    chosen
        Rows of the meetings that should take place.
    stop
        Time limit of the filling up.

    Returns
    -------
    Board
        A timetable within the hard rules; minimums and mandatory meetings may be missing.
    """
    board = Board(timetable)
    left = place(board, hardest_first(timetable, chosen))
    if "value" in timetable.goals and (len(left) or len(chosen) < timetable.n_meetings):
        _fill(timetable, board, stop)
    return board


def _fill(timetable: Timetable, board: Board, stop: Stop) -> None:
    """Add meetings by value, in the place of others that are worth less if need be."""
    possible = timetable.allowed.any(axis=1) & (timetable.value > 0)
    order = np.argsort(-timetable.value, kind="stable")
    improved = True
    while improved and not stop.reached:
        improved = False
        for meeting in order[possible[order]].tolist():
            if stop.reached:
                return
            if board.slot[meeting] == FREE and (
                place_one(board, meeting) or _replace(timetable, board, meeting)
            ):
                improved = True


def _replace(timetable: Timetable, board: Board, meeting: int) -> bool:
    """Give up one meeting of either side that is worth less, if that makes room."""
    own = {
        other
        for person in board.ends_of(meeting)
        for other in board.at[person]
        if other != FREE
        and not timetable.mandatory[other]
        and timetable.value[other] < timetable.value[meeting] - 1e-9
        and _can_spare(timetable, board, other, meeting)
    }
    for other in sorted(own, key=lambda row: (timetable.value[row], row)):
        slot = board.slot[other]
        board.take(other)
        if place_one(board, meeting):
            return True
        board.put(other, slot)
    return False


def _can_spare(timetable: Timetable, board: Board, meeting: int, gained: int) -> bool:
    """Whether both sides keep their minimum without a meeting."""
    gaining = board.ends_of(gained)
    return all(
        person in gaining or board.mask[person].bit_count() > int(timetable.minimum[person])
        for person in board.ends_of(meeting)
    )


def is_complete(timetable: Timetable, board: Board) -> bool:
    """Whether every mandatory meeting and every minimum is there."""
    held = np.array(board.slot) != FREE
    counts = np.array([mask.bit_count() for mask in board.mask])
    return bool(held[timetable.mandatory].all() and (counts >= timetable.minimum).all())
