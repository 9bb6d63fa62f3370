"""From an evening's problem to its plan: count, bound, search, prove, check."""

from __future__ import annotations

import numpy as np

from matchmaker.errors import BrokenPlanError
from matchmaker.events.round_tables.blocking import blocked
from matchmaker.events.round_tables.bounds import fewest_repeats, objective_bound
from matchmaker.events.round_tables.checking import check
from matchmaker.events.round_tables.evening import Counts, Evening, evening_of
from matchmaker.events.round_tables.exact import Proof, prove, small_enough
from matchmaker.events.round_tables.plan import Blocking, Figures, Plan, Round, Table
from matchmaker.events.round_tables.problem import Problem
from matchmaker.events.round_tables.scoring import Score, encounters, score, small_sittings
from matchmaker.events.round_tables.seating import seat
from matchmaker.events.round_tables.starting import first_seats
from matchmaker.events.stopping import Stop

SHARE_OF_BOUND, SHARE_OF_START, SHARE_BEFORE_PROOF = 0.2, 0.35, 0.3
"""Of the time that is left: for the bound, for a first seating, and for the search where a small
evening is proved afterwards."""
TIGHT, SHARE_OF_TIGHT_START = 0.75, 0.8
"""Where people meet more than this share of all, rarely anything but a construction keeps the
rules, and a first seating gets more of the time."""
CLOSE = 1e-5
"""An objective this close to its bound, relative, is optimal."""


def plan(problem: Problem, stop: Stop, seed: int, *, num_workers: int = 2) -> Plan:
    """Seat an evening.

    Parameters
    ----------
    stop
        When the best seating so far has to do.
    seed
        Of every random choice. With one worker a run that ends before the time does is repeatable.
    num_workers
        Threads of CP-SAT.

    Raises
    ------
    BrokenPlanError
        If the checker refuses the result: a defect of this planner.
    """
    evening = evening_of(problem)
    blocking = blocked(problem, evening)
    if blocking:
        answer = Plan(status="infeasible", blocking=blocking, seconds=stop.elapsed)
    else:
        answer = _searched(problem, evening, stop, seed, num_workers)
    return checked(problem, answer)


def checked(problem: Problem, answer: Plan) -> Plan:
    """Let a plan leave.

    Raises
    ------
    BrokenPlanError
        If the checker finds a fault in it.
    """
    faults = check(problem, answer)
    if faults:
        raise BrokenPlanError("the plan of the round tables is refused: " + " ".join(faults))
    return answer


def _searched(problem: Problem, evening: Evening, stop: Stop, seed: int, num_workers: int) -> Plan:
    rng = np.random.default_rng(seed)
    repeated, bound = fewest_repeats(evening), _bound(evening, stop)
    goal = (repeated, bound - _tolerance(bound))
    begin = _share(stop, SHARE_OF_TIGHT_START if _tight(evening) else SHARE_OF_START)
    seats = first_seats(evening, begin, rng, num_workers=num_workers)
    provable = small_enough(evening)
    seats = seat(evening, seats, goal, _share(stop, SHARE_BEFORE_PROOF) if provable else stop, rng)
    found = score(evening, seats)
    if provable and not (_rules_hold(found, repeated) and found.objective >= goal[1]):
        proof = prove(
            evening,
            None if found.broken else seats,
            stop,
            seed=seed,
            num_workers=num_workers,
        )
        if proof.impossible:
            return _without(problem, Blocking(code="no_such_plan"), stop)
        seats, repeated, bound = _proved(evening, seats, proof, repeated, bound)
        found = score(evening, seats)
    if found.broken:
        return _without(problem, Blocking(code="not_found", needed=found.broken), stop)
    return plan_of(problem, evening, seats, (repeated, bound), stop.elapsed)


def _tight(evening: Evening) -> bool:
    return bool(evening.fewest_others.mean() >= TIGHT * (evening.n - 1))


def _share(stop: Stop, share: float) -> Stop:
    return stop.within(stop.remaining * share)


def _bound(evening: Evening, stop: Stop) -> float:
    return objective_bound(evening, _share(stop, SHARE_OF_BOUND))


def _tolerance(bound: float) -> float:
    return CLOSE * (1 + abs(bound)) / 2


def _rules_hold(found: Score, repeated: int) -> bool:
    return not found.broken and found.repeated <= repeated


def _proved(
    evening: Evening, seats: Counts, proof: Proof, repeated: int, bound: float
) -> tuple[Counts, int, float]:
    """Take the better seating and the tighter bounds."""
    if proof.seats is not None and (score(evening, proof.seats).rank < score(evening, seats).rank):
        seats = proof.seats
    if proof.repeated is not None:
        repeated = max(repeated, proof.repeated)
    if proof.objective is not None:
        bound = min(bound, proof.objective)
    return seats, repeated, bound


def _without(problem: Problem, blocking: Blocking, stop: Stop) -> Plan:
    status = "unknown" if blocking.code == "not_found" else "infeasible"
    return Plan.model_validate({"status": status, "blocking": (blocking,), "seconds": stop.elapsed})


def plan_of(
    problem: Problem,
    evening: Evening,
    seats: Counts,
    bounds: tuple[int, float],
    seconds: float,
) -> Plan:
    """Write a seating that keeps all rules as a plan.

    Parameters
    ----------
    problem, evening
        The problem, as documented and as matrices.
    seats
        Table of each participant from 0; shape (rounds, n).
    bounds
        Fewest second encounters, and the largest objective.
    seconds
        Time that it took.
    """
    found, (repeated, bound) = score(evening, seats), bounds
    # A bound that is rounded down by a hair would be beaten by its own plan.
    bound = max(bound, found.objective)
    close = bound - found.objective <= 2 * _tolerance(bound)
    return Plan(
        status="optimal" if close and _rules_hold(found, repeated) else "feasible",
        objective=found.objective,
        bound=bound,
        gap=_gap(found.objective, bound),
        repeated_bound=repeated,
        rounds=_rounds(problem, evening, seats),
        figures=_figures(evening, seats),
        seconds=seconds,
    )


def _gap(objective: float, bound: float) -> float:
    largest = max(abs(objective), abs(bound))
    return (bound - objective) / largest if largest else 0.0


def _rounds(problem: Problem, evening: Evening, seats: Counts) -> tuple[Round, ...]:
    return tuple(
        Round(
            round=k + 1,
            tables=tuple(
                Table(
                    table=table + 1,
                    participants=tuple(
                        problem.participants[row].id for row in np.flatnonzero(seats[k] == table)
                    ),
                )
                for table in range(len(sizes))
                if (seats[k] == table).any()
            ),
        )
        for k, sizes in enumerate(evening.sizes)
    )


def _figures(evening: Evening, seats: Counts) -> Figures:
    times = encounters(seats)
    met = times > 0
    there = evening.present.any(axis=0)
    others, cross = met.sum(axis=1)[there], (met & evening.cross).sum(axis=1)[there]
    return Figures(
        encounters=int(met.sum()) // 2,
        cross_encounters=int(cross.sum()) // 2,
        repeated=int(np.maximum(times - 1, 0).sum()) // 2,
        value=float((evening.value * met).sum() / 2),
        encounters_min=int(min(others, default=0)),
        cross_min=int(min(cross, default=0)),
        cross_mean=float(cross.sum() / max(len(cross), 1)),
        small_tables_max=int(small_sittings(evening, seats).max()),
    )
