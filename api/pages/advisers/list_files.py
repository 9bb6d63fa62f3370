"""A list of firms as a file that an adviser takes along: a workbook, or CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from api.pages.directory import asked_of, filters_of
from matchmaker.companies import Company
from matchmaker.events.exports.sheets import Cell, Sheet
from matchmaker.events.exports.tables import csv_bytes
from matchmaker.events.exports.workbook import list_workbook
from matchmaker.explain import display_name, size_text
from matchmaker.introductions.refusals import PARIS
from matchmaker.store import CompanyQuery, Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.store.search import MAX_PAGE_SIZE
from matchmaker.texts import Language, say, say_number
from models.answers import trade_of_company

LIST_FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MAX_ROWS = 10_000
"""Firms of a search that a file holds: more is no list to work through."""
COLUMNS = ("siret", "name", "naf", "trade", "commune", "department", "size")


def list_file(
    unit: Unit,
    held: SavedList,
    kind: str,
    departments: Sequence[str],
    language: Language,
    *,
    at: datetime,
) -> bytes:
    """Write a list as a file; it holds what the registry publishes, and the adviser's notes.

    Parameters
    ----------
    unit
        Unit of work.
    held
        The list.
    kind
        One of `LIST_FILES`.
    departments
        Departments that are served.
    language
        Of titles and labels.
    at
        Moment of the file.
    """
    firms, notes = _members(unit, held, departments)
    columns = COLUMNS if held.search is not None else (*COLUMNS, "note", "added")
    sheet = Sheet(
        say(language, "lists.file.sheet"),
        tuple(say(language, f"lists.file.column.{column}") for column in columns),
        tuple((*_cells(firm, language), *notes.get(firm.siret, ())) for firm in firms),
    )
    fictional = any(firm.fictional for firm in firms)
    if kind == "csv":
        return csv_bytes(sheet, fictional, language)
    title = say(language, "event.export.fictional_title", title=held.name)
    return list_workbook(
        sheet,
        title=title if fictional else held.name,
        note=_subtitle(held, len(firms), language, at),
        author=held.owner,
        stamp=at,
    )


def _members(
    unit: Unit, held: SavedList, departments: Sequence[str]
) -> tuple[list[Company], dict[str, tuple[Cell, ...]]]:
    """Firms of a list in its order; of chosen ones the note, and the day they came on it."""
    if held.search is None:
        members = unit.lists.members(held.id)
        shown = unit.portfolio.shown([each.siret for each in members])
        notes: dict[str, tuple[Cell, ...]] = {
            each.siret: (each.note, each.at.astimezone(PARIS).date()) for each in members
        }
        return [shown[each.siret] for each in members if each.siret in shown], notes
    asked = asked_of(filters_of(held.search), departments, page_size=MAX_PAGE_SIZE)
    return ([] if asked.query is None else list(_found(unit, asked.query))), {}


def _found(unit: Unit, query: CompanyQuery) -> Iterator[Company]:
    for page in range(1, MAX_ROWS // query.page_size + 1):
        found = unit.companies.search(replace(query, page=page))
        yield from found.items
        if page * query.page_size >= found.total:
            return


def _cells(firm: Company, language: Language) -> tuple[Cell, ...]:
    return (
        firm.siret,
        display_name(firm, language),
        firm.naf or firm.naf2025,
        trade_of_company(firm, language),
        firm.commune_name,
        firm.department,
        size_text(firm.size_band, language),
    )


def _subtitle(held: SavedList, number: int, language: Language, at: datetime) -> str:
    day = at.astimezone(PARIS).date()
    return say(
        language,
        "lists.file.subtitle",
        firms=say_number(language, "page.search.count", number),
        day=f"{day:%d/%m/%Y}" if language == "fr" else day.isoformat(),
        owner=held.owner,
    )
