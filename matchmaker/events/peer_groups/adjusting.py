"""Peer groups changed by hand: one person into another group, or two who change places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from matchmaker.errors import ProblemError
from matchmaker.events.peer_groups.checking import check
from matchmaker.events.peer_groups.cohort import NOWHERE, Cohort, Integers, cohort_of
from matchmaker.events.peer_groups.plan import Plan
from matchmaker.events.peer_groups.problem import Leader, Mentor, Problem
from matchmaker.events.peer_groups.reporting import plan_of

OUT = 0
"""Number of the group of those who have none."""

GroupClashCode = Literal[
    "apart",
    "company",
    "size",
    "mentors",
    "department",
    "together",
    "fixed",
    "travel",
    "left_out",
    "other",
]


@dataclass(frozen=True)
class GroupClash:
    """A rule that a change would break.

    Parameters
    ----------
    code
        Which rule.
    values
        What its sentence names: people `a` and `b`, a group `number`, a `count`, limits.
    """

    code: GroupClashCode
    values: Mapping[str, str | int] = field(default_factory=dict)


class GroupClashError(ProblemError):
    """A change by hand that breaks a rule; nothing was written.

    Parameters
    ----------
    clashes
        The rules, at least one.
    """

    def __init__(self, clashes: tuple[GroupClash, ...]) -> None:
        self.clashes = clashes
        codes = ", ".join(each.code for each in clashes)
        super().__init__(f"the change breaks a rule ({codes}); choose another group.")


def groups_of(plan: Plan) -> dict[str, int]:
    """Find the number of everybody's group; `OUT` for those who have none."""
    seated = {m.id: g.number for g in plan.groups for m in (*g.leaders, *g.mentors)}
    return {**dict.fromkeys((*plan.reserve, *(each.id for each in plan.left_out)), OUT), **seated}


def moved(problem: Problem, plan: Plan, person: str, number: int, other: str | None = None) -> Plan:
    """Put somebody into another group, and somebody of that group into theirs if named.

    Parameters
    ----------
    problem, plan
        The groups.
    person
        Who moves: a leader or a mentor.
    number
        Of the group; `OUT` for none.
    other
        Who goes the other way; nobody if not given.

    Returns
    -------
    Plan
        With every figure anew; its bound holds as before. Where the host of a group has left it,
        it meets at the member to whom the others have the shortest ways.

    Raises
    ------
    ProblemError
        If somebody, or the group, is not in the plan, or both are in one group.
    GroupClashError
        If a rule is broken.
    """
    after, clashes = tried(problem, plan, person, number, other)
    if clashes:
        raise GroupClashError(clashes)
    return after


def tried(
    problem: Problem, plan: Plan, person: str, number: int, other: str | None = None
) -> tuple[Plan, tuple[GroupClash, ...]]:
    """Try a change: the plan that it would make, and every rule that it would break.

    Parameters and errors are as in `moved`.
    """
    group = groups_of(plan)
    _require(plan, group, person, number, other)
    before = group[person]
    group[person] = number
    if other is not None:
        group[other] = before
    after = written(problem, plan, group)
    clashes = tuple(clashes_of(problem, after, group))
    faults = check(problem, after)
    if faults and not clashes:
        clashes = tuple(GroupClash("other", {"text": fault}) for fault in faults)
    return after, clashes if faults else ()


def _require(
    plan: Plan, group: Mapping[str, int], person: str, number: int, other: str | None
) -> None:
    for who in filter(None, (person, other)):
        if who not in group:
            raise ProblemError(f"{who!r} is not in the plan; reload the page of the groups.")
    if number != OUT and number not in {each.number for each in plan.groups}:
        raise ProblemError(f"the plan has no group {number}; reload the page of the groups.")
    if group[person] == number or (other is not None and group[other] != number):
        raise ProblemError(f"{person!r} cannot go to group {number}; reload the page.")


def written(problem: Problem, plan: Plan, group: Mapping[str, int]) -> Plan:
    """Write groups as a plan in which every group keeps its number, whatever rules that breaks.

    Parameters
    ----------
    problem
        The people of the groups.
    plan
        Where groups meet, and a bound that holds.
    group
        Number of everybody's group; `OUT` for none.
    """
    cohort = cohort_of(problem)
    ids = [each.id for each in (*problem.leaders, *problem.mentors)]
    hubs = _hubs(problem, cohort, plan, {row: group[who] for row, who in enumerate(ids)})
    hub: Integers = np.array([hubs.get(group[who], NOWHERE) for who in ids], np.int64)
    # Numbers follow below: those of fixed seats may be what the change breaks.
    free = problem.model_copy(update={"fixed": ()})
    after = plan_of(free, cohort, hub, float(plan.bound or 0), plan.bound_from or "relaxation")
    someone = {each.number: (*each.leaders, *each.mentors)[0].id for each in after.groups}
    numbered = [
        each.model_copy(update={"number": group[someone[each.number]]}) for each in after.groups
    ]
    return after.model_copy(
        update={"groups": tuple(sorted(numbered, key=lambda each: each.number))}
    )


def _hubs(
    problem: Problem, cohort: Cohort, plan: Plan, groups: Mapping[int, int]
) -> dict[int, int]:
    """Find where each group meets: as before, or at another member where the host has left."""
    ids = [each.id for each in (*problem.leaders, *problem.mentors)]
    places = [place.id for place in problem.places for _ in range(place.groups)]
    free = list(range(len(places)))
    found: dict[int, int] = {}
    for each in plan.groups:
        members = [row for row, number in groups.items() if number == each.number]
        if places:
            found[each.number] = next(row for row in free if places[row] == each.meets_at)
            free.remove(found[each.number])
        elif each.meets_at in ids and groups[ids.index(each.meets_at)] == each.number:
            found[each.number] = ids.index(each.meets_at)
        elif members:
            ways = cohort.minutes[np.ix_(members, members)].sum(axis=0)
            found[each.number] = members[int(ways.argmin())]
    return found


def clashes_of(problem: Problem, plan: Plan, group: Mapping[str, int]) -> Iterator[GroupClash]:
    """Name every rule that groups break."""
    yield from _pair_clashes(problem, group)
    for pair in problem.together:
        if group[pair.a] != group[pair.b]:
            yield GroupClash("together", {"a": pair.a, "b": pair.b})
    for seat in problem.fixed:
        if group[seat.member] != seat.group:
            yield GroupClash("fixed", {"a": seat.member})
    if plan.left_out and not problem.may_leave_out:
        yield GroupClash("left_out")
    yield from _count_clashes(problem, plan)


def _pair_clashes(problem: Problem, group: Mapping[str, int]) -> Iterator[GroupClash]:
    for pair in problem.apart:
        if OUT != group[pair.a] == group[pair.b]:
            yield GroupClash("apart", {"a": pair.a, "b": pair.b})
    first: dict[tuple[int, str], str] = {}
    people: list[Leader | Mentor] = [*problem.leaders, *problem.mentors]
    for each in people:
        if each.company is None or group[each.id] == OUT:
            continue
        other = first.setdefault((group[each.id], each.company), each.id)
        if other != each.id:
            yield GroupClash("company", {"a": other, "b": each.id})


def _count_clashes(problem: Problem, plan: Plan) -> Iterator[GroupClash]:
    department = {each.id: each.department for each in problem.leaders}
    for each in plan.groups:
        leaders, number = len(each.leaders), each.number
        if not problem.size_min <= leaders <= problem.size_max:
            limits = {"low": problem.size_min, "high": problem.size_max}
            yield GroupClash("size", {"number": number, "count": leaders, **limits})
        if not problem.mentors_min <= len(each.mentors) <= problem.mentors_max:
            limits = {"low": problem.mentors_min, "high": problem.mentors_max}
            yield GroupClash("mentors", {"number": number, "count": len(each.mentors), **limits})
        counts = Counter(department[member.id] for member in each.leaders)
        for code in problem.departments:
            share = round(1000 * problem.department_share_min) * leaders
            if counts[code] < problem.department_min or 1000 * counts[code] < share:
                yield GroupClash("department", {"number": number, "department": code})
        for member in (*each.leaders, *each.mentors):
            limit = problem.travel_max_minutes
            if limit is not None and member.minutes > limit:
                yield GroupClash("travel", {"a": member.id, "count": member.minutes, "high": limit})
