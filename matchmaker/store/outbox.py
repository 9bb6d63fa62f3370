"""The outbox: every letter once, in one state; two processes never hold the same one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.errors import LetterStateError, UnknownLetterError
from matchmaker.mail.letters import Attachment, Letter, LetterKind
from matchmaker.mail.outbox import CANCELLABLE, RETRIED, LetterState, OutboxLine, TakenLetter
from matchmaker.store.batches import insert_into
from matchmaker.store.mail_tables import outbox as table

_LINE = [table.c[field.name] for field in fields(OutboxLine)]
_PLAIN = ("key", "recipient", "subject", "siret", "account_id", "introduction_id")
MAX_ERROR = 500
"""Longest note on what a try met: servers may say much."""


def _row_of(letter: Letter, at: datetime, due_at: datetime) -> dict[str, Any]:
    content = {
        "text": letter.text,
        "html": letter.html,
        "headers": dict(letter.headers),
        "attachments": [asdict(each) for each in letter.attachments],
    }
    row = {name: getattr(letter, name) for name in _PLAIN}
    row |= {"kind": letter.kind.value, "content": content, "state": LetterState.WAITING.value}
    return row | {"attempts": 0, "due_at": due_at, "created_at": at}


def _letter_from(row: RowMapping) -> Letter:
    content = row["content"]
    return Letter(
        **{name: row[name] for name in _PLAIN},
        kind=LetterKind(row["kind"]),
        text=content["text"],
        html=content["html"],
        headers=content["headers"],
        attachments=tuple(Attachment(**each) for each in content["attachments"]),
    )


def _line_from(row: RowMapping) -> OutboxLine:
    plain = {**row, "kind": LetterKind(row["kind"]), "state": LetterState(row["state"])}
    return OutboxLine(**plain)


class OutboxRepository:
    """Letters that wait, leave or have left, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, letter: Letter, at: datetime, due_at: datetime | None = None) -> bool:
        """Write a letter down; return whether it is a new one.

        Parameters
        ----------
        letter
            The letter.
        at
            Now.
        due_at
            Moment from which it may leave; at once if not given.
        """
        row = _row_of(letter, at, due_at or at)
        insert = insert_into(self._connection, table).values(row)
        once = insert.on_conflict_do_nothing(index_elements=[table.c.key]).returning(table.c.id)
        return self._connection.scalar(once) is not None

    def holds(self, key: str) -> bool:
        """Whether a letter of this occasion is written already, whatever became of it."""
        statement = sa.select(table.c.id).where(table.c.key == key)
        return self._connection.scalar(statement) is not None

    def has_asked(self, siret: str, introduction_ids: Collection[str], *, since: datetime) -> bool:
        """Whether a question about one of some introductions may have left for a firm.

        Parameters
        ----------
        siret
            The firm that was asked.
        introduction_ids
            The introductions.
        since
            Only what left from this moment on.
        """
        asking = (LetterKind.QUESTION.value, LetterKind.REMINDER.value)
        statement = sa.select(table.c.id).where(
            table.c.siret == siret,
            table.c.introduction_id.in_(introduction_ids),
            table.c.kind.in_(asking),
            table.c.taken_at >= since,
        )
        return self._connection.scalar(statement.limit(1)) is not None

    def is_due(self, at: datetime) -> bool:
        """Whether a letter waits to leave by now."""
        statement = sa.select(table.c.id).where(*_due(at)).limit(1)
        return self._connection.scalar(statement) is not None

    def take(self, at: datetime) -> TakenLetter | None:
        """Take the letter that has been due for longest into one's hands; nothing if none is.

        The unit of work ends before the letter leaves: whatever happens to this process then, no
        other one sends it as well.
        """
        first = (
            sa.select(table)
            .where(*_due(at))
            .order_by(table.c.due_at, table.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(first).mappings().one_or_none()
        if row is None:
            return None
        attempts = row["attempts"] + 1
        self._connection.execute(
            sa.update(table)
            .where(table.c.id == row["id"], table.c.state == LetterState.WAITING.value)
            .values(state=LetterState.SENDING.value, attempts=attempts, taken_at=at)
        )
        return TakenLetter(row["id"], _letter_from(row), attempts, row["created_at"], at)

    def sent(self, taken: TakenLetter, at: datetime) -> bool:
        """Note that a letter has left, and forget what it said.

        Also where it counts as uncertain meanwhile: now it is certain.
        """
        gone = {"state": LetterState.SENT.value, "settled_at": at, "content": sa.null()}
        held = (LetterState.SENDING, LetterState.UNCERTAIN)
        return self._settle(taken, held, {**gone, "error": None})

    def postpone(self, taken: TakenLetter, due_at: datetime, error: str) -> bool:
        """Let a letter wait for another try, which will be the same letter."""
        waiting = {"state": LetterState.WAITING.value, "due_at": due_at, "taken_at": None}
        return self._settle(taken, (LetterState.SENDING,), {**waiting, "error": error[:MAX_ERROR]})

    def give_up(self, taken: TakenLetter, state: LetterState, at: datetime, error: str) -> bool:
        """Note that a letter has failed, or that nobody knows."""
        ended = {"state": state.value, "settled_at": at, "error": error[:MAX_ERROR]}
        return self._settle(taken, (LetterState.SENDING,), ended)

    def withhold(self, taken: TakenLetter, at: datetime, why: str) -> bool:
        """Cancel a letter in one's hands before it leaves, and forget what it said."""
        gone = {"state": LetterState.CANCELLED.value, "settled_at": at, "content": sa.null()}
        return self._settle(taken, (LetterState.SENDING,), {**gone, "error": why})

    def readdress(self, taken: TakenLetter, recipient: str) -> bool:
        """Let a letter in one's hands go to another address of its reader."""
        return self._settle(taken, (LetterState.SENDING,), {"recipient": recipient})

    def _settle(
        self, taken: TakenLetter, held: tuple[LetterState, ...], values: Mapping[str, object]
    ) -> bool:
        statement = sa.update(table).where(
            table.c.id == taken.id,
            table.c.taken_at == taken.taken_at,
            table.c.attempts == taken.attempts,
            table.c.state.in_([state.value for state in held]),
        )
        return self._connection.execute(statement.values(values)).rowcount > 0

    def has_lapsed(self, taken_before: datetime) -> bool:
        """Whether a letter is in the hands of a process that took it before a moment."""
        statement = sa.select(table.c.id).where(*_lapsed(taken_before)).limit(1)
        return self._connection.scalar(statement) is not None

    def lapse(self, taken_before: datetime, at: datetime, *, repeatable: bool) -> int:
        """Report the letters of processes that have gone; return how many.

        Parameters
        ----------
        taken_before
            A letter that was taken before this moment is in nobody's hands any more.
        at
            Now.
        repeatable
            Whether sending one again is harmless: then they wait again instead.
        """
        uncertain = {
            "state": LetterState.UNCERTAIN.value,
            "settled_at": at,
            "error": "the process that was sending it has ended.",
        }
        waiting = {"state": LetterState.WAITING.value, "taken_at": None}
        statement = sa.update(table).where(*_lapsed(taken_before))
        values = waiting if repeatable else uncertain
        return self._connection.execute(statement.values(values)).rowcount

    def get(self, letter_id: int) -> OutboxLine:
        """Read the line of a letter.

        Raises
        ------
        UnknownLetterError
            If there is none.
        """
        statement = sa.select(*_LINE).where(table.c.id == letter_id)
        row = self._connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise UnknownLetterError(f"letter {letter_id} is not in the outbox; list it to see.")
        return _line_from(row)

    def list(
        self, state: LetterState | None = None, siret: str | None = None, limit: int = 200
    ) -> tuple[OutboxLine, ...]:
        """Read the lines of letters, the newest first.

        Parameters
        ----------
        state
            Only letters in it; all if not given.
        siret
            Only letters about that firm; all if not given.
        limit
            Most lines.
        """
        statement = sa.select(*_LINE).order_by(table.c.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(table.c.state == state.value)
        if siret is not None:
            statement = statement.where(table.c.siret == siret)
        return tuple(_line_from(row) for row in self._connection.execute(statement).mappings())

    def content(self, letter_id: int) -> Letter | None:
        """Read a whole letter; nothing once it has left.

        Raises
        ------
        UnknownLetterError
            If there is none.
        """
        self.get(letter_id)
        statement = sa.select(table).where(table.c.id == letter_id)
        row = self._connection.execute(statement).mappings().one()
        return _letter_from(row) if row["content"] else None

    def counts(self) -> dict[LetterState, int]:
        """Count the letters in each state; a state without one is absent."""
        statement = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
        return {LetterState(state): count for state, count in self._connection.execute(statement)}

    def retry(self, letter_id: int, at: datetime) -> OutboxLine:
        """Send a letter that failed, or that may not have left, from now on as if it were new.

        Raises
        ------
        UnknownLetterError
            If there is none.
        LetterStateError
            If it waits anyway, has left, or was cancelled.
        """
        waiting = {"state": LetterState.WAITING.value, "attempts": 0, "due_at": at}
        cleared = {"taken_at": None, "settled_at": None}
        return self._move(letter_id, RETRIED, {**waiting, **cleared}, "sent again")

    def cancel(self, letter_id: int, at: datetime) -> OutboxLine:
        """Keep a letter from leaving, and forget what it said.

        Raises
        ------
        UnknownLetterError
            If there is none.
        LetterStateError
            If it has left, is leaving, or was cancelled.
        """
        gone = {"state": LetterState.CANCELLED.value, "settled_at": at, "content": sa.null()}
        return self._move(letter_id, CANCELLABLE, gone, "cancelled")

    def _move(
        self, letter_id: int, held: tuple[LetterState, ...], values: Mapping[str, object], what: str
    ) -> OutboxLine:
        statement = sa.update(table).where(
            table.c.id == letter_id, table.c.state.in_([state.value for state in held])
        )
        moved = self._connection.execute(statement.values(values)).rowcount > 0
        line = self.get(letter_id)
        if not moved:
            raise LetterStateError(
                f"letter {letter_id} is {line.state.value} and cannot be {what}; only a letter "
                f"that is {' or '.join(state.value for state in held)} can."
            )
        return line

    def cancel_of(
        self, at: datetime, *, siret: str | None = None, introduction_id: str | None = None
    ) -> int:
        """Keep the letters to a firm, or about an introduction, from leaving; return how many.

        Parameters
        ----------
        at
            Now.
        siret, introduction_id
            Which ones; letters of both where both are given.

        Raises
        ------
        ValueError
            If neither is given.
        """
        if siret is None and introduction_id is None:
            raise ValueError("name a siret or an introduction, got neither")
        statement = sa.update(table).where(
            table.c.state.in_([state.value for state in CANCELLABLE])
        )
        if siret is not None:
            statement = statement.where(table.c.siret == siret)
        if introduction_id is not None:
            statement = statement.where(table.c.introduction_id == introduction_id)
        gone = {"state": LetterState.CANCELLED.value, "settled_at": at, "content": sa.null()}
        return self._connection.execute(statement.values(gone)).rowcount

    def erase(self, siret: str) -> int:
        """Remove every line of letters to a firm; return how many."""
        return self._connection.execute(sa.delete(table).where(table.c.siret == siret)).rowcount


def _due(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.state == LetterState.WAITING.value, table.c.due_at <= at


def _lapsed(taken_before: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.state == LetterState.SENDING.value, table.c.taken_at < taken_before
