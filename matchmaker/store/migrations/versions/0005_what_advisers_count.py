"""What an adviser's first page counts: groups across the border, profiles declared of late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ACROSS = """
UPDATE relation_members SET across = true WHERE (source, key) IN (
    SELECT one.source, one.key
    FROM relation_members one JOIN companies ON companies.siret = one.siret
    GROUP BY one.source, one.key
    HAVING MIN(companies.department) <> MAX(companies.department)
)
"""


def upgrade() -> None:
    op.drop_index("ix_relation_members_siret", "relation_members")
    op.add_column(
        "relation_members",
        sa.Column("across", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(ACROSS)
    op.create_index("ix_relation_members_siret_across", "relation_members", ["siret", "across"])
    op.create_index("ix_profiles_changed_at", "profiles", ["changed_at"])


def downgrade() -> None:
    op.drop_index("ix_profiles_changed_at", "profiles")
    op.drop_index("ix_relation_members_siret_across", "relation_members")
    op.drop_column("relation_members", "across")
    op.create_index("ix_relation_members_siret", "relation_members", ["siret"])
