"""Peer groups mended when members fall out: one person at a time goes where somebody is missing.

Whoever walks in is put into a group first (`joining`): they may be the one who is missing. Then, of
all single moves that bring the groups nearer to their rules, the one is taken that costs least
(ways, mix of sizes and ages, common themes); where none helps, two people change places. What is
still missing then is given up, and said.
"""

from __future__ import annotations

from collections.abc import Iterator

from matchmaker.errors import BrokenPlanError, ProblemError
from matchmaker.events.documents import document_of
from matchmaker.events.peer_groups.adjusting import OUT, groups_of, written
from matchmaker.events.peer_groups.changes import Changes, Host, Move, Repair
from matchmaker.events.peer_groups.checking import check
from matchmaker.events.peer_groups.cohort import cohort_of
from matchmaker.events.peer_groups.joining import joined
from matchmaker.events.peer_groups.plan import Finding, Plan
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.peer_groups.relaxation import relax
from matchmaker.events.peer_groups.standing import Standing, lacks, stand
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language, say


class EmptyGroupError(ProblemError):
    """A group of which everybody has fallen out.

    Parameters
    ----------
    number
        The group.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say which group, and what to do."""
        return say(language, "event.peer_groups.cannot_mend", number=self.number)


def repair(problem: Problem, plan: Plan, changes: Changes, stop: Stop) -> Repair:
    """Mend peer groups.

    Parameters
    ----------
    problem, plan
        What was planned.
    changes
        Who has fallen out, and who walks in.
    stop
        When to leave the groups as they are by then.

    Raises
    ------
    ProblemError
        If somebody is unknown, or there are no groups to mend.
    EmptyGroupError
        If a group has lost everybody.
    NoGroupError
        If no group may take somebody who walks in.
    BrokenPlanError
        If the checker refuses the mended groups: a defect.
    """
    left = without(problem, plan, changes)
    before = groups_of(plan)
    group = {who: before[who] for who in before if who not in changes.absent}
    fixed = left.fixed
    left, group = joined(left, plan, group, changes)
    standing = stand(left, plan, group)
    while standing.missing and not stop.reached:
        better = _better(left, plan, standing, stop)
        if better is None:
            break
        standing = better
    # Seats that were chosen today hold today.
    settled = _settled(left, standing).model_copy(update={"fixed": fixed})
    after = _bounded(settled, standing, stop)
    faults = check(settled, after)
    if faults:
        raise BrokenPlanError(f"the mended groups break a rule and are kept back: {faults[0]}")
    return Repair(
        problem=settled,
        plan=after,
        moved=tuple(
            Move(member=who, old=before.get(who, OUT), new=number)
            for who, number in standing.group.items()
            if number != before.get(who, OUT)
        ),
        hosts=tuple(_hosts(plan, after)),
        short=tuple(Finding(code=each.code, values=dict(each.values)) for each in standing.clashes),
        seconds=round(stop.elapsed, 3),
    )


def without(problem: Problem, plan: Plan, changes: Changes) -> Problem:
    """Take those who have fallen out of the problem, with their pairs and fixed seats.

    Raises
    ------
    ProblemError
        If somebody is not in the problem, or the plan has no groups.
    EmptyGroupError
        If a group has lost everybody.
    """
    if not plan.groups:
        raise ProblemError("the plan has no groups to mend. Plan the event first.")
    gone = set(changes.absent)
    known = {each.id for each in (*problem.leaders, *problem.mentors)}
    for name in changes.absent:
        if name not in known:
            raise ProblemError(f"the changes name {name!r}, who is neither leader nor mentor.")
    for each in plan.groups:
        if {member.id for member in each.leaders} <= gone:
            raise EmptyGroupError(each.number)
    tree = problem.model_dump(mode="json")
    for field in ("leaders", "mentors"):
        tree[field] = [each for each in tree[field] if each["id"] not in gone]
    for field in ("apart", "together"):
        tree[field] = [each for each in tree[field] if not {each["a"], each["b"]} & gone]
    tree["fixed"] = [each for each in tree["fixed"] if each["member"] not in gone]
    tree["groups"] = len(plan.groups)
    return document_of(tree, Problem, "the changes")


def _better(problem: Problem, plan: Plan, standing: Standing, stop: Stop) -> Standing | None:
    """Find the best single move, or else the best exchange; none where nothing helps."""
    for tries in (_moves(problem, standing), _exchanges(problem, standing)):
        best: Standing | None = None
        for group in tries:
            if stop.reached:
                break
            tried = stand(problem, plan, group)
            if tried.missing < standing.missing and (best is None or tried.rank < best.rank):
                best = tried
        if best is not None:
            return best
    return None


def _needy(problem: Problem, plan: Plan) -> list[int]:
    return [each.number for each in plan.groups if any(lacks(problem, each).values())]


def _moves(problem: Problem, standing: Standing) -> Iterator[dict[str, int]]:
    """Put one person into a group that lacks somebody; nobody leaves one that lacks some too."""
    needy = _needy(problem, standing.plan)
    for number in needy:
        for who, now in standing.group.items():
            if now != number:
                yield {**standing.group, who: number}


def _exchanges(problem: Problem, standing: Standing) -> Iterator[dict[str, int]]:
    """Let somebody of a group that lacks some change places with anybody of another one."""
    needy, mentors = _needy(problem, standing.plan), {each.id for each in problem.mentors}
    for who, here in standing.group.items():
        for other, there in standing.group.items():
            alike = (who in mentors) == (other in mentors)
            if here in needy and there not in (here, OUT) and alike:
                yield {**standing.group, who: there, other: here}


def _settled(problem: Problem, standing: Standing) -> Problem:
    """Ask of the groups no more than they can keep."""
    plan = standing.plan
    leaders = [len(each.leaders) for each in plan.groups]
    mentors = [len(each.mentors) for each in plan.groups]
    fewest = min(count for each in plan.groups for count in each.departments.values())
    shares = [
        1000 * count // len(each.leaders)
        for each in plan.groups
        for count in each.departments.values()
    ]
    far = max(each.travel_max_minutes for each in plan.groups)
    limit = problem.travel_max_minutes
    return problem.model_copy(
        update={
            "size_min": min(problem.size_min, *leaders),
            "mentors_min": min(problem.mentors_min, *mentors),
            "department_min": min(problem.department_min, fewest),
            "department_share_min": min(problem.department_share_min, min(shares) / 1000),
            "travel_max_minutes": None if limit is None else max(limit, far),
        }
    )


def _bounded(problem: Problem, standing: Standing, stop: Stop) -> Plan:
    """Write the mended groups with a bound of their own: that of the old ones says nothing."""
    numbers = len(standing.plan.groups)
    bound = relax(cohort_of(problem), numbers, stop.beside(BOUND_SECONDS)).bound
    old = standing.plan.model_copy(update={"bound": _whole(bound), "bound_from": "relaxation"})
    return written(problem, old, standing.group)


BOUND_SECONDS = 1.0
"""For the bound of the mended groups."""


def _whole(bound: float) -> int:
    # A bound that is no number, or below nothing, says nothing.
    return int(bound) if 0 <= bound < float("inf") else 0


def _hosts(before: Plan, after: Plan) -> Iterator[Host]:
    was = {each.number: each.meets_at for each in before.groups}
    for each in after.groups:
        if was[each.number] != each.meets_at:
            yield Host(group=each.number, meets_at=each.meets_at)
