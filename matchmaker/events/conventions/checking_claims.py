"""The checker on figures: what a plan says of itself is recomputed, or contradicted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isclose

from matchmaker.events.conventions.checking_days import Day, Held
from matchmaker.events.conventions.plan import Figures, Plan
from matchmaker.events.conventions.problem import Goal, Id, Problem

TOLERANCE = 1e-6
"""Of sums and bounds: relative, and absolute below 1."""

GOALS: tuple[Goal, ...] = ("value", "breaks", "idle")


def false_claims(
    problem: Problem, plan: Plan, held: list[Held], days: dict[Id, Day]
) -> Iterator[str]:
    """Say which figures, bounds or status do not follow from the meetings.

    Parameters
    ----------
    plan
        One that is not infeasible.
    held
        Its meetings.
    days
        What they mean for each participant.
    """
    yield from _participants(plan, days)
    yield from _table_changes(plan, days)
    if plan.objective is not None:
        yield from _objective(plan.objective, held, days)
        yield from _bounds(plan, plan.objective)
        yield from _gap(problem.objective[0], plan, plan.objective)
        yield from _status(problem, plan, plan.objective)


def _participants(plan: Plan, days: dict[Id, Day]) -> Iterator[str]:
    """Recompute the figures of participants; they may be left out altogether, not of some."""
    named = Counter(person.id for person in plan.participants)
    for name, times in named.items():
        if name not in days:
            yield f"There are figures of participant {name!r}, who is not in the problem."
        if times > 1:
            yield f"There are figures of participant {name!r} {times} times."
    if plan.participants:
        for name in days:
            if name not in named:
                yield f"The figures of participant {name!r} are missing."
    for person in plan.participants:
        if person.id not in days:
            continue
        day = days[person.id]
        for what, true, said in (
            ("meetings", len(day.slots), person.meetings),
            ("breaks", day.breaks, person.breaks),
            ("idle slots", day.idle, person.idle),
            ("table changes", day.table_changes, person.table_changes),
        ):
            if said != true:
                yield f"Participant {person.id!r} has {true} {what}, not {said}."


def _table_changes(plan: Plan, days: dict[Id, Day]) -> Iterator[str]:
    true = sum(day.table_changes for day in days.values())
    if plan.table_changes not in (None, true):
        yield f"There are {true} table changes, not {plan.table_changes}."


def _objective(said: Figures, held: list[Held], days: dict[Id, Day]) -> Iterator[str]:
    value = sum(meeting.value for meeting, _, _ in held)
    if not _equal(said.value, value):
        yield f"The value is {value:.10g}, not {said.value:.10g}."
    breaks = sum(day.breaks for day in days.values())
    if said.breaks != breaks:
        yield f"There are {breaks} breaks, not {said.breaks}."
    idle = sum(day.idle for day in days.values())
    if said.idle != idle:
        yield f"There are {idle} idle slots, not {said.idle}."


def _bounds(plan: Plan, said: Figures) -> Iterator[str]:
    """Look for bounds that this very plan beats."""
    for goal in GOALS:
        figure, bound = getattr(said, goal), getattr(plan.bound, goal)
        if bound is None or _equal(figure, bound):
            continue
        if (figure > bound) if goal == "value" else (figure < bound):
            yield f"The plan has {goal} {figure:.10g}, better than the bound {bound:.10g}."


def _gap(goal: Goal, plan: Plan, said: Figures) -> Iterator[str]:
    """Recompute the distance of the first goal from its bound, relative."""
    bound = getattr(plan.bound, goal)
    if plan.gap is None:
        return
    if bound is None:
        yield f"There is a gap, and no bound of {goal}, the first goal."
        return
    figure = float(getattr(said, goal))
    if goal == "value":
        true = abs(figure - bound) / max(1e-9, abs(bound))
    else:
        true = (figure - bound) / max(1.0, figure)
    if not _equal(plan.gap, true):
        yield f"The gap is {true:.6g}, not {plan.gap:.6g}."


def _status(problem: Problem, plan: Plan, said: Figures) -> Iterator[str]:
    """Look for goals that are not at their bounds in a plan that is called optimal."""
    for goal in problem.objective if plan.status == "optimal" else ():
        figure, bound = getattr(said, goal), getattr(plan.bound, goal)
        if bound is None:
            yield f"The plan is optimal and has no bound of {goal}."
        elif not _equal(figure, bound):
            yield f"The plan is optimal, and its {goal} {figure:.10g} is not {bound:.10g}."


def _equal(said: float, true: float) -> bool:
    return isclose(said, true, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
