"""Which firms an account acts for: claimed with a code, tied or untied by an adviser, left."""

from __future__ import annotations

from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Path

from api.access import ClaimsCaller, OwnAccountCaller, require_reach
from api.claim_schemas import (
    ClaimAnswer,
    ClaimRequest,
    CodeRequest,
    CompanyAccount,
    CompanyAccountsAnswer,
)
from api.company_accounts import people_of, require_known
from api.deps import ServiceDep, Siret
from api.openapi import problems
from matchmaker.accounts.accounts import Account, HowTied
from matchmaker.accounts.changes import tie_company, untie_company
from matchmaker.accounts.claims import MAX_TRIES, Begun, Tried, begin_claim, try_code
from matchmaker.accounts.roles import Right
from matchmaker.errors import AccountError, LinkError
from matchmaker.store import Unit

own = APIRouter(prefix="/v1/account", tags=["account"])
of_others = APIRouter(prefix="/v1", tags=["accounts"])

Id = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$", examples=["k7m2p9qa"])]


@own.post("/claims", status_code=201, responses=problems(400, 413, 422, 429, 503))
async def begin(body: ClaimRequest, service: ServiceDep, caller: OwnAccountCaller) -> ClaimAnswer:
    """Claim a firm: a code is mailed to the address on file, for whoever reads it there.

    It is good for five tries within the hour; a new claim of the same firm replaces it.
    """

    def work(unit: Unit) -> Begun:
        return begin_claim(
            unit,
            service.settings,
            service.signer,
            service.post,
            caller,
            body.siret,
            at=service.now(),
            random=SystemRandom(),
        )

    begun = await service.write(work)
    return ClaimAnswer(
        id=begun.claim.id,
        siret=begun.claim.siret,
        sent_to=begun.address,
        expires_at=begun.claim.expires_at,
        tries=MAX_TRIES,
    )


@own.post("/claims/{claim_id}", status_code=204, responses=problems(400, 404, 410, 413, 422, 503))
async def prove(
    claim_id: Id, body: CodeRequest, service: ServiceDep, caller: OwnAccountCaller
) -> None:
    """Give the code back: the account acts for the firm from the next request on."""
    tried = await service.write(
        lambda unit: try_code(unit, service.signer, caller, claim_id, body.code, at=service.now())
    )
    if tried is Tried.WRONG:
        raise AccountError("the code is not the one of the letter; compare them and try again.")
    if tried is Tried.GONE:
        raise LinkError("the code is used, expired or tried too often; claim the company again.")


@own.delete("/companies/{siret}", status_code=204, responses=problems(422, 503))
async def leave(siret: Siret, service: ServiceDep, caller: OwnAccountCaller) -> None:
    """Act for a firm no longer; where the account does not, nothing happens."""
    await service.write(
        lambda unit: untie_company(unit, caller.id, siret, by=caller, at=service.now())
    )


@of_others.get("/companies/{siret}/accounts", responses=problems(422, 503))
async def list_accounts(
    siret: Siret, service: ServiceDep, caller: ClaimsCaller
) -> CompanyAccountsAnswer:
    """List the people who act for a firm; the log of contact data notes who asked."""
    found = await service.write(lambda unit: people_of(unit, caller, siret, at=service.now()))
    return CompanyAccountsAnswer(siret=siret, items=[_document(each, siret) for each in found])


def _document(account: Account, siret: str) -> CompanyAccount:
    tied = next(each for each in account.companies if each.siret == siret)
    return CompanyAccount(
        id=account.id,
        name=account.name,
        email=account.email,
        active=account.active,
        how=tied.how,
        since=tied.at,
        by=tied.by,
    )


@of_others.put(
    "/accounts/{account_id}/companies/{siret}", status_code=204, responses=problems(404, 422, 503)
)
async def tie(account_id: Id, siret: Siret, service: ServiceDep, caller: ClaimsCaller) -> None:
    """Let an account act for a firm of the caller's chamber; where it does, nothing happens.

    An account that acts only for firms of others is unknown here: its person claims the firm.
    """

    def work(unit: Unit) -> None:
        require_reach(unit, caller, Right.CLAIMS, siret)
        require_known(unit, caller, account_id)
        tie_company(unit, account_id, siret, HowTied.ADVISER, by=caller, at=service.now())

    await service.write(work)


@of_others.delete(
    "/accounts/{account_id}/companies/{siret}", status_code=204, responses=problems(404, 422, 503)
)
async def untie(account_id: Id, siret: Siret, service: ServiceDep, caller: ClaimsCaller) -> None:
    """Let an account no longer act for a firm of the caller's chamber."""

    def work(unit: Unit) -> None:
        require_reach(unit, caller, Right.CLAIMS, siret)
        untie_company(unit, account_id, siret, by=caller, at=service.now())

    await service.write(work)
