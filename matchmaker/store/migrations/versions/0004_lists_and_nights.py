"""Lists that advisers keep; what each night found; the staff band in the indexes of the search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

WALKED = {
    "ix_companies_by_name": ["listed", "sort_name", "siret"],
    "ix_companies_by_department": ["listed", "department", "sort_name", "siret"],
    "ix_companies_by_naf": ["listed", "naf", "department", "commune", "sort_name", "siret"],
}


def upgrade() -> None:
    for name, columns in WALKED.items():
        op.drop_index(name, "companies")
        op.create_index(name, "companies", [*columns, "size_band"])
    op.create_table(
        "saved_lists",
        sa.Column("id", CODE, nullable=False),
        sa.Column("account_id", CODE, nullable=False),
        sa.Column("chamber", CODE),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search", sa.JSON()),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_lists"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name="fk_saved_lists_accounts",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_saved_lists_account_id", "saved_lists", ["account_id"])
    op.create_table(
        "saved_list_members",
        sa.Column("list_id", CODE, nullable=False),
        sa.Column("siret", CODE, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "siret", name="pk_saved_list_members"),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["saved_lists.id"],
            name="fk_saved_list_members_saved_lists",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_saved_list_members_siret", "saved_list_members", ["siret"])
    op.create_table(
        "nights",
        sa.Column("snapshot", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("held_back", sa.JSON(), nullable=False),
        sa.Column("quality", sa.JSON()),
        sa.Column("territory", sa.JSON()),
        sa.PrimaryKeyConstraint("snapshot", name="pk_nights"),
    )


def downgrade() -> None:
    op.drop_table("nights")
    op.drop_index("ix_saved_list_members_siret", "saved_list_members")
    op.drop_table("saved_list_members")
    op.drop_index("ix_saved_lists_account_id", "saved_lists")
    op.drop_table("saved_lists")
    for name, columns in WALKED.items():
        op.drop_index(name, "companies")
        op.create_index(name, "companies", columns)
