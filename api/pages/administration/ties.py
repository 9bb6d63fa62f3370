"""Who acts for a firm: what an adviser may tie and untie, without a list of all accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import ClaimsCaller, require_reach
from api.company_accounts import is_known, people_of, require_known
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.administration.account_form import firm_faults
from api.pages.administration.room import administration_page
from api.pages.forms import read_form
from api.pages.rendering import address, language_of
from matchmaker.accounts.accounts import Account, HowTied, checked_email
from matchmaker.accounts.changes import tie_company, untie_company
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right, Role
from matchmaker.accounts.signing import Signer
from matchmaker.companies import siret_problem
from matchmaker.errors import AccountError, NotAllowedError, UnknownAccountError
from matchmaker.introductions.naming import named
from matchmaker.store import Unit
from matchmaker.texts import Language
from models.answers import company_document

router = APIRouter(prefix="/comptes", include_in_schema=False)

LOOKED_UP = "account.looked_up"
"""Action in the audit log: an e-mail was tried. It holds a digest, as those of sign-ins do."""
TRIES_PER_HOUR = 20
"""E-mails that one adviser may try: enough for work, too few to find out who has an account."""
_SUBJECT = "account looked up"
_LONGEST = 254


@dataclass(frozen=True)
class FirmPeople:
    """A firm, if the reader may be told its name, and those who act for it."""

    company: dict[str, object] | None
    people: Sequence[Account]


@router.get("")
async def ties_page(
    request: Request,
    caller: ClaimsCaller,
    service: ServiceDep,
    siret: Annotated[str, Query(max_length=20)] = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Ask for a firm, or show who acts for it."""
    return await _page(request, caller, service, "".join(siret.split()), lang)


@router.post("/rattachement")
async def tie_account(request: Request, caller: ClaimsCaller, service: ServiceDep) -> Response:
    """Let the account of an e-mail address, or of an id, act for a firm of the chamber."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    siret, who = form.text("siret"), form.text("compte")
    if not who or len(who) > _LONGEST:
        return await _page(request, caller, service, siret, lang, wrong="empty", typed=who)

    def work(unit: Unit) -> str:
        require_reach(unit, caller, Right.CLAIMS, siret)
        if tries_left(unit, caller, now) < 1:
            return "too_often"
        account = look_up(unit, service.signer, caller, who, now)
        if account is None:
            return "unknown"
        tie_company(unit, account.id, siret, HowTied.ADVISER, by=caller, at=now)
        return ""

    problem = await service.write(work)
    if problem:
        return await _page(request, caller, service, siret, lang, wrong=problem, typed=who)
    done = address(request, "/comptes", lang, siret=siret, fait="administration.tied")
    return RedirectResponse(done, status_code=303)


@router.post("/retrait")
async def untie_account(request: Request, caller: ClaimsCaller, service: ServiceDep) -> Response:
    """Let an account no longer act for a firm of the chamber."""
    form, lang, now = await read_form(request), language_of(request), service.now()
    siret, account_id = form.text("siret"), form.text("compte")

    def work(unit: Unit) -> None:
        require_reach(unit, caller, Right.CLAIMS, siret)
        require_known(unit, caller, account_id)
        untie_company(unit, account_id, siret, by=caller, at=now)

    await service.write(work)
    done = address(request, "/comptes", lang, siret=siret, fait="administration.untied")
    return RedirectResponse(done, status_code=303)


def tries_left(unit: Unit, caller: Principal, now: datetime) -> int:
    """How many accounts a caller may still look for within the hour, in every worker."""
    since = now - timedelta(hours=1)
    lines = unit.audit.list(since, LOOKED_UP, TRIES_PER_HOUR, about=f"by {caller.id}")
    return TRIES_PER_HOUR - len(lines)


def look_up(
    unit: Unit, signer: Signer, caller: Principal, who: str, now: datetime
) -> Account | None:
    """Find the account that an adviser means, and note that they looked.

    One that they may not tie is not found, whatever the reason: the answer tells nothing of it.
    """
    account = _by_email(unit, who) if "@" in who else _by_id(unit, who)
    usable = (
        account is not None
        and account.active
        and account.role is Role.ENTREPRENEUR
        and is_known(unit, caller, account)
    )
    unit.audit.note(
        at=now,
        by=caller,
        action=LOOKED_UP,
        subject=f"by {caller.id}",
        sought=signer.digest(_SUBJECT, who.strip().lower()),
        found=usable,
    )
    return account if usable else None


def _by_email(unit: Unit, text: str) -> Account | None:
    try:
        return unit.accounts.by_email(checked_email(text))
    except AccountError:
        return None


def _by_id(unit: Unit, text: str) -> Account | None:
    try:
        return unit.accounts.get(text)
    except UnknownAccountError:
        return None


async def _page(
    request: Request,
    caller: Principal,
    service: Service,
    siret: str,
    language: Language,
    *,
    wrong: str = "",
    typed: str = "",
) -> Response:
    now, problem, firm = service.now(), "", None
    if siret:
        problem = await service.read(lambda unit: _siret_fault(unit, caller, siret))
    if siret and not problem:
        firm = await service.write(lambda unit: _read(unit, caller, siret, now, language))
    status = 429 if wrong == "too_often" else 422
    return administration_page(
        request,
        caller,
        "ties",
        "ties.html",
        language,
        status=status if wrong or problem else 200,
        siret=siret,
        problem=problem,
        firm=firm,
        wrong=wrong,
        typed=typed,
        tries=TRIES_PER_HOUR,
    )


def _siret_fault(unit: Unit, caller: Principal, siret: str) -> str:
    if siret_problem(siret) is not None:
        return "siret"
    try:
        require_reach(unit, caller, Right.CLAIMS, siret)
    except NotAllowedError:
        return "siret_elsewhere"
    return firm_faults(unit, siret).get("siret", "")


def _read(
    unit: Unit, caller: Principal, siret: str, now: datetime, language: Language
) -> FirmPeople:
    company = named(unit, caller, [siret]).get(siret)
    document = company_document(company, language) if company is not None else None
    return FirmPeople(document, people_of(unit, caller, siret, at=now))
