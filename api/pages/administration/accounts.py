"""Looking for accounts, and opening one."""

from __future__ import annotations

from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import AccountsCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.administration.account_form import (
    PEOPLE,
    AccountFields,
    Faults,
    faults,
    typed_fields,
)
from api.pages.administration.room import HOME, administration_page
from api.pages.forms import read_form
from api.pages.rendering import address, language_of
from matchmaker.accounts.accounts import Account, HowTied, Ownership, checked_email
from matchmaker.accounts.changes import open_account
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.errors import EmailTakenError, MailError
from matchmaker.identifiers import new_id
from matchmaker.store import Unit
from matchmaker.store.account_search import AccountPage, AccountQuery
from matchmaker.texts import Language

router = APIRouter(prefix=f"{HOME}/comptes", include_in_schema=False)

PAGE = 50
MAX_PAGE = 100_000
OPEN, CLOSED = "ouverts", "fermes"


@router.get("")
async def accounts_page(
    request: Request,
    caller: AccountsCaller,
    service: ServiceDep,
    q: Annotated[str, Query(max_length=200)] = "",
    role: Annotated[str, Query(max_length=20)] = "",
    chamber: Annotated[str, Query(max_length=3)] = "",
    siret: Annotated[str, Query(max_length=20)] = "",
    etat: Annotated[str, Query(max_length=10)] = "",
    page: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Find accounts by what is remembered of them."""
    query = AccountQuery(
        text=q,
        role=next((each for each in PEOPLE if each.value == role), None),
        chamber=chamber or None,
        siret="".join(siret.split()) or None,
        active={OPEN: True, CLOSED: False}.get(etat),
        page=page,
        page_size=PAGE,
    )

    def read(unit: Unit) -> AccountPage:
        return unit.accounts.search(query)

    found = await service.read(read)
    pages = max(1, -(-found.total // PAGE))
    return administration_page(
        request,
        caller,
        "accounts",
        "accounts.html",
        lang,
        accounts=found.items,
        total=found.total,
        page=min(page, pages),
        pages=pages,
        asked={"q": q, "role": role, "chamber": chamber, "siret": siret, "etat": etat},
        roles=PEOPLE,
        chambers=service.settings.territory.departments,
        caller_id=caller.id,
    )


@router.get("/nouveau")
async def new_account_page(
    request: Request, caller: AccountsCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Ask whom the account is for."""
    return _form(request, caller, service, lang, AccountFields(), {})


@router.post("/nouveau")
async def open_new_account(
    request: Request, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Open an account; a letter invites its person to choose a password."""
    fields, lang = typed_fields(await read_form(request)), language_of(request)
    chambers = service.settings.territory.departments
    wrong = await service.read(lambda unit: faults(unit, fields, chambers))
    if wrong:
        return _form(request, caller, service, lang, fields, wrong)
    account = _account_of(service, fields, caller)

    def work(unit: Unit) -> None:
        opened = open_account(unit, account, by=caller, at=account.created_at)
        if not service.post.invite(unit, opened, account.created_at):
            raise MailError("no letter can go to this address.")

    try:
        await service.write(work)
    except EmailTakenError:
        return _form(request, caller, service, lang, fields, {"email": "email_taken"})
    except MailError:
        return _form(request, caller, service, lang, fields, {"email": "email_unreachable"})
    done = address(request, f"{HOME}/comptes/{account.id}", lang, fait="administration.invited")
    return RedirectResponse(done, status_code=303)


def _account_of(service: Service, fields: AccountFields, caller: Principal) -> Account:
    now, columns = service.now(), fields.columns()
    firms = (Ownership(fields.siret, HowTied.ADVISER, now, caller.label),) if fields.siret else ()
    return Account(
        id=new_id(SystemRandom()),
        email=checked_email(fields.email),
        created_at=now,
        created_by=caller.label,
        companies=firms if columns["role"] is Role.ENTREPRENEUR else (),
        **columns,
    )


def _form(
    request: Request,
    caller: Principal,
    service: Service,
    language: Language,
    fields: AccountFields,
    wrong: Faults,
) -> Response:
    return administration_page(
        request,
        caller,
        "accounts",
        "new_account.html",
        language,
        status=422 if wrong else 200,
        fields=fields,
        wrong=wrong,
        roles=PEOPLE,
        chambers=service.settings.territory.departments,
    )
