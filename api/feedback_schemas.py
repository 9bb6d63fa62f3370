"""What goes in and out about answers to suggestions over HTTP; a test checks the examples."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api.schemas import MAX_REASON
from matchmaker.companies import siret_problem
from matchmaker.feedback import MAX_NOTE, FeedbackKind, ListName, SetAsideReason
from matchmaker.intents import Intent

_NO_NUL = r"^[^\x00]*$"  # no database takes NUL

REQUEST: dict[str, Any] = {
    "partner": "00002027100011",
    "kind": "set_aside",
    "reason": "not_relevant",
    "note": "Nous traitons nos pièces nous-mêmes.",
    "intent": "supply",
    "list": "suggestions",
}
ITEM: dict[str, Any] = {
    "id": 41,
    **REQUEST,
    "partner_name": "TRAITEMENTS DE L'ESSONNE",
    "rank": 3,
    "snapshot": "20261124T030000Z-0",
    "at": "2026-11-24T09:30:00Z",
    "by": "Zoé Martin (CCI 77)",
    "undone_at": None,
}
OVERRIDE: dict[str, Any] = {
    "companies": ["00001005800014", "00002027100011"],
    "reason": "L'une sous-traite à l'autre ce qu'elle ne fait pas.",
    "at": "2026-11-24T09:30:00Z",
    "by": "Zoé Martin (CCI 77)",
}


def _checked(text: str) -> str:
    problem = siret_problem(text)
    if problem is not None:
        raise PydanticCustomError("siret", "{problem}", {"problem": problem})
    return text


class FeedbackRequest(BaseModel):
    """What a company says of a partner."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [REQUEST]})

    partner: Annotated[str, AfterValidator(_checked), Field(description="SIRET, 14 digits.")]
    kind: FeedbackKind
    reason: SetAsideReason | None = Field(None, description="Why it is set aside; only then.")
    note: str = Field("", max_length=MAX_NOTE, pattern=_NO_NUL)
    intent: Intent | None = Field(
        None, description="List that the partner stood in; by default the one where it is best."
    )
    shown_in: ListName = Field(
        ListName.SUGGESTIONS, alias="list", description="What the company was looking at."
    )

    @model_validator(mode="after")
    def _only_set_aside_has_a_reason(self) -> FeedbackRequest:
        if self.reason is not None and self.kind is not FeedbackKind.SET_ASIDE:
            raise PydanticCustomError("reason", "only set_aside has a reason; write a note instead")
        return self


class FeedbackItem(BaseModel):
    """One answer as the store has it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ITEM]})

    id: int
    partner: str
    partner_name: str | None
    """Empty where the partner may not be shown any more."""
    kind: FeedbackKind
    reason: SetAsideReason | None
    note: str
    intent: Intent | None
    shown_in: ListName | None = Field(alias="list")
    rank: int | None
    """Place in the published list of the intent, counted from 1."""
    snapshot: str | None
    at: datetime
    by: str
    undone_at: datetime | None


class FeedbackListAnswer(BaseModel):
    """Answers of a company, the latest first."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"items": [ITEM]}]})

    items: list[FeedbackItem]


class OverrideRequest(BaseModel):
    """Why two companies are no competitors."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": OVERRIDE["reason"]}]}
    )

    reason: str = Field(min_length=1, max_length=MAX_REASON, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")


class OverrideAnswer(BaseModel):
    """Two companies for which the rule of competitors is lifted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [OVERRIDE]})

    companies: list[str] = Field(min_length=2, max_length=2)
    reason: str
    at: datetime
    by: str
