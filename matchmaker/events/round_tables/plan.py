"""The plan of an evening of round tables: the documented JSON that leaves the planner."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from matchmaker.events.documents import Document
from matchmaker.events.round_tables.problem import Id
from matchmaker.texts import Language, say, say_number

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
"""`optimal`: no plan is better; `feasible`: all rules hold; `infeasible`: there is no plan, and
`blocking` says why; `unknown`: none was found in time, and none was proved impossible."""

BlockingCode = Literal[
    "cannot_seat",
    "colleagues",
    "too_few_at_table",
    "too_few_others",
    "too_few_pairs",
    "too_few_tables",
    "no_such_plan",
    "not_found",
]


class Table(Document):
    """Who sits at a table in one round."""

    table: int = Field(ge=1)
    participants: tuple[Id, ...]


class Round(Document):
    """One round: everybody who is there sits at one table."""

    round: int = Field(ge=1)
    tables: tuple[Table, ...]


class Figures(Document):
    """What the evening brings, all recomputed by the checker."""

    encounters: int = Field(description="Pairs that meet, each counted once.")
    cross_encounters: int = Field(description="Those of two departments.")
    repeated: int = Field(description="Encounters beyond the first of a pair.")
    value: float = Field(description="Sum of the values of the pairs that meet.")
    encounters_min: int = Field(
        description="People whom each participant who comes meets, at least."
    )
    cross_min: int = Field(description="People of another department whom each meets, at least.")
    cross_mean: float = Field(description="The same on average.")
    small_tables_max: int = Field(description="Most rounds that anybody sits at a smaller table.")


class Blocking(Document):
    """Why there is no plan."""

    code: BlockingCode
    participants: tuple[Id, ...] = Field((), description="Whom it is about; none = everybody.")
    round: int | None = Field(None, ge=1, description="The round that it is about.")
    needed: int | None = None
    available: int | None = None


class Plan(Document):
    """The answer to an evening of round tables."""

    status: Status
    objective: float | None = Field(
        None, description="Values and shares of departments, less unfairness; null without a plan."
    )
    bound: float | None = Field(
        None,
        description="No plan with as few second encounters has a larger objective; none with "
        "tables of these sizes, where they are not even.",
    )
    gap: float | None = Field(
        None, ge=0, description="(bound - objective) / the larger of the two."
    )
    repeated_bound: int | None = Field(None, description="No plan has fewer second encounters.")
    rounds: tuple[Round, ...] = ()
    figures: Figures | None = None
    blocking: tuple[Blocking, ...] = ()
    seconds: float = Field(ge=0)


def sentence(blocking: Blocking, language: Language) -> str:
    """Say in one sentence why there is no plan, and what to change."""
    names = ", ".join(blocking.participants)
    values = {
        "names": names,
        "round": blocking.round,
        "needed": blocking.needed,
        "available": blocking.available,
    }
    if blocking.code == "too_few_others":
        key = "event.round_tables.too_few_others"
        return say_number(language, key, len(blocking.participants), **values)
    return say(language, f"event.round_tables.{blocking.code}", **values)
