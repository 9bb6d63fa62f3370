"""Seats as rows -> the plan that people read, with the figures of each group."""

from __future__ import annotations

from math import ceil, isfinite
from typing import Literal

import numpy as np

from matchmaker.events.peer_groups.cohort import NOWHERE, Cohort, Integers
from matchmaker.events.peer_groups.figures import cost_of, missing_themes, off_mix
from matchmaker.events.peer_groups.plan import Finding, Group, LeftOut, Member, Objective, Plan
from matchmaker.events.peer_groups.problem import Located, Problem


def plan_of(
    problem: Problem,
    cohort: Cohort,
    hub: Integers,
    bound: float,
    bound_from: Literal["relaxation", "solver"],
) -> Plan:
    """Write seats as a plan.

    Parameters
    ----------
    hub
        Hub of everybody's group, -1 for nobody's; shape (people,).
    bound
        No groups cost less.
    bound_from
        Where the bound comes from.
    """
    parts = cost_of(cohort, hub)
    total = sum(parts.values())
    least = _whole(bound, total)
    names = [one.id for one in (*problem.leaders, *problem.mentors)]
    n = cohort.n_leaders
    numbered = _numbered(problem, names, hub)
    return Plan(
        status="optimal" if least == total else "feasible",
        groups=tuple(_group(problem, cohort, hub, number, h) for number, h in numbered),
        reserve=tuple(names[i] for i in np.flatnonzero(hub[n:] == NOWHERE) + n),
        left_out=tuple(
            LeftOut(id=names[i], reason=_why_out(cohort, hub, i))
            for i in np.flatnonzero(hub[:n] == NOWHERE).tolist()
        ),
        objective=Objective(**parts, total=total),
        bound=least,
        bound_from=bound_from,
        gap=0.0 if total == 0 else (total - least) / total,
    )


def _whole(bound: float, total: int) -> int:
    """Round a bound up, as the objective is a whole number; the last digits of a float do not."""
    return min(max(ceil(bound - 1e-6), 0), total) if isfinite(bound) else 0


def _numbered(problem: Problem, names: list[str], hub: Integers) -> list[tuple[int, int]]:
    """Numbers of the groups by their hubs: what is fixed first, the others as they come."""
    row = {name: at for at, name in enumerate(names)}
    number = {int(hub[row[seat.member]]): seat.group for seat in problem.fixed}
    used = list(dict.fromkeys(int(h) for h in hub if h != NOWHERE))
    free = iter(k for k in range(1, len(used) + 1) if k not in set(number.values()))
    for h in used:
        if h not in number:
            number[h] = next(free)
    return sorted((k, h) for h, k in number.items())


def _group(problem: Problem, cohort: Cohort, hub: Integers, number: int, h: int) -> Group:
    inside = np.flatnonzero(hub == h)
    n = cohort.n_leaders
    leaders, mentors = inside[inside < n], inside[inside >= n]
    ways = cohort.minutes[inside, h]
    departments = np.bincount(cohort.department[leaders], minlength=cohort.n_departments)
    sizes = np.bincount(cohort.size_class[leaders], minlength=cohort.n_sizes)
    maturities = np.bincount(cohort.maturity_class[leaders], minlength=cohort.n_maturities)
    return Group(
        number=number,
        meets_at=_name_of_hub(problem, cohort, h),
        leaders=_members(problem, cohort, leaders, inside, h),
        mentors=_members(problem, cohort, mentors, inside, h),
        departments=dict(zip(problem.departments, departments.tolist(), strict=True)),
        size_classes=tuple(sizes.tolist()),
        maturity_classes=tuple(maturities.tolist()),
        travel_minutes=int(ways.sum()),
        travel_max_minutes=int(ways.max()),
        size_off=off_mix(cohort.size_class, leaders, cohort.n_sizes),
        maturity_off=off_mix(cohort.maturity_class, leaders, cohort.n_maturities),
        themes_missing=int(missing_themes(cohort, inside).sum()),
    )


def _members(
    problem: Problem, cohort: Cohort, rows: Integers, inside: Integers, h: int
) -> tuple[Member, ...]:
    people = (*problem.leaders, *problem.mentors)
    return tuple(
        Member(
            id=people[i].id,
            minutes=int(cohort.minutes[i, h]),
            theme_partners=int(cohort.alike[i, inside].sum()),
        )
        for i in rows.tolist()
    )


def _name_of_hub(problem: Problem, cohort: Cohort, h: int) -> str:
    if cohort.host[h] >= 0:
        people: tuple[Located, ...] = (*problem.leaders, *problem.mentors)
        return people[int(cohort.host[h])].id
    return [place.id for place in problem.places for _ in range(place.groups)][h]


def _why_out(cohort: Cohort, hub: Integers, leader: int) -> Finding:
    """Say what each group has against a leader: too far, somebody to avoid, full."""
    avoided = {b if a == leader else a for a, b in cohort.never if leader in (a, b)}
    counts = {"far": 0, "apart": 0, "full": 0, "other": 0}
    for h in np.unique(hub[hub != NOWHERE]).tolist():
        inside = np.flatnonzero(hub == h)
        if not cohort.near[leader, h]:
            counts["far"] += 1
        elif avoided & set(inside.tolist()):
            counts["apart"] += 1
        elif (inside < cohort.n_leaders).sum() >= cohort.rules.size[1]:
            counts["full"] += 1
        else:
            counts["other"] += 1
    groups = sum(counts.values())
    only = [kind for kind in ("far", "apart", "full") if counts[kind] == groups]
    return Finding(code=f"left_out_{only[0] if only else 'mixed'}", values={**counts})
