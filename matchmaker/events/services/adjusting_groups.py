"""Stored groups and round tables, changed by hand: one person or two, and always checked."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.errors import ProblemError
from matchmaker.events.life import Change, Edit, Event, EventKind, check_change
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.events.services.planning import documents_of, new_plan, require_version
from matchmaker.events.services.publishing import keep_adjusted
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Unit


@dataclass(frozen=True)
class GroupChange:
    """Where somebody goes.

    Parameters
    ----------
    person
        Id of who moves.
    number
        Of the round in which they change seats; or of the new group, 0 for none.
    other
        Id of who goes the other way; nobody if empty.
    table
        Table of the round to which they go alone; read where nobody goes the other way.
    """

    person: str
    number: int
    other: str = ""
    table: int = 0


def read_groups(unit: Unit, event: Event, version: int | None) -> StoredPlan:
    """Read the plan in use of peer groups or round tables whose plans may be changed.

    Raises
    ------
    EventConflictError, EventStateError
        If somebody has changed the event, or its state takes no plans.
    ProblemError
        If there is no plan in use, or the event has neither groups nor tables.
    """
    if event.details.kind not in (EventKind.PEER_GROUPS, EventKind.ROUND_TABLES):
        raise ProblemError(f"an event of kind {event.details.kind} has no groups to change.")
    require_version(event, version)
    check_change(event.state, [Change.PLANS])
    if event.current_plan is None:
        raise ProblemError(f"event {event.id!r} has no plan in use; make one first.")
    return unit.events.plans.get(event.id, event.current_plan)


def changed_groups(
    kind: EventKind, problem: AnyProblem, plan: AnyPlan, wanted: GroupChange
) -> tuple[AnyProblem, AnyPlan]:
    """Change groups or tables by hand; the problem says where tables are not even any more.

    Raises
    ------
    SeatClashError, GroupClashError
        If a rule is broken.
    ProblemError
        If somebody is not in the plan.
    """
    from matchmaker.events.peer_groups.adjusting import moved
    from matchmaker.events.round_tables.adjusting import seat_moved, seats_swapped

    if kind is EventKind.PEER_GROUPS:
        return problem, moved(problem, plan, wanted.person, wanted.number, wanted.other or None)
    if wanted.other or not wanted.table:
        after = seats_swapped(problem, plan, wanted.number, wanted.person, wanted.other)
    else:
        after = seat_moved(problem, plan, wanted.number, wanted.person, wanted.table)
    return after.problem, after.plan


def adjust_groups(unit: Unit, event: Event, edit: Edit, wanted: GroupChange) -> Event:
    """Change the plan in use by hand, and keep it under a number of its own.

    Raises
    ------
    SeatClashError, GroupClashError, EventConflictError, EventStateError, ProblemError
        As `changed_groups` and `read_groups`: nothing is written.
    """
    stored = read_groups(unit, event, edit.version)
    problem, plan = documents_of(event.details.kind, stored)
    problem, after = changed_groups(event.details.kind, problem, plan, wanted)
    told = {
        "from_plan": stored.entry.number,
        "person": wanted.person,
        "number": wanted.number,
        "other": wanted.other or None,
        "table": wanted.table or None,
    }
    return keep_adjusted(unit, event, edit, new_plan(problem, after, stored.entry.seed), told)
