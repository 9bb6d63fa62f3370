"""Choosing another password, on the page of one's own account."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access import OwnAccountCaller
from api.deps import ServiceDep
from api.pages.account import show_account
from api.pages.forms import read_form
from api.pages.rendering import address, counted, language_of
from api.sessions import account_of_password
from matchmaker.accounts.changes import hashed, store_password
from matchmaker.errors import AccountError, SignInRefusedError, TooManyTriesError

router = APIRouter(prefix="/mon-compte", include_in_schema=False)


@router.post("/mot-de-passe")
async def change_password(
    request: Request, caller: OwnAccountCaller, service: ServiceDep
) -> Response:
    """Change one's password; the other sessions end.

    The old password is tried like a sign-in: whoever holds a stolen session cannot guess it.
    """
    form, lang, now = await read_form(request), language_of(request), service.now()
    new = form.exact("password")
    if new != form.exact("again"):
        return await show_account(request, service, caller, lang, wrong="again")
    email = (await service.read(lambda unit: unit.accounts.get(caller.id))).email
    try:
        account = await account_of_password(request, service, email, form.exact("old"))
    except SignInRefusedError:
        return await show_account(request, service, caller, lang, wrong="old")
    except TooManyTriesError as refused:
        problem = counted(lang, "sign_in.slowed", refused.seconds)
        page = await show_account(
            request, service, caller, lang, wrong="slowed", problem=problem, status=429
        )
        page.headers["Retry-After"] = str(refused.seconds)
        return page
    passwords, access = service.passwords, service.settings.access
    try:
        stored = await service.hash(lambda: hashed(passwords, access, account, new))
    except AccountError:
        return await show_account(request, service, caller, lang, wrong="password")
    await service.write(
        lambda unit: store_password(unit, caller.id, stored, by=caller, at=now, keep=caller.session)
    )
    target = address(request, "/mon-compte", lang, fait="own_account.password")
    return RedirectResponse(target, status_code=303)
