"""Why a wished meeting is not in a plan, and the sentences that say so."""

from __future__ import annotations

from matchmaker.events.conventions.board import Board
from matchmaker.events.conventions.plan import Unmet, UnmetReason
from matchmaker.events.conventions.problem import Id, Problem
from matchmaker.events.conventions.timetable import Timetable
from matchmaker.texts import Language, say


def unmet(problem: Problem, timetable: Timetable, board: Board, language: Language) -> list[Unmet]:
    """List the meetings that do not take place, each with its reason."""
    names = {person.id: person.name or str(person.id) for person in problem.participants}
    found = []
    for row, meeting in enumerate(problem.meetings):
        if board.slot[row] < 0:
            reason = _reason(timetable, board, row)
            text = say(
                language,
                f"event.convention.unmet.{reason}",
                a=names[meeting.a],
                b=names[meeting.b],
                who=_full_one(timetable, board, row, meeting.a, meeting.b, names),
            )
            found.append(Unmet(id=meeting.id, reason=reason, text=text))
    return found


def on_the_day(
    problem: Problem, missing: tuple[Unmet, ...], language: Language
) -> tuple[Unmet, ...]:
    """Say of meetings that a repair finds no place for that the day leaves none.

    The past and the lost tables count then; reasons of a plan made beforehand do not know them.
    """
    names = {person.id: person.name or str(person.id) for person in problem.participants}
    ends = {meeting.id: (names[meeting.a], names[meeting.b]) for meeting in problem.meetings}
    key = "event.convention.unmet.no_slot_left"
    return tuple(
        entry
        if entry.reason not in ("outweighed", "tables_full", "order")
        else Unmet(
            id=entry.id,
            reason="no_slot_left",
            text=say(language, key, a=ends[entry.id][0], b=ends[entry.id][1]),
        )
        for entry in missing
    )


def _reason(timetable: Timetable, board: Board, row: int) -> UnmetReason:
    if row in timetable.barred:
        return timetable.barred[row]
    if not timetable.allowed[row].any():
        return "no_common_slot"
    if any(_is_full(timetable, board, person) for person in board.ends_of(row)):
        return "participant_full"
    a, b = board.ends_of(row)
    both_free = [
        slot for slot in board.slots_of(row) if board.at[a][slot] < 0 and board.at[b][slot] < 0
    ]
    if not both_free:
        return "outweighed"
    if all(board.load[slot] >= timetable.tables for slot in both_free):
        return "tables_full"
    if not any(board.in_order(row, slot) for slot in both_free):
        return "order"
    return "outweighed"


def _is_full(timetable: Timetable, board: Board, person: int) -> bool:
    return board.mask[person].bit_count() >= int(timetable.capacity[person])


def _full_one(
    timetable: Timetable, board: Board, row: int, a: Id, b: Id, names: dict[Id, str]
) -> str:
    first, _ = board.ends_of(row)
    return names[a] if _is_full(timetable, board, first) else names[b]
