"""The tables of lists that advisers keep, and of what each night found in the territory."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaker.store.tables import UtcDateTime, companies, metadata

CODE = companies.c.siret.type
"""Text that is compared byte by byte on both databases."""

saved_lists = sa.Table(
    "saved_lists",
    metadata,
    sa.Column("id", CODE, primary_key=True),
    sa.Column(
        "account_id",
        CODE,
        sa.ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("chamber", CODE),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("search", sa.JSON(none_as_null=True)),
    sa.Column("shared", sa.Boolean(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("changed_at", UtcDateTime(), nullable=False),
)
"""`search` holds the filters of a list that is a search, done anew each time; a list without one
has members. `shared` lists are read by the advisers of the same chamber."""

saved_list_members = sa.Table(
    "saved_list_members",
    metadata,
    sa.Column(
        "list_id",
        CODE,
        sa.ForeignKey("saved_lists.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("siret", CODE, primary_key=True, index=True),
    sa.Column("note", sa.String(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
)

nights = sa.Table(
    "nights",
    metadata,
    sa.Column("snapshot", CODE, primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("held_back", sa.JSON(), nullable=False),
    sa.Column("quality", sa.JSON(none_as_null=True)),
    sa.Column("territory", sa.JSON(none_as_null=True)),
)
"""One line per night, longer than snapshots are kept: the overall figures of its quality table, the
figures of the territory, and the gates that held it back."""
