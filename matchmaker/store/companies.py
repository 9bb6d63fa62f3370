"""Companies in the store: written by imports, read by the nightly run and the service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from operator import attrgetter
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from matchmaker.companies import Company, Diffusion
from matchmaker.feedback import HIDING, SEPARATING, FeedbackKind
from matchmaker.store.batches import KEYS_PER_QUERY, batches, insert_into, values_of
from matchmaker.store.crossings import note_crossings_of
from matchmaker.store.erased import erased_companies
from matchmaker.store.frames import read_frame
from matchmaker.store.introduction_tables import feedback
from matchmaker.store.profiles import ProfileRepository
from matchmaker.store.search import CompanyPage, CompanyQuery, every, search
from matchmaker.store.tables import companies, opt_outs, profiles
from matchmaker.store.word_index import drop_words, index_words, is_listed
from matchmaker.store.words import sort_name

ROWS_PER_WRITE = 2000
"""Companies written together; bounds the memory of an import."""

FIELDS = tuple(field.name for field in fields(Company))
COLUMNS = tuple(companies.c[name] for name in FIELDS)

_DTYPES: dict[type, pl.DataType] = {
    str: pl.String(),
    bool: pl.Boolean(),
    float: pl.Float64(),
    date: pl.Date(),
}
SCHEMA = pl.Schema({column.name: _DTYPES[column.type.python_type] for column in COLUMNS})
"""Columns of `CompanyRepository.frame`: the fields of `Company`, in their order."""


def company_from(row: RowMapping) -> Company:
    """Build a company from a row that has at least its columns."""
    values = {name: row[name] for name in FIELDS}
    return Company(**{**values, "diffusion": Diffusion(row["diffusion"])})


_values_of = attrgetter(*FIELDS)


def _row_of(company: Company) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(FIELDS, _values_of(company), strict=True))
    row["diffusion"] = company.diffusion.value
    row["listed"] = is_listed(company)
    row["sort_name"] = sort_name(company)
    return row


def _newest(batch: Iterable[Company]) -> dict[str, Company]:
    """Keep one company per SIRET: the newest, the last one among equals."""
    kept: dict[str, Company] = {}
    for company in batch:
        other = kept.get(company.siret)
        if other is None or _replaces(company.data_date, other.data_date):
            kept[company.siret] = company
    return kept


def _replaces(incoming: date | None, stored: date | None) -> bool:
    return stored is None or (incoming is not None and incoming >= stored)


class CompanyRepository:
    """The companies of the store, on one connection.

    Parameters
    ----------
    connection
        The connection of the unit of work.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def upsert(self, companies: Iterable[Company]) -> int:
        """Write companies; what is stored from a newer stock stays as it is.

        A row without a data date counts as older than any dated one. Writing the same rows again
        changes nothing. A firm that was erased is passed over.

        Returns
        -------
        int
            Number of companies written.
        """
        erased = erased_companies(self._connection)
        kept = (company for company in companies if company.siret not in erased)
        return sum(self._write(_newest(batch)) for batch in batches(kept, ROWS_PER_WRITE))

    def _write(self, newest: Mapping[str, Company]) -> int:
        insert = insert_into(self._connection, companies)
        stored, incoming = companies.c.data_date, insert.excluded["data_date"]
        upsert = insert.on_conflict_do_update(
            index_elements=list(companies.primary_key),
            set_=values_of(insert),
            where=stored.is_(None) | (stored <= incoming),
        )
        places = self._departments(newest)
        self._connection.execute(upsert, [_row_of(company) for company in newest.values()])
        written = self._taken(newest)
        index_words(self._connection, written)
        moved = [each.siret for each in written if places.get(each.siret) != each.department]
        note_crossings_of(self._connection, moved)
        return len(written)

    def _departments(self, sirets: Iterable[str]) -> dict[str, str]:
        """Departments in which the store has companies; unknown SIRETs are absent."""
        found: dict[str, str] = {}
        for chunk in batches(sirets, KEYS_PER_QUERY):
            places = sa.select(companies.c.siret, companies.c.department)
            rows = self._connection.execute(places.where(companies.c.siret.in_(chunk)))
            found.update((siret, department) for siret, department in rows)
        return found

    def _taken(self, newest: Mapping[str, Company]) -> list[Company]:
        """Companies that the store took: whatever is newer in the store has another data date.

        Asked afterwards: to return rows from the insert takes PostgreSQL's driver three times as
        long.
        """
        taken: list[Company] = []
        for chunk in batches(newest, KEYS_PER_QUERY):
            dates = sa.select(companies.c.siret, companies.c.data_date)
            for siret, stored in self._connection.execute(
                dates.where(companies.c.siret.in_(chunk))
            ):
                if stored == newest[siret].data_date:
                    taken.append(newest[siret])
        return taken

    def confirm(self, sirets: Iterable[str], data_date: date) -> None:
        """Note that a stock of `data_date` still has companies, whatever it says of them.

        What is stored from a newer stock stays as it is; unknown SIRETs are passed over.
        """
        for chunk in batches(sirets, KEYS_PER_QUERY):
            self._connection.execute(
                sa.update(companies)
                .where(companies.c.siret.in_(chunk), _not_newer_than(data_date))
                .values(data_date=data_date)
            )

    def close(self, sirets: Iterable[str], data_date: date | None) -> int:
        """Close companies that a stock of `data_date` reports as closed or not to be shown.

        What is stored from a newer stock stays as it is; unknown SIRETs are passed over.

        Returns
        -------
        int
            Number of companies that were active and are closed now.
        """
        return sum(
            self._close_where(companies.c.siret.in_(chunk), _not_newer_than(data_date), data_date)
            for chunk in batches(sirets, KEYS_PER_QUERY)
        )

    def withhold(self, sirets: Iterable[str], data_date: date | None) -> tuple[str, ...]:
        """Show companies no more that a stock of `data_date` reports as not to be shown.

        What is stored from a newer stock stays as it is; unknown SIRETs are passed over.

        Returns
        -------
        tuple of str
            Companies that were shown until now.
        """
        found: list[str] = []
        for chunk in batches(sirets, KEYS_PER_QUERY):
            scope = companies.c.siret.in_(chunk) & _not_newer_than(data_date)
            shown = companies.c.diffusion != Diffusion.NONE.value
            hidden = {"diffusion": Diffusion.NONE.value, "active": False, "listed": False}
            found += self._connection.scalars(
                sa.update(companies)
                .where(scope, shown)
                .values(**hidden, data_date=data_date)
                .returning(companies.c.siret)
            )
        drop_words(self._connection, found)
        return tuple(sorted(found))

    def close_absent(self, source: str, departments: Sequence[str] | None, before: date) -> int:
        """Close what a whole stock of the day `before` no longer contains.

        Parameters
        ----------
        source
            Only companies that came from here.
        departments
            Only these departments; `None` for all.
        before
            Data date of the stock that has just been written: active companies with an older one,
            or with none, were not in it.

        Returns
        -------
        int
            Number of companies closed.
        """
        outdated = companies.c.data_date.is_(None) | (companies.c.data_date < before)
        scope = companies.c.source == source
        if departments is not None:
            scope &= companies.c.department.in_(departments)
        return self._close_where(scope, outdated, before)

    def _close_where(
        self,
        scope: sa.ColumnElement[bool],
        outdated: sa.ColumnElement[bool],
        data_date: date | None,
    ) -> int:
        closed = self._connection.scalars(
            sa.update(companies)
            .where(companies.c.active, scope, outdated)
            .values(active=False, listed=False, data_date=data_date)
            .returning(companies.c.siret)
        ).all()
        drop_words(self._connection, closed)
        return len(closed)

    def get(self, siret: str) -> Company | None:
        """Read one company, whatever its state; `None` if it is unknown.

        As in every reading but `frame`, a sole trader, or a company without a published name, is
        called by the name that its profile agrees to show.
        """
        return self.many([siret]).get(siret)

    def many(self, sirets: Sequence[str]) -> dict[str, Company]:
        """Read companies, whatever their state; unknown SIRETs are absent from the answer."""
        return self._read(sa.select(*COLUMNS), sirets)

    def servable(self, sirets: Sequence[str], *, reader: str | None = None) -> dict[str, Company]:
        """Read those companies that may be shown as partners at this moment.

        Active; of full diffusion, or of partial diffusion with a consenting profile; not opted
        out; consent not refused; not set aside by the reader; neither of the two has called the
        other a competitor, known or met.

        Parameters
        ----------
        sirets
            Companies to look at.
        reader
            SIRET of the company that reads, whose answers count, and those about it.
        """
        return self._read(_servable(sa.select(*COLUMNS), reader), sirets)

    def servable_sirets(
        self, sirets: Sequence[str], *, reader: str | None = None
    ) -> frozenset[str]:
        """Tell which companies `servable` would read, without reading them."""
        statement = _servable(sa.select(companies.c.siret), reader)
        found: set[str] = set()
        for chunk in batches(sirets, KEYS_PER_QUERY):
            found.update(self._connection.scalars(statement.where(companies.c.siret.in_(chunk))))
        return frozenset(found)

    def _read(self, statement: sa.Select[Any], sirets: Sequence[str]) -> dict[str, Company]:
        found: dict[str, Company] = {}
        for chunk in batches(sirets, KEYS_PER_QUERY):
            rows = self._connection.execute(statement.where(companies.c.siret.in_(chunk)))
            found.update((row["siret"], company_from(row)) for row in rows.mappings())
        return self._with_public_names(found)

    def _with_public_names(self, found: dict[str, Company]) -> dict[str, Company]:
        """Call persons, whose names the registry's rows never hold, as they agree to be called."""
        persons = [siret for siret, each in found.items() if each.sole_trader or each.name is None]
        names = ProfileRepository(self._connection).public_names(persons)
        return found | {siret: replace(found[siret], name=name) for siret, name in names.items()}

    def search(self, query: CompanyQuery) -> CompanyPage:
        """Find active, diffusible companies that have not opted out.

        Every word of the text must begin a word of the name or of the commune; digits may also be
        the beginning of a SIREN or SIRET. Exact names come first, then whole words, then the
        order of names.
        """
        sirets, total = search(self._connection, query)
        found = self.many(sirets)
        items = tuple(found[siret] for siret in sirets)
        return CompanyPage(items, total, query.page, query.page_size)

    def sirets_found(self, query: CompanyQuery) -> frozenset[str]:
        """Find the SIRETs of every company of a search, whatever the page that it asks for."""
        return every(self._connection, query)

    def frame(self) -> pl.DataFrame:
        """Read every company, closed ones included, sorted by department and SIRET."""
        statement = sa.select(*COLUMNS).order_by(companies.c.department, companies.c.siret)
        return read_frame(self._connection, statement, SCHEMA)

    def departments(self) -> tuple[str, ...]:
        """Departments that have an active company, sorted."""
        statement = (
            sa.select(companies.c.department)
            .where(companies.c.active)
            .distinct()
            .order_by(companies.c.department)
        )
        return tuple(self._connection.scalars(statement))

    def counts(self) -> dict[str, int]:
        """Count companies: `total`, `active`, `fictional`."""
        row = self._connection.execute(
            sa.select(
                sa.func.count().label("total"),
                sa.func.count().filter(companies.c.active).label("active"),
                sa.func.count().filter(companies.c.fictional).label("fictional"),
            ).select_from(companies)
        ).one()
        return dict(row._mapping)


def _servable(statement: sa.Select[Any], reader: str | None) -> sa.Select[Any]:
    """Keep those companies only that may be shown at this moment, to one reader or to anybody."""
    statement = (
        statement.select_from(companies)
        .outerjoin(profiles, profiles.c.siret == companies.c.siret)
        .where(
            companies.c.active,
            (companies.c.diffusion == Diffusion.FULL.value)
            | ((companies.c.diffusion == Diffusion.PARTIAL.value) & profiles.c.consent),
            profiles.c.consent.is_(None) | profiles.c.consent,
            ~sa.exists().where(opt_outs.c.siret == companies.c.siret),
        )
    )
    if reader is None:
        return statement
    return statement.where(
        ~sa.exists().where(
            feedback.c.reader == reader,
            feedback.c.partner == companies.c.siret,
            *_stands(HIDING),
        ),
        ~sa.exists().where(
            feedback.c.partner == reader,
            feedback.c.reader == companies.c.siret,
            *_stands(SEPARATING),
        ),
    )


def _stands(kinds: Collection[FeedbackKind]) -> tuple[sa.ColumnElement[bool], ...]:
    return feedback.c.undone_at.is_(None), feedback.c.kind.in_(sorted(kinds))


def _not_newer_than(data_date: date | None) -> sa.ColumnElement[bool]:
    undated = companies.c.data_date.is_(None)
    return undated if data_date is None else undated | (companies.c.data_date <= data_date)
