"""Suggestions and companies as plain documents: what the API and the command line hand out.

Only public data gets in: what the registry publishes, and the words that a reason quotes from the
texts of consenting companies. Contact data never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matchmaker.activities import naf_2025_label
from matchmaker.companies import Company
from matchmaker.explain import display_name, trade_text
from matchmaker.suggestions import Reason, Suggestion
from matchmaker.territory import great_circle_km
from matchmaker.texts import Language, say
from models.company_features import place_of
from models.serving import plain_values


def suggestion_document(
    suggestion: Suggestion, language: Language, *, reader: Company | None = None
) -> dict[str, Any]:
    """Turn a suggestion into plain values, ready for JSON.

    Parameters
    ----------
    suggestion
        Its sentences are already in a language.
    language
        Of the labels.
    reader
        The company that reads; with it the partner carries `distance_km`.
    """
    partner = company_document(suggestion.partner, language)
    if reader is not None:
        partner["distance_km"] = distance_between(reader, suggestion.partner)
    return {
        "rank": suggestion.rank,
        "intent": suggestion.intent.value,
        "role": suggestion.role.value,
        "band": suggestion.band.value,
        "score": suggestion.score,
        "labels": {
            "intent": say(language, f"intent.{suggestion.intent}"),
            "role": say(language, f"role.{suggestion.role}"),
            "band": say(language, f"band.{suggestion.band}"),
        },
        "partner": partner,
        "reasons": {
            "company": _reasons(suggestion.reasons_for_company),
            "partner": _reasons(suggestion.reasons_for_partner),
        },
    }


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [
        {
            "text": reason.text,
            "channel": reason.channel,
            "topic": reason.evidence.topic.value,
            "contribution": reason.contribution,
            "evidence": plain_values(reason.evidence),
        }
        for reason in reasons
    ]


def company_document(company: Company, language: Language) -> dict[str, Any]:
    """Turn what is public of a company into plain values, ready for JSON."""
    return {
        "siret": company.siret,
        "siren": company.siren,
        "name": company.name,
        "display_name": display_name(company, language),
        "department": company.department,
        "commune": company.commune,
        "commune_name": company.commune_name,
        "naf": company.naf,
        "naf_label": trade_of_company(company, language),
        "size_band": company.size_band,
        "fictional": company.fictional,
    }


def trade_of_company(company: Company, language: Language) -> str:
    """Label of the trade in whichever nomenclature knows it."""
    if company.naf is None and company.naf2025 is not None:
        return naf_2025_label(company.naf2025)
    return trade_text(company.naf, language)


def distance_between(company: Company, partner: Company) -> float | None:
    """Distance (km, one decimal) as the crow flies; nothing where a place is not known."""
    here, there = place_of(company), place_of(partner)
    if here is None or there is None:
        return None
    return round(float(great_circle_km(*here, *there)), 1)
