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
    412: (
        "event-conflict",
        "Somebody else has changed the event",
        "Zoé changed the event on 2026-11-24 14:00 (version 3, you had read version 2); nothing "
        "was written: read it again and repeat your change.",
    ),
    413: ("content-too-large", "The body is too large", "the body has more than 262144 bytes."),
    415: (
        "unsupported-media-type",
        "The body is of another kind",
        "the body is of kind text/plain; send application/json.",
    ),
    422: (
        "bad-value",
        "A value cannot be used",
        "limit: Input should be less than or equal to 100.",
    ),
    428: (
        "version-missing",
        "The version that was read is missing",
        "say which version of the event you have read: in If-Match, or as version.",
    ),
    503: ("no-snapshot", "No snapshot is published", "no snapshot is published."),
}
_OF_EVENTS: dict[int, tuple[str, str, str]] = {
    404: (
        "unknown-event",
        "Unknown event",
        "event 'k7m2p9qa' is not in the store; check its address.",
    ),
    409: (
        "event-state",
        "The state of the event does not allow it",
        "The event is in state draft and cannot move to published; it can move to: inviting, "
        "registering, cancelled.",
    ),
    422: (
        "bad-problem",
        "The event, or what is to be planned, is not right",
        "event: chamber '999' is no department.",
    ),
    503: ("planner-busy", "Another plan is being made", "another plan is being made; try again."),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route."""
    return {status: _described(status, _EXAMPLES[status]) for status in statuses}


def event_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route of events."""
    examples = {**_EXAMPLES, **_OF_EVENTS}
    described: dict[int | str, dict[str, Any]] = {
        status: _described(status, examples[status]) for status in statuses
    }
    for each in described.values():
        for content in each["content"].values():
            content["example"]["instance"] = "/v1/events/k7m2p9qa"
    return described


def _described(status: int, example_of: tuple[str, str, str]) -> dict[str, Any]:
    slug, title, detail = example_of
    example = {
        "type": TYPE_PREFIX + slug,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "/v1/companies/73282932000074",
    }
    if slug == "bad-value":
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
