"""A new plan on the day, in which almost nobody has to move.

What has happened stays. Meetings that are still possible stay where they are. Then, in this order:
meetings that lost their slot or table, and new ones, are put where both sides are free, by an
integer program that is exact as long as nobody else moves; those without a place try chains of
exchanges, within the limit of meetings that may move; everybody affected is told.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matchmaker.errors import BrokenPlanError, ProblemError
from matchmaker.events.conventions.board import FREE
from matchmaker.events.conventions.changes import Changes, Repair
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.day import Day, changed_problem, check_fit, day_of
from matchmaker.events.conventions.gaps import fill_free_places, make_room
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Id, Problem
from matchmaker.events.conventions.telling import messages
from matchmaker.events.conventions.timetable import timetable_of
from matchmaker.events.conventions.writing import repaired_plan
from matchmaker.events.documents import document_of
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language


def repair(
    problem: Problem,
    plan: Plan,
    changes: Changes,
    stop: Stop,
    seed: int,
    *,
    move_limit: float = 0.05,
    language: Language = "fr",
) -> Repair:
    """Repair a plan.

    Parameters
    ----------
    problem, plan
        What was planned.
    changes
        What has happened.
    stop
        Time limit.
    seed
        Of the order in which chains are tried.
    move_limit
        Most of the meetings that nothing has happened to that may move, as a share in [0, 1].
    language
        Of the messages.

    Raises
    ------
    ProblemError
        If the changes do not fit the problem, or there is no plan to repair.
    BrokenPlanError
        If the checker refuses the repaired plan: a defect.
    """
    if plan.objective is None:
        raise ProblemError("the plan has no meetings to repair. Plan the event first.")
    if not 0 <= move_limit <= 1:
        raise ProblemError(
            f"the share of meetings that may move must be in [0, 1], got {move_limit}."
        )
    check_fit(problem, plan)
    changed = changed_problem(problem, changes)
    must = {row for row, m in enumerate(problem.meetings) if problem.is_mandatory(m)}
    day = day_of(changed, plan, changes, must)
    before = {meeting.id: meeting for meeting in plan.meetings}
    others = [m for m, slot in enumerate(day.board.slot) if slot >= day.first]
    fill_free_places(changed, day, changes, stop)
    budget = int(move_limit * len(others))
    moved_others = make_room(day, others, budget, np.random.default_rng(seed))
    settled = _settled(changed, day)
    after = repaired_plan(
        settled, timetable_of(settled), day.board.slots(), before, changes, stop, language
    )
    settled = _with_owners_seated(settled, after)
    broken = [*check(settled, after), *_broken_promises(plan, after, changes)]
    if broken:
        raise BrokenPlanError(f"the repaired plan breaks a rule and is kept back: {broken[0]}")
    ids = [meeting.id for meeting in settled.meetings]
    slots = {meeting.id: meeting.slot for meeting in after.meetings}
    return Repair(
        problem=settled,
        plan=after,
        moved=tuple(i for i in slots if i in before and before[i].slot != slots[i]),
        moved_others=tuple(ids[m] for m in sorted(moved_others)),
        below_minimum=_below(changed, settled),
        messages=messages(settled, plan, after, language),
        seconds=round(stop.elapsed, 3),
    )


def _settled(problem: Problem, day: Day) -> Problem:
    """Lower the minimums that the day has broken, so that the plan answers its problem."""
    tree = problem.model_dump(mode="json")
    for row, person in enumerate(tree["participants"]):
        person["min"] = min(person["min"], day.board.mask[row].bit_count())
    for row in day.must:
        tree["meetings"][row]["mandatory"] = day.board.slot[row] != FREE
    return document_of(tree, Problem, "the changes")


def _with_owners_seated(problem: Problem, plan: Plan) -> Problem:
    """Take their own table from those who do not always sit at it: it was lost on the way."""
    owner = {person.id: person.table for person in problem.participants}
    ends = {meeting.id: (meeting.a, meeting.b) for meeting in problem.meetings}
    moved = set()
    for meeting in plan.meetings:
        a, b = ends[meeting.id]
        if (owner[a] or owner[b] or meeting.table) != meeting.table:
            moved |= {a, b}
    tree = problem.model_dump(mode="json")
    for person, entry in zip(problem.participants, tree["participants"], strict=True):
        if person.id in moved:
            entry["table"] = None
    return document_of(tree, Problem, "the changes")


def _below(before: Problem, after: Problem) -> tuple[Id, ...]:
    return tuple(
        old.id
        for old, new in zip(before.participants, after.participants, strict=True)
        if new.min < old.min
    )


def _broken_promises(before: Plan, after: Plan, changes: Changes) -> Iterable[str]:
    """Check what only a repair promises: the past stays, lost tables stay empty."""
    now = {meeting.id: meeting for meeting in after.meetings}
    for meeting in before.meetings:
        if meeting.slot < changes.from_slot and now.get(meeting.id) != meeting:
            yield f"meeting {meeting.id!r} has taken place and is changed"
    for meeting in after.meetings:
        if meeting.slot >= changes.from_slot and meeting.table in changes.lost_tables:
            yield f"meeting {meeting.id!r} is at lost table {meeting.table}"
