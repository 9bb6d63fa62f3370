"""The plan of peer groups as lists: the groups, their members, who is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from matchmaker.errors import ProblemError
from matchmaker.events.exports.details import EventHeading, PersonDetails
from matchmaker.events.exports.sheets import Cell, Sheet, built, figure_cell, legend
from matchmaker.events.exports.timetable import Attendee, attendee_of
from matchmaker.events.exports.workbook import workbook
from matchmaker.events.peer_groups.plan import Group, Member, Plan
from matchmaker.events.peer_groups.problem import Leader, Mentor, Problem
from matchmaker.events.peer_groups.wording import sentence
from matchmaker.texts import Language, say


def peer_group_sheets(
    problem: Problem, plan: Plan, people: Mapping[str, PersonDetails], language: Language = "fr"
) -> tuple[Sheet, ...]:
    """List the groups, their members, and whoever is in none.

    Parameters
    ----------
    problem, plan
        A plan and the problem that it answers.
    people
        What to print of leaders, mentors and places, by id; the id for those not in it.
    language
        Of headers, words and reasons.

    Raises
    ------
    ProblemError
        If there are no groups, or the plan names somebody whom the problem has not.
    """
    if not plan.groups:
        raise ProblemError(
            f"the plan is {plan.status}, so there are no groups to export; "
            "change what it says stands against them and plan again"
        )
    known = _people(problem, people)
    groups = (_group_row(group, known) for group in plan.groups)
    members = (row for group in plan.groups for row in _member_rows(group, known, language))
    columns = ("group", "meets_at", "leaders", "mentors", "departments", "minutes", "minutes_max")
    who = ("participant", "company", "sector", "department")
    return (
        built("groups", columns, groups, language),
        built("members", ("group", "role", *who, "minutes", "theme_partners"), members, language),
        built("left", ("role", *who, "reason"), _left_rows(plan, known, language), language),
    )


def peer_group_workbook(
    problem: Problem,
    plan: Plan,
    details: EventHeading,
    people: Mapping[str, PersonDetails],
    language: Language = "fr",
) -> bytes:
    """Write the groups as a workbook: figures and legend first, then the lists.

    Parameters, errors and lists are as in `peer_group_sheets`; `details` may have no slots.
    """
    sheets = peer_group_sheets(problem, plan, people, language)
    figures = built("summary", ("figure", "number"), _figures(plan, language), language)
    return workbook(details, (figures, legend("peer_groups", language)), sheets, language)


def _people(problem: Problem, people: Mapping[str, PersonDetails]) -> dict[str, Attendee]:
    found = {}
    members: list[Leader | Mentor] = [*problem.leaders, *problem.mentors]
    for number, one in enumerate(members, 1):
        known = people.get(one.id, PersonDetails())
        if known.department is None:
            known = replace(known, department=one.department)
        found[one.id] = attendee_of(one.id, number, known, None, one.company)
    for place in problem.places:
        found[place.id] = attendee_of(place.id, 0, people.get(place.id, PersonDetails()))
    return found


def _known(who: str, known: Mapping[str, Attendee]) -> Attendee:
    if who not in known:
        raise ProblemError(
            f"the plan names {who!r}, whom the problem has not; export a plan with its own problem"
        )
    return known[who]


def _who(who: str, known: Mapping[str, Attendee]) -> tuple[Cell, ...]:
    one = _known(who, known)
    return one.name, one.company, one.sector, one.department


def _group_row(group: Group, known: Mapping[str, Attendee]) -> tuple[Cell, ...]:
    departments = ", ".join(f"{name} ({count})" for name, count in group.departments.items())
    return (
        group.number,
        _known(group.meets_at, known).name,
        len(group.leaders),
        len(group.mentors),
        departments,
        group.travel_minutes,
        group.travel_max_minutes,
    )


def _member_rows(
    group: Group, known: Mapping[str, Attendee], language: Language
) -> Iterator[tuple[Cell, ...]]:
    parts: tuple[tuple[str, Iterable[Member]], ...] = (
        ("leader", group.leaders),
        ("mentor", group.mentors),
    )
    for role, members in parts:
        word = say(language, f"event.export.role.{role}")
        for one in members:
            yield group.number, word, *_who(one.id, known), one.minutes, one.theme_partners


def _left_rows(
    plan: Plan, known: Mapping[str, Attendee], language: Language
) -> Iterator[tuple[Cell, ...]]:
    for left in plan.left_out:
        word = say(language, "event.export.role.leader")
        yield word, *_who(left.id, known), sentence(left.reason, language)
    for mentor in plan.reserve:
        word = say(language, "event.export.role.mentor")
        yield word, *_who(mentor, known), say(language, "event.export.role.reserve")


def _figures(plan: Plan, language: Language) -> Iterator[tuple[Cell, ...]]:
    figures: tuple[tuple[str, str | int | float | None], ...] = (
        ("status", plan.status),
        ("groups", len(plan.groups)),
        ("members", sum(len(g.leaders) + len(g.mentors) for g in plan.groups)),
        ("left_out", len(plan.left_out)),
        ("reserve", len(plan.reserve)),
        ("cost", plan.objective.total if plan.objective else None),
        ("cost_bound", plan.bound),
        ("gap", plan.gap),
    )
    for figure in figures:
        yield say(language, f"event.export.figure.{figure[0]}"), figure_cell(figure, language)
