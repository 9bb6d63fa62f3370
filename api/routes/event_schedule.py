"""Planning without the store: a problem in, a plan out, nothing kept."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.access import Needs
from api.deps import LanguageQuery, ServiceDep
from api.event_access import KindQuery, require_media_type, seconds_of
from api.event_examples import PROBLEM
from api.event_schemas import PlanDocument, SchemaDocument
from api.openapi import event_problems
from api.routes.documents import json_answer
from matchmaker.accounts.roles import Right
from matchmaker.events.details import EventKind
from matchmaker.events.documents import document_bytes, json_schema, parse_document
from matchmaker.events.services.planners import planner_of
from matchmaker.events.stopping import Stop

router = APIRouter(
    prefix="/v1/events", tags=["event plans"], dependencies=[Depends(Needs(Right.EVENTS))]
)

JSON = "application/json"
_PROBLEM_BODY = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": {"type": "object"}, "example": PROBLEM}},
    }
}


@router.post(
    "/schedule",
    response_model=PlanDocument,
    responses=event_problems(413, 415, 422, 503),
    openapi_extra=_PROBLEM_BODY,
)
async def schedule(
    request: Request,
    service: ServiceDep,
    kind: KindQuery = EventKind.CONVENTION,
    time_limit: Annotated[
        float | None,
        Query(gt=0, description="Seconds; `events.planning_seconds` if not given."),
    ] = None,
    seed: Annotated[int, Query(ge=0, lt=2**31, description="Of every random choice.")] = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Plan a problem, as `matchmaker events schedule` does; nothing is stored."""
    require_media_type(request, JSON)
    seconds, data = seconds_of(service, time_limit), await request.body()

    def work() -> bytes:
        stop, planner = Stop(seconds, time.monotonic), planner_of(kind)
        problem = parse_document(data, planner.problem, "body")
        return document_bytes(planner.make(problem, stop, seed, lang))

    return Response(await service.plan(work), media_type=JSON)


@router.get("/schema", response_model=SchemaDocument, responses=event_problems(422))
async def read_schema(
    kind: KindQuery = EventKind.CONVENTION,
    plan: Annotated[bool, Query(description="Of the plan instead of the problem.")] = False,
) -> Response:
    """Read the JSON Schema of a problem, or of a plan."""
    planner = planner_of(kind)
    return json_answer(json_schema(planner.plan if plan else planner.problem))
