"""What an adviser hands in to seat an evening of round tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from matchmaker.events.documents import Document

Id = str


class Participant(Document):
    """Somebody who takes part, in all rounds or in consecutive ones."""

    id: Id = Field(min_length=1, description="Unique among the participants.")
    department: str = Field(
        min_length=1,
        description="Such as 77 or 91; an encounter of two departments is a cross one.",
    )
    company: str | None = Field(
        None,
        min_length=1,
        description="SIREN or name; those of one company never share a table. null = nobody else.",
    )
    group: str | None = Field(
        None,
        min_length=1,
        description="A club or group whose members know each other and never share a table; "
        "null = none.",
    )
    arrives: int = Field(1, ge=1, description="First round at a table; default 1.")
    leaves: int | None = Field(
        None, ge=1, description="Last round at a table; null = the last round of the evening."
    )
    away: tuple[int, ...] = Field(
        (),
        description="Further rounds in which they are not there, as the day has shown; default "
        "none.",
    )


class Pair(Document):
    """Two participants; who is named first does not matter."""

    a: Id
    b: Id


class Apart(Pair):
    """Two participants who never share a table."""

    why: str = Field("", description="For people, such as competitor or refused; not read.")


class Value(Pair):
    """What an encounter of two participants is worth."""

    value: float = Field(ge=0, le=1e6, description="Counted once, however often they meet.")


class Problem(Document):
    """An evening of rounds; in each, everybody who is there sits at one table.

    A round uses as many of the tables as can be filled with `seats_min` people, and spreads those
    who are there evenly: the sizes of its tables differ by one at most. After a change by hand, or
    on the day, `even` says that tables may be of any size that is allowed.
    """

    rounds: int = Field(ge=1, le=100, description="Rounds of the evening, counted from 1.")
    participants: tuple[Participant, ...] = Field(min_length=2)
    tables: int | None = Field(
        None, ge=1, description="Tables in the room; null = as few as seat everybody."
    )
    seats_min: int = Field(4, ge=2, description="People at a table, at least; default 4.")
    seats_max: int = Field(10, ge=2, description="People at a table, at most; default 10.")
    repeats: Literal["never", "avoid"] = Field(
        "never",
        description="never = nobody meets the same person twice (default); avoid = as few second "
        "encounters as possible, before anything else counts.",
    )
    even: bool = Field(
        True,
        description="Whether a round uses all tables that can be filled, evenly; default yes. "
        "Planned tables always do; those changed by hand or mended on the day need not.",
    )
    apart: tuple[Apart, ...] = Field((), description="Such as competitors; default none.")
    values: tuple[Value, ...] = Field((), description="Pairs not named are worth 0.")
    cross_weight: float = Field(
        0.05,
        ge=0,
        le=1e6,
        description="Added for an encounter of two departments, half for each of the two: whole "
        "for a participant's first, ever less for further ones, so that all get their share; "
        "default 0.05.",
    )
    small_table_weight: float = Field(
        0.05,
        ge=0,
        le=1e6,
        description="Subtracted for each time that somebody sits at one of the smaller tables "
        "more often than is fair; default 0.05.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Problem:
        for check in (_check_ids, _check_rounds, _check_seats, _check_pairs):
            check(self)
        return self


def _check_ids(problem: Problem) -> None:
    twice = _first_twice(person.id for person in problem.participants)
    if twice is not None:
        raise ValueError(f"participant {twice!r} is listed twice; give each an id of its own")


def _check_rounds(problem: Problem) -> None:
    for person in problem.participants:
        leaves = problem.rounds if person.leaves is None else person.leaves
        if not person.arrives <= leaves <= problem.rounds:
            raise ValueError(
                f"participant {person.id!r} arrives in round {person.arrives} and leaves after "
                f"round {leaves} of {problem.rounds}; give 1 <= arrives <= leaves <= rounds"
            )
        if not set(person.away) <= set(range(1, problem.rounds + 1)):
            raise ValueError(
                f"participant {person.id!r} is away in round {max(person.away)}; rounds go from 1 "
                f"to {problem.rounds}"
            )


def _check_seats(problem: Problem) -> None:
    if problem.seats_min > problem.seats_max:
        raise ValueError(
            f"seats_min {problem.seats_min} is more than seats_max {problem.seats_max}; "
            "swap or correct them"
        )


def _check_pairs(problem: Problem) -> None:
    known = {person.id for person in problem.participants}
    named: tuple[tuple[str, tuple[Pair, ...]], ...] = (
        ("apart", problem.apart),
        ("values", problem.values),
    )
    for field, pairs in named:
        for number, pair in enumerate(pairs, 1):
            for person in (pair.a, pair.b):
                if person not in known:
                    raise ValueError(
                        f"{field}[{number}] names {person!r}, who is no participant; "
                        "add the participant or drop the pair"
                    )
            if pair.a == pair.b:
                raise ValueError(f"{field}[{number}] names {pair.a!r} on both sides; name two")
    twice = _first_twice(" and ".join(sorted((pair.a, pair.b))) for pair in problem.values)
    if twice is not None:
        raise ValueError(f"values names the pair {twice} twice; give one value for both directions")


def _first_twice(names: Iterable[str]) -> str | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)
