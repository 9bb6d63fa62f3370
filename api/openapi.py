"""The OpenAPI description: problem details beside every answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from api.access import right_of
from api.errors import MEDIA_TYPE, TYPE_PREFIX
from api.schemas import FieldProblem, ProblemDetails

_REFERENCE = "#/components/schemas/{model}"
_EXAMPLES: dict[int, tuple[str, str, str]] = {
    400: ("bad-request", "Bad Request", "the body of the request cannot be read."),
    401: (
        "not-signed-in",
        "Nobody has signed in",
        "sign in, or send a service key, to use this address.",
    ),
    403: ("not-allowed", "The right is missing", "this address needs the right directory."),
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
    410: (
        "link-gone",
        "The link is not good any more",
        "this link has been used already; nothing was changed.",
    ),
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
        "say which version of what you change you have read: in If-Match, or as version.",
    ),
    429: ("too-many-tries", "Too many tries", "too many searches; try again in 20 s."),
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

_OF_ACCOUNTS: dict[int, tuple[str, str, str]] = {
    404: ("unknown-account", "Unknown account", "account 'k7m2p9qa' is not in the store."),
    422: (
        "bad-account",
        "The account cannot be as asked",
        "an adviser has a chamber (77 or 91), and nobody else has one.",
    ),
}

_OF_INTRODUCTIONS: dict[int, tuple[str, str, str]] = {
    404: (
        "unknown-introduction",
        "Unknown introduction",
        "introduction 'k7m2p9qa' is not in the store; check its address.",
    ),
    409: (
        "introduction-state",
        "The state of the introduction does not allow it",
        "the introduction is in state 'ended' and does not allow: accept; possible for you: "
        "nothing.",
    ),
    412: (
        "introduction-conflict",
        "Somebody else has changed the introduction",
        "Zoé Martin (CCI 77) changed the introduction on 2026-11-24 14:00 (version 3, you had "
        "read version 2); nothing was written: read it again and repeat your move.",
    ),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route."""
    return {status: _described(status, _EXAMPLES[status]) for status in statuses}


def account_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route of accounts or keys."""
    examples = {**_EXAMPLES, **_OF_ACCOUNTS}
    return {status: _described(status, examples[status]) for status in statuses}


def introduction_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route of introductions."""
    examples = {**_EXAMPLES, **_OF_INTRODUCTIONS}
    described: dict[int | str, dict[str, Any]] = {
        status: _described(status, examples[status]) for status in statuses
    }
    for each in described.values():
        for content in each["content"].values():
            content["example"]["instance"] = "/v1/introductions/k7m2p9qa"
    return described


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


def _secure(document: dict[str, Any], app: FastAPI) -> None:
    """Say of every operation that needs a right how to prove it, and how it is refused."""
    document["components"]["securitySchemes"] = {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "matchmaker",
            "description": "From `POST /v1/session`; `__Host-matchmaker` behind TLS. A change "
            "also needs the header `X-CSRF-Token`.",
        },
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A service key: `matchmaker accounts new-key`, `POST /v1/keys`.",
        },
    }
    for route in iter_route_contexts(app.routes):
        right = right_of(route)
        if right is None or not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            operation["security"] = [{"session": []}, {"key": []}]
            operation["x-right"] = right.value
            for status, described in problems(401, 403).items():
                operation["responses"].setdefault(str(status), described)


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
            _secure(document, app)
            schemas = document["components"]["schemas"]
            for model in (FieldProblem, ProblemDetails):
                schema = model.model_json_schema(ref_template=_REFERENCE)
                schema.pop("$defs", None)
                schemas[model.__name__] = schema
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]
