"""What an adviser gets back: whom to invite when and why, and what will come of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from matchmaker.events.documents import Document

Values = dict[str, int | float | str | tuple[str, ...]]


class Finding(Document):
    """A code and its values; `wording.sentence` makes a sentence of it."""

    code: str
    values: Values = Field(default_factory=dict)


class Invitation(Document):
    """A firm that is invited, and what it will find."""

    id: str
    wave: int = Field(description="From 1; 0 = asked before this plan.")
    acceptance: float = Field(description="Probability that it comes; 1 once it has accepted.")
    partners_invited: int = Field(description="Good partners on the list.")
    partners_expected: float = Field(description="Good partners expected to be there.")
    probability: float = Field(description="That k or more of them are there (exact).")


class NotInvited(Document):
    """A candidate who stays without an invitation."""

    id: str
    reason: Finding


class Attendance(Document):
    """Who is expected: answers are taken as independent of each other."""

    expected: float
    low: int = Field(description="Fewer come with a probability of at most 5 %.")
    high: int = Field(description="More come with a probability of at most 5 %.")
    departments: dict[str, float] = Field(description="Expected of each department.")
    with_partners: float = Field(
        description="Expected share of those present who have k or more good partners there."
    )


class Wave(Document):
    """One mailing."""

    number: int
    invitations: int
    expected: float = Field(description="Of these invitations.")
    departments: dict[str, int] = Field(description="Invitations in each department.")


class Objective(Document):
    """The value that is maximised."""

    theme: float = Field(description="Weight times expected sum of theme scores.")
    partners: float = Field(description="Weight times expected sum of capped partner values.")
    total: float


class Plan(Document):
    """Invitations, or what stands against them."""

    status: Literal["optimal", "feasible", "impossible", "not_found"] = Field(
        description="not_found: the time was up before a list or a proof against one was found."
    )
    invitations: tuple[Invitation, ...] = ()
    not_invited: tuple[NotInvited, ...] = ()
    waves: tuple[Wave, ...] = ()
    attendance: Attendance | None = None
    objective: Objective | None = None
    bound: float | None = Field(None, description="No list has a larger total (LP relaxation).")
    gap: float | None = Field(None, description="(bound - total) / bound; 0 = proven best.")
    warnings: tuple[Finding, ...] = Field((), description="What answers so far have made hard.")
    blocking: tuple[Finding, ...] = Field((), description="What makes a list impossible.")
