"""Somebody who walks in to peer groups, as the planner's documents want them.

Groups that were made stay, and so do the facts that they were made with: only what concerns the one
who joins is read. What nobody knows of their firm is guessed from the other leaders, and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

import numpy as np

from matchmaker.companies import Company, Profile
from matchmaker.errors import ProblemError
from matchmaker.events.documents import document_of
from matchmaker.events.life import Event, EventKind
from matchmaker.events.peer_groups.changes import Changes
from matchmaker.events.peer_groups.problem import Mentor, Problem
from matchmaker.events.preparing.peer_groups import (
    PASSED_ON,
    PeerGroupSettings,
    Person,
    known_of,
    same_group,
)
from matchmaker.events.preparing.people import firms, of_one_house
from matchmaker.events.preparing.scores import Scores, of_people
from matchmaker.events.preparing.settings import read_settings
from matchmaker.events.preparing.wanting import (
    Flags,
    any_of,
    apart_list,
    kept_apart,
    what_was_said,
)
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish
from matchmaker.texts import Language, say

GUESSED = ("place", "size", "maturity")
"""What is guessed where nobody knows it, in this order."""


class DepartmentMissingError(ProblemError):
    """Somebody who walks in from none of the departments that groups are made of.

    Parameters
    ----------
    who
        Their name.
    departments
        Those of the groups.
    """

    def __init__(self, who: str, departments: Sequence[str]) -> None:
        self.who, self.departments = who, tuple(departments)
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say who, and which departments there are."""
        names = say(language, "event.joining.or").join(self.departments)
        return say(language, "event.joining.department_missing", who=self.who, departments=names)


@dataclass(frozen=True)
class Joining:
    """What is known of somebody who walks in.

    Parameters
    ----------
    changes
        They, a leader or a mentor, with their pairs.
    guessed
        What nobody knows of them: some of `GUESSED`.
    """

    changes: Changes
    guessed: tuple[str, ...]


def joining_group(
    event: Event,
    problem: Problem,
    joining: Registration,
    registrations: Sequence[Registration],
    wishes: Sequence[Wish],
    scores: Scores | None,
    companies: Mapping[str, Company],
    profiles: Mapping[str, Profile],
) -> Joining:
    """Prepare somebody for groups that are made.

    Parameters
    ----------
    event, registrations, wishes, scores, companies, profiles
        As for `peer_groups.peer_groups_problem`.
    problem
        Of the plan in use.
    joining
        Who walks in.

    Raises
    ------
    DepartmentMissingError
        If they are of none of the departments of the groups.
    ProblemError
        If the settings of the event are wrong.
    """
    own, _ = read_settings(event, EventKind.PEER_GROUPS, PeerGroupSettings, PASSED_ON)
    told = own.people.get(joining.id, Person())
    facts = known_of(event, joining, told, companies, profiles)
    if facts["department"] not in problem.departments:
        raise DepartmentMissingError(joining.name, problem.departments)
    mentor = joining.id in own.mentors
    guessed = _guess(facts, problem, mentor)
    planned = {each.id for each in (*problem.leaders, *problem.mentors)}
    people = [*(each for each in registrations if each.id in planned), joining]
    written = {"id": joining.id, "company": firms(people)[-1], **facts}
    if mentor:
        written = {name: value for name, value in written.items() if name in Mentor.model_fields}
    tree = {
        "mentors" if mentor else "walk_ins": [written],
        **_pairs(people, registrations, wishes, scores),
    }
    return Joining(document_of(tree, Changes, f"event {event.id!r}"), guessed)


def _guess(facts: dict[str, Any], problem: Problem, mentor: bool) -> tuple[str, ...]:
    """Fill in what nobody knows: the middle of their department, the middle size and age."""
    near = [each for each in problem.leaders if each.department == facts["department"]]
    others, guessed = near or list(problem.leaders), []
    if facts["latitude"] is None:
        facts["latitude"] = mean(each.latitude or 0.0 for each in others)
        facts["longitude"] = mean(each.longitude or 0.0 for each in others)
        guessed.append("place")
    for field in () if mentor else ("size", "maturity"):
        if facts[field] is None:
            middle = median(getattr(each, field) for each in others)
            facts[field] = round(middle) if field == "size" else middle
            guessed.append(field)
    return tuple(guessed)


def _pairs(
    people: Sequence[Registration],
    registrations: Sequence[Registration],
    wishes: Sequence[Wish],
    scores: Scores | None,
) -> dict[str, list[dict[str, str]]]:
    """Write the pairs of the last one of the people, as for groups that are planned."""
    said = what_was_said(people, registrations, wishes)
    _, competitors = of_people(scores, [person.siret for person in people])
    apart = kept_apart(said, competitors, met_matters=False)
    strangers, last = any_of(apart), len(people) - 1
    mine = np.zeros_like(strangers)
    mine[last], mine[:, last] = True, True
    here = {why: chosen & mine for why, chosen in apart.items()}
    group = same_group(people) & ~strangers & mine
    musts = said.musts & ~strangers & ~of_one_house(people) & mine
    return {
        "apart": apart_list(people, here) + _written(people, group, "same_group"),
        "together": _written(people, musts, "both"),
    }


def _written(people: Sequence[Registration], chosen: Flags, why: str) -> list[dict[str, str]]:
    last = people[-1].id
    return [
        {"a": people[row].id, "b": last, "why": why} for row in np.flatnonzero(chosen[-1]).tolist()
    ]
