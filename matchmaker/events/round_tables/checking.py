"""The checker: every rule of an evening and every figure again, without the planner's code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import isclose

from matchmaker.events.round_tables.plan import Plan, Round
from matchmaker.events.round_tables.problem import Participant, Problem

TOLERANCE = 1e-6
"""Of recomputed sums, relative and absolute."""
CLOSE = 1e-5
"""Largest distance from the bound, relative to 1 + bound, of a plan that is called optimal."""


def check(problem: Problem, plan: Plan) -> list[str]:
    """Verify a plan.

    Returns
    -------
    list of str
        A sentence for each fault; empty if the plan is good.
    """
    if plan.status in ("infeasible", "unknown"):
        return list(_absence(plan))
    seated = [*_numbering(problem, plan), *_seating(problem, plan)]
    if seated:
        return seated
    return [*_company(problem, plan), *_figures(problem, plan), *_claims(problem, plan)]


def _absence(plan: Plan) -> Iterator[str]:
    if plan.rounds or plan.figures or plan.objective is not None:
        yield f"A plan that is {plan.status} has rounds or figures."
    if not plan.blocking:
        yield f"A plan that is {plan.status} does not say why."
    if (plan.status == "unknown") != any(b.code == "not_found" for b in plan.blocking):
        yield f"The reasons do not fit the status {plan.status}."


def _numbering(problem: Problem, plan: Plan) -> Iterator[str]:
    if [held.round for held in plan.rounds] != list(range(1, problem.rounds + 1)):
        yield f"The rounds are not numbered from 1 to {problem.rounds}."
    for held in plan.rounds:
        numbers = [table.table for table in held.tables]
        if problem.even and numbers != list(range(1, len(held.tables) + 1)):
            yield f"The tables of round {held.round} are not numbered from 1."
        if numbers != sorted(set(numbers)):
            yield f"The tables of round {held.round} are not in the order of their numbers."
    if plan.blocking:
        yield "A plan with rounds also says why there is none."


def _seating(problem: Problem, plan: Plan) -> Iterator[str]:
    for held in plan.rounds:
        there = {p.id for p in problem.participants if _attends(p, held.round, problem.rounds)}
        seated = Counter(name for table in held.tables for name in table.participants)
        for name, times in seated.items():
            if name not in there:
                yield f"{name!r} sits in round {held.round} without being there."
            if times > 1:
                yield f"{name!r} has {times} seats in round {held.round}."
        for name in sorted(there - set(seated)):
            yield f"{name!r} has no seat in round {held.round}."
        yield from _sizes(problem, held, len(there))


def _attends(person: Participant, number: int, rounds: int) -> bool:
    last = rounds if person.leaves is None else person.leaves
    return person.arrives <= number <= last and number not in person.away


def _sizes(problem: Problem, held: Round, there: int) -> Iterator[str]:
    sizes = [len(table.participants) for table in held.tables]
    if not problem.even and not there and not sizes:
        return
    if not sizes or min(sizes) < problem.seats_min or max(sizes) > problem.seats_max:
        yield (
            f"A table of round {held.round} has not between {problem.seats_min} and "
            f"{problem.seats_max} people."
        )
    elif problem.even and max(sizes) - min(sizes) > 1:
        yield f"The tables of round {held.round} are not evenly filled."
    most = max(
        sum(_attends(p, k, problem.rounds) for p in problem.participants)
        for k in range(1, problem.rounds + 1)
    )
    in_room = problem.tables if problem.tables is not None else -(-most // problem.seats_max)
    used = max([len(sizes), *(table.table for table in held.tables)])
    if used > in_room:
        yield f"Round {held.round} uses {used} tables of {in_room}."
    elif problem.even and len(sizes) < min(in_room, there // problem.seats_min):
        yield f"Round {held.round} leaves a table empty that could be filled."


def _encounters(plan: Plan) -> Counter[frozenset[str]]:
    return Counter(
        frozenset(pair)
        for held in plan.rounds
        for table in held.tables
        for pair in combinations(table.participants, 2)
    )


def _company(problem: Problem, plan: Plan) -> Iterator[str]:
    times = _encounters(plan)
    people = {person.id: person for person in problem.participants}
    apart = {frozenset((pair.a, pair.b)) for pair in problem.apart}
    for pair in sorted(times, key=sorted):
        a, b = (people[name] for name in sorted(pair))
        if pair in apart:
            yield f"{a.id!r} and {b.id!r} share a table and have to stay apart."
        if a.company is not None and a.company == b.company:
            yield f"{a.id!r} and {b.id!r} share a table and a company."
        if a.group is not None and a.group == b.group:
            yield f"{a.id!r} and {b.id!r} share a table and a group."
        if times[pair] > 1 and problem.repeats == "never":
            yield f"{a.id!r} and {b.id!r} meet {times[pair]} times."


def _small_sittings(plan: Plan) -> tuple[Counter[str], int]:
    """Count the times that each sits at a smaller table, and the seats of all smaller tables."""
    times: Counter[str] = Counter()
    for held in plan.rounds:
        largest = max((len(table.participants) for table in held.tables), default=0)
        for table in held.tables:
            if len(table.participants) < largest:
                times.update(table.participants)
    return times, times.total()


def _figures(problem: Problem, plan: Plan) -> Iterator[str]:
    if plan.figures is None:
        yield "The figures are missing."
        return
    times = _encounters(plan)
    department = {person.id: person.department for person in problem.participants}
    met = Counter(name for pair in times for name in pair)
    there = {who for held in plan.rounds for each in held.tables for who in each.participants}
    crossed = _crossed(problem, times)
    worth = {frozenset((pair.a, pair.b)): pair.value for pair in problem.values}
    true = {
        "encounters": len(times),
        "cross_encounters": sum(len({department[name] for name in pair}) == 2 for pair in times),
        "repeated": times.total() - len(times),
        "value": sum(worth.get(pair, 0.0) for pair in times),
        "encounters_min": min((met[name] for name in there), default=0),
        "cross_min": min((crossed[name] for name in there), default=0),
        "cross_mean": sum(crossed.values()) / max(len(there), 1),
        "small_tables_max": max(_small_sittings(plan)[0].values(), default=0),
    }
    for name, value in true.items():
        said = getattr(plan.figures, name)
        if not _equal(said, value):
            yield f"The figure {name} is {value:g}, not {said:g}."


def _crossed(problem: Problem, times: Counter[frozenset[str]]) -> dict[str, int]:
    """Count the people of another department whom each participant meets."""
    department = {person.id: person.department for person in problem.participants}
    crossed = dict.fromkeys(department, 0)
    for pair in times:
        if len({department[name] for name in pair}) == 2:
            for name in pair:
                crossed[name] += 1
    return crossed


def _objective(problem: Problem, plan: Plan) -> float:
    times = _encounters(plan)
    values = sum(pair.value for pair in problem.values if frozenset((pair.a, pair.b)) in times)
    largest = [
        max((len(table.participants) for table in held.tables), default=1) - 1
        for held in plan.rounds
    ]
    scale = max(
        sum(largest[k - 1] for k in range(1, problem.rounds + 1) if _attends(p, k, problem.rounds))
        for p in problem.participants
    )
    shares = sum(1 - k / scale for n in _crossed(problem, times).values() for k in range(n))
    small, seats = _small_sittings(plan)
    fair = -(-seats // len(problem.participants))
    unfair = sum(max(0, count - fair) for count in small.values())
    return values + problem.cross_weight * shares / 2 - problem.small_table_weight * unfair


def _claims(problem: Problem, plan: Plan) -> Iterator[str]:
    objective, bound, gap = plan.objective, plan.bound, plan.gap
    if objective is None or bound is None or gap is None or plan.repeated_bound is None:
        yield "The objective, a bound or the gap is missing."
        return
    true = _objective(problem, plan)
    if not _equal(objective, true):
        yield f"The objective is {true:g}, not {objective:g}."
    if objective > bound + TOLERANCE * (1 + abs(bound)):
        yield f"The objective {objective:g} is beyond its bound {bound:g}."
    if not _equal(gap, (bound - objective) / (max(abs(bound), abs(objective)) or 1)):
        yield f"The gap {gap:g} does not follow from objective and bound."
    times = _encounters(plan)
    repeated = times.total() - len(times)
    if repeated < plan.repeated_bound:
        yield f"There are {repeated} second encounters, fewer than the bound says."
    proved = bound - objective <= CLOSE * (1 + abs(bound)) and repeated == plan.repeated_bound
    if proved != (plan.status == "optimal"):
        yield f"The status {plan.status} does not follow from objective and bounds."


def _equal(said: float, true: float) -> bool:
    return isclose(said, true, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
