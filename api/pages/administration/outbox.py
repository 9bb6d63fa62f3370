"""The outbox: what waits, what failed and why; never what a letter says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import OutboxCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.administration.room import HOME, administration_page
from api.pages.forms import Form, read_form
from api.pages.rendering import address, language_of
from api.routes.outbox import CANCELLED, RETRIED
from matchmaker.accounts.principals import Principal
from matchmaker.errors import LetterStateError, UnknownLetterError
from matchmaker.mail.naming import told_lines
from matchmaker.mail.outbox import CANCELLABLE, LetterState, OutboxLine
from matchmaker.mail.outbox import RETRIED as RETRIABLE
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(prefix=f"{HOME}/courrier", include_in_schema=False)

MOST = 200
MOST_AT_ONCE = 10_000
_ID_DIGITS = 10
_ERROR = "administration.outbox.error"
_GIVEN_UP = re.compile(r"given up after (\d+) tries: (.*)", re.DOTALL)
_KNOWN_ERRORS: Mapping[str, str] = {
    "the process that was sending it has ended.": "process_ended",
    "nobody reads it any more at its address.": "nobody_reads",
}


@dataclass(frozen=True)
class LetterRow:
    """A letter of the list, why it is where it is, and what the server said of it.

    `shown` is whether the sheet of its firm can be opened.
    """

    line: OutboxLine
    shown: bool
    why: str
    words: str


@router.get("")
async def outbox_page(
    request: Request,
    caller: OutboxCaller,
    service: ServiceDep,
    etat: Annotated[str, Query(max_length=20)] = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """List letters, the newest first: those that need somebody, if nothing else is asked for."""
    return await _list(request, caller, service, lang, etat)


@router.post("/relance")
async def retry_letters(request: Request, caller: OutboxCaller, service: ServiceDep) -> Response:
    """Send letters again; those that may have left only once that was confirmed."""
    return await _acted(request, caller, service, "relance")


@router.post("/annulation")
async def cancel_letters(request: Request, caller: OutboxCaller, service: ServiceDep) -> Response:
    """Keep letters from leaving, for good, once that was confirmed."""
    return await _acted(request, caller, service, "annulation")


async def _acted(request: Request, caller: Principal, service: Service, deed: str) -> Response:
    form, lang = await read_form(request), language_of(request)
    etat = form.text("etat")
    lines = await service.read(lambda unit: told_lines(unit, caller, chosen_lines(unit, form)))
    if not lines:
        return await _list(request, caller, service, lang, etat, problem="nothing_chosen")
    risky = deed == "annulation" or any(each.state is LetterState.UNCERTAIN for each in lines)
    if risky and not form.ticked("confirme"):
        return _confirmation(request, caller, lang, deed, etat, lines)
    now = service.now()

    def work(unit: Unit) -> None:
        move = unit.outbox.retry if deed == "relance" else unit.outbox.cancel
        action = RETRIED if deed == "relance" else CANCELLED
        for each in lines:
            moved = move(each.id, now)
            unit.audit.note(at=now, by=caller, action=action, subject=str(moved.id))

    try:
        await service.write(work)
    except (LetterStateError, UnknownLetterError):
        return await _list(request, caller, service, lang, etat, problem="moved_meanwhile")
    done = "administration.retried" if deed == "relance" else "administration.cancelled"
    target = address(request, f"{HOME}/courrier", lang, etat=etat, fait=done)
    return RedirectResponse(target, status_code=303)


def chosen_lines(unit: Unit, form: Form) -> list[OutboxLine]:
    """Find the letters that a form is about: one, those ticked, or all in a state.

    One that is gone meanwhile is left out; whether the others may move is for the store to say.
    """
    if form.text("tout") in [state.value for state in RETRIABLE]:
        return list(unit.outbox.list(LetterState(form.text("tout")), limit=MOST_AT_ONCE))
    wanted = [form.text("seule")] if form.text("seule") else form.texts("lettre")
    found = []
    for text in dict.fromkeys(wanted):
        if not (text.isascii() and text.isdigit() and len(text) < _ID_DIGITS):
            continue
        try:
            found.append(unit.outbox.get(int(text)))
        except UnknownLetterError:
            continue
    return found


def _confirmation(
    request: Request,
    caller: Principal,
    language: Language,
    deed: str,
    etat: str,
    lines: Sequence[OutboxLine],
) -> Response:
    return administration_page(
        request,
        caller,
        "outbox",
        "confirm_letters.html",
        language,
        deed=deed,
        etat=etat,
        lines=lines,
        uncertain=sum(1 for each in lines if each.state is LetterState.UNCERTAIN),
    )


async def _list(
    request: Request,
    caller: Principal,
    service: Service,
    language: Language,
    etat: str,
    *,
    problem: str = "",
) -> Response:
    state = next((each for each in LetterState if each.value == etat), None)

    def read(unit: Unit) -> tuple[list[LetterRow], Mapping[LetterState, int]]:
        lines = told_lines(unit, caller, unit.outbox.list(state, limit=MOST))
        return _rows(unit, lines, language), unit.outbox.counts()

    rows, counts = await service.read(read)
    return administration_page(
        request,
        caller,
        "outbox",
        "outbox.html",
        language,
        status=422 if problem else 200,
        rows=rows,
        counts=counts,
        states=tuple(LetterState),
        state=state,
        total=counts.get(state, 0) if state else sum(counts.values()),
        most=MOST,
        retriable=RETRIABLE,
        cancellable=CANCELLABLE,
        failed=counts.get(LetterState.FAILED, 0),
        uncertain=counts.get(LetterState.UNCERTAIN, 0),
        files=service.settings.mail.transport == "files",
        problem=problem,
    )


def _rows(unit: Unit, lines: Sequence[OutboxLine], language: Language) -> list[LetterRow]:
    shown = unit.portfolio.shown(sorted({line.siret for line in lines if line.siret}))
    return [LetterRow(line, line.siret in shown, *_met(line, language)) for line in lines]


def _met(line: OutboxLine, language: Language) -> tuple[str, str]:
    """Say what a letter met, in the reader's language but for the words of the server."""
    error = line.error or ""
    if error in _KNOWN_ERRORS:
        return say(language, f"{_ERROR}.{_KNOWN_ERRORS[error]}"), ""
    given_up = _GIVEN_UP.fullmatch(error)
    if given_up is None:
        return "", error
    return say(language, f"{_ERROR}.given_up", tries=given_up[1]), given_up[2]
