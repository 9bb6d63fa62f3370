"""What goes in and out where firms are claimed and accounts are tied to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

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


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClaimRequest(_Body):
    """A firm that an account says is its own."""

    siret: Annotated[str, AfterValidator(_checked_siret)] = Field(
        description="SIRET, 14 digits; the firm need not be in the store.",
        examples=["00001005800014"],
    )


class ClaimAnswer(_Body):
    """A claim that waits for its code."""

    id: str = Field(examples=["k7m2p9qa"])
    siret: str = Field(examples=["00001005800014"])
    sent_to: str | None = Field(
        description="Where the code went, masked; empty where no address is on file, so that an "
        "adviser has to tie the firm.",
        examples=["m…@e….fr"],
    )
    expires_at: datetime
    tries: int = Field(description="Codes that will be compared.", examples=[5])


class CodeRequest(_Body):
    """The code that came by mail."""

    code: str = Field(min_length=1, max_length=MAX_CODE, examples=["K7M2-P9QA"])


class CompanyAccount(_Body):
    """A person who acts for a firm."""

    id: str = Field(examples=["p9qak7m2"])
    name: str
    email: str = Field(examples=["zoe@example.org"])
    active: bool
    how: HowTied = Field(description="What proved that the firm is theirs.")
    since: datetime
    by: str = Field(description="Who tied them to the firm.")


class CompanyAccountsAnswer(_Body):
    """The people who act for a firm."""

    siret: str = Field(examples=["00001005800014"])
    items: list[CompanyAccount]
