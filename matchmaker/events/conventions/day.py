"""The day of an event: the plan as it stands after what has happened, on a board."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.board import Board
from matchmaker.events.conventions.changes import Changes
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Participant, Problem
from matchmaker.events.conventions.timetable import Timetable, timetable_of
from matchmaker.events.documents import document_of


@dataclass
class Day:
    """What still stands, and what has lost its place.

    Parameters
    ----------
    timetable
        The problem of the open slots: past meetings cannot move, lost tables are gone.
    board
        Meetings that have taken place or stay where they are.
    first
        First open slot, from 0.
    displaced
        Rows of meetings that were planned and lost their slot or table.
    affected
        Rows of the participants of those.
    must
        Rows of the meetings that were mandatory.
    """

    timetable: Timetable
    board: Board
    first: int
    displaced: list[int]
    affected: set[int]
    must: set[int]


def check_fit(problem: Problem, plan: Plan) -> None:
    """Refuse a plan of another problem."""
    known = {meeting.id for meeting in problem.meetings}
    for meeting in plan.meetings:
        if meeting.id not in known:
            raise ProblemError(
                f"the plan holds meeting {meeting.id!r}, which is not in the problem."
            )
        if meeting.slot > problem.slots or meeting.table > problem.tables:
            raise ProblemError(
                f"the plan holds meeting {meeting.id!r} in slot {meeting.slot} at table "
                f"{meeting.table}, which the problem does not have."
            )


def changed_problem(problem: Problem, changes: Changes) -> Problem:
    """Write the absences and the newcomers into the problem."""
    people = {person.id for person in problem.participants}
    named = [*changes.absent, *(late.id for late in changes.late)]
    walk_ins = {person.id for person in changes.walk_ins}
    for name in [*named, *changes.standby]:
        if name not in people | walk_ins:
            raise ProblemError(f"the changes name participant {name!r}, who is not in the event.")
    if changes.from_slot > problem.slots:
        raise ProblemError(
            f"the changes begin at slot {changes.from_slot}; the event has {problem.slots} slots."
        )
    for table in changes.lost_tables:
        if not 1 <= table <= problem.tables:
            raise ProblemError(f"table {table} is lost; tables go from 1 to {problem.tables}.")
    gone = {name: problem.slots + 1 for name in changes.absent}
    gone = {late.id: late.from_slot for late in changes.late} | gone
    tree = problem.model_dump(mode="json")
    tree["participants"] = [
        _person(person, gone.get(person.id), changes).model_dump(mode="json")
        for person in [*problem.participants, *changes.walk_ins]
    ]
    tree["meetings"] += [meeting.model_dump(mode="json") for meeting in changes.meetings]
    tree["fairness"] = None
    for meeting in tree["meetings"]:
        meeting["mandatory"] = False
    tree["objective"] = list(problem.objective)
    return document_of(tree, Problem, "the changes")


def _person(person: Participant, until: int | None, changes: Changes) -> Participant:
    """Make somebody unavailable from the first open slot until they come; take a lost table."""
    away = {*person.unavailable, *range(changes.from_slot, until or changes.from_slot)}
    table = None if person.table in changes.lost_tables else person.table
    return person.model_copy(update={"unavailable": tuple(sorted(away)), "table": table})


def day_of(problem: Problem, plan: Plan, changes: Changes, must: set[int]) -> Day:
    """Put what stays on a board, and list the meetings that lost their place."""
    timetable = timetable_of(problem)
    first = changes.from_slot - 1
    rows = {meeting.id: row for row, meeting in enumerate(problem.meetings)}
    planned = {rows[meeting.id]: meeting.slot - 1 for meeting in plan.meetings}
    lost = {rows[m.id] for m in plan.meetings if m.table in changes.lost_tables}
    allowed = timetable.allowed.copy()
    allowed[:, :first] = False
    for row, slot in planned.items():
        if slot < first:
            allowed[row] = False
            allowed[row, slot] = True
    tables = problem.tables - len(set(changes.lost_tables))
    board = Board(replace(timetable, allowed=allowed, tables=tables))
    displaced, affected = [], set()
    rank = sorted(
        planned, key=lambda row: (row not in must, row in lost, -timetable.value[row], row)
    )
    for row in rank:
        slot = planned[row]
        past = slot < first
        if past or (allowed[row, slot] and board.load[slot] < tables):
            board.put(row, slot)
        else:
            displaced.append(row)
            affected |= set(board.ends_of(row))
    return Day(
        replace(timetable, allowed=allowed, tables=tables), board, first, displaced, affected, must
    )
