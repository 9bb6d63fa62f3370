"""Sessions over HTTP: who proves who they are gets one, with a token of its own."""

from __future__ import annotations

import secrets

from fastapi import Request
from starlette.responses import Response

from api.deps import Service
from api.security import SESSION_TOKEN, session_cookie_of, set_session_cookie
from matchmaker.accounts.accounts import Account
from matchmaker.accounts.sign_in import open_session, sign_in
from matchmaker.errors import LinkError
from matchmaker.store import Unit


async def account_of_password(
    request: Request, service: Service, email: str, password: str
) -> Account:
    """Find the account of somebody who knows its password.

    Raises
    ------
    SignInRefusedError
        If the password is wrong; the sentence never tells whether there is such an account.
    TooManyTriesError
        If there were too many failures before.
    """
    address, now = request.client.host if request.client else "", service.now()
    return await service.hash(
        lambda: sign_in(
            service.store,
            service.passwords,
            service.signer,
            service.settings,
            email=email,
            password=password,
            address=address,
            at=now,
        )
    )


async def begin_session(
    request: Request, response: Response, service: Service, account: Account, method: str
) -> str:
    """Begin a session, with a token that nobody can have planted, and end the one before it.

    Parameters
    ----------
    response
        Gets the cookie.
    method
        How the person has proved who they are: `"password"`, `"oidc"`.

    Returns
    -------
    str
        Digest of the session.
    """
    token, now = secrets.token_urlsafe(32), service.now()
    digest = service.signer.digest(SESSION_TOKEN, token)
    before = _digest_before(request, service)

    def work(unit: Unit) -> None:
        if before is not None:
            unit.sessions.revoke(before, now)
        open_session(unit, service.settings, account, method=method, token_digest=digest, at=now)

    await service.write(work)
    set_session_cookie(response, service, token)
    return digest


def _digest_before(request: Request, service: Service) -> str | None:
    cookie = session_cookie_of(request, service.settings)
    try:
        token = service.signer.read(SESSION_TOKEN, cookie or "")
    except LinkError:
        return None
    return service.signer.digest(SESSION_TOKEN, token)
