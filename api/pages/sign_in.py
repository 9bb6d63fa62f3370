"""Signing in and out, for people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import SignedIn
from api.deps import LanguageQuery, ServiceDep
from api.pages.forms import read_form
from api.pages.rendering import address, counted, language_of, render
from api.routes.session import leave
from api.security import MAX_PATH, drop_session_cookie, own_path, require_same_origin
from api.sessions import account_of_password, begin_session
from matchmaker.accounts.accounts import Account
from matchmaker.accounts.roles import Role
from matchmaker.errors import MatchmakerError, SignInRefusedError, TooManyTriesError
from matchmaker.texts import Language, say

router = APIRouter(include_in_schema=False)


@router.get("/connexion")
async def sign_in_page(
    request: Request,
    service: ServiceDep,
    suite: Annotated[str, Query(max_length=2 * MAX_PATH)] = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Ask who somebody is."""
    return _page(request, lang, provider=_provider(service), onward=own_path(suite))


@router.post("/connexion")
async def sign_in(request: Request, service: ServiceDep) -> Response:
    """Begin a session, and lead on to the page that was asked for.

    The answer never tells whether the account exists. A form of another site is refused: it could
    sign somebody in under an account that is not theirs.
    """
    require_same_origin(request)
    fields = await read_form(request)
    language, onward = language_of(request), own_path(fields.exact("suite"))
    email = fields.text("email")
    try:
        account = await account_of_password(request, service, email, fields.exact("password"))
    except (SignInRefusedError, TooManyTriesError) as refused:
        return _page(
            request,
            language,
            provider=_provider(service),
            onward=onward,
            email=email,
            refused=refused,
        )
    target = landing(request, account, onward, language)
    response = RedirectResponse(target, status_code=303)
    await begin_session(request, response, service, account, "password")
    return response


@router.post("/deconnexion")
async def sign_out(request: Request, service: ServiceDep, caller: SignedIn) -> Response:
    """End the session, if there is one."""
    if caller is not None:
        await leave(service, caller)
    response = RedirectResponse(
        address(request, "/connexion", language_of(request)), status_code=303
    )
    drop_session_cookie(response, service.settings)
    return response


def landing(request: Request, account: Account, onward: str, language: Language) -> str:
    """Say where a sign-in leads: on to what was asked for, or to the firm, or to the search.

    Advisers and administrators are led to what waits for them today; an entrepreneur who acts for
    no firm yet to the form by which they claim theirs.

    Parameters
    ----------
    onward
        As `own_path` left it.
    """
    if onward:
        return onward
    if account.role in (Role.ADVISER, Role.ADMINISTRATOR):
        return address(request, "/portefeuille", language)
    sirets = [tied.siret for tied in account.companies]
    if not sirets and account.role is Role.ENTREPRENEUR:
        return address(request, "/mon-compte/rattachement", language)
    only_one = f"/entreprises/{sirets[0]}" if len(sirets) == 1 else "/"
    return address(request, only_one, language)


def _provider(service: ServiceDep) -> str:
    oidc = service.settings.oidc
    return oidc.label if oidc.issuer else ""


def _page(
    request: Request,
    language: Language,
    *,
    provider: str,
    onward: str,
    email: str = "",
    refused: MatchmakerError | None = None,
) -> Response:
    status, headers, problem = 200, {}, ""
    if isinstance(refused, TooManyTriesError):
        status, headers = 429, {"Retry-After": str(refused.seconds)}
        problem = counted(language, "sign_in.slowed", refused.seconds)
    elif refused is not None:
        status, problem = 401, say(language, "sign_in.refused")
    return render(
        request,
        "sign_in.html",
        language,
        status=status,
        headers=headers,
        provider=provider,
        onward=onward,
        email=email,
        problem=problem,
    )
