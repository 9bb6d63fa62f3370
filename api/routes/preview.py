"""Suggestions for a profile that is not in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import DirectoryCaller
from api.deps import PublishedDep, ServiceDep, chosen_intents
from api.errors import BadValueError
from api.lookup import checked_commune
from api.openapi import problems
from api.routes.documents import json_answer, origin_of
from api.schemas import PreviewAnswer, PreviewRequest
from matchmaker.activities import naf_code
from matchmaker.companies import Company, Profile, size_rank
from matchmaker.store import Unit
from matchmaker.territory import commune, department_of, is_known_commune
from models.answers import suggestion_document, trade_of_company
from models.company_features import company_rows
from models.published import Published
from models.serving import suggestions_for_profile

router = APIRouter(prefix="/v1", tags=["suggestions"])

PLACEHOLDER = "0" * 14
"""Stands for the SIRET of the profile; no establishment has it."""


@router.post("/preview", response_model=PreviewAnswer, responses=problems(400, 413, 422, 503))
async def preview_suggestions(
    body: PreviewRequest, _: DirectoryCaller, service: ServiceDep, published: PublishedDep
) -> Response:
    """Rank partners for a profile with the published model; nothing is stored."""
    company = previewed_company(body, published.model.departments)
    answer = await service.rank(lambda unit: _ranked(published, unit, body, company))
    return json_answer(answer)


def _ranked(
    published: Published, unit: Unit, body: PreviewRequest, company: Company
) -> dict[str, Any]:
    profile = Profile(
        siret=PLACEHOLDER,
        consent=True,
        activity=body.activity,
        offers=body.offers,
        needs=body.needs,
        certifications=tuple(body.certifications),
        themes=tuple(body.themes),
    )
    found = suggestions_for_profile(
        published,
        unit,
        company_rows([company], {PLACEHOLDER: profile}, published.model.departments),
        company,
        profile,
        intents=chosen_intents(body.intent),
        limit=body.limit,
        language=body.lang,
    )
    return {
        "company": {
            "name": company.name,
            "department": company.department,
            "commune": company.commune or None,
            "commune_name": company.commune_name or None,
            "naf": company.naf,
            "naf_label": trade_of_company(company, body.lang),
            "size_band": company.size_band,
        },
        **origin_of(published),
        "items": [suggestion_document(each, body.lang, reader=company) for each in found],
    }


def previewed_company(body: PreviewRequest, departments: Sequence[str]) -> Company:
    """Build the company that a preview describes.

    Parameters
    ----------
    departments
        Those of the published model.

    Raises
    ------
    BadValueError
        If its place is missing, half given or outside the departments.
    UnknownCodeError
        If a code is in no table.
    """
    if (body.latitude is None) != (body.longitude is None):
        raise BadValueError("latitude and longitude go together; give both, or a commune.")
    place, department = _place(body, departments)
    size_rank(body.size_band)
    return Company(
        siret=PLACEHOLDER,
        name=body.name,
        department=department,
        commune=place,
        commune_name=commune(place).name if is_known_commune(place) else "",
        naf=naf_code(body.naf) if body.naf else None,
        size_band=body.size_band,
        latitude=body.latitude,
        longitude=body.longitude,
    )


def _place(body: PreviewRequest, departments: Sequence[str]) -> tuple[str, str]:
    """Commune, empty where only a point is given, and department."""
    if body.commune:
        place = checked_commune(body.commune, departments)
        if body.department not in (None, department_of(place)):
            raise BadValueError(f"commune {place} is not in department {body.department!r}.")
        return place, department_of(place)
    if body.latitude is None or not body.department:
        raise BadValueError(
            "a place is missing: give a commune (INSEE code), "
            "or latitude and longitude with a department."
        )
    if body.department not in departments:
        raise BadValueError(
            f"department {body.department!r} is outside the territory ({', '.join(departments)})."
        )
    return "", body.department
