"""One's own account: read it, change its password, end its other sessions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import OwnAccountCaller
from api.account_documents import account_document
from api.account_schemas import AccountAnswer, EndedAnswer, PasswordChange, SessionsAnswer
from api.deps import ServiceDep
from api.openapi import problems
from api.routes.documents import json_answer
from api.sessions import account_of_password
from matchmaker.accounts.accounts import Session
from matchmaker.accounts.changes import end_sessions, hashed, store_password

router = APIRouter(prefix="/v1/account", tags=["account"])


@router.get("", response_model=AccountAnswer, responses=problems(503))
async def read_account(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Read one's own account."""
    account = await service.read(lambda unit: unit.accounts.get(caller.id))
    return json_answer(account_document(account))


@router.put("/password", status_code=204, responses=problems(400, 413, 422, 429, 503))
async def change_password(
    body: PasswordChange, request: Request, caller: OwnAccountCaller, service: ServiceDep
) -> None:
    """Change one's password; the other sessions end.

    The old password is tried like a sign-in: whoever holds a stolen session cannot guess it.
    """
    email = (await service.read(lambda unit: unit.accounts.get(caller.id))).email
    account = await account_of_password(request, service, email, body.old)
    access, passwords, now = service.settings.access, service.passwords, service.now()
    new = await service.hash(lambda: hashed(passwords, access, account, body.new))
    await service.write(
        lambda unit: store_password(unit, caller.id, new, by=caller, at=now, keep=caller.session)
    )


@router.get("/sessions", response_model=SessionsAnswer, responses=problems(503))
async def list_sessions(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """List one's sessions that are still good."""
    now, found = service.now(), await service.read(lambda unit: unit.sessions.list(caller.id))
    good = [each for each in found if each.revoked_at is None and each.expires_at > now]
    return json_answer({"items": [_document(each, caller.session) for each in good]})


@router.delete("/sessions", response_model=EndedAnswer, responses=problems(503))
async def end_other_sessions(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """End one's sessions but this one: a lost telephone is signed out."""
    now = service.now()
    ended = await service.write(
        lambda unit: end_sessions(unit, caller.id, by=caller, at=now, keep=caller.session)
    )
    return json_answer({"ended": ended})


def _document(session: Session, current: str | None) -> dict[str, Any]:
    return {
        "method": session.method,
        "created_at": session.created_at.isoformat(),
        "seen_at": session.seen_at.isoformat(),
        "expires_at": session.expires_at.isoformat(),
        "current": session.digest == current,
    }
