"""Looking for accounts by what an administrator remembers of them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.accounts.accounts import Account
from matchmaker.accounts.roles import Role
from matchmaker.spelling import fold
from matchmaker.store.account_tables import account_companies, accounts


@dataclass(frozen=True, slots=True)
class AccountQuery:
    """Which accounts are wanted; what is not given does not narrow them.

    Parameters
    ----------
    text
        Parts of the e-mail or of the name, in any order; case and accents do not matter.
    role, chamber, siret
        Of that role, of that chamber, acting for that firm.
    active
        Open ones, or closed ones.
    page, page_size
        Which part of what is found, from 1.
    """

    text: str = ""
    role: Role | None = None
    chamber: str | None = None
    siret: str | None = None
    active: bool | None = None
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A part of the accounts found, by e-mail, and how many there are in all."""

    items: tuple[Account, ...]
    total: int


def matching_ids(connection: Connection, query: AccountQuery) -> list[str]:
    """Find the accounts that a query wants, by e-mail, on every page.

    Names are compared here and not in the database: SQLite knows the case of ASCII letters only,
    and no database folds accents by itself. Accounts are few beside firms.
    """
    statement = sa.select(accounts.c.id, accounts.c.email, accounts.c.name)
    rows = connection.execute(statement.where(*_wanted(query)).order_by(accounts.c.email))
    words = fold(query.text).split()
    return [row.id for row in rows if _has(words, fold(f"{row.email} {row.name}"))]


def _wanted(query: AccountQuery) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if query.role is not None:
        wanted.append(accounts.c.role == query.role.value)
    if query.chamber is not None:
        wanted.append(accounts.c.chamber == query.chamber)
    if query.active is not None:
        wanted.append(accounts.c.active == query.active)
    if query.siret is not None:
        tied = sa.select(account_companies.c.account_id)
        wanted.append(accounts.c.id.in_(tied.where(account_companies.c.siret == query.siret)))
    return wanted


def _has(words: list[str], text: str) -> bool:
    return all(word in text for word in words)
