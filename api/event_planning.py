"""Making a plan of a stored event, for routes and pages alike; who asks decides what is kept."""

from __future__ import annotations

import time
from dataclasses import dataclass

from api.event_access import EventDesk, published_scores
from matchmaker.events.life import Event
from matchmaker.events.services.planners import AnyPlan, planner_of
from matchmaker.events.services.planning import Prepared, is_usable, new_plan, prepare
from matchmaker.events.stopping import Stop
from matchmaker.events.stored_plans import NewPlan
from matchmaker.texts import Language


@dataclass(frozen=True)
class Planned:
    """A plan that was made and is not kept yet.

    Parameters
    ----------
    event
        As it was read.
    plan
        The document of its planner.
    kept
        What the store keeps of it; nothing of a plan that cannot be worked with.
    snapshot
        The night whose scores counted; nothing where none is published.
    """

    event: Event
    plan: AnyPlan
    kept: NewPlan | None
    snapshot: str | None


async def plan_event(
    desk: EventDesk, version: int, seconds: float, seed: int, language: Language
) -> Planned:
    """Plan an event of its registrations, wishes and scores; nothing is written.

    Parameters
    ----------
    desk
        The event.
    version
        Version that was read.
    seconds
        Time for it.
    seed
        Of every random choice.
    language
        Of the sentences in the plan.

    Raises
    ------
    PlannerBusyError
        If another plan is being made.
    UnknownEventError, EventConflictError, EventStateError, ProblemError
        As the services of planning.
    """
    scoring, snapshot = await published_scores(desk.service)

    def work() -> tuple[Prepared, AnyPlan]:
        stop = Stop(seconds, time.monotonic)
        with desk.service.store.reading() as unit:
            prepared = prepare(unit, desk.event(unit).id, version, scoring)
        planner = planner_of(prepared.event.details.kind)
        return prepared, planner.make(prepared.problem, stop, seed, language)

    prepared, plan = await desk.service.plan(work)
    kept = new_plan(prepared.problem, plan, seed) if is_usable(plan) else None
    return Planned(prepared.event, plan, kept, snapshot)
