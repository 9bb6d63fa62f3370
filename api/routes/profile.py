"""What a company declares: read and written by its own people and the advisers of its chamber."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import ProfileCaller, require_reach
from api.deps import ServiceDep, Siret
from api.openapi import problems
from api.privacy_schemas import ProfileAnswer, ProfileRequest
from api.routes.documents import json_answer
from matchmaker.accounts.roles import Right
from matchmaker.companies import Contact, Profile
from matchmaker.errors import UnknownCompanyError
from matchmaker.privacy.contacts import contact_for
from matchmaker.privacy.profiles import declare
from matchmaker.store import Unit

router = APIRouter(prefix="/v1/companies", tags=["profile"])

PURPOSE = "profile"
"""What a contact is read for, as the log has it."""


@router.get("/{siret}/profile", response_model=ProfileAnswer, responses=problems(404, 422, 503))
async def read_profile(siret: Siret, caller: ProfileCaller, service: ServiceDep) -> Response:
    """Read what a company declares, its contact included, which is noted."""
    now = service.now()

    def read(unit: Unit) -> tuple[Profile, Contact]:
        require_reach(unit, caller, Right.PROFILE, siret)
        if unit.companies.get(siret) is None:
            raise UnknownCompanyError(
                f"company {siret} is not in the store. Check the number, or import its department."
            )
        contact = contact_for(unit, caller, siret, at=now, purpose=PURPOSE)
        return unit.profiles.get(siret) or Profile(siret, consent=False), contact or Contact()

    profile, contact = await service.write(read)
    return json_answer(_document(profile, contact))


@router.put(
    "/{siret}/profile", response_model=ProfileAnswer, responses=problems(400, 404, 413, 422, 503)
)
async def write_profile(
    siret: Siret, body: ProfileRequest, caller: ProfileCaller, service: ServiceDep
) -> Response:
    """Write what a company declares, whole; it holds from the next request on.

    Texts reach the suggestions with the next night; consent that is withdrawn holds at once.
    """
    now = service.now()

    def write(unit: Unit) -> Profile:
        require_reach(unit, caller, Right.PROFILE, siret)
        return declare(unit, _profile(siret, body), by=caller, at=now)

    written = await service.write(write)
    return json_answer(_document(written, written.contact))


def _profile(siret: str, body: ProfileRequest) -> Profile:
    return Profile(
        siret=siret,
        consent=body.consent,
        activity=body.activity.strip(),
        offers=body.offers.strip(),
        needs=body.needs.strip(),
        certifications=tuple(body.certifications),
        themes=tuple(body.themes),
        capacity=body.capacity,
        contact=Contact(body.contact.name, body.contact.email, body.contact.phone),
        public_name=body.public_name,
    )


def _document(profile: Profile, contact: Contact) -> dict[str, Any]:
    return {
        "siret": profile.siret,
        "consent": profile.consent,
        "activity": profile.activity,
        "offers": profile.offers,
        "needs": profile.needs,
        "themes": list(profile.themes),
        "certifications": list(profile.certifications),
        "capacity": profile.capacity,
        "public_name": profile.public_name,
        "contact": {"name": contact.name, "email": contact.email, "phone": contact.phone},
        "source": profile.source,
        "changed_at": profile.changed_at.isoformat() if profile.changed_at else None,
        "changed_by": profile.changed_by,
    }
