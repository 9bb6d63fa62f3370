"""Whence an event takes firms to invite: the list of another event, a saved list, a kept search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery
from api.event_access import DeskDep, EventDesk
from api.pages.directory import asked_of, filters_of, served_departments
from api.pages.events.head import event_head
from api.pages.events.refusals import refusal_status, refusal_text
from api.pages.forms import Form, read_form
from api.pages.rendering import address, render, typeset
from matchmaker.errors import MatchmakerError, UnknownEventError, UnknownListError
from matchmaker.events.details import EventKind
from matchmaker.events.life import CHANGES, Change, Event
from matchmaker.events.reach import reaches_event
from matchmaker.events.services.inviting import firms_on_list, invite_firms
from matchmaker.lists import SearchGoneError, TooManyFoundError
from matchmaker.store import CompanyQuery, Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.store.search import MAX_PAGE_SIZE
from matchmaker.texts import Language

router = APIRouter(prefix="/evenements/{event_id}/invitations", include_in_schema=False)

MOST_FOUND = MAX_PAGE_SIZE
"""Firms that a kept search may invite at once: who invites more has not chosen yet."""

SourceQuery = Annotated[str, Query(max_length=60)]


@dataclass(frozen=True)
class Source:
    """Where firms to invite come from: another event's list, a saved list, a kept search.

    Parameters
    ----------
    kind, id
        What it is; together they are its `value` in a form.
    name
        Its name.
    firms
        Number of its firms, of a search at this moment.
    against
        Why it cannot be taken now, in the reader's language; empty where it can.
    """

    kind: Literal["evenement", "liste", "recherche"]
    id: str
    name: str
    firms: int
    against: str = ""

    @property
    def value(self) -> str:
        """What a form sends for it."""
        return f"{'evenement' if self.kind == 'evenement' else 'liste'}:{self.id}"


@dataclass(frozen=True)
class Sources:
    """What an event may take firms from, and the source that is chosen: the first if none is."""

    choices: tuple[Source, ...]
    against: tuple[str, ...]
    chosen: str
    most: int

    @property
    def searches(self) -> bool:
        """Whether one of them is a search."""
        return any(each.kind == "recherche" for each in self.choices)


def sources_of(unit: Unit, desk: EventDesk, chosen: str, language: Language) -> Sources:
    """Find what an event may take firms from.

    Parameters
    ----------
    chosen
        Value of the source that an address or a form names; it may be none.
    language
        Of the sentences about those that cannot be taken.
    """
    caller, departments = desk.caller, served_departments(desk.service)
    events = [
        Source("evenement", each.id, each.details.title, len(firms_on_list(unit, each)))
        for each in unit.events.list(kind=EventKind.INVITATIONS)
        if each.current_plan is not None
        and each.id != desk.event_id
        and reaches_event(caller, each.details.chambers)
    ]
    lists = [
        _of_list(unit, each, departments, language)
        for each in unit.lists.readable_by(caller.id, caller.chamber)
    ]
    choices = tuple(each for each in (*events, *lists) if each.firms and not each.against)
    known = next((each.value for each in choices if each.value == chosen), "")
    first = choices[0].value if choices else ""
    against = tuple(each.against for each in lists if each.against)
    return Sources(choices, against, known or first, MOST_FOUND)


def _of_list(unit: Unit, held: SavedList, departments: Sequence[str], language: Language) -> Source:
    if held.search is None:
        return Source("liste", held.id, held.name, unit.lists.size(held.id))
    try:
        query = _query_of(held, departments)
        total = unit.companies.search(replace(query, page_size=1)).total
        if total > MOST_FOUND:
            raise TooManyFoundError(held.name, total, MOST_FOUND)
    except (SearchGoneError, TooManyFoundError) as error:
        against = typeset(language, error.sentence(language))
        return Source("recherche", held.id, held.name, 0, against)
    return Source("recherche", held.id, held.name, total)


def _query_of(held: SavedList, departments: Sequence[str]) -> CompanyQuery:
    asked = asked_of(filters_of(held.search or {}), departments, page_size=MAX_PAGE_SIZE)
    if asked.query is None:
        raise SearchGoneError(held.name)
    return asked.query


async def sources_page(
    request: Request,
    desk: EventDesk,
    lang: Language,
    event: Event,
    *,
    chosen: str = "",
    refused: str,
    status: int,
) -> Response:
    """Show whence an event may take firms to invite.

    Parameters
    ----------
    chosen
        Value of the source that is to be chosen already.
    refused
        Why a choice was not taken; empty where none was.
    status
        Of the answer.
    """
    sources = await desk.read(lambda unit, _: sources_of(unit, desk, chosen, lang))
    return render(
        request,
        "events/sources.html",
        lang,
        status=status,
        head=event_head(event, lang),
        tab="registrations",
        event=event,
        sources=sources,
        may_change=Change.REGISTRATIONS in CHANGES[event.state],
        refused=refused,
    )


@router.post("/inviter")
async def invite(request: Request, desk: DeskDep, lang: LanguageQuery = "fr") -> Response:
    """Register the firms of another event's list, or of a saved list, as invited."""
    form = await read_form(request)
    edit = desk.edit(None, form.version())

    def work(unit: Unit, event: Event) -> tuple[Event, int]:
        sirets = _chosen(unit, desk, form)
        return invite_firms(unit, event, edit, sirets, SystemRandom())

    try:
        _, count = await desk.write(work)
    except MatchmakerError as error:
        said, status = refusal_text(error, lang), refusal_status(error)
        event = await desk.read(lambda _, event: event)
        chosen = form.text("source")
        return await sources_page(
            request, desk, lang, event, chosen=chosen, refused=said, status=status
        )
    path = f"/evenements/{desk.event_id}/inscriptions"
    done = "events.invited" if count else "events.nobody_new"
    return RedirectResponse(address(request, path, lang, fait=done), status_code=303)


def _chosen(unit: Unit, desk: EventDesk, form: Form) -> list[str]:
    """Firms of the source that was chosen, as far as the caller reaches."""
    kind, _, name = form.text("source").partition(":")
    if kind == "evenement":
        source = unit.events.get(name)
        if not reaches_event(desk.caller, source.details.chambers):
            raise UnknownEventError(f"event {name!r} is not in the store; choose another source.")
        return firms_on_list(unit, source)
    readable = unit.lists.readable_by(desk.caller.id, desk.caller.chamber)
    held = next((each for each in readable if each.id == name), None)
    if held is None:
        raise UnknownListError(f"list {name!r} is not in the store; choose another source.")
    if held.search is None:
        return [each.siret for each in unit.lists.members(name)]
    found = unit.companies.search(_query_of(held, served_departments(desk.service)))
    if found.total > MOST_FOUND:
        raise TooManyFoundError(held.name, found.total, MOST_FOUND)
    return [each.siret for each in found.items]
