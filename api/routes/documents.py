"""JSON answers: plain documents written by orjson, past the slower validation of models."""

from __future__ import annotations

import orjson
from fastapi.responses import Response

from models.published import Published


def json_answer(document: object, status: int = 200) -> Response:
    """Answer with a document; a test holds it against its schema."""
    return Response(orjson.dumps(document), status, media_type="application/json")


def origin_of(published: Published) -> dict[str, object]:
    """Say which snapshot an answer rests on."""
    return {
        "snapshot": published.name,
        "data_date": published.manifest["data_date"],
        "fictional": published.fictional,
    }
