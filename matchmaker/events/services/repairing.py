"""A plan that is out, mended on the day, and kept with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from matchmaker.errors import ProblemError
from matchmaker.events.documents import Document
from matchmaker.events.life import Change, Event, EventKind, check_change
from matchmaker.events.services.hand_made import carried
from matchmaker.events.services.planners import AnyPlan, AnyProblem
from matchmaker.events.services.planning import read_plan, require_version
from matchmaker.events.stopping import Stop
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.events.telling import Telling
from matchmaker.store import Unit
from matchmaker.texts import Language

AnyChanges: TypeAlias = Any
AnyRepair: TypeAlias = Any
"""Documents of what has happened and of a repair, known when the planner is loaded."""
NO_DAY = "a list of invitations is not mended; make another one."
MOVE_LIMIT = 0.05
"""Share of the other meetings of a convention that may move."""


@dataclass(frozen=True)
class Repairer:
    """What mends one kind of event: its documents and its functions.

    Parameters
    ----------
    changes, outcome
        The documents that go in and come out.
    repair
        `repair(problem, plan, changes, stop, seed, language, move_limit)` gives a repair that the
        checker has passed; only conventions read the limit.
    told
        `told(repair, language)` says whom to tell what: `participant` and `text` of each.
    """

    changes: type[Document]
    outcome: type[Document]
    repair: Callable[..., AnyRepair]
    told: Callable[[AnyRepair, Language], Sequence[Telling]]


def repairer(kind: EventKind) -> Repairer:
    """Load what mends a kind of event, OR-tools with it.

    Raises
    ------
    ProblemError
        For a list of invitations.
    """
    if kind is EventKind.INVITATIONS:
        raise ProblemError(NO_DAY)
    return _LOADERS[kind]()


def _conventions() -> Repairer:
    from matchmaker.events.conventions.changes import Changes, Repair
    from matchmaker.events.conventions.repair import repair

    def mend(
        problem: AnyProblem,
        plan: AnyPlan,
        changes: Changes,
        stop: Stop,
        seed: int,
        language: Language,
        move_limit: float = MOVE_LIMIT,
    ) -> Repair:
        return repair(problem, plan, changes, stop, seed, move_limit=move_limit, language=language)

    def told(found: Repair, _: Language) -> list[Telling]:
        # The repair has written them, in the language that it was asked for.
        return [
            Telling(participant=str(each.participant), text=each.text) for each in found.messages
        ]

    return Repairer(Changes, Repair, mend, told)


def _round_tables() -> Repairer:
    from matchmaker.events.round_tables.changes import Changes, Repair
    from matchmaker.events.round_tables.repair import repair
    from matchmaker.events.round_tables.telling import told

    def mend(
        problem: AnyProblem,
        plan: AnyPlan,
        changes: Changes,
        stop: Stop,
        seed: int,
        _: Language,
        __: float = MOVE_LIMIT,
    ) -> Repair:
        return repair(problem, plan, changes, stop, seed)

    return Repairer(Changes, Repair, mend, told)


def _peer_groups() -> Repairer:
    from matchmaker.events.peer_groups.changes import Changes, Repair
    from matchmaker.events.peer_groups.repair import repair
    from matchmaker.events.peer_groups.telling import told

    def mend(
        problem: AnyProblem,
        plan: AnyPlan,
        changes: Changes,
        stop: Stop,
        _: int,
        __: Language,
        ___: float = MOVE_LIMIT,
    ) -> Repair:
        return repair(problem, plan, changes, stop)

    return Repairer(Changes, Repair, mend, told)


_LOADERS: Mapping[EventKind, Callable[[], Repairer]] = {
    EventKind.CONVENTION: _conventions,
    EventKind.ROUND_TABLES: _round_tables,
    EventKind.PEER_GROUPS: _peer_groups,
}


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
        If it is a list of invitations.
    """
    event = unit.events.get(event_id)
    if event.details.kind is EventKind.INVITATIONS:
        raise ProblemError(NO_DAY)
    require_version(event, version)
    check_change(event.state, [Change.PLANS, Change.ATTENDANCE])
    return event, carried(unit, event, read_plan(unit, event, None))


def told_of(changes: AnyChanges, mended: AnyRepair) -> Mapping[str, Any]:
    """Say for the history what was changed: ids and numbers, no names and no facts of firms."""
    tree: dict[str, Any] = changes.model_dump(mode="json", exclude=set(_RULES))
    for field in ("walk_ins", "meetings", "mentors"):
        if hasattr(changes, field):
            tree[field] = [each.id for each in getattr(changes, field)]
    return {**tree, "moved": mended.model_dump(mode="json")["moved"]}


_RULES = ("apart", "together", "values")
"""Rules and scores of who walks in: the problem of the plan has them."""
