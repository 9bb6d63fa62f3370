"""Events: their participants, wishes, plans, outcomes and history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def of_event(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["event_id"], ["events.id"], name=f"fk_{table}_events", ondelete="CASCADE"
    )


def participant(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["event_id", column],
        ["event_registrations.event_id", "event_registrations.id"],
        name=f"fk_{table}_{column}",
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("timezone", CODE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("tables", sa.Integer(), nullable=False),
        sa.Column("chambers", sa.JSON(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current_plan", sa.Integer()),
        sa.Column("published_plan", sa.Integer()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_table(
        "event_registrations",
        sa.Column("event_id", CODE, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("siret", CODE),
        sa.Column("group_name", sa.String()),
        sa.Column("department", CODE),
        sa.Column("unavailable", sa.JSON(), nullable=False),
        sa.Column("min_meetings", sa.Integer(), nullable=False),
        sa.Column("max_meetings", sa.Integer()),
        sa.Column("own_table", sa.Integer()),
        sa.Column("standby", sa.Boolean(), nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("from_slot", sa.Integer()),
        of_event("event_registrations"),
        sa.PrimaryKeyConstraint("event_id", "id", name="pk_event_registrations"),
    )
    op.create_index("ix_event_registrations_siret", "event_registrations", ["siret"])
    op.create_table(
        "event_contacts",
        sa.Column("event_id", CODE, nullable=False),
        sa.Column("participant", CODE, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        participant("event_contacts", "participant"),
        sa.PrimaryKeyConstraint("event_id", "participant", name="pk_event_contacts"),
    )
    op.create_table(
        "event_wishes",
        sa.Column("event_id", CODE, nullable=False),
        sa.Column("wisher", CODE, nullable=False),
        sa.Column("wished", CODE, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("met_before", sa.Boolean(), nullable=False),
        participant("event_wishes", "wisher"),
        participant("event_wishes", "wished"),
        sa.PrimaryKeyConstraint("event_id", "wisher", "wished", name="pk_event_wishes"),
    )
    op.create_table(
        "event_plans",
        sa.Column("event_id", CODE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        of_event("event_plans"),
        sa.PrimaryKeyConstraint("event_id", "number", name="pk_event_plans"),
    )
    op.create_table(
        "event_outcomes",
        sa.Column("event_id", CODE, nullable=False),
        sa.Column("a", CODE, nullable=False),
        sa.Column("b", CODE, nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("worth_a", CODE, nullable=False),
        sa.Column("worth_b", CODE, nullable=False),
        sa.Column("next_step", sa.String(), nullable=False),
        participant("event_outcomes", "a"),
        participant("event_outcomes", "b"),
        sa.PrimaryKeyConstraint("event_id", "a", "b", name="pk_event_outcomes"),
    )
    op.create_table(
        "event_history",
        sa.Column("event_id", CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", CODE, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        of_event("event_history"),
        sa.PrimaryKeyConstraint("event_id", "version", name="pk_event_history"),
    )


def downgrade() -> None:
    for table in ("history", "outcomes", "plans", "wishes", "contacts"):
        op.drop_table(f"event_{table}")
    op.drop_index("ix_event_registrations_siret", table_name="event_registrations")
    op.drop_table("event_registrations")
    op.drop_table("events")
