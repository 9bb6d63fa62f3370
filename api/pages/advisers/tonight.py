"""What the last night changed in the lists of the chamber's firms, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import PortfolioCaller
from api.deps import LanguageQuery, PublishedDep, ServiceDep
from api.pages.advisers.night_words import gate_name
from api.pages.advisers.tonight_view import (
    Filters,
    NightView,
    changes_between,
    night_before,
    night_view,
)
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
from models.changes import Cause, Changes

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
    changes = await _changes(before, folder / published.name)
    choice = Choice(
        caller.chamber or "" if _is_of_chamber(caller) else _known(published, departement),
        next((each for each in Intent if each == intention), None),
        next((each for each in Band if each == piste), None),
        next((each for each in Cause if each == cause), None),
        liste,
    )

    def read(unit: Unit) -> tuple[tuple[SavedList, ...], NightView | None]:
        lists = _chosen_lists(unit, caller)
        if changes is None:
            return lists, None
        members = _members(unit, lists, choice.held)
        filters = Filters(choice.department, choice.intent, choice.band, choice.cause, members)
        return lists, night_view(unit, changes, filters, page, lang)

    def reading() -> tuple[tuple[SavedList, ...], NightView | None]:
        with service.store.reading() as unit:
            return read(unit)

    # In a thread, whatever the store: to choose among millions of newcomers takes a moment.
    lists, view = await run_sync(reading)
    return render(
        request,
        "advisers/tonight.html",
        lang,
        view=view,
        choice=choice,
        lists=lists,
        all_lists=ALL_LISTS,
        departments=() if _is_of_chamber(caller) else published.model.departments,
        intents=tuple(Intent),
        bands=tuple(Band),
        current=_moment(published.manifest),
        before=None if before is None else _moment(before.manifest),
        held=_held_back(snapshots, published.name, lang),
    )


async def _changes(before: Snapshot | None, current: Path) -> Changes | None:
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


def _chosen_lists(unit: Unit, caller: Principal) -> tuple[SavedList, ...]:
    kept = unit.lists.readable_by(caller.id, caller.chamber)
    return tuple(each for each in kept if each.search is None)


def _members(unit: Unit, lists: tuple[SavedList, ...], held: str) -> frozenset[str] | None:
    """Firms of the list that was chosen; of all lists; or no bound where none was."""
    chosen = [each.id for each in lists if held in (each.id, ALL_LISTS)]
    if not chosen:
        return None
    members = (unit.lists.members(each) for each in chosen)
    return frozenset(member.siret for found in members for member in found)


def _held_back(
    snapshots: list[Snapshot], current: str, language: Language
) -> tuple[str, list[str]] | None:
    """Day of the newest night, and the controls it did not pass, where it was not published."""
    newest = snapshots[0] if snapshots else None
    if newest is None or newest.name <= current or not newest.held_back:
        return None
    return _moment(newest.manifest), [gate_name(gate, language) for gate in newest.held_back]
