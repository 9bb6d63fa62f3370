"""Accounts, introductions, feedback, letters; dismissals become feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

TABLES = (
    "account_companies",
    "claims",
    "introduction_history",
    "introduction_outcomes",
    "sessions",
    "accounts",
    "api_keys",
    "audit",
    "competitor_overrides",
    "contact_reads",
    "digests",
    "feedback",
    "introductions",
    "mail_links",
    "mail_refusals",
    "outbox",
    "sign_in_failures",
)
"""In the order in which they can be dropped."""
INDEXES = (
    ("ix_accounts_email", "accounts"),
    ("ix_accounts_identity", "accounts"),
    ("ix_audit_at", "audit"),
    ("ix_contact_reads_at", "contact_reads"),
    ("ix_contact_reads_siret", "contact_reads"),
    ("ix_feedback_partner", "feedback"),
    ("ix_feedback_reader", "feedback"),
    ("ix_introductions_company", "introductions"),
    ("ix_introductions_partner", "introductions"),
    ("ix_introductions_state", "introductions"),
    ("ix_mail_links_siret", "mail_links"),
    ("ix_outbox_introduction_id", "outbox"),
    ("ix_outbox_siret", "outbox"),
    ("ix_outbox_state", "outbox"),
    ("ix_sign_in_failures_subject", "sign_in_failures"),
    ("ix_account_companies_siret", "account_companies"),
    ("ix_claims_account_id", "claims"),
    ("ix_sessions_account_id", "sessions"),
)
PROFILE_COLUMNS = (
    ("public_name", sa.String()),
    ("changed_at", MOMENT),
    ("changed_by", sa.String()),
)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", CODE, nullable=False),
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
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("signed_in_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_email", "accounts", ["email"], unique=True)
    op.create_index("ix_accounts_identity", "accounts", ["issuer", "subject"], unique=True)
    op.create_table(
        "api_keys",
        sa.Column("id", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("chamber", CODE),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("action", CODE, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "competitor_overrides",
        sa.Column("low", CODE, nullable=False),
        sa.Column("high", CODE, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("low", "high", name="pk_competitor_overrides"),
    )
    op.create_table(
        "contact_reads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("siret", CODE, nullable=False),
        sa.Column("purpose", CODE, nullable=False),
        sa.Column("introduction_id", CODE),
        sa.PrimaryKeyConstraint("id", name="pk_contact_reads"),
    )
    op.create_index("ix_contact_reads_at", "contact_reads", ["at"])
    op.create_index("ix_contact_reads_siret", "contact_reads", ["siret"])
    op.create_table(
        "digests",
        sa.Column("siret", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("siret", name="pk_digests"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reader", CODE, nullable=False),
        sa.Column("partner", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("reason", CODE),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("intent", CODE),
        sa.Column("role", CODE),
        sa.Column("list", CODE),
        sa.Column("rank", sa.Integer()),
        sa.Column("propensity", sa.Double()),
        sa.Column("snapshot", CODE),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_partner", "feedback", ["partner", "reader"])
    op.create_index("ix_feedback_reader", "feedback", ["reader", "partner"])
    op.create_table(
        "introductions",
        sa.Column("id", CODE, nullable=False),
        sa.Column("company", CODE, nullable=False),
        sa.Column("partner", CODE, nullable=False),
        sa.Column("intent", CODE, nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("proposer", CODE, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("company_answer", CODE, nullable=False),
        sa.Column("partner_answer", CODE, nullable=False),
        sa.Column("reason", CODE),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("snapshot", CODE),
        sa.Column("rank", sa.Integer()),
        sa.Column("propensity", sa.Double()),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("state_at", MOMENT, nullable=False),
        sa.Column("introduced_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_introductions"),
    )
    op.create_index("ix_introductions_company", "introductions", ["company", "state"])
    op.create_index("ix_introductions_partner", "introductions", ["partner", "state"])
    op.create_index("ix_introductions_state", "introductions", ["state", "state_at"])
    op.create_table(
        "mail_links",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("purpose", CODE, nullable=False),
        sa.Column("siret", CODE),
        sa.Column("account_id", CODE),
        sa.Column("introduction_id", CODE),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("digest", name="pk_mail_links"),
    )
    op.create_index("ix_mail_links_siret", "mail_links", ["siret"])
    op.create_table(
        "mail_refusals",
        sa.Column("address", CODE, nullable=False),
        sa.Column("topic", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("address", "topic", name="pk_mail_refusals"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("siret", CODE),
        sa.Column("account_id", CODE),
        sa.Column("introduction_id", CODE),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.JSON()),
        sa.Column("state", CODE, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT),
        sa.Column("settled_at", MOMENT),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_outbox_introduction_id", "outbox", ["introduction_id"])
    op.create_index("ix_outbox_siret", "outbox", ["siret"])
    op.create_index("ix_outbox_state", "outbox", ["state", "due_at"])
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_subject", "sign_in_failures", ["subject", "at"])
    op.create_table(
        "account_companies",
        sa.Column("account_id", CODE, nullable=False),
        sa.Column("siret", CODE, nullable=False),
        sa.Column("how", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name="fk_account_companies_accounts",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "siret", name="pk_account_companies"),
    )
    op.create_index("ix_account_companies_siret", "account_companies", ["siret"])
    op.create_table(
        "claims",
        sa.Column("id", CODE, nullable=False),
        sa.Column("account_id", CODE, nullable=False),
        sa.Column("siret", CODE, nullable=False),
        sa.Column("digest", CODE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_claims_accounts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
    )
    op.create_index("ix_claims_account_id", "claims", ["account_id", "siret"])
    op.create_table(
        "introduction_history",
        sa.Column("introduction_id", CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("party", CODE, nullable=False),
        sa.Column("move", CODE, nullable=False),
        sa.Column("before", CODE),
        sa.Column("after", CODE, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name="fk_introduction_history_introductions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("introduction_id", "version", name="pk_introduction_history"),
    )
    op.create_table(
        "introduction_outcomes",
        sa.Column("introduction_id", CODE, nullable=False),
        sa.Column("siret", CODE, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("result", CODE, nullable=False),
        sa.Column("worth", sa.Boolean()),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name="fk_introduction_outcomes_introductions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "introduction_id", "siret", "days", name="pk_introduction_outcomes"
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("account_id", CODE, nullable=False),
        sa.Column("method", CODE, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_sessions_accounts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    for name, kind in PROFILE_COLUMNS:
        op.add_column("profiles", sa.Column(name, kind))
    op.execute(
        "INSERT INTO feedback (at, actor, reader, partner, kind, note) "
        "SELECT at, 'before accounts', reader, partner, 'set_aside', reason FROM dismissals "
        "ORDER BY at, reader, partner"
    )
    op.drop_table("dismissals")


def downgrade() -> None:
    op.create_table(
        "dismissals",
        sa.Column("reader", CODE, nullable=False),
        sa.Column("partner", CODE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "partner", name="pk_dismissals"),
    )
    op.execute(
        "INSERT INTO dismissals (reader, partner, at, reason) "
        "SELECT reader, partner, max(at), max(note) FROM feedback "
        "WHERE kind = 'set_aside' AND undone_at IS NULL GROUP BY reader, partner"
    )
    for name, _ in PROFILE_COLUMNS:
        op.drop_column("profiles", name)
    for index, table in INDEXES:
        op.drop_index(index, table_name=table)
    for table in TABLES:
        op.drop_table(table)
