"""Rows of introductions, of their history and of what came of them, as domain objects and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from matchmaker.intents import Intent, Role
from matchmaker.introductions.life import (
    Answer,
    DeclineReason,
    Move,
    Party,
    Proposer,
    Result,
    State,
)
from matchmaker.introductions.records import HistoryEntry, Introduction, Line, Outcome

_KINDS: dict[str, Any] = {
    "intent": Intent,
    "role": Role,
    "proposer": Proposer,
    "state": State,
    "company_answer": Answer,
    "partner_answer": Answer,
    "reason": DeclineReason,
}
"""Columns that hold the value of a kind of their own."""


def introduction_from(row: RowMapping) -> Introduction:
    """Build an introduction from its row."""
    values = {field.name: row[field.name] for field in fields(Introduction)}
    for name, kind in _KINDS.items():
        values[name] = None if values[name] is None else kind(values[name])
    return Introduction(**values)


def entry_from(row: RowMapping) -> HistoryEntry:
    """Build a line of the history from its row."""
    return HistoryEntry(
        version=row["version"],
        at=row["at"],
        by=row["actor"],
        party=Party(row["party"]),
        move=Move(row["move"]),
        before=None if row["before"] is None else State(row["before"]),
        after=State(row["after"]),
        details=row["details"],
    )


def row_of(introduction: Introduction) -> dict[str, Any]:
    """Columns of an introduction."""
    values = {field.name: getattr(introduction, field.name) for field in fields(Introduction)}
    for name in _KINDS:
        values[name] = None if values[name] is None else values[name].value
    return values


def row_of_line(
    introduction_id: str, version: int, before: State | None, line: Line
) -> dict[str, Any]:
    """Columns of a line of the history."""
    return {
        "introduction_id": introduction_id,
        "version": version,
        "at": line.at,
        "actor": line.by,
        "party": line.party.value,
        "move": line.move.value,
        "before": None if before is None else before.value,
        "after": line.after.value,
        "details": dict(line.details),
    }


def outcome_from(row: RowMapping) -> Outcome:
    """Build what a side said from its row."""
    return Outcome(
        siret=row["siret"],
        days=row["days"],
        result=Result(row["result"]),
        worth=row["worth"],
        note=row["note"],
        at=row["at"],
        by=row["actor"],
    )
