"""The plan of invitations as lists: whom to invite when, and who is not invited and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from matchmaker.errors import ProblemError
from matchmaker.events.exports.details import EventHeading, PersonDetails
from matchmaker.events.exports.sheets import Cell, Sheet, built, figure_cell, legend
from matchmaker.events.exports.timetable import Attendee, attendee_of
from matchmaker.events.exports.workbook import workbook
from matchmaker.events.invitations.plan import Finding, Plan
from matchmaker.events.invitations.problem import Candidate, Problem
from matchmaker.texts import Language, say

Worded = Callable[[Finding, Language], str]
"""Makes a sentence of a finding: `sentence` of the room of invitations."""


def invitation_sheets(
    problem: Problem,
    plan: Plan,
    people: Mapping[str, PersonDetails],
    worded: Worded,
    language: Language = "fr",
) -> tuple[Sheet, ...]:
    """List the invitations, and the candidates who get none.

    Parameters
    ----------
    problem, plan
        A plan and the problem that it answers.
    people
        What to print of candidates, by id; the id for those not in it.
    worded
        Says the reasons.
    language
        Of headers and reasons.

    Raises
    ------
    ProblemError
        If there is no list, or the plan names somebody whom the problem has not.
    """
    if not plan.invitations:
        raise ProblemError(
            f"the plan is {plan.status}, so there are no invitations to export; "
            "change what it says stands against them and plan again"
        )
    known = {
        one.id: _candidate(one, number, people) for number, one in enumerate(problem.candidates, 1)
    }
    who = ("participant", "company", "sector", "department")
    figures = ("acceptance", "partners_invited", "partners_expected", "probability")
    invited = (
        (one.wave, *_who(one.id, known), one.acceptance)
        + (one.partners_invited, one.partners_expected, one.probability)
        for one in sorted(plan.invitations, key=lambda one: one.wave)
    )
    others = ((*_who(o.id, known), worded(o.reason, language)) for o in plan.not_invited)
    return (
        built("invitations", ("wave", *who, *figures), invited, language),
        built("not_invited", (*who, "reason"), others, language),
    )


def invitation_workbook(
    problem: Problem,
    plan: Plan,
    details: EventHeading,
    people: Mapping[str, PersonDetails],
    worded: Worded,
    language: Language = "fr",
) -> bytes:
    """Write the invitations as a workbook: figures, warnings and legend first, then the lists.

    Parameters, errors and lists are as in `invitation_sheets`; `details` may have no slots.
    """
    sheets = invitation_sheets(problem, plan, people, worded, language)
    summary = [built("summary", ("figure", "number"), _figures(plan, language), language)]
    if plan.warnings:
        said = ((worded(warning, language),) for warning in plan.warnings)
        summary.append(built("warnings", ("warning",), said, language))
    return workbook(details, (*summary, legend("invitations", language)), sheets, language)


def _candidate(one: Candidate, number: int, people: Mapping[str, PersonDetails]) -> Attendee:
    known = people.get(one.id, PersonDetails())
    if known.department is None:
        known = replace(known, department=one.department)
    return attendee_of(one.id, number, known)


def _who(who: str, known: Mapping[str, Attendee]) -> tuple[Cell, ...]:
    if who not in known:
        raise ProblemError(
            f"the plan names {who!r}, whom the problem has not; export a plan with its own problem"
        )
    one = known[who]
    return one.name, one.company, one.sector, one.department


def _figures(plan: Plan, language: Language) -> Iterator[tuple[Cell, ...]]:
    come = plan.attendance
    figures: tuple[tuple[str, str | int | float | None], ...] = (
        ("status", plan.status),
        ("invitations", len(plan.invitations)),
        ("waves", len(plan.waves)),
        ("expected", come.expected if come else None),
        ("low", come.low if come else None),
        ("high", come.high if come else None),
        ("with_partners", come.with_partners if come else None),
        ("objective", plan.objective.total if plan.objective else None),
        ("objective_bound", plan.bound),
        ("gap", plan.gap),
    )
    for figure in figures:
        yield say(language, f"event.export.figure.{figure[0]}"), figure_cell(figure, language)
