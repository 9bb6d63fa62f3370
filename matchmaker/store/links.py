"""To be written."""

from __future__ import annotations

from sqlalchemy import Connection

from matchmaker.store import mail_tables  # noqa: F401


class LinkRepository:
    """To be written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
