"""Answering suggestions: what an answer takes back, who may lift the rule of competitors."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.errors import UnknownFeedbackError
from matchmaker.feedback import REPLACES, Feedback, FeedbackKind, Override
from matchmaker.store import Unit

OVERRIDDEN = "competitor.overridden"
RESTORED = "competitor.restored"
"""Actions in the audit log."""


def give_feedback(unit: Unit, answer: Feedback) -> Feedback:
    """Write what a firm says of a partner; it holds from the moment of the commit.

    Parameters
    ----------
    answer
        Takes the place of what the firm said before, where both cannot hold. The same answer twice
        is one line.

    Returns
    -------
    Feedback
        As it stands in the store, with its id.
    """
    replaced = REPLACES[answer.kind]
    said = [
        earlier
        for earlier in unit.feedback.between(answer.reader, answer.partner)
        if earlier.reader == answer.reader and earlier.kind in replaced
    ]
    for earlier in said:
        if (earlier.kind, earlier.reason, earlier.note) == (
            answer.kind,
            answer.reason,
            answer.note,
        ):
            return earlier
    unit.feedback.undo_of(answer.reader, answer.partner, replaced, at=answer.at, by=answer.actor)
    return replace(answer, id=unit.feedback.note(answer))


def take_back(unit: Unit, reader: str, number: int, *, by: Principal, at: datetime) -> bool:
    """Take an answer back; return whether it stood.

    Raises
    ------
    UnknownFeedbackError
        If the firm gave no answer of this number.
    """
    answer = unit.feedback.get(number)
    if answer is None or answer.reader != reader:
        raise UnknownFeedbackError(
            f"company {reader} gave no answer number {number}; list its answers to see them."
        )
    return unit.feedback.undo(number, at=at, by=by.label)


def take_back_set_aside(
    unit: Unit, reader: str, partner: str, *, by: Principal, at: datetime
) -> int:
    """Show a firm again that was set aside; return how many answers that took back."""
    kinds = (FeedbackKind.SET_ASIDE,)
    return unit.feedback.undo_of(reader, partner, kinds, at=at, by=by.label)


def lift_competitor_rule(
    unit: Unit, a: str, b: str, reason: str, *, by: Principal, at: datetime
) -> Override:
    """Let two firms be suggested to each other that the rule takes for competitors.

    What one of the two said of the other still counts; lists follow with the next night, scores of
    events at once.

    Parameters
    ----------
    a, b
        SIRETs, in either order.
    reason
        Why the rule is wrong here.
    """
    low, high = sorted((a, b))
    given = Override(low, high, reason.strip(), at, by.label)
    unit.feedback.override(given)
    unit.audit.note(at=at, by=by, action=OVERRIDDEN, subject=f"{low} {high}", reason=given.reason)
    return given


def restore_competitor_rule(unit: Unit, a: str, b: str, *, by: Principal, at: datetime) -> bool:
    """Let the rule hold again for two firms, from now on; return whether it had been lifted."""
    low, high = sorted((a, b))
    lifted = unit.feedback.withdraw_override(low, high)
    if lifted:
        unit.audit.note(at=at, by=by, action=RESTORED, subject=f"{low} {high}")
    return lifted
