"""From a stored event and the firms of the territory to the question whom to invite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from matchmaker.companies import Company
from matchmaker.errors import ProblemError
from matchmaker.events.documents import Document
from matchmaker.events.invitations.problem import Problem
from matchmaker.events.life import Event, EventKind
from matchmaker.events.preparing.partners import best_partners
from matchmaker.events.preparing.people import named
from matchmaker.events.preparing.scores import Scores, of_people
from matchmaker.events.preparing.settings import fields_but, problem_of, read_settings
from matchmaker.events.preparing.wanting import NO, pairs_of, what_was_said
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.wishes import Wish

DIVISION = 2
"""Characters of a NAF code that name its division: the trade of `trade_share_max`."""

ANSWERS = {
    Status.REGISTERED: "accepted",
    Status.PRESENT: "accepted",
    Status.LATE: "accepted",
    Status.INVITED: "invited",
    Status.CANCELLED: "declined",
    Status.ABSENT: "declined",
}
"""What a registration says of its firm; of several people the answer further up counts."""


class InvitationSettings(Document):
    """Settings of invitations; those of the list itself are the planner's."""

    theme: str = Field(
        "", max_length=2000, description="What the event is about; empty = every firm fits as well."
    )
    candidates_each: int = Field(
        500,
        ge=1,
        le=5000,
        description="Firms of each department that are candidates, those that fit the theme best; "
        "default 500. Registered firms are candidates besides.",
    )
    good_from: float = Field(
        0.4,
        gt=0,
        le=1,
        description="Mutual score from which two firms are good partners; default 0.4, which one "
        "pair in ten reaches.",
    )
    best_partners: int = Field(
        40, ge=1, le=500, description="Good partners kept of each firm, the best; default 40."
    )
    same_department: bool = Field(
        False, description="Whether firms of one department are good partners; default no."
    )


PASSED_ON = fields_but(Problem, "candidates", "pairs", "apart", "invited", "accepted", "declined")


def invitation_settings(event: Event) -> InvitationSettings:
    """Read the settings by which candidates are looked for.

    Raises
    ------
    ProblemError
        If one is wrong or unknown, or the event is of another kind.
    """
    return read_settings(event, EventKind.INVITATIONS, InvitationSettings, PASSED_ON)[0]


def invitations_problem(
    event: Event,
    registrations: Sequence[Registration],
    wishes: Sequence[Wish],
    scores: Scores | None,
    companies: Mapping[str, Company],
    themes: Mapping[str, float] | None = None,
    relations: Mapping[str, str] | None = None,
) -> Problem:
    """Prepare the choice of invitations for its planner.

    Candidates go by their SIRET. Two are good partners if their mutual score is at least
    `good_from`, they are among the best of one of the two, and are no competitors. Firms of which
    one person says no to one of the other are apart; other wishes count for nothing yet. Answers
    come from the registrations: who comes has accepted, who cancelled is not asked again, who is
    invited has not answered, or, as long as `waves_sent` is 0, has not been asked.

    Parameters
    ----------
    event
        Invitations; its chambers and settings count (`size`, `budget` and `k` must be set).
    registrations, wishes
        All of the event; guests without a SIRET are not counted.
    scores
        Of the published snapshot, of all candidates.
    companies
        Firms that may be invited, by SIRET. Whoever opted out must not be among them.
    themes
        How well each firm fits the theme, in [0, 1], by SIRET; 0 for one that is not in it. If
        not given, every firm fits with 1: the event has no theme.
    relations
        Relation of firms to the chamber by SIRET, for `acceptance_rates`; none known if not given.

    Raises
    ------
    ProblemError
        If there are no scores, a firm that was asked is no candidate, or anything contradicts the
        rest.
    """
    own, passed = read_settings(event, EventKind.INVITATIONS, InvitationSettings, PASSED_ON)
    if scores is None:
        raise ProblemError(
            f"event {event.id!r}: there are no scores, so nobody has good partners; run the "
            "nightly batch first."
        )
    firms = [companies[siret] for siret in sorted(companies)]
    asked = [each for each in registrations if each.siret is not None]
    _check_candidates(event, asked, companies)
    frame = {
        "candidates": [_candidate(company, themes, relations or {}) for company in firms],
        "pairs": _pairs(firms, scores, own),
        "apart": _apart(registrations, wishes),
        "departments": event.details.chambers,
        **_answers(asked, nobody_asked=not passed.get("waves_sent")),
    }
    return problem_of(event, {**frame, **passed}, Problem)


def _check_candidates(
    event: Event, asked: Sequence[Registration], companies: Mapping[str, Company]
) -> None:
    unknown = [each for each in asked if each.siret not in companies]
    if unknown:
        raise ProblemError(
            f"event {event.id!r}: the firm of {named(unknown)} is on the list, but is no "
            "candidate; import the firm, or remove the registration."
        )


def _candidate(
    company: Company, themes: Mapping[str, float] | None, relations: Mapping[str, str]
) -> dict[str, Any]:
    trade = company.naf or company.naf2025
    return {
        "id": company.siret,
        "department": company.department,
        "theme_score": 1.0 if themes is None else themes.get(company.siret, 0.0),
        "relation": relations.get(company.siret),
        "size_band": company.size_band,
        "trade": trade[:DIVISION] if trade else None,
    }


def _pairs(
    firms: Sequence[Company], scores: Scores, own: InvitationSettings
) -> list[dict[str, Any]]:
    mutual, competitors = of_people(scores, [company.siret for company in firms])
    units = np.array([company.siren for company in firms])
    sides = np.array([company.department for company in firms])
    good = (mutual >= own.good_from) & ~competitors & (units[:, None] != units)
    if not own.same_department:
        good &= sides[:, None] != sides
    return [
        {"a": firms[i].siret, "b": firms[j].siret, "value": round(float(mutual[i, j]), 6)}
        for i, j in pairs_of(best_partners(mutual, good, own.best_partners))
    ]


def _apart(
    registrations: Sequence[Registration], wishes: Sequence[Wish]
) -> list[dict[str, str | None]]:
    """Firms of which one person refuses one of the other, each pair once."""
    refused = what_was_said(registrations, registrations, wishes).weaker == NO
    ends = [(registrations[i].siret, registrations[j].siret) for i, j in pairs_of(refused)]
    found = {(min(a, b), max(a, b)) for a, b in ends if a and b and a != b}
    return [{"a": a, "b": b, "why": "refused"} for a, b in sorted(found)]


def _answers(asked: Sequence[Registration], *, nobody_asked: bool) -> dict[str, list[str]]:
    """Sort the firms that were asked by what they said."""
    order = list(dict.fromkeys(ANSWERS.values()))
    said: dict[str, str] = {}
    for each in asked:
        siret, answer = str(each.siret), ANSWERS[each.status]
        said[siret] = min(said.get(siret, answer), answer, key=order.index)
    answers = {answer: sorted(s for s, own in said.items() if own == answer) for answer in order}
    return {**answers, "invited": []} if nobody_asked else answers
