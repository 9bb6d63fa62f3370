"""Claiming a firm: its number, the code that its address on file was sent, and it is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import OwnAccountCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.lookup import shown_company
from api.pages.forms import read_form
from api.pages.rendering import address, language_of, render
from matchmaker.accounts.accounts import Claim
from matchmaker.accounts.claims import MAX_TRIES, Begun, Tried, begin_claim, masked, try_code
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.companies import Company, is_siret
from matchmaker.errors import (
    NotAllowedError,
    TooManyTriesError,
    UnknownAccountError,
    UnknownCompanyError,
)
from matchmaker.explain import display_name
from matchmaker.introductions.refusals import PARIS
from matchmaker.store import Unit
from matchmaker.texts import Language

router = APIRouter(prefix="/mon-compte/rattachement", include_in_schema=False)

ClaimId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
MailedQuery = Annotated[str, Query(max_length=3)]


@dataclass(frozen=True)
class Claimed:
    """A claim, with what its claimant may know of the firm.

    Parameters
    ----------
    claim
        As it is stored.
    company
        The firm, where everybody may see it.
    address
        Where a code was sent, masked; empty where none is on file.
    """

    claim: Claim
    company: Company | None
    address: str


@router.get("")
async def claim_page(
    request: Request, caller: OwnAccountCaller, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Ask which firm somebody acts for."""
    _require_entrepreneur(caller)
    return _form(request, service, caller, lang)


@router.post("")
async def begin(request: Request, caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Mail a code to the address on file of a firm."""
    _require_entrepreneur(caller)
    form, lang, now = await read_form(request), language_of(request), service.now()
    typed = form.text("siret")
    siret = "".join(typed.split())
    wrong = "own" if siret in caller.companies else "" if is_siret(siret) else "siret"
    if wrong:
        return _form(request, service, caller, lang, typed=typed, wrong=wrong)

    def work(unit: Unit) -> Begun:
        return begin_claim(
            unit, service.settings, service.signer, service.post, caller, siret,
            at=now, random=SystemRandom(),
        )  # fmt: skip

    try:
        begun = await service.write(work)
    except TooManyTriesError as refused:
        page = _form(request, service, caller, lang, typed=typed, wrong="often", status=429)
        page.headers["Retry-After"] = str(refused.seconds)
        return page
    mailed = None if begun.address is None else "oui"
    path = f"/mon-compte/rattachement/{begun.claim.id}"
    return RedirectResponse(address(request, path, lang, courriel=mailed), status_code=303)


@router.get("/{claim_id}")
async def code_page(
    request: Request,
    claim_id: ClaimId,
    caller: OwnAccountCaller,
    service: ServiceDep,
    courriel: MailedQuery = "",
    lang: LanguageQuery = "fr",
) -> Response:
    """Ask for the code of the letter, or say where there was none to send."""
    _require_entrepreneur(caller)
    return await _code(request, service, caller, claim_id, lang, mailed=courriel == "oui")


@router.post("/{claim_id}")
async def prove(
    request: Request, claim_id: ClaimId, caller: OwnAccountCaller, service: ServiceDep
) -> Response:
    """Compare the code; if it is right, the account acts for the firm from now on."""
    _require_entrepreneur(caller)
    form, lang, now = await read_form(request), language_of(request), service.now()
    code = form.text("code")[:40]

    def work(unit: Unit) -> tuple[Tried, Claim]:
        tried = try_code(unit, service.signer, caller, claim_id, code, at=now)
        return tried, unit.claims.get(claim_id)

    tried, claim = await service.write(work)
    if tried is not Tried.TIED:
        return await _code(
            request, service, caller, claim_id, lang, mailed=True, code=code, wrong=tried.value
        )
    path = f"/entreprises/{claim.siret}"
    return RedirectResponse(address(request, path, lang, fait="own_account.tied"), status_code=303)


def _require_entrepreneur(caller: Principal) -> None:
    if caller.role is not Role.ENTREPRENEUR:
        raise NotAllowedError("only entrepreneurs act for firms; sign in with such an account.")


def _form(
    request: Request,
    service: Service,
    caller: Principal,
    language: Language,
    *,
    typed: str = "",
    wrong: str = "",
    status: int | None = None,
) -> Response:
    return render(
        request,
        "account/claim.html",
        language,
        status=status or (422 if wrong else 200),
        first=not caller.companies,
        minutes=round(service.settings.access.claim_minutes),
        typed=typed,
        wrong=wrong,
    )


async def _code(
    request: Request,
    service: Service,
    caller: Principal,
    claim_id: str,
    language: Language,
    *,
    mailed: bool,
    code: str = "",
    wrong: str = "",
) -> Response:
    now = service.now()
    claimed = await service.read(lambda unit: _claimed(unit, caller, claim_id))
    claim, company = claimed.claim, claimed.company
    gone = claim.used_at is not None or claim.expires_at <= now or claim.tries >= MAX_TRIES
    return render(
        request,
        "account/code.html",
        language,
        status=422 if wrong else 200,
        claim=claim,
        name=display_name(company, language) if company else "",
        company=company,
        sent_to=claimed.address,
        mailed=mailed,
        until=f"{claim.expires_at.astimezone(PARIS):%H:%M}",
        left=MAX_TRIES - claim.tries,
        gone=gone,
        code=code,
        wrong=wrong,
    )


def _claimed(unit: Unit, caller: Principal, claim_id: str) -> Claimed:
    claim = unit.claims.get(claim_id)
    if claim.account_id != caller.id:
        raise UnknownAccountError(f"claim {claim_id!r} is not in the store; check its id.")
    try:
        company = shown_company(unit, claim.siret)
    except UnknownCompanyError:
        company = None
    profile = unit.profiles.get(claim.siret)
    on_file = profile.contact.email if profile else None
    return Claimed(claim, company, masked(on_file) if on_file else "")
