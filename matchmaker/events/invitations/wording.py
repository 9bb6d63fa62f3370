"""Findings of a plan, and the reason of each invitation, as sentences, French first."""

from __future__ import annotations

from matchmaker.events.invitations.plan import Finding, Invitation
from matchmaker.texts import Language, say, say_number

SHOWN = 6
"""Names that a sentence holds; of more, the number is said."""


def sentence(finding: Finding, language: Language) -> str:
    """Say a finding: what stands against a list, a warning, or why somebody is not invited.

    Raises
    ------
    KeyError
        If there is no such code.
    """
    values = {key: _text(value, language) for key, value in finding.values.items()}
    return say(language, f"event.invitations.{finding.code}", **values)


def reason(invitation: Invitation, k: int, language: Language) -> str:
    """Say why somebody is invited: good partners, and how likely enough of them are there."""
    return say_number(
        language,
        "event.invitations.invited",
        invitation.partners_invited,
        expected=_number(invitation.partners_expected, language),
        percent=int(100 * invitation.probability + 1e-9),
        k=k,
    )


def _text(value: int | float | str | tuple[str, ...], language: Language) -> str:
    if isinstance(value, float):
        return _number(value, language)
    if not isinstance(value, tuple):
        return str(value)
    shown = ", ".join(value[:SHOWN])
    if len(value) <= SHOWN:
        return shown
    return say(language, "event.invitations.and_more", names=shown, count=len(value) - SHOWN)


def _number(value: float, language: Language) -> str:
    text = f"{value:.1f}"
    return text.replace(".", ",") if language == "fr" else text
