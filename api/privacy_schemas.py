"""What goes in and out about profiles and personal data over HTTP; a test checks the examples."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.examples import PROFILE
from api.schemas import MAX_LABELS, MAX_TEXT
from matchmaker.accounts.accounts import checked_email
from matchmaker.errors import AccountError

CONTACT: dict[str, Any] = {
    "name": "Zoé Martin",
    "email": "zoe@tolerie.example",
    "phone": "01 64 00 00 00",
}
REQUEST: dict[str, Any] = {
    "consent": True,
    **PROFILE,
    "capacity": 3,
    "public_name": None,
    "contact": CONTACT,
}
ANSWER: dict[str, Any] = {
    "siret": "00001005800014",
    **REQUEST,
    "source": "service",
    "changed_at": "2026-11-24T09:30:00Z",
    "changed_by": "Zoé Martin",
}
COMPANY_DATA: dict[str, Any] = {
    "subject": "company 00001005800014",
    "at": "2026-11-24T09:30:00Z",
    "tables": {
        "contact_reads": [
            {
                "id": 7,
                "at": "2026-11-20T08:00:00+00:00",
                "actor": "Ali Diallo (CCI 77)",
                "role": "adviser",
                "siret": "00001005800014",
                "purpose": "profile",
                "introduction_id": None,
            }
        ],
        "digests": [],
    },
    "not_exported": {"events": "what an event is about; it is no data on a firm or a person"},
}
ERASED: dict[str, Any] = {"removed": {"profiles": 1, "relations": 2, "companies": 1}}

_PLAIN = r"^[^\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$"
"""One line: no line break that would end a header of a letter, no NUL, nothing that turns writing
round so that a name reads as another."""
_PHONE = r"^\+?[0-9][0-9 .()\-]{4,22}[0-9]$"
MOST_CAPACITY = 1000


def _checked_email(text: str) -> str:
    try:
        return checked_email(text)
    except AccountError as error:
        raise ValueError(str(error)) from error


Email = Annotated[str, Field(max_length=254), AfterValidator(_checked_email)]
Text = Annotated[str, Field(max_length=MAX_TEXT, pattern=r"^[^\x00]*$")]
Labels = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200, pattern=_PLAIN)]],
    Field(max_length=MAX_LABELS),
]
Line = Annotated[str, Field(min_length=1, max_length=120, pattern=_PLAIN)]


class ContactDocument(BaseModel):
    """Whom to write to; only those see it who may."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [CONTACT]})

    name: Line | None = None
    email: Email | None = None
    phone: Annotated[str, Field(pattern=_PHONE)] | None = None


class ProfileRequest(BaseModel):
    """What a company declares, whole: what is left out is empty afterwards."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [REQUEST]})

    consent: bool = Field(
        description="Whether it agrees to be suggested with what it declares.", strict=True
    )
    activity: Text = ""
    offers: Text = ""
    needs: Text = ""
    themes: Labels = []
    certifications: Labels = []
    capacity: Annotated[int, Field(ge=0, le=MOST_CAPACITY, strict=True)] | None = Field(
        None, description="Introductions that it accepts per quarter; by default the service's."
    )
    public_name: Line | None = Field(
        None, description="Name under which a sole trader agrees to be shown."
    )
    contact: ContactDocument = ContactDocument()


class ProfileContact(BaseModel):
    """Whom to write to, as it is stored."""

    model_config = ConfigDict(extra="forbid")

    name: str | None
    email: str | None
    phone: str | None


class ProfileAnswer(BaseModel):
    """What a company declares."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ANSWER]})

    siret: str
    consent: bool
    activity: str
    offers: str
    needs: str
    themes: list[str]
    certifications: list[str]
    capacity: int | None
    public_name: str | None
    contact: ProfileContact
    source: str
    changed_at: datetime | None
    """When it was last declared through the service; null where it came from a file."""
    changed_by: str | None


class DataAnswer(BaseModel):
    """Everything that is held on a company or a person, table by table."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [COMPANY_DATA]})

    subject: str
    at: datetime
    tables: dict[str, list[dict[str, Any]]]
    not_exported: dict[str, str]
    """Tables that are left out, and why."""


class ErasedAnswer(BaseModel):
    """How much was removed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ERASED]})

    removed: dict[str, int]
    """Rows, by table."""
