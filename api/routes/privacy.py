"""What the law gives to firms and people: opposition, access, erasure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body
from fastapi.responses import Response

from api.access import OptOutCaller, OwnAccountCaller, PrivacyCaller, require_reach
from api.deps import Service, ServiceDep, Siret
from api.openapi import problems
from api.privacy_schemas import DataAnswer, ErasedAnswer
from api.routes.documents import json_answer
from api.schemas import ExclusionRequest
from api.security import drop_session_cookie
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.privacy.erasing import erase_account, erase_company
from matchmaker.privacy.exporting import account_data, company_data
from matchmaker.privacy.opting_out import opt_in, opt_out
from matchmaker.store import Unit

Answer = TypeVar("Answer")

router = APIRouter(prefix="/v1/companies", tags=["privacy"])
own_account = APIRouter(prefix="/v1/account", tags=["privacy"])

OptionalReason = Annotated[ExclusionRequest, Body()]
NO_REASON = ExclusionRequest()


async def _for_company(
    service: Service,
    caller: Principal,
    right: Right,
    siret: str,
    work: Callable[[Unit], Answer],
) -> Answer:
    """Do something for a firm that the caller's right reaches."""

    def working(unit: Unit) -> Answer:
        require_reach(unit, caller, right, siret)
        return work(unit)

    return await service.write(working)


@router.put("/{siret}/opt-out", status_code=204, responses=problems(400, 413, 422, 503))
async def put_opt_out(
    siret: Siret, caller: OptOutCaller, service: ServiceDep, body: OptionalReason = NO_REASON
) -> None:
    """Keep a company out of every list, search, letter and open event; it need not be known."""
    now = service.now()
    await _for_company(
        service, caller, Right.OPT_OUT, siret,
        lambda unit: opt_out(unit, siret, by=caller, at=now, reason=body.reason),
    )  # fmt: skip


@router.delete("/{siret}/opt-out", status_code=204, responses=problems(422, 503))
async def delete_opt_out(siret: Siret, caller: OptOutCaller, service: ServiceDep) -> None:
    """Take back an opt-out; without one nothing happens."""
    now = service.now()
    await _for_company(
        service, caller, Right.OPT_OUT, siret,
        lambda unit: opt_in(unit, siret, by=caller, at=now),
    )  # fmt: skip


@router.get("/{siret}/data", response_model=DataAnswer, responses=problems(422, 503))
async def export_company(siret: Siret, caller: PrivacyCaller, service: ServiceDep) -> Response:
    """Read everything that is held on a company, and who was shown its contact."""
    now = service.now()
    document = await _for_company(
        service, caller, Right.PRIVACY, siret,
        lambda unit: company_data(unit, siret, by=caller, at=now),
    )  # fmt: skip
    return json_answer(document)


@router.delete("/{siret}/data", response_model=ErasedAnswer, responses=problems(422, 503))
async def erase(siret: Siret, caller: PrivacyCaller, service: ServiceDep) -> Response:
    """Remove everything that is held on a company; it stays out until it comes back by itself."""
    now = service.now()
    removed = await _for_company(
        service, caller, Right.PRIVACY, siret,
        lambda unit: erase_company(
            unit, siret, by=caller, at=now, letters=service.settings.mail_folder
        ),
    )  # fmt: skip
    return json_answer({"removed": removed})


@own_account.get("/data", response_model=DataAnswer, responses=problems(503))
async def export_account(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Read everything that is held on oneself."""
    now = service.now()
    document = await service.write(lambda unit: account_data(unit, caller.id, by=caller, at=now))
    return json_answer(document)


@own_account.delete("", status_code=204, responses=problems(422, 503))
async def erase_own_account(caller: OwnAccountCaller, service: ServiceDep) -> Response:
    """Remove one's own account, one's address and one's name; the session ends."""
    now = service.now()
    letters = service.settings.mail_folder
    await service.write(
        lambda unit: erase_account(unit, caller.id, by=caller, at=now, letters=letters)
    )
    response = Response(status_code=204)
    drop_session_cookie(response, service.settings)
    return response
