"""Whom a firm should meet: the page that an entrepreneur comes for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import DirectoryCaller
from api.deps import (
    IntentQuery,
    LanguageQuery,
    PublishedDep,
    Service,
    ServiceDep,
    Siret,
    chosen_intents,
)
from api.lookup import detail_document, shown_company
from api.pages.firms.cards import Card, CardsMap, cards_of, map_of
from api.pages.firms.head import FirmHead, head_of
from api.pages.firms.hidden import Hidden, hidden_of
from api.pages.firms.standing import Standing, standings
from api.pages.rendering import render
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.companies import Company, Profile
from matchmaker.errors import NotServedError
from matchmaker.explain import display_name
from matchmaker.feedback import SetAsideReason
from matchmaker.intents import Intent
from matchmaker.store import Unit
from matchmaker.suggestions import Band
from matchmaker.texts import Language
from models.list_counts import served_counts
from models.published import Published
from models.serving import suggestions_for

router = APIRouter(prefix="/entreprises", include_in_schema=False)


class Gesture(StrEnum):
    """What was just done about a partner, as the address of the page says it."""

    SET_ASIDE = "ecarter"
    RESTORE = "reprendre"
    ASK = "demander"
    WITHDRAW = "retirer"


@dataclass(frozen=True)
class Wanted:
    """What the address of the page asks for.

    Parameters
    ----------
    intent
        Only this list; the best of all without one.
    gesture, partner
        What was just done, and the SIRET of whom it was about.
    place
        Number of the card at which it was done.
    """

    intent: Intent | None = None
    gesture: Gesture | None = None
    partner: str = ""
    place: int = 0


@dataclass(frozen=True)
class Refused:
    """A request that was refused: what was typed is not lost.

    Parameters
    ----------
    text
        Why, in the reader's language.
    message
        Words to the partner, as they were typed.
    """

    text: str
    message: str = ""


@dataclass(frozen=True)
class Notice:
    """What was just done, said where the card was, with the way back.

    Parameters
    ----------
    place
        Number of the card before which it stands.
    gesture, name
        What was done, about whom.
    hidden
        The answer that took the partner out, where one did.
    standing
        The introduction of the two, where there is one.
    """

    place: int
    gesture: Gesture
    name: str
    hidden: Hidden | None
    standing: Standing | None


@dataclass(frozen=True)
class Listed:
    """The list of a firm that takes part.

    Parameters
    ----------
    cards
        Its suggestions.
    counts
        How many there are for each intent.
    drawing
        The map of the list, where the firm has a known place.
    hidden, more_hidden
        What the firm took out of its lists, and how many earlier ones are not shown.
    notice
        What was just done, if anything.
    """

    cards: list[Card]
    counts: dict[Intent, int]
    drawing: CardsMap | None
    hidden: list[Hidden]
    more_hidden: int
    notice: Notice | None


@dataclass(frozen=True)
class Sheet:
    """Everything that the page shows.

    Parameters
    ----------
    head
        The firm.
    may_read, may_answer, may_ask, may_declare
        Whether the caller may read the suggestions of the firm, answer them, ask for introductions
        in its name, and change its profile.
    declared
        What the firm declares and agrees to show.
    listed
        `None` for a firm that takes no part, and for those who may not read.
    """

    head: FirmHead
    may_read: bool
    may_answer: bool
    may_ask: bool
    may_declare: bool
    declared: dict[str, Any] | None
    listed: Listed | None


@router.get("/{siret}")
async def company_page(
    request: Request,
    siret: Siret,
    caller: DirectoryCaller,
    service: ServiceDep,
    published: PublishedDep,
    intent: IntentQuery = None,
    geste: Annotated[Gesture | None, Query()] = None,
    partenaire: Annotated[str, Query(max_length=14)] = "",
    place: Annotated[int, Query(ge=0, le=100)] = 0,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show a firm and, to those who may know, whom it should meet."""
    asked = Wanted(intent, geste, partenaire, place)
    return await suggestions_page(request, service, published, caller, siret, asked, lang)


async def suggestions_page(
    request: Request,
    service: Service,
    published: Published,
    caller: Principal,
    siret: str,
    asked: Wanted,
    language: Language,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> Response:
    """Show the suggestions of a firm, also after a request that was refused.

    Parameters
    ----------
    request, service, published, caller, siret, language
        As a route has them.
    asked
        Which list, and what was just done.
    refused
        What could not be done about `asked.partner`, if anything.
    status
        Of the answer.
    """
    sheet = await service.read(
        lambda unit: _sheet(service, published, unit, caller, siret, asked, language)
    )
    return render(
        request,
        "firms/suggestions.html",
        language,
        status=status,
        head=sheet.head,
        tab="suggestions",
        sheet=sheet,
        asked=asked,
        refused=refused,
        intents=tuple(Intent),
        bands=tuple(Band),
        reasons=tuple(reason for reason in SetAsideReason if reason is not SetAsideReason.OTHER),
    )


def _sheet(
    service: Service,
    published: Published,
    unit: Unit,
    caller: Principal,
    siret: str,
    asked: Wanted,
    language: Language,
) -> Sheet:
    company, profile = shown_company(unit, siret), unit.profiles.get(siret)

    def may(right: Right) -> bool:
        return caller.may(right, siret, company.department)

    listed = None
    if may(Right.SUGGESTIONS):
        listed = _listed(service, published, unit, caller, (company, profile), asked, language)
    return Sheet(
        head=head_of(unit, caller, company, language),
        may_read=may(Right.SUGGESTIONS),
        may_answer=may(Right.FEEDBACK),
        may_ask=may(Right.INTRODUCTIONS),
        may_declare=may(Right.PROFILE),
        declared=detail_document(company, profile, language)["profile"],
        listed=listed,
    )


def _listed(
    service: Service,
    published: Published,
    unit: Unit,
    caller: Principal,
    reader: tuple[Company, Profile | None],
    asked: Wanted,
    language: Language,
) -> Listed | None:
    (company, profile), limit = reader, published.model.settings.list_length
    try:
        found = suggestions_for(
            published,
            unit,
            company.siret,
            intents=chosen_intents(asked.intent),
            limit=limit,
            language=language,
            rules=service.settings.eligibility,
        )
    except NotServedError:
        return None
    partners = [each.partner for each in found]
    profiles = unit.profiles.many([each.siret for each in partners])
    about = _about(unit, asked, partners)
    standing = standings(
        unit, service.settings, caller, company, [*partners, *about], at=service.now()
    )
    hidden, more = (
        hidden_of(unit, company.siret, language)
        if caller.may(Right.FEEDBACK, company.siret, company.department)
        else ([], 0)
    )
    return Listed(
        cards=cards_of((company, profile), found, profiles, standing, language),
        counts=served_counts(published, unit, company.siret, limit),
        drawing=map_of(company, found, language),
        hidden=hidden,
        more_hidden=more,
        notice=_notice(asked, [*partners, *about], hidden, standing, language),
    )


def _about(unit: Unit, asked: Wanted, partners: list[Company]) -> list[Company]:
    """Read the partner that something was just done about, where it is not in the list."""
    if not asked.partner or any(asked.partner == each.siret for each in partners):
        return []
    return list(unit.companies.servable([asked.partner]).values())


def _notice(
    asked: Wanted,
    companies: list[Company],
    hidden: list[Hidden],
    standing: dict[str, Standing],
    language: Language,
) -> Notice | None:
    """Say what was just done, if it still holds: the address may be older than what it says."""
    company = next((each for each in companies if each.siret == asked.partner), None)
    if company is None or asked.gesture is None:
        return None
    answer = next((each for each in hidden if each.siret == company.siret), None)
    introduction = standing.get(company.siret)
    holds = {
        Gesture.SET_ASIDE: answer is not None,
        Gesture.RESTORE: answer is None,
        Gesture.ASK: introduction is not None and introduction.may_withdraw,
        Gesture.WITHDRAW: introduction is not None and not introduction.may_withdraw,
    }
    if not holds[asked.gesture]:
        return None
    name = display_name(company, language)
    return Notice(asked.place, asked.gesture, name, answer, introduction)
