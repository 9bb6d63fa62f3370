"""The tables of accounts, sessions, keys and what they did."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaker.store.tables import UtcDateTime, companies, metadata

CODE = companies.c.siret.type
"""Text that is compared byte by byte on both databases."""


def _of_account(*, primary_key: bool = False) -> sa.Column[str]:
    """Name the account with which the row goes."""
    return sa.Column(
        "account_id",
        CODE,
        sa.ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", CODE, primary_key=True),
    sa.Column("email", CODE, nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("role", CODE, nullable=False),
    sa.Column("chamber", CODE),
    sa.Column("language", CODE, nullable=False),
    sa.Column("password_hash", sa.String()),
    sa.Column("issuer", CODE),
    sa.Column("subject", CODE),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("demo", sa.Boolean(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("created_by", sa.String(), nullable=False),
    sa.Column("signed_in_at", UtcDateTime()),
    sa.Index("ix_accounts_email", "email", unique=True),
    sa.Index("ix_accounts_identity", "issuer", "subject", unique=True),
)
"""`email` in small letters; `issuer` and `subject` name the person at an OpenID provider."""

account_companies = sa.Table(
    "account_companies",
    metadata,
    _of_account(primary_key=True),
    sa.Column("siret", CODE, primary_key=True, index=True),
    sa.Column("how", CODE, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("by", sa.String(), nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", CODE, primary_key=True),
    _of_account(),
    sa.Column("method", CODE, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("seen_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    sa.Column("revoked_at", UtcDateTime()),
    sa.Index("ix_sessions_account_id", "account_id"),
)
"""A cookie holds the token; the store holds its digest."""

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", CODE, primary_key=True),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("digest", CODE, nullable=False),
    sa.Column("scopes", sa.JSON(), nullable=False),
    sa.Column("chamber", CODE),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("created_by", sa.String(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    sa.Column("revoked_at", UtcDateTime()),
    sa.Column("used_at", UtcDateTime()),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("subject", CODE, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Index("ix_sign_in_failures_subject", "subject", "at"),
)
"""`subject` is a keyed digest of an e-mail or a network address: no list of who tried."""

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("id", CODE, primary_key=True),
    _of_account(),
    sa.Column("siret", CODE, nullable=False),
    sa.Column("digest", CODE, nullable=False),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    sa.Column("used_at", UtcDateTime()),
    sa.Index("ix_claims_account_id", "account_id", "siret"),
)
"""Codes mailed to the address on file, by which an account proves that a firm is its own."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False, index=True),
    sa.Column("actor", sa.String(), nullable=False),
    sa.Column("role", CODE, nullable=False),
    sa.Column("action", CODE, nullable=False),
    sa.Column("subject", sa.String(), nullable=False),
    sa.Column("details", sa.JSON(), nullable=False),
)
"""Only ever added to; the night removes lines that are past their time."""

contact_reads = sa.Table(
    "contact_reads",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False, index=True),
    sa.Column("actor", sa.String(), nullable=False),
    sa.Column("role", CODE, nullable=False),
    sa.Column("siret", CODE, nullable=False, index=True),
    sa.Column("purpose", CODE, nullable=False),
    sa.Column("introduction_id", CODE),
)
"""Who was shown the contact of a firm, or had it sent to them."""
