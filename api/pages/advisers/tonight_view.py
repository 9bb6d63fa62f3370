"""What the page of the night shows: newcomers of the lists, firms in and out, new relations."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from api.pages.advisers.night_words import cause_text
from api.pages.directory import firm_document
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.intents import Intent
from matchmaker.store import Unit
from matchmaker.store.snapshots import Snapshot
from matchmaker.suggestions import Band
from matchmaker.texts import Language
from models.change_list import INTENTS, Newcomer, Newcomers, newcomers, told
from models.changes import GONE, Cause, Changes, compare, open_snapshot
from models.inputs import Flags
from models.links import KINDS
from models.published import Published

PAGE = 25
NAMED = 8
"""Firms that are named among those that came or left."""

_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Filters:
    """What the reader asks for.

    Parameters
    ----------
    department
        Whose firms; empty for all.
    intent, band, cause
        Which newcomers; `None` for all.
    sirets
        Only these firms; `None` for all.
    """

    department: str = ""
    intent: Intent | None = None
    band: Band | None = None
    cause: Cause | None = None
    sirets: frozenset[str] | None = None


@dataclass(frozen=True)
class Movement:
    """Firms that came in, or left: how many, and some of them by name."""

    count: int = 0
    firms: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class NightView:
    """What changed since the night before.

    Parameters
    ----------
    total, firms
        Newcomers, and firms that have any.
    causes
        How many newcomers each cause brought, most first, whichever of them is asked for.
    items
        One page of newcomers: both firms, the suggestion, and its cause as a sentence.
    came, left
        Firms in and out of the suggestions.
    relations
        New relations by kind.
    competitors
        Pairs that were called competitors since.
    """

    total: int
    firms: int
    causes: list[tuple[str, int]]
    items: list[dict[str, Any]]
    page: int
    pages: int
    came: Movement
    left: Movement
    relations: list[tuple[str, int]]
    competitors: int


@dataclass(frozen=True)
class Compared:
    """Two nights compared, and all newcomers of the lists in the order in which they are read."""

    changes: Changes
    newcomers: Newcomers


def night_before(snapshots: Sequence[Snapshot], current: str) -> Snapshot | None:
    """Find what was published before, newest first; what was held back was never seen."""
    older = (each for each in snapshots if each.name < current and not each.held_back)
    return next(older, None)


def changes_between(before: Path, after: Published) -> Compared:
    """Compare two snapshots, once in a process; others wait for it instead of doing it again.

    Raises
    ------
    SnapshotError
        If they cannot be compared.
    """
    with _ONE_AT_A_TIME:
        return _compared(before, after)


@lru_cache(maxsize=2)
def _compared(before: Path, after: Published) -> Compared:
    changes = compare(open_snapshot(before), open_snapshot(before.parent / after.name, after))
    return Compared(changes, newcomers(changes))


def night_view(
    unit: Unit,
    compared: Compared,
    filters: Filters,
    page: int,
    reader: Principal,
    language: Language,
) -> NightView:
    """Choose what the reader asks for, and explain one page of it.

    Parameters
    ----------
    unit
        The store now: whoever opted out or was set aside since is left out of the page.
    compared, filters, page
        Two nights, and what of it is asked for.
    reader, language
        Who reads, and in which language.
    """
    changes = compared.changes
    mine = _rows(changes, filters.department)
    whole = compared.newcomers.chosen(
        mine & _among(changes, filters.sirets),
        INTENTS if filters.intent is None else [filters.intent],
        tuple(Band) if filters.band is None else [filters.band],
    )
    chosen = whole if filters.cause is None else whole.of_cause(filters.cause)
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(page, pages)
    causes = sorted(whole.by_cause().items(), key=lambda each: -each[1])
    return NightView(
        total=len(chosen),
        firms=int(np.count_nonzero(np.bincount(chosen.rows))),
        causes=[(cause.value, number) for cause, number in causes],
        items=_items(unit, changes, _page_of(chosen, page), reader, language),
        page=page,
        pages=pages,
        came=_came(unit, changes, mine, language),
        left=_left(unit, changes, filters.department, language),
        relations=_relations(changes, mine),
        competitors=_competitors(changes, mine),
    )


def _page_of(chosen: Newcomers, page: int) -> Newcomers:
    return chosen.taken(slice((page - 1) * PAGE, page * PAGE))


def _rows(changes: Changes, department: str) -> Flags:
    model = changes.after.published.model
    if not department:
        return np.ones(len(changes.after), dtype=bool)
    if department not in model.departments:
        return np.zeros(len(changes.after), dtype=bool)
    own: Flags = model.territory.view.department == model.departments.index(department)
    return own


def _among(changes: Changes, sirets: frozenset[str] | None) -> Flags:
    own = np.ones(len(changes.after), dtype=bool)
    if sirets is not None:
        own[:] = False
        rows = [changes.after.published.model.row_of(siret) for siret in sorted(sirets)]
        own[[row for row in rows if row is not None]] = True
    return own


def _items(
    unit: Unit, changes: Changes, chosen: Newcomers, reader: Principal, language: Language
) -> list[dict[str, Any]]:
    found = told(changes, chosen)
    readers = unit.companies.servable(sorted({each.siret for each in found}))
    named = unit.portfolio.shown(sorted({each.left for each in found if each.left}))
    items = []
    for each in found:
        partner = unit.companies.servable([each.partner], reader=each.siret).get(each.partner)
        if partner is None or each.siret not in readers:
            continue
        left = named.get(each.left or "")
        why = cause_text(each, readers[each.siret], partner, left, reader, language)
        items.append(_item(each, readers[each.siret], partner, why, language))
    return items


def _item(
    newcomer: Newcomer, firm: Company, partner: Company, why: str, language: Language
) -> dict[str, Any]:
    return {
        "firm": firm_document(firm, language),
        "partner": firm_document(partner, language),
        "intent": newcomer.intent.value,
        "role": newcomer.role.value,
        "band": newcomer.band.value,
        "cause": newcomer.cause.value,
        "why": why,
    }


def _came(unit: Unit, changes: Changes, mine: Flags, language: Language) -> Movement:
    rows = np.flatnonzero(mine & (changes.earlier < 0))
    # Who declares something comes first: there is something to talk about.
    rows = rows[np.argsort(changes.after.declared[rows] == 0, kind="stable")]
    sirets = [str(changes.after.published.model.sirets[row]) for row in rows[: 3 * NAMED]]
    shown = unit.companies.servable(sirets)
    firms = [firm_document(shown[siret], language) for siret in sirets if siret in shown]
    return Movement(len(rows), firms[:NAMED])


def _left(unit: Unit, changes: Changes, department: str, language: Language) -> Movement:
    """Name those that have closed, which is public; what others chose is their own affair."""
    model = changes.before.published.model
    gone = changes.later == GONE
    if department:
        codes = np.array(model.departments, dtype=np.str_)[model.territory.view.department]
        gone &= codes == department
    sirets = [str(siret) for siret in model.sirets[gone][: 3 * NAMED]]
    closed = [each for each in unit.portfolio.shown(sirets).values() if not each.active]
    return Movement(int(gone.sum()), [firm_document(each, language) for each in closed[:NAMED]])


def _relations(changes: Changes, mine: Flags) -> list[tuple[str, int]]:
    """Count groups with a member of the chamber who was not in them before."""
    links = changes.after.published.model.territory.links
    row = np.repeat(np.arange(len(mine)), np.diff(links.membership.indptr))
    groups = np.unique(links.membership.indices[changes.joined & mine[row]])
    kinds = Counter(KINDS[int(kind)].value for kind in links.kind[groups])
    return kinds.most_common()


def _competitors(changes: Changes, mine: Flags) -> int:
    """Count pairs of the chamber that were called competitors since."""
    now = changes.after.published.model.marks.competitor.tocoo()
    was = changes.before.published.model.marks.competitor.tocoo()
    size = len(changes.after)
    there, back = changes.later[was.row], changes.later[was.col]
    before = there * size + back
    once = (now.row < now.col) & (mine[now.row] | mine[now.col])
    fresh = ~np.isin(now.row[once].astype(np.int64) * size + now.col[once], before)
    return int(fresh.sum())
