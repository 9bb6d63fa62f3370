"""What the answers refer to: the snapshot, the intents, the description of this service."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import DirectoryCaller
from api.deps import LanguageQuery, PublishedDep
from api.openapi import problems
from api.routes.documents import json_answer
from api.schemas import IntentsAnswer, SnapshotAnswer
from matchmaker.intents import ROLES
from matchmaker.texts import say

router = APIRouter(prefix="/v1", tags=["reference"])


@router.get("/snapshot", response_model=SnapshotAnswer, responses=problems(503))
async def read_snapshot(_: DirectoryCaller, published: PublishedDep) -> Response:
    """Read what the published snapshot says of itself: dates, digests, counts."""
    manifest = {name: value for name, value in published.manifest.items() if name != "files"}
    return json_answer({"name": published.name, **manifest})


@router.get("/intents", response_model=IntentsAnswer, responses=problems(422))
async def read_intents(_: DirectoryCaller, lang: LanguageQuery = "fr") -> Response:
    """List why companies should meet, and what a partner may be, in words."""
    items = [
        {
            "intent": intent.value,
            "label": say(lang, f"intent.{intent}"),
            "roles": [{"role": role.value, "label": say(lang, f"role.{role}")} for role in roles],
        }
        for intent, roles in ROLES.items()
    ]
    return json_answer({"items": items})


@router.get("/openapi.json", include_in_schema=False)
async def read_description(request: Request, _: DirectoryCaller) -> Response:
    """Describe this service (OpenAPI)."""
    return json_answer(request.app.openapi())
