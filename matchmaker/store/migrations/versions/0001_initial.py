"""The first schema: companies, profiles, relations, exclusions, imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "companies",
        sa.Column("siret", CODE, nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("department", CODE, nullable=False),
        sa.Column("commune", CODE, nullable=False),
        sa.Column("commune_name", sa.String(), nullable=False),
        sa.Column("postcode", CODE),
        sa.Column("naf", CODE),
        sa.Column("naf2025", CODE),
        sa.Column("legal_category", CODE),
        sa.Column("size_band", CODE),
        sa.Column("created", sa.Date()),
        sa.Column("head_office", sa.Boolean(), nullable=False),
        sa.Column("employer", sa.Boolean()),
        sa.Column("sole_trader", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("diffusion", CODE, nullable=False),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("source", CODE, nullable=False),
        sa.Column("data_date", sa.Date()),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("sort_name", CODE, nullable=False),
        sa.PrimaryKeyConstraint("siret", name="pk_companies"),
    )
    op.create_index(
        "ix_companies_by_commune", "companies", ["listed", "commune", "sort_name", "siret"]
    )
    op.create_index(
        "ix_companies_by_department", "companies", ["listed", "department", "sort_name", "siret"]
    )
    op.create_index(
        "ix_companies_by_naf",
        "companies",
        ["listed", "naf", "department", "commune", "sort_name", "siret"],
    )
    op.create_index("ix_companies_by_name", "companies", ["listed", "sort_name", "siret"])
    op.create_table(
        "dismissals",
        sa.Column("reader", CODE, nullable=False),
        sa.Column("partner", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "partner", name="pk_dismissals"),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("data_date", sa.Date()),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_table(
        "opt_outs",
        sa.Column("siret", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("siret", name="pk_opt_outs"),
    )
    op.create_table(
        "profiles",
        sa.Column("siret", CODE, nullable=False),
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
        sa.Column("source", CODE, nullable=False),
        sa.PrimaryKeyConstraint("siret", name="pk_profiles"),
    )
    op.create_table(
        "relations",
        sa.Column("source", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("date", sa.Date()),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_relations"),
    )
    op.create_table(
        "company_words",
        sa.Column("word", CODE, nullable=False),
        sa.Column("siret", CODE, nullable=False),
        sa.Column("sort_name", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["siret"], ["companies.siret"], name="fk_company_words_companies", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "siret", name="pk_company_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_company_words_siret_word", "company_words", ["siret", "word"])
    op.create_table(
        "relation_members",
        sa.Column("source", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("siret", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "key"],
            ["relations.source", "relations.key"],
            name="fk_relation_members_relations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source", "key", "position", name="pk_relation_members"),
    )
    op.create_index("ix_relation_members_siret", "relation_members", ["siret"])


def downgrade() -> None:
    op.drop_index("ix_relation_members_siret", table_name="relation_members")
    op.drop_table("relation_members")
    op.drop_index("ix_company_words_siret_word", table_name="company_words")
    op.drop_table("company_words")
    op.drop_table("relations")
    op.drop_table("profiles")
    op.drop_table("opt_outs")
    op.drop_table("imports")
    op.drop_table("dismissals")
    op.drop_index("ix_companies_by_name", table_name="companies")
    op.drop_index("ix_companies_by_naf", table_name="companies")
    op.drop_index("ix_companies_by_department", table_name="companies")
    op.drop_index("ix_companies_by_commune", table_name="companies")
    op.drop_table("companies")
