"""The tables of events, beside those of companies and with the same metadata."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaker.store.tables import UtcDateTime, companies, metadata

CODE = companies.c.siret.type
"""Text that is compared byte by byte on both databases."""


def _of_event() -> sa.Column[str]:
    """Make the first part of a key: the event, with which the row goes."""
    return sa.Column(
        "event_id", CODE, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
    )


def _participant(column: str, name: str) -> sa.ForeignKeyConstraint:
    """Tie a column to a participant of the same event; the row goes with them."""
    return sa.ForeignKeyConstraint(
        ["event_id", column],
        ["event_registrations.event_id", "event_registrations.id"],
        ondelete="CASCADE",
        name=name,
    )


events = sa.Table(
    "events",
    metadata,
    sa.Column("id", CODE, primary_key=True),
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
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("created_by", sa.String(), nullable=False),
    sa.Column("changed_at", UtcDateTime(), nullable=False),
    sa.Column("changed_by", sa.String(), nullable=False),
)

registrations = sa.Table(
    "event_registrations",
    metadata,
    _of_event(),
    sa.Column("id", CODE, primary_key=True),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("company", sa.String(), nullable=False),
    sa.Column("siret", CODE, index=True),
    sa.Column("group_name", sa.String()),
    sa.Column("department", CODE),
    sa.Column("unavailable", sa.JSON(), nullable=False),
    sa.Column("min_meetings", sa.Integer(), nullable=False),
    sa.Column("max_meetings", sa.Integer()),
    sa.Column("own_table", sa.Integer()),
    sa.Column("standby", sa.Boolean(), nullable=False),
    sa.Column("status", CODE, nullable=False),
    sa.Column("from_slot", sa.Integer()),
)
"""A participant's firm may lie outside the territory: no foreign key on the SIRET."""

contacts = sa.Table(
    "event_contacts",
    metadata,
    sa.Column("event_id", CODE, primary_key=True),
    sa.Column("participant", CODE, primary_key=True),
    sa.Column("email", sa.String(), nullable=False),
    _participant("participant", "fk_event_contacts_participant"),
)
"""Apart from the registrations, so that no reading of these brings an address along."""

wishes = sa.Table(
    "event_wishes",
    metadata,
    sa.Column("event_id", CODE, primary_key=True),
    sa.Column("wisher", CODE, primary_key=True),
    sa.Column("wished", CODE, primary_key=True),
    sa.Column("kind", CODE, nullable=False),
    sa.Column("met_before", sa.Boolean(), nullable=False),
    _participant("wisher", "fk_event_wishes_wisher"),
    _participant("wished", "fk_event_wishes_wished"),
)

plans = sa.Table(
    "event_plans",
    metadata,
    _of_event(),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("actor", sa.String(), nullable=False),
    sa.Column("seed", sa.BigInteger(), nullable=False),
    sa.Column("problem", sa.JSON(), nullable=False),
    sa.Column("plan", sa.JSON(), nullable=False),
)

outcomes = sa.Table(
    "event_outcomes",
    metadata,
    sa.Column("event_id", CODE, primary_key=True),
    sa.Column("a", CODE, primary_key=True),
    sa.Column("b", CODE, primary_key=True),
    sa.Column("held", sa.Boolean(), nullable=False),
    sa.Column("worth_a", CODE, nullable=False),
    sa.Column("worth_b", CODE, nullable=False),
    sa.Column("next_step", sa.String(), nullable=False),
    _participant("a", "fk_event_outcomes_a"),
    _participant("b", "fk_event_outcomes_b"),
)

history = sa.Table(
    "event_history",
    metadata,
    _of_event(),
    sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("actor", sa.String(), nullable=False),
    sa.Column("action", CODE, nullable=False),
    sa.Column("details", sa.JSON(), nullable=False),
)
"""Rows are only ever added, one for each version of an event."""
