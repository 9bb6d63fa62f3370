"""One account: who it is, which firms it acts for, and what may be done about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import AccountsCaller
from api.deps import LanguageQuery, ServiceDep
from api.errors import BadValueError
from api.pages.administration.account_form import faults, firm_faults, typed_fields
from api.pages.administration.account_sheet import changed, sheet_page
from api.pages.administration.room import HOME
from api.pages.forms import read_form
from api.pages.rendering import address, language_of
from matchmaker.accounts.accounts import HowTied
from matchmaker.accounts.changes import (
    change_account,
    delete_account,
    end_sessions,
    tie_company,
    untie_company,
)
from matchmaker.errors import AccountError, LastAdministratorError
from matchmaker.store import Unit

router = APIRouter(prefix=f"{HOME}/comptes/{{account_id}}", include_in_schema=False)

LINK_SENT = "account.password_link"
"""Action in the audit log."""

_ACCESS = {"fermer": False, "ouvrir": True}
"""What the form may say, and whether the account is open then."""
AccountId = Annotated[str, Path(max_length=40)]


@router.get("")
async def account_page(
    request: Request,
    account_id: AccountId,
    caller: AccountsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show an account."""
    return await sheet_page(request, caller, service, account_id, lang)


@router.post("")
async def save_account(
    request: Request, account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Change name, role, chamber and language."""
    fields, lang = typed_fields(await read_form(request)), language_of(request)
    chambers = service.settings.territory.departments
    wrong = await service.read(
        lambda unit: faults(unit, fields, chambers, unit.accounts.get(account_id))
    )
    if wrong:
        return await sheet_page(request, caller, service, account_id, lang, wrong, fields)
    columns, now = fields.columns(), service.now()
    return await changed(
        request,
        caller,
        service,
        account_id,
        lambda unit: change_account(unit, account_id, by=caller, at=now, **columns),
        fields,
    )


@router.post("/acces")
async def switch_account(
    request: Request, account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Close an account, which ends its sessions, or open it again."""
    form, now = await read_form(request), service.now()
    access = form.text("acces")
    if access not in _ACCESS:
        raise BadValueError(f"acces is {access!r}; give one of {', '.join(_ACCESS)}.")
    active = _ACCESS[access]
    return await changed(
        request,
        caller,
        service,
        account_id,
        lambda unit: change_account(unit, account_id, by=caller, at=now, active=active),
    )


@router.post("/sessions")
async def end_account_sessions(
    request: Request, account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Sign somebody out everywhere."""
    now = service.now()
    return await changed(
        request,
        caller,
        service,
        account_id,
        lambda unit: end_sessions(unit, account_id, by=caller, at=now),
        done="administration.sessions_ended",
    )


@router.post("/lien")
async def send_password_link(
    request: Request, account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Mail the link by which a password is chosen, the first or another one."""
    now = service.now()

    def work(unit: Unit) -> None:
        account, post = unit.accounts.get(account_id), service.post
        write = post.invite if account.password_hash is None else post.reset
        if not write(unit, account, now):
            raise AccountError("no letter can go to this address.")
        unit.audit.note(at=now, by=caller, action=LINK_SENT, subject=account_id)

    return await changed(
        request, caller, service, account_id, work, done="administration.link_sent", key="no_letter"
    )


@router.post("/entreprises")
async def tie_firm(
    request: Request, account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Let an entrepreneur act for a firm."""
    form, now = await read_form(request), service.now()
    siret = "".join(form.text("siret").split())
    wrong = await service.read(lambda unit: firm_faults(unit, siret))
    if wrong:
        lang = language_of(request)
        return await sheet_page(request, caller, service, account_id, lang, wrong, siret=siret)
    return await changed(
        request,
        caller,
        service,
        account_id,
        lambda unit: tie_company(unit, account_id, siret, HowTied.ADVISER, by=caller, at=now),
        done="administration.tied",
    )


@router.post("/entreprises/retrait")
async def untie_firm(
    request: Request, account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Let an account no longer act for a firm."""
    form, now = await read_form(request), service.now()
    return await changed(
        request,
        caller,
        service,
        account_id,
        lambda unit: untie_company(unit, account_id, form.text("siret"), by=caller, at=now),
        done="administration.untied",
    )


@router.get("/suppression")
async def deletion_page(
    request: Request,
    account_id: AccountId,
    caller: AccountsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Ask for the e-mail address once more: nothing brings an account back."""
    return await sheet_page(
        request, caller, service, account_id, lang, template="delete_account.html"
    )


@router.post("/suppression")
async def remove_account(
    request: Request, account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Remove an account with its sessions and its ties to firms."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    template = "delete_account.html"
    account = await service.read(lambda unit: unit.accounts.get(account_id))
    if form.text("email").lower() != account.email:
        wrong = {"email": "email_differs"}
        return await sheet_page(
            request, caller, service, account_id, lang, wrong, template=template
        )
    try:
        await service.write(lambda unit: delete_account(unit, account_id, by=caller, at=now))
    except LastAdministratorError:
        wrong = {"": "last_administrator"}
        return await sheet_page(
            request, caller, service, account_id, lang, wrong, template=template
        )
    done = address(request, f"{HOME}/comptes", lang, fait="administration.account_deleted")
    return RedirectResponse(done, status_code=303)
