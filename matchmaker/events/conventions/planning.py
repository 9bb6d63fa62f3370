"""From a convention's problem to its plan: choose, place, wait less, prove, seat, explain, check.

The order of work:

1. `choosing` decides which meetings should take place, with a bound that holds for every plan;
2. `starting` places them;
3. where all of them have a place, `proving` finds and proves the fewest breaks; in large events
   and where some are left out, `annealing` makes waits fewer and shorter;
4. `exact` proves what is left open, where the event is small enough;
5. `seating` gives tables, `reasons` and `blocking` say what is not possible and why;
6. `checking`, which shares no code with all this, verifies the plan before it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matchmaker.errors import BrokenPlanError, ProblemError
from matchmaker.events.conventions import checking, exact
from matchmaker.events.conventions.annealing import anneal
from matchmaker.events.conventions.blocking import Rule, blocking, rules_of, smallest
from matchmaker.events.conventions.board import FREE, Board, board_of
from matchmaker.events.conventions.choosing import Choice, choose
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Goal, Problem
from matchmaker.events.conventions.proving import fewest_breaks
from matchmaker.events.conventions.starting import first_board, is_complete
from matchmaker.events.conventions.timetable import Ints, Timetable, is_fair, timetable_of
from matchmaker.events.conventions.writing import infeasible_plan, written
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language

LARGEST_PROOF = 20_000
"""Meetings times slots up to which the fewest breaks are proven as a formula."""

LARGEST_EXACT, LARGEST_POLISHED = 80_000, 20_000
"""Places for meetings up to which the constraint solver is asked: where nothing is found yet, and
where something is and annealing is the better use of the time beyond."""

STEPS_PER_MEETING = 4_000
"""Steps of annealing for each meeting, if the time allows."""

LARGEST_TWICE = 5_000
"""Places up to which rules that block by counting are also tried with the slots."""

SHARE_OF_SEARCH = 0.97
"""The rest is for tables, reasons and the checker."""

SHARE_OF_CHOICE, SHARE_OF_START = 0.3, 0.3
"""Shares of the time that is left at each stage."""


@dataclass
class Result:
    """A timetable and what is proven of it.

    Parameters
    ----------
    slots
        Slot of each meeting, -1 where it is missing; None where there is none.
    bounds
        Proven bound of each goal.
    impossible
        Whether no timetable exists, proven.
    """

    slots: Ints | None
    bounds: dict[Goal, float] = field(default_factory=dict)
    impossible: bool = False


def plan(
    problem: Problem, stop: Stop, seed: int, *, language: Language = "fr", workers: int = 2
) -> Plan:
    """Plan a convention.

    Parameters
    ----------
    problem
        The documented problem.
    stop
        Time limit.
    seed
        Of every random choice.
    language
        Of the sentences in the plan.
    workers
        Processes or threads that search at the same time.

    Raises
    ------
    ProblemError
        If neither a plan nor a proof that there is none was found in time.
    BrokenPlanError
        If the checker refuses the plan: a defect.
    """
    timetable = timetable_of(problem)
    result = solve(timetable, stop.within(stop.remaining * SHARE_OF_SEARCH), seed, workers)
    if result.impossible:
        rules = _in_the_way(timetable, stop, seed, workers)
        answer = infeasible_plan(blocking(problem, timetable, rules, language), stop.elapsed)
    elif result.slots is None:
        raise ProblemError(
            f"no plan was found in {stop.elapsed:.0f} s, and none is proven impossible. Give it "
            "more time, or lower minimums and mandatory meetings."
        )
    else:
        answer = written(problem, timetable, result.slots, result.bounds, stop, language)
    broken = checking.check(problem, answer)
    if broken:
        raise BrokenPlanError(f"the plan breaks a rule and is kept back: {broken[0]}")
    return answer


def solve(timetable: Timetable, stop: Stop, seed: int, workers: int) -> Result:
    """Find the best timetable of a problem that is written as matrices."""
    choice = choose(timetable, stop.within(stop.remaining * SHARE_OF_CHOICE))
    if choice.impossible:
        return Result(None, impossible=True)
    board = first_board(timetable, choice.meetings, stop.within(stop.remaining * SHARE_OF_START))
    result = _with_fewer_waits(timetable, choice, board, stop, seed)
    largest = LARGEST_EXACT if result.slots is None else LARGEST_POLISHED
    if result.impossible or _is_proven(timetable, result) or _places(timetable) > largest:
        return result
    answer = exact.solve(
        timetable, result.slots, result.bounds, seed=seed, stop=stop, workers=workers
    )
    return Result(answer.slots, answer.bounds, answer.impossible)


def _with_fewer_waits(
    timetable: Timetable, choice: Choice, board: Board, stop: Stop, seed: int
) -> Result:
    """Make waits fewer and shorter, with the meetings that have found a place."""
    bounds = _first_bounds(timetable, choice)
    everything = np.flatnonzero(timetable.allowed.any(axis=1))
    held = np.flatnonzero(board.slots() != FREE)
    if timetable.goals == ("value",):
        return _checked(timetable, board.slots(), bounds)
    whole = _is_whole(timetable, choice, everything)
    if whole and "breaks" in timetable.goals and _is_provable(timetable):
        waits = fewest_breaks(
            timetable,
            everything,
            board.slots() if len(held) == len(everything) else None,
            seed=seed,
            stop=stop.within(stop.remaining * _share_of_breaks(timetable)),
        )
        if waits.impossible and timetable.mandatory[everything].all():
            return Result(None, impossible=True)
        if waits.slots is not None and not waits.impossible:
            _note_breaks(timetable, bounds, waits.bound)
            board = board_of(timetable, waits.slots)
    if not is_complete(timetable, board):
        return Result(None, bounds)
    before = board.slots()
    result = _checked(timetable, _annealed(timetable, board, bounds, stop, seed), bounds)
    return result if result.slots is not None else _checked(timetable, before, bounds)


def _is_whole(timetable: Timetable, choice: Choice, everything: Ints) -> bool:
    """Whether the meetings of a best plan are known: all that are possible."""
    if len(choice.meetings) < len(everything):
        return False
    first_is_value = timetable.goals[0] == "value" and bool((timetable.value[everything] > 0).all())
    return first_is_value or bool(timetable.mandatory[everything].all())


def _annealed(
    timetable: Timetable, board: Board, bounds: dict[Goal, float], stop: Stop, seed: int
) -> Ints:
    """Anneal unless the waits are proven; a large event has all the time, a small one some."""
    slots = board.slots()
    if _is_proven(timetable, Result(slots, bounds)):
        return slots
    held = int((slots != FREE).sum())
    share = SHARE_OF_START if _places(timetable) <= LARGEST_POLISHED else 1.0
    return anneal(
        board,
        timetable.goals,
        timetable.fairness,
        steps=STEPS_PER_MEETING * held,
        seed=seed,
        stop=stop.within(stop.remaining * share),
    )


def _checked(timetable: Timetable, slots: Ints, bounds: dict[Goal, float]) -> Result:
    """Keep a timetable only if breaks are spread as asked, mandatory ones and minimums are in."""
    fair = is_fair(timetable, slots, timetable.meetings_of())
    complete = is_complete(timetable, board_of(timetable, slots))
    return Result(slots if fair and complete else None, bounds)


def _first_bounds(timetable: Timetable, choice: Choice) -> dict[Goal, float]:
    """Bounds that are known from the choice alone; zero is one for every wait."""
    bounds: dict[Goal, float] = {}
    for goal in timetable.goals:
        if goal != "value":
            bounds[goal] = 0.0
        elif goal == timetable.goals[0]:
            bounds[goal] = choice.bound
    return bounds


def _note_breaks(timetable: Timetable, bounds: dict[Goal, float], breaks: int) -> None:
    """Keep a proven bound where it holds: breaks come before idle, and cost a slot each."""
    bounds["breaks"] = max(bounds["breaks"], float(breaks))
    if "idle" in timetable.goals:
        bounds["idle"] = max(bounds["idle"], float(breaks))


def _share_of_breaks(timetable: Timetable) -> float:
    return 1.0 if timetable.goals[-1] == "breaks" else 0.6


def _is_provable(timetable: Timetable) -> bool:
    return timetable.n_meetings * timetable.n_slots <= LARGEST_PROOF


def _places(timetable: Timetable) -> int:
    """Count the slots that all meetings may use."""
    return int(timetable.allowed.sum())


def _is_proven(timetable: Timetable, result: Result) -> bool:
    """Whether every goal meets its bound."""
    if result.slots is None:
        return False
    return all(
        goal in result.bounds
        and exact.meets(goal, exact.measure(timetable, result.slots, goal), result.bounds[goal])
        for goal in timetable.goals
    )


def _in_the_way(timetable: Timetable, stop: Stop, seed: int, workers: int) -> list[Rule]:
    """Find a small set of rules that leaves no timetable: by counting, then with the slots."""

    def without_slots(relaxed: Timetable) -> bool:
        return choose(relaxed, _moment(stop)).impossible

    def with_slots(relaxed: Timetable) -> bool:
        answer = exact.solve(
            relaxed, None, {}, seed=seed, stop=_moment(stop), workers=workers, feasible_only=True
        )
        return answer.impossible

    rules, time = rules_of(timetable), stop.beside(max(stop.remaining, 1.0))
    if without_slots(timetable):
        rules = smallest(timetable, rules, without_slots, time)
        if _places(timetable) > LARGEST_TWICE:
            return rules
    return smallest(timetable, rules, with_slots, time)


def _moment(stop: Stop) -> Stop:
    """Give one of many proofs a tenth of what is left, two tenths of a second at least."""
    return stop.beside(max(stop.remaining / 10, 0.2))
