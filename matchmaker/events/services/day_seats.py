"""What has happened on the day of round tables, or to peer groups, read from who is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matchmaker.events.details import EventKind
from matchmaker.events.peer_groups.changes import Changes as GroupChanges
from matchmaker.events.peer_groups.plan import Plan as GroupPlan
from matchmaker.events.peer_groups.problem import Membership
from matchmaker.events.peer_groups.problem import Problem as GroupProblem
from matchmaker.events.preparing.joining_groups import Joining
from matchmaker.events.preparing.people import TAKE_PART
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.round_tables.changes import Changes, Late
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.problem import Pair, Participant, Problem
from matchmaker.events.services.day_changes import DayNews, news_of
from matchmaker.events.services.planners import AnyPlan, AnyProblem

UNKNOWN_DEPARTMENT = "?"
"""Of somebody who walks in and says none: another one than everybody's."""


def news_of_day(
    kind: EventKind,
    problem: AnyProblem,
    plan: AnyPlan,
    registrations: Iterable[Registration],
    first: int,
) -> DayNews:
    """Compare who is there with the plan of any kind of event, from a slot or round on."""
    match kind:
        case EventKind.ROUND_TABLES:
            return news_of_tables(problem, plan, registrations, first)
        case EventKind.PEER_GROUPS:
            return news_of_groups(problem, plan, registrations)
        case _:
            return news_of(problem, plan, registrations, first)


def news_of_tables(
    problem: Problem, plan: Plan, registrations: Iterable[Registration], first: int
) -> DayNews:
    """Compare who is there with the tables, from a round on."""
    known = {each.id: each for each in registrations}
    rounds = _rounds_of(plan, first)
    absent, late, back = [], [], []
    for person in problem.participants:
        # Whoever was removed from the list does not come either.
        each = known.get(person.id, Registration(person.id, person.id, status=Status.CANCELLED))
        since, own = _since(each), rounds.get(each.id, ())
        if each.status not in TAKE_PART:
            absent += [each] if own else []
        elif any(number < since for number in own):
            late.append(each)
        elif any(number >= max(first, since) for number in {*person.away} - {*each.unavailable}):
            back.append(each)
    planned = {person.id for person in problem.participants}
    new = [each for each in known.values() if each.id not in planned and _joins(each)]
    return DayNews(tuple(absent), tuple(late), tuple(new), tuple(back))


def news_of_groups(
    problem: GroupProblem, plan: GroupPlan, registrations: Iterable[Registration]
) -> DayNews:
    """Find who is in a group and comes no more, and who has come and is none of the planned."""
    known = {each.id: each for each in registrations}
    members = [member.id for group in plan.groups for member in (*group.leaders, *group.mentors)]
    gone = [
        known.get(who, Registration(who, who))
        for who in members
        if who not in known or known[who].status not in TAKE_PART
    ]
    planned = {each.id for each in (*problem.leaders, *problem.mentors)}
    new = [each for each in known.values() if each.id not in planned and _joins(each)]
    return DayNews(tuple(gone), (), tuple(new))


def changes_of_groups(
    news: DayNews, facts: Joining | None = None, group: int | None = None
) -> GroupChanges:
    """Write the news as the changes of a repair.

    Parameters
    ----------
    news
        Who is in a group and comes no more.
    facts
        What is known of who walks in; nobody if not given.
    group
        The group that they are given; the best one if not given.
    """
    changes = GroupChanges(absent=tuple(each.id for each in news.absent))
    if facts is None:
        return changes
    came = facts.changes
    people = (*came.walk_ins, *came.mentors)
    fixed = () if group is None else tuple(Membership(member=p.id, group=group) for p in people)
    return came.model_copy(update={"absent": changes.absent, "fixed": fixed})


def _joins(each: Registration) -> bool:
    return each.status in TAKE_PART and not each.standby


def _since(each: Registration) -> int:
    """Give the first round in which somebody is there."""
    return each.from_slot or 1 if each.status is Status.LATE else 1


def _rounds_of(plan: Plan, first: int) -> Mapping[str, list[int]]:
    """List the rounds in which everybody has a seat, of those that have not begun."""
    found: dict[str, list[int]] = {}
    for held in plan.rounds:
        for table in held.tables if held.round >= first else ():
            for who in table.participants:
                found.setdefault(who, []).append(held.round)
    return found


def changes_of_tables(
    problem: Problem,
    news: DayNews,
    first: int,
    joining: Registration | None = None,
    fresh: Problem | None = None,
) -> Changes:
    """Write the news as the changes of a repair.

    Parameters
    ----------
    problem
        Of the plan in use.
    news
        Who is not where the plan has them.
    first
        First round that has not begun.
    joining
        Who takes part from now on without being planned; nobody if not given.
    fresh
        The event as it would be planned now, with the one who joins: their rules and values count.
    """
    late = [each for each in (*news.late, *news.back) if _since(each) > first]
    changes = Changes(
        from_round=first,
        absent=tuple(each.id for each in news.absent),
        late=tuple(Late(id=each.id, from_round=_since(each)) for each in late),
        back=tuple(each.id for each in news.back if each not in late),
    )
    if joining is None or first > problem.rounds:
        return changes
    return changes.model_copy(update=_walking_in(problem, first, joining, fresh))


def _walking_in(
    problem: Problem, first: int, joining: Registration, fresh: Problem | None
) -> dict[str, object]:
    """Seat somebody, with what is known of them and those who are planned."""
    people = {person.id for person in problem.participants} | {joining.id}
    found: dict[str, object] = {"walk_ins": (_participant(joining, fresh, first, problem.rounds),)}
    if fresh is not None:
        for field in ("apart", "values"):
            pairs: tuple[Pair, ...] = getattr(fresh, field)
            found[field] = tuple(
                pair
                for pair in pairs
                if joining.id in (pair.a, pair.b) and {pair.a, pair.b} <= people
            )
    return found


def _participant(
    joining: Registration, fresh: Problem | None, first: int, rounds: int
) -> Participant:
    prepared = {} if fresh is None else {person.id: person for person in fresh.participants}
    there = _there(joining, first, rounds)
    if joining.id in prepared:
        return prepared[joining.id].model_copy(update=there)
    known = Participant(
        id=joining.id,
        department=joining.department or UNKNOWN_DEPARTMENT,
        company=joining.siret[:9] if joining.siret is not None else joining.company or None,
        group=joining.group or None,
    )
    return known.model_copy(update=there)


def _there(joining: Registration, first: int, rounds: int) -> dict[str, object]:
    """Say in which rounds to come somebody is there: their own free ones.

    Only gaps are written as rounds away: whoever is back would be back in those as well.
    """
    since = min(max(first, _since(joining)), rounds)
    free = [number for number in range(since, rounds + 1) if number not in joining.unavailable]
    if not free:
        return {"arrives": rounds, "leaves": None, "away": (rounds,)}
    gaps = (number for number in range(free[0], free[-1]) if number not in free)
    leaves = free[-1] if free[-1] < rounds else None
    return {"arrives": free[0], "leaves": leaves, "away": tuple(gaps)}
