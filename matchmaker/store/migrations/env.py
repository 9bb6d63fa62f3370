"""How Alembic runs here: on the connection, lock and transaction of `matchmaker.store.schema`."""

from __future__ import annotations

from alembic import context

from matchmaker.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
