"""The audit log, and the log of contact data."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AwareDatetime

from api.access import AuditCaller
from api.account_schemas import AuditAnswer, ContactReadsAnswer
from api.deps import ServiceDep
from api.openapi import problems
from api.routes.documents import json_answer

router = APIRouter(prefix="/v1", tags=["audit"])

MAX_LINES = 1_000

SinceQuery = Annotated[
    AwareDatetime | None,
    Query(description="Only from this moment on.", examples=["2026-11-24T00:00:00Z"]),
]
LinesQuery = Annotated[int, Query(ge=1, le=MAX_LINES)]


@router.get("/audit", response_model=AuditAnswer, responses=problems(422, 503))
async def read_audit(
    _: AuditCaller,
    service: ServiceDep,
    since: SinceQuery = None,
    action: Annotated[
        str | None,
        Query(max_length=60, description="`account.created`, or `account` for all of accounts."),
    ] = None,
    limit: LinesQuery = 200,
) -> Response:
    """Read who did what, the newest first."""
    lines = await service.read(lambda unit: unit.audit.list(since, action, limit))
    return json_answer({"items": lines})


@router.get("/contact-reads", response_model=ContactReadsAnswer, responses=problems(422, 503))
async def read_contact_reads(
    _: AuditCaller,
    service: ServiceDep,
    siret: Annotated[str | None, Query(max_length=14, description="Only of this firm.")] = None,
    since: SinceQuery = None,
    limit: LinesQuery = 200,
) -> Response:
    """Read who was shown the contact of a firm, or had it sent to them, the newest first."""
    lines = await service.read(lambda unit: unit.contacts.list(siret, since, limit))
    return json_answer({"items": lines})
