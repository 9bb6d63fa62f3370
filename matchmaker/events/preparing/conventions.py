"""From a stored convention to one-to-one meetings that may take place, and what they are worth."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import Document
from matchmaker.events.life import Event, EventKind
from matchmaker.events.preparing.partners import best_partners
from matchmaker.events.preparing.people import (
    across_departments,
    firms,
    missing_slots,
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
from matchmaker.events.wishes import Wish


class ConventionSettings(Document):
    """Settings of a convention, beside `objective` and `fairness`, which are the planner's."""

    best_partners: int = Field(
        20,
        ge=0,
        le=500,
        description="Partners proposed to each participant by score, where nobody wished "
        "anything; default 20, 0 = only wishes.",
    )
    same_department: bool = Field(
        False,
        description="Whether partners of the same department are proposed by score as well; "
        "default no. A wish may always be for the same department.",
    )


PASSED_ON = fields_but(Problem, "slots", "sessions", "tables", "participants", "meetings", "apart")


def convention_problem(
    event: Event,
    registrations: Sequence[Registration],
    wishes: Sequence[Wish],
    scores: Scores | None,
    taken_out: Collection[frozenset[str]] = (),
) -> Problem:
    """Prepare a convention for its planner.

    Every pair of which one wants the other is a meeting, worth what both said and their mutual
    score (`wanting.VALUES`); it stays in the problem where a rule keeps the two apart, so that the
    plan says why it does not take place. A pair of which both say that they must meet is
    mandatory. Where nobody wished anything, the best partners of each by mutual score are meetings
    that may take place, worth that score. Participants who do not come, or only stand by, are left
    out with their wishes. The id of a meeting is the two ids, sorted, with `~` between.

    Parameters
    ----------
    event
        A convention; its slots, sessions, tables and settings count.
    registrations, wishes
        All of the event.
    scores
        Of the published snapshot; nothing where there is none, and then only wishes count.
    taken_out
        Pairs of ids whose meeting an adviser took out by hand: they are kept apart, whatever they
        wish.

    Raises
    ------
    ProblemError
        If the event has no slots or tables, nobody takes part, no meeting is possible, or a
        setting, a wish or a registration contradicts the rest.
    """
    own, passed = read_settings(event, EventKind.CONVENTION, ConventionSettings, PASSED_ON)
    _check_room(event)
    people = taking_part(event, registrations)
    said = what_was_said(people, registrations, wishes)
    mutual, competitors = of_people(scores, [person.siret for person in people])
    house = of_one_house(people)
    apart = kept_apart(said, competitors)
    apart["by_hand"] = _paired(people, taken_out) & ~any_of(apart) & ~house
    free = ~said.wished & ~any_of(apart) & ~house
    if not own.same_department:
        free &= across_departments(people)
    proposed = best_partners(mutual, free, own.best_partners)
    # What an adviser took out need not take place, whatever the two have said.
    out = apart["by_hand"]
    musts = said.musts & ~house & ~out
    chosen, values = said.wished | proposed, worth(said, mutual)
    meetings = _meetings(people, chosen, values, musts, proposed | out)
    _check_meetings(event, meetings)
    frame = {
        "slots": len(event.details.slots),
        "sessions": [{"id": s.id, "slots": s.slots} for s in event.details.sessions],
        "tables": event.details.tables,
        "participants": _participants(people),
        "meetings": meetings,
        "apart": apart_list(people, apart),
    }
    return problem_of(event, {**frame, **passed}, Problem)


def _paired(people: Sequence[Registration], pairs: Collection[frozenset[str]]) -> Flags:
    """Mark pairs of ids, those of people who take part; symmetric, shape (n, n)."""
    place = {person.id: number for number, person in enumerate(people)}
    marked = np.zeros((len(people), len(people)), dtype=bool)
    for pair in pairs:
        if len(pair) == 2 and all(who in place for who in pair):
            i, j = (place[who] for who in pair)
            marked[i, j] = marked[j, i] = True
    return marked


def _check_room(event: Event) -> None:
    for name, count in (("slots", len(event.details.slots)), ("tables", event.details.tables)):
        if not count:
            raise ProblemError(
                f"event {event.id!r} has no {name}; a convention needs some: change the event."
            )


def _participants(people: Sequence[Registration]) -> list[dict[str, Any]]:
    return [
        {
            "id": person.id,
            "name": person.name,
            "company": firm,
            "group": person.group or None,
            "unavailable": missing_slots(person),
            "min": person.min,
            "max": person.max,
            "table": person.table,
        }
        for person, firm in zip(people, firms(people), strict=True)
    ]


def _meetings(
    people: Sequence[Registration], chosen: Flags, values: Floats, musts: Flags, optional: Flags
) -> list[dict[str, Any]]:
    """Write the meetings; whether one is mandatory else is for the planner to say."""
    found = []
    for i, j in pairs_of(chosen):
        a, b = people[i].id, people[j].id  # people are sorted by id
        mandatory = True if musts[i, j] else False if optional[i, j] else None
        found.append(
            {
                "id": f"{a}~{b}",
                "a": a,
                "b": b,
                "value": float(values[i, j]),
                "mandatory": mandatory,
            }
        )
    return found


def _check_meetings(event: Event, meetings: Sequence[object]) -> None:
    if not meetings:
        raise ProblemError(
            f"event {event.id!r}: no meeting is possible, as nobody who comes wished to meet "
            "anybody, and the published scores propose no pair; collect wishes, give participants "
            "their SIRET and run the nightly batch, or set same_department."
        )
