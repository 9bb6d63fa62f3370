"""What the last night changed in the lists of the chamber's firms, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import PortfolioCaller
from api.deps import LanguageQuery, PublishedDep, ServiceDep
from api.pages.advisers.night_words import gate_name
from api.pages.advisers.tonight_view import (
    Compared,
    Filters,
    NightView,
    changes_between,
    night_before,
    night_view,
)
from api.pages.directory import asked_of, filters_of, served_departments
from api.pages.rendering import render
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.errors import SnapshotError
from matchmaker.intents import Intent
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.store.search import MAX_PAGE
from matchmaker.store.snapshots import Snapshot, all_snapshots
from matchmaker.suggestions import Band
from matchmaker.texts import Language
from models.changes import Cause
from models.published import Published

router = APIRouter(include_in_schema=False)

ALL_LISTS = "toutes"
"""Choice of every list that the reader reads."""
ShortQuery = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True)
class Choice:
    """What the filters of the page hold, as they were asked for."""

    department: str
    intent: Intent | None
    band: Band | None
    cause: Cause | None
    held: str


@router.get("/cette-nuit")
async def tonight_page(
    request: Request,
    caller: PortfolioCaller,
    service: ServiceDep,
    published: PublishedDep,
    departement: ShortQuery = "",
    intention: ShortQuery = "",
    piste: ShortQuery = "",
    cause: ShortQuery = "",
    liste: ShortQuery = "",
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show who is new in which list since the night before, most useful first."""
    folder = service.settings.snapshots_folder
    snapshots = await run_sync(all_snapshots, folder)
    before = night_before(snapshots, published.name)
    compared = await _compared(before, published)
    choice = Choice(
        caller.chamber or "" if _is_of_chamber(caller) else _known(published, departement),
        next((each for each in Intent if each == intention), None),
        next((each for each in Band if each == piste), None),
        next((each for each in Cause if each == cause), None),
        liste,
    )

    departments = served_departments(service)

    def read(unit: Unit) -> tuple[Kept, NightView | None]:
        kept = _kept(unit, caller, choice.held, departments)
        if compared is None:
            return kept, None
        filters = Filters(choice.department, choice.intent, choice.band, choice.cause, kept.sirets)
        return kept, night_view(unit, compared, filters, page, caller, lang)

    def reading() -> tuple[Kept, NightView | None]:
        with service.store.reading() as unit:
            return read(unit)

    # In a thread, whatever the store: to choose among millions of newcomers takes a moment.
    kept, view = await run_sync(reading)
    return render(
        request,
        "advisers/tonight.html",
        lang,
        view=view,
        choice=choice,
        kept=kept,
        all_lists=ALL_LISTS,
        departments=() if _is_of_chamber(caller) else published.model.departments,
        intents=tuple(Intent),
        bands=tuple(Band),
        current=_moment(published.manifest),
        before=None if before is None else _moment(before.manifest),
        held=_held_back(snapshots, published.name, lang),
    )


async def _compared(before: Snapshot | None, current: Published) -> Compared | None:
    """Compare, in a thread: it reads both snapshots; nothing where the older one is unreadable."""
    if before is None:
        return None
    try:
        return await run_sync(changes_between, before.folder, current)
    except SnapshotError:
        return None


def _is_of_chamber(caller: Principal) -> bool:
    return caller.reach(Right.PORTFOLIO) is Reach.CHAMBER


def _known(published: PublishedDep, department: str) -> str:
    return department if department in published.model.departments else ""


def _moment(manifest: dict[str, object]) -> str:
    return str(manifest["created_at"])


@dataclass(frozen=True)
class Kept:
    """Lists that the page may be bounded to, and the firms of the one that was chosen.

    Parameters
    ----------
    lists
        Lists that the reader reads, searches among them.
    sirets
        Firms of the list that was chosen, of all of them, or no bound where none was.
    wrong
        What is wrong with the choice, as a key of the catalogue; empty where nothing is.
    """

    lists: tuple[SavedList, ...]
    sirets: frozenset[str] | None = None
    wrong: str = ""


def _kept(unit: Unit, caller: Principal, held: str, departments: Sequence[str]) -> Kept:
    lists = unit.lists.readable_by(caller.id, caller.chamber)
    if not held:
        return Kept(lists)
    chosen = [each for each in lists if held in (each.id, ALL_LISTS)]
    if not chosen:
        return Kept(lists, wrong="night.no_such_list")
    found = [_firms_of(unit, each, departments) for each in chosen]
    # Of all lists, those whose search can be done count; one that was chosen says why it cannot.
    wrong = "night.search_gone" if found == [None] else ""
    return Kept(lists, frozenset().union(*filter(None, found)), wrong)


def _firms_of(unit: Unit, held: SavedList, departments: Sequence[str]) -> frozenset[str] | None:
    """Firms that were put on a list, or that its search finds now; nothing where it cannot."""
    if held.search is None:
        return frozenset(member.siret for member in unit.lists.members(held.id))
    query = asked_of(filters_of(held.search), departments).query
    return None if query is None else unit.companies.sirets_found(query)


def _held_back(
    snapshots: list[Snapshot], current: str, language: Language
) -> tuple[str, list[str]] | None:
    """Day of the newest night, and the controls it did not pass, where it was not published."""
    newest = snapshots[0] if snapshots else None
    if newest is None or newest.name <= current or not newest.held_back:
        return None
    return _moment(newest.manifest), [gate_name(gate, language) for gate in newest.held_back]
