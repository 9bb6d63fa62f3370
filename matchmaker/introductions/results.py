"""What came of an introduction: said by the sides, a relation and labels for the next night."""

from __future__ import annotations

from datetime import datetime, timedelta

from matchmaker.accounts.principals import Principal
from matchmaker.feedback import FeedbackKind
from matchmaker.intents import Role
from matchmaker.introductions.desk import Actor, Desk
from matchmaker.introductions.letters import Letters
from matchmaker.introductions.life import Move, Result, State
from matchmaker.introductions.marks import mark, unmark
from matchmaker.introductions.parties import check_move, require_party, require_version
from matchmaker.introductions.records import Introduction, Outcome
from matchmaker.introductions.refusals import PARIS, RequestRefusal
from matchmaker.introductions.steps import spoken_for, step
from matchmaker.relations import RelationKind
from matchmaker.settings import Settings
from matchmaker.store import Unit

MAX_NOTE = 500
"""Longest note, in characters."""

_TOGETHER = frozenset({Result.MET, Result.WORKING_TOGETHER})


def record_outcome(
    unit: Unit,
    rules: Settings,
    post: Letters,
    by: Principal,
    introduction_id: str,
    result: Result,
    *,
    at: datetime,
    worth: bool | None = None,
    note: str = "",
    days: int | None = None,
    siret: str | None = None,
    version: int | None = None,
) -> Introduction:
    """Write down what a side says came of it.

    The first that says they met moves the introduction there, and a relation follows. What a side
    says again to one question takes the place of what it said before.

    Parameters
    ----------
    unit, rules, post, at
        As in `Desk`.
    by
        Who says it.
    introduction_id
        The introduction.
    result, worth, note
        What came of it, whether it was worth it, and in their own words.
    days
        To which question it answers; by default to the last one that is due.
    siret
        Side that the caller speaks for, where they can speak for both.
    version
        Version that was read; not needed, as each side writes its own answer only.

    Returns
    -------
    Introduction
        In its new version.

    Raises
    ------
    UnknownIntroductionError, IntroductionConflictError, IntroductionStateError, NotAllowedError
        As `matchmaker.introductions.moves.move`.
    ProblemError
        If there is no such question, the note is too long, or it was worth it without a meeting.
    """
    desk = Desk(unit, rules, post, at)
    held = unit.introductions.hold(introduction_id)
    party = require_party(unit, by, held, siret)
    require_version(unit, held, version, party)
    check_move(held.state, Move.RECORD, party)
    actor = Actor(by.label, party)
    side = spoken_for(held, actor)
    assert side is not None, "MOVES lets nobody record who speaks for no side"
    asked = last_question(rules, held, at) if days is None else days
    outcome = Outcome(side, asked, result, worth, note.strip(), at, by.label)
    _check(rules, outcome)
    return _recorded(desk, held, actor, outcome)


def questions(rules: Settings) -> list[int]:
    """Days of the outcome questions, sorted; where none is asked, an outcome has day 0."""
    return sorted(rules.introductions.outcome_days) or [0]


def last_question(rules: Settings, held: Introduction, at: datetime) -> int:
    """Days of the last outcome question that is due, or of the first one before it is."""
    days = questions(rules)
    since = timedelta() if held.introduced_at is None else at - held.introduced_at
    due = [each for each in days if timedelta(days=each) <= since]
    return due[-1] if due else days[0]


def _check(rules: Settings, outcome: Outcome) -> None:
    known = questions(rules)
    if outcome.days not in known:
        raise RequestRefusal("days", days=str(outcome.days), known=", ".join(map(str, known)))
    if outcome.worth is not None and outcome.result is Result.NOT_MET:
        raise RequestRefusal("worth_without_meeting")
    if len(outcome.note) > MAX_NOTE:
        raise RequestRefusal("too_long", field="note", longest=str(MAX_NOTE))


def _recorded(desk: Desk, held: Introduction, actor: Actor, outcome: Outcome) -> Introduction:
    told = {
        "side": held.side_of(outcome.siret),
        "days": outcome.days,
        "result": outcome.result.value,
        "worth": outcome.worth,
    }
    recorded = step(desk, held, Move.RECORD, actor, told)
    desk.unit.introductions.outcomes.put(held.id, outcome)
    if outcome.result in _TOGETHER and recorded.state is State.INTRODUCED:
        recorded = step(desk, recorded, Move.MEET, actor)
    relate(desk, recorded)
    _label(desk, recorded, outcome)
    return recorded


def relate(desk: Desk, held: Introduction) -> None:
    """Write the relation of two firms that have met.

    Of two that work together, one supplying the other, it is that (supplier, client); of all
    others, that they were introduced.
    """
    if held.state is not State.MET:
        return
    said = desk.unit.introductions.outcomes.all(held.id)
    together = any(each.result is Result.WORKING_TOGETHER for each in said)
    kind, members = RelationKind.INTRODUCTION, (held.company, held.partner)
    if together and held.role in (Role.SUPPLIER, Role.CLIENT):
        kind = RelationKind.SUPPLY
        members = members if held.role is Role.CLIENT else (held.partner, held.company)
    day = held.state_at.astimezone(PARIS).date()
    desk.unit.introductions.outcomes.relate(held.id, kind, members, day)


def _label(desk: Desk, held: Introduction, outcome: Outcome) -> None:
    """Say to the next night what this side says: met or not, worth it or not."""
    siret, by = outcome.siret, outcome.by
    if outcome.result is Result.NOT_MET:
        kinds = (FeedbackKind.MET, FeedbackKind.WORTH_IT, FeedbackKind.NOT_WORTH_IT)
        unmark(desk, held, siret, by, *kinds)
        return
    mark(desk, held, siret, FeedbackKind.MET, by)
    if outcome.worth is not None:
        kind = FeedbackKind.WORTH_IT if outcome.worth else FeedbackKind.NOT_WORTH_IT
        mark(desk, held, siret, kind, by)
