"""What waits for an adviser: stages of introductions, who has to do what next, firms in need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matchmaker.introductions.life import FINAL, State
from matchmaker.introductions.records import Introduction
from matchmaker.settings import IntroductionSettings


class Need(StrEnum):
    """Why a firm of the chamber wants the attention of its adviser."""

    INCOMPLETE = "incomplete"
    """It takes part, and has left activity, offers or needs empty."""
    NO_CONSENT = "no_consent"
    """It has a profile, and does not agree to be suggested with it."""
    ALONE = "alone"
    """It takes part, and has no known partner across the border."""
    CHANGED = "changed"
    """Its profile was declared anew of late."""


class Stage(StrEnum):
    """Column of the board of introductions."""

    TO_CHECK = "to_check"
    WAITING = "waiting"
    MADE = "made"
    FOLLOW_UP = "follow_up"
    DONE = "done"


STATES: Mapping[Stage, tuple[State, ...]] = {
    Stage.TO_CHECK: (State.PROPOSED,),
    Stage.WAITING: (State.CHECKED, State.ASKED, State.ACCEPTED),
    Stage.MADE: (State.INTRODUCED, State.MET),
    Stage.FOLLOW_UP: (State.INTRODUCED, State.MET),
    Stage.DONE: FINAL,
}
"""States that a stage holds; what is made needs a follow-up where an outcome is due."""

Said = Mapping[str, Collection[tuple[str, int]]]
"""By introduction: who has said what came of it (SIRET), and to the question of how many days."""


class Step(StrEnum):
    """What has to happen next."""

    CHECK = "check"
    ROOM = "room"
    """Somebody has no room this quarter; the service asks as soon as there is."""
    ANSWER = "answer"
    CONTACTS = "contacts"
    """Both have accepted; the service hands the contacts over as soon as there is room."""
    MEET = "meet"
    OUTCOME = "outcome"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Next:
    """What has to happen next with an introduction, and whose turn it is.

    Parameters
    ----------
    step
        What.
    firms
        SIRETs of the sides whose turn it is; none where it is nobody's, or the service's.
    since
        Since when it waits.
    """

    step: Step
    firms: tuple[str, ...]
    since: datetime


def outcomes_due(
    held: Introduction, said: Said, rules: IntroductionSettings, at: datetime
) -> tuple[str, ...]:
    """Sides that have not said what came of it, though the last question is due.

    Parameters
    ----------
    held
        The introduction.
    said
        Answers to the questions so far.
    rules
        Days of the questions.
    at
        Now.
    """
    if held.introduced_at is None or held.state not in STATES[Stage.FOLLOW_UP]:
        return ()
    since = at - held.introduced_at
    due = [days for days in rules.outcome_days if timedelta(days=days) <= since]
    if not due:
        return ()
    answered = {siret for siret, days in said.get(held.id, ()) if days >= max(due)}
    return tuple(siret for siret in (held.company, held.partner) if siret not in answered)


def stage_of(held: Introduction, due: Collection[str]) -> Stage:
    """Column of an introduction; `due` are the sides whose outcome is due."""
    if held.state in STATES[Stage.FOLLOW_UP]:
        return Stage.FOLLOW_UP if due else Stage.MADE
    return next(stage for stage, states in STATES.items() if held.state in states)


def next_of(held: Introduction, due: tuple[str, ...]) -> Next:
    """Tell whose turn it is, and for what."""
    match held.state:
        case State.PROPOSED:
            return Next(Step.CHECK, (held.company,), held.state_at)
        case State.CHECKED:
            return Next(Step.ROOM, (), held.state_at)
        case State.ASKED:
            return Next(Step.ANSWER, held.pending, held.state_at)
        case State.ACCEPTED:
            return Next(Step.CONTACTS, (), held.state_at)
    made = held.introduced_at or held.state_at
    if due:
        return Next(Step.OUTCOME, due, made)
    if held.state is State.INTRODUCED:
        return Next(Step.MEET, (held.company, held.partner), made)
    return Next(Step.NOTHING, (), held.state_at)
