"""The board of introductions of a chamber, and one introduction whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import IntroductionsCaller, OverrideCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.errors import BadValueError
from api.pages.advisers.board_moves import Refused, make_move
from api.pages.advisers.board_view import Failed, card_document
from api.pages.advisers.introduction import introduction_view, lift_or_restore, whole_contact
from api.pages.forms import Form, read_form
from api.pages.navigation import own_firm
from api.pages.rendering import address, language_of, render
from api.security import own_path
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.board import Board, Card, board_of
from matchmaker.introductions.life import DeclineReason, Move, Result
from matchmaker.introductions.moves import MAX_NOTE
from matchmaker.introductions.parties import SIDE_OF, require_party, siret_of
from matchmaker.introductions.refusals import PARIS
from matchmaker.portfolio import Stage
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(prefix="/mises-en-relation", include_in_schema=False)

COLUMN = 20
"""Cards that a column shows at first."""
MOVES = frozenset({*Move} - {Move.PROPOSE})


@dataclass(frozen=True)
class Choice:
    """Filters of the board, as they stand in its address.

    Parameters
    ----------
    stage
        One column alone; all if empty.
    whose
        `"ours"`: the reader's side is to act; `"mine"`: the reader proposed it; all if empty.
    since
        Only what waits, or has ended, since this ISO day; all if empty.
    """

    stage: str = ""
    whose: str = ""
    since: str = ""

    def chosen(self) -> dict[str, str]:
        """Give the filters that hold something, by their names in an address."""
        pairs = (("stage", self.stage), ("whose", self.whose), ("since", self.since))
        return {name: value for name, value in pairs if value}


@router.get("")
async def board_page(
    request: Request,
    caller: IntroductionsCaller,
    service: ServiceDep,
    stage: Annotated[str, Query(max_length=20)] = "",
    whose: Annotated[str, Query(max_length=10)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the introductions of the chamber by stage; an entrepreneur is led to their own."""
    if caller.role is Role.ENTREPRENEUR:
        siret = own_firm(caller, "")
        path = f"/entreprises/{siret}/mises-en-relation" if siret else "/mon-compte"
        return RedirectResponse(address(request, path, lang), status_code=303)
    return await _board(request, caller, service, lang, _choice(stage, whose, since))


def _choice(stage: str, whose: str, since: str) -> Choice:
    """Read the filters; what is none of ours is left out."""
    return Choice(
        stage if stage in set(Stage) else "",
        whose if whose in ("ours", "mine") else "",
        since if _day(since) else "",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@router.get("/{introduction_id}")
async def introduction_page(
    request: Request,
    introduction_id: str,
    caller: IntroductionsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show one introduction with its history; an entrepreneur is led to their own page of it."""
    if caller.role is Role.ENTREPRENEUR:
        siret = await service.read(lambda unit: _own_side(unit, caller, introduction_id))
        path = f"/entreprises/{siret}/mises-en-relation/{introduction_id}"
        return RedirectResponse(address(request, path, lang), status_code=303)
    return await _introduction(request, caller, service, lang, introduction_id)


def _own_side(unit: Unit, caller: Principal, introduction_id: str) -> str:
    found = unit.introductions.get(introduction_id)
    asks = found.company if found.company in caller.companies else None
    party = require_party(unit, caller, found, asks)
    return siret_of(found, SIDE_OF[party])


@router.post("/{introduction_id}/coordonnees")
async def contact(
    request: Request, introduction_id: str, caller: IntroductionsCaller, service: ServiceDep
) -> Response:
    """Show the contact of a side to those who may have it; each reading is logged."""
    form, lang = await read_form(request), language_of(request)
    siret = form.text("siret")
    shown = await service.write(
        lambda unit: whole_contact(unit, caller, introduction_id, siret, service.now(), lang)
    )
    return await _introduction(request, caller, service, lang, introduction_id, contact=shown)


@router.post("/{introduction_id}/concurrence")
async def competitor_rule(
    request: Request, introduction_id: str, caller: OverrideCaller, service: ServiceDep
) -> Response:
    """Lift the rule of competitors for the two firms, or let it hold again."""
    form, lang = await read_form(request), language_of(request)
    reason, restores = form.text("reason"), form.ticked("restore")
    if not restores and not 0 < len(reason) <= MAX_NOTE:
        failed = Failed(introduction_id, "lift", say(lang, "board.wrong.lift"), {"reason": reason})
        return await _introduction(request, caller, service, lang, introduction_id, failed=failed)

    def work(unit: Unit) -> None:
        held = unit.introductions.get(introduction_id)
        lift_or_restore(unit, caller, held, "" if restores else reason, service.now())

    await service.write(work)
    done = "board.restored" if restores else "board.lifted"
    target = address(request, f"/mises-en-relation/{introduction_id}", lang, fait=done)
    return RedirectResponse(target, status_code=303)


@router.post("/{introduction_id}/{move}")
async def make(
    request: Request,
    introduction_id: str,
    move: str,
    caller: IntroductionsCaller,
    service: ServiceDep,
) -> Response:
    """Make a move, then show the page again from which it was made."""
    if move not in MOVES:
        raise BadValueError(f"there is no move {move!r} of introductions.")
    form, lang = await read_form(request), language_of(request)
    back = own_path(form.text("retour"))
    try:
        await make_move(service, caller, introduction_id, Move(move), form, lang)
    except Refused as refused:
        failed = Failed(introduction_id, move, refused.sentence, _typed(form))
        if back.partition("?")[0] == "/mises-en-relation":
            choice = _choice(*(form.text(name) for name in ("stage", "whose", "since")))
            return await _board(
                request, caller, service, lang, choice, failed=failed, status=refused.status
            )
        return await _introduction(
            request, caller, service, lang, introduction_id, failed=failed, status=refused.status
        )
    choice = _choice(*(form.text(name) for name in ("stage", "whose", "since")))
    path = f"/mises-en-relation/{introduction_id}"
    kept: dict[str, str] = {}
    if back.partition("?")[0] == "/mises-en-relation":
        path, kept = "/mises-en-relation", choice.chosen()
    target = address(request, path, lang, **kept, fait=f"board.{move}")
    return RedirectResponse(target, status_code=303)


def _typed(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in ("reason", "note", "result", "worth")}


async def _board(
    request: Request,
    caller: Principal,
    service: Service,
    lang: Language,
    choice: Choice,
    *,
    failed: Failed | None = None,
    status: int = 200,
) -> Response:
    at, rules = service.now(), service.settings.introductions
    board = await service.read(lambda unit: board_of(unit, caller, rules, at))
    kept = {
        stage: [card for card in cards if _kept(card, choice, caller)]
        for stage, cards in board.cards.items()
    }
    shown = [Stage(choice.stage)] if choice.stage else list(Stage)
    most = None if choice.stage else COLUMN
    return render(
        request,
        "advisers/board.html",
        lang,
        status=status,
        columns=[
            (stage, len(kept[stage]), _documents(kept[stage][:most], board, lang))
            for stage in shown
        ],
        stages=tuple(Stage),
        choice=choice,
        failed=failed,
        whole=not choice.stage,
        most=COLUMN,
        **_answers(),
    )


def _kept(card: Card, choice: Choice, caller: Principal) -> bool:
    if choice.whose == "ours" and not card.ours:
        return False
    if choice.whose == "mine" and card.introduction.created_by != caller.label:
        return False
    since = _day(choice.since)
    return since is None or card.next.since.astimezone(PARIS).date() >= since


def _documents(cards: list[Card], board: Board, lang: Language) -> list[dict[str, Any]]:
    return [card_document(card, dict(board.companies), lang) for card in cards]


async def _introduction(
    request: Request,
    caller: Principal,
    service: Service,
    lang: Language,
    introduction_id: str,
    *,
    failed: Failed | None = None,
    contact: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    found = await service.read(
        lambda unit: introduction_view(
            unit, caller, introduction_id, service.settings, service.now(), lang
        )
    )
    if failed is not None and status == 200:
        status = 422
    return render(
        request,
        "advisers/introduction.html",
        lang,
        status=status,
        found=found,
        card=found.card,
        choice=Choice(),
        failed=failed,
        contact=contact,
        whole=False,
        **_answers(),
    )


def _answers() -> dict[str, Any]:
    """Choices of the forms of a card."""
    return {
        "reasons": tuple(DeclineReason),
        "results": tuple(Result),
        "max_note": MAX_NOTE,
    }
