"""The planner of peer groups: obstacles, bound, annealing, proof, check."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from matchmaker.errors import BrokenPlanError
from matchmaker.events.peer_groups.annealing import anneal, around, with_hubs
from matchmaker.events.peer_groups.blocking import plain_obstacles, rules_at_odds, search_seats
from matchmaker.events.peer_groups.checking import check
from matchmaker.events.peer_groups.cohort import NOWHERE, Cohort, Integers, cohort_of
from matchmaker.events.peer_groups.figures import cost_of
from matchmaker.events.peer_groups.plan import Plan
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.peer_groups.relaxation import Relaxed, relax
from matchmaker.events.peer_groups.reporting import plan_of
from matchmaker.events.peer_groups.seating import Effort, seat
from matchmaker.events.stopping import Stop

STEPS_PER_PERSON = 3_000
"""Moves of annealing for each person."""
TRIAL = 0.2
"""Part of the moves that is enough to choose the number of groups, or to start a proof."""
EXACT = 2_500
"""Seats (people times hubs) up to which CP-SAT looks for a proof."""
BOUND_SHARE = 0.25
"""Part of the time for the bounds, at most."""
PROOF_WORK = 20.0
"""Deterministic seconds of CP-SAT for a proof, or for seats that annealing did not find."""


def plan(problem: Problem, stop: Stop, seed: int, *, workers: int = 2) -> Plan:
    """Make peer groups.

    Parameters
    ----------
    problem
        People, rules and weights.
    stop
        When to come back with the best so far.
    seed
        Of all chance.
    workers
        Threads of CP-SAT; with one of them, a run that is not cut by the clock is repeatable.

    Raises
    ------
    BrokenPlanError
        If the checker refuses the result, which is a defect.
    """
    result = _plan(problem, stop, seed, workers)
    faults = check(problem, result)
    if faults:
        raise BrokenPlanError(f"the peer groups break a rule: {faults[0]}")
    return result


def _plan(problem: Problem, stop: Stop, seed: int, workers: int) -> Plan:
    cohort = cohort_of(problem)
    obstacles = plain_obstacles(problem, cohort)
    if obstacles:
        return Plan(status="impossible", blocking=tuple(obstacles))
    numbers = range(cohort.groups[0], cohort.groups[1] + 1)
    each = BOUND_SHARE * stop.remaining / max(len(numbers), 1)
    relaxed = {groups: relax(cohort, groups, stop.within(each)) for groups in numbers}
    bound = min(one.bound for one in relaxed.values())
    effort = Effort(stop.remaining, PROOF_WORK, workers, seed)
    hub = _annealed(cohort, relaxed, stop, seed)
    if hub is None:
        answer = search_seats(cohort, effort)
        if answer.seats is None and not answer.impossible:
            return Plan(status="not_found")
        if answer.seats is None:
            odds = rules_at_odds(problem, cohort, stop, workers)
            return Plan(status="impossible", blocking=tuple(odds))
        hub = _improved(cohort, _hosted(cohort, answer.seats.hub), stop, seed)
    return _proven(problem, cohort, hub, bound, Effort(stop.remaining, PROOF_WORK, workers, seed))


def _annealed(
    cohort: Cohort, relaxed: dict[int, Relaxed], stop: Stop, seed: int
) -> Integers | None:
    """Best seats over all numbers of groups: short trials, then the best number in full."""
    rng = np.random.default_rng(seed)
    whole = TRIAL if _within_proof(cohort) else 1.0
    seconds = (0.5 if _within_proof(cohort) else 0.95) * stop.remaining
    numbers = [groups for groups, one in relaxed.items() if np.isfinite(one.bound)]
    if not numbers:
        return None
    found: list[tuple[int, int, Integers]] = []
    trials = numbers if len(numbers) > 1 else []
    shares = 1 + TRIAL * len(trials)
    for groups in trials:
        limit = stop.within(seconds * TRIAL / shares)
        _try(cohort, relaxed[groups], groups, TRIAL * whole, rng, limit, found)
    best = min(found, key=lambda one: one[0])[1] if found else numbers[0]
    _try(cohort, relaxed[best], best, whole, rng, stop.within(seconds / shares), found)
    return min(found, key=lambda one: one[0])[2] if found else None


def _try(
    cohort: Cohort,
    relaxed: Relaxed,
    groups: int,
    part: float,
    rng: np.random.Generator,
    stop: Stop,
    found: list[tuple[int, int, Integers]],
) -> None:
    """Anneal with one number of groups, and add what is found.

    Where leaders may be left out, the first half of the moves looks for a group for everybody: to
    leave somebody out costs so much that annealing rarely comes back from it.
    """
    hubs = np.argsort(-relaxed.appeal, kind="stable")[:groups].tolist()
    places = [h if cohort.host[h] < 0 else NOWHERE for h in hubs]
    everybody = cohort.must | (np.arange(cohort.n_people) < cohort.n_leaders)
    ways = (
        [cohort]
        if cohort.must[: cohort.n_leaders].all()
        else [replace(cohort, must=everybody), cohort]
    )
    steps = int(part * STEPS_PER_PERSON * cohort.n_people) // len(ways)
    for at, way in enumerate(ways):
        limit = stop.within(stop.remaining / (len(ways) - at))
        start = around(cohort, hubs)
        group = anneal(way, start, places, steps=steps, rng=rng, spent=partial(_spent, limit))
        if group is not None:
            hub = with_hubs(cohort, group, places)
            found.append((sum(cost_of(cohort, hub).values()), groups, hub))


def _spent(stop: Stop) -> float:
    """Share of the time that is used, exactly 1 when it is up."""
    return 1.0 if stop.reached else stop.elapsed / (stop.elapsed + stop.remaining)


def _hosted(cohort: Cohort, group: Integers) -> Integers:
    """Hubs for groups that were found without them."""
    if not cohort.near.all() or (cohort.host < 0).all():
        return group
    numbers = np.unique(group[group != NOWHERE])
    compact = np.where(group == NOWHERE, len(numbers), np.searchsorted(numbers, group))
    return with_hubs(cohort, compact, [NOWHERE] * len(numbers))


def _improved(cohort: Cohort, hub: Integers, stop: Stop, seed: int) -> Integers:
    """Anneal from seats that the solver found."""
    hubs = np.unique(hub[hub != NOWHERE])
    places = [int(h) if cohort.host[h] < 0 else NOWHERE for h in hubs]
    start = np.where(hub == NOWHERE, len(hubs), np.searchsorted(hubs, hub))
    steps, rng = int(TRIAL * STEPS_PER_PERSON * cohort.n_people), np.random.default_rng(seed)
    limit = stop.within(0.5 * stop.remaining)
    group = anneal(cohort, start, places, steps=steps, rng=rng, spent=lambda: _spent(limit))
    if group is None:
        return hub
    found = with_hubs(cohort, group, places)
    return min(hub, found, key=lambda one: sum(cost_of(cohort, one).values()))


def _within_proof(cohort: Cohort) -> bool:
    """Whether CP-SAT can look for a proof, so that annealing need only give it a start."""
    return cohort.minutes.size <= EXACT


def _proven(problem: Problem, cohort: Cohort, hub: Integers, bound: float, effort: Effort) -> Plan:
    """Let CP-SAT improve and prove over every meeting place, where that is within its reach."""
    cost = sum(cost_of(cohort, hub).values())
    source: Literal["relaxation", "solver"] = "relaxation"
    if _within_proof(cohort) and cost > bound + 1e-6 and effort.seconds > 0:
        hubs = range(cohort.minutes.shape[1])
        seats = seat(cohort, hubs, cohort.groups, effort, start=hub).seats
        if seats is not None:
            hub = seats.hub if seats.cost < cost else hub
            if seats.bound > bound:
                bound, source = seats.bound, "solver"
    return plan_of(problem, cohort, hub, bound, source)
