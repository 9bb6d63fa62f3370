"""Somebody who comes when the groups are made: the groups that may take them, the best one first.

A group may take them if it breaks no rule more than before. The best one is that which they help
most, where somebody is missing; then that which costs least (ways, mix, common themes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.errors import ProblemError
from matchmaker.events.documents import document_of
from matchmaker.events.peer_groups.adjusting import OUT, GroupClash
from matchmaker.events.peer_groups.changes import Changes
from matchmaker.events.peer_groups.plan import Group, Member, Plan
from matchmaker.events.peer_groups.problem import Leader, Mentor, Problem
from matchmaker.events.peer_groups.standing import Standing, stand
from matchmaker.texts import Language, say


class NoGroupError(ProblemError):
    """Somebody whom no group, or not the chosen one, may take.

    Parameters
    ----------
    who
        Id of who walks in.
    number
        The chosen group; none if any would do.
    """

    def __init__(self, who: str, number: int | None = None) -> None:
        self.who, self.number = who, number
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say who, and what to do."""
        key = "no_group" if self.number is None else "not_this_group"
        return say(language, f"event.joining.{key}", who=self.who, number=self.number or OUT)


@dataclass(frozen=True)
class Offer:
    """One group, for somebody who joins.

    Parameters
    ----------
    number
        Of the group.
    standing
        All groups, with them in this one.
    helps
        How many people fewer are missing with them.
    clashes
        Rules that would be broken, and were not before; none where the group may take them.
    """

    number: int
    standing: Standing
    helps: int
    clashes: tuple[GroupClash, ...]

    @property
    def fits(self) -> bool:
        """Whether the group may take them."""
        return not self.clashes

    @property
    def group(self) -> Group:
        """The group, with them."""
        return next(each for each in self.standing.plan.groups if each.number == self.number)

    def member(self, who: str) -> Member:
        """Read their way and their common themes."""
        members = (*self.group.leaders, *self.group.mentors)
        return next(each for each in members if each.id == who)


def joined_problem(problem: Problem, person: Leader | Mentor, changes: Changes) -> Problem:
    """Take somebody into the problem, with their pairs among those who are in it.

    Raises
    ------
    ProblemError
        If they are in it already, or do not fit the others.
    """
    tree = problem.model_dump(mode="json")
    field = "leaders" if isinstance(person, Leader) else "mentors"
    tree[field].append(person.model_dump(mode="json"))
    known = {each["id"] for kind in ("leaders", "mentors") for each in tree[kind]}
    for name in ("apart", "together"):
        tree[name] += [
            pair.model_dump(mode="json")
            for pair in getattr(changes, name)
            if person.id in (pair.a, pair.b) and {pair.a, pair.b} <= known
        ]
    tree["fixed"] += [
        seat.model_dump(mode="json") for seat in changes.fixed if seat.member == person.id
    ]
    return document_of(tree, Problem, "the changes")


def offers(
    problem: Problem, wider: Problem, plan: Plan, group: Mapping[str, int], who: str
) -> list[Offer]:
    """Try somebody in each group.

    Parameters
    ----------
    problem, wider
        Without them, and with them.
    plan
        Where groups meet.
    group
        Number of everybody else's group.
    who
        Id of who joins.

    Returns
    -------
    list of Offer
        The best first; groups that may not take them last.
    """
    before = stand(problem, plan, group)
    found = [_offer(before, wider, plan, who, each.number) for each in plan.groups]
    return sorted(found, key=lambda each: (not each.fits, each.standing.rank))


def _offer(before: Standing, wider: Problem, plan: Plan, who: str, number: int) -> Offer:
    after = stand(wider, plan, {**before.group, who: number})
    helps = before.missing - after.missing
    # A rule that was broken before counts only where it is broken more.
    fresh = tuple(each for each in after.clashes if each not in before.clashes)
    return Offer(number, after, max(helps, 0), fresh if helps < 0 else ())


def joined(
    problem: Problem, plan: Plan, group: Mapping[str, int], changes: Changes
) -> tuple[Problem, dict[str, int]]:
    """Put everybody who walks in into a group: the chosen one, else the best.

    A mentor whom no group needs stays in reserve.

    Raises
    ------
    NoGroupError
        If the chosen group, or every group, may not take a leader.
    ProblemError
        If they do not fit the others.
    """
    seated, chosen = dict(group), {seat.member: seat.group for seat in changes.fixed}
    people: list[Leader | Mentor] = [*changes.walk_ins, *changes.mentors]
    for person in people:
        wider = joined_problem(problem, person, changes)
        wanted = chosen.get(person.id)
        free = [
            each.number
            for each in offers(problem, wider, plan, seated, person.id)
            if each.fits and wanted in (None, each.number)
        ]
        if not free and (isinstance(person, Leader) or wanted is not None):
            raise NoGroupError(person.id, wanted)
        seated[person.id], problem = (free[0] if free else OUT), wider
    return problem, seated
