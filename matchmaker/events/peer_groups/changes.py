"""Who falls out of peer groups or walks in, and what a repair answers: the JSON of both."""

from __future__ import annotations

from pydantic import Field

from matchmaker.events.documents import Document
from matchmaker.events.peer_groups.plan import Finding, Plan
from matchmaker.events.peer_groups.problem import Id, Leader, Membership, Mentor, Pair, Problem


class Changes(Document):
    """What has changed since the groups were made."""

    absent: tuple[Id, ...] = Field((), description="Leaders and mentors who come no more.")
    walk_ins: tuple[Leader, ...] = Field((), description="Leaders who have come without a group.")
    mentors: tuple[Mentor, ...] = Field((), description="Mentors who have come without a group.")
    apart: tuple[Pair, ...] = Field((), description="Pairs apart, of those who walk in.")
    together: tuple[Pair, ...] = Field((), description="Pairs together, of those who walk in.")
    fixed: tuple[Membership, ...] = Field(
        (), description="Groups chosen for those who walk in; the others get the best one."
    )


class Move(Document):
    """Somebody who changes group, or gets one."""

    member: Id
    old: int = Field(description="Group before; 0 = none.")
    new: int = Field(description="Group after; 0 = none.")


class Host(Document):
    """A group that meets elsewhere, as its host has left."""

    group: int
    meets_at: Id


class Repair(Document):
    """Mended groups, the problem that they answer, and who moves.

    `problem` is without those who come no more, and asks of the groups no more than they can keep:
    `short` names what that is.
    """

    problem: Problem
    plan: Plan
    moved: tuple[Move, ...] = ()
    hosts: tuple[Host, ...] = ()
    short: tuple[Finding, ...] = Field(
        (), description="What a group still lacks: `size`, `mentors` or `department`; or `travel`."
    )
    seconds: float
