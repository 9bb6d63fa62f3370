"""What the store knows of an event, and the snapshot of its firms, as the problem of a planner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from matchmaker.errors import ProblemError
from matchmaker.events.life import Event, EventKind
from matchmaker.events.preparing.conventions import convention_problem
from matchmaker.events.preparing.invitations import invitation_settings, invitations_problem
from matchmaker.events.preparing.peer_groups import peer_groups_problem
from matchmaker.events.preparing.people import TAKE_PART
from matchmaker.events.preparing.round_tables import round_tables_problem
from matchmaker.events.preparing.scores import Scores
from matchmaker.events.registrations import Registration
from matchmaker.events.services.hand_made import hand_made
from matchmaker.events.services.planners import AnyProblem
from matchmaker.events.wishes import Wish
from matchmaker.store import Unit

MOST_CANDIDATES = 2_000
"""Firms among which invitations are chosen: the scores of all pairs of more take too long."""


@dataclass(frozen=True)
class Scoring:
    """What the published snapshot says of firms.

    Parameters
    ----------
    scores
        `scores(unit, sirets)` says how well each two of them fit.
    themes
        `themes(unit, theme, departments, each)` finds the firms that fit a theme best, at most
        `each` of a department: how well, in (0, 1], by SIRET.
    """

    scores: Callable[[Unit, Sequence[str]], Scores]
    themes: Callable[[Unit, str, Sequence[str], int], Mapping[str, float]]


def problem_of(unit: Unit, event: Event, scoring: Scoring | None) -> AnyProblem:
    """Make the problem of an event's planner; what was taken out by hand stays out.

    Parameters
    ----------
    unit
        A unit that reads.
    scoring
        Of the published snapshot; nothing where there is none.

    Raises
    ------
    ProblemError
        If the event gives no problem that can be planned.
    """
    registrations = unit.events.registrations.all(event.id)
    wishes = unit.events.wishes.all(event.id)
    if event.details.kind is EventKind.INVITATIONS:
        return _invitations(unit, event, registrations, wishes, scoring)
    firms = firms_of(registrations)
    scores = scoring.scores(unit, firms) if scoring is not None else None
    match event.details.kind:
        case EventKind.CONVENTION:
            coming = {each.id for each in registrations if each.status in TAKE_PART}
            out = hand_made(unit, event, coming).out
            return convention_problem(event, registrations, wishes, scores, out)
        case EventKind.ROUND_TABLES:
            return round_tables_problem(event, registrations, wishes, scores)
        case EventKind.PEER_GROUPS:
            companies, profiles = unit.companies.many(firms), unit.profiles.many(firms)
            return peer_groups_problem(event, registrations, wishes, scores, companies, profiles)


def firms_of(registrations: Iterable[Registration]) -> list[str]:
    """List the SIRETs of participants, each once."""
    return sorted({each.siret for each in registrations if each.siret is not None})


def _invitations(
    unit: Unit,
    event: Event,
    registrations: Sequence[Registration],
    wishes: Sequence[Wish],
    scoring: Scoring | None,
) -> AnyProblem:
    theme, asked = invitation_settings(event).theme, firms_of(registrations)
    fits: Mapping[str, float] | None = None
    if scoring is not None and theme:
        each = MOST_CANDIDATES // len(event.details.chambers)
        fits = scoring.themes(unit, theme, event.details.chambers, each)
    sirets = _everybody(unit, event) if fits is None else list(fits)
    companies = unit.companies.servable(sorted({*sirets, *asked}))
    scores = None if scoring is None else scoring.scores(unit, list(companies))
    return invitations_problem(event, registrations, wishes, scores, companies, themes=fits)


def _everybody(unit: Unit, event: Event) -> list[str]:
    """Firms of the event's departments.

    Raises
    ------
    ProblemError
        If they are too many to be chosen from without a theme.
    """
    here = unit.companies.frame().filter(
        pl.col("department").is_in(event.details.chambers), pl.col("active")
    )
    if here.height > MOST_CANDIDATES:
        raise ProblemError(
            f"event {event.id!r}: {here.height} firms may be invited, and {MOST_CANDIDATES} are "
            "the limit; give the event a theme in its settings, so that the nearest are chosen."
        )
    return here["siret"].to_list()
