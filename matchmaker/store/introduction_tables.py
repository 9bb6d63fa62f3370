"""The tables of introductions, and of what firms say of their suggestions."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaker.store.tables import UtcDateTime, companies, metadata

CODE = companies.c.siret.type
"""Text that is compared byte by byte on both databases."""

introductions = sa.Table(
    "introductions",
    metadata,
    sa.Column("id", CODE, primary_key=True),
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
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("created_by", sa.String(), nullable=False),
    sa.Column("changed_at", UtcDateTime(), nullable=False),
    sa.Column("changed_by", sa.String(), nullable=False),
    sa.Column("state_at", UtcDateTime(), nullable=False),
    sa.Column("introduced_at", UtcDateTime()),
    sa.Index("ix_introductions_company", "company", "state"),
    sa.Index("ix_introductions_partner", "partner", "state"),
    sa.Index("ix_introductions_state", "state", "state_at"),
)
"""`company` is the firm for which it is proposed, `partner` the other side; `snapshot`, `rank` and
`propensity` say from which suggestion it came, if from one."""

introduction_history = sa.Table(
    "introduction_history",
    metadata,
    sa.Column(
        "introduction_id",
        CODE,
        sa.ForeignKey("introductions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("version", sa.Integer(), primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("actor", sa.String(), nullable=False),
    sa.Column("party", CODE, nullable=False),
    sa.Column("move", CODE, nullable=False),
    sa.Column("before", CODE),
    sa.Column("after", CODE, nullable=False),
    sa.Column("details", sa.JSON(), nullable=False),
)
"""Only ever added to."""

introduction_outcomes = sa.Table(
    "introduction_outcomes",
    metadata,
    sa.Column(
        "introduction_id",
        CODE,
        sa.ForeignKey("introductions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("siret", CODE, primary_key=True),
    sa.Column("days", sa.Integer(), primary_key=True),
    sa.Column("result", CODE, nullable=False),
    sa.Column("worth", sa.Boolean()),
    sa.Column("note", sa.String(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("actor", sa.String(), nullable=False),
)
"""What a side says came of it, 30, 90 or 180 days after."""

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False),
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
    sa.Column("undone_at", UtcDateTime()),
    sa.Column("undone_by", sa.String()),
    sa.Index("ix_feedback_reader", "reader", "partner"),
    sa.Index("ix_feedback_partner", "partner", "reader"),
)
"""Every answer to a suggestion, those that were taken back as well; `list` is what the reader was
looking at (`suggestions`, `digest`, `event`), the rest says where in it the partner stood."""

competitor_overrides = sa.Table(
    "competitor_overrides",
    metadata,
    sa.Column("low", CODE, primary_key=True),
    sa.Column("high", CODE, primary_key=True),
    sa.Column("reason", sa.String(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("by", sa.String(), nullable=False),
)
"""Pairs (the smaller SIRET first) that the rule takes for competitors and an adviser does not."""
