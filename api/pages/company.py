"""The sheet of a company with its suggestions, and the buttons on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import DirectoryCaller, FeedbackCaller, reaches
from api.deps import IntentQuery, LanguageQuery, PublishedDep, ServiceDep, Siret, chosen_intents
from api.errors import BadValueError
from api.lookup import detail_document, shown_company
from api.pages.forms import read_form
from api.pages.rendering import address, language_of, render
from api.routes.feedback import dismiss, restore
from matchmaker.accounts.roles import Right
from matchmaker.companies import Company, siret_problem
from matchmaker.errors import NotServedError
from matchmaker.explain import display_name, size_text
from matchmaker.intents import Intent
from matchmaker.store import Unit
from matchmaker.suggestions import Suggestion
from matchmaker.texts import Language, say
from models.answers import suggestion_document
from models.serving import suggestions_for

router = APIRouter(prefix="/entreprises", include_in_schema=False)


@dataclass(frozen=True)
class Sheet:
    """What the page shows.

    Parameters
    ----------
    may_read, may_answer
        Whether the caller may read the suggestions of the company, and answer them.
    suggestions
        `None` for a company that takes no part.
    """

    company: dict[str, Any]
    size: str
    may_read: bool
    may_answer: bool
    suggestions: list[dict[str, Any]] | None
    set_aside: dict[str, str] | None


@router.get("/{siret}")
async def company_page(
    request: Request,
    siret: Siret,
    caller: DirectoryCaller,
    service: ServiceDep,
    published: PublishedDep,
    intent: IntentQuery = None,
    ecarte: Annotated[str | None, Query(max_length=14)] = None,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show a company and, to those who may know, whom it should meet."""

    def cards(unit: Unit, company: Company) -> list[dict[str, Any]] | None:
        try:
            found = suggestions_for(
                published,
                unit,
                siret,
                intents=chosen_intents(intent),
                limit=published.model.settings.list_length,
                language=lang,
                rules=service.settings.eligibility,
            )
        except NotServedError:
            return None
        return [_card(each, company, lang) for each in found]

    def read(unit: Unit) -> Sheet:
        company = shown_company(unit, siret)
        may_read = reaches(unit, caller, Right.SUGGESTIONS, siret)
        may_answer = reaches(unit, caller, Right.FEEDBACK, siret)
        return Sheet(
            company=detail_document(company, unit.profiles.get(siret), lang),
            size=size_text(company.size_band, lang),
            may_read=may_read,
            may_answer=may_answer,
            suggestions=cards(unit, company) if may_read else None,
            set_aside=_set_aside(unit, siret, ecarte, lang) if may_answer else None,
        )

    sheet = await service.read(read)
    return render(request, "company.html", lang, sheet=sheet, intent=intent, intents=tuple(Intent))


def _card(suggestion: Suggestion, reader: Company, language: Language) -> dict[str, Any]:
    document = suggestion_document(suggestion, language, reader=reader)
    return {**document, "distance": _distance(document["partner"]["distance_km"], language)}


def _distance(km: float | None, language: Language) -> str | None:
    if km is None:
        return None
    if km < 1:
        return say(language, "page.company.distance_near")
    return say(language, "page.company.distance", km=round(km))


def _set_aside(
    unit: Unit, siret: str, partner: str | None, language: Language
) -> dict[str, str] | None:
    """Partner that the reader has just set aside, for the way back."""
    if partner is None or partner not in unit.feedback.hidden_from(siret):
        return None
    company = unit.companies.get(partner)
    if company is None:
        return None
    return {"siret": partner, "name": display_name(company, language)}


@router.post("/{siret}/ecarter")
async def set_aside(
    request: Request, siret: Siret, caller: FeedbackCaller, service: ServiceDep
) -> Response:
    """Set a partner aside, then show the sheet again."""
    partner, intent = await _form(request)
    await dismiss(service, caller, siret, partner, "")
    return _back(request, siret, intent, partner)


@router.post("/{siret}/reprendre")
async def take_back(
    request: Request, siret: Siret, caller: FeedbackCaller, service: ServiceDep
) -> Response:
    """Take back a dismissal, then show the sheet again."""
    partner, intent = await _form(request)
    await restore(service, caller, siret, partner)
    return _back(request, siret, intent, None)


async def _form(request: Request) -> tuple[str, str]:
    """Partner and intent of a form."""
    fields = await read_form(request)
    partner = fields.text("partner")
    problem = siret_problem(partner)
    if problem is not None:
        raise BadValueError(problem)
    return partner, fields.text("intent")


def _back(request: Request, siret: str, intent: str, partner: str | None) -> Response:
    kept = intent if intent in tuple(Intent) else None
    target = address(
        request, f"/entreprises/{siret}", language_of(request), intent=kept, ecarte=partner
    )
    return RedirectResponse(target, status_code=303)
