"""Introductions in the store: their lock, their history, and the room of a firm that they take.

A change goes through `hold` and `write`: it bumps the version and leaves exactly one line in the
history, or writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import (
    IntroductionConflictError,
    ProblemError,
    UnknownIntroductionError,
)
from matchmaker.introductions.life import MADE, OPEN, UNDER_WAY, Answer, Move, Party, State
from matchmaker.introductions.records import HistoryEntry, Introduction, Line
from matchmaker.store.batches import KEYS_PER_QUERY, batches
from matchmaker.store.introduction_outcomes import IntroductionOutcomes
from matchmaker.store.introduction_rows import (
    entry_from,
    introduction_from,
    row_of,
    row_of_line,
)
from matchmaker.store.introduction_tables import introduction_history as history
from matchmaker.store.introduction_tables import introductions as table
from matchmaker.store.tables import companies, opt_outs

_TAKES_ROOM = table.c.state.in_([State.ASKED.value, State.ACCEPTED.value])


class IntroductionRepository:
    """Introductions, on one connection.

    Attributes
    ----------
    outcomes
        What came of them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.outcomes = IntroductionOutcomes(connection)

    def create(self, introduction: Introduction, line: Line) -> Introduction:
        """Write a new introduction, and the first line of its history.

        Raises
        ------
        ProblemError
            If the id is taken: whoever draws it draws again.
        """
        if self._find(introduction.id) is not None:
            raise ProblemError(f"introduction {introduction.id!r} is there already; draw again.")
        self._connection.execute(sa.insert(table), row_of(introduction))
        self._note(introduction, introduction.version, None, line)
        return self.get(introduction.id)

    def get(self, introduction_id: str) -> Introduction:
        """Read an introduction.

        Raises
        ------
        UnknownIntroductionError
            If there is no such introduction.
        """
        found = self._find(introduction_id)
        if found is None:
            raise unknown_introduction(introduction_id)
        return found

    def _find(self, introduction_id: str) -> Introduction | None:
        statement = sa.select(table).where(table.c.id == introduction_id)
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else introduction_from(row)

    def hold(self, introduction_id: str) -> Introduction:
        """Keep an introduction from other writers until the unit of work ends.

        A writer that waits here for another one sees what that one wrote: PostgreSQL reads the row
        again after the wait, and SQLite begins only one writing unit at a time.

        Raises
        ------
        UnknownIntroductionError
            If there is no such introduction.
        """
        statement = sa.select(table).where(table.c.id == introduction_id).with_for_update()
        row = self._connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise unknown_introduction(introduction_id)
        return introduction_from(row)

    def hold_sides(self, a: str, b: str) -> None:
        """Keep other writers from counting the room of two firms, or proposing them, meanwhile.

        After `hold`, never before: everybody waits in the same order.
        """
        statement = (
            sa.select(companies.c.siret)
            .where(companies.c.siret.in_([a, b]))
            .order_by(companies.c.siret)
            .with_for_update(key_share=True)
        )
        self._connection.execute(statement).all()

    def write(self, held: Introduction, line: Line, **columns: object) -> Introduction:
        """Write a move down: the next version, and a line of the history.

        Parameters
        ----------
        held
            The introduction, held.
        line
            The line of the history; its state is the one that follows.
        columns
            Columns that change besides.

        Raises
        ------
        IntroductionConflictError
            If it was not held, and somebody else has changed it.
        """
        version = held.version + 1
        values = {name: _plain(value) for name, value in columns.items()}
        state_at = held.state_at if line.after is held.state else line.at
        done = self._connection.execute(
            sa.update(table)
            .where(table.c.id == held.id, table.c.version == held.version)
            .values(
                version=version,
                state=line.after.value,
                state_at=state_at,
                changed_at=line.at,
                changed_by=line.by,
                **values,
            )
        )
        if done.rowcount != 1:
            raise IntroductionConflictError(
                f"introduction {held.id} has changed since it was read; read it again."
            )
        self._note(held, version, held.state, line)
        return self.get(held.id)

    def _note(self, held: Introduction, version: int, before: State | None, line: Line) -> None:
        row = row_of_line(held.id, version, before, line)
        self._connection.execute(sa.insert(history), row)

    def list(
        self,
        siret: str | None = None,
        department: str | None = None,
        states: Collection[State] | None = None,
        *,
        asked: Collection[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[Introduction, ...]:
        """List introductions, the earliest first.

        Parameters
        ----------
        siret
            Only those with this side.
        department
            Only those with a side in this department.
        states
            Only those in one of these states.
        asked
            Only those of which one of these firms knows: it has asked, or was asked.
        limit, offset
            Only so many, after so many.
        """
        statement = (
            sa.select(table)
            .where(_condition(siret, department, states, asked))
            .order_by(table.c.created_at, table.c.id)
            .limit(limit)
            .offset(offset)
        )
        rows = self._connection.execute(statement).mappings()
        return tuple(introduction_from(row) for row in rows)

    def count(
        self,
        siret: str | None = None,
        department: str | None = None,
        states: Collection[State] | None = None,
        *,
        asked: Collection[str] | None = None,
    ) -> int:
        """Count introductions; parameters as in `list`."""
        condition = _condition(siret, department, states, asked)
        statement = sa.select(sa.func.count()).select_from(table).where(condition)
        return int(self._connection.scalar(statement) or 0)

    def between(self, a: str, b: str) -> tuple[Introduction, ...]:
        """Read every introduction of two firms, in either direction, the earliest first."""
        statement = sa.select(table).where(_between(a, b)).order_by(table.c.created_at, table.c.id)
        rows = self._connection.execute(statement).mappings()
        return tuple(introduction_from(row) for row in rows)

    def sides(self, introduction_ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """SIRETs of the two firms of introductions, by id; unknown ids are absent."""
        found: dict[str, tuple[str, str]] = {}
        for chunk in batches(sorted(introduction_ids), KEYS_PER_QUERY):
            statement = sa.select(table.c.id, table.c.company, table.c.partner)
            rows = self._connection.execute(statement.where(table.c.id.in_(chunk)))
            found.update((row.id, (row.company, row.partner)) for row in rows)
        return found

    def may_see_contact(self, reader: str, other: str) -> bool:
        """Whether two firms have been introduced, and the other has not opted out since."""
        made = table.c.state.in_([state.value for state in MADE]) & table.c.introduced_at.is_not(
            None
        )
        gone = sa.exists().where(opt_outs.c.siret == other)
        statement = sa.select(table.c.id).where(_between(reader, other), made, ~gone).limit(1)
        return self._connection.scalar(statement) is not None

    def load(self, siret: str, quarter_start: datetime) -> int:
        """Count what takes a firm's room: introduced since, or asked and not yet at an end."""
        counted = _TAKES_ROOM | (table.c.introduced_at >= quarter_start)
        return self._count(_side(siret) & counted)

    def introduced_since(self, siret: str, quarter_start: datetime) -> int:
        """Count the introductions of a firm that were made since a moment."""
        return self._count(_side(siret) & (table.c.introduced_at >= quarter_start))

    def _count(self, condition: sa.ColumnElement[bool]) -> int:
        statement = sa.select(sa.func.count()).select_from(table).where(condition)
        return int(self._connection.scalar(statement) or 0)

    def history(self, introduction_id: str) -> tuple[HistoryEntry, ...]:
        """Read every move of an introduction, the earliest first.

        Raises
        ------
        UnknownIntroductionError
            If there is no such introduction.
        """
        self.get(introduction_id)
        statement = (
            sa.select(history)
            .where(history.c.introduction_id == introduction_id)
            .order_by(history.c.version)
        )
        return tuple(entry_from(row) for row in self._connection.execute(statement).mappings())

    def inquired(self, introduction_ids: Collection[str]) -> dict[str, frozenset[int]]:
        """Days of the outcome questions that were asked, by introduction."""
        found: dict[str, set[int]] = {each: set() for each in introduction_ids}
        for chunk in batches(sorted(found), KEYS_PER_QUERY):
            statement = sa.select(history.c.introduction_id, history.c.details).where(
                history.c.move == Move.INQUIRE.value, history.c.introduction_id.in_(chunk)
            )
            for introduction_id, details in self._connection.execute(statement):
                found[introduction_id].add(details["days"])
        return {each: frozenset(days) for each, days in found.items()}

    def withdraw_company(self, siret: str, at: datetime, by: str) -> tuple[str, ...]:
        """End what is under way with a firm that leaves the service; return the ids, sorted.

        What has not come to an introduction is withdrawn; what has, ends.
        """
        touched = sorted(each.id for each in self.list(siret=siret, states=UNDER_WAY))
        return tuple(each for each in touched if self._leave(self.hold(each), siret, at, by))

    def _leave(self, held: Introduction, siret: str, at: datetime, by: str) -> bool:
        if held.state not in UNDER_WAY:
            return False  # somebody else has ended it since it was listed
        is_open = held.state in OPEN
        move, after = (Move.WITHDRAW, State.WITHDRAWN) if is_open else (Move.END, State.ENDED)
        self.write(held, Line(at, by, Party.SYSTEM, move, after, {"left": held.side_of(siret)}))
        return True

    def erase_company(self, siret: str) -> tuple[str, ...]:
        """Delete the introductions of a firm, with history, outcomes and relations; return the ids.

        The one exception to a history that is only ever added to.
        """
        ids = tuple(each.id for each in self.list(siret=siret))
        for introduction_id in ids:
            self.outcomes.forget_relation(introduction_id)
        self._connection.execute(sa.delete(table).where(_side(siret)))
        return ids


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _side(siret: str) -> sa.ColumnElement[bool]:
    return (table.c.company == siret) | (table.c.partner == siret)


def _between(a: str, b: str) -> sa.ColumnElement[bool]:
    there = (table.c.company == a) & (table.c.partner == b)
    return there | ((table.c.company == b) & (table.c.partner == a))


def _condition(
    siret: str | None,
    department: str | None,
    states: Collection[State] | None,
    asked: Collection[str] | None,
) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = sa.true()
    if siret is not None:
        condition &= _side(siret)
    if department is not None:
        # Two look-ups per introduction: a list of all firms of a department would be long.
        condition &= sa.exists().where(
            companies.c.siret.in_([table.c.company, table.c.partner]),
            companies.c.department == department,
        )
    if states is not None:
        condition &= table.c.state.in_([state.value for state in states])
    if asked is not None:
        unasked = Answer.NOT_ASKED.value
        condition &= (table.c.company.in_(asked) & (table.c.company_answer != unasked)) | (
            table.c.partner.in_(asked) & (table.c.partner_answer != unasked)
        )
    return condition


def unknown_introduction(introduction_id: str) -> UnknownIntroductionError:
    """Say that there is no such introduction, or none for the eyes of who asks."""
    return UnknownIntroductionError(
        f"introduction {introduction_id!r} is not in the store; check its address."
    )
