"""For whoever watches the process: alive, ready, metrics."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.access import MetricsCaller
from api.deps import PublishedDep, ServiceDep
from api.openapi import problems
from api.routes.documents import json_answer
from api.schemas import HealthAnswer, ReadyAnswer

router = APIRouter(tags=["health"])


@router.get("/health", response_model=HealthAnswer)
async def read_health() -> Response:
    """Tell that the process lives."""
    return json_answer({"status": "ok"})


@router.get("/ready", response_model=ReadyAnswer, responses=problems(503))
async def read_readiness(service: ServiceDep, published: PublishedDep) -> Response:
    """Tell whether requests can be answered: the store answers and a snapshot is open."""
    await service.read(lambda unit: unit.imports.data_date())
    return json_answer({"status": "ready", "snapshot": published.name})


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, _: MetricsCaller) -> Response:
    """Write the metrics of this worker process in the text format of Prometheus."""
    # In a thread: some of them are read from the store, which may be across a network.
    text = await run_sync(generate_latest, request.app.state.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
