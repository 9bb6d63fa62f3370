"""From a stored evening of round tables to its seating problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from matchmaker.errors import ProblemError
from matchmaker.events.documents import Document
from matchmaker.events.life import Event, EventKind
from matchmaker.events.preparing.people import (
    across_departments,
    firms,
    missing_slots,
    named,
    of_one_house,
    taking_part,
)
from matchmaker.events.preparing.scores import Scores, of_people
from matchmaker.events.preparing.settings import fields_but, problem_of, read_settings
from matchmaker.events.preparing.wanting import (
    Flags,
    Floats,
    any_of,
    apart_list,
    kept_apart,
    pairs_of,
    what_was_said,
    worth,
)
from matchmaker.events.registrations import Registration
from matchmaker.events.round_tables.problem import Problem
from matchmaker.events.wishes import Wish


class RoundTableSettings(Document):
    """Settings of round tables; those of the seating itself are the planner's."""

    rounds: int | None = Field(
        None, ge=1, le=100, description="Rounds; null = one for each slot of the event."
    )
    same_department: bool = Field(
        False,
        description="Whether the mutual score of two firms of one department counts where nobody "
        "wished anything; default no.",
    )


PASSED_ON = fields_but(Problem, "rounds", "participants", "tables", "even", "apart", "values")


def round_tables_problem(
    event: Event,
    registrations: Sequence[Registration],
    wishes: Sequence[Wish],
    scores: Scores | None,
) -> Problem:
    """Prepare an evening of round tables for its planner.

    An encounter is worth what both said and their mutual score (`wanting.VALUES`). Round k is slot
    k. Numbers of meetings and tables of one's own mean nothing here and are not read.

    Parameters
    ----------
    event
        Round tables; its slots, tables (0 = as few as seat everybody) and settings count.
    registrations, wishes, scores
        As for `conventions.convention_problem`.

    Raises
    ------
    ProblemError
        If the number of rounds is not known, nobody takes part, somebody has no department or is
        away between two rounds, or anything contradicts the rest.
    """
    own, passed = read_settings(event, EventKind.ROUND_TABLES, RoundTableSettings, PASSED_ON)
    rounds = _rounds(event, own.rounds)
    people = taking_part(event, registrations)
    said = what_was_said(people, registrations, wishes)
    mutual, competitors = of_people(scores, [person.siret for person in people])
    apart = kept_apart(said, competitors)
    if not own.same_department:
        mutual = mutual * (across_departments(people) | said.wished)
    frame = {
        "rounds": rounds,
        "participants": _participants(event, people, rounds),
        "tables": event.details.tables or None,
        "apart": apart_list(people, apart),
        "values": _values(people, worth(said, mutual), ~any_of(apart) & ~of_one_house(people)),
    }
    return problem_of(event, {**frame, **passed}, Problem)


def _rounds(event: Event, wanted: int | None) -> int:
    slots = len(event.details.slots)
    if wanted is None and not slots:
        raise ProblemError(
            f"event {event.id!r} has no slots; give it one for each round, or set rounds."
        )
    if wanted is not None and 0 < slots < wanted:
        raise ProblemError(
            f"event {event.id!r}, settings: rounds is {wanted}, but there are {slots} slots; "
            "lower rounds or add slots."
        )
    return slots if wanted is None else wanted


def _participants(
    event: Event, people: Sequence[Registration], rounds: int
) -> list[dict[str, Any]]:
    strangers = [person for person in people if person.department is None]
    if strangers:
        raise ProblemError(
            f"event {event.id!r}: no department is known of {named(strangers)}; round tables mix "
            "departments: give each participant one."
        )
    return [
        {
            "id": person.id,
            "department": person.department,
            "company": firm,
            "group": person.group or None,
            **_presence(event, person, rounds),
        }
        for person, firm in zip(people, firms(people), strict=True)
    ]


def _presence(event: Event, person: Registration, rounds: int) -> dict[str, int]:
    """First and last round of somebody, who must be there in all between."""
    missing = set(missing_slots(person))
    there = [number for number in range(1, rounds + 1) if number not in missing]
    who = f"event {event.id!r}: participant {named([person])}"
    if not there:
        raise ProblemError(
            f"{who} cannot come to any of the {rounds} rounds; cancel them or mend their slots."
        )
    gap = [number for number in range(there[0], there[-1]) if number in missing]
    if gap:
        raise ProblemError(
            f"{who} is away in round {gap[0]} and back later; tables are filled with people who "
            "stay from their first to their last round: shorten their presence on one side."
        )
    return {"arrives": there[0], "leaves": there[-1]}


def _values(
    people: Sequence[Registration], values: Floats, allowed: Flags
) -> list[dict[str, object]]:
    return [
        {"a": people[i].id, "b": people[j].id, "value": float(values[i, j])}
        for i, j in pairs_of(allowed & (values > 0))
    ]
