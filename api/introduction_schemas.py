"""What goes in and out about introductions over HTTP; the examples are checked by a test."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.introduction_examples import (
    CONTACT,
    HISTORY,
    INTRODUCTION,
    MOVE,
    NEW,
    OUTCOME_BODY,
    PAGE,
)
from matchmaker.companies import siret_problem
from matchmaker.intents import Intent, Role
from matchmaker.introductions.life import (
    Answer,
    DeclineReason,
    Move,
    Party,
    Proposer,
    Result,
    State,
)
from matchmaker.introductions.moves import MAX_MESSAGE, MAX_NOTE

_NO_NUL = r"^[^\x00]*$"  # no database takes NUL


def _checked(text: str) -> str:
    problem = siret_problem(text)
    if problem is not None:
        raise PydanticCustomError("siret", "{problem}", {"problem": problem})
    return text


SiretField = Annotated[str, AfterValidator(_checked), Field(description="SIRET, 14 digits.")]
VersionField = Annotated[
    int | None, Field(ge=1, le=2**31 - 1, description="Version that was read; or in If-Match.")
]
SideField = Annotated[
    SiretField | None, Field(description="Side you speak for, where you can speak for both.")
]


class NewIntroduction(BaseModel):
    """Two firms that should meet, and for what."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [NEW]})

    company: SiretField
    partner: SiretField
    intent: Intent
    role: Role = Field(description="What the partner is to the company.")
    message: str = Field(
        "", max_length=MAX_MESSAGE, pattern=_NO_NUL, description="Words to the partner."
    )


class IntroductionMove(BaseModel):
    """A move, and the version that was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [MOVE]})

    move: Move
    siret: SideField = None
    reason: DeclineReason | None = Field(None, description="Why it is declined, or refused.")
    note: str = Field(
        "",
        max_length=MAX_NOTE,
        pattern=_NO_NUL,
        description="An adviser who answers for a firm says here who agreed, and when.",
    )
    version: VersionField = None


class NewOutcome(BaseModel):
    """What one side says came of it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [OUTCOME_BODY]})

    result: Result
    worth: bool | None = None
    note: str = Field("", max_length=MAX_NOTE, pattern=_NO_NUL)
    days: int | None = Field(
        None, ge=0, le=10_000, description="The question; by default the last one that is due."
    )
    siret: SideField = None
    version: VersionField = None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class IntroductionLabels(_Answer):
    """Names of the codes, in the language asked for."""

    intent: str
    role: str
    state: str


class OutcomeAnswer(_Answer):
    """What one side said came of it."""

    siret: str
    days: int
    result: Result
    worth: bool | None
    note: str
    at: datetime


class IntroductionAnswer(_Answer):
    """An introduction, as far as the reader may see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [INTRODUCTION]})

    id: str
    company: str
    company_name: str
    partner: str
    partner_name: str
    intent: Intent
    role: Role
    labels: IntroductionLabels
    message: str | None
    """Empty for the partner's adviser until the partner is asked, and once the company has left."""
    proposer: Proposer
    state: State
    version: int
    party: Party
    """What the reader is to it."""
    moves: list[Move]
    """What the reader may do now."""
    company_answer: Answer
    partner_answer: Answer
    reason: DeclineReason | None
    """Only for the side that declined, and its adviser."""
    note: str | None
    reminders: int
    snapshot: str | None
    rank: int | None
    outcomes: list[OutcomeAnswer]
    """Those of the reader's side."""
    created_at: datetime
    changed_at: datetime
    state_at: datetime
    introduced_at: datetime | None


class IntroductionPage(_Answer):
    """One page of introductions."""

    model_config = ConfigDict(json_schema_extra={"examples": [PAGE]})

    items: list[IntroductionAnswer]
    total: int
    page: int
    page_size: int


class IntroductionLine(_Answer):
    """One move that was made."""

    version: int
    at: datetime
    by: str | None
    """Empty for people of the other firm."""
    party: Party
    move: Move
    before: State | None
    after: State
    details: dict[str, Any]


class IntroductionHistory(_Answer):
    """Every move, the earliest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [HISTORY]})

    items: list[IntroductionLine]


class IntroductionContact(_Answer):
    """Whom to write to at the other firm; empty what it has left open."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONTACT]})

    siret: str
    company_name: str
    name: str | None
    email: str | None
    phone: str | None
