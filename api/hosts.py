"""Which host names the service answers to."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import Problem, as_json
from matchmaker.settings import AccessSettings

_UNKNOWN = Problem(
    400,
    "unknown-host",
    "The service has another name",
    "this service does not answer to the host name of the request (settings access.hosts and "
    "access.public_url).",
)


class KnownHosts:
    """Middleware: refuse requests to other host names, whatever their port.

    Otherwise a site could lead a browser to this service under its own name, or have an address
    of its own written into an answer.

    Parameters
    ----------
    access
        Names the hosts.
    """

    def __init__(self, app: ASGIApp, access: AccessSettings) -> None:
        self._app = app
        names = {name.lower() for name in access.hosts}
        self._hosts = {name for name in names if not name.startswith("*.")}
        self._hosts.add(urlsplit(access.public_url).hostname or "")
        self._endings = tuple(name[1:] for name in names if name.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and not self._knows(scope):
            await as_json(Request(scope), _UNKNOWN)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"host"]
        host = host_name(given[0].decode("latin-1")) if len(given) == 1 else None
        return host is not None and (host in self._hosts or host.endswith(self._endings))


def host_name(header: str) -> str | None:
    """Host of a `Host` header, in small letters and without its port; nothing where it is none."""
    try:
        parts = urlsplit(f"//{header}")
        has_more = parts.path or parts.query or parts.fragment or "@" in parts.netloc
        return None if has_more or (parts.port or 0) < 0 else parts.hostname
    except ValueError:
        return None
