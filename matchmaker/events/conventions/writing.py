"""A timetable written as a plan: ids, slots from 1, tables, figures, reasons."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from matchmaker.events.conventions.board import FREE, board_of
from matchmaker.events.conventions.changes import Changes
from matchmaker.events.conventions.exact import measure, meets
from matchmaker.events.conventions.plan import (
    Blocking,
    Bounds,
    Figures,
    ParticipantFigures,
    Plan,
    PlannedMeeting,
)
from matchmaker.events.conventions.problem import Goal, Id, Problem
from matchmaker.events.conventions.reasons import on_the_day, unmet
from matchmaker.events.conventions.seating import seat
from matchmaker.events.conventions.timetable import Ints, Timetable, breaks_and_idle
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language


def written(
    problem: Problem,
    timetable: Timetable,
    slots: Ints,
    bounds: dict[Goal, float],
    stop: Stop,
    language: Language,
) -> Plan:
    """Write a timetable as a plan.

    Parameters
    ----------
    problem, timetable
        The problem, as documented and as matrices.
    slots
        Slot of each meeting from 0, -1 where it is missing; shape (n_meetings,).
    bounds
        What is proven of each goal.
    stop
        Knows how long it took.
    language
        Of the sentences.
    """
    own_table = np.array([(p.table or 0) - 1 for p in problem.participants], np.int64)
    tables = seat(timetable.ends, slots, timetable.tables, own_table)
    return plan_of(problem, timetable, slots, tables, bounds, stop, language)


def plan_of(
    problem: Problem,
    timetable: Timetable,
    slots: Ints,
    tables: Ints,
    bounds: dict[Goal, float],
    stop: Stop,
    language: Language,
) -> Plan:
    """Write slots and tables as a plan, with every figure.

    Parameters are as in `written`, and `tables` the table of each meeting from 0, -1 where it is
    missing; shape (n_meetings,).
    """
    figures = {goal: measure(timetable, slots, goal) for goal in _GOALS}
    people = _people(problem, timetable, slots, tables)
    met = all(
        goal in bounds and meets(goal, figures[goal], bounds[goal]) for goal in problem.objective
    )
    return Plan(
        status="optimal" if met else "feasible",
        objective=Figures(
            value=figures["value"], breaks=int(figures["breaks"]), idle=int(figures["idle"])
        ),
        bound=Bounds(**{goal: bounds.get(goal) for goal in problem.objective}),
        gap=_gap(problem.objective[0], figures, bounds),
        meetings=tuple(
            PlannedMeeting(id=meeting.id, slot=int(slots[row]) + 1, table=int(tables[row]) + 1)
            for row, meeting in enumerate(problem.meetings)
            if slots[row] != FREE
        ),
        unmet=tuple(unmet(problem, timetable, board_of(timetable, slots), language)),
        table_changes=sum(person.table_changes for person in people),
        participants=tuple(people),
        seconds=round(stop.elapsed, 3),
    )


def repaired_plan(
    problem: Problem,
    timetable: Timetable,
    slots: Ints,
    before: dict[Id, PlannedMeeting],
    changes: Changes,
    stop: Stop,
    language: Language,
) -> Plan:
    """Write a repaired timetable, in which meetings that stay keep their tables.

    Parameters
    ----------
    before
        The meetings of the plan that was repaired.
    changes
        What has happened: lost tables are not used from the first open slot on.
    """
    tables = _kept_tables(problem, timetable, slots, before, changes)
    after = plan_of(problem, timetable, slots, tables, {}, stop, language)
    return after.model_copy(update={"unmet": on_the_day(problem, after.unmet, language)})


def _kept_tables(
    problem: Problem,
    timetable: Timetable,
    slots: Ints,
    before: dict[Id, PlannedMeeting],
    changes: Changes,
) -> Ints:
    """Give owners their table, leave the others where they were, and the rest what is free."""
    own = _own_tables(problem, timetable)
    tables = np.full(len(slots), FREE, np.int64)
    for slot in np.unique(slots[slots != FREE]).tolist():
        lost = set(changes.lost_tables) if slot + 1 >= changes.from_slot else set()
        rows = np.flatnonzero(slots == slot).tolist()
        was = [before.get(problem.meetings[row].id) for row in rows]
        old = {r: m.table for r, m in zip(rows, was, strict=True) if m and m.slot == slot + 1}
        usable = set(range(1, problem.tables + 1)) - lost
        past = slot + 1 < changes.from_slot
        wishes = [old] if past else [{r: own[r] for r in rows if r in own}, old]
        taken: dict[int, int] = {}
        for wish in wishes:
            for row, table in wish.items():
                if row not in taken and table in usable:
                    taken[row] = table
                    usable.remove(table)
        free = sorted(usable, key=lambda table: (table in own.values(), table))
        left = [row for row in rows if row not in taken]
        taken |= dict(zip(left, free, strict=False))
        for row, table in taken.items():
            tables[row] = table - 1
    return tables


def _own_tables(problem: Problem, timetable: Timetable) -> dict[int, int]:
    """Find the table of each meeting with an owner; that of `a` where both have one."""
    owner = [person.table for person in problem.participants]
    hosts = ((row, owner[a] or owner[b]) for row, (a, b) in enumerate(timetable.ends.tolist()))
    return {row: table for row, table in hosts if table}


_GOALS: tuple[Goal, ...] = ("value", "breaks", "idle")


def infeasible_plan(blocking: list[Blocking], seconds: float) -> Plan:
    """Write that there is no plan, and what stands in the way."""
    return Plan(status="infeasible", blocking=tuple(blocking), seconds=round(seconds, 3))


def _gap(first: Goal, figures: dict[Goal, float], bounds: dict[Goal, float]) -> float | None:
    """Distance of the first goal from its bound, as a share."""
    if first not in bounds:
        return None
    figure, bound = figures[first], bounds[first]
    if first == "value":
        return abs(bound - figure) / max(1e-9, abs(bound)) if bound != figure else 0.0
    return (figure - bound) / max(1.0, figure)


def _people(
    problem: Problem, timetable: Timetable, slots: Ints, tables: Ints
) -> list[ParticipantFigures]:
    found = []
    for person, meetings in zip(problem.participants, timetable.meetings_of(), strict=True):
        held = sorted((int(slots[m]), int(tables[m])) for m in meetings if slots[m] != FREE)
        breaks, idle = breaks_and_idle([slot for slot, _ in held])
        changes = sum(before != after for (_, before), (_, after) in pairwise(held))
        found.append(
            ParticipantFigures(
                id=person.id, meetings=len(held), breaks=breaks, idle=idle, table_changes=changes
            )
        )
    return found
