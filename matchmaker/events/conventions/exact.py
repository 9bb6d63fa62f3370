"""The whole problem for a constraint solver (CP-SAT): which meetings, when, goal after goal.

It proves where the quicker ways cannot: meetings that do not all fit, unusual orders of goals,
idle slots. Hard for large events, so it begins with the timetable that the quicker ways found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar, LinearExprT

from matchmaker.events.conventions.board import FREE
from matchmaker.events.conventions.problem import Goal
from matchmaker.events.conventions.timetable import Ints, Timetable
from matchmaker.events.stopping import Stop

SCALE = 10_000
"""Values are counted in ten-thousandths; finer differences are not seen."""


@dataclass
class Answer:
    """What the solver found.

    Parameters
    ----------
    slots
        Slot of each meeting, -1 where it is missing; None where nothing was found.
    bounds
        Proven bound of each goal, among timetables as good in the goals before it.
    impossible
        Whether no timetable exists, proven.
    """

    slots: Ints | None
    bounds: dict[Goal, float] = field(default_factory=dict)
    impossible: bool = False


@dataclass
class _Model:
    """The model and what its variables mean."""

    cp: CpModel
    slot_of: dict[tuple[int, int], IntVar]
    goals: dict[Goal, LinearExprT]
    waits: list[tuple[list[IntVar], IntVar, IntVar]]


def solve(
    timetable: Timetable,
    start: Ints | None,
    known: dict[Goal, float],
    *,
    seed: int,
    stop: Stop,
    workers: int,
    feasible_only: bool = False,
) -> Answer:
    """Reach the goals one after the other.

    Parameters
    ----------
    timetable
        The problem.
    start
        A valid timetable to begin with.
    known
        Bounds that are proven already: a goal that meets its bound is not worked on. The bound of
        a goal counts only where the goals before it are met.
    seed, workers
        Of the solver; with one worker a run that ends before its time is repeatable.
    stop
        Time limit, shared out among the goals.
    feasible_only
        Whether to end with the first timetable.
    """
    model = _model_of(timetable)
    if feasible_only:
        model.goals["value"] = 0
        found, _, impossible = _improve(
            model, timetable, "value", None, seed, stop.remaining, workers
        )
        return Answer(found, impossible=impossible)
    best, bounds = start, dict(known)
    for place, goal in enumerate(timetable.goals):
        if best is not None and goal in bounds:
            figure = measure(timetable, best, goal)
            if meets(goal, figure, bounds[goal]):
                _hold(model, timetable, goal, best)
                continue
        if stop.reached:
            break
        share = stop.remaining / (len(timetable.goals) - place)
        found, bound, impossible = _improve(
            model,
            timetable,
            goal,
            best,
            seed,
            share if best is not None else stop.remaining,
            workers,
        )
        if impossible and best is None:
            return Answer(None, impossible=True)
        best = best if found is None else found
        if best is None:
            break
        bounds[goal] = _tighter(goal, bounds.get(goal), bound)
        _hold(model, timetable, goal, best)
    return Answer(best, bounds)


def measure(timetable: Timetable, slots: Ints, goal: Goal) -> float:
    """Figure of a timetable for one goal: value, breaks or idle slots."""
    held = slots != FREE
    if goal == "value":
        return float(timetable.value[held].sum())
    used = used_slots(timetable, slots)
    firsts = used & ~np.pad(used, ((0, 0), (1, 0)))[:, :-1]
    if goal == "breaks":
        return float(np.maximum(firsts.sum(axis=1) - 1, 0).sum())
    first = used.argmax(axis=1)
    last = used.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
    return float(np.where(used.any(axis=1), last - first + 1 - used.sum(axis=1), 0).sum())


def used_slots(
    timetable: Timetable, slots: Ints
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Slots in which each participant has a meeting; shape (n_people, n_slots)."""
    used = np.zeros((timetable.n_people, timetable.n_slots), bool)
    held = np.flatnonzero(slots != FREE)
    for side in (0, 1):
        used[timetable.ends[held, side], slots[held]] = True
    return used


def meets(goal: Goal, figure: float, bound: float) -> bool:
    """Whether a figure is as good as its bound allows."""
    return figure >= bound - 1e-9 if goal == "value" else figure <= bound + 1e-9


def _tighter(goal: Goal, known: float | None, bound: float) -> float:
    if known is None:
        return bound
    return min(known, bound) if goal == "value" else max(known, bound)


def _model_of(timetable: Timetable) -> _Model:
    cp = CpModel()
    pairs = [(m, s) for m, s in np.argwhere(timetable.allowed).tolist()]
    model = _Model(cp, {pair: cp.new_bool_var("") for pair in pairs}, {}, [])
    slots = [np.flatnonzero(row).tolist() for row in timetable.allowed]
    for meeting, choices in enumerate(slots):
        variables = [model.slot_of[meeting, slot] for slot in choices]
        if timetable.mandatory[meeting]:
            cp.add_exactly_one(variables) if variables else cp.add_bool_or([])
        elif variables:
            cp.add_at_most_one(variables)
    _add_people(model, timetable)
    for slot in range(timetable.n_slots):
        in_slot = [
            model.slot_of[m, slot] for m in np.flatnonzero(timetable.allowed[:, slot]).tolist()
        ]
        cp.add(sum(in_slot) <= timetable.tables)
    _add_order(model, timetable, slots)
    worth = _worth(timetable).tolist()
    model.goals["value"] = sum(worth[m] * variable for (m, _), variable in model.slot_of.items())
    model.goals["breaks"] = sum(breaks for _, breaks, _ in model.waits)
    model.goals["idle"] = sum(idle for _, _, idle in model.waits)
    return model


def _add_people(model: _Model, timetable: Timetable) -> None:
    cp, all_breaks, capacity = model.cp, [], timetable.capacity
    for person, meetings in enumerate(timetable.meetings_of()):
        used = []
        for slot in range(timetable.n_slots):
            variable = cp.new_bool_var("")
            here = [model.slot_of[m, slot] for m in meetings if timetable.allowed[m, slot]]
            cp.add_exactly_one([*here, variable.Not()])
            used.append(variable)
        low, high = int(timetable.minimum[person]), int(capacity[person])
        if low > high:
            cp.add_bool_or([])
        else:
            cp.add_linear_constraint(sum(used), low, high)
        breaks, idle = _waits_of(cp, used)
        model.waits.append((used, breaks, idle))
        all_breaks.append(breaks)
    if timetable.fairness is not None:
        least, most = (cp.new_int_var(0, timetable.n_slots, "") for _ in range(2))
        for breaks in all_breaks:
            cp.add(breaks >= least)
            cp.add(breaks <= most)
        cp.add(most - least <= timetable.fairness)


def _waits_of(cp: CpModel, used: list[IntVar]) -> tuple[IntVar, IntVar]:
    """Tie the breaks and the idle slots of one participant to the slots they use."""
    n_slots = len(used)
    before = _running(cp, used)
    after = _running(cp, used[::-1])[::-1]
    ends, waits = [], []
    for slot in range(1, n_slots - 1):
        wait = cp.new_bool_var("")
        cp.add_bool_or([used[slot], before[slot - 1].Not(), after[slot + 1].Not(), wait])
        for cause in (used[slot].Not(), before[slot - 1], after[slot + 1]):
            cp.add_implication(wait, cause)
        end = cp.new_bool_var("")  # the last slot of a wait
        cp.add_bool_or([wait.Not(), used[slot + 1].Not(), end])
        cp.add_implication(end, wait)
        cp.add_implication(end, used[slot + 1])
        waits.append(wait)
        ends.append(end)
    breaks = cp.new_int_var(0, n_slots, "")
    idle = cp.new_int_var(0, n_slots, "")
    cp.add(sum(ends) == breaks)
    cp.add(sum(waits) == idle)
    return breaks, idle


def _running(cp: CpModel, used: list[IntVar]) -> list[IntVar]:
    """Whether this slot or one before it is used."""
    running: list[IntVar] = []
    for variable in used:
        if not running:
            running.append(variable)
            continue
        either = cp.new_bool_var("")
        cp.add_max_equality(either, [running[-1], variable])
        running.append(either)
    return running


def _add_order(model: _Model, timetable: Timetable, slots: list[list[int]]) -> None:
    for first, second in timetable.order.tolist():
        for late in slots[second]:
            for early in slots[first]:
                if early >= late:
                    model.cp.add_bool_or(
                        [model.slot_of[first, early].Not(), model.slot_of[second, late].Not()]
                    )


def _improve(
    model: _Model,
    timetable: Timetable,
    goal: Goal,
    start: Ints | None,
    seed: int,
    seconds: float,
    workers: int,
) -> tuple[Ints | None, float, bool]:
    """Work on one goal: a better timetable or None, the bound, whether there is none at all."""
    if start is not None:
        _hint(model, start)
    expression = model.goals[goal]
    if goal == "value":
        model.cp.maximize(expression)
    else:
        model.cp.minimize(expression)
    solver = CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.relative_gap_limit = 0.0
    status = solver.solve(model.cp)
    if status == cp_model.INFEASIBLE:
        return None, 0.0, True
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # The solver's own bound means nothing where it has not even begun.
        return None, _unscaled(timetable, goal, np.inf if goal == "value" else 0.0), False
    bound = solver.best_objective_bound
    slots = np.full(timetable.n_meetings, FREE, np.int64)
    for (meeting, slot), variable in model.slot_of.items():
        if solver.boolean_value(variable):
            slots[meeting] = slot
    return slots, _unscaled(timetable, goal, bound), False


def _unscaled(timetable: Timetable, goal: Goal, bound: float) -> float:
    """Turn a bound of the solver into one of the goal, mindful of rounded values."""
    if goal != "value":
        return float(max(0, np.ceil(bound - 1e-6)))
    error = np.maximum(timetable.value * SCALE - _worth(timetable), 0).sum()
    ceiling = float(timetable.value[timetable.allowed.any(axis=1)].sum())
    return min(ceiling, float((np.floor(bound + 1e-6) + error) / SCALE))


def _hint(model: _Model, slots: Ints) -> None:
    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    for (meeting, slot), variable in model.slot_of.items():
        model.cp.add_hint(variable, int(slots[meeting] == slot))


def _hold(model: _Model, timetable: Timetable, goal: Goal, slots: Ints) -> None:
    """Keep what is reached while the next goal is worked on."""
    if goal == "value":
        reached = int(_worth(timetable)[slots != FREE].sum())
        model.cp.add(model.goals[goal] >= reached)
    else:
        model.cp.add(model.goals[goal] <= round(measure(timetable, slots, goal)))


def _worth(timetable: Timetable) -> Ints:
    return np.rint(timetable.value * SCALE).astype(np.int64)
