"""Why a partner is new in a list, as a sentence for advisers."""

from __future__ import annotations

from collections.abc import Mapping

from api.pages.rendering import typeset
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.discretion import may_be_told
from matchmaker.explain import display_name
from matchmaker.texts import Language, catalogue, say
from models.change_list import Newcomer
from models.changes import Cause

TOPICS: Mapping[str, str] = {
    "needs_offers_words": "offers",
    "needs_offers_meaning": "offers",
    "activity_words": "activities",
    "activity_alike": "activities",
    "needs_alike": "needs",
    "themes_shared": "themes",
    "sector_flows": "sectors",
    "trades_alike": "trades",
    "shared_acquaintances": "acquaintances",
    "adamic_adar": "acquaintances",
    "recent_acquaintances": "acquaintances",
    "shared_groups": "groups",
    "page_rank": "circles",
    "lookalikes_partners": "alike",
    "learned_map": "alike",
    "circle_text": "circles",
    "circle_map": "circles",
    "plato_circle_text": "circles",
    "event_circle_text": "circles",
    "meeting_circle_text": "circles",
    "award_circle_text": "circles",
    "supply_circle_text": "circles",
    "introduction_circle_text": "circles",
    "bounded_popularity": "popularity",
    "recent_popularity": "popularity",
    "place": "place",
    "size_fit": "size",
}
"""What each channel looks at, as `night.topics` calls it."""


def cause_text(
    newcomer: Newcomer,
    firm: Company,
    partner: Company,
    left: Company | None,
    reader: Principal,
    language: Language,
) -> str:
    """Say what brought a newcomer about.

    Parameters
    ----------
    newcomer
        The partner that is new in a list.
    firm, partner
        Both sides.
    left
        Who was on the list before, where they may be named: what made a firm leave the service is
        its own affair.
    reader
        Who reads: a relation that is not for them is told in general words.
    language
        Of the sentence.
    """
    names = {"firm": display_name(firm, language), "partner": display_name(partner, language)}
    match newcomer.cause:
        case Cause.RULE_LIFTED:
            key = f"rule_lifted.{newcomer.rule or 'plain'}"
        case Cause.DECLARED:
            key = f"declared.{newcomer.whose}"
        case Cause.RELATION:
            key = f"relation.{newcomer.whose}"
            names["what"] = _relation(newcomer, reader, language)
        case Cause.PLACE_FREE:
            key = f"place_free.{_departure(newcomer, left)}"
            names["left"] = display_name(left, language) if left else ""
        case Cause.SHARING:
            topic = TOPICS.get(newcomer.channel or "")
            key = "sharing.grown" if topic else "sharing.plain"
            names["topic"] = say(language, f"night.topics.{topic}") if topic else ""
        case _:
            key = newcomer.cause.value
    return typeset(language, say(language, f"night.cause.{key}", **names))


def _departure(newcomer: Newcomer, left: Company | None) -> str:
    if left is None:
        return "unnamed"
    if newcomer.rule is not None:
        return newcomer.rule
    return "unnamed" if left.active else "closed"


def _relation(newcomer: Newcomer, reader: Principal, language: Language) -> str:
    assert newcomer.kind is not None, "a new relation has a kind"
    if not may_be_told(reader, newcomer.kind, newcomer.members):
        return say(language, "night.relation.withheld")
    kind = say(language, f"night.relation.{newcomer.kind}")
    if not newcomer.label:
        return kind
    return say(language, "night.relation.named", kind=kind, label=newcomer.label)


def gate_name(gate: str, language: Language) -> str:
    """Name the control that a night did not pass, out of the sentence that its manifest holds."""
    setting = gate.rpartition("quality.")[2].rstrip(")")
    key = f"night.gate.{setting}"
    return say(language, key) if key in catalogue(language) else setting.replace("_", " ")
