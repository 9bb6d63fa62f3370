"""From a stored call for Plato groups to its problem: leaders, mentors, and where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from matchmaker.companies import Company, Profile, smallest_staff
from matchmaker.errors import ProblemError
from matchmaker.events.documents import Document
from matchmaker.events.life import Event, EventKind
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.preparing.people import firms, named, of_one_house, taking_part
from matchmaker.events.preparing.scores import Scores, of_people
from matchmaker.events.preparing.settings import fields_but, problem_of, read_settings
from matchmaker.events.preparing.wanting import (
    Flags,
    any_of,
    apart_list,
    kept_apart,
    pairs_of,
    what_was_said,
)
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish
from matchmaker.territory import commune, is_known_commune

DAYS_OF_A_YEAR = 365.25


class Person(Document):
    """What an adviser knows of a participant better than the registry."""

    latitude: float | None = Field(None, ge=-90, le=90, description="WGS 84; null = of the firm.")
    longitude: float | None = Field(
        None, ge=-180, le=180, description="WGS 84; null = of the firm."
    )
    size: int | None = Field(None, ge=0, description="Headcount; null = of the firm's staff band.")
    maturity: float | None = Field(
        None, ge=0, description="Years that the firm exists; null = since it was created."
    )
    themes: tuple[str, ...] | None = Field(
        None, description="What to talk about; null = the themes that the firm declares."
    )


class PeerGroupSettings(Document):
    """Settings of peer groups; those of the groups themselves are the planner's."""

    mentors: tuple[str, ...] = Field(
        (), description="Ids of the participants who are mentors; the others are leaders."
    )
    people: dict[str, Person] = Field(
        {}, description="What is known of participants by id; the store is asked for the rest."
    )


PASSED_ON = fields_but(Problem, "leaders", "mentors", "apart", "together")


def peer_groups_problem(
    event: Event,
    registrations: Sequence[Registration],
    wishes: Sequence[Wish],
    scores: Scores | None,
    companies: Mapping[str, Company],
    profiles: Mapping[str, Profile] | None = None,
) -> Problem:
    """Prepare peer groups for their planner.

    Somebody who says no to another, a competitor (unless both want each other) and a member of
    the same group are kept apart; two who both say that they must meet are put together, if no
    rule keeps them apart. A wish of one side, an acquaintance and the mutual score count for
    nothing here: the planner looks at travel, mix and themes. Departments are those of the
    chambers that hold the event, if the settings do not name others.

    Parameters
    ----------
    event
        Peer groups; its day, chambers and settings count.
    registrations, wishes, scores
        As for `conventions.convention_problem`.
    companies
        Firms of the store by SIRET: for coordinates (the firm's, else its commune's), headcount
        (the smallest of the staff band), years since its creation, and department.
    profiles
        Declared profiles by SIRET, for themes, where consent was given; no themes if not given.

    Raises
    ------
    ProblemError
        If nobody takes part; if coordinates, a department, or, for a leader, size or age are
        known from nowhere (names everybody concerned); or if anything contradicts the rest.
    """
    own, passed = read_settings(event, EventKind.PEER_GROUPS, PeerGroupSettings, PASSED_ON)
    people = taking_part(event, registrations)
    _check_named(event, own, registrations)
    known = [
        known_of(event, person, own.people.get(person.id, Person()), companies, profiles or {})
        for person in people
    ]
    guiding = np.array([person.id in own.mentors for person in people])
    _check_known(event, people, known, guiding)
    said = what_was_said(people, registrations, wishes)
    _, competitors = of_people(scores, [person.siret for person in people])
    apart = kept_apart(said, competitors, met_matters=False)
    house, strangers = of_one_house(people), any_of(apart)
    groups = same_group(people) & ~strangers
    frame = {
        "leaders": _written(people, known, ~guiding, ("size", "maturity")),
        "mentors": _written(people, known, guiding, ()),
        "departments": event.details.chambers,
        "apart": apart_list(people, apart) + _pairs(people, groups, "same_group"),
        "together": _pairs(people, said.musts & ~strangers & ~house, "both"),
    }
    return problem_of(event, {**frame, **passed}, Problem)


def _check_named(
    event: Event, own: PeerGroupSettings, registrations: Sequence[Registration]
) -> None:
    registered = {each.id for each in registrations}
    for field, ids in (("mentors", own.mentors), ("people", tuple(own.people))):
        for who in ids:
            if who not in registered:
                raise ProblemError(
                    f"event {event.id!r}, settings: {field} names {who!r}, who is not registered; "
                    "register them or remove the name."
                )


def known_of(
    event: Event,
    person: Registration,
    told: Person,
    companies: Mapping[str, Company],
    profiles: Mapping[str, Profile],
) -> dict[str, Any]:
    """Find everything about somebody, first as an adviser told it, else from the store.

    Parameters
    ----------
    event
        The age of a firm is that on its day.
    person, told
        Who, and what an adviser knows of them better.
    companies, profiles
        Firms and declared profiles by SIRET.

    Returns
    -------
    mapping
        `latitude`, `longitude`, `department`, `size`, `maturity` (`None` where nobody knows it),
        and `themes`.
    """
    company = companies.get(person.siret) if person.siret else None
    profile = profiles.get(person.siret) if person.siret else None
    declared = profile.themes if profile is not None and profile.consent else ()
    latitude, longitude = _place(told, company)
    return {
        "latitude": latitude,
        "longitude": longitude,
        "department": person.department or (company.department if company else None),
        "size": told.size if told.size is not None else _size(company),
        "maturity": told.maturity if told.maturity is not None else _maturity(event, company),
        "themes": told.themes if told.themes is not None else declared,
    }


def _place(told: Person, company: Company | None) -> tuple[float | None, float | None]:
    if told.latitude is not None and told.longitude is not None:
        return told.latitude, told.longitude
    if company is None:
        return None, None
    if company.latitude is not None and company.longitude is not None:
        return company.latitude, company.longitude
    if is_known_commune(company.commune):
        own = commune(company.commune)
        return own.latitude, own.longitude
    return None, None


def _size(company: Company | None) -> int | None:
    band = company.size_band if company else None
    return None if band is None else smallest_staff(band)


def _maturity(event: Event, company: Company | None) -> float | None:
    if company is None or company.created is None:
        return None
    days = (event.details.day - company.created).days
    return round(max(days, 0) / DAYS_OF_A_YEAR, 2)


_CURES = {
    "latitude": "coordinates",
    "department": "department",
    "size": "size",
    "maturity": "age",
}


def _check_known(
    event: Event,
    people: Sequence[Registration],
    known: Sequence[Mapping[str, Any]],
    guiding: Flags,
) -> None:
    for field, name in _CURES.items():
        without = [
            person
            for person, facts, mentor in zip(people, known, guiding, strict=True)
            if facts[field] is None and not (mentor and field in ("size", "maturity"))
        ]
        if without:
            cure = (
                "give each registration one"
                if field == "department"
                else "give the SIRET of a firm that the store knows, or write it under people in "
                "the settings of the event"
            )
            raise ProblemError(
                f"event {event.id!r}: the {name} of {named(without)} cannot be found; {cure}."
            )


def _written(
    people: Sequence[Registration],
    known: Sequence[Mapping[str, Any]],
    chosen: Flags,
    more: tuple[str, ...],
) -> list[dict[str, Any]]:
    fields = ("latitude", "longitude", "department", "themes", *more)
    return [
        {"id": person.id, "company": firm, **{name: facts[name] for name in fields}}
        for person, firm, facts, wanted in zip(people, firms(people), known, chosen, strict=True)
        if wanted
    ]


def same_group(people: Sequence[Registration]) -> Flags:
    """Tell who is of one group with whom, false on the diagonal; shape (n, n)."""
    names = np.array([person.group or "" for person in people])
    return np.asarray((names[:, None] == names) & (names != "") & ~np.eye(len(people), dtype=bool))


def _pairs(people: Sequence[Registration], chosen: Flags, why: str) -> list[dict[str, str]]:
    return [{"a": people[i].id, "b": people[j].id, "why": why} for i, j in pairs_of(chosen)]
