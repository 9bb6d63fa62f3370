"""A form that came too late: its session is over, or another one. What was typed is not lost."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.security import FORM, UPLOAD, form_of, own_path, require_same_origin
from matchmaker.errors import CrossSiteError

LONGEST = 262_144
"""Bytes of a form that are given back: as many as a page may send but for its files."""
SHOWN = 20
"""Characters from which on several words are surely something that somebody has written."""
_SECRET = ("/connexion", "/deconnexion", "/mon-compte/mot-de-passe", "/liens/")
"""Forms with passwords, or with nothing that is worth keeping."""


@dataclass(frozen=True)
class KeptForm:
    """What a form held.

    Parameters
    ----------
    target
        Where it was sent to.
    page
        The page that it stood on; empty where the browser does not say.
    fields
        Names and texts, without the token of the session.
    written
        Those texts that somebody must have written.
    had_file
        Whether it held a file, which no page can give back.
    """

    target: str
    page: str
    fields: tuple[tuple[str, str], ...]
    written: tuple[str, ...]
    had_file: bool


async def kept_form(request: Request) -> KeptForm | None:
    """Read a form that cannot be taken, to be given back to who has filled it in.

    Only one that one of our own pages has sent: what another site makes up is never offered to be
    sent once more.
    """
    if not _may_be_kept(request):
        return None
    try:
        require_same_origin(request)
        sent = (await form_of(request)).multi_items()
    except (CrossSiteError, HTTPException):
        return None
    texts = [(name, each) for name, each in sent if isinstance(each, str) and name != "csrf"]
    query = f"?{request.url.query}" if request.url.query else ""
    target = own_path(quote(request.scope["path"]) + query)
    if not target:
        return None
    return KeptForm(
        target=target,
        page=_page_of(request),
        fields=tuple(texts),
        written=tuple(each for _, each in texts if len(each) >= SHOWN and " " in each),
        had_file=any(not isinstance(each, str) and each.filename for _, each in sent),
    )


def _may_be_kept(request: Request) -> bool:
    kind = request.headers.get("content-type", "")
    length = request.headers.get("content-length", "")
    return (
        request.method == "POST"
        and kind.startswith((FORM, UPLOAD))
        and length.isdigit()
        and int(length) <= LONGEST
        and not request.scope["path"].startswith(_SECRET)
    )


def _page_of(request: Request) -> str:
    """Page that a form stood on; its own address where htmx or the browser names none of ours."""
    named = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    try:
        parts = urlsplit(named)
    except ValueError:
        return ""
    if parts.netloc != request.headers.get("host", ""):
        return ""
    return own_path(parts.path + (f"?{parts.query}" if parts.query else ""))
