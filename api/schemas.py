"""What goes in and out over HTTP; the examples are checked by a test."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.examples import (
    COMPANY_DETAIL,
    COMPANY_PAGE,
    INTENTS,
    PREVIEW_ANSWER,
    PREVIEW_REQUEST,
    PROBLEM,
    QUALITY,
    SNAPSHOT,
    SUGGESTIONS,
)
from matchmaker.intents import Intent, Role
from matchmaker.suggestions import Band, Topic
from matchmaker.texts import Language

MAX_TEXT = 4_000
"""Characters of a declared text of a preview."""
MAX_LABELS = 20
"""Themes, and certifications, of a preview."""
MAX_REASON = 500
"""Characters of the reason for an exclusion."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CompanySummary(_Answer):
    """What is public of a company."""

    siret: str
    siren: str
    name: str | None
    """Empty for a sole trader without a brand, and where the law asks for a mask."""
    display_name: str
    department: str
    commune: str
    commune_name: str
    naf: str | None
    naf_label: str
    size_band: str | None
    fictional: bool


class CompanyPageAnswer(_Answer):
    """One page of a search."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMPANY_PAGE]})

    items: list[CompanySummary]
    total: int
    page: int
    page_size: int


class DeclaredProfile(_Answer):
    """What a company declares and agrees to show."""

    activity: str
    offers: str
    needs: str
    themes: list[str]
    certifications: list[str]


class CompanyDetail(CompanySummary):
    """The public sheet of a company."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMPANY_DETAIL]})

    naf2025: str | None
    legal_category: str | None
    created: str | None
    head_office: bool
    active: bool
    source: str
    data_date: str | None
    profile: DeclaredProfile | None
    """Only with the company's consent; never a contact."""


class Partner(CompanySummary):
    """A company that is suggested."""

    distance_km: float | None


class Labels(_Answer):
    """Names of the codes, in the language asked for."""

    intent: str
    role: str
    band: str


class ReasonAnswer(_Answer):
    """One contribution to the score, said to one side."""

    text: str
    channel: str
    topic: Topic
    contribution: float
    evidence: dict[str, Any]


class Reasons(_Answer):
    """Why, for each side."""

    company: list[ReasonAnswer]
    partner: list[ReasonAnswer]


class SuggestionAnswer(_Answer):
    """A partner worth meeting."""

    rank: int
    intent: Intent
    role: Role
    band: Band
    score: float
    """Orders one list; it is no probability."""
    labels: Labels
    partner: Partner
    reasons: Reasons


class _FromSnapshot(_Answer):
    snapshot: str
    data_date: str | None
    fictional: bool


class SuggestionsAnswer(_FromSnapshot):
    """The suggestions of a company."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUGGESTIONS]})

    company: CompanySummary
    items: list[SuggestionAnswer]


class PreviewedCompany(_Answer):
    """The profile of a preview, as it was understood."""

    name: str | None
    department: str
    commune: str | None
    commune_name: str | None
    naf: str | None
    naf_label: str
    size_band: str | None


class PreviewAnswer(_FromSnapshot):
    """Suggestions for a profile that is not in the store."""

    model_config = ConfigDict(json_schema_extra={"examples": [PREVIEW_ANSWER]})

    company: PreviewedCompany
    items: list[SuggestionAnswer]


DeclaredText = Annotated[str, Field(max_length=MAX_TEXT)]
DeclaredLabels = Annotated[
    list[Annotated[str, Field(max_length=200)]], Field(max_length=MAX_LABELS)
]


class PreviewRequest(BaseModel):
    """A profile: where it is, what it does, offers and looks for.

    Its place is a commune, or a point together with a department.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [PREVIEW_REQUEST]})

    commune: str | None = Field(None, description="INSEE code of the commune.", max_length=5)
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False, strict=True)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False, strict=True)
    department: str | None = Field(None, description="Needed without a commune.", max_length=3)
    naf: str | None = Field(None, description="Sub-class of NAF rev. 2: 25.62B.", max_length=6)
    size_band: str | None = Field(None, description="Staff band of Sirene: 11.", max_length=2)
    name: str | None = Field(None, max_length=200)
    activity: DeclaredText = ""
    offers: DeclaredText = ""
    needs: DeclaredText = ""
    themes: DeclaredLabels = []
    certifications: DeclaredLabels = []
    intent: Intent | None = Field(None, description="One intent; by default the best of all.")
    limit: int = Field(10, ge=1, le=100, strict=True)
    lang: Language = "fr"


class ExclusionRequest(BaseModel):
    """Why a company opts out, or a partner is set aside."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "déjà client"}]}
    )

    reason: str = Field("", max_length=MAX_REASON, pattern=r"^[^\x00]*$")  # no database takes NUL


class RoleAnswer(_Answer):
    """What a partner may be."""

    role: Role
    label: str


class IntentAnswer(_Answer):
    """Why two companies should meet."""

    intent: Intent
    label: str
    roles: list[RoleAnswer]


class IntentsAnswer(_Answer):
    """Every intent with its roles."""

    model_config = ConfigDict(json_schema_extra={"examples": [INTENTS]})

    items: list[IntentAnswer]


class SnapshotAnswer(BaseModel):
    """What the published snapshot says of itself, but for its list of files."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [SNAPSHOT]})

    name: str
    created_at: str
    data_date: str | None
    version: str
    seed: int
    fictional: bool
    counts: dict[str, Any]


class Quality(_Answer):
    """What a night measured of itself; a figure that could not be measured is null."""

    overall: dict[str, float | None]
    """One figure per name, all intents together; the quality gates look at these."""
    lists: dict[Intent, dict[str, float | None]]
    held_out: dict[Intent, dict[str, Any] | None]
    """What the latest relations, hidden for that, say of each intent."""
    deletion: dict[str, Any]


class HeldBackNight(_Answer):
    """A night that broke a quality gate."""

    snapshot: str
    created_at: str
    broken: list[str]
    quality: Quality


class NightFigures(_Answer):
    """The overall figures of a night that is kept."""

    snapshot: str
    created_at: str
    held_back: bool
    figures: dict[str, float | None] | None


class QualityAnswer(_Answer):
    """Quality of the night that is served, and of the nights before."""

    model_config = ConfigDict(json_schema_extra={"examples": [QUALITY]})

    snapshot: str
    created_at: str
    fictional: bool
    quality: Quality | None
    held_back: HeldBackNight | None
    history: list[NightFigures]


class HealthAnswer(_Answer):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: str


class ReadyAnswer(_Answer):
    """Store and snapshot answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ready", "snapshot": "20261124T030000Z"}]}
    )

    status: str
    snapshot: str


class FieldProblem(_Answer):
    """What is wrong with one field of a request."""

    field: str
    problem: str


class ProblemDetails(_Answer):
    """An error as RFC 9457 describes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROBLEM]})

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] = Field([], description="Given where fields are to blame.")
