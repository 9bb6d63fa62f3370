"""The one stylesheet: a file of its own, or inside the page for somebody who just came in."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request

NAME = "style.css"
FROM_OUTSIDE = ("none", "cross-site", "same-site")
"""Values of `Sec-Fetch-Site` (W3C Fetch Metadata) of an address typed, kept, or met elsewhere."""


@cache
def stylesheet() -> str:
    """Read the stylesheet."""
    return files("api").joinpath("static", NAME).read_text(encoding="utf-8")


@cache
def stylesheet_source() -> str:
    """Name the stylesheet for `style-src`: this text and no other may stand inside a page."""
    digest = hashlib.sha256(stylesheet().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def comes_in(request: Request) -> bool:
    """Tell whether a page is the first one of a visit, as far as the browser says.

    A phone on a slow network then paints as soon as the page is there: it need not ask for the
    stylesheet first. From page to page the browser keeps the file, and the page stays small.
    """
    return request.headers.get("sec-fetch-site") in FROM_OUTSIDE
