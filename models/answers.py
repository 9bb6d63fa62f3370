"""A suggestion as a plain document, the same on the command line and over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.explain import display_name, trade_text
from matchmaker.suggestions import Reason, Suggestion
from matchmaker.texts import Language, say
from models.serving import plain_values


def suggestion_document(suggestion: Suggestion, language: Language) -> dict[str, object]:
    """Write a suggestion as values that JSON knows.

    Returns
    -------
    dict
        `rank`, `intent`, `role`, `band` with their labels, `score`, `partner`, and `reasons` with
        the lists `company` and `partner`.
    """
    partner = suggestion.partner
    return {
        "rank": suggestion.rank,
        "intent": suggestion.intent.value,
        "role": suggestion.role.value,
        "band": suggestion.band.value,
        "labels": {
            "intent": say(language, f"intent.{suggestion.intent}"),
            "role": say(language, f"role.{suggestion.role}"),
            "band": say(language, f"band.{suggestion.band}"),
        },
        "score": round(suggestion.score, 6),
        "partner": {
            "siret": partner.siret,
            "siren": partner.siren,
            "name": partner.name,
            "display_name": display_name(partner, language),
            "department": partner.department,
            "commune": partner.commune,
            "commune_name": partner.commune_name,
            "naf": partner.naf,
            "naf_label": trade_text(partner.naf, language),
            "size_band": partner.size_band,
            "fictional": partner.fictional,
        },
        "reasons": {
            "company": reason_documents(suggestion.reasons_for_company),
            "partner": reason_documents(suggestion.reasons_for_partner),
        },
    }


def reason_documents(reasons: Sequence[Reason]) -> list[dict[str, object]]:
    """Write the reasons of one side."""
    return [
        {
            "text": reason.text,
            "channel": reason.channel,
            "topic": reason.evidence.topic.value,
            "contribution": round(reason.contribution, 6),
            "evidence": plain_values(reason.evidence),
        }
        for reason in reasons
    ]
