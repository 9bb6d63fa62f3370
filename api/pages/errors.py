"""Errors as pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.kept_forms import KeptForm
from api.pages.navigation import entries
from api.pages.rendering import address, language_of, render
from matchmaker.texts import Language, catalogue

_WHOLE: Mapping[str, str] = {
    "HX-Retarget": "main",
    "HX-Reselect": "main",
    "HX-Reswap": "outerHTML show:window:top",
}
"""What htmx is told where the answer is another page: the part that it asked for is not in it."""


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
        headers={**headers, **_whole(request)},
        key=f"page.problem.{slug if known else fallback}",
        code=status,
        detail=sentence(language) if sentence else "",
        back=_way_back(request),
    )


def _whole(request: Request) -> Mapping[str, str]:
    return _WHOLE if "hx-request" in request.headers else {}


def _way_back(request: Request) -> tuple[str, str]:
    """Name and address of the place that a page belongs to; of the search where there is none."""
    path: str = request.scope["path"]
    places = entries(getattr(request.state, "caller", None), path)
    at = next((each for each in places if each.current and each.path != path), None)
    if at is None or at.path == "/":
        return "page.problem.back", "/"
    return f"navigation.{at.key}", at.path


def form_given_back(request: Request, kept: KeptForm, *, signed_out: bool) -> Response:
    """Give a form back that came too late, to be sent once more by who has filled it in.

    Parameters
    ----------
    kept
        What it held.
    signed_out
        Whether they have to sign in first: in another tab, as this page holds what they typed.
    """
    return render(
        request,
        "kept_form.html",
        language_of(request),
        status=401 if signed_out else 403,
        headers=_whole(request),
        key=f"page.kept.{'over' if signed_out else 'again'}",
        kept=kept,
        signed_out=signed_out,
    )


def sign_in_first(request: Request) -> Response:
    """Send a reader to the sign-in, from where they come back to the page that they asked for."""
    wanted = ""  # whoever asked for nothing in particular is led to their own firm
    if request.method == "GET" and (request.scope["path"] != "/" or request.url.query):
        query = f"?{request.url.query}" if request.url.query else ""
        wanted = request.scope["path"] + query
    target = address(request, "/connexion", language_of(request), suite=wanted)
    return RedirectResponse(target, status_code=303)
