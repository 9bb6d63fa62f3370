"""The firms of a saved list, a page at a time: chosen by hand, or found anew by its search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.directory import asked_of, filters_of, firm_document
from api.pages.search import found_page, pages_of
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.texts import Language

PAGE = 50
"""Firms on a page of a list."""


@dataclass(frozen=True)
class Rows:
    """One page of the firms of a list.

    Parameters
    ----------
    firms
        As documents, with `note` and `at` where they were chosen by hand.
    total, page, pages
        Firms in all; which page of how many.
    wrong
        Whether the search that is kept cannot be done any more.
    """

    firms: list[dict[str, Any]]
    total: int
    page: int
    pages: int
    wrong: bool = False


def rows_of(
    unit: Unit, held: SavedList, departments: Sequence[str], page: int, lang: Language
) -> Rows:
    """Read one page of the firms of a list; beyond the last page it is the last one.

    Parameters
    ----------
    departments
        Those of the service, for the filters of a search.
    """
    if held.search is None:
        return _chosen_rows(unit, held, page, lang)
    return _found_rows(unit, held, departments, page, lang)


def _chosen_rows(unit: Unit, held: SavedList, page: int, lang: Language) -> Rows:
    members = unit.lists.members(held.id)
    shown = unit.portfolio.shown([each.siret for each in members])
    kept = [each for each in members if each.siret in shown]
    pages = max(1, -(-len(kept) // PAGE))
    page = min(page, pages)
    firms = [
        {
            **firm_document(shown[each.siret], lang),
            "note": each.note,
            "at": each.at.isoformat(),
        }
        for each in kept[(page - 1) * PAGE : page * PAGE]
    ]
    return Rows(firms, len(kept), page, pages)


def _found_rows(
    unit: Unit, held: SavedList, departments: Sequence[str], page: int, lang: Language
) -> Rows:
    filters = filters_of(held.search or {})
    asked = asked_of(filters, departments, page=page, page_size=PAGE)
    if asked.query is None:
        return Rows([], 0, 1, 1, wrong=True)
    found = found_page(unit, asked.query)
    firms = [firm_document(each, lang) for each in found.items]
    return Rows(firms, found.total, found.page, pages_of(found))
