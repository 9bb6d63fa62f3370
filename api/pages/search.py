"""The first page: look for a company."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import SearchCaller
from api.deps import LanguageQuery, ServiceDep
from api.lookup import checked_department
from api.pages.rendering import render
from matchmaker.store import CompanyPage, CompanyQuery, Unit
from matchmaker.store.search import MAX_PAGE, MAX_TEXT
from models.answers import company_document

router = APIRouter(include_in_schema=False)


@router.get("/")
async def search_page(
    request: Request,
    _: SearchCaller,
    service: ServiceDep,
    q: Annotated[str, Query(max_length=MAX_TEXT)] = "",
    department: Annotated[str, Query(max_length=3)] = "",
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the search form and what it finds; without a text, all companies."""

    def find(unit: Unit) -> tuple[CompanyPage, tuple[str, ...]]:
        query = CompanyQuery(
            text=q,
            department=checked_department(unit, department) if department else None,
            page=page,
            page_size=service.settings.api.page_size,
        )
        found = unit.companies.search(query)
        if page > _pages(found):
            found = unit.companies.search(replace(query, page=_pages(found)))
        return found, unit.companies.departments()

    found, departments = await service.read(find)
    return render(
        request,
        "search.html",
        lang,
        q=q,
        department=department,
        departments=departments,
        companies=[company_document(company, lang) for company in found.items],
        total=found.total,
        page=found.page,
        pages=_pages(found),
    )


def _pages(found: CompanyPage) -> int:
    return max(1, -(-found.total // found.page_size))
