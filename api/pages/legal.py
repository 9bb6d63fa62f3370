"""The legal pages, for everybody: who runs the service, and what it does with personal data."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.deps import LanguageQuery, ServiceDep
from api.pages.rendering import render
from matchmaker.privacy.retention import PERIODS
from matchmaker.settings import RetentionSettings

router = APIRouter(include_in_schema=False)

NOTICE_PARTS = ("publisher", "chambers", "hosting", "sources", "fictional")
PRIVACY_PARTS = (
    "purpose", "basis", "data", "sources", "recipients", "contacts", "model", "cookies", "security",
)  # fmt: skip
"""Sections of the pages, each a title and a text of the catalogue."""


@router.get("/mentions-legales")
async def legal_notice(request: Request, lang: LanguageQuery = "fr") -> Response:
    """Say who publishes the service."""
    return render(request, "legal_notice.html", lang, parts=NOTICE_PARTS)


@router.get("/confidentialite")
async def privacy_page(
    request: Request, service: ServiceDep, lang: LanguageQuery = "fr"
) -> Response:
    """Say what is held on whom, why, for how long, and how to object."""
    return render(
        request,
        "privacy.html",
        lang,
        parts=PRIVACY_PARTS,
        periods=_periods(service.settings.retention),
        contact=service.settings.access.privacy_contact,
    )


def _periods(settings: RetentionSettings) -> list[tuple[str, int]]:
    return [(period.name, getattr(settings, period.setting)) for period in PERIODS]
