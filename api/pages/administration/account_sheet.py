"""All that a page shows of an account, and the way back to it after a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.deps import Service
from api.pages.administration.account_form import PEOPLE, AccountFields, Faults, fields_of
from api.pages.administration.room import HOME, administration_page
from api.pages.rendering import address, language_of
from matchmaker.accounts.accounts import Account, Ownership, Session
from matchmaker.accounts.audit import AuditLine
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.errors import AccountError, LastAdministratorError
from matchmaker.explain import display_name
from matchmaker.introductions.naming import named
from matchmaker.store import Unit
from matchmaker.texts import Language, say

LINES = 10
"""Newest lines of the audit log that are shown beside an account."""


@dataclass(frozen=True)
class TiedFirm:
    """A firm that an account acts for, with its name if the reader may be told it.

    `shown` is whether its pages can be opened.
    """

    tie: Ownership
    name: str
    fictional: bool = False
    shown: bool = False


@dataclass(frozen=True)
class AccountSheet:
    """All that a page shows of an account."""

    account: Account
    firms: Sequence[TiedFirm]
    sessions: Sequence[Session]
    lines: Sequence[AuditLine]


async def changed(
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
    """Change an account and lead to its page, or show it with the reason why that cannot be.

    Parameters
    ----------
    work
        The change.
    fields
        What was typed, where a form was.
    done, key
        Keys of what is said where it is done, and where it is refused.
    """
    lang = language_of(request)
    try:
        await service.write(work)
    except AccountError as error:
        said = "last_administrator" if isinstance(error, LastAdministratorError) else key
        return await sheet_page(request, caller, service, account_id, lang, {"": said}, fields)
    target = address(request, f"{HOME}/comptes/{account_id}", lang, fait=done)
    return RedirectResponse(target, status_code=303)


async def sheet_page(
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
    """Show an account.

    Parameters
    ----------
    wrong
        What is wrong with the form that was sent.
    fields, siret
        What was typed.
    template
        Of the page.
    """
    now, idle = service.now(), timedelta(minutes=service.settings.access.idle_minutes)
    sheet = await service.read(lambda unit: _read(unit, caller, account_id, now, idle, language))
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
    unit: Unit,
    caller: Principal,
    account_id: str,
    now: datetime,
    idle: timedelta,
    language: Language,
) -> AccountSheet:
    account = unit.accounts.get(account_id)
    told = named(unit, caller, [tie.siret for tie in account.companies])
    firms = [_tied(unit, tie, told, language) for tie in account.companies]
    sessions = [
        each
        for each in unit.sessions.list(account_id)
        if each.revoked_at is None and now < min(each.expires_at, each.seen_at + idle)
    ]
    return AccountSheet(account, firms, sessions, unit.audit.list(about=account_id, limit=LINES))


def _tied(unit: Unit, tie: Ownership, told: Mapping[str, Company], language: Language) -> TiedFirm:
    company = told.get(tie.siret)
    if company is None:
        known = unit.companies.get(tie.siret) is not None
        return TiedFirm(tie, say(language, "company.left") if known else "")
    return TiedFirm(tie, display_name(company, language), company.fictional, shown=True)
