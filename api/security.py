"""Headers that keep pages to themselves, and the check that a form is our own."""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.stylesheet import stylesheet_source
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.signing import Signer
from matchmaker.errors import CrossSiteError
from matchmaker.settings import Settings

if TYPE_CHECKING:
    from api.deps import Service

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: browsers would then hide the origin of our own forms from us.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""On every answer; one that a route has set stays."""
SESSION_TOKEN = "session"
"""Purpose of the signed token in the cookie."""
CSRF_TOKEN = "csrf"
"""Purpose of the digest of a session that its changes must carry."""
FORM = "application/x-www-form-urlencoded"
UPLOAD = "multipart/form-data"
LONGEST_FIELD = 262_144
"""Bytes of one field that is no file."""
MOST_FIELDS = 2_000
"""Fields of a form; a spreadsheet mended on a page has a few per row."""
MAX_PATH = 2_000
"""Characters of an address to which a sign-in leads on."""


def content_policy(tiles: str | None) -> str:
    """Write the Content-Security-Policy: our own files only, and inline the one stylesheet.

    Parameters
    ----------
    tiles
        Address of the tile server, the one other host that pages may ask; none if not set.
    """
    images = "'self'"
    if tiles is not None:
        parts = urlsplit(tiles)
        # The map library puts a one-pixel data image in the place of a tile that it lets go.
        images += f" data: {parts.scheme}://{parts.netloc}"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' {stylesheet_source()}; "
        f"img-src {images}; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


_HEXADECIMAL = re.compile(r"[0-9a-f]*")


class SecurityHeaders:
    """Middleware: add the headers to every answer, errors included.

    Parameters
    ----------
    tiles
        As in `content_policy`.
    """

    def __init__(self, app: ASGIApp, tiles: str | None = None) -> None:
        self._app = app
        self._headers = {"Content-Security-Policy": content_policy(tiles), **HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class HeadRequests:
    """Middleware: answer HEAD wherever GET is answered, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a HEAD on as a GET, and keep the body back."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


def require_same_origin(request: Request) -> None:
    """Refuse a form that was not sent by one of our own pages.

    Browsers say where a request comes from, and a page cannot forge it: in `Sec-Fetch-Site`, or
    else in `Origin`. A request with neither is refused as well.

    Raises
    ------
    CrossSiteError
        If the form came from elsewhere.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site == "same-origin"
    else:
        ours = bool(origin) and _host_of(origin) == request.headers.get("host", "")
    if not ours:
        raise CrossSiteError("send this form from one of the pages of this service.")


def _host_of(origin: str | None) -> str | None:
    """Host and port of an origin; nothing where it is none, so that it equals no host."""
    try:
        return urlsplit(origin or "").netloc or None
    except ValueError:
        return None


def cookie_name(settings: Settings) -> str:
    """Name of the cookie; browsers bind one that begins with `__Host-` to this very host."""
    return "__Host-matchmaker" if is_secure(settings) else "matchmaker"


def is_secure(settings: Settings) -> bool:
    """Whether people reach the service over TLS."""
    return settings.access.public_url.startswith("https://")


def session_cookie_of(request: Request, settings: Settings) -> str | None:
    """Read the session cookie of a request, if it has one."""
    return request.cookies.get(cookie_name(settings))


def set_session_cookie(response: Response, service: Service, token: str) -> None:
    """Give a browser its session.

    Parameters
    ----------
    token
        Drawn for this session; the store holds its digest.
    """
    response.set_cookie(
        cookie_name(service.settings),
        service.signer.sign(SESSION_TOKEN, token),
        httponly=True,
        secure=is_secure(service.settings),
        samesite="lax",
        path="/",
    )


def drop_session_cookie(response: Response, settings: Settings) -> None:
    """Take the session out of a browser."""
    response.delete_cookie(
        cookie_name(settings),
        httponly=True,
        secure=is_secure(settings),
        samesite="lax",
        path="/",
    )


def csrf_token(signer: Signer, principal: Principal) -> str:
    """Token that changes of a session must carry; empty for callers without a session."""
    return signer.digest(CSRF_TOKEN, principal.session) if principal.session else ""


def masked(token: str, pad: bytes) -> str:
    """Write a token otherwise on every page, so that its compressed length betrays nothing.

    Beside text that an attacker can choose, the length of a compressed page tells how alike the two
    are (BREACH: Gluck, Harris and Prado, 2013). A token that is drawn anew each time is alike to
    nothing.

    Parameters
    ----------
    token
        Hexadecimal digits, two for each byte of the pad.
    pad
        Random bytes, drawn for this page.

    Returns
    -------
    str
        The pad, and the token under it; `unmasked` reads it. Empty for an empty token.

    Raises
    ------
    ValueError
        If pad and token are not equally long.
    """
    if not token:
        return ""
    plain = bytes.fromhex(token)
    if len(plain) != len(pad):
        raise ValueError(f"pad must have {len(plain)} bytes, got {len(pad)}")
    return pad.hex() + bytes(a ^ b for a, b in zip(plain, pad, strict=True)).hex()


def unmasked(given: str, length: int) -> str:
    """Read a token that a page has masked; anything else stays as it is.

    Parameters
    ----------
    length
        Of the token, in characters.
    """
    if len(given) != 2 * length or _HEXADECIMAL.fullmatch(given) is None:
        return given
    return masked(given[length:], bytes.fromhex(given[:length]))[length:]


def require_same_origin_if_told(request: Request) -> None:
    """Refuse a change whose browser says that another site has sent it.

    Raises
    ------
    CrossSiteError
        If it was.
    """
    if "sec-fetch-site" in request.headers or "origin" in request.headers:
        require_same_origin(request)


async def form_of(request: Request) -> FormData:
    """Read the form of a request, once: a second call gives the same.

    Raises
    ------
    HTTPException
        With status 400, if its texts are said to be in anything but UTF-8: browsers say nothing,
        and other codecs fail in their own ways, or give what UTF-8 cannot write.
    """
    _, options = parse_options_header(request.headers.get("content-type"))
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise HTTPException(400)
    return await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)


async def csrf_matches(request: Request, signer: Signer, principal: Principal) -> None:
    """Refuse a change without the token of its session, in the header or in the form.

    Raises
    ------
    CrossSiteError
        If it is missing or another session's.
    """
    given = request.headers.get("x-csrf-token")
    if given is None and request.headers.get("content-type", "").startswith((FORM, UPLOAD)):
        sent = (await form_of(request)).get("csrf")
        given = sent if isinstance(sent, str) else None
    expected = csrf_token(signer, principal)
    plain = None if given is None else unmasked(given, len(expected))
    if plain is None or not compare_digest(plain.encode("utf-8", "replace"), expected.encode()):
        raise CrossSiteError("the token of the session (X-CSRF-Token) is missing or wrong.")


def own_path(wanted: str) -> str:
    r"""Address of ours to which a reader may be sent on; empty where it is none.

    Browsers read `//host` and `/\host` as another site, and leave control characters out before
    they look; a proxy may decode once more what was encoded.
    """
    if len(wanted) > MAX_PATH or not wanted.startswith("/"):
        return ""
    plain = _decoded(wanted)
    path = plain.partition("?")[0]
    strange = "\\" in plain or "//" in path or not plain.isprintable()
    of_sign_in = path.startswith(("/connexion", "/deconnexion"))
    return "" if strange or of_sign_in else wanted


def _decoded(text: str) -> str:
    while (plain := unquote(text)) != text:
        text = plain
    return text
