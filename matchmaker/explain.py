"""From evidence to sentences: French first, English beside it, one for each side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from matchmaker.activities import level_label, naf_label, sector_label
from matchmaker.companies import SIZE_BANDS, Company
from matchmaker.suggestions import Evidence, Topic
from matchmaker.texts import Language, say, say_number, unbroken

_MIRRORED_TOPIC = {
    Topic.THEY_OFFER_WHAT_YOU_NEED: Topic.THEY_NEED_WHAT_YOU_OFFER,
    Topic.THEY_NEED_WHAT_YOU_OFFER: Topic.THEY_OFFER_WHAT_YOU_NEED,
    Topic.SECTOR_BUYS_FROM: Topic.SECTOR_SELLS_TO,
    Topic.SECTOR_SELLS_TO: Topic.SECTOR_BUYS_FROM,
    Topic.LARGER_FIRM: Topic.SMALLER_FIRM,
    Topic.SMALLER_FIRM: Topic.LARGER_FIRM,
    Topic.ALIKE_FIRM_KNOWS: Topic.YOU_KNOW_ALIKE_FIRM,
    Topic.YOU_KNOW_ALIKE_FIRM: Topic.ALIKE_FIRM_KNOWS,
}

_MIRRORED_VALUE = {
    "company_terms": "partner_terms",
    "partner_terms": "company_terms",
    "company_size": "partner_size",
    "partner_size": "company_size",
    "company_trade": "partner_trade",
    "partner_trade": "company_trade",
}


def mirrored(evidence: Evidence) -> Evidence | None:
    """Say a fact from the partner's place; nothing where it is no reason for the partner.

    That a partner is well connected is a reason for the company, not for the partner.
    """
    if evidence.topic is Topic.WELL_CONNECTED:
        return None
    values = {_MIRRORED_VALUE.get(name, name): value for name, value in evidence.values.items()}
    if "of_company" in values:
        values["of_company"] = not values["of_company"]
    return replace(
        evidence, topic=_MIRRORED_TOPIC.get(evidence.topic, evidence.topic), values=values
    )


def sentence(evidence: Evidence, language: Language) -> str:
    """Say a fact to the company.

    Parameters
    ----------
    evidence
        With terms as they are to be shown: spelled as in the texts they come from.
    """
    key = f"reason.{evidence.topic}"
    say_topic = _SENTENCES.get(evidence.topic, _plain)
    return say_topic(language, key, cast("Mapping[str, Any]", evidence.values))


def display_name(company: Company, language: Language) -> str:
    """Name to show: the public one, or what may be said instead of it."""
    if company.name is not None:
        return company.name
    key = "company.unnamed_trader" if company.sole_trader else "company.unnamed"
    return say(language, key)


def size_text(band: str | None, language: Language) -> str:
    """Staff band in words."""
    return say(language, f"size.{band or 'unknown'}")


def trade_text(naf: str | None, language: Language) -> str:
    """Label of a NAF sub-class; INSEE publishes English labels for divisions only."""
    return _label(naf_label(naf, language), language) if naf else say(language, "company.no_trade")


def _label(label: str, language: Language) -> str:
    return unbroken(label) if language == "fr" else label


def _quoted(terms: Sequence[str], language: Language) -> str:
    quoted = [say(language, "words.quote", text=term) for term in terms]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {say(language, 'words.and')} {quoted[-1]}"


def _plain(language: Language, key: str, values: Mapping[str, Any]) -> str:
    return say(language, f"{key}.plain", **values)


def _terms(language: Language, key: str, values: Mapping[str, Any]) -> str:
    shown = {
        name: _quoted(values[name], language)
        for name in ("shared", "company_terms", "partner_terms")
        if values.get(name)
    }
    trade = "partner_trade" if key.endswith("they_offer_what_you_need") else "company_trade"
    asked = "company_terms" if trade == "partner_trade" else "partner_terms"
    if "shared" in shown:
        return say(language, f"{key}.shared", **shown)
    if "company_terms" in shown and "partner_terms" in shown:
        return say(language, f"{key}.both", **shown)
    if asked in shown and values.get(trade):
        label = say(language, "words.quote", text=trade_text(values[trade], language))
        return say(language, f"{key}.trade", **{**shown, trade: label})
    return say(language, f"{key}.plain")


def _pairs_of_terms(language: Language, key: str, values: Mapping[str, Any]) -> str:
    if values.get("company_terms") and values.get("partner_terms"):
        shown = {k: _quoted(values[k], language) for k in ("company_terms", "partner_terms")}
        return say(language, f"{key}.both", **shown)
    return say(language, f"{key}.plain")


def _themes(language: Language, key: str, values: Mapping[str, Any]) -> str:
    themes = values["themes"]
    return say_number(language, key, len(themes), themes=_quoted(themes, language))


def _sectors(language: Language, key: str, values: Mapping[str, Any]) -> str:
    share = f"{100 * values['share']:.1f}".replace(".", say(language, "words.number_comma"))
    variant = "within" if values["seller"] == values["buyer"] else "plain"
    return say(
        language,
        f"{key}.{variant}",
        seller=_label(sector_label(values["seller"], language), language),
        buyer=_label(sector_label(values["buyer"], language), language),
        share=unbroken(f"{share} %") if language == "fr" else f"{share}%",
    )


def _chain(language: Language, key: str, values: Mapping[str, Any]) -> str:
    return say(language, f"{key}.{'shared' if values['count'] else 'far'}")


def _trades(language: Language, key: str, values: Mapping[str, Any]) -> str:
    return say(
        language, f"{key}.plain", label=_label(level_label(values["code"], language), language)
    )


def _acquaintances(language: Language, key: str, values: Mapping[str, Any]) -> str:
    lead = say_number(language, key, values["count"])
    if not values["groups"]:
        return lead
    groups = _quoted(values["groups"], language)
    return say(language, f"{key}.groups", lead=lead, groups=groups)


def _groups(language: Language, key: str, values: Mapping[str, Any]) -> str:
    if not values["groups"]:
        return say(language, f"{key}.plain")
    return say(language, f"{key}.groups", groups=_quoted(values["groups"], language))


def _counted(language: Language, key: str, values: Mapping[str, Any]) -> str:
    return say_number(language, key, values["count"])


def _circle(language: Language, key: str, values: Mapping[str, Any]) -> str:
    return say(language, f"{key}.{'company' if values['of_company'] else 'partner'}")


def _near(language: Language, key: str, values: Mapping[str, Any]) -> str:
    if not values["located"]:
        return say(language, f"{key}.departments", km=round(values["km"]))
    if values["km"] < 1:
        return say(language, f"{key}.same")
    return say(language, f"{key}.plain", km=round(values["km"]))


def _sizes(language: Language, key: str, values: Mapping[str, Any]) -> str:
    shown = {
        name: size_text(SIZE_BANDS[values[name]], language)
        for name in ("company_size", "partner_size")
    }
    return say(language, f"{key}.plain", **shown)


_SENTENCES: dict[Topic, Callable[[Language, str, Mapping[str, Any]], str]] = {
    Topic.THEY_OFFER_WHAT_YOU_NEED: _terms,
    Topic.THEY_NEED_WHAT_YOU_OFFER: _terms,
    Topic.ACTIVITIES_ALIKE: _pairs_of_terms,
    Topic.NEEDS_ALIKE: _pairs_of_terms,
    Topic.THEMES_SHARED: _themes,
    Topic.SECTOR_BUYS_FROM: _sectors,
    Topic.SECTOR_SELLS_TO: _sectors,
    Topic.TRADES_COMPLEMENT: _trades,
    Topic.SHARED_ACQUAINTANCE: _acquaintances,
    Topic.SHARED_GROUP: _groups,
    Topic.ALIKE_FIRM_KNOWS: _counted,
    Topic.YOU_KNOW_ALIKE_FIRM: _counted,
    Topic.CHAIN_OF_RELATIONS: _chain,
    Topic.LEARNED_COMPLEMENT: _pairs_of_terms,
    Topic.CIRCLE_SPEAKS_OF: _circle,
    Topic.WELL_CONNECTED: _counted,
    Topic.NEAR: _near,
    Topic.SIZE_ALIKE: _sizes,
    Topic.LARGER_FIRM: _sizes,
    Topic.SMALLER_FIRM: _sizes,
}
