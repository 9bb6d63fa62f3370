"""The OpenAPI description: problem details beside every answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import MEDIA_TYPE, TYPE_PREFIX
from api.schemas import FieldProblem, ProblemDetails

_REFERENCE = "#/components/schemas/{model}"
_EXAMPLES: dict[int, tuple[str, str, str]] = {
    400: ("bad-request", "Bad Request", "the body of the request cannot be read."),
    404: ("unknown-company", "Unknown company", "company 73282932000074 is not in the store."),
    409: (
        "not-served",
        "The company takes no part in suggestions",
        "company 73282932000074 takes no part in suggestions (rule public_body).",
    ),
    413: ("content-too-large", "The body is too large", "the body has more than 262144 bytes."),
    422: (
        "bad-value",
        "A value cannot be used",
        "limit: Input should be less than or equal to 100.",
    ),
    503: ("no-snapshot", "No snapshot is published", "no snapshot is published."),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route."""
    return {status: _described(status) for status in statuses}


def _described(status: int) -> dict[str, Any]:
    slug, title, detail = _EXAMPLES[status]
    example = {
        "type": TYPE_PREFIX + slug,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "/v1/companies/73282932000074",
    }
    if status == 422:
        example["errors"] = [{"field": "limit", "problem": detail.removeprefix("limit: ")}]
    schema = {"$ref": _REFERENCE.format(model=ProblemDetails.__name__)}
    return {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }


def describe(app: FastAPI) -> None:
    """Let the application describe its errors with a schema that no route returns as such."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            schemas = document["components"]["schemas"]
            for model in (FieldProblem, ProblemDetails):
                schema = model.model_json_schema(ref_template=_REFERENCE)
                schema.pop("$defs", None)
                schemas[model.__name__] = schema
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]
