"""What goes in and out where firms are claimed and accounts are tied to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from matchmaker.accounts.accounts import HowTied
from matchmaker.companies import siret_problem

MAX_CODE = 40
"""Characters of a code, with whatever blanks and hyphens people put between its eight."""


def _checked_siret(text: str) -> str:
    problem = siret_problem(text)
    if problem is not None:
        raise PydanticCustomError("siret", "{problem}", {"problem": problem})
    return text


CLAIM_REQUEST: dict[str, Any] = {"siret": "00001005800014"}
CODE_REQUEST: dict[str, Any] = {"code": "K7M2-P9QA"}
CLAIM_ANSWER: dict[str, Any] = {
    "id": "k7m2p9qa",
    "siret": "00001005800014",
    "sent_to": "c…@e….org",
    "expires_at": "2026-11-24T10:00:00Z",
    "tries": 5,
}
COMPANY_ACCOUNTS: dict[str, Any] = {
    "siret": "00001005800014",
    "items": [
        {
            "id": "p9qak7m2",
            "name": "Zoé Martin",
            "email": "zoe@example.org",
            "active": True,
            "how": "code",
            "since": "2026-11-24T09:12:00Z",
            "by": "Zoé Martin",
        }
    ],
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClaimRequest(_Body):
    """A firm that an account says is its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLAIM_REQUEST]})

    siret: Annotated[str, AfterValidator(_checked_siret)] = Field(
        description="SIRET, 14 digits; the firm need not be in the store."
    )


class ClaimAnswer(_Body):
    """A claim that waits for its code."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLAIM_ANSWER]})

    id: str
    siret: str
    sent_to: str | None = Field(
        description="Where the code went, masked; empty where no address is on file, so that an "
        "adviser has to tie the firm.",
    )
    expires_at: datetime
    tries: int = Field(description="Codes that will be compared.")


class CodeRequest(_Body):
    """The code that came by mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [CODE_REQUEST]})

    code: str = Field(min_length=1, max_length=MAX_CODE)


class CompanyAccount(_Body):
    """A person who acts for a firm."""

    id: str
    name: str
    email: str
    active: bool
    how: HowTied = Field(description="What proved that the firm is theirs.")
    since: datetime
    by: str = Field(description="Who tied them to the firm.")


class CompanyAccountsAnswer(_Body):
    """The people who act for a firm."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMPANY_ACCOUNTS]})

    siret: str
    items: list[CompanyAccount]
