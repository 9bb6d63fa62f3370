"""Other people's accounts, for administrators."""

from __future__ import annotations

from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.access import AccountsCaller
from api.account_documents import account_document
from api.account_schemas import (
    AccountAnswer,
    AccountPatch,
    AccountsAnswer,
    Chamber,
    EndedAnswer,
    NewAccount,
)
from api.deps import ServiceDep
from api.openapi import account_problems
from api.routes.documents import json_answer
from matchmaker.accounts.accounts import Account, HowTied, Ownership, checked_email
from matchmaker.accounts.changes import change_account, delete_account, end_sessions, open_account
from matchmaker.accounts.roles import Role
from matchmaker.identifiers import new_id
from matchmaker.store import Unit

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])

AccountId = Annotated[
    str, Path(description="Id of the account.", examples=["k7m2p9qa"], max_length=40)
]


@router.get("", response_model=AccountsAnswer, responses=account_problems(422, 503))
async def list_accounts(
    _: AccountsCaller,
    service: ServiceDep,
    role: Annotated[Role | None, Query(description="Only these.")] = None,
    chamber: Annotated[Chamber | None, Query(description="Only of this chamber.")] = None,
    siret: Annotated[
        str | None, Query(max_length=14, description="Only those who act for this firm.")
    ] = None,
) -> Response:
    """List accounts by e-mail."""
    found = await service.read(lambda unit: unit.accounts.list(role, chamber, siret))
    return json_answer({"items": [account_document(each) for each in found]})


@router.post(
    "",
    status_code=201,
    response_model=AccountAnswer,
    responses=account_problems(400, 413, 422, 503),
)
async def create_account(body: NewAccount, caller: AccountsCaller, service: ServiceDep) -> Response:
    """Open an account; a letter invites its person to choose a password."""
    now = service.now()
    account = Account(
        id=new_id(SystemRandom()),
        email=checked_email(body.email),
        name=body.name,
        role=body.role,
        chamber=body.chamber,
        language=body.language,
        created_at=now,
        created_by=caller.label,
        companies=tuple(
            Ownership(siret, HowTied.ADVISER, now, caller.label)
            for siret in dict.fromkeys(body.companies)
        ),
    )

    def work(unit: Unit) -> Account:
        opened = open_account(unit, account, by=caller, at=now)
        service.post.invite(unit, opened, now)
        return opened

    answer = json_answer(account_document(await service.write(work)), 201)
    answer.headers["Location"] = f"/v1/accounts/{account.id}"
    return answer


@router.get(
    "/{account_id}", response_model=AccountAnswer, responses=account_problems(404, 422, 503)
)
async def read_account(account_id: AccountId, _: AccountsCaller, service: ServiceDep) -> Response:
    """Read an account."""
    account = await service.read(lambda unit: unit.accounts.get(account_id))
    return json_answer(account_document(account))


@router.patch(
    "/{account_id}",
    response_model=AccountAnswer,
    responses=account_problems(400, 404, 413, 422, 503),
)
async def patch_account(
    account_id: AccountId, body: AccountPatch, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """Change an account; closing it, or giving it another role, ends its sessions."""
    given, now = body.model_dump(exclude_unset=True), service.now()
    changed = await service.write(
        lambda unit: change_account(unit, account_id, by=caller, at=now, **given)
    )
    return json_answer(account_document(changed))


@router.delete("/{account_id}", status_code=204, responses=account_problems(404, 422, 503))
async def remove_account(
    account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> None:
    """Remove an account with its sessions and ties to firms."""
    now = service.now()
    await service.write(lambda unit: delete_account(unit, account_id, by=caller, at=now))


@router.delete(
    "/{account_id}/sessions",
    response_model=EndedAnswer,
    responses=account_problems(404, 422, 503),
)
async def end_account_sessions(
    account_id: AccountId, caller: AccountsCaller, service: ServiceDep
) -> Response:
    """End every session of an account."""
    now = service.now()
    ended = await service.write(lambda unit: end_sessions(unit, account_id, by=caller, at=now))
    return json_answer({"ended": ended})
