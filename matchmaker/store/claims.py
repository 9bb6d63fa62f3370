"""To be written."""

from __future__ import annotations

from sqlalchemy import Connection

from matchmaker.store import account_tables  # noqa: F401


class ClaimRepository:
    """To be written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
