"""Errors as pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.rendering import address, language_of, render
from matchmaker.texts import Language, catalogue


def problem_page(
    request: Request,
    status: int,
    slug: str,
    headers: Mapping[str, str],
    sentence: Callable[[Language], str] | None = None,
) -> Response:
    """Say in the reader's language what went wrong, and offer the way back.

    Parameters
    ----------
    sentence
        Says it more exactly than the catalogue does for all errors of this kind; none if not given.
    """
    language = language_of(request)
    known = f"page.problem.{slug}.title" in catalogue(language)
    fallback = "internal" if status >= 500 else "bad-value"
    return render(
        request,
        "problem.html",
        language,
        status=status,
        headers=headers,
        key=f"page.problem.{slug if known else fallback}",
        code=status,
        detail=sentence(language) if sentence else "",
    )


def sign_in_first(request: Request) -> Response:
    """Send a reader to the sign-in, from where they come back to the page that they asked for."""
    wanted = ""  # whoever asked for nothing in particular is led to their own firm
    if request.method == "GET" and (request.scope["path"] != "/" or request.url.query):
        query = f"?{request.url.query}" if request.url.query else ""
        wanted = request.scope["path"] + query
    target = address(request, "/connexion", language_of(request), suite=wanted)
    return RedirectResponse(target, status_code=303)
