"""What the sides of an introduction say of each other, as answers that the next night reads."""

from __future__ import annotations

from matchmaker.feedback import REPLACES, Feedback, FeedbackKind, ListName
from matchmaker.intents import OPPOSITE
from matchmaker.introductions.desk import Desk
from matchmaker.introductions.records import Introduction


def mark(desk: Desk, held: Introduction, siret: str, kind: FeedbackKind, by: str) -> None:
    """Note what a side says of the other, with the place in its list that it came from.

    The place is that of the company's list, so the other side's answers have none. What stands
    already is not said twice.

    Parameters
    ----------
    desk, held
        What it works with, and the introduction.
    siret
        The side.
    kind
        What it says.
    by
        Who says it.
    """
    other, feedback = held.other_than(siret), desk.unit.feedback
    standing = feedback.between(siret, other)
    if any(each.kind is kind and each.reader == siret for each in standing):
        return
    feedback.undo_of(siret, other, REPLACES[kind], at=desk.at, by=by)
    listed = siret == held.company and held.snapshot is not None
    feedback.note(
        Feedback(
            reader=siret,
            partner=other,
            kind=kind,
            at=desk.at,
            actor=by,
            intent=held.intent,
            role=held.role if siret == held.company else OPPOSITE[held.role],
            shown_in=ListName.SUGGESTIONS if listed else None,
            rank=held.rank if listed else None,
            propensity=held.propensity if listed else None,
            snapshot=held.snapshot if listed else None,
        )
    )


def unmark(desk: Desk, held: Introduction, siret: str, by: str, *kinds: FeedbackKind) -> None:
    """Take back what a side said of the other; parameters as in `mark`."""
    desk.unit.feedback.undo_of(siret, held.other_than(siret), kinds, at=desk.at, by=by)
