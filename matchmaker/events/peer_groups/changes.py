"""Who falls out of peer groups, and what a repair answers: the documented JSON of both."""

from __future__ import annotations

from pydantic import Field

from matchmaker.events.documents import Document
from matchmaker.events.peer_groups.plan import Finding, Plan
from matchmaker.events.peer_groups.problem import Id, Problem


class Changes(Document):
    """What has changed since the groups were made."""

    absent: tuple[Id, ...] = Field((), description="Leaders and mentors who come no more.")


class Move(Document):
    """Somebody who changes group."""

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
