"""The outbox: what waits, what could not be sent, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.access import OutboxCaller
from api.deps import ServiceDep
from api.openapi import problems
from api.outbox_schemas import LetterItem, OutboxAnswer
from api.routes.documents import json_answer
from matchmaker.accounts.principals import Principal
from matchmaker.mail.naming import told_lines
from matchmaker.mail.outbox import LetterState, OutboxLine
from matchmaker.store import Unit

router = APIRouter(prefix="/v1/outbox", tags=["outbox"])

MAX_LINES = 1_000
RETRIED = "letter.retried"
CANCELLED = "letter.cancelled"
"""Actions in the audit log."""

LetterId = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the letter.")]


@router.get("", response_model=OutboxAnswer, responses=problems(422, 503))
async def list_letters(
    caller: OutboxCaller,
    service: ServiceDep,
    state: Annotated[LetterState | None, Query(description="Only letters in it.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LINES)] = 200,
) -> Response:
    """List letters, the newest first, without what they say."""

    def read(unit: Unit) -> dict[str, Any]:
        lines = told_lines(unit, caller, unit.outbox.list(state, limit=limit))
        counts = {each.value: count for each, count in unit.outbox.counts().items()}
        return {"items": [_document(line) for line in lines], "counts": counts}

    return json_answer(await service.read(read))


@router.post("/{letter}/retry", response_model=LetterItem, responses=problems(404, 409, 422, 503))
async def retry_letter(letter: LetterId, caller: OutboxCaller, service: ServiceDep) -> Response:
    """Send a letter again that failed, or that may not have left: somebody may get it twice."""

    def work(unit: Unit) -> OutboxLine:
        return _noted(unit, caller, RETRIED, unit.outbox.retry(letter, service.now()), service)

    return json_answer(_document(await service.write(work)))


@router.post("/{letter}/cancel", response_model=LetterItem, responses=problems(404, 409, 422, 503))
async def cancel_letter(letter: LetterId, caller: OutboxCaller, service: ServiceDep) -> Response:
    """Keep a letter from leaving, for good."""

    def work(unit: Unit) -> OutboxLine:
        return _noted(unit, caller, CANCELLED, unit.outbox.cancel(letter, service.now()), service)

    return json_answer(_document(await service.write(work)))


def _noted(
    unit: Unit, caller: Principal, action: str, line: OutboxLine, service: ServiceDep
) -> OutboxLine:
    unit.audit.note(at=service.now(), by=caller, action=action, subject=str(line.id))
    return told_lines(unit, caller, [line])[0]


def _document(line: OutboxLine) -> dict[str, Any]:
    # The key names account and introduction in a form that serves nobody outside.
    kept = {name: value for name, value in asdict(line).items() if name in LetterItem.model_fields}
    return {**kept, "kind": line.kind.value, "state": line.state.value}
