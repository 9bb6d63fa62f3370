"""Bringing a database to the schema of this code, once, whoever starts first."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.errors import StoreError
from matchmaker.store.tables import SCHEMA_REVISION

MIGRATIONS = Path(__file__).parent / "migrations"

_POSTGRESQL_LOCK = 0x6D617463686D616B
"""Number of the advisory lock under which PostgreSQL is migrated ("matchmak" in ASCII)."""

_alembic_lock = threading.Lock()
"""Alembic keeps the running migration in module globals: one thread at a time."""


def revision_of(connection: Connection) -> str | None:
    """Revision of the schema in the database; `None` where there is none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def is_current(connection: Connection) -> bool:
    """Whether the database has exactly the schema of this code."""
    return revision_of(connection) == SCHEMA_REVISION


def migrate(connection: Connection) -> None:
    """Bring the database to the newest revision, within the connection's transaction.

    Raises
    ------
    StoreError
        If the database has a revision that this code does not know.
    """
    # Alembic takes 0.3 s to import; a store that is current, the usual case, never needs it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = revision_of(connection)
    if found is not None and found not in known:
        raise StoreError(
            f"the database has schema revision {found}, this code knows up to {SCHEMA_REVISION}: "
            "it was written by a newer matchmaker. Upgrade matchmaker, or use another database."
        )
    with _alembic_lock:
        command.upgrade(config, "head")
