"""How good the nights are: the quality table of what is served, and of the nights before."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.responses import Response

from api.access import QualityCaller
from api.deps import PublishedDep, ServiceDep
from api.openapi import problems
from api.routes.documents import json_answer
from api.schemas import QualityAnswer
from matchmaker.store.snapshots import Snapshot, all_snapshots

router = APIRouter(prefix="/v1", tags=["reference"])


@router.get("/quality", response_model=QualityAnswer, responses=problems(503))
async def read_quality(_: QualityCaller, service: ServiceDep, published: PublishedDep) -> Response:
    """Read what the night that is served measured of itself, and the figures of the other nights.

    `held_back` is the newest night that broke a gate since, if there is one.
    """
    kept = await run_sync(all_snapshots, service.settings.snapshots_folder)
    later = (each for each in kept if each.held_back and each.name > published.name)
    refused = next(later, None)
    return json_answer(
        {
            "snapshot": published.name,
            "created_at": published.manifest["created_at"],
            "fictional": published.fictional,
            "quality": published.manifest.get("quality"),
            "held_back": None if refused is None else _refusal(refused),
            "history": [_figures(snapshot) for snapshot in kept],
        }
    )


def _refusal(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "snapshot": snapshot.name,
        "created_at": snapshot.manifest["created_at"],
        "broken": list(snapshot.held_back),
        "quality": snapshot.manifest["quality"],
    }


def _figures(snapshot: Snapshot) -> dict[str, Any]:
    """Sum up a night; one by an older version of this code measured nothing."""
    quality = snapshot.manifest.get("quality")
    return {
        "snapshot": snapshot.name,
        "created_at": snapshot.manifest["created_at"],
        "held_back": bool(snapshot.held_back),
        "figures": None if quality is None else quality["overall"],
    }
