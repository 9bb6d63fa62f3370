"""Signing in and out, and who is signed in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import OwnAccountCaller
from api.account_documents import account_document, rights_document
from api.account_schemas import SessionAnswer, SignIn
from api.deps import Service, ServiceDep
from api.openapi import problems
from api.routes.documents import json_answer
from api.security import csrf_token, drop_session_cookie, require_same_origin_if_told
from api.sessions import account_of_password, begin_session
from matchmaker.accounts.accounts import Account, principal_of
from matchmaker.accounts.changes import end_session
from matchmaker.accounts.principals import Principal

router = APIRouter(prefix="/v1/session", tags=["session"])


@router.post(
    "", response_model=SessionAnswer, responses=problems(400, 401, 403, 413, 422, 429, 503)
)
async def sign_in(
    body: SignIn, request: Request, response: Response, service: ServiceDep
) -> dict[str, Any]:
    """Sign in: the cookie of the answer opens the rest, and `csrf_token` its changes.

    A refusal never tells whether the account exists; after some of them the next try has to wait.
    """
    require_same_origin_if_told(request)
    account = await account_of_password(request, service, body.email, body.password)
    digest = await begin_session(request, response, service, account, "password")
    return _document(service, account, principal_of(account, digest))


@router.get("", response_model=SessionAnswer, responses=problems(503))
async def read_session(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Read who is signed in, what they may do, and the token that their changes must carry."""
    account = await service.read(lambda unit: unit.accounts.get(caller.id))
    return json_answer(_document(service, account, caller))


@router.delete("", status_code=204, responses=problems(503))
async def sign_out(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Sign out: the cookie opens nothing any more, wherever it is."""
    await leave(service, caller)
    response = Response(status_code=204)
    drop_session_cookie(response, service.settings)
    return response


async def leave(service: Service, caller: Principal) -> None:
    """End the session that somebody came with."""
    digest, now = caller.session, service.now()
    if digest is not None:
        await service.write(lambda unit: end_session(unit, digest, by=caller, at=now))


def _document(service: Service, account: Account, caller: Principal) -> dict[str, Any]:
    return {
        "account": account_document(account),
        "rights": rights_document(caller),
        "csrf_token": csrf_token(service.signer, caller),
    }
