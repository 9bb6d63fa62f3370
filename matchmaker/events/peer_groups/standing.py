"""Groups on their way to be mended: who is where, the plan of it, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.events.peer_groups.adjusting import GroupClash, clashes_of, written
from matchmaker.events.peer_groups.plan import Group, Plan
from matchmaker.events.peer_groups.problem import Problem

MISSING = ("size", "mentors", "department", "travel")
"""Rules that are given up where nobody can be moved; the others are on pairs, and hold."""
HARD = 1_000
"""A broken rule on a pair counts as much as so many missing people: it is never made."""


@dataclass(frozen=True)
class Standing:
    """Groups as they would be.

    Parameters
    ----------
    group
        Number of everybody's group.
    plan
        The groups with their figures, whatever rules they break.
    clashes
        The rules that they break.
    missing
        How many people they lack or have too many, and how far they are from the other rules.
    """

    group: Mapping[str, int]
    plan: Plan
    clashes: tuple[GroupClash, ...]
    missing: int

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller is better: nobody missing, then a small cost."""
        return self.missing, self.cost

    @property
    def cost(self) -> int:
        """Ways, mix and themes, in minutes of travel."""
        return self.plan.objective.total if self.plan.objective else 0


def stand(problem: Problem, plan: Plan, group: Mapping[str, int]) -> Standing:
    """Write groups down, with what they break.

    Parameters
    ----------
    problem
        The people of the groups.
    plan
        Where groups meet.
    group
        Number of everybody's group.
    """
    after = written(problem, plan, group)
    clashes = tuple(clashes_of(problem, after, group))
    missing = sum(sum(lacks(problem, each).values()) for each in after.groups)
    hard = sum(each.code not in MISSING for each in clashes)
    far = sum(each.code == "travel" for each in clashes)
    return Standing(dict(group), after, clashes, missing + far + HARD * hard)


def lacks(problem: Problem, group: Group) -> dict[str, int]:
    """Count the people that a group lacks, or has too many, for each rule on numbers."""
    leaders, mentors = len(group.leaders), len(group.mentors)
    share = round(1000 * problem.department_share_min) * leaders
    least = max(problem.department_min, -(-share // 1000))
    return {
        "size": max(problem.size_min - leaders, leaders - problem.size_max, 0),
        "mentors": max(problem.mentors_min - mentors, mentors - problem.mentors_max, 0),
        "department": sum(max(least - count, 0) for count in group.departments.values()),
    }
