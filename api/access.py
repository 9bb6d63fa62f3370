"""Who calls, and whether they may: the right that each route names, and how far it reaches."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext

from api.deps import Service, ServiceDep, Siret
from api.security import (
    SESSION_TOKEN,
    csrf_matches,
    require_same_origin_if_told,
    session_cookie_of,
)
from matchmaker.accounts.keys import parse_key
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.errors import LinkError, NotAllowedError, NotSignedInError, StoreError
from matchmaker.store import Unit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOUCH_SECONDS = 60
"""How often a session or a key notes that it is in use: enough to end idle sessions."""

logger = logging.getLogger(__name__)


async def signed_in(request: Request, service: ServiceDep) -> Principal | None:
    """Find out who sends a request; nobody where it brings no proof.

    A key in `Authorization` counts before a cookie. A cookie that changes something needs the
    token against forged requests as well.

    Raises
    ------
    NotSignedInError
        If the proof is not, or no longer, good.
    CrossSiteError
        If a change comes with a cookie and without its token.
    """
    header = request.headers.get("authorization")
    if header is not None:
        return await _by_key(service, header)
    cookie = session_cookie_of(request, service.settings)
    if cookie is None:
        return None
    principal = await _by_cookie(service, cookie)
    request.state.caller = principal  # the head of a page names them
    if request.method not in SAFE_METHODS:
        require_same_origin_if_told(request)
        await csrf_matches(request, service.signer, principal)
    return principal


async def _by_key(service: Service, header: str) -> Principal:
    kind, _, text = header.partition(" ")
    parsed = parse_key(text.strip()) if kind.lower() == "bearer" else None
    if parsed is None:
        raise NotSignedInError("the Authorization header holds no service key; send Bearer mm_....")
    (key_id, digest), now = parsed, service.now()
    principal, used_at = await service.read(
        lambda unit: (unit.keys.principal(key_id, digest, at=now), unit.keys.used_at(key_id))
    )
    if principal is None:
        raise NotSignedInError("this service key is unknown, expired or revoked.")
    if used_at is None or (now - used_at).total_seconds() > TOUCH_SECONDS:
        await _note(service, lambda unit: unit.keys.note_use(key_id, now))
    return principal


async def _by_cookie(service: Service, cookie: str) -> Principal:
    ended = NotSignedInError("the session has ended; sign in again.")
    try:
        token = service.signer.read(SESSION_TOKEN, cookie)
    except LinkError:
        raise ended from None
    digest = service.signer.digest(SESSION_TOKEN, token)
    now, idle = service.now(), service.settings.access.idle_minutes
    found = await service.read(
        lambda unit: (
            unit.sessions.principal(digest, at=now, idle_minutes=idle),
            unit.sessions.seen_at(digest),
        )
    )
    principal, seen_at = found
    if principal is None:
        raise ended
    if seen_at is not None and (now - seen_at).total_seconds() > TOUCH_SECONDS:
        await _note(service, lambda unit: unit.sessions.touch(digest, now))
    return principal


async def _note(service: Service, use: Callable[[Unit], None]) -> None:
    """Note a use, unless others wait to write: who reads does not wait behind them."""
    if service.writing_slots.available_tokens < 1:
        return
    try:
        await service.write(use)
    except StoreError as error:
        logger.warning("a use could not be noted: %s", error)


SignedIn = Annotated[Principal | None, Depends(signed_in)]


class Needs:
    """Dependency of a route that only callers with a right may use.

    Parameters
    ----------
    right
        Read by the table of rights in the documentation as well.
    """

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, principal: SignedIn) -> Principal:
        """Let a caller with the right in.

        Raises
        ------
        NotSignedInError
            If nobody has signed in.
        NotAllowedError
            If the right is none of theirs.
        """
        if principal is None:
            raise NotSignedInError("sign in, or send a service key, to use this address.")
        if principal.reach(self.right) is Reach.NONE:
            raise NotAllowedError(f"this address needs the right {self.right.value}.")
        return principal


def right_of(route: RouteContext) -> Right | None:
    """Right that a route needs; nothing where it needs none."""
    dependant: Dependant | None = getattr(route, "dependant", None)
    return None if dependant is None else _right_in(dependant)


def _right_in(dependant: Dependant) -> Right | None:
    if isinstance(dependant.call, Needs):
        return dependant.call.right
    found = (_right_in(each) for each in dependant.dependencies)
    return next((right for right in found if right is not None), None)


DirectoryCaller = Annotated[Principal, Depends(Needs(Right.DIRECTORY))]
SuggestionsCaller = Annotated[Principal, Depends(Needs(Right.SUGGESTIONS))]
FeedbackCaller = Annotated[Principal, Depends(Needs(Right.FEEDBACK))]
OverrideCaller = Annotated[Principal, Depends(Needs(Right.OVERRIDE))]
ProfileCaller = Annotated[Principal, Depends(Needs(Right.PROFILE))]
IntroductionsCaller = Annotated[Principal, Depends(Needs(Right.INTRODUCTIONS))]
OptOutCaller = Annotated[Principal, Depends(Needs(Right.OPT_OUT))]
PrivacyCaller = Annotated[Principal, Depends(Needs(Right.PRIVACY))]
EventsCaller = Annotated[Principal, Depends(Needs(Right.EVENTS))]
QualityCaller = Annotated[Principal, Depends(Needs(Right.QUALITY))]
ClaimsCaller = Annotated[Principal, Depends(Needs(Right.CLAIMS))]
AccountsCaller = Annotated[Principal, Depends(Needs(Right.ACCOUNTS))]
KeysCaller = Annotated[Principal, Depends(Needs(Right.KEYS))]
AuditCaller = Annotated[Principal, Depends(Needs(Right.AUDIT))]
OutboxCaller = Annotated[Principal, Depends(Needs(Right.OUTBOX))]
PortfolioCaller = Annotated[Principal, Depends(Needs(Right.PORTFOLIO))]
OperationsCaller = Annotated[Principal, Depends(Needs(Right.OPERATIONS))]
MetricsCaller = Annotated[Principal, Depends(Needs(Right.METRICS))]
OwnAccountCaller = Annotated[Principal, Depends(Needs(Right.OWN_ACCOUNT))]


async def _searching(caller: DirectoryCaller, service: ServiceDep) -> Principal:
    await service.searches.count(caller.id, service.now())
    return caller


SearchCaller = Annotated[Principal, Depends(_searching)]
"""A caller who may search the directory, and has not searched too often."""


async def _answering(siret: Siret, caller: FeedbackCaller, service: ServiceDep) -> Principal:
    await service.read(lambda unit: require_reach(unit, caller, Right.FEEDBACK, siret))
    return caller


async def _introducing(siret: Siret, caller: IntroductionsCaller, service: ServiceDep) -> Principal:
    await service.read(lambda unit: require_reach(unit, caller, Right.INTRODUCTIONS, siret))
    return caller


FirmFeedbackCaller = Annotated[Principal, Depends(_answering)]
FirmIntroductionsCaller = Annotated[Principal, Depends(_introducing)]
"""Callers who may act for the firm of the address: told so before what is wrong with a form."""


def reaches(unit: Unit, caller: Principal, right: Right, siret: str) -> bool:
    """Whether a caller's right holds for a firm."""
    if caller.reach(right) is not Reach.CHAMBER:
        return caller.may(right, siret, None)
    company = unit.companies.get(siret)
    return caller.may(right, siret, company.department if company else None)


def require_reach(unit: Unit, caller: Principal, right: Right, siret: str) -> None:
    """Let nobody act for a firm that is none of theirs.

    Raises
    ------
    NotAllowedError
        If the right does not reach so far. It says the same of a firm that is not in the store.
    """
    if not reaches(unit, caller, right, siret):
        raise NotAllowedError(f"your right {right.value} does not reach company {siret}.")
