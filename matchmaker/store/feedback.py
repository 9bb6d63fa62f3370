"""Answers to suggestions, and competitors that an adviser takes for none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from matchmaker.feedback import (
    HIDING,
    SEPARATING,
    Feedback,
    FeedbackKind,
    ListName,
    Override,
    SetAsideReason,
)
from matchmaker.intents import Intent, Role
from matchmaker.store.batches import put
from matchmaker.store.introduction_tables import competitor_overrides, feedback

_STANDS = feedback.c.undone_at.is_(None)


class FeedbackRepository:
    """What firms answered, on one connection; lines are only ever added, or marked as undone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, answer: Feedback) -> int:
        """Write an answer; it holds from the moment of the commit. Returns the line's id."""
        made = self._connection.execute(sa.insert(feedback).values(_row_of(answer)))
        assert made.inserted_primary_key is not None
        number: int = made.inserted_primary_key[0]
        return number

    def get(self, number: int) -> Feedback | None:
        """Read one line, whether it stands or not."""
        return next(iter(self._read(feedback.c.id == number)), None)

    def undo(self, number: int, *, at: datetime, by: str) -> bool:
        """Take an answer back; return whether it stood."""
        return self._undo(feedback.c.id == number, at, by) > 0

    def undo_of(
        self,
        reader: str,
        partner: str,
        kinds: Collection[FeedbackKind],
        *,
        at: datetime,
        by: str,
    ) -> int:
        """Take back what one firm said of another; return how many answers stood."""
        said = (feedback.c.reader == reader) & (feedback.c.partner == partner)
        return self._undo(said & feedback.c.kind.in_(_values(kinds)), at, by)

    def _undo(self, condition: sa.ColumnElement[bool], at: datetime, by: str) -> int:
        done = sa.update(feedback).where(condition, _STANDS).values(undone_at=at, undone_by=by)
        return self._connection.execute(done).rowcount

    def of_reader(self, siret: str) -> tuple[Feedback, ...]:
        """Everything that a firm answered, what it took back as well, the latest first."""
        return self._read(feedback.c.reader == siret)[::-1]

    def standing(self, siret: str) -> tuple[Feedback, ...]:
        """Every answer that stands, of a firm or about it, the earliest first."""
        return self._read(_STANDS & ((feedback.c.reader == siret) | (feedback.c.partner == siret)))

    def between(self, a: str, b: str) -> tuple[Feedback, ...]:
        """Every answer that stands of one of two firms about the other, the earliest first."""
        there = (feedback.c.reader == a) & (feedback.c.partner == b)
        back = (feedback.c.reader == b) & (feedback.c.partner == a)
        return self._read(_STANDS & (there | back))

    def hidden_from(self, siret: str) -> frozenset[str]:
        """SIRETs that answers keep out of a firm's lists: its own, and those about it."""
        own = sa.select(feedback.c.partner).where(
            _STANDS, feedback.c.reader == siret, feedback.c.kind.in_(_values(HIDING))
        )
        others = sa.select(feedback.c.reader).where(
            _STANDS, feedback.c.partner == siret, feedback.c.kind.in_(_values(SEPARATING))
        )
        return frozenset(self._connection.scalars(own.union(others)))

    def all_standing(self) -> tuple[Feedback, ...]:
        """Every answer that stands, the earliest first."""
        return self._read(_STANDS)

    def pairs(self, *kinds: FeedbackKind) -> list[tuple[str, str]]:
        """Pairs (reader, partner) with a standing answer of one of some kinds, sorted."""
        statement = (
            sa.select(feedback.c.reader, feedback.c.partner)
            .where(_STANDS, feedback.c.kind.in_(_values(kinds)))
            .distinct()
            .order_by(feedback.c.reader, feedback.c.partner)
        )
        return [(row.reader, row.partner) for row in self._connection.execute(statement)]

    def count(self) -> int:
        """Count the answers that stand."""
        number = self._connection.scalar(sa.select(sa.func.count()).where(_STANDS))
        return int(number or 0)

    def erase(self, siret: str) -> int:
        """Delete every line of a firm or about it; return how many there were."""
        own = (feedback.c.reader == siret) | (feedback.c.partner == siret)
        pairs = (competitor_overrides.c.low == siret) | (competitor_overrides.c.high == siret)
        gone = self._connection.execute(sa.delete(feedback).where(own)).rowcount
        return (
            gone + self._connection.execute(sa.delete(competitor_overrides).where(pairs)).rowcount
        )

    def _read(self, condition: sa.ColumnElement[bool]) -> tuple[Feedback, ...]:
        statement = sa.select(feedback).where(condition).order_by(feedback.c.id)
        return tuple(_from_row(row) for row in self._connection.execute(statement))

    def override(self, given: Override) -> None:
        """Let two firms be suggested to each other; another reason takes the place of an older."""
        row = {"low": given.low, "high": given.high, "reason": given.reason}
        put(self._connection, competitor_overrides, [{**row, "at": given.at, "by": given.by}])

    def withdraw_override(self, low: str, high: str) -> bool:
        """Let the rule hold again; return whether it had been lifted."""
        pair = (competitor_overrides.c.low == low) & (competitor_overrides.c.high == high)
        return self._connection.execute(sa.delete(competitor_overrides).where(pair)).rowcount > 0

    def overrides(self, siret: str | None = None) -> tuple[Override, ...]:
        """Pairs for which the rule is lifted, sorted; all, or those of one firm."""
        table = competitor_overrides
        statement = sa.select(table).order_by(table.c.low, table.c.high)
        if siret is not None:
            statement = statement.where((table.c.low == siret) | (table.c.high == siret))
        return tuple(
            Override(row.low, row.high, row.reason, row.at, row.by)
            for row in self._connection.execute(statement)
        )


def _values(kinds: Collection[FeedbackKind]) -> list[str]:
    return sorted(kind.value for kind in kinds)


def _row_of(answer: Feedback) -> dict[str, Any]:
    return {
        "at": answer.at,
        "actor": answer.actor,
        "reader": answer.reader,
        "partner": answer.partner,
        "kind": answer.kind.value,
        "reason": answer.reason.value if answer.reason else None,
        "note": answer.note,
        "intent": answer.intent.value if answer.intent else None,
        "role": answer.role.value if answer.role else None,
        "list": answer.shown_in.value if answer.shown_in else None,
        "rank": answer.rank,
        "propensity": answer.propensity,
        "snapshot": answer.snapshot,
        "undone_at": answer.undone_at,
        "undone_by": answer.undone_by,
    }


def _from_row(row: Row[Any]) -> Feedback:
    return Feedback(
        reader=row.reader,
        partner=row.partner,
        kind=FeedbackKind(row.kind),
        at=row.at,
        actor=row.actor,
        reason=SetAsideReason(row.reason) if row.reason else None,
        note=row.note,
        intent=Intent(row.intent) if row.intent else None,
        role=Role(row.role) if row.role else None,
        shown_in=ListName(row.list) if row.list else None,
        rank=row.rank,
        propensity=row.propensity,
        snapshot=row.snapshot,
        id=row.id,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )
