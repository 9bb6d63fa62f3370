"""The tables of letters: the outbox, the links in letters, who wants none."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaker.store.tables import UtcDateTime, companies, metadata

CODE = companies.c.siret.type
"""Text that is compared byte by byte on both databases."""

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("key", CODE, nullable=False, unique=True),
    sa.Column("kind", CODE, nullable=False),
    sa.Column("recipient", sa.String(), nullable=False),
    sa.Column("siret", CODE, index=True),
    sa.Column("account_id", CODE),
    sa.Column("introduction_id", CODE, index=True),
    sa.Column("subject", sa.String(), nullable=False),
    sa.Column("content", sa.JSON()),
    sa.Column("state", CODE, nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("due_at", UtcDateTime(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("taken_at", UtcDateTime()),
    sa.Column("settled_at", UtcDateTime()),
    sa.Column("error", sa.String()),
    sa.Index("ix_outbox_state", "state", "due_at"),
)
"""`key` names the occasion, so that one occasion never makes two letters; `content` (text, HTML,
attachments, headers) goes when the letter has left."""

mail_links = sa.Table(
    "mail_links",
    metadata,
    sa.Column("digest", CODE, primary_key=True),
    sa.Column("purpose", CODE, nullable=False),
    sa.Column("siret", CODE, index=True),
    sa.Column("account_id", CODE),
    sa.Column("introduction_id", CODE),
    sa.Column("details", sa.JSON(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    sa.Column("used_at", UtcDateTime()),
)
"""A letter holds the signed token; the store holds its digest, and whether it was used."""

mail_refusals = sa.Table(
    "mail_refusals",
    metadata,
    sa.Column("address", CODE, primary_key=True),
    sa.Column("topic", CODE, primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False),
)
"""Addresses (small letters) that want no more letters on a topic."""

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("siret", CODE, primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("partners", sa.JSON(), nullable=False),
)
"""What the last digests of a firm held: the next one holds what is new."""
