"""The legal pages, for everybody: who runs the service, and what it does with personal data."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.deps import LanguageQuery, ServiceDep
from api.pages.rendering import render
from matchmaker.privacy.retention import PERIODS
from matchmaker.settings import RetentionSettings
from matchmaker.texts import Language, say_number

router = APIRouter(include_in_schema=False)

NOTICE_PARTS = ("publisher", "chambers", "hosting", "sources", "fictional")
PRIVACY_PARTS = (
    "purpose", "basis", "data", "sources", "recipients", "contacts", "model", "cookies", "security",
)  # fmt: skip
"""Sections of the pages, each a title and a text of the catalogue."""
DAYS_OF_YEAR = 365


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
        periods=_periods(service.settings.retention, lang),
        contact=service.settings.access.privacy_contact,
    )


def _periods(settings: RetentionSettings, language: Language) -> list[tuple[str, str]]:
    return [(each.name, _span(getattr(settings, each.setting), language)) for each in PERIODS]


def _span(days: int, language: Language) -> str:
    """Say a period as people do: in years where it is whole years."""
    years, rest = divmod(days, DAYS_OF_YEAR)
    kind, count = ("days", days) if rest else ("years", years)
    return say_number(language, f"privacy.span.{kind}", count)
