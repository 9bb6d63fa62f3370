"""Everything that is held on a firm or on a person, table by table, as plain documents.

What is another's stays theirs: of the other side of an introduction, of whoever answered about the
firm, and of other people, only what the firm knows anyway is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.introductions.life import Answer, State
from matchmaker.store.account_tables import (
    account_companies,
    accounts,
    audit,
    claims,
    contact_reads,
    sessions,
)
from matchmaker.store.event_tables import contacts, outcomes, registrations, wishes
from matchmaker.store.event_tables import history as event_history
from matchmaker.store.introduction_tables import (
    competitor_overrides,
    feedback,
    introduction_history,
    introduction_outcomes,
    introductions,
)
from matchmaker.store.list_tables import saved_list_members, saved_lists
from matchmaker.store.mail_tables import digests, mail_links, mail_refusals, outbox
from matchmaker.store.tables import companies, opt_outs, profiles, relation_members, relations

Document = dict[str, Any]
Rows = list[Document]

NOT_EXPORTED: Mapping[str, str] = {
    "api_keys": "keys belong to a chamber's programs, to no firm and no person",
    "company_words": "the words of the name and the commune of `companies`, once more",
    "event_plans": "who sits where when; names in it are those of `event_registrations`",
    "events": "what an event is about; it is no data on a firm or a person",
    "imports": "names of files; no firm and no person is in it",
    "nights": "figures of the whole territory; no firm and no person is in it",
    "sign_in_failures": "keyed digests, from which nobody can be told",
}
"""Tables that no export holds, and why."""

_UNSEEN = (State.PROPOSED.value, State.CHECKED.value, State.REFUSED.value)


class ExportRepository:
    """What is held on somebody, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_company(self, siret: str) -> dict[str, Rows]:
        """Read what every table holds on a firm; tables without anything have no rows."""
        return {name: read(self._connection, siret) for name, read in OF_COMPANY.items()}

    def of_account(self, account_id: str, *, email: str, label: str | None) -> dict[str, Rows]:
        """Read what every table holds on a person.

        Parameters
        ----------
        account_id, email
            Their account.
        label
            As histories and logs name them; `None` where that name is another's as well.
        """
        found = {}
        for table, whose, hidden in _of_account(account_id, email):
            found[str(table.name)] = _read(self._connection, sa.select(table).where(whose), hidden)
        for table, column in _NAMING:
            named = sa.select(table).where(sa.false() if label is None else column == label)
            hidden = frozenset({"note", "reason", "message", "details"} - {column.name})
            found.setdefault(str(table.name), []).extend(_read(self._connection, named, hidden))
        return found


def _read(
    connection: Connection, statement: sa.Select[Any], hidden: frozenset[str] = frozenset()
) -> Rows:
    rows = connection.execute(statement).mappings()
    return [_document(row, hidden) for row in rows]


def _document(row: RowMapping, hidden: frozenset[str] = frozenset()) -> Document:
    return {str(name): _plain(value) for name, value in row.items() if name not in hidden}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _of(table: sa.Table, *hidden: str) -> Callable[[Connection, str], Rows]:
    """Rows whose `siret` is the firm's, in the order of their keys."""

    def read(connection: Connection, siret: str) -> Rows:
        statement = sa.select(table).where(table.c.siret == siret).order_by(*table.primary_key)
        return _read(connection, statement, frozenset(hidden))

    return read


def _relations(connection: Connection, siret: str) -> Rows:
    member = relation_members.c
    statement = (
        sa.select(relations)
        .join(relation_members)
        .where(member.siret == siret)
        .order_by(relations.c.source, relations.c.key)
    )
    return _read(connection, statement)


def _feedback(connection: Connection, siret: str) -> Rows:
    """Its own answers; of those of others about it, which kind and when, but not whose."""
    own = sa.select(feedback).where(feedback.c.reader == siret).order_by(feedback.c.id)
    columns = (feedback.c.at, feedback.c.partner, feedback.c.kind, feedback.c.undone_at)
    about = sa.select(*columns).where(feedback.c.partner == siret).order_by(feedback.c.id)
    return [*_read(connection, own), *_read(connection, about)]


def _overrides(connection: Connection, siret: str) -> Rows:
    pair = competitor_overrides.c
    either = (pair.low == siret) | (pair.high == siret)
    return _read(connection, sa.select(competitor_overrides).where(either), frozenset({"by"}))


def _own_introductions(siret: str) -> sa.Select[Any]:
    """Those proposed for the firm, and those of others once the firm was asked."""
    own, asked = introductions.c.company == siret, introductions.c.partner == siret
    was_asked = introductions.c.partner_answer != Answer.NOT_ASKED.value
    seen = asked & was_asked & introductions.c.state.not_in(_UNSEEN)
    return sa.select(introductions).where(own | seen).order_by(introductions.c.id)


def _introductions(connection: Connection, siret: str) -> Rows:
    found = []
    for row in connection.execute(_own_introductions(siret)).mappings():
        side = "company" if row["company"] == siret else "partner"
        own_words = row[f"{side}_answer"] == Answer.DECLINED.value
        hidden = {"created_by", "changed_by"} | (set() if own_words else {"reason", "note"})
        if side == "partner":
            hidden |= {"snapshot", "rank", "propensity"}  # of the list of the other firm
        found.append(_document(row, frozenset(hidden)))
    return found


def _ids(siret: str) -> sa.Select[Any]:
    return _own_introductions(siret).with_only_columns(introductions.c.id).order_by(None)


def _history(connection: Connection, siret: str) -> Rows:
    of = introduction_history.c
    columns = (of.introduction_id, of.version, of.at, of.party, of.move, of.before, of.after)
    statement = sa.select(*columns).where(of.introduction_id.in_(_ids(siret)))
    return _read(connection, statement.order_by(of.introduction_id, of.version))


def _event_rows(table: sa.Table, *columns: str, hidden: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """Rows of events that name a participant of the firm in one of some columns."""

    def read(connection: Connection, siret: str) -> Rows:
        people = sa.select(registrations.c.event_id, registrations.c.id).where(
            registrations.c.siret == siret
        )
        named = sa.or_(
            *(sa.tuple_(table.c.event_id, table.c[column]).in_(people) for column in columns)
        )
        statement = sa.select(table).where(named).order_by(*table.primary_key)
        return _read(connection, statement, frozenset(hidden))

    return read


def _event_outcomes(connection: Connection, siret: str) -> Rows:
    """Meetings of the firm's people, with what they said of them and not what the others did."""
    found = []
    for own, other in (("a", "b"), ("b", "a")):
        hidden = (f"worth_{other}",)
        found += _event_rows(outcomes, own, hidden=hidden)(connection, siret)
    return found


def _audit(connection: Connection, siret: str) -> Rows:
    columns = (audit.c.at, audit.c.role, audit.c.action)
    statement = sa.select(*columns).where(audit.c.subject == siret).order_by(audit.c.id)
    return _read(connection, statement)


def _refusals(connection: Connection, siret: str) -> Rows:
    own = sa.select(sa.func.lower(profiles.c.contact_email)).where(profiles.c.siret == siret)
    return _read(connection, sa.select(mail_refusals).where(mail_refusals.c.address.in_(own)))


OF_COMPANY: Mapping[str, Callable[[Connection, str], Rows]] = {
    "companies": _of(companies, "listed", "sort_name"),
    "profiles": _of(profiles),
    "opt_outs": _of(opt_outs),
    "relations": _relations,
    "relation_members": _of(relation_members, "across"),
    "feedback": _feedback,
    "competitor_overrides": _overrides,
    "introductions": _introductions,
    "introduction_history": _history,
    "introduction_outcomes": _of(introduction_outcomes, "actor"),
    "event_registrations": _of(registrations),
    "event_contacts": _event_rows(contacts, "participant"),
    "event_wishes": _event_rows(wishes, "wisher"),
    "event_outcomes": _event_outcomes,
    "account_companies": _of(account_companies, "by"),
    "claims": _of(claims, "digest"),
    "contact_reads": _of(contact_reads),
    "saved_list_members": _of(saved_list_members, "list_id"),
    "outbox": _of(outbox, "content", "key", "error"),
    "mail_links": _of(mail_links, "digest"),
    "mail_refusals": _refusals,
    "digests": _of(digests),
    "audit": _audit,
}
"""How the rows of a table on a firm are read."""


_NAMING: tuple[tuple[sa.Table, sa.Column[Any]], ...] = (
    (feedback, feedback.c.actor),
    (introductions, introductions.c.created_by),
    (introduction_history, introduction_history.c.actor),
    (introduction_outcomes, introduction_outcomes.c.actor),
    (competitor_overrides, competitor_overrides.c.by),
    (event_history, event_history.c.actor),
    (audit, audit.c.actor),
    (contact_reads, contact_reads.c.actor),
)
"""Where a person is named as the one who did something."""


def _of_account(
    account_id: str, email: str
) -> list[tuple[sa.Table, sa.ColumnElement[bool], frozenset[str]]]:
    """Tables with rows on a person, which rows, and columns that are secrets or another's."""
    sent = (outbox.c.account_id == account_id) | (sa.func.lower(outbox.c.recipient) == email)
    secret = frozenset({"digest"})
    own_lists = sa.select(saved_lists.c.id).where(saved_lists.c.account_id == account_id)
    return [
        (accounts, accounts.c.id == account_id, frozenset({"password_hash"})),
        (account_companies, account_companies.c.account_id == account_id, frozenset({"by"})),
        (sessions, sessions.c.account_id == account_id, secret),
        (claims, claims.c.account_id == account_id, secret),
        (mail_links, mail_links.c.account_id == account_id, secret),
        (mail_refusals, mail_refusals.c.address == email, frozenset()),
        (saved_lists, saved_lists.c.account_id == account_id, frozenset()),
        (saved_list_members, saved_list_members.c.list_id.in_(own_lists), frozenset()),
        (outbox, sent, frozenset({"content", "key", "error"})),
        (contacts, sa.func.lower(contacts.c.email) == email, frozenset()),
        (profiles, sa.func.lower(profiles.c.contact_email) == email, frozenset()),
        (audit, audit.c.subject == account_id, frozenset({"actor"})),
    ]


OF_ACCOUNT = frozenset(
    [table.name for table, _, _ in _of_account("", "")] + [table.name for table, _ in _NAMING]
)
"""Tables that an export of a person reads."""
