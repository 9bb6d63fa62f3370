"""Making a plan of a stored event from a page."""

from __future__ import annotations

import time
from dataclasses import dataclass

from api.event_access import EventDesk, published_scores
from matchmaker.events.life import Edit, Event
from matchmaker.events.services.planners import AnyPlan, planner_of
from matchmaker.events.services.planning import Prepared, is_usable, new_plan, prepare
from matchmaker.events.services.publishing import keep_plan
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language


@dataclass(frozen=True)
class Planned:
    """A plan that was made; the event has it in use where it can be worked with.

    Parameters
    ----------
    event
        After it was kept, or as it was.
    plan
        The document of its planner.
    """

    event: Event
    plan: AnyPlan


async def plan_event(
    desk: EventDesk, edit: Edit, seconds: float, seed: int, language: Language
) -> Planned:
    """Plan an event, keep the plan, and call the event planned.

    Parameters
    ----------
    desk
        The event.
    edit
        Who plans, and which version they have read.
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
    scoring, _ = await published_scores(desk.service)

    def work() -> tuple[Prepared, AnyPlan]:
        stop = Stop(seconds, time.monotonic)
        with desk.service.store.reading() as unit:
            prepared = prepare(unit, desk.event(unit).id, edit.version, scoring)
        planner = planner_of(prepared.event.details.kind)
        return prepared, planner.make(prepared.problem, stop, seed, language)

    prepared, plan = await desk.service.plan(work)
    if not is_usable(plan):
        return Planned(prepared.event, plan)
    made = new_plan(prepared.problem, plan, seed)
    kept = await desk.write(lambda unit, event: keep_plan(unit, event, edit, made))
    return Planned(kept, plan)
