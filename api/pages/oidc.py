"""Signing in through an OpenID Connect provider, such as ProConnect: there, and back.

What has to be remembered in between stands in a signed cookie that lives ten minutes and goes to no
other address. It holds the state only; nonce and verifier are keyed digests of it, so that who
reads the cookie still cannot redeem a code.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.rendering import language_of, render
from api.pages.sign_in import landing
from api.provider import Provider
from api.security import MAX_PATH, is_secure, own_path
from api.sessions import begin_session
from matchmaker.accounts.accounts import Account
from matchmaker.accounts.oidc import METHOD, Identity, Refusal, admit
from matchmaker.errors import AccountError, IdentityRefusedError, LinkError
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(include_in_schema=False)

PATH = "/connexion/oidc"
BACK = f"{PATH}/retour"
LIFE = timedelta(minutes=10)
STATE, NONCE, VERIFIER = "oidc-state", "oidc-nonce", "oidc-verifier"
"""Purposes of what is signed, and of the digests."""
MAX_CODE = 2048
"""Characters of a code, and of a state, that a provider sends back."""
MAX_ONWARD = 300
"""Characters of a page to go on to that the cookie has room for."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way, as the cookie tells it."""

    state: str
    onward: str
    """Page of ours where the person wants to go."""
    language: Language
    at: datetime


async def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise HTTPException(404)
    return provider


ProviderDep = Annotated[Provider, Depends(_provider)]
Returned = Annotated[str, Query(max_length=MAX_CODE)]


@router.get(PATH)
async def leave(
    service: ServiceDep,
    provider: ProviderDep,
    suite: Annotated[str, Query(max_length=2 * MAX_PATH)] = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Send a person to the provider."""
    begun = Begun(secrets.token_urlsafe(32), own_path(suite), lang, service.now())
    address = await provider.address(
        _back(service.settings),
        state=begun.state,
        nonce=service.signer.digest(NONCE, begun.state),
        verifier=service.signer.digest(VERIFIER, begun.state),
    )
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        _cookie_name(service.settings),
        service.signer.sign(STATE, _written(begun)),
        max_age=int(LIFE.total_seconds()),
        path=PATH,
        httponly=True,
        secure=is_secure(service.settings),
        samesite="lax",
    )
    return response


@router.get(BACK)
async def come_back(
    request: Request,
    service: ServiceDep,
    provider: ProviderDep,
    code: Returned = "",
    state: Returned = "",
    error: Returned = "",
) -> Response:
    """Take a person in who comes back from the provider, or say why not."""
    begun = _begun(request, service, state)
    if begun is None:
        return _refused(request, service, Refusal.STALE, language_of(request))
    if error or not code:
        return _refused(request, service, Refusal.CANCELLED, begun.language)
    try:
        identity = await provider.identity(
            code,
            _back(service.settings),
            nonce=service.signer.digest(NONCE, begun.state),
            verifier=service.signer.digest(VERIFIER, begun.state),
        )
    except IdentityRefusedError as refused:
        return _refused(request, service, Refusal(refused.reason), begun.language)
    found = await _admitted(service, identity)
    if isinstance(found, Refusal):
        return _refused(request, service, found, begun.language)
    onward = landing(request, found, begun.onward, begun.language)
    response: Response = RedirectResponse(onward, status_code=303)
    await begin_session(request, response, service, found, METHOD)
    return _without_state(response, service.settings)


def _begun(request: Request, service: Service, state: str) -> Begun | None:
    """Read the sign-in that the cookie tells of, if the answer belongs to it."""
    cookie = request.cookies.get(_cookie_name(service.settings))
    if cookie is None:
        return None
    try:
        begun = _read(service.signer.read(STATE, cookie))
    except LinkError:
        return None
    is_answer = compare_digest(begun.state.encode(), state.encode("utf-8", "replace"))
    is_fresh = service.now() - begun.at < LIFE
    return begun if is_answer and is_fresh else None


def _written(begun: Begun) -> str:
    onward = begun.onward if len(begun.onward) <= MAX_ONWARD else ""
    parts = [begun.state, onward, begun.language, begun.at.isoformat()]
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


def _read(text: str) -> Begun:
    state, onward, language, at = json.loads(urlsafe_b64decode(text))
    return Begun(state, onward, language, datetime.fromisoformat(at))


async def _admitted(service: Service, identity: Identity) -> Account | Refusal:
    """Find the account; once more where the same person came in twice at once."""

    def work(unit: Unit) -> Account | Refusal:
        return admit(unit, identity, at=service.now(), random=SystemRandom())

    try:
        return await service.write(work)
    except AccountError:
        return await service.write(work)


def _refused(request: Request, service: Service, refusal: Refusal, language: Language) -> Response:
    """Say in the person's language why they do not get in, and how they may."""
    response = render(
        request,
        "oidc.html",
        language,
        status=401,
        key=f"oidc.refused.{refusal.value}",
        provider=service.settings.oidc.label,
    )
    return _without_state(response, service.settings)


def _without_state(response: Response, settings: Settings) -> Response:
    """Take the state out of the browser: one answer is taken once."""
    response.delete_cookie(
        _cookie_name(settings), path=PATH, httponly=True, secure=is_secure(settings), samesite="lax"
    )
    return response


def _back(settings: Settings) -> str:
    return settings.access.public_url + BACK


def _cookie_name(settings: Settings) -> str:
    return "__Secure-matchmaker-oidc" if is_secure(settings) else "matchmaker-oidc"
