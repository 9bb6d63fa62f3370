"""The first page: look for firms, keep what was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import SearchCaller
from api.deps import LanguageQuery, ServiceDep
from api.pages.directory import (
    SIZES,
    Filters,
    asked_of,
    commune_names,
    described,
    firm_document,
    served_departments,
    trades,
)
from api.pages.rendering import render
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.store import CompanyPage, CompanyQuery, Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.store.search import MAX_PAGE, MAX_TEXT

router = APIRouter(include_in_schema=False)

TextQuery = Annotated[str, Query(max_length=MAX_TEXT)]
NOTHING = CompanyPage((), 0, 1, 1)


@dataclass(frozen=True)
class Found:
    """A page of the search, and the lists to which its firms may be added."""

    companies: CompanyPage
    lists: tuple[SavedList, ...]


@router.get("/")
async def search_page(
    request: Request,
    caller: SearchCaller,
    service: ServiceDep,
    q: TextQuery = "",
    department: TextQuery = "",
    commune: TextQuery = "",
    trade: TextQuery = "",
    size: TextQuery = "",
    profile: TextQuery = "",
    sort: TextQuery = "",
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the search form and what it finds; without a filter, all companies."""
    filters = Filters(
        q.strip(), department, commune.strip(), trade.strip(), size, profile and "oui", sort
    )
    departments = served_departments(service)
    page_size = service.settings.api.page_size
    asked = asked_of(filters, departments, page=page, page_size=page_size)
    keeps = caller.reach(Right.PORTFOLIO) is not Reach.NONE

    def find(unit: Unit) -> Found:
        companies = NOTHING if asked.query is None else found_page(unit, asked.query)
        return Found(companies, own_lists(unit, caller) if keeps else ())

    found = await service.read(find)
    return render(
        request,
        "search.html",
        lang,
        status=422 if asked.wrong else 200,
        filters=filters,
        wrong=asked.wrong,
        chips=described(filters, lang),
        departments=departments,
        communes=commune_names(),
        trades=trades(lang),
        sizes=tuple(SIZES),
        companies=[firm_document(each, lang) for each in found.companies.items],
        total=found.companies.total,
        page=found.companies.page,
        pages=pages_of(found.companies),
        keeps=keeps,
        lists=found.lists,
    )


def found_page(unit: Unit, query: CompanyQuery) -> CompanyPage:
    """Search, and give the last page where an address asks for one beyond it."""
    found = unit.companies.search(query)
    last = pages_of(found)
    return found if query.page <= last else unit.companies.search(replace(query, page=last))


def pages_of(found: CompanyPage) -> int:
    """How many pages a search has; one where it found nothing."""
    return max(1, -(-found.total // found.page_size))


def own_lists(unit: Unit, caller: Principal) -> tuple[SavedList, ...]:
    """Find the lists of chosen firms to which somebody may add."""
    kept = unit.lists.readable_by(caller.id, None)
    return tuple(each for each in kept if each.search is None)
