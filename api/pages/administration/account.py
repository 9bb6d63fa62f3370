"""One account: who it is, which firms it acts for, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import AccountsCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.administration.account_form import (
    PEOPLE,
    AccountFields,
    Faults,
    faults,
    fields_of,
    firm_faults,
    typed_fields,
)
from api.pages.administration.room import HOME, administration_page
from api.pages.forms import read_form
from api.pages.rendering import address, language_of
from matchmaker.accounts.accounts import Account, HowTied, Ownership, Session
from matchmaker.accounts.audit import AuditLine
from matchmaker.accounts.changes import (
    change_account,
    delete_account,
    end_sessions,
    tie_company,
    untie_company,
)
from matchmaker.accounts.principals import Principal
from matchmaker.errors import AccountError, LastAdministratorError
from matchmaker.explain import display_name
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(prefix=f"{HOME}/comptes/{{account_id}}", include_in_schema=False)

LINK_SENT = "account.password_link"
"""Action in the audit log."""
LINES = 10

AccountId = Annotated[str, Path(max_length=40)]


@dataclass(frozen=True)
class TiedFirm:
    """A firm that an account acts for, with its name if the store knows it."""

    tie: Ownership
    name: str
    fictional: bool


@dataclass(frozen=True)
class AccountSheet:
    """All that a page shows of an account."""

    account: Account
    firms: Sequence[TiedFirm]
    sessions: Sequence[Session]
    lines: Sequence[AuditLine]


@router.get("")
async def account_page(
    request: Request,
    account_id: AccountId,
    caller: AccountsCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show an account."""
    return await _sheet(request, caller, service, account_id, lang)


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
        return await _sheet(request, caller, service, account_id, lang, wrong, fields)
    columns, now = fields.columns(), service.now()
    return await _changed(
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
    active = form.text("acces") == "ouvrir"
    return await _changed(
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
    return await _changed(
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

    return await _changed(
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
        return await _sheet(request, caller, service, account_id, lang, wrong, siret=siret)
    return await _changed(
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
    return await _changed(
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
    return await _sheet(request, caller, service, account_id, lang, template="delete_account.html")


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
        return await _sheet(request, caller, service, account_id, lang, wrong, template=template)
    try:
        await service.write(lambda unit: delete_account(unit, account_id, by=caller, at=now))
    except LastAdministratorError:
        wrong = {"": "last_administrator"}
        return await _sheet(request, caller, service, account_id, lang, wrong, template=template)
    done = address(request, f"{HOME}/comptes", lang, fait="administration.account_deleted")
    return RedirectResponse(done, status_code=303)


async def _changed(
    request: Request,
    caller: Principal,
    service: Service,
    account_id: str,
    work: Callable[[Unit], Any],
    fields: AccountFields | None = None,
    *,
    done: str = "saved",
    key: str = "refused",
) -> Response:
    """Change an account and show it, or say why that cannot be."""
    lang = language_of(request)
    try:
        await service.write(work)
    except AccountError as error:
        said = "last_administrator" if isinstance(error, LastAdministratorError) else key
        return await _sheet(request, caller, service, account_id, lang, {"": said}, fields)
    target = address(request, f"{HOME}/comptes/{account_id}", lang, fait=done)
    return RedirectResponse(target, status_code=303)


async def _sheet(
    request: Request,
    caller: Principal,
    service: Service,
    account_id: str,
    language: Language,
    wrong: Faults | None = None,
    fields: AccountFields | None = None,
    *,
    siret: str = "",
    template: str = "account.html",
) -> Response:
    now, idle = service.now(), timedelta(minutes=service.settings.access.idle_minutes)
    sheet = await service.read(lambda unit: _read(unit, account_id, now, idle, language))
    return administration_page(
        request,
        caller,
        "accounts",
        template,
        language,
        status=422 if wrong else 200,
        sheet=sheet,
        account=sheet.account,
        fields=fields or fields_of(sheet.account),
        siret=siret,
        wrong=wrong or {},
        own=caller.id == account_id,
        roles=PEOPLE,
        chambers=service.settings.territory.departments,
    )


def _read(
    unit: Unit, account_id: str, now: datetime, idle: timedelta, language: Language
) -> AccountSheet:
    account = unit.accounts.get(account_id)
    firms = [_tied(unit, tie, language) for tie in account.companies]
    sessions = [
        each
        for each in unit.sessions.list(account_id)
        if each.revoked_at is None and now < min(each.expires_at, each.seen_at + idle)
    ]
    return AccountSheet(account, firms, sessions, unit.audit.list(about=account_id, limit=LINES))


def _tied(unit: Unit, tie: Ownership, language: Language) -> TiedFirm:
    company = unit.companies.get(tie.siret)
    if company is None:
        return TiedFirm(tie, "", fictional=False)
    return TiedFirm(tie, display_name(company, language), company.fictional)
