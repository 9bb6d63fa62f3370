"""The life of an introduction: its states, the moves between them, and who may make which.

    proposed -> checked -> asked -> accepted -> introduced -> met -> ended

Besides: refused (by the adviser who checks), declined, withdrawn, expired. `MOVES` is the whole
rule; nothing else decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
