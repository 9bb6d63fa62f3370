"""Meetings for the gaps of the day: where both are free first, then by moving a few others."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from matchmaker.events.conventions.board import FREE, Board
from matchmaker.events.conventions.changes import Changes
from matchmaker.events.conventions.day import Day
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.conventions.timetable import Floats
from matchmaker.events.stopping import Stop


def fill_free_places(problem: Problem, day: Day, changes: Changes, stop: Stop) -> None:
    """Put displaced and missing meetings where both sides are free; nobody else moves."""
    board = day.board
    waiting = [m for m, slot in enumerate(board.slot) if slot == FREE and board.has_room(m)]
    places = [(m, slot) for m in waiting for slot in board.slots_of(m) if board.fits(m, slot)]
    if not places:
        return
    goals = _goals(problem, day, changes, places)
    for place in _best_places(day, places, goals, stop):
        meeting, slot = places[place]
        if board.fits(meeting, slot):  # an order between two of them may forbid the second
            board.put(meeting, slot)


def _goals(
    problem: Problem, day: Day, changes: Changes, places: list[tuple[int, int]]
) -> list[Floats]:
    """Write what filling places is worth, the goal that matters most first; (n_places,) each.

    What must take place and lost its place, what else lost it, whoever lost a meeting, the standby
    list in its order, value, and early slots among equals.
    """
    rows = {person.id: row for row, person in enumerate(problem.participants)}
    rank = {rows[name]: len(changes.standby) - n for n, name in enumerate(changes.standby)}
    displaced = set(day.displaced)
    ends = [day.board.ends_of(meeting) for meeting, _ in places]
    levels: list[list[float]] = [
        [meeting in displaced and meeting in day.must for meeting, _ in places],
        [meeting in displaced for meeting, _ in places],
        [sum(person in day.affected for person in pair) for pair in ends],
        [sum(rank.get(person, 0) for person in pair) for pair in ends],
        [day.timetable.value[meeting] for meeting, _ in places],
        [1 - slot / (day.board.n_slots + 1) for _, slot in places],
    ]
    return [np.array(level, float) for level in levels if any(level)]


def _best_places(
    day: Day, places: list[tuple[int, int]], goals: list[Floats], stop: Stop
) -> list[int]:
    """Choose places that clash with nothing, goal after goal; rows of `places`."""
    limits = _limits(day, places)
    columns = np.array([place for _, members in limits for place in members])
    rows = np.repeat(np.arange(len(limits)), [len(members) for _, members in limits])
    shape = (len(limits), len(places))
    matrix = coo_array((np.ones(len(columns)), (rows, columns)), shape=shape).tocsr()
    kept = [LinearConstraint(matrix, -np.inf, [most for most, _ in limits])]
    chosen = np.zeros(len(places))
    for goal in goals:
        answer = milp(
            -goal,
            integrality=np.ones(len(places), np.int64),
            bounds=Bounds(0, 1),
            constraints=kept,
            options={"time_limit": max(stop.remaining / 3, 0.02), "mip_rel_gap": 0.0},
        )
        if answer.x is None:
            break
        chosen = np.round(answer.x)
        kept.append(LinearConstraint(goal, goal @ chosen - 1e-6, np.inf))
    first = goals[0] if goals else chosen
    return sorted(np.flatnonzero(chosen > 0.5).tolist(), key=lambda place: (-first[place], place))


def _limits(day: Day, places: list[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """List what can hold only so many of the places: the most, and the rows of `places`."""
    limits: dict[tuple[object, ...], tuple[int, list[int]]] = {}

    def limit(key: tuple[object, ...], most: int, place: int) -> None:
        limits.setdefault(key, (most, []))[1].append(place)

    board = day.board
    for place, (meeting, slot) in enumerate(places):
        limit(("meeting", meeting), 1, place)
        limit(("tables", slot), day.timetable.tables - board.load[slot], place)
        for person in board.ends_of(meeting):
            limit(("person", person, slot), 1, place)
            room = int(day.timetable.maximum[person]) - board.mask[person].bit_count()
            limit(("room", person), room, place)
    return list(limits.values())


def make_room(day: Day, others: list[int], budget: int, draw: np.random.Generator) -> set[int]:
    """Move others, within the budget, for the meetings that have lost their place."""
    moved: set[int] = set()
    origin = list(day.board.slot)
    value = day.timetable.value
    for meeting in sorted(day.displaced, key=lambda row: (row not in day.must, -value[row], row)):
        board = day.board
        if board.slot[meeting] != FREE or not board.has_room(meeting):
            continue
        slots = board.slots_of(meeting)
        for slot in draw.permutation(slots).tolist() if slots else []:
            if _room_by_chain(board, meeting, slot, budget - len(moved)):
                moved = {m for m in others if origin[m] != board.slot[m]}
                break
    return moved


def _room_by_chain(board: Board, meeting: int, slot: int, budget: int) -> bool:
    if board.fits(meeting, slot):
        board.put(meeting, slot)
        return True
    for blocked in board.ends_of(meeting):
        other = board.at[blocked][slot]
        if other == FREE:
            continue
        for there in range(board.n_slots):
            chain = board.chain(other, there) if there != slot else None
            if chain is None or len(chain.meetings) > budget:
                continue
            board.apply(chain)
            if board.fits(meeting, slot):
                board.put(meeting, slot)
                return True
            board.apply(chain)
    return False
