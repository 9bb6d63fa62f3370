"""What a firm has taken out of its lists, and how it takes that back."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.explain import display_name
from matchmaker.feedback import Feedback, FeedbackKind, SetAsideReason
from matchmaker.introductions.refusals import PARIS
from matchmaker.store import Unit
from matchmaker.texts import Language, say

KINDS = (FeedbackKind.SET_ASIDE, FeedbackKind.COMPETITOR, FeedbackKind.ALREADY_KNOWN)
"""Answers that a card offers: they take the partner out of the list."""
SHOWN = 50
"""Latest answers that the page lists."""


@dataclass(frozen=True)
class Hidden:
    """An answer that keeps a partner out of the list.

    Parameters
    ----------
    number
        Of the answer; taking back asks for it.
    siret, name, fictional
        Of the partner; the name says so where it may not be shown any more.
    shown
        Whether the partner may still be shown.
    kind, reason, note
        What was said.
    day
        When, as an ISO date.
    """

    number: int
    siret: str
    name: str
    fictional: bool
    shown: bool
    kind: FeedbackKind
    reason: SetAsideReason | None
    note: str
    day: str


def hidden_of(unit: Unit, siret: str, language: Language) -> tuple[list[Hidden], int]:
    """List what a firm has taken out of its lists, the latest first, and count what is left out."""
    given = [each for each in unit.feedback.of_reader(siret) if each.stands and each.kind in KINDS]
    latest = given[:SHOWN]
    companies = unit.companies.servable(sorted({each.partner for each in latest}))
    names = {each.siret: display_name(each, language) for each in companies.values()}
    invented = {each.siret for each in companies.values() if each.fictional}
    gone = say(language, "firms.hidden.gone")
    found = [_hidden(each, names, invented, gone) for each in latest]
    return found, len(given) - len(latest)


def _hidden(answer: Feedback, names: dict[str, str], invented: set[str], gone: str) -> Hidden:
    return Hidden(
        number=answer.id,
        siret=answer.partner,
        name=names.get(answer.partner, gone),
        fictional=answer.partner in invented,
        shown=answer.partner in names,
        kind=answer.kind,
        reason=answer.reason,
        note=answer.note,
        day=answer.at.astimezone(PARIS).date().isoformat(),
    )
