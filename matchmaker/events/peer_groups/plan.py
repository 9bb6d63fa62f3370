"""What an adviser gets back: the groups, their figures and a bound, or what stands against."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from matchmaker.events.documents import Document

Values = dict[str, int | float | str | tuple[str, ...]]


class Finding(Document):
    """A code and its values; `wording.sentence` makes a sentence of it."""

    code: str
    values: Values = Field(default_factory=dict)


class Member(Document):
    """Somebody in a group."""

    id: str
    minutes: int = Field(description="Way to the meeting place, one way, rounded up.")
    theme_partners: int = Field(description="Others of the group with whom a theme is common.")


class Group(Document):
    """A group with its figures."""

    number: int
    meets_at: str = Field(description="Id of a place, or of the member who is the host.")
    leaders: tuple[Member, ...]
    mentors: tuple[Member, ...]
    departments: dict[str, int] = Field(description="Leaders of each department.")
    size_classes: tuple[int, ...] = Field(description="Leaders of each size class.")
    maturity_classes: tuple[int, ...] = Field(description="Leaders of each maturity class.")
    travel_minutes: int = Field(description="Of all members, one way.")
    travel_max_minutes: int = Field(description="The longest way.")
    size_off: int = Field(description="Leaders too many or too few of their size class.")
    maturity_off: int = Field(description="Leaders too many or too few of their maturity class.")
    themes_missing: int = Field(description="People with a common theme who are missing, in all.")


class LeftOut(Document):
    """A leader without a group, and for what reason."""

    id: str
    reason: Finding


class Objective(Document):
    """The parts of what is minimised, each with its weight, in minutes of travel."""

    travel: int
    size_mix: int
    maturity_mix: int
    themes: int
    reserve: int
    left_out: int
    total: int


class Plan(Document):
    """The groups, or what stands against them."""

    status: Literal["optimal", "feasible", "impossible", "not_found"] = Field(
        description="not_found: the time was up before groups or a proof against them were found."
    )
    groups: tuple[Group, ...] = ()
    reserve: tuple[str, ...] = Field((), description="Mentors who guide no group.")
    left_out: tuple[LeftOut, ...] = ()
    objective: Objective | None = None
    bound: int | None = Field(None, description="No groups can have a smaller total.")
    bound_from: Literal["relaxation", "solver"] | None = Field(
        None, description="Lagrangian relaxation, or CP-SAT over every meeting place."
    )
    gap: float | None = Field(None, description="(total - bound) / total; 0 = proven best.")
    blocking: tuple[Finding, ...] = Field((), description="A small set that stands against it.")
