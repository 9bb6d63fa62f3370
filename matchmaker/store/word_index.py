"""Keeping the words of the company search in step with the companies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.companies import Company, Diffusion
from matchmaker.store.batches import KEYS_PER_QUERY, batches
from matchmaker.store.tables import company_words
from matchmaker.store.words import sort_name, words_of

WordRow = tuple[str, str, str]
"""Word, SIRET, sort name: a row of `company_words`."""


def is_listed(company: Company) -> bool:
    """Whether the search may find a company, opt-outs aside."""
    return company.active and company.diffusion is Diffusion.FULL


def index_words(connection: Connection, written: Sequence[Company]) -> None:
    """Bring the words of companies up to date, touching only those that changed."""
    stored = _stored_rows(connection, [company.siret for company in written])
    wanted = {row for company in written for row in _rows_of(company)}
    _delete_rows(connection, stored - wanted)
    if fresh := sorted(wanted - stored):
        connection.execute(
            sa.insert(company_words),
            [{"word": word, "siret": siret, "sort_name": name} for word, siret, name in fresh],
        )


def drop_words(connection: Connection, sirets: Iterable[str]) -> None:
    """Take companies out of the search by words."""
    for chunk in batches(sirets, KEYS_PER_QUERY):
        connection.execute(sa.delete(company_words).where(company_words.c.siret.in_(chunk)))


def _rows_of(company: Company) -> Iterator[WordRow]:
    if is_listed(company):
        name = sort_name(company)
        for word in words_of(company):
            yield word, company.siret, name


def _stored_rows(connection: Connection, sirets: Iterable[str]) -> set[WordRow]:
    found: set[WordRow] = set()
    for chunk in batches(sirets, KEYS_PER_QUERY):
        rows = connection.execute(sa.select(company_words).where(company_words.c.siret.in_(chunk)))
        found.update((word, siret, name) for word, siret, name in rows)
    return found


def _delete_rows(connection: Connection, stale: Iterable[WordRow]) -> None:
    rows = [{"old_word": word, "old_siret": siret} for word, siret, _ in sorted(stale)]
    if rows:
        connection.execute(
            sa.delete(company_words).where(
                company_words.c.word == sa.bindparam("old_word"),
                company_words.c.siret == sa.bindparam("old_siret"),
            ),
            rows,
        )
