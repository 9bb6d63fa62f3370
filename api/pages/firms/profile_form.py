"""The form of a profile: what was typed, what is wrong with it, and the profile that it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from api.pages.forms import Form
from api.privacy_schemas import ProfileRequest
from matchmaker.companies import Company, Contact, Profile
from matchmaker.spelling import fold

TEXTS = ("activity", "offers", "needs")
LABELS = ("themes", "certifications")
CONTACT = ("contact_name", "contact_email", "contact_phone")
FIELDS = (*TEXTS, *LABELS, "capacity", *CONTACT, "public_name")
"""Fields that are typed, in the order of the page; `consent` is ticked."""
_BETWEEN = re.compile(r"[\n,;]")


@dataclass(frozen=True)
class Typed:
    """What stands in the form.

    Parameters
    ----------
    texts
        By field, as it was typed.
    consent
        Whether the box is ticked.
    """

    texts: Mapping[str, str]
    consent: bool


@dataclass(frozen=True)
class Draft:
    """What somebody typed, read.

    Parameters
    ----------
    typed
        To show it again.
    profile
        What it makes; where a field is wrong, without that field.
    wrong
        Fields that cannot be stored.
    """

    typed: Typed
    profile: Profile
    wrong: frozenset[str] = field(default_factory=frozenset)


def typed_of(profile: Profile, contact: Contact) -> Typed:
    """Fill the form with what is stored."""
    capacity = "" if profile.capacity is None else str(profile.capacity)
    texts = {
        **{name: getattr(profile, name) for name in TEXTS},
        **{name: "\n".join(getattr(profile, name)) for name in LABELS},
        "capacity": capacity,
        "contact_name": contact.name or "",
        "contact_email": contact.email or "",
        "contact_phone": contact.phone or "",
        "public_name": profile.public_name or "",
    }
    return Typed(texts, profile.consent)


def has_public_name(company: Company, stored: Profile) -> bool:
    """Whether a firm has a name to agree to: only a person's is kept back otherwise."""
    return company.sole_trader or company.name is None or stored.public_name is not None


def read_draft(form: Form, company: Company, stored: Profile) -> Draft:
    """Read a form, by the same rules as the route for programs.

    Parameters
    ----------
    form
        As it was sent.
    company
        The firm.
    stored
        What it declares so far: a field that the page does not have stays as it is.
    """
    texts = {name: form.text(name).replace("\r\n", "\n") for name in FIELDS}
    if not has_public_name(company, stored):
        texts["public_name"] = stored.public_name or ""
    typed = Typed(texts, form.ticked("consent"))
    document, wrong = _document(typed), set()
    try:
        request = ProfileRequest.model_validate(document)
    except ValidationError as error:
        wrong = {_field_of(each["loc"]) for each in error.errors()}
        request = ProfileRequest.model_validate(_without(document, wrong))
    return Draft(typed, profile_of(company.siret, request), frozenset(wrong))


def profile_of(siret: str, request: ProfileRequest) -> Profile:
    """Turn a checked request into a profile without stamps."""
    contact = request.contact
    return Profile(
        siret=siret,
        consent=request.consent,
        activity=request.activity.strip(),
        offers=request.offers.strip(),
        needs=request.needs.strip(),
        certifications=tuple(request.certifications),
        themes=tuple(request.themes),
        capacity=request.capacity,
        contact=Contact(contact.name, contact.email, contact.phone),
        public_name=request.public_name,
    )


def _document(typed: Typed) -> dict[str, Any]:
    texts = typed.texts
    return {
        "consent": typed.consent,
        **{name: texts[name] for name in TEXTS},
        **{name: _labels(texts[name]) for name in LABELS},
        "capacity": _number(texts["capacity"]),
        "public_name": texts["public_name"] or None,
        "contact": {name.removeprefix("contact_"): texts[name] or None for name in CONTACT},
    }


def _labels(text: str) -> list[str]:
    """Split a list by lines, commas and semicolons; what is there already is not said twice."""
    found: dict[str, str] = {}
    for label in filter(None, map(str.strip, _BETWEEN.split(text))):
        found.setdefault(fold(label), label)
    return list(found.values())


def _number(text: str) -> int | str | None:
    """Read a number, and leave anything else as it is: the rules name what is wrong."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _field_of(place: tuple[int | str, ...]) -> str:
    """Name the field of the page that an error of the request is about."""
    first = str(place[0])
    return f"contact_{place[1]}" if first == "contact" and len(place) > 1 else first


def _without(document: dict[str, Any], wrong: set[str]) -> dict[str, Any]:
    """Leave wrong fields out, so that the rest can be looked at."""
    contact = {
        name: value for name, value in document["contact"].items() if f"contact_{name}" not in wrong
    }
    kept = {name: value for name, value in document.items() if name not in wrong}
    return {**kept, "contact": contact}
