"""What firms say of their suggestions, and what an adviser says of two competitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from matchmaker.intents import Intent, Role
from matchmaker.suggestions import Place


class FeedbackKind(StrEnum):
    """What a firm may say of a partner."""

    INTERESTED = "interested"
    """It would like to meet."""
    SET_ASIDE = "set_aside"
    """It does not want to see this partner."""
    COMPETITOR = "competitor"
    ALREADY_KNOWN = "already_known"
    MET = "met"
    """The two have met since."""
    WORTH_IT = "worth_it"
    NOT_WORTH_IT = "not_worth_it"


class SetAsideReason(StrEnum):
    """Why a partner is set aside; only the first speaks against the pair."""

    NOT_RELEVANT = "not_relevant"
    TOO_FAR = "too_far"
    NOT_NOW = "not_now"
    NO_CAPACITY = "no_capacity"
    OTHER = "other"


class ListName(StrEnum):
    """What the firm was looking at when it answered."""

    SUGGESTIONS = "suggestions"
    DIGEST = "digest"
    EVENT = "event"


SEPARATING = frozenset({FeedbackKind.COMPETITOR, FeedbackKind.ALREADY_KNOWN, FeedbackKind.MET})
"""Kinds that keep the two firms from being suggested to each other, whichever of them said it."""

HIDING = SEPARATING | {FeedbackKind.SET_ASIDE}
"""Kinds that take the partner out of the lists of the firm that said it."""

_EACH_OTHER = (
    {FeedbackKind.INTERESTED, FeedbackKind.SET_ASIDE},
    {FeedbackKind.WORTH_IT, FeedbackKind.NOT_WORTH_IT},
)
REPLACES: Mapping[FeedbackKind, frozenset[FeedbackKind]] = {
    kind: frozenset({kind}.union(*(pair for pair in _EACH_OTHER if kind in pair)))
    for kind in FeedbackKind
}
"""Earlier answers of the same firm on the same partner that an answer takes back."""

MAX_NOTE = 500
"""Longest free text of an answer, in characters."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One answer of a firm to a suggestion.

    Parameters
    ----------
    reader, partner
        SIRETs: who answers, and about whom.
    at, actor
        When, and who did it in the firm's name.
    reason
        Why it was set aside; only with that kind.
    note
        In the firm's own words.
    intent, role
        For what the partner was suggested, and as what, where that is known.
    shown_in
        What the reader was looking at, where that is known.
    rank
        Place of the partner in the published list of the intent, counted from 1.
    propensity
        Chance with which it came to that place.
    snapshot
        Night that published the list.
    id
        Number of the line in the store; 0 before it has one.
    undone_at, undone_by
        When it was taken back, and by whom; `None` while it stands.
    """

    reader: str
    partner: str
    kind: FeedbackKind
    at: datetime
    actor: str
    reason: SetAsideReason | None = None
    note: str = ""
    intent: Intent | None = None
    role: Role | None = None
    shown_in: ListName | None = None
    rank: int | None = None
    propensity: float | None = None
    snapshot: str | None = None
    id: int = 0
    undone_at: datetime | None = None
    undone_by: str | None = None

    def __post_init__(self) -> None:
        if self.reader == self.partner:
            raise ValueError(f"feedback must be about another firm, got {self.partner} twice")
        if self.reason is not None and self.kind is not FeedbackKind.SET_ASIDE:
            raise ValueError(f"only set_aside has a reason, got {self.reason} with {self.kind}")
        if len(self.note) > MAX_NOTE:
            raise ValueError(f"a note has at most {MAX_NOTE} characters, got {len(self.note)}")

    def placed(self, place: Place | None) -> Feedback:
        """Add where the partner stood in the published lists, if it stood in one."""
        if place is None:
            return self
        return replace(
            self,
            intent=place.intent,
            role=place.role,
            rank=place.rank,
            propensity=place.propensity,
            snapshot=place.snapshot,
        )

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class Override:
    """Word of an adviser that two firms are no competitors, whatever the rule says.

    Parameters
    ----------
    low, high
        SIRETs, the smaller one first.
    reason
        Why the rule is wrong for these two.
    at, by
        When, and who.
    """

    low: str
    high: str
    reason: str
    at: datetime
    by: str

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"the smaller SIRET comes first, got {self.low} and {self.high}")
        if not self.reason.strip():
            raise ValueError("an override needs a reason, got none")
