"""The cards of a page of suggestions: a partner, its reasons, and what each reason rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.firms.standing import Standing
from api.pages.maps import Link, Marker, TerritoryMap, territory_map
from matchmaker.companies import Company, Profile
from matchmaker.evidence import Fact, Firm, facts_of
from matchmaker.explain import display_name, mirrored
from matchmaker.intents import Intent, Role
from matchmaker.suggestions import Band, Suggestion
from matchmaker.texts import Language, say
from models.answers import distance_between, trade_of_company
from models.company_features import place_of


@dataclass(frozen=True)
class Line:
    """A reason, and the facts that it rests on."""

    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Card:
    """A suggestion as a page shows it.

    Parameters
    ----------
    rank
        Its number, also on the map.
    siret, name, trade, commune, department, fictional
        Of the partner.
    distance
        In words; `None` where a place is not known.
    intent, role, band
        For what, as what, and how well founded.
    ours, theirs
        Reasons for the reader, and for the partner.
    standing
        Introduction of the two, if there is one that the reader may know of.
    """

    rank: int
    siret: str
    name: str
    trade: str
    commune: str
    department: str
    fictional: bool
    distance: str | None
    intent: Intent
    role: Role
    band: Band
    ours: tuple[Line, ...]
    theirs: tuple[Line, ...]
    standing: Standing | None


def cards_of(
    own: Firm,
    suggestions: Sequence[Suggestion],
    profiles: Mapping[str, Profile],
    standing: Mapping[str, Standing],
    language: Language,
) -> list[Card]:
    """Make the cards of a list.

    Parameters
    ----------
    own
        Who reads.
    suggestions
        The list.
    profiles
        Of the partners, by SIRET, where they have one.
    standing
        Introductions, by the SIRET of the partner.
    language
        Of the labels; the suggestions bring their sentences.
    """
    return [
        _card(own, each, profiles.get(each.partner.siret), standing, language)
        for each in suggestions
    ]


def _card(
    own: Firm,
    suggestion: Suggestion,
    profile: Profile | None,
    standing: Mapping[str, Standing],
    language: Language,
) -> Card:
    partner = suggestion.partner
    facts = _facts(suggestion, own, (partner, profile), language)
    return Card(
        rank=suggestion.rank,
        siret=partner.siret,
        name=display_name(partner, language),
        trade=trade_of_company(partner, language),
        commune=partner.commune_name,
        department=partner.department,
        fictional=partner.fictional,
        distance=_distance(distance_between(own[0], partner), language),
        intent=suggestion.intent,
        role=suggestion.role,
        band=suggestion.band,
        ours=tuple(Line(each.text, facts[each.channel]) for each in suggestion.reasons_for_company),
        theirs=tuple(
            Line(each.text, facts[each.channel]) for each in suggestion.reasons_for_partner
        ),
        standing=standing.get(partner.siret),
    )


def _facts(
    suggestion: Suggestion, own: Firm, partner: Firm, language: Language
) -> dict[str, tuple[Fact, ...]]:
    """Find what each channel's reason rests on, as the reader of the page sees the two firms.

    What is said to the partner rests on the same facts.
    """
    evidence = {each.channel: mirrored(each.evidence) for each in suggestion.reasons_for_partner}
    evidence |= {each.channel: each.evidence for each in suggestion.reasons_for_company}
    return {
        channel: facts_of(each, own, partner, language)
        for channel, each in evidence.items()
        if each is not None
    }


def _distance(km: float | None, language: Language) -> str | None:
    if km is None:
        return None
    if km < 1:
        return say(language, "page.company.distance_near")
    return say(language, "page.company.distance", km=round(km))


@dataclass(frozen=True)
class CardsMap:
    """The map of a list, and how many of its partners have no place on it."""

    drawing: TerritoryMap
    missing: int


def map_of(
    company: Company, suggestions: Sequence[Suggestion], language: Language
) -> CardsMap | None:
    """Lay out the map of a list; nothing where the reader has no known place."""
    here = place_of(company)
    if here is None:
        return None
    placed = [(each, place_of(each.partner)) for each in suggestions]
    found = [(each, place) for each, place in placed if place is not None]
    partners = [
        Marker(
            *place,
            label=f"{each.rank}. {display_name(each.partner, language)}",
            kind="partner",
            href=f"#partner-{each.partner.siret}",
            mark=str(each.rank),
        )
        for each, place in found
    ]
    own = Marker(*here, label=display_name(company, language), kind="own", mark="●")
    links = [Link(here, place, each.band.value, weight=0.3) for each, place in found]
    return CardsMap(territory_map([own, *partners], links), len(placed) - len(found))
