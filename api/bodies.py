"""Bodies of requests: how long they may be."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Problem, answer

TOO_LARGE = "content-too-large"


class BodyLimit:
    """Middleware: refuse long bodies, also those that come in chunks and do not say their length.

    The body is small, so it is read whole before the route sees anything of it.

    Parameters
    ----------
    max_bytes
        Longest body.
    larger
        Longest body below some paths, by their beginnings; none if not given.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int, larger: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, or refuse it."""
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        length = headers.get(b"content-length", b"0")
        if length == b"0" and b"transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        too_long = length.isdigit() and int(length) > limit
        body = None if too_long else await _read(receive, limit)
        if body is None:
            await answer(Request(scope), _too_large(limit))(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)

    def _limit(self, path: str) -> int:
        found = (limit for start, limit in self._larger.items() if path.startswith(start))
        return next(found, self._max_bytes)


async def _read(receive: Receive, limit: int) -> list[Message] | None:
    """Read a whole body; nothing where it is longer than the limit."""
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > limit:
            return None
        if not message.get("more_body", False):
            return messages


def _too_large(limit: int) -> Problem:
    detail = f"the body has more than {limit} bytes."
    # The rest of the body is not read, so the connection cannot be used again.
    return Problem(413, TOO_LARGE, "The body is too large", detail, headers={"Connection": "close"})


def _replayed(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def replay() -> Message:
        return next(waiting, None) or await receive()

    return replay
