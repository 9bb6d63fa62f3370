"""From an event of the store to a plan, and back into the store.

A plan takes a minute, and no transaction waits for it: read and prepare, plan, then write at the
version that was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from matchmaker.errors import UnknownEventError
from matchmaker.events.documents import Document, document_of
from matchmaker.events.life import Change, Event, EventKind, check_change
from matchmaker.events.refusals import ChangedMeanwhileError
from matchmaker.events.services.planners import AnyPlan, AnyProblem, planner_of
from matchmaker.events.services.problems import Scoring, problem_of
from matchmaker.events.stored_plans import NewPlan, StoredPlan
from matchmaker.store import Unit


@dataclass(frozen=True)
class Prepared:
    """An event, ready to be planned: the event as it was read, and the problem of its planner."""

    event: Event
    problem: AnyProblem


def prepare(unit: Unit, event_id: str, version: int | None, scoring: Scoring | None) -> Prepared:
    """Read an event and make the problem of its planner.

    Parameters
    ----------
    unit
        A unit that reads.
    event_id
        The event.
    version
        Version that the adviser has read; the one that is stored if not given.
    scoring
        Scores of the published snapshot; without them wishes alone count.

    Raises
    ------
    UnknownEventError
        If there is no such event.
    EventConflictError, EventStateError
        If somebody has changed it, or its state takes no plan: told before the planner works.
    ProblemError
        If the event gives no problem that can be planned.
    """
    event = unit.events.get(event_id)
    require_version(event, version)
    check_change(event.state, [Change.PLANS])
    return Prepared(event, problem_of(unit, event, scoring))


def require_version(event: Event, version: int | None) -> None:
    """Check that an event is still as it was read; any version will do if none is given.

    Raises
    ------
    EventConflictError
        If somebody has changed it.
    """
    if version is not None and version != event.version:
        local = event.changed_at.astimezone(ZoneInfo(event.details.timezone))
        raise ChangedMeanwhileError(version, event.version, event.changed_by, local)


def new_plan(problem: Document, plan: Document, seed: int) -> NewPlan:
    """Make what the store keeps of a plan."""
    return NewPlan(problem.model_dump(mode="json"), plan.model_dump(mode="json"), seed)


def is_usable(plan: AnyPlan) -> bool:
    """Whether there is a plan to work with; one that says why there is none is not kept."""
    return plan.status in ("optimal", "feasible")


def read_plan(unit: Unit, event: Event, number: int | None) -> StoredPlan:
    """Read a plan of an event.

    Parameters
    ----------
    number
        Which; the plan in use if not given.

    Raises
    ------
    UnknownEventError
        If there is no plan in use, or none of this number.
    """
    chosen = event.current_plan if number is None else number
    if chosen is None:
        raise UnknownEventError(
            f"event {event.id!r} has no plan in use; make one, or choose one of its plans."
        )
    return unit.events.plans.get(event.id, chosen)


def documents_of(kind: EventKind, stored: StoredPlan) -> tuple[AnyProblem, AnyPlan]:
    """Read the documents of a stored plan.

    Raises
    ------
    ProblemError
        If they are not of the form of today.
    """
    planner, number = planner_of(kind), stored.entry.number
    return (
        document_of(stored.problem, planner.problem, f"problem of plan {number}"),
        document_of(stored.plan, planner.plan, f"plan {number}"),
    )
