"""Lists of firms that an adviser keeps: begin, read, note, share, take with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import SystemRandom
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import PortfolioCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.advisers.list_files import LIST_FILES, list_file
from api.pages.advisers.list_rows import PAGE, Rows, rows_of
from api.pages.directory import (
    described,
    filters_of,
    firm_document,
    served_departments,
)
from api.pages.forms import Form, read_form
from api.pages.rendering import address, language_of, render
from api.pages.search import own_lists
from api.security import own_path
from matchmaker.accounts.principals import Principal
from matchmaker.companies import is_siret
from matchmaker.errors import ProblemError
from matchmaker.identifiers import new_id
from matchmaker.lists import (
    MAX_NAME,
    MAX_NOTE,
    add_to_list,
    begin_list,
    checked_name,
    checked_note,
    own_list,
    readable_list,
)
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.store.search import MAX_PAGE
from matchmaker.texts import Language

router = APIRouter(prefix="/listes", include_in_schema=False)

_DRAWN = re.compile(r"[2-9a-z]{8}")
"""Form of an id that a page draws."""

ListId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
PageQuery = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@dataclass(frozen=True)
class Wrong:
    """A form of a list that cannot be taken: which field, why, and what was typed.

    Parameters
    ----------
    field
        Name of the field.
    key
        Of the sentence in the catalogue.
    typed
        What stays in the form.
    siret
        Firm whose note it was, if it was one.
    """

    field: str
    key: str
    typed: str
    siret: str = ""


@router.get("")
async def lists_page(
    request: Request, caller: PortfolioCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Show the lists that the caller keeps, and those that the chamber shares."""
    return await _index(request, caller, service, lang)


@router.post("")
async def create(request: Request, caller: PortfolioCaller, service: ServiceDep) -> Response:
    """Begin a list: an empty one, or the search that the form holds."""
    form, lang = await read_form(request), language_of(request)
    search = filters_of({name: form.text(name) for name in _FILTERS}).chosen()
    kept = search if form.ticked("search") else None
    name = form.text("name")
    if not _is_name(name):
        wrong = Wrong("name", "lists.wrong.name", name)
        return await _index(request, caller, service, lang, wrong=wrong, search=kept)
    (drawn, spare), at, shared = _ids(form), service.now(), form.ticked("shared")

    def work(unit: Unit) -> SavedList:
        return begin_list(
            unit, caller, name, drawn=drawn, spare=spare, at=at, search=kept, shared=shared
        )

    made = await service.write(work)
    return _to(request, f"/listes/{made.id}", fait="lists.created")


def _ids(form: Form) -> tuple[str, str]:
    """Ids for a new list: the one drawn when its form was shown, and one to spare."""
    drawn, spare = form.text("drawn"), new_id(SystemRandom())
    return drawn if _DRAWN.fullmatch(drawn) else spare, spare


def _is_name(text: str) -> bool:
    """Whether a list may be called so: characters that nobody sees are no name."""
    try:
        checked_name(text)
    except ProblemError:
        return False
    return True


_FILTERS = ("q", "department", "commune", "trade", "size", "profile", "sort")


@router.post("/ajouter")
async def add(request: Request, caller: PortfolioCaller, service: ServiceDep) -> Response:
    """Put ticked firms on a list of the caller, or on a new one."""
    form, lang = await read_form(request), language_of(request)
    sirets = [each for each in dict.fromkeys(form.texts("siret")) if is_siret(each)]
    list_id, name = form.text("list"), form.text("name")
    if list_id == "" and not _is_name(name):
        return await _choose(request, caller, service, lang, form, "lists.wrong.which")
    if not sirets:
        return await _choose(request, caller, service, lang, form, "lists.wrong.none_ticked")
    (drawn, spare), at = _ids(form), service.now()

    def work(unit: Unit) -> SavedList:
        held = (
            own_list(unit, caller, list_id)
            if list_id
            else begin_list(unit, caller, name, drawn=drawn, spare=spare, at=at)
        )
        add_to_list(unit, held, sirets, at=at)
        return held

    try:
        held = await service.write(work)
    except ProblemError:
        return await _choose(request, caller, service, lang, form, "lists.wrong.full")
    back = own_path(form.text("retour")).partition("?")[0]
    if back.startswith("/entreprises/"):
        return _to(request, back, fait="lists.added")
    return _to(request, f"/listes/{held.id}", fait="lists.added")


@router.get("/{list_id}")
async def list_page(
    request: Request,
    list_id: ListId,
    caller: PortfolioCaller,
    service: ServiceDep,
    page: PageQuery = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the firms of a list, or what its search finds today."""
    return await _list(request, list_id, caller, service, lang, page=page)


@router.post("/{list_id}")
async def rename(
    request: Request, list_id: ListId, caller: PortfolioCaller, service: ServiceDep
) -> Response:
    """Call a list otherwise, share it or not."""
    form, lang = await read_form(request), language_of(request)
    name = form.text("name")
    try:
        checked = checked_name(name)
    except ProblemError:
        wrong = Wrong("name", "lists.wrong.name", name)
        return await _list(request, list_id, caller, service, lang, wrong=wrong)

    def work(unit: Unit) -> None:
        own_list(unit, caller, list_id)
        unit.lists.rename(list_id, checked, shared=form.ticked("shared"), at=service.now())

    await service.write(work)
    return _to(request, f"/listes/{list_id}", fait="saved")


@router.post("/{list_id}/supprimer")
async def delete(
    request: Request, list_id: ListId, caller: PortfolioCaller, service: ServiceDep
) -> Response:
    """Remove a list; the page has asked before whether it is meant."""

    def work(unit: Unit) -> None:
        own_list(unit, caller, list_id)
        unit.lists.delete(list_id)

    await read_form(request)
    await service.write(work)
    return _to(request, "/listes", fait="lists.deleted")


@router.post("/{list_id}/note")
async def note(
    request: Request, list_id: ListId, caller: PortfolioCaller, service: ServiceDep
) -> Response:
    """Note something of a firm of the list."""
    form, lang = await read_form(request), language_of(request)
    siret, text, page = form.text("siret"), form.text("note"), form.text("page") or "1"
    shown = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    try:
        checked = checked_note(text)
    except ProblemError:
        wrong = Wrong("note", "lists.wrong.note", text, siret)
        return await _list(request, list_id, caller, service, lang, page=shown, wrong=wrong)

    def work(unit: Unit) -> None:
        own_list(unit, caller, list_id)
        unit.lists.note(list_id, siret, checked, at=service.now())

    await service.write(work)
    return _to(request, f"/listes/{list_id}", page=shown if shown > 1 else None, fait="saved")


@router.post("/{list_id}/retirer")
async def remove(
    request: Request, list_id: ListId, caller: PortfolioCaller, service: ServiceDep
) -> Response:
    """Take ticked firms off the list, with their notes."""
    form = await read_form(request)
    sirets = [each for each in form.texts("siret") if is_siret(each)][:PAGE]

    def work(unit: Unit) -> None:
        own_list(unit, caller, list_id)
        if sirets:
            unit.lists.remove(list_id, sirets, at=service.now())

    await service.write(work)
    return _to(request, f"/listes/{list_id}", fait="lists.removed" if sirets else None)


@router.get("/{list_id}/liste.{kind}")
async def download(
    list_id: ListId,
    kind: Literal["xlsx", "csv"],
    caller: PortfolioCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Hand a list out as a workbook or a CSV file; it holds no contact."""
    departments = served_departments(service)

    def work(unit: Unit) -> bytes:
        held = readable_list(unit, caller, list_id)
        return list_file(unit, held, kind, departments, lang, at=service.now())

    content = await service.read(work)
    headers = {"Content-Disposition": f'attachment; filename="liste-{list_id}.{kind}"'}
    return Response(content, media_type=LIST_FILES[kind], headers=headers)


async def _index(
    request: Request,
    caller: Principal,
    service: Service,
    lang: Language,
    *,
    wrong: Wrong | None = None,
    search: dict[str, str] | None = None,
) -> Response:
    def read(unit: Unit) -> tuple[tuple[SavedList, ...], dict[str, int]]:
        found = unit.lists.readable_by(caller.id, caller.chamber)
        return found, unit.portfolio.sizes([each.id for each in found])

    found, sizes = await service.read(read)
    return render(
        request,
        "advisers/lists.html",
        lang,
        status=422 if wrong else 200,
        own=[each for each in found if each.account_id == caller.id],
        shared=[each for each in found if each.account_id != caller.id],
        sizes=sizes,
        described={
            each.id: described(filters_of(each.search), lang)
            for each in found
            if each.search is not None
        },
        wrong=wrong,
        search=search,
        max_name=MAX_NAME,
    )


async def _choose(
    request: Request, caller: Principal, service: Service, lang: Language, form: Form, key: str
) -> Response:
    """Ask once more on which list the ticked firms are to go."""
    ticked = [each for each in dict.fromkeys(form.texts("siret")) if is_siret(each)]

    def read(unit: Unit) -> tuple[list[dict[str, Any]], tuple[SavedList, ...]]:
        shown = unit.portfolio.shown(ticked)
        firms = [firm_document(shown[each], lang) for each in ticked if each in shown]
        return firms, own_lists(unit, caller)

    firms, lists = await service.read(read)
    return render(
        request,
        "advisers/add.html",
        lang,
        status=422,
        firms=firms,
        lists=lists,
        chosen=form.text("list"),
        name=form.text("name"),
        back=own_path(form.text("retour")) or "/",
        wrong=key,
        max_name=MAX_NAME,
    )


async def _list(
    request: Request,
    list_id: str,
    caller: Principal,
    service: Service,
    lang: Language,
    *,
    page: int = 1,
    wrong: Wrong | None = None,
) -> Response:
    departments = served_departments(service)

    def read(unit: Unit) -> tuple[SavedList, Rows]:
        held = (
            readable_list(unit, caller, list_id) if not wrong else own_list(unit, caller, list_id)
        )
        return held, rows_of(unit, held, departments, page, lang)

    held, rows = await service.read(read)
    return render(
        request,
        "advisers/list.html",
        lang,
        status=422 if wrong else 200,
        held=held,
        mine=held.account_id == caller.id,
        rows=rows,
        filters=None if held.search is None else filters_of(held.search),
        chips=[] if held.search is None else described(filters_of(held.search), lang),
        wrong=wrong,
        max_name=MAX_NAME,
        max_note=MAX_NOTE,
    )


def _to(request: Request, path: str, **query: object) -> Response:
    target = address(request, path, language_of(request), **query)
    return RedirectResponse(target, status_code=303)
