"""What happens during an evening, and what a repair answers: the documented JSON of both."""

from __future__ import annotations

from pydantic import Field

from matchmaker.events.documents import Document
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.problem import Apart, Id, Participant, Problem, Value


class Late(Document):
    """Somebody who comes later than planned."""

    id: Id
    from_round: int = Field(ge=1, description="First round in which they are there.")


class Changes(Document):
    """What has changed since the tables were made."""

    from_round: int = Field(
        ge=1, description="First round that has not begun; the ones before are past."
    )
    absent: tuple[Id, ...] = Field((), description="Who does not come, or has left.")
    late: tuple[Late, ...] = ()
    back: tuple[Id, ...] = Field((), description="Who is there after all.")
    walk_ins: tuple[Participant, ...] = Field((), description="Who has come without a seat.")
    apart: tuple[Apart, ...] = Field((), description="Pairs apart, of those who walk in.")
    values: tuple[Value, ...] = Field((), description="Worth of pairs, of those who walk in.")


class Seat(Document):
    """A seat that changes."""

    participant: Id
    round: int
    old: int | None = Field(description="Table before; null = no seat.")
    new: int = Field(description="Table after.")


class Again(Document):
    """Two who meet a second time as the repair could not avoid it."""

    a: Id
    b: Id
    round: int


class Repair(Document):
    """Mended tables, the problem that they answer, and whose seats change.

    `problem` is the problem as the evening has made it: absences are in it, what cannot be kept any
    more (even tables, the fewest people at a table, that nobody meets twice) is not.
    """

    problem: Problem
    plan: Plan
    moved: tuple[Seat, ...] = ()
    repeated: tuple[Again, ...] = ()
    seats_min: int | None = Field(
        None, description="Fewest people at a table, where fewer than asked come."
    )
    seconds: float
