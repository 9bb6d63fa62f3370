"""Exclusions, which hold from the next request on: dismissals and opt-outs.

There are no accounts yet: whoever reaches this service may exclude on behalf of any company. Until
then it is for the loopback interface, or for a proxy that knows who is who.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.exceptions import RequestValidationError

from api.deps import Service, ServiceDep, Siret
from api.lookup import shown_company
from api.openapi import problems
from api.schemas import ExclusionRequest
from matchmaker.store import Unit

router = APIRouter(prefix="/v1/companies", tags=["exclusions"])

OptionalReason = Annotated[ExclusionRequest, Body()]
NO_REASON = ExclusionRequest()

OPT_OUT = "opt-out"
"""Who removes the participants of a firm that opts out, as the history of an event has it."""


async def dismiss(service: Service, reader: str, partner: str, reason: str) -> None:
    """Set a partner aside for one reader.

    Raises
    ------
    UnknownCompanyError
        If one of the two may not be shown.
    RequestValidationError
        If both are the same.
    """
    if reader == partner:
        message = "is the company itself; name another one"
        raise RequestValidationError(
            [{"type": "value_error", "loc": ("path", "partner"), "msg": message, "input": partner}]
        )

    def work(unit: Unit) -> None:
        for siret in (reader, partner):
            shown_company(unit, siret)
        unit.exclusions.dismiss(reader, partner, at=service.now(), reason=reason)

    await service.write(work)


async def restore(service: Service, reader: str, partner: str) -> None:
    """Take back a dismissal, if there is one."""
    await service.write(lambda unit: unit.exclusions.restore(reader, partner))


@router.put(
    "/{siret}/dismissals/{partner}", status_code=204, responses=problems(400, 404, 413, 422, 503)
)
async def put_dismissal(
    siret: Siret, partner: Siret, service: ServiceDep, body: OptionalReason = NO_REASON
) -> None:
    """Set a partner aside: the company does not see it any more, from the next request on."""
    await dismiss(service, siret, partner, body.reason)


@router.delete("/{siret}/dismissals/{partner}", status_code=204, responses=problems(422, 503))
async def delete_dismissal(siret: Siret, partner: Siret, service: ServiceDep) -> None:
    """Take back a dismissal; without one nothing happens."""
    await restore(service, siret, partner)


@router.put("/{siret}/opt-out", status_code=204, responses=problems(400, 413, 422, 503))
async def put_opt_out(siret: Siret, service: ServiceDep, body: OptionalReason = NO_REASON) -> None:
    """Keep a company out of every list, search and open event; it need not be in the store."""

    def work(unit: Unit) -> None:
        now = service.now()
        unit.exclusions.opt_out(siret, at=now, reason=body.reason)
        unit.events.erase_company(siret, at=now, by=OPT_OUT)

    await service.write(work)


@router.delete("/{siret}/opt-out", status_code=204, responses=problems(422, 503))
async def delete_opt_out(siret: Siret, service: ServiceDep) -> None:
    """Take back an opt-out; without one nothing happens."""
    await service.write(lambda unit: unit.exclusions.opt_in(siret))
