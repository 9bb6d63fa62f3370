"""Pairs whose meeting an adviser took out by hand: kept apart until somebody allows them again.

They stand in the problem of a plan, among the pairs apart, so that planner, repair and checker keep
them like any other rule.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.plan import Bounds, Plan
from matchmaker.events.conventions.problem import Apart, ApartReason, Id, Meeting, Problem
from matchmaker.events.conventions.timetable import of_one_group

BY_HAND: ApartReason = "by_hand"
"""Why the two are apart: as the problem writes it."""

Pair = frozenset[str]
"""Two participants, by their ids as addresses write them."""


@dataclass(frozen=True)
class Lifted:
    """A problem in which two may meet again, and the plan as it answers that problem."""

    problem: Problem
    plan: Plan


def pair_of(a: Id, b: Id) -> Pair:
    """Name two participants, in whatever order."""
    return frozenset((str(a), str(b)))


def pairs_out(problem: Problem) -> frozenset[Pair]:
    """List the pairs that were taken out by hand."""
    return frozenset(pair_of(each.a, each.b) for each in problem.apart if each.why == BY_HAND)


def pairs_met(problem: Problem, plan: Plan) -> frozenset[Pair]:
    """List the pairs that meet in a plan."""
    held = {each.id for each in plan.meetings}
    return frozenset(pair_of(each.a, each.b) for each in problem.meetings if each.id in held)


def kept_out(problem: Problem, pairs: Collection[Pair]) -> Problem:
    """Keep pairs apart by hand, where no other rule does so already.

    What an adviser has decided goes before what the two have asked for: their meeting need not
    take place any more. Pairs with somebody who is not in the problem are left out.
    """
    people = {str(person.id): person for person in problem.participants}
    known = {pair_of(each.a, each.b) for each in problem.apart}
    added = [
        (a, b)
        for a, b in sorted(tuple(sorted(pair)) for pair in set(pairs) - known)
        if a in people and b in people and not of_one_group(people[a], people[b])
    ]
    if not added:
        return problem
    apart = tuple(Apart(a=people[a].id, b=people[b].id, why=BY_HAND) for a, b in added)
    out = {frozenset(pair) for pair in added}
    meetings = tuple(
        each.model_copy(update={"mandatory": False}) if pair_of(each.a, each.b) in out else each
        for each in problem.meetings
    )
    return problem.model_copy(update={"apart": (*problem.apart, *apart), "meetings": meetings})


def lifted(problem: Problem, plan: Plan, a: str, b: str) -> Lifted:
    """Let two meet again whose meeting was taken out by hand; nothing changes where it was not.

    Parameters
    ----------
    problem, plan
        What is planned.
    a, b
        The two.
    """
    pair = pair_of(a, b)
    if pair not in pairs_out(problem):
        return Lifted(problem, plan)
    kept = [
        each for each in problem.apart if each.why != BY_HAND or pair_of(each.a, each.b) != pair
    ]
    meetings = [each for each in problem.meetings if pair_of(each.a, each.b) == pair]
    ids = {each.id for each in meetings}
    # What was given as the reason is one no more: whoever writes the plan anew finds another.
    unmet = tuple(each for each in plan.unmet if each.id not in ids or each.reason != BY_HAND)
    bound = _bound(problem, plan, meetings)
    return Lifted(
        problem.model_copy(update={"apart": tuple(kept)}),
        plan.model_copy(update={"unmet": unmet, "bound": bound}),
    )


def _bound(problem: Problem, plan: Plan, meetings: Collection[Meeting]) -> Bounds:
    """Keep the bound of the value, with the lifted meetings on top; those of waits go.

    Any plan with them becomes one without them by leaving them out, unless somebody needs them
    for their minimum or breaks have to be spread: then nothing is known.
    """
    ends = {who for each in meetings for who in (each.a, each.b)}
    needed = any(person.min for person in problem.participants if person.id in ends)
    first = problem.objective[0] == "value" and plan.bound.value is not None
    if not first or needed or problem.fairness is not None:
        return Bounds()
    return Bounds(value=(plan.bound.value or 0.0) + sum(each.value for each in meetings))


def require_out(problem: Problem, a: str, b: str) -> None:
    """Check that the meeting of two was taken out by hand.

    Raises
    ------
    ProblemError
        If it was not: somebody may have allowed it meanwhile.
    """
    if pair_of(a, b) not in pairs_out(problem):
        raise ProblemError(
            f"{a!r} and {b!r} are not kept apart by hand; reload the page of the plan."
        )
