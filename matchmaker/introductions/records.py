"""What is proposed and stored of an introduction: itself, its history, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.intents import Intent, Role
from matchmaker.introductions.life import (
    Answer,
    DeclineReason,
    Move,
    Party,
    Proposer,
    Result,
    State,
)
from matchmaker.suggestions import Place, Side


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two firms that should meet, and for what.

    Parameters
    ----------
    company
        SIRET of the firm for which it is proposed.
    partner
        SIRET of the firm that it should meet.
    intent, role
        For what; the role is what the partner is to the company.
    message
        Words of the company to the partner; may be empty.
    place
        Place in the list from which it comes, if from one.
    """

    company: str
    partner: str
    intent: Intent
    role: Role
    message: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Introduction:
    """An introduction as it is stored.

    Parameters
    ----------
    id
        Short, fit for an address; see `matchmaker.identifiers.new_id`.
    company, partner, intent, role, message
        As proposed; see `Proposal`.
    snapshot, rank, propensity
        Place in the company's list from which it came, if from one.
    proposer
        Whose idea it was.
    state
        Where it stands.
    version
        1 at first, one more with each line of its history.
    company_answer, partner_answer
        What each side has said.
    reason, note
        Why it was declined or refused, by the one who did.
    reminders
        How often the sides were reminded of the question.
    created_at, created_by, changed_at, changed_by
        First and last change: when, and who.
    state_at
        When it came to its state.
    introduced_at
        When both contacts left.
    """

    id: str
    company: str
    partner: str
    intent: Intent
    role: Role
    message: str
    proposer: Proposer
    state: State
    version: int
    company_answer: Answer
    partner_answer: Answer
    reason: DeclineReason | None
    note: str
    snapshot: str | None
    rank: int | None
    propensity: float | None
    reminders: int
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    state_at: datetime
    introduced_at: datetime | None

    def answer_of(self, siret: str) -> Answer:
        """Tell what a side has said.

        Raises
        ------
        ValueError
            If the firm is none of the two sides.
        """
        return self.company_answer if self.side_of(siret) == "company" else self.partner_answer

    def side_of(self, siret: str) -> Side:
        """Tell which side a firm is.

        Raises
        ------
        ValueError
            If the firm is none of the two sides.
        """
        if siret not in (self.company, self.partner):
            raise ValueError(f"siret must be a side of introduction {self.id}, got {siret!r}")
        return "company" if siret == self.company else "partner"

    def other_than(self, siret: str) -> str:
        """Name the SIRET of the other side.

        Raises
        ------
        ValueError
            If the firm is none of the two sides.
        """
        return self.partner if self.side_of(siret) == "company" else self.company

    @property
    def pending(self) -> tuple[str, ...]:
        """SIRETs of the sides that have been asked and have not answered."""
        return tuple(
            siret
            for siret in (self.company, self.partner)
            if self.answer_of(siret) is Answer.PENDING
        )


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One move that was made; never changed itself.

    Parameters
    ----------
    version
        Version of the introduction after it.
    at, by
        When, and who.
    party
        What they were to it.
    move
        What they did.
    before, after
        State before (none before the first line) and after.
    details
        More of it as a JSON document.
    """

    version: int
    at: datetime
    by: str
    party: Party
    move: Move
    before: State | None
    after: State
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one side says came of an introduction.

    Parameters
    ----------
    siret
        The side.
    days
        To the question of how many days after the introduction it answers.
    result, worth
        What came of it, and whether it was worth it; `None` where that was not said.
    note
        In their own words.
    at, by
        When, and who.
    """

    siret: str
    days: int
    result: Result
    worth: bool | None
    note: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Line:
    """A move as it is to be written into the history.

    Parameters
    ----------
    at, by, party, move, after, details
        As in `HistoryEntry`.
    """

    at: datetime
    by: str
    party: Party
    move: Move
    after: State
    details: Mapping[str, Any]
