"""An adviser's first page: what wants them today, and the firms behind each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import PortfolioCaller
from api.deps import LanguageQuery, ServiceDep
from api.pages.directory import firm_document
from api.pages.rendering import render
from api.pages.search import own_lists
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.board import Board, board_of
from matchmaker.events.life import Event, EventState
from matchmaker.events.reach import reaches_event
from matchmaker.introductions.refusals import PARIS
from matchmaker.portfolio import Need, Stage
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.store.search import MAX_PAGE
from matchmaker.texts import Language

router = APIRouter(prefix="/portefeuille", include_in_schema=False)

COMING_WEEKS = 8
"""How far ahead events are shown, in weeks."""
LATELY = timedelta(days=30)
"""A profile that was declared since counts as changed of late."""
SHOWN = 5
"""Firms, events and lists that are named on the first page."""
PAGE = 25
AT_END = frozenset({EventState.CLOSED, EventState.CANCELLED})


@dataclass(frozen=True)
class Task:
    """A number of introductions that wait for the reader, and the place where they are.

    Parameters
    ----------
    key
        Of its texts, below `portfolio.task`.
    count
        How many.
    stage
        Column of the board.
    """

    key: str
    count: int
    stage: Stage


@dataclass(frozen=True)
class Portfolio:
    """What the page shows.

    Parameters
    ----------
    tasks
        Introductions that wait for the reader.
    counts
        Firms in need, by need.
    changed
        Profiles declared of late, with `changed_at` and `changed_by`.
    events
        Those of the coming weeks.
    lists
        Lists that the reader keeps, and those that the chamber shares.
    sizes
        Firms of the lists of chosen firms, by list.
    """

    tasks: tuple[Task, ...]
    counts: dict[Need, int]
    changed: list[dict[str, Any]]
    events: tuple[Event, ...]
    lists: tuple[SavedList, ...]
    sizes: dict[str, int]


@router.get("")
async def portfolio_page(
    request: Request, caller: PortfolioCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Show what wants the adviser today; each number leads to the firms or the cards behind it."""
    found = await service.read(
        lambda unit: _portfolio(unit, caller, service.settings, service.now(), lang)
    )
    return render(
        request,
        "advisers/portfolio.html",
        lang,
        found=found,
        chamber=caller.chamber,
        weeks=COMING_WEEKS,
        days=LATELY.days,
    )


@router.get("/entreprises")
async def firms_page(
    request: Request,
    caller: PortfolioCaller,
    service: ServiceDep,
    need: Need,
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the firms of the chamber that want something, one need at a time."""
    since = service.now() - LATELY

    def read(unit: Unit) -> tuple[list[dict[str, Any]], int, int, tuple[SavedList, ...]]:
        total = unit.portfolio.count(need, department_of_reader(caller), since=since)
        last = max(1, -(-total // PAGE))
        shown = min(page, last)
        sirets = unit.portfolio.firms(
            need,
            department_of_reader(caller),
            since=since,
            limit=PAGE,
            offset=(shown - 1) * PAGE,
        )
        return _firms(unit, sirets, lang), total, shown, own_lists(unit, caller)

    firms, total, shown, lists = await service.read(read)
    return render(
        request,
        "advisers/firms.html",
        lang,
        need=need,
        needs=tuple(Need),
        firms=firms,
        total=total,
        page=shown,
        pages=max(1, -(-total // PAGE)),
        lists=lists,
        days=LATELY.days,
    )


def department_of_reader(caller: Principal) -> str | None:
    """Department whose firms a reader looks after; `None` for all of them."""
    return caller.chamber if caller.reach(Right.PORTFOLIO) is Reach.CHAMBER else None


def _portfolio(
    unit: Unit, caller: Principal, settings: Settings, at: datetime, lang: Language
) -> Portfolio:
    department, since = department_of_reader(caller), at - LATELY
    changed = unit.portfolio.firms(Need.CHANGED, department, since=since, limit=SHOWN)
    lists = unit.lists.readable_by(caller.id, caller.chamber)
    return Portfolio(
        tasks=_tasks(board_of(unit, caller, settings.introductions, at, done=False), department),
        counts=unit.portfolio.counts(department, since=since),
        changed=_firms(unit, changed, lang),
        events=coming_events(unit, caller, at),
        lists=lists,
        sizes=unit.portfolio.sizes([each.id for each in lists]),
    )


def _tasks(board: Board, department: str | None) -> tuple[Task, ...]:
    """Count what waits for the reader's own firms; an administrator sees what waits for anybody."""
    ours = department is not None
    found = (
        Task(key, board.count(stage, ours=ours), stage)
        for key, stage in (
            ("check", Stage.TO_CHECK),
            ("answer", Stage.WAITING),
            ("outcome", Stage.FOLLOW_UP),
        )
    )
    return tuple(found)


def _firms(unit: Unit, sirets: Sequence[str], lang: Language) -> list[dict[str, Any]]:
    """Turn firms into rows, with when and by whom their profile was declared."""
    companies, profiles = unit.companies.many(sirets), unit.profiles.many(sirets)
    rows = []
    for siret in sirets:
        declared = profiles[siret]
        stamp = declared.changed_at.isoformat() if declared.changed_at else None
        missing = [name for name in ("activity", "offers", "needs") if not getattr(declared, name)]
        document = firm_document(companies[siret], lang)
        by = declared.changed_by
        rows.append({**document, "changed_at": stamp, "changed_by": by, "missing": missing})
    return rows


def coming_events(unit: Unit, caller: Principal, at: datetime) -> tuple[Event, ...]:
    """Events of the coming weeks that the reader prepares, the next one first."""
    if caller.reach(Right.EVENTS) is Reach.NONE:
        return ()
    today = at.astimezone(PARIS).date()
    until = today + timedelta(weeks=COMING_WEEKS)
    return tuple(
        event
        for event in unit.events.list()
        if today <= event.details.day <= until
        and event.state not in AT_END
        and reaches_event(caller, event.details.chambers)
    )
