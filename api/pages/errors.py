"""Errors as pages."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from api.pages.rendering import language_of, render
from matchmaker.texts import catalogue


def problem_page(request: Request, status: int, slug: str, headers: Mapping[str, str]) -> Response:
    """Say in the reader's language what went wrong, and offer the way back."""
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
    )
