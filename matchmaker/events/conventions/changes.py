"""What happens on the day, and what a repair answers: the documented JSON of both."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Id, Meeting, Participant, Problem, Slot
from matchmaker.events.documents import Document

News = Literal["cancelled", "moved", "added", "table"]


class Late(Document):
    """Somebody who comes later than planned."""

    id: Id
    from_slot: Slot = Field(description="First slot in which they are there.")


class Changes(Document):
    """What has changed since the plan was made."""

    from_slot: Slot = Field(description="First slot that has not begun; the ones before are past.")
    absent: tuple[Id, ...] = Field((), description="Who does not come, or has left.")
    late: tuple[Late, ...] = ()
    lost_tables: tuple[int, ...] = Field((), description="Tables that cannot be used any more.")
    walk_ins: tuple[Participant, ...] = Field((), description="Who has come without being planned.")
    meetings: tuple[Meeting, ...] = Field((), description="Further meetings that may be added.")
    standby: tuple[Id, ...] = Field(
        (), description="Who fills gaps first, in this order; the others after them."
    )


class Message(Document):
    """What one participant must be told."""

    participant: Id
    news: News
    meeting: Id
    text: str


class Repair(Document):
    """A repaired plan, the problem that it answers, and who must be told what.

    `problem` is the problem as the day has made it: absences are in it, what cannot be kept any
    more (a minimum, a mandatory meeting with somebody absent) is not.
    """

    problem: Problem
    plan: Plan
    moved: tuple[Id, ...] = Field((), description="Meetings that change their slot, of anybody.")
    moved_others: tuple[Id, ...] = Field(
        (), description="Those of them that nothing had happened to: moved to make room."
    )
    below_minimum: tuple[Id, ...] = Field((), description="Who has fewer meetings than promised.")
    messages: tuple[Message, ...] = ()
    seconds: float
