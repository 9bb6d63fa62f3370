"""The plan of a convention: the documented JSON that leaves the planner."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from matchmaker.events.conventions.problem import Id
from matchmaker.events.documents import Document

Status = Literal["optimal", "feasible", "infeasible"]

UnmetReason = Literal[
    "competitor",
    "refused",
    "same_group",
    "met_before",
    "other",
    "no_common_slot",
    "participant_full",
    "tables_full",
    "order",
    "outweighed",
    "no_slot_left",
    "by_hand",
]
"""Why a wished meeting is not in the plan; the catalogue has a sentence for each.

The first five are rules; then: the two are never available together, one of them has as many
meetings as the limit or the slots allow, every table is taken in the slots that they share, the
order of meetings leaves no place, other meetings together are worth more; after a repair: the day
leaves no slot in which both are free; and after a change by hand: an adviser took it out."""

BlockingKind = Literal[
    "minimum", "mandatory", "tables", "availability", "apart", "order", "fairness", "maximum"
]


class Figures(Document):
    """Value of the meetings held, number of breaks, number of idle slots.

    A break is one maximal run of idle slots between two consecutive meetings of a participant;
    idle slots are the slots of all breaks.
    """

    value: float
    breaks: int
    idle: int


class Bounds(Document):
    """What no plan can beat: value at most, breaks and idle slots at least; null where unknown.

    The bound of a later goal holds among the plans that are as good in the goals before it.
    """

    value: float | None = None
    breaks: float | None = None
    idle: float | None = None


class PlannedMeeting(Document):
    """When and where a meeting takes place; slots and tables count from 1."""

    id: Id
    slot: int = Field(ge=1)
    table: int = Field(ge=1)


class Unmet(Document):
    """A meeting of the problem that does not take place."""

    id: Id
    reason: UnmetReason
    text: str | None = Field(None, description="The reason as a sentence.")


class Blocking(Document):
    """One of a small set of rules that together leave no plan; without any one, there is one."""

    rule: BlockingKind
    participants: tuple[Id, ...] = ()
    meetings: tuple[Id, ...] = ()
    text: str | None = Field(None, description="What to change, as a sentence.")


class ParticipantFigures(Document):
    """What the plan means for one participant."""

    id: Id
    meetings: int
    breaks: int
    idle: int
    table_changes: int


class Plan(Document):
    """The answer to a convention problem."""

    status: Status
    objective: Figures | None = Field(None, description="Null where there is no plan.")
    bound: Bounds = Bounds()
    gap: float | None = Field(
        None,
        ge=0,
        description="Distance of the first goal from its bound: for value a share of the bound, "
        "for breaks and idle a share of the figure.",
    )
    meetings: tuple[PlannedMeeting, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    blocking: tuple[Blocking, ...] = ()
    table_changes: int | None = None
    participants: tuple[ParticipantFigures, ...] = ()
    seconds: float = Field(ge=0)
