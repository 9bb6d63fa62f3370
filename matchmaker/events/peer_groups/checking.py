"""The checker of peer groups: rules and figures again, from the documents alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import asin, ceil, cos, floor, hypot, radians, sin, sqrt

from matchmaker.events.peer_groups.plan import Group, Member, Plan
from matchmaker.events.peer_groups.problem import Leader, Located, Mentor, Problem

EARTH_KM = 6371.0088
Person = Leader | Mentor


def check(problem: Problem, plan: Plan) -> list[str]:
    """Name everything that is wrong with a plan; an empty list is a good plan."""
    if plan.status in ("impossible", "not_found"):
        return list(_without_groups(plan))
    unknown = list(_unknown(problem, plan))
    if unknown:
        return unknown
    return [
        *_everybody(problem, plan),
        *_pairs(problem, plan),
        *_places(problem, plan),
        *(fault for group in plan.groups for fault in _group(problem, group)),
        *_objective(problem, plan),
        *_bound(plan),
    ]


def _without_groups(plan: Plan) -> Iterator[str]:
    if plan.groups or plan.objective is not None or plan.bound is not None:
        yield f"a plan that is {plan.status} has groups or figures"
    if plan.status == "impossible" and not plan.blocking:
        yield "an impossible plan names nothing that stands against it"


def _people(problem: Problem) -> dict[str, Person]:
    people: list[Person] = [*problem.leaders, *problem.mentors]
    return {one.id: one for one in people}


def _unknown(problem: Problem, plan: Plan) -> Iterator[str]:
    leaders = {one.id for one in problem.leaders}
    mentors = {one.id for one in problem.mentors}
    places = {one.id for one in problem.places}
    for group in plan.groups:
        for member in group.leaders:
            if member.id not in leaders:
                yield f"group {group.number} has {member.id}, who is no leader"
        for member in group.mentors:
            if member.id not in mentors:
                yield f"group {group.number} has {member.id}, who is no mentor"
        if group.meets_at not in (places or leaders | mentors):
            yield f"group {group.number} meets at {group.meets_at}, which is no place"
    for name in {one.id for one in plan.left_out} - leaders:
        yield f"{name} is left out, but is no leader"
    for name in set(plan.reserve) - mentors:
        yield f"{name} is in reserve, but is no mentor"


def _everybody(problem: Problem, plan: Plan) -> Iterator[str]:
    seats = Counter(member.id for g in plan.groups for member in (*g.leaders, *g.mentors))
    seats.update(one.id for one in plan.left_out)
    seats.update(plan.reserve)
    for name in _people(problem):
        if seats[name] != 1:
            yield f"{name} is in {seats[name]} places of the plan, not in one"
    if plan.left_out and not problem.may_leave_out:
        yield f"{plan.left_out[0].id} is left out, which the problem does not allow"
    if problem.groups is not None and len(plan.groups) != problem.groups:
        yield f"there are {len(plan.groups)} groups, not {problem.groups}"
    if [group.number for group in plan.groups] != list(range(1, len(plan.groups) + 1)):
        yield "the groups are not numbered from 1"


def _pairs(problem: Problem, plan: Plan) -> Iterator[str]:
    at = {m.id: g.number for g in plan.groups for m in (*g.leaders, *g.mentors)}
    for pair in problem.apart:
        if pair.a in at and at[pair.a] == at.get(pair.b):
            yield f"{pair.a} and {pair.b} are both in group {at[pair.a]}, but must be apart"
    for pair in problem.together:
        if at.get(pair.a) != at.get(pair.b):
            yield f"{pair.a} and {pair.b} are not in one group"
    for seat in problem.fixed:
        if at.get(seat.member) != seat.group:
            yield f"{seat.member} is not in group {seat.group}, where the seat is fixed"
    people = _people(problem)
    firms = Counter((at[name], people[name].company) for name in at)
    for (number, company), count in firms.items():
        if company is not None and count > 1:
            yield f"{count} people of {company} are in group {number}"


def _places(problem: Problem, plan: Plan) -> Iterator[str]:
    used = Counter(group.meets_at for group in plan.groups)
    for place in problem.places:
        if used[place.id] > place.groups:
            yield f"{used[place.id]} groups meet at {place.id}, which holds {place.groups}"
    for group in () if problem.places else plan.groups:
        if group.meets_at not in {member.id for member in (*group.leaders, *group.mentors)}:
            yield f"group {group.number} meets at {group.meets_at}, who is not in it"


def _group(problem: Problem, group: Group) -> Iterator[str]:
    people, name = _people(problem), f"group {group.number}"
    leaders = [one for one in problem.leaders if one.id in {m.id for m in group.leaders}]
    if not problem.size_min <= len(leaders) <= problem.size_max:
        yield f"{name} has {len(leaders)} leaders"
    if not problem.mentors_min <= len(group.mentors) <= problem.mentors_max:
        yield f"{name} has {len(group.mentors)} mentors"
    counts = Counter(one.department for one in leaders)
    for department in problem.departments:
        own = counts[department]
        # The share is taken to three decimals, as the problem says.
        short = 1000 * own < round(1000 * problem.department_share_min) * len(leaders)
        if own < problem.department_min or short:
            yield f"{name} has {own} leaders of department {department}"
    if group.departments != {d: counts[d] for d in problem.departments}:
        yield f"{name} counts its departments wrongly"
    for member in (*group.leaders, *group.mentors):
        yield from _member(problem, group, member, people)
    yield from _figures(problem, group, leaders)


def _member(
    problem: Problem, group: Group, member: Member, people: dict[str, Person]
) -> Iterator[str]:
    where: dict[str, Located] = {**people, **{one.id: one for one in problem.places}}
    minutes = _minutes(problem, people[member.id], where[group.meets_at])
    if not minutes - 1e-6 <= member.minutes < minutes + 1 + 1e-6:
        yield f"{member.id} has {member.minutes} minutes to go, it should be {minutes:.1f}"
    limit = problem.travel_max_minutes
    if limit is not None and member.minutes > limit:
        yield f"{member.id} has {member.minutes} minutes to go, more than {limit}"
    partners = _partners(group, member, people)
    if partners != member.theme_partners:
        yield f"{member.id} shares a theme with {partners}, not with {member.theme_partners}"


def _partners(group: Group, member: Member, people: dict[str, Person]) -> int:
    own = set(people[member.id].themes)
    others = [m.id for m in (*group.leaders, *group.mentors) if m.id != member.id]
    return sum(bool(own & set(people[other].themes)) for other in others)


def _minutes(problem: Problem, one: Located, place: Located) -> float:
    if one.x_km is not None and one.y_km is not None:
        km = hypot(one.x_km - (place.x_km or 0), one.y_km - (place.y_km or 0))
    else:
        a, b = radians(one.latitude or 0), radians(place.latitude or 0)
        turn = radians((place.longitude or 0) - (one.longitude or 0))
        chord = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(turn / 2) ** 2
        km = 2 * EARTH_KM * asin(sqrt(min(chord, 1)))
    return km * problem.detour / problem.speed_km_h * 60


def _figures(problem: Problem, group: Group, leaders: list[Leader]) -> Iterator[str]:
    name = f"group {group.number}"
    ways = [member.minutes for member in (*group.leaders, *group.mentors)]
    if group.travel_minutes != sum(ways) or group.travel_max_minutes != max(ways, default=0):
        yield f"{name} sums its ways wrongly"
    for kind, classes, off in (
        ("size", group.size_classes, group.size_off),
        ("maturity", group.maturity_classes, group.maturity_off),
    ):
        inside, overall = _classes(problem, leaders, kind), _classes(problem, None, kind)
        if list(classes) != inside:
            yield f"{name} counts its {kind} classes wrongly"
        if off != _off(inside, overall):
            yield f"{name} is {_off(inside, overall)} leaders off the mix of {kind}, not {off}"
    themes = {one.id: one.themes for one in leaders}
    missing = sum(
        max(problem.theme_partners - m.theme_partners, 0) for m in group.leaders if themes[m.id]
    )
    if group.themes_missing != missing:
        yield f"{name} misses {missing} people with a common theme, not {group.themes_missing}"


def _classes(problem: Problem, leaders: list[Leader] | None, kind: str) -> list[int]:
    steps = problem.size_steps if kind == "size" else problem.maturity_steps
    counts = [0] * (len(steps) + 1)
    for one in problem.leaders if leaders is None else leaders:
        counts[sum(getattr(one, kind) >= step for step in steps)] += 1
    return counts


def _off(inside: list[int], overall: list[int]) -> int:
    n, everybody = sum(inside), sum(overall)
    off = 0
    for count, all_of_them in zip(inside, overall, strict=True):
        fair = all_of_them * n / everybody
        # A quotient of whole numbers of this size is exact where it is whole.
        off += max(floor(fair) - count, 0) + max(count - ceil(fair), 0)
    return off


def _objective(problem: Problem, plan: Plan) -> Iterator[str]:
    if plan.objective is None:
        yield "the plan has groups but no objective"
        return
    weights = problem.weights
    expected = {
        "travel": weights.travel * sum(g.travel_minutes for g in plan.groups),
        "size_mix": weights.size_mix * sum(g.size_off for g in plan.groups),
        "maturity_mix": weights.maturity_mix * sum(g.maturity_off for g in plan.groups),
        "themes": weights.themes * sum(g.themes_missing for g in plan.groups),
        "reserve": weights.reserve * len(plan.reserve),
        "left_out": weights.left_out * len(plan.left_out),
    }
    expected["total"] = sum(expected.values())
    for part, value in expected.items():
        if getattr(plan.objective, part) != value:
            yield f"the objective says {part} {getattr(plan.objective, part)}, it is {value}"


def _bound(plan: Plan) -> Iterator[str]:
    if plan.objective is None or plan.bound is None or plan.gap is None:
        yield "the plan has no bound or no gap"
        return
    total, bound = plan.objective.total, plan.bound
    if bound > total:
        yield f"the bound {bound} is above the objective {total}"
    expected = 0.0 if total == 0 else (total - bound) / total
    if abs(plan.gap - expected) > 1e-9:
        yield f"the gap is {expected:.4f}, not {plan.gap}"
    if (plan.status == "optimal") != (bound == total):
        yield f"the status is {plan.status} with objective {total} and bound {bound}"
    if plan.status == "feasible" and plan.blocking:
        yield "a plan with groups names something that stands against it"
