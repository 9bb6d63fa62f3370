"""The tables, in SQLAlchemy Core, the same for SQLite and PostgreSQL.

A change here needs a revision in `migrations/versions` and its number in `SCHEMA_REVISION`; a test
compares this description with what the revisions build, on both databases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

SCHEMA_REVISION = "0005"
"""Newest revision that this code knows; kept here so that opening a store needs no Alembic."""


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment: aware on both sides of the code, UTC in the database."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Use a type with a time zone where the database has one."""
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _code() -> sa.String:
    """Text that is compared byte by byte on both databases, so that prefixes can use an index."""
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

companies = sa.Table(
    "companies",
    metadata,
    sa.Column("siret", _code(), primary_key=True),
    sa.Column("name", sa.String()),
    sa.Column("department", _code(), nullable=False),
    sa.Column("commune", _code(), nullable=False),
    sa.Column("commune_name", sa.String(), nullable=False),
    sa.Column("postcode", _code()),
    sa.Column("naf", _code()),
    sa.Column("naf2025", _code()),
    sa.Column("legal_category", _code()),
    sa.Column("size_band", _code()),
    sa.Column("created", sa.Date()),
    sa.Column("head_office", sa.Boolean(), nullable=False),
    sa.Column("employer", sa.Boolean()),
    sa.Column("sole_trader", sa.Boolean(), nullable=False),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("diffusion", _code(), nullable=False),
    sa.Column("latitude", sa.Double()),
    sa.Column("longitude", sa.Double()),
    sa.Column("fictional", sa.Boolean(), nullable=False),
    sa.Column("source", _code(), nullable=False),
    sa.Column("data_date", sa.Date()),
    sa.Column("listed", sa.Boolean(), nullable=False),
    sa.Column("sort_name", _code(), nullable=False),
    sa.Index("ix_companies_by_name", "listed", "sort_name", "siret", "size_band"),
    sa.Index(
        "ix_companies_by_department", "listed", "department", "sort_name", "siret", "size_band"
    ),
    sa.Index("ix_companies_by_commune", "listed", "commune", "sort_name", "siret"),
    sa.Index(
        "ix_companies_by_naf",
        *("listed", "naf", "department", "commune", "sort_name", "siret", "size_band"),
    ),
)
"""`listed` (active and of full diffusion) and `sort_name` follow from the other columns; they are
stored because the search reads them through indexes. The staff band ends those that are walked, so
that a walk need not look at the companies themselves."""

company_words = sa.Table(
    "company_words",
    metadata,
    sa.Column("word", _code(), primary_key=True),
    sa.Column(
        "siret", _code(), sa.ForeignKey("companies.siret", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("sort_name", _code(), nullable=False),
    sa.Index(None, "siret", "word"),
    sqlite_with_rowid=False,
)
"""Folded words of the name and the commune of every listed company, for the search by prefix; with
the sort name beside them a search by words alone reads no other table."""

profiles = sa.Table(
    "profiles",
    metadata,
    sa.Column("siret", _code(), primary_key=True),
    sa.Column("consent", sa.Boolean(), nullable=False),
    sa.Column("activity", sa.String(), nullable=False),
    sa.Column("offers", sa.String(), nullable=False),
    sa.Column("needs", sa.String(), nullable=False),
    sa.Column("certifications", sa.JSON(), nullable=False),
    sa.Column("themes", sa.JSON(), nullable=False),
    sa.Column("capacity", sa.Integer()),
    sa.Column("contact_name", sa.String()),
    sa.Column("contact_email", sa.String()),
    sa.Column("contact_phone", sa.String()),
    sa.Column("source", _code(), nullable=False),
    sa.Column("public_name", sa.String()),
    sa.Column("changed_at", UtcDateTime(), index=True),
    sa.Column("changed_by", sa.String()),
)
"""A profile may come before the registry knows the establishment: no foreign key."""

relations = sa.Table(
    "relations",
    metadata,
    sa.Column("source", _code(), primary_key=True),
    sa.Column("key", _code(), primary_key=True),
    sa.Column("kind", _code(), nullable=False),
    sa.Column("date", sa.Date()),
    sa.Column("label", sa.String(), nullable=False),
)

relation_members = sa.Table(
    "relation_members",
    metadata,
    sa.Column("source", _code(), primary_key=True),
    sa.Column("key", _code(), primary_key=True),
    sa.Column("position", sa.Integer(), primary_key=True),
    sa.Column("siret", _code(), nullable=False),
    sa.Column("across", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.ForeignKeyConstraint(
        ["source", "key"], ["relations.source", "relations.key"], ondelete="CASCADE"
    ),
    sa.Index(None, "siret", "across"),
)
"""Members may lie outside the territory, so they need not be companies of the store. `across` says
whether their group has known members of more than one department: `matchmaker.store.crossings`."""

opt_outs = sa.Table(
    "opt_outs",
    metadata,
    sa.Column("siret", _code(), primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("reason", sa.String(), nullable=False),
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("kind", _code(), nullable=False),
    sa.Column("path", sa.String(), nullable=False),
    sa.Column("digest", _code(), nullable=False),
    sa.Column("data_date", sa.Date()),
    sa.Column("read", sa.Integer(), nullable=False),
    sa.Column("kept", sa.Integer(), nullable=False),
    sa.Column("rejected", sa.Integer(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
)
