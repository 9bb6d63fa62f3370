"""Suggestions of a company: the published list, less what is excluded at this moment."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import SuggestionsCaller, require_reach
from api.deps import (
    IntentQuery,
    LanguageQuery,
    LimitQuery,
    PublishedDep,
    ServiceDep,
    Siret,
    chosen_intents,
)
from api.lookup import shown_company
from api.openapi import problems
from api.routes.documents import json_answer, origin_of
from api.schemas import SuggestionsAnswer
from matchmaker.accounts.roles import Right
from matchmaker.store import Unit
from models.answers import company_document, suggestion_document
from models.serving import suggestions_for

router = APIRouter(prefix="/v1/companies", tags=["suggestions"])


@router.get(
    "/{siret}/suggestions",
    response_model=SuggestionsAnswer,
    responses=problems(404, 409, 422, 503),
)
async def read_suggestions(
    siret: Siret,
    caller: SuggestionsCaller,
    service: ServiceDep,
    published: PublishedDep,
    intent: IntentQuery = None,
    limit: LimitQuery = 10,
    lang: LanguageQuery = "fr",
) -> Response:
    """Read whom a company should meet in the other departments, for what, and why for each side.

    Opt-outs and answers hold at once; what else changed follows with the next nightly run.
    """

    def find(unit: Unit) -> dict[str, Any]:
        require_reach(unit, caller, Right.SUGGESTIONS, siret)
        company = shown_company(unit, siret)
        found = suggestions_for(
            published,
            unit,
            siret,
            intents=chosen_intents(intent),
            limit=limit,
            language=lang,
            rules=service.settings.eligibility,
        )
        return {
            "company": company_document(company, lang),
            **origin_of(published),
            "items": [suggestion_document(each, lang, reader=company) for each in found],
        }

    return json_answer(await service.read(find))
