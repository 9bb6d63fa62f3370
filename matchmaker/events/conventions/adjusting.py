"""A plan changed by hand: one meeting put somewhere, taken out, or added; every figure anew.

What comes out is a plan like any other: it keeps every rule (the checker says so), its figures are
recomputed, and of its bounds those are kept that still hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.board import FREE
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.clashing import (
    Clash,
    ClashError,
    Loss,
    Place,
    Standing,
    swap_clashes,
)
from matchmaker.events.conventions.hand_made import (
    BY_HAND,
    kept_out,
    lifted,
    pair_of,
    pairs_met,
    require_out,
)
from matchmaker.events.conventions.plan import Figures, Plan, PlannedMeeting, Unmet
from matchmaker.events.conventions.problem import Goal, Id, Meeting, Problem
from matchmaker.events.conventions.timetable import Ints, Timetable, timetable_of
from matchmaker.events.conventions.writing import plan_of
from matchmaker.events.documents import document_of
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language, say

_BELIEVED = ("by_hand", "no_slot_left")
"""Reasons that only the day, or an adviser, knows: they stay until their meeting finds a place."""


@dataclass(frozen=True)
class Adjusted:
    """A changed plan and the problem that it answers.

    Parameters
    ----------
    problem
        As before, with one more meeting where one was added.
    plan
        Status `feasible`: it is not searched for whether anything is better.
    losses
        What the change costs the two who meet.
    """

    problem: Problem
    plan: Plan
    losses: tuple[Loss, ...] = ()


def meeting_named(problem: Problem, name: str) -> Meeting:
    """Find a meeting by its id as an address writes it.

    Raises
    ------
    ProblemError
        If there is none.
    """
    for meeting in problem.meetings:
        if str(meeting.id) == name:
            return meeting
    raise ProblemError(f"the plan has no meeting {name!r}; reload the page of the plan.")


def with_meeting(problem: Problem, a: str, b: str) -> tuple[Problem, Meeting]:
    """Find the meeting of two participants, or add one that may take place and is worth nothing.

    Worth nothing, so that the proven value stays the most that any plan can have.

    Raises
    ------
    ProblemError
        If one of them is not in the plan, or they are one.
    """
    ids = {str(person.id): person.id for person in problem.participants}
    for name in (a, b):
        if name not in ids:
            raise ProblemError(f"participant {name!r} is not in the plan; choose another one.")
    if a == b:
        raise ProblemError("a meeting brings two participants together; choose two of them.")
    pair = {ids[a], ids[b]}
    for meeting in problem.meetings:
        if {meeting.a, meeting.b} == pair:
            return problem, meeting
    first, second = sorted((a, b))
    taken = {str(meeting.id) for meeting in problem.meetings}
    name = f"{first}~{second}"
    while name in taken:
        name += "+"
    added = Meeting(id=name, a=ids[first], b=ids[second], value=0.0, mandatory=False)
    tree = problem.model_dump(mode="json")
    tree["meetings"].append(added.model_dump(mode="json"))
    return document_of(tree, Problem, "the problem with one more meeting"), added


def placed(
    problem: Problem, plan: Plan, meeting: Meeting, place: Place, language: Language
) -> Adjusted:
    """Put a meeting into a slot at a table, from wherever it was.

    Parameters
    ----------
    problem, plan
        What is planned; the problem holds the meeting.
    meeting
        The meeting.
    place
        Where it goes.
    language
        Of the reasons that the plan gives for what is not in it.

    Raises
    ------
    ClashError
        If a rule is broken.
    """
    standing = Standing(problem, plan, meeting)
    _refuse(standing.clashes(place))
    kept = [held for held in plan.meetings if held.id != meeting.id]
    moved = PlannedMeeting(id=meeting.id, slot=place.slot, table=place.table)
    after = _written(problem, plan, [*kept, moved], language)
    return Adjusted(problem, after, standing.losses(place))


def cancelled(problem: Problem, plan: Plan, meeting: Meeting, language: Language) -> Adjusted:
    """Take a meeting out of a plan, and keep the two apart until somebody allows them again.

    Parameters and errors are as in `placed`.

    Raises
    ------
    ProblemError
        If it is not planned.
    """
    standing = Standing(problem, plan, meeting)
    if standing.now is None:
        raise ProblemError(f"meeting {meeting.id!r} is not in the plan; reload the page.")
    _refuse(standing.leaving_clashes())
    kept = tuple(held for held in plan.meetings if held.id != meeting.id)
    pair = pair_of(meeting.a, meeting.b)
    if pair not in pairs_met(problem, plan.model_copy(update={"meetings": kept})):
        problem = kept_out(problem, [pair])
    return Adjusted(problem, _written(problem, plan, list(kept), language, meeting.id))


def allowed(problem: Problem, plan: Plan, a: str, b: str, language: Language) -> Adjusted:
    """Let two meet again whose meeting was taken out by hand; no meeting changes.

    Parameters
    ----------
    problem, plan
        What is planned.
    a, b
        The two.
    language
        As in `placed`.

    Raises
    ------
    ProblemError
        If their meeting was not taken out.
    """
    require_out(problem, a, b)
    free = lifted(problem, plan, a, b)
    after = _written(free.problem, free.plan, list(plan.meetings), language)
    return Adjusted(free.problem, after)


def swapped(
    problem: Problem, plan: Plan, meeting: Meeting, other: Meeting, language: Language
) -> Adjusted:
    """Let two meetings of a plan take each other's place.

    Parameters are as in `placed`.

    Raises
    ------
    ProblemError
        If one of them is not planned, or they are one.
    ClashError
        If a rule is broken.
    """
    held = {each.id: each for each in plan.meetings}
    if meeting.id == other.id or meeting.id not in held or other.id not in held:
        raise ProblemError("two meetings of the plan are exchanged; reload the page of the plan.")
    _refuse(swap_clashes(problem, plan, meeting, other))
    first, second = held[meeting.id], held[other.id]
    rest = [each for each in plan.meetings if each.id not in (meeting.id, other.id)]
    moved = [
        PlannedMeeting(id=first.id, slot=second.slot, table=second.table),
        PlannedMeeting(id=second.id, slot=first.slot, table=first.table),
    ]
    return Adjusted(problem, _written(problem, plan, [*rest, *moved], language))


def _refuse(clashes: tuple[Clash, ...]) -> None:
    if clashes:
        raise ClashError(clashes)


def _written(
    problem: Problem,
    before: Plan,
    held: list[PlannedMeeting],
    language: Language,
    taken_out: Id | None = None,
) -> Plan:
    """Write the meetings as a plan, and let the checker judge it.

    Raises
    ------
    ClashError
        If the checker finds a fault.
    """
    timetable, rows = timetable_of(problem), {m.id: row for row, m in enumerate(problem.meetings)}
    slots = np.full(len(rows), FREE, np.int64)
    tables = np.full(len(rows), FREE, np.int64)
    for each in held:
        slots[rows[each.id]], tables[rows[each.id]] = each.slot - 1, each.table - 1
    bounds = _bounds(problem, before, _figures(problem, timetable, slots, tables, language))
    plan = plan_of(problem, timetable, slots, tables, bounds, _NO_TIME, language)
    plan = plan.model_copy(
        update={
            "status": "feasible",
            "unmet": _unmet(problem, before, plan, language, taken_out),
            "seconds": before.seconds,
        }
    )
    _refuse(tuple(Clash("checker", text=fault) for fault in check(problem, plan)))
    return plan


_NO_TIME = Stop(1.0, lambda: 0.0)
"""A change by hand plans nothing: the time that is written is that of the plan it began from."""


def _figures(
    problem: Problem, timetable: Timetable, slots: Ints, tables: Ints, lang: Language
) -> Figures:
    figures = plan_of(problem, timetable, slots, tables, {}, _NO_TIME, lang).objective
    assert figures is not None
    return figures


def _bounds(problem: Problem, before: Plan, after: Figures) -> dict[Goal, float]:
    """Keep the bounds that still hold.

    That of a later goal holds among plans as good in the goals before it: not where one of those
    is worse now, and not where the problem has a meeting more, which may fill a break.
    """
    known = {each.id for each in before.meetings} | {each.id for each in before.unmet}
    grown = any(meeting.id not in known for meeting in problem.meetings)
    kept: dict[Goal, float] = {}
    for goal in problem.objective:
        bound = getattr(before.bound, goal)
        if bound is not None and not (grown and goal != "value"):
            kept[goal] = bound
        if before.objective is None or _is_worse(goal, before.objective, after):
            break
    return kept


def _is_worse(goal: Goal, before: Figures, after: Figures) -> bool:
    was, now = getattr(before, goal), getattr(after, goal)
    return bool(now < was - 1e-9 if goal == "value" else now > was)


def _unmet(
    problem: Problem, before: Plan, after: Plan, language: Language, taken_out: Id | None
) -> tuple[Unmet, ...]:
    """Give the reasons anew, apart from those that only the day or an adviser knows."""
    known = {each.id: each for each in before.unmet if each.reason in _BELIEVED}
    if taken_out is not None:
        names = {person.id: person.name or str(person.id) for person in problem.participants}
        meeting = next(each for each in problem.meetings if each.id == taken_out)
        text = say(
            language, "event.convention.unmet.by_hand", a=names[meeting.a], b=names[meeting.b]
        )
        known[taken_out] = Unmet(id=taken_out, reason="by_hand", text=text)
    # A rule that keeps the two apart goes before what the day left of their slots.
    return tuple(
        each if each.reason == BY_HAND else known.get(each.id, each) for each in after.unmet
    )
