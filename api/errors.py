"""The one place where an error becomes an answer: problem details (RFC 9457), or a page.

Nothing of the inside of the process gets out: what is not in the table here is a defect, is logged
with its trace and answered with 500 and a fixed sentence.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages.errors import form_given_back, problem_page, sign_in_first
from api.pages.kept_forms import kept_form
from api.security import drop_session_cookie, session_cookie_of
from matchmaker.errors import (
    AccountError,
    BadTextError,
    BrokenPlanError,
    CrossSiteError,
    EventConflictError,
    EventStateError,
    InputFileError,
    IntroductionConflictError,
    IntroductionStateError,
    LetterStateError,
    LinkError,
    MailError,
    MatchmakerError,
    NoCapacityError,
    NotAllowedError,
    NotServedError,
    NotSignedInError,
    PairRefusedError,
    ProblemError,
    ProviderError,
    SignInRefusedError,
    SnapshotError,
    StoreError,
    TooManyTriesError,
    UnknownAccountError,
    UnknownCodeError,
    UnknownCompanyError,
    UnknownEventError,
    UnknownFeedbackError,
    UnknownIntroductionError,
    UnknownLetterError,
    UnknownListError,
)
from matchmaker.introductions.refusals import RequestRefusal
from matchmaker.texts import Language, say
from matchmaker.wording import known_text, sentence_of

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:matchmaker:problem:"
RETRY_SECONDS = 30
"""When to come back where the store or the snapshot is missing."""
_MACHINE_PATHS = ("/v1/", "/health", "/ready", "/metrics", "/static/")
_PAGE_PATHS = (
    "/entreprises/", "/mon-compte", "/connexion", "/deconnexion", "/liens/",
    "/portefeuille", "/listes", "/cette-nuit", "/mises-en-relation", "/evenements", "/territoire",
    "/administration", "/comptes",
)  # fmt: skip
"""Beginnings of the addresses of pages; elsewhere who asks for a page says so in `Accept`."""
_SHOWN_FIELDS = 10

logger = logging.getLogger(__name__)


class BadValueError(MatchmakerError):
    """A value of a request that cannot be used, in a sentence for the caller."""


class VersionMissingError(MatchmakerError):
    """A change of an event that does not say which version was read."""


class MediaTypeError(MatchmakerError):
    """A body of a kind that the address does not take."""


class PlannerBusyError(MatchmakerError):
    """Another plan is being made, and this machine makes one at a time."""


@dataclass(frozen=True)
class Problem:
    """An error as the caller is told.

    Parameters
    ----------
    status, slug, title, detail
        Members of the problem details; the slug ends its `type`.
    fields
        (field, problem) where fields of the request are to blame.
    headers
        Headers of the answer.
    sentence
        The same in the language of a reader, where more is known than the kind of error.
    """

    status: int
    slug: str
    title: str
    detail: str
    fields: Sequence[tuple[str, str]] = ()
    headers: dict[str, str] = field(default_factory=dict)
    sentence: Callable[[Language], str] | None = None


_RETRY = {"Retry-After": str(RETRY_SECONDS)}
_EXPECTED: dict[type[MatchmakerError], tuple[int, str, str]] = {
    UnknownCompanyError: (404, "unknown-company", "Unknown company"),
    NotServedError: (409, "not-served", "The company takes no part in suggestions"),
    UnknownCodeError: (422, "unknown-code", "Unknown code"),
    BadValueError: (422, "bad-value", "A value cannot be used"),
    BadTextError: (422, "bad-value", "A value cannot be used"),
    CrossSiteError: (403, "cross-site", "The form came from another site"),
    UnknownEventError: (404, "unknown-event", "Unknown event"),
    EventStateError: (409, "event-state", "The state of the event does not allow it"),
    EventConflictError: (409, "event-conflict", "Somebody else has changed the event"),
    MediaTypeError: (415, "unsupported-media-type", "The body is of another kind"),
    RequestRefusal: (422, "bad-introduction", "The introduction cannot be as asked"),
    ProblemError: (422, "bad-problem", "The event, or what is to be planned, is not right"),
    InputFileError: (422, "bad-file", "The file cannot be read"),
    VersionMissingError: (428, "version-missing", "The version that was read is missing"),
    NotSignedInError: (401, "not-signed-in", "Nobody has signed in"),
    SignInRefusedError: (401, "sign-in-refused", "The sign-in is refused"),
    NotAllowedError: (403, "not-allowed", "The right is missing"),
    UnknownFeedbackError: (404, "unknown-feedback", "Unknown answer"),
    UnknownIntroductionError: (404, "unknown-introduction", "Unknown introduction"),
    IntroductionStateError: (
        409,
        "introduction-state",
        "The state of the introduction does not allow it",
    ),
    IntroductionConflictError: (
        409,
        "introduction-conflict",
        "Somebody else has changed the introduction",
    ),
    PairRefusedError: (409, "pair-refused", "These two companies are not introduced"),
    NoCapacityError: (409, "no-capacity", "No more introductions this quarter"),
    UnknownAccountError: (404, "unknown-account", "Unknown account"),
    UnknownListError: (404, "unknown-list", "Unknown list"),
    AccountError: (422, "bad-account", "The account cannot be as asked"),
    LinkError: (410, "link-gone", "The link is not good any more"),
    MailError: (422, "bad-letter", "The letter cannot be sent"),
    UnknownLetterError: (404, "unknown-letter", "Unknown letter"),
    LetterStateError: (409, "letter-state", "The state of the letter does not allow it"),
}
_UNAVAILABLE: dict[type[MatchmakerError], tuple[str, str, str]] = {
    SnapshotError: (
        "no-snapshot",
        "No snapshot is published",
        "no snapshot is published, or it cannot be opened. It follows with the next nightly run.",
    ),
    StoreError: (
        "store-unavailable",
        "The store does not answer",
        "the store does not answer. Try again in a moment.",
    ),
    ProviderError: (
        "provider-unavailable",
        "The provider of sign-ins does not answer",
        "the provider of sign-ins does not answer. Try again, or sign in with your password.",
    ),
}
"""Their own messages name folders and servers: they go to the log, not to the caller."""
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_HTTP_DETAILS = {
    400: "the body of the request cannot be read.",
    404: "there is nothing at this address.",
    405: "this address does not know the method.",
}


def problem_of(error: Exception) -> Problem:
    """Decide what a caller is told about an error."""
    if isinstance(error, RequestValidationError):
        fields = [_field_problem(each) for each in error.errors()[:_SHOWN_FIELDS]]
        detail = "; ".join(f"{name}: {problem}" for name, problem in fields)
        sentence = partial(_said_of_fields, fields)
        return Problem(
            422, "bad-value", "A value cannot be used", _sentence(detail), fields, sentence=sentence
        )
    if isinstance(error, HTTPException):
        phrase = HTTPStatus(error.status_code).phrase
        detail = _HTTP_DETAILS.get(error.status_code, f"{phrase}.")
        slug = phrase.lower().replace(" ", "-")
        return Problem(error.status_code, slug, phrase, detail, headers=dict(error.headers or {}))
    for kind, (status, slug, title) in _EXPECTED.items():
        if isinstance(error, kind):
            headers = dict(_CHALLENGE) if status == HTTPStatus.UNAUTHORIZED else {}
            return Problem(status, slug, title, _sentence(str(error)), (), headers, _said_of(error))
    if isinstance(error, TooManyTriesError):
        headers = {"Retry-After": str(error.seconds)}
        return Problem(
            429, "too-many-tries", "Too many tries", str(error), (), headers, _said_of(error)
        )
    if isinstance(error, PlannerBusyError):
        title = "Another plan is being made"
        return Problem(
            503, "planner-busy", title, _sentence(str(error)), (), _RETRY, _said_of(error)
        )
    for kind, (slug, title, detail) in _UNAVAILABLE.items():
        if isinstance(error, kind):
            logger.warning("%s: %s", slug, error)
            return Problem(503, slug, title, detail, headers=_RETRY)
    logger.error("a request failed", exc_info=error)
    said = _said_of(error) if isinstance(error, BrokenPlanError) else None
    detail = "the request failed; the cause is logged."
    return Problem(500, "internal", "Internal error", detail, sentence=said)


def _said_of(error: MatchmakerError) -> Callable[[Language], str] | None:
    """Words of an error for people; nothing where only its kind is said."""
    if sentence_of(error, "en") is None:
        return None
    return lambda language: sentence_of(error, language) or ""


def _said_of_fields(fields: Sequence[tuple[str, str]], language: Language) -> str:
    """Say which values of an address or a form do not fit."""
    names = ", ".join(dict.fromkeys(name for name, _ in fields))
    known = known_text(fields[0][1], language) if len(fields) == 1 else None
    return known or say(language, "error.request.field", field=names)


def _field_problem(error: dict[str, object]) -> tuple[str, str]:
    place = error["loc"]
    assert isinstance(place, tuple)
    if error["type"] == "json_invalid":
        return "body", f"is no valid JSON at character {place[-1]}"
    name = ".".join(str(part) for part in place if part not in ("query", "path"))
    return _printable(name), str(error["msg"])


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _printable(text: str) -> str:
    """Replace lone surrogates, which JSON lets in and UTF-8 does not let out."""
    return text.encode("utf-8", "replace").decode()


def answer(request: Request, problem: Problem) -> Response:
    """Build the answer: a page for people, problem details for programs."""
    if _is_for_people(request):
        return problem_page(
            request, problem.status, problem.slug, problem.headers, problem.sentence
        )
    return as_json(request, problem)


def as_json(request: Request, problem: Problem) -> Response:
    """Build problem details."""
    document: dict[str, object] = {
        "type": TYPE_PREFIX + problem.slug,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": quote(request.scope["path"]),
    }
    if problem.fields:
        document["errors"] = [{"field": name, "problem": text} for name, text in problem.fields]
    return Response(
        orjson.dumps(document), problem.status, headers=problem.headers, media_type=MEDIA_TYPE
    )


def _is_for_people(request: Request) -> bool:
    path: str = request.scope["path"]
    if path.startswith(_MACHINE_PATHS):
        return False
    is_page = path == "/" or path.startswith(_PAGE_PATHS)
    return is_page or "text/html" in request.headers.get("accept", "")


async def _handle(request: Request, error: Exception) -> Response:
    if isinstance(error, NotSignedInError):
        return await _signed_out(request, error)
    if isinstance(error, CrossSiteError) and _is_for_people(request):
        kept = await kept_form(request)
        if kept is not None:
            return form_given_back(request, kept, signed_out=False)
    problem = problem_of(error)
    conflicts = (EventConflictError, IntroductionConflictError)
    if isinstance(error, conflicts) and "if-match" in request.headers:
        problem = replace(problem, status=412)  # RFC 9110, 13.1.1
    return answer(request, problem)


async def _signed_out(request: Request, error: NotSignedInError) -> Response:
    """Lead people to the sign-in, tell programs; a cookie that is not good any more goes.

    Whoever has filled in a form meanwhile gets it back.
    """
    if not _is_for_people(request):
        response = answer(request, problem_of(error))
    elif (kept := await kept_form(request)) is not None:
        response = form_given_back(request, kept, signed_out=True)
    else:
        response = sign_in_first(request)
    settings = request.app.state.service.settings
    if session_cookie_of(request, settings) is not None:
        drop_session_cookie(response, settings)
    return response


def handle_errors(app: FastAPI) -> None:
    """Answer every expected error of the routes."""
    for kind in (RequestValidationError, HTTPException, MatchmakerError):
        app.add_exception_handler(kind, _handle)


class UnexpectedErrors:
    """Middleware: whatever else fails is logged, and answered without a word on the inside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and answer for what fails."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the last stop before the caller
            problem = problem_of(error)
            if started or scope["type"] != "http":
                raise  # too late for an answer: the server cuts the connection
            await answer(Request(scope), problem)(scope, receive, send)
