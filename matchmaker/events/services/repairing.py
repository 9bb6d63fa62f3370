"""A plan that is out, mended on the day, and kept with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from matchmaker.errors import ProblemError
from matchmaker.events.documents import Document
from matchmaker.events.life import Change, Event, EventKind, check_change
from matchmaker.events.services.hand_made import carried
from matchmaker.events.services.planning import read_plan, require_version
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Unit

AnyRepair: TypeAlias = Any
"""The document of a repair, known when its planner is loaded."""


@dataclass(frozen=True)
class Repairer:
    """What mends conventions: its documents and its function.

    Parameters
    ----------
    changes, outcome
        The documents that go in and come out.
    repair
        `repair(problem, plan, changes, stop, seed, move_limit=..., language=...)`.
    """

    changes: type[Document]
    outcome: type[Document]
    repair: Callable[..., AnyRepair]


def repairer() -> Repairer:
    """Load what mends conventions, OR-tools with it."""
    from matchmaker.events.conventions.changes import Changes, Repair
    from matchmaker.events.conventions.repair import repair

    return Repairer(Changes, Repair, repair)


def require_convention(kind: EventKind) -> None:
    """Refuse to mend what is no convention.

    Raises
    ------
    ProblemError
        For the other kinds, whose pages mend them.
    """
    if kind is not EventKind.CONVENTION:
        raise ProblemError(f"an event of kind {kind} is not mended; plan it again.")


def plan_to_mend(unit: Unit, event_id: str, version: int | None) -> tuple[Event, StoredPlan]:
    """Read the plan in use of a convention whose plan is out.

    Parameters, answer and errors are as in `plan_in_need`.

    Raises
    ------
    ProblemError
        If it is no convention.
    """
    require_convention(unit.events.get(event_id).details.kind)
    return plan_in_need(unit, event_id, version)


def plan_in_need(unit: Unit, event_id: str, version: int | None) -> tuple[Event, StoredPlan]:
    """Read the plan in use of an event whose plan is out; what was taken out by hand stays out.

    Parameters
    ----------
    version
        Version that the adviser has read; the one that is stored if not given.

    Raises
    ------
    UnknownEventError, EventConflictError, EventStateError
        If there is no such event or no plan, somebody has changed it, or no plan is out.
    ProblemError
        If it is a list of invitations, which has no day.
    """
    event = unit.events.get(event_id)
    if event.details.kind is EventKind.INVITATIONS:
        raise ProblemError("a list of invitations is not mended; make another one.")
    require_version(event, version)
    check_change(event.state, [Change.PLANS, Change.ATTENDANCE])
    return event, carried(unit, event, read_plan(unit, event, None))


def told_of(changes: AnyRepair, mended: AnyRepair) -> Mapping[str, Any]:
    """Say for the history what was changed: ids and numbers, no names."""
    tree = changes.model_dump(mode="json")
    for field in ("walk_ins", "meetings"):
        tree[field] = [each.id for each in getattr(changes, field)]
    return {**tree, "moved": list(mended.moved)}
