"""Companies: search, and the public sheet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import DirectoryCaller, SearchCaller
from api.deps import LanguageQuery, ServiceDep, Siret
from api.lookup import (
    checked_commune,
    checked_department,
    checked_naf,
    detail_document,
    shown_company,
)
from api.openapi import problems
from api.routes.documents import json_answer
from api.schemas import CompanyDetail, CompanyPageAnswer
from matchmaker.store import CompanyPage, CompanyQuery, Unit
from matchmaker.store.search import MAX_PAGE, MAX_TEXT
from models.answers import company_document

router = APIRouter(prefix="/v1/companies", tags=["companies"])


@router.get("", response_model=CompanyPageAnswer, responses=problems(422, 429, 503))
async def search_companies(
    _: SearchCaller,
    service: ServiceDep,
    q: Annotated[
        str | None,
        Query(
            max_length=MAX_TEXT,
            description="Beginnings of words of the name or the commune, or of a SIREN or SIRET.",
            examples=["tolerie melun"],
        ),
    ] = None,
    commune: Annotated[
        str | None, Query(max_length=5, description="INSEE code.", examples=["77288"])
    ] = None,
    naf: Annotated[
        str | None,
        Query(max_length=6, description="Beginning of a NAF rev. 2 code.", examples=["25.6"]),
    ] = None,
    department: Annotated[str | None, Query(max_length=3, examples=["77"])] = None,
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    page_size: Annotated[int | None, Query(ge=1, le=100, description="By default 20.")] = None,
    lang: LanguageQuery = "fr",
) -> Response:
    """Find active companies; criteria that are given must all hold."""

    def find(unit: Unit) -> CompanyPage:
        query = CompanyQuery(
            text=q,
            commune=checked_commune(commune, unit.companies.departments()) if commune else None,
            naf=checked_naf(naf) if naf else None,
            department=checked_department(unit, department) if department else None,
            page=page,
            page_size=page_size or service.settings.api.page_size,
        )
        return unit.companies.search(query)

    found = await service.read(find)
    return json_answer(
        {
            "items": [company_document(company, lang) for company in found.items],
            "total": found.total,
            "page": found.page,
            "page_size": found.page_size,
        }
    )


@router.get("/{siret}", response_model=CompanyDetail, responses=problems(404, 422, 503))
async def read_company(
    siret: Siret, _: DirectoryCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Read what is public of a company, and what it declares where it agreed to show it."""
    company, profile = await service.read(
        lambda unit: (shown_company(unit, siret), unit.profiles.get(siret))
    )
    return json_answer(detail_document(company, profile, lang))
