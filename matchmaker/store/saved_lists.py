"""Lists of firms that advisers keep: chosen by hand, or a search that is done anew each time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import UnknownListError
from matchmaker.store.account_tables import accounts
from matchmaker.store.batches import insert_into
from matchmaker.store.list_tables import saved_list_members as members
from matchmaker.store.list_tables import saved_lists as table


@dataclass(frozen=True, slots=True)
class SavedList:
    """A list as it is stored.

    Parameters
    ----------
    id
        Short, fit for an address.
    account_id
        Whose it is.
    owner
        Name of that account; empty for a list that is not stored yet.
    chamber
        Department of the owner's chamber.
    name
        As the adviser calls it.
    search
        Filters of a list that is a search, by their names in an address; `None` for a list of
        chosen firms.
    shared
        Whether the advisers of the chamber read it too; only the owner changes it.
    created_at, changed_at
        First and last change.
    """

    id: str
    account_id: str
    owner: str
    chamber: str | None
    name: str
    search: Mapping[str, str] | None
    shared: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A firm in a list, with what the adviser noted of it, and since when."""

    siret: str
    note: str
    at: datetime


class SavedListRepository:
    """Saved lists, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, made: SavedList) -> bool:
        """Store a new list, without members; return whether its id was free."""
        row = {
            "id": made.id,
            "account_id": made.account_id,
            "chamber": made.chamber,
            "name": made.name,
            "search": None if made.search is None else dict(made.search),
            "shared": made.shared,
            "created_at": made.created_at,
            "changed_at": made.changed_at,
        }
        insert = insert_into(self._connection, table)
        free = insert.on_conflict_do_nothing(index_elements=[table.c.id])
        return self._connection.execute(free, row).rowcount == 1

    def get(self, list_id: str) -> SavedList:
        """Read a list.

        Raises
        ------
        UnknownListError
            If there is no such list.
        """
        row = self._connection.execute(_whole().where(table.c.id == list_id)).one_or_none()
        if row is None:
            raise UnknownListError(f"list {list_id!r} is not in the store; go back to your lists.")
        return SavedList(**row._mapping)

    def readable_by(self, account_id: str, chamber: str | None) -> tuple[SavedList, ...]:
        """List what an account keeps and what its chamber shares, by name."""
        shared = sa.and_(table.c.shared, table.c.chamber == chamber)
        which = table.c.account_id == account_id
        if chamber is not None:
            which = which | shared
        statement = _whole().where(which).order_by(table.c.name, table.c.id)
        return tuple(SavedList(**row._mapping) for row in self._connection.execute(statement))

    def rename(self, list_id: str, name: str, *, shared: bool, at: datetime) -> None:
        """Call a list otherwise, and say whether the chamber reads it."""
        statement = sa.update(table).where(table.c.id == list_id)
        self._connection.execute(statement.values(name=name, shared=shared, changed_at=at))

    def delete(self, list_id: str) -> None:
        """Remove a list with its members."""
        self._connection.execute(sa.delete(table).where(table.c.id == list_id))

    def add(self, list_id: str, sirets: Collection[str], *, at: datetime) -> int:
        """Put firms on a list; those that are on it stay as they are. Returns how many are new."""
        rows = [
            {"list_id": list_id, "siret": siret, "note": "", "at": at}
            for siret in dict.fromkeys(sirets)
        ]
        if not rows:
            return 0
        insert = insert_into(self._connection, members).on_conflict_do_nothing()
        before = self.size(list_id)
        self._connection.execute(insert, rows)
        self._touch(list_id, at)
        return self.size(list_id) - before

    def note(self, list_id: str, siret: str, note: str, *, at: datetime) -> None:
        """Note something of a member; a firm that is not on the list is left alone."""
        which = (members.c.list_id == list_id) & (members.c.siret == siret)
        self._connection.execute(sa.update(members).where(which).values(note=note))
        self._touch(list_id, at)

    def remove(self, list_id: str, sirets: Collection[str], *, at: datetime) -> None:
        """Take firms off a list."""
        which = (members.c.list_id == list_id) & members.c.siret.in_(list(sirets))
        self._connection.execute(sa.delete(members).where(which))
        self._touch(list_id, at)

    def members(self, list_id: str) -> tuple[Member, ...]:
        """Members of a list, in the order in which they came."""
        columns = (members.c.siret, members.c.note, members.c.at)
        statement = sa.select(*columns).where(members.c.list_id == list_id)
        ordered = statement.order_by(members.c.at, members.c.siret)
        return tuple(Member(*row) for row in self._connection.execute(ordered))

    def size(self, list_id: str) -> int:
        """How many firms are on a list."""
        statement = sa.select(sa.func.count()).select_from(members)
        return self._connection.scalar(statement.where(members.c.list_id == list_id)) or 0

    def _touch(self, list_id: str, at: datetime) -> None:
        self._connection.execute(
            sa.update(table).where(table.c.id == list_id).values(changed_at=at)
        )


def _whole() -> sa.Select[tuple[object, ...]]:
    owner = accounts.c.name.label("owner")
    joined = table.join(accounts, accounts.c.id == table.c.account_id)
    return sa.select(*table.c, owner).select_from(joined)
