"""A stored plan of a convention, changed by hand: what may be done, and the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.clashing import Clash, ClashError, Loss, Place, Standing, swaps
from matchmaker.events.conventions.hand_made import Lifted, lifted
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Meeting, Problem
from matchmaker.events.life import Change, Edit, Event, EventKind, check_change
from matchmaker.events.services.hand_made import carried
from matchmaker.events.services.planning import documents_of, new_plan, require_version
from matchmaker.events.services.publishing import keep_adjusted
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Unit
from matchmaker.texts import Language

if TYPE_CHECKING:
    from matchmaker.events.conventions.adjusting import Adjusted

MOST_SWAPS = 12
"""Exchanges that are offered for one meeting."""

Act = Literal["place", "cancel", "swap", "allow"]


@dataclass(frozen=True)
class Adjustment:
    """What an adviser wants of one meeting.

    Parameters
    ----------
    act
        Put it somewhere, take it out, let it change places with another one; or allow it again
        after it was taken out, without a place yet.
    meeting
        Its id as an address writes it; empty where the two participants name it.
    a, b
        The two participants of a meeting that may not be in the plan yet.
    slot, table
        Where it goes; the best table of the slot where none is given.
    other
        Id of the meeting with which it changes places.
    """

    act: Act
    meeting: str = ""
    a: str = ""
    b: str = ""
    slot: int = 0
    table: int | None = None
    other: str = ""


@dataclass(frozen=True)
class Choice:
    """One slot for a meeting.

    Parameters
    ----------
    slot
        Counted from 1.
    table
        The best free table; nothing where none is.
    free
        Every table at which it could be.
    clashes
        What stands against the slot; nothing where the meeting may go there.
    losses
        What the best table costs.
    here
        Whether the meeting is there now.
    """

    slot: int
    table: int | None
    free: tuple[int, ...]
    clashes: tuple[Clash, ...]
    losses: tuple[Loss, ...]
    here: bool


@dataclass(frozen=True)
class Options:
    """Where one meeting could go.

    Parameters
    ----------
    problem
        The problem, the meeting in it.
    meeting
        The meeting.
    place
        Where it is now, if it is planned.
    choices
        One for each slot.
    leaving
        What stands against taking it out.
    swaps
        Meetings with which it may change places, and where they are; at most `MOST_SWAPS`.
    """

    problem: Problem
    meeting: Meeting
    place: Place | None
    choices: tuple[Choice, ...]
    leaving: tuple[Clash, ...]
    swaps: tuple[tuple[Meeting, Place], ...] = ()


def options_of(problem: Problem, plan: Plan, wanted: Adjustment) -> Options:
    """List every slot for a meeting, and what each would break or cost.

    Raises
    ------
    ProblemError
        If there is no such meeting, or no such participants.
    """
    problem, meeting = _meeting_of(problem, wanted)
    problem = _free(problem, plan, meeting).problem
    standing = Standing(problem, plan, meeting)
    now = standing.now
    return Options(
        problem,
        meeting,
        None if now is None else Place(now.slot, now.table),
        tuple(_choice(standing, slot) for slot in range(1, problem.slots + 1)),
        () if now is None else standing.leaving_clashes(),
        _swaps(problem, plan, meeting),
    )


def _free(problem: Problem, plan: Plan, meeting: Meeting) -> Lifted:
    """Lift what was decided by hand: whoever looks for a place for the two allows them again."""
    return lifted(problem, plan, str(meeting.a), str(meeting.b))


def _swaps(problem: Problem, plan: Plan, meeting: Meeting) -> tuple[tuple[Meeting, Place], ...]:
    where = {held.id: Place(held.slot, held.table) for held in plan.meetings}
    found = [(other, where[other.id]) for other in swaps(problem, plan, meeting)]
    return tuple(sorted(found, key=lambda pair: pair[1])[:MOST_SWAPS])


def _choice(standing: Standing, slot: int) -> Choice:
    against = (*standing.pair_clashes(), *standing.slot_clashes(slot))
    tables = range(1, standing.problem.tables + 1)
    free = tuple(t for t in tables if not any(standing.table_clashes(Place(slot, t))))
    table = standing.best_table(slot)
    if table is None:
        against = (*against, *_no_table(standing, slot))
    losses = () if against or table is None else standing.losses(Place(slot, table))
    here = standing.now is not None and standing.now.slot == slot
    return Choice(slot, table, free, against, losses, here)


def _no_table(standing: Standing, slot: int) -> tuple[Clash, ...]:
    """Say why no table is free: the only one that may be used is taken, or all are."""
    host = standing.host()
    if host is None or host.table is None:
        return (Clash("no_table", slot=slot),)
    return tuple(standing.table_clashes(Place(slot, host.table)))


def _meeting_of(problem: Problem, wanted: Adjustment) -> tuple[Problem, Meeting]:
    from matchmaker.events.conventions.adjusting import meeting_named, with_meeting

    if wanted.meeting:
        return problem, meeting_named(problem, wanted.meeting)
    return with_meeting(problem, wanted.a, wanted.b)


def read_adjustable(unit: Unit, event: Event, version: int | None) -> StoredPlan:
    """Read the plan in use of a convention whose plans may be changed, decisions by hand in it.

    Raises
    ------
    UnknownEventError, EventConflictError, EventStateError
        If there is no plan, somebody has changed the event, or its state takes no plans.
    ProblemError
        If it is no convention.
    """
    if event.details.kind is not EventKind.CONVENTION:
        raise ProblemError(f"meetings of an event of kind {event.details.kind} are not moved.")
    require_version(event, version)
    check_change(event.state, [Change.PLANS])
    if event.current_plan is None:
        raise ProblemError(f"event {event.id!r} has no plan in use; make one first.")
    return carried(unit, event, unit.events.plans.get(event.id, event.current_plan))


def adjust(
    unit: Unit, event: Event, edit: Edit, wanted: Adjustment, language: Language
) -> tuple[Event, tuple[Loss, ...]]:
    """Change the plan in use by hand, check it, and keep it under a number of its own.

    Parameters
    ----------
    unit
        A unit that writes.
    event
        As it was read in this unit.
    edit
        Who changes it, and which version they have read.
    wanted
        The change.
    language
        Of the reasons in the plan.

    Returns
    -------
    tuple of Event and losses
        The event with the new plan in use, and what the change costs the two.

    Raises
    ------
    ClashError
        If a rule is broken: nothing is written.
    UnknownEventError, EventConflictError, EventStateError, ProblemError
        As `read_adjustable`.
    """
    stored = read_adjustable(unit, event, edit.version)
    after, meeting = _adjusted(*documents_of(event.details.kind, stored), wanted, language)
    made = new_plan(after.problem, after.plan, stored.entry.seed)
    kept = keep_adjusted(unit, event, edit, made, _told(stored, meeting, wanted))
    return kept, after.losses


def _adjusted(
    problem: Problem, plan: Plan, wanted: Adjustment, language: Language
) -> tuple[Adjusted, str]:
    """Make the change; the id of its meeting goes with it, for the history."""
    from matchmaker.events.conventions.adjusting import (
        allowed,
        cancelled,
        meeting_named,
        placed,
        swapped,
    )

    if wanted.act == "allow":
        name = "~".join(sorted((wanted.a, wanted.b)))
        return allowed(problem, plan, wanted.a, wanted.b, language), name
    problem, meeting = _meeting_of(problem, wanted)
    if wanted.act == "cancel":
        return cancelled(problem, plan, meeting, language), str(meeting.id)
    if wanted.act == "swap":
        other = meeting_named(problem, wanted.other)
        return swapped(problem, plan, meeting, other, language), str(meeting.id)
    free = _free(problem, plan, meeting)
    place = Place(wanted.slot, _table(Standing(free.problem, free.plan, meeting), wanted))
    return placed(free.problem, free.plan, meeting, place, language), str(meeting.id)


def _table(standing: Standing, wanted: Adjustment) -> int:
    """Take the table that was asked for, else the best one.

    Raises
    ------
    ClashError
        If the slot has no table for the meeting.
    """
    if wanted.table is not None:
        return wanted.table
    if not 1 <= wanted.slot <= standing.problem.slots:
        raise ClashError((Clash("unknown_place"),))
    choice = _choice(standing, wanted.slot)
    if choice.table is None:
        raise ClashError(choice.clashes)
    return choice.table


def _told(stored: StoredPlan, meeting: str, wanted: Adjustment) -> Mapping[str, Any]:
    """Say for the history what was changed: ids and numbers, no names."""
    told: dict[str, Any] = {
        "from_plan": stored.entry.number,
        "act": wanted.act,
        "meeting": meeting,
    }
    if wanted.act == "swap":
        return {**told, "other": wanted.other}
    if wanted.act == "place":
        return {**told, "slot": wanted.slot, "table": wanted.table}
    return told
