"""Findings of a plan as sentences, French first."""

from __future__ import annotations

from matchmaker.events.peer_groups.plan import Finding
from matchmaker.texts import Language, say

SHOWN = 6
"""Names that a sentence holds; of more, the number is said."""


def sentence(finding: Finding, language: Language) -> str:
    """Say a finding: what stands against groups, or why a leader is left out.

    Raises
    ------
    KeyError
        If there is no such code.
    """
    values = {key: _text(value, language) for key, value in finding.values.items()}
    if finding.code == "rules":
        rules = finding.values["rules"]
        names = rules if isinstance(rules, tuple) else (str(rules),)
        said = [say(language, f"event.peer_groups.rule.{name}") for name in names or ("sizes",)]
        values["rules"] = ", ".join(said)
        if values.get("pairs"):
            return say(language, "event.peer_groups.rules_pairs", **values)
    return say(language, f"event.peer_groups.{finding.code}", **values)


def _text(value: int | float | str | tuple[str, ...], language: Language) -> str:
    if not isinstance(value, tuple):
        return str(value)
    shown = ", ".join(value[:SHOWN])
    if len(value) <= SHOWN:
        return shown
    return say(language, "event.peer_groups.and_more", names=shown, count=len(value) - SHOWN)
