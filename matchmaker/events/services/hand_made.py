"""What advisers decided by hand about the meetings of a convention, carried from plan to plan.

Two plans count: the newest, which knows the latest decision, and the one in use. So a meeting that
was taken out stays out when the event is planned again, mended, or goes back to an earlier plan;
only a plan in which the two meet says otherwise, as it was chosen with that meeting in it. A plan
knows nothing of those who are not in it: of somebody who has come back, the last plan that had
them and the other one knows what was decided.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from matchmaker.events.conventions.hand_made import (
    Pair,
    kept_out,
    pairs_met,
    pairs_out,
)
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import document_of
from matchmaker.events.life import Event, EventKind
from matchmaker.events.stored_plans import StoredPlan
from matchmaker.store import Unit


@dataclass(frozen=True)
class HandMade:
    """Decisions that stand, and those that the plan in use has taken back.

    Parameters
    ----------
    out
        Pairs whose meeting was taken out, and stays out.
    back
        Pairs whose meeting was taken out of the newest plan, and is in the one in use.
    """

    out: frozenset[Pair] = frozenset()
    back: frozenset[Pair] = frozenset()


def hand_made(unit: Unit, event: Event, coming: Collection[str] = ()) -> HandMade:
    """Read what was decided by hand; nothing for other kinds of events, and without a plan.

    Parameters
    ----------
    unit, event
        A unit that reads, and the event.
    coming
        Ids of those who take part by now, as far as the newest plan may not have them.
    """
    number = event.current_plan
    if event.details.kind is not EventKind.CONVENTION or number is None:
        return HandMade()
    newest = unit.events.plans.all(event.id)[-1].number
    used = unit.events.plans.get(event.id, number)
    last = used if newest == number else unit.events.plans.get(event.id, newest)
    decided = pairs_out(_problem(last)) | pairs_out(_problem(used))
    decided |= _of_earlier(unit, event, last, {*coming} | _people(used))
    met = pairs_met(_problem(used), document_of(used.plan, Plan, f"plan {number}"))
    return HandMade(decided - met, decided & met)


def _of_earlier(
    unit: Unit, event: Event, newest: StoredPlan, people: Collection[str]
) -> frozenset[Pair]:
    """Read in earlier plans what was decided of people whom the newest one does not have."""
    newer, found = [_people(newest)], set[Pair]()
    strangers = set(people) - newer[0]
    if not strangers:
        return frozenset()
    for entry in reversed(unit.events.plans.all(event.id)[:-1]):
        stored = unit.events.plans.get(event.id, entry.number)
        found |= {
            pair
            for pair in pairs_out(_problem(stored))
            if pair & strangers and not any(pair <= known for known in newer)
        }
        newer.append(_people(stored))
    return frozenset(found)


def _people(stored: StoredPlan) -> set[str]:
    return {str(person["id"]) for person in stored.problem["participants"]}


def carried(unit: Unit, event: Event, stored: StoredPlan) -> StoredPlan:
    """Write what was decided by hand in a newer plan into the problem of the one in use."""
    if event.details.kind is not EventKind.CONVENTION:
        return stored
    if stored.entry.number == unit.events.plans.all(event.id)[-1].number:
        return stored
    problem = kept_out(_problem(stored), hand_made(unit, event).out)
    return replace(stored, problem=problem.model_dump(mode="json"))


def _problem(stored: StoredPlan) -> Problem:
    return document_of(stored.problem, Problem, f"problem of plan {stored.entry.number}")
