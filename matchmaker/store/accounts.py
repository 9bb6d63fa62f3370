"""Accounts in the store, and the firms that they act for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.accounts.accounts import Account, HowTied, Ownership, check_account
from matchmaker.accounts.roles import Role
from matchmaker.errors import EmailTakenError, UnknownAccountError
from matchmaker.store.account_search import AccountPage, AccountQuery, matching_ids
from matchmaker.store.account_tables import account_companies, accounts
from matchmaker.store.batches import KEYS_PER_QUERY, batches, insert_into

_PLAIN = tuple(field.name for field in fields(Account) if field.name not in ("role", "companies"))
"""Fields that a row holds as they are."""

CHANGEABLE = frozenset(
    {"email", "name", "role", "chamber", "language", "active", "issuer", "subject"}
)
"""Columns that `AccountRepository.change` may write."""


def account_from(row: RowMapping, companies: Sequence[Ownership]) -> Account:
    """Build an account from its row and its firms."""
    return Account(
        role=Role(row["role"]),
        companies=tuple(companies),
        **{name: row[name] for name in _PLAIN},
    )


def _row_of(account: Account) -> dict[str, Any]:
    return {"role": account.role.value, **{name: getattr(account, name) for name in _PLAIN}}


class AccountRepository:
    """Accounts, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, account: Account) -> Account:
        """Open an account, with the firms that it names.

        Raises
        ------
        AccountError
            If the id, the e-mail or the identity is another account's, or role, chamber and firms
            do not go together.
        """
        check_account(account)
        if not self._insert(accounts, _row_of(account)):
            raise EmailTakenError("this e-mail address has an account already; change that one.")
        for tied in account.companies:
            self.tie(account.id, tied.siret, tied.how, tied.at, tied.by)
        return account

    def get(self, account_id: str) -> Account:
        """Read an account.

        Raises
        ------
        UnknownAccountError
            If there is no such account.
        """
        found = self._one(accounts.c.id == account_id)
        if found is None:
            raise UnknownAccountError(f"account {account_id!r} is not in the store; check its id.")
        return found

    def by_email(self, email: str) -> Account | None:
        """Find the account of an e-mail address, as `checked_email` writes it."""
        return self._one(accounts.c.email == email)

    def by_identity(self, issuer: str, subject: str) -> Account | None:
        """Find the account of a person at an OpenID provider."""
        return self._one(accounts.c.issuer == issuer, accounts.c.subject == subject)

    def list(
        self, role: Role | None = None, chamber: str | None = None, siret: str | None = None
    ) -> tuple[Account, ...]:
        """List accounts by e-mail: of a role, of a chamber, of a firm, where that is given."""
        wanted: list[sa.ColumnElement[bool]] = []
        if role is not None:
            wanted.append(accounts.c.role == role.value)
        if chamber is not None:
            wanted.append(accounts.c.chamber == chamber)
        if siret is not None:
            tied = sa.select(account_companies.c.account_id)
            wanted.append(accounts.c.id.in_(tied.where(account_companies.c.siret == siret)))
        return self._many(*wanted)

    def search(self, query: AccountQuery) -> AccountPage:
        """Find a page of accounts, by e-mail; the last one where the query asks for a later one."""
        ids = matching_ids(self._connection, query)
        page = min(query.page, max(1, -(-len(ids) // query.page_size)))
        chosen = ids[(page - 1) * query.page_size : page * query.page_size]
        return AccountPage(self._many(accounts.c.id.in_(chosen)), len(ids))

    def hold_administrators(self) -> None:
        """Keep others from changing the administrators until the unit of work ends."""
        wanted = accounts.c.role == Role.ADMINISTRATOR.value
        statement = sa.select(accounts.c.id).where(wanted).order_by(accounts.c.id)
        self._connection.execute(statement.with_for_update()).all()

    def demo(self) -> tuple[Account, ...]:
        """List the accounts of the demo."""
        return self._many(accounts.c.demo)

    def of_company(self, siret: str) -> tuple[Account, ...]:
        """List the accounts that act for a firm, closed ones as well."""
        return self.list(siret=siret)

    def change(self, account_id: str, **columns: object) -> Account:
        """Change columns of an account.

        Parameters
        ----------
        account_id
            The account.
        columns
            Out of `CHANGEABLE`.

        Raises
        ------
        UnknownAccountError
            If there is no such account.
        AccountError
            If the new e-mail is another account's, or role, chamber and firms no longer go
            together.
        ValueError
            If a column is none of `CHANGEABLE`.
        """
        if not columns.keys() <= CHANGEABLE:
            raise ValueError(f"only {sorted(CHANGEABLE)} can be changed, got {sorted(columns)}")
        try:
            with self._connection.begin_nested():
                self._write(account_id, **columns)
        except sa.exc.IntegrityError:
            raise EmailTakenError(
                "another account has this e-mail address or this identity; change that one first."
            ) from None
        after = self.get(account_id)
        check_account(after)
        return after

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Write the hash of a new password.

        Raises
        ------
        UnknownAccountError
            If there is no such account.
        """
        self.get(account_id)
        self._write(account_id, password_hash=password_hash)

    def note_sign_in(self, account_id: str, at: datetime) -> None:
        """Note the last sign-in."""
        self._write(account_id, signed_in_at=at)

    def tie(self, account_id: str, siret: str, how: str, at: datetime, by: str) -> bool:
        """Let an account act for a firm; return whether that is new.

        Parameters
        ----------
        account_id, siret
            Which account, which firm.
        how
            What proved it, out of `HowTied`.
        at, by
            When, and who tied it.
        """
        proof = HowTied(how).value
        row = {"account_id": account_id, "siret": siret, "how": proof, "at": at, "by": by}
        return self._insert(account_companies, row)

    def untie(self, account_id: str, siret: str) -> bool:
        """Let an account no longer act for a firm; return whether it did."""
        tied = account_companies.c
        statement = sa.delete(account_companies).where(
            tied.account_id == account_id, tied.siret == siret
        )
        return self._connection.execute(statement).rowcount > 0

    def delete(self, account_id: str) -> bool:
        """Remove an account with its sessions, claims and firms; return whether it was there."""
        statement = sa.delete(accounts).where(accounts.c.id == account_id)
        return self._connection.execute(statement).rowcount > 0

    def _insert(self, table: sa.Table, row: dict[str, Any]) -> bool:
        """Insert a row that meets no other; return whether it was."""
        insert = insert_into(self._connection, table).values(row).on_conflict_do_nothing()
        # The count of rows of an insert is not known on every database; what it returns is.
        returned = self._connection.execute(insert.returning(*table.primary_key))
        return returned.first() is not None

    def _write(self, account_id: str, **columns: object) -> None:
        statement = sa.update(accounts).where(accounts.c.id == account_id).values(**columns)
        self._connection.execute(statement)

    def _one(self, *wanted: sa.ColumnElement[bool]) -> Account | None:
        found = self._many(*wanted)
        return found[0] if found else None

    def _many(self, *wanted: sa.ColumnElement[bool]) -> tuple[Account, ...]:
        statement = sa.select(accounts).where(*wanted).order_by(accounts.c.email)
        rows = self._connection.execute(statement).mappings().all()
        firms = ownerships(self._connection, [row["id"] for row in rows])
        return tuple(account_from(row, firms[row["id"]]) for row in rows)


def ownerships(connection: Connection, ids: Sequence[str]) -> dict[str, list[Ownership]]:
    """Read the firms of accounts, by account, sorted by SIRET; none is an empty list."""
    found: dict[str, list[Ownership]] = defaultdict(list)
    tied = account_companies.c
    for chunk in batches(ids, KEYS_PER_QUERY):
        statement = sa.select(account_companies).where(tied.account_id.in_(chunk))
        for row in connection.execute(statement.order_by(tied.siret)):
            how = HowTied(row.how)
            found[row.account_id].append(Ownership(row.siret, how, row.at, row.by))
    return found
