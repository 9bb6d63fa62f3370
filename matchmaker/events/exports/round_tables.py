"""The plan of an evening of round tables as a timetable: a slot is a round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.problem import Id
from matchmaker.events.exports.details import EventHeading, PersonDetails
from matchmaker.events.exports.timetable import (
    Attendee,
    Figure,
    Sitting,
    Timetable,
    attendee_of,
    check_slots,
)
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.problem import Participant, Problem


def round_table_timetable(
    problem: Problem, plan: Plan, details: EventHeading, people: Mapping[Id, PersonDetails]
) -> Timetable:
    """View the plan of an evening of round tables.

    Parameters
    ----------
    problem, plan
        A plan and the problem that it answers.
    details
        The event; one slot time for each round.
    people
        What to print of participants, by id; the problem's own words for those not in it.

    Raises
    ------
    ProblemError
        If there is no plan, or plan, problem and details do not belong together.
    """
    if not plan.rounds:
        raise ProblemError(
            f"the plan is {plan.status}, so there is nothing to export; "
            "change what it says stands against it and plan again"
        )
    check_slots(problem.rounds, details)
    attendees = tuple(
        _attendee(problem, person, number, people.get(person.id, PersonDetails()))
        for number, person in enumerate(problem.participants, 1)
    )
    return Timetable(
        details,
        "round_tables",
        attendees,
        tuple(sorted(_sittings(problem, plan), key=lambda s: (s.slot, s.table))),
        figures=tuple(_figures(problem, plan)),
    )


def _attendee(problem: Problem, person: Participant, number: int, known: PersonDetails) -> Attendee:
    if known.department is None:
        known = replace(known, department=person.department)
    last = problem.rounds if person.leaves is None else person.leaves
    there = set(range(person.arrives, last + 1)) - set(person.away)
    away = frozenset(range(1, problem.rounds + 1)).difference(there)
    return replace(attendee_of(person.id, number, known, None, person.company), away=away)


def _sittings(problem: Problem, plan: Plan) -> Iterator[Sitting]:
    known = {person.id for person in problem.participants}
    for evening in plan.rounds:
        if evening.round > problem.rounds:
            raise ProblemError(
                f"the plan has round {evening.round}, but the problem has {problem.rounds}; "
                "export a plan with its own problem"
            )
        for table in evening.tables:
            strangers = [who for who in table.participants if who not in known]
            if strangers:
                raise ProblemError(
                    f"the plan seats {strangers[0]!r}, whom the problem has not; "
                    "export a plan with its own problem"
                )
            name = f"round {evening.round}, table {table.table}"
            yield Sitting(
                name, f"round {evening.round}", evening.round, table.table, table.participants
            )


def _figures(problem: Problem, plan: Plan) -> Iterator[Figure]:
    yield "status", plan.status
    yield "participants", len(problem.participants)
    yield "rounds", problem.rounds
    for name in ("encounters", "cross_encounters", "repeated", "encounters_min", "cross_min"):
        yield name, getattr(plan.figures, name, None)
    yield "objective", plan.objective
    yield "objective_bound", plan.bound
    yield "gap", plan.gap
