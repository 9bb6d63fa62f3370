"""Opening a database: its address, its connections, its errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, event, exc, make_url

from matchmaker.errors import BadTextError, StoreError
from matchmaker.store import schema

WAIT_SECONDS = 30
"""How long a writer waits for another one, and a start for another one's migration."""

_EXAMPLES = "sqlite:///var/matchmaker.sqlite or postgresql://user:password@host/database"


def parse_address(address: str) -> URL:
    """Read a store's address and settle its driver.

    Raises
    ------
    StoreError
        If it is no address of a SQLite file or a PostgreSQL database. The message never repeats
        the address: whatever did not parse may hold a password.
    """
    try:
        url = make_url(address)
    except (exc.ArgumentError, ValueError):
        raise StoreError(
            f"the database address cannot be read. Write it like {_EXAMPLES}; "
            "special characters of a password are percent-encoded (@ is %40)."
        ) from None
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return _checked_sqlite(url)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _checked_postgresql(url)
    raise StoreError(
        f"the database address starts with {url.drivername}://, which is not supported. "
        f"Write it like {_EXAMPLES}."
    )


def _checked_sqlite(url: URL) -> URL:
    database = url.database or ""
    if database in ("", ":memory:") or database.startswith("file:"):
        raise StoreError(
            "the database address names no file: an embedded store lives in one. "
            "Write it like sqlite:///var/matchmaker.sqlite."
        )
    return url.set(drivername="sqlite+pysqlite")


def _checked_postgresql(url: URL) -> URL:
    if "@" in (url.host or ""):
        raise StoreError(
            "the database address has more than one @. "
            "Special characters of a password are percent-encoded (@ is %40)."
        )
    return url.set(drivername="postgresql+psycopg")


def _secrets(url: URL) -> list[str]:
    in_query = [
        value
        for key, values in url.normalized_query.items()
        if "password" in key
        for value in values
    ]
    return [secret for secret in (url.password, *in_query) if secret]


def shown_address(url: URL) -> str:
    """Write an address for people: the file, or server and database; no user, no secret."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or ", ".join(url.normalized_query.get("host", ())) or "local socket"
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{host}{port}/{url.database or ''}"


@contextmanager
def store_errors(url: URL) -> Iterator[None]:
    """Turn what a database reports about itself into one `StoreError` line.

    Broken constraints and wrong statements are defects of this code and pass unchanged.

    Raises
    ------
    BadTextError
        If a text holds the character NUL, which PostgreSQL does not take.
    """
    try:
        yield
    except exc.DataError as error:
        if "NUL" not in str(error.orig):
            raise
        raise BadTextError("a text holds the character NUL (U+0000); take it out.") from None
    except (exc.IntegrityError, exc.ProgrammingError):
        raise
    except exc.DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        for secret in _secrets(url):
            reason = reason.replace(secret, "***")
        raise StoreError(f"database {shown_address(url)}: {reason}. {_cure(url, reason)}") from None
    except exc.TimeoutError:
        raise StoreError(
            f"database {shown_address(url)}: every connection is in use. Try again in a moment."
        ) from None


def _cure(url: URL, reason: str) -> str:
    if url.get_backend_name() == "postgresql":
        return "Check that the server runs and that address, user and password are right."
    if "locked" in reason:
        return f"Another process has been writing for more than {WAIT_SECONDS} s; try again."
    return "Check the path, its permissions and the free space."


def build_engine(url: URL) -> Engine:
    """Build the engine of a checked address, with the habits of its database.

    Raises
    ------
    StoreError
        If PostgreSQL is asked for and its driver is not installed.
    """
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": WAIT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    defaults = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    try:
        return sa.create_engine(url, connect_args=defaults, pool_pre_ping=True)
    except ImportError:
        raise StoreError(
            "PostgreSQL needs its driver, which is not installed. "
            "Install the extra postgres: pip install 'matchmaker[postgres]'."
        ) from None


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in `_begin_sqlite`, not in the driver
    connection.execute("PRAGMA journal_mode = WAL")  # readers and one writer side by side
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -32768")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the start of a unit of work.

    A transaction that reads first and writes later cannot wait for another writer: SQLite refuses
    it at once, because what it has read is out of date.
    """
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def prepare(engine: Engine) -> None:
    """Create the database where it can be created, and bring its schema to the newest revision."""
    with store_errors(engine.url):
        if engine.url.get_backend_name() == "sqlite":
            _prepare_file(engine)
        else:
            _bring_up(engine)


def _bring_up(engine: Engine) -> None:
    with engine.connect().execution_options(reading=True) as connection:
        if schema.is_current(connection):
            return
    with engine.begin() as connection:
        schema.migrate(connection)


def _prepare_file(engine: Engine) -> None:
    """Set up a new file under a lock beside it: SQLite's switch to WAL does not wait for others."""
    file = Path(str(engine.url.database))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock", timeout=WAIT_SECONDS):
            _bring_up(engine)
    except Timeout:
        raise StoreError(
            f"database {file}: another process has been setting it up for {WAIT_SECONDS} s. "
            "Try again when it has ended."
        ) from None
    except OSError as error:
        raise StoreError(
            f"database {file}: cannot be created ({error.strerror}). "
            "Check the path and its permissions."
        ) from None
