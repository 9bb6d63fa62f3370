"""The plan of a convention as a timetable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.plan import Plan, PlannedMeeting, Unmet
from matchmaker.events.conventions.problem import Id, Meeting, Problem
from matchmaker.events.exports.details import EventHeading, PersonDetails, plain
from matchmaker.events.exports.timetable import (
    Attendee,
    Figure,
    Sitting,
    Timetable,
    Unheld,
    attendee_of,
    check_slots,
)


def convention_timetable(
    problem: Problem,
    plan: Plan,
    details: EventHeading,
    people: Mapping[Id, PersonDetails],
    reasons: Mapping[tuple[Id, Id], str] | None = None,
) -> Timetable:
    """View the plan of a convention.

    Parameters
    ----------
    problem, plan
        A plan and the problem that it answers.
    details
        The event; as many slot times as the problem has slots.
    people
        What to print of participants, by id; the problem's own words for those not in it.
    reasons
        Sentence for a participant why a meeting is worth it, by meeting and participant; none if
        not given.

    Raises
    ------
    ProblemError
        If there is no plan, or plan, problem and details do not belong together.
    """
    if plan.status == "infeasible":
        raise ProblemError(
            "the plan is infeasible, so there is nothing to export; "
            "change one of its blocking rules and plan again"
        )
    check_slots(problem.slots, details)
    meetings = {m.id: m for m in problem.meetings}
    sittings = [_sitting(place, meetings, problem) for place in plan.meetings]
    attendees = _attendees(problem, plan, people)
    names = {a.id: a.name for a in attendees}
    return Timetable(
        details,
        "convention",
        attendees,
        tuple(sorted(sittings, key=lambda s: (s.slot, s.table))),
        tuple(_unheld(unmet, meetings, names) for unmet in plan.unmet),
        tuple(_figures(problem, plan)),
        {key: plain(text) for key, text in (reasons or {}).items()},
    )


def _attendees(
    problem: Problem, plan: Plan, people: Mapping[Id, PersonDetails]
) -> tuple[Attendee, ...]:
    figures = {one.id: one for one in plan.participants}

    def seen(number: int) -> Attendee:
        person = problem.participants[number - 1]
        known = people.get(person.id, PersonDetails())
        found = attendee_of(person.id, number, known, person.name, person.company)
        away, own = frozenset(person.unavailable), figures.get(person.id)
        if own is None:
            return replace(found, away=away)
        values: tuple[Figure, ...] = (
            ("meetings", own.meetings),
            ("breaks", own.breaks),
            ("idle", own.idle),
            ("table_changes", own.table_changes),
        )
        return replace(found, away=away, figures=values)

    return tuple(seen(number) for number in range(1, len(problem.participants) + 1))


def _sitting(place: PlannedMeeting, meetings: Mapping[Id, Meeting], problem: Problem) -> Sitting:
    meeting = _known(place.id, meetings)
    for what, number, most in (
        ("slot", place.slot, problem.slots),
        ("table", place.table, problem.tables),
    ):
        if number > most:
            raise ProblemError(
                f"the plan puts meeting {place.id!r} in {what} {number}, but the problem has "
                f"{most}; export a plan with its own problem"
            )
    return Sitting(place.id, place.id, place.slot, place.table, (meeting.a, meeting.b))


def _known(name: Id, meetings: Mapping[Id, Meeting]) -> Meeting:
    if name not in meetings:
        raise ProblemError(
            f"the plan has meeting {name!r}, which the problem has not; "
            "export a plan with its own problem"
        )
    return meetings[name]


def _unheld(unmet: Unmet, meetings: Mapping[Id, Meeting], names: Mapping[Id, str]) -> Unheld:
    meeting = _known(unmet.id, meetings)
    return Unheld(
        unmet.id, (names[meeting.a], names[meeting.b]), unmet.reason, plain(unmet.text or "")
    )


def _figures(problem: Problem, plan: Plan) -> Iterator[Figure]:
    yield "status", plan.status
    yield "participants", len(problem.participants)
    yield "meetings", len(plan.meetings)
    yield "unmet", len(plan.unmet)
    for goal in ("value", "breaks", "idle"):
        yield goal, getattr(plan.objective, goal, None)
        yield f"{goal}_bound", getattr(plan.bound, goal)
    yield "gap", plan.gap
    yield "table_changes", plan.table_changes
