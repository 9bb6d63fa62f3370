"""The life of an introduction: its states, the moves between them, and who may make which.

    proposed -> checked -> asked -> accepted -> introduced -> met -> ended

Besides: refused (by the adviser who checks), declined, withdrawn, expired. `MOVES` is the whole
rule; nothing else decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from matchmaker.intents import Intent, Role
from matchmaker.suggestions import Place, Side


class State(StrEnum):
    """Where an introduction stands."""

    PROPOSED = "proposed"
    """Waits for the check of an adviser."""
    CHECKED = "checked"
    """Waits until both firms have room for one more."""
    ASKED = "asked"
    """Waits for answers."""
    ACCEPTED = "accepted"
    """Both have accepted; waits for room where one of them has none left."""
    INTRODUCED = "introduced"
    """Both have the contact of the other."""
    MET = "met"
    ENDED = "ended"
    REFUSED = "refused"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Move(StrEnum):
    """What can be done with an introduction."""

    PROPOSE = "propose"
    CHECK = "check"
    REFUSE = "refuse"
    ASK = "ask"
    REMIND = "remind"
    ACCEPT = "accept"
    DECLINE = "decline"
    INTRODUCE = "introduce"
    INQUIRE = "inquire"
    """Ask both sides what came of it."""
    RECORD = "record"
    """Write down what a side says came of it."""
    MEET = "meet"
    END = "end"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Party(StrEnum):
    """What somebody is to an introduction; a stranger is none of these."""

    COMPANY = "company"
    PARTNER = "partner"
    COMPANY_ADVISER = "company_adviser"
    PARTNER_ADVISER = "partner_adviser"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    """The service itself: what follows from a move, and what the night does."""


class Answer(StrEnum):
    """What one side has said."""

    NOT_ASKED = "not_asked"
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Proposer(StrEnum):
    """Whose idea it was; who asks for their own firm has accepted by asking."""

    ENTREPRENEUR = "entrepreneur"
    ADVISER = "adviser"
    SYSTEM = "system"


class DeclineReason(StrEnum):
    """Why a side declines."""

    NO_CAPACITY = "no_capacity"
    NOT_NOW = "not_now"
    NOT_RELEVANT = "not_relevant"
    COMPETITOR = "competitor"
    ALREADY_KNOWN = "already_known"
    OTHER = "other"
    """Said in a note."""


class Result(StrEnum):
    """What came of an introduction."""

    MET = "met"
    NOT_MET = "not_met"
    WORKING_TOGETHER = "working_together"


@dataclass(frozen=True, slots=True)
class Step:
    """A move that a state allows.

    Parameters
    ----------
    after
        State that follows.
    parties
        Who may make it.
    one_side
        State that follows instead while the other side has not accepted.
    """

    after: State
    parties: frozenset[Party]
    one_side: State | None = None


_S, _M, _P = State, Move, Party

_SYSTEM = frozenset({_P.SYSTEM})
_PROPOSERS = frozenset({_P.COMPANY, _P.COMPANY_ADVISER, _P.ADMINISTRATOR, _P.SYSTEM})
_CHECKERS = frozenset({_P.COMPANY_ADVISER, _P.ADMINISTRATOR})
_SIDES = frozenset({_P.COMPANY, _P.PARTNER, _P.COMPANY_ADVISER, _P.PARTNER_ADVISER})
_ADVISERS = frozenset({_P.COMPANY_ADVISER, _P.PARTNER_ADVISER, _P.ADMINISTRATOR})

MOVES: Mapping[tuple[State, Move], Step] = {
    (_S.PROPOSED, _M.CHECK): Step(_S.CHECKED, _CHECKERS | _SYSTEM),
    (_S.PROPOSED, _M.REFUSE): Step(_S.REFUSED, _CHECKERS),
    (_S.PROPOSED, _M.WITHDRAW): Step(_S.WITHDRAWN, _PROPOSERS),
    (_S.PROPOSED, _M.EXPIRE): Step(_S.EXPIRED, _SYSTEM),
    (_S.CHECKED, _M.ASK): Step(_S.ASKED, _SYSTEM),
    (_S.CHECKED, _M.WITHDRAW): Step(_S.WITHDRAWN, _PROPOSERS),
    (_S.CHECKED, _M.EXPIRE): Step(_S.EXPIRED, _SYSTEM),
    (_S.ASKED, _M.ACCEPT): Step(_S.ACCEPTED, _SIDES, one_side=_S.ASKED),
    (_S.ASKED, _M.DECLINE): Step(_S.DECLINED, _SIDES),
    (_S.ASKED, _M.REMIND): Step(_S.ASKED, _SYSTEM),
    (_S.ASKED, _M.WITHDRAW): Step(_S.WITHDRAWN, _PROPOSERS),
    (_S.ASKED, _M.EXPIRE): Step(_S.EXPIRED, _SYSTEM),
    (_S.ACCEPTED, _M.INTRODUCE): Step(_S.INTRODUCED, _SYSTEM),
    (_S.ACCEPTED, _M.DECLINE): Step(_S.DECLINED, _SIDES),
    (_S.ACCEPTED, _M.WITHDRAW): Step(_S.WITHDRAWN, _PROPOSERS),
    (_S.ACCEPTED, _M.EXPIRE): Step(_S.EXPIRED, _SYSTEM),
    (_S.INTRODUCED, _M.INQUIRE): Step(_S.INTRODUCED, _SYSTEM),
    (_S.INTRODUCED, _M.RECORD): Step(_S.INTRODUCED, _SIDES),
    (_S.INTRODUCED, _M.MEET): Step(_S.MET, _SIDES | _ADVISERS),
    (_S.INTRODUCED, _M.END): Step(_S.ENDED, _ADVISERS | _SYSTEM),
    (_S.MET, _M.INQUIRE): Step(_S.MET, _SYSTEM),
    (_S.MET, _M.RECORD): Step(_S.MET, _SIDES),
    (_S.MET, _M.END): Step(_S.ENDED, _ADVISERS | _SYSTEM),
}
"""What may be done in which state, by whom, and what follows.

Only a side itself, or the adviser of its chamber on its behalf, answers for it and says what came
of it: no administrator can agree for two firms. Until the contacts have left, either side may still
decline, and the asking side withdraw."""

OPEN = (State.PROPOSED, State.CHECKED, State.ASKED, State.ACCEPTED)
"""States in which it may still come to an introduction."""
MADE = (State.INTRODUCED, State.MET, State.ENDED)
"""States after the contacts have left."""
UNDER_WAY = (*OPEN, State.INTRODUCED, State.MET)
"""States from which there is a way on."""
FINAL = tuple(state for state in State if state not in UNDER_WAY)


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
