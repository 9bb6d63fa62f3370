"""Both databases for real: a SQLite file, and a PostgreSQL server of the test's own."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from empty_stores import new_file
from postgresql import databases, empty_again

from matchmaker.store import Store, open_store

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))
"""One group for one worker, hence one server; pytest-xdist 3.8 ignores groups under pytest 9.2
(pytest-dev/pytest-xdist issue 1386), and then each worker starts a server of its own."""


@pytest.fixture
def new_postgresql(postgresql_server: str) -> Iterator[Callable[[], str]]:
    """Make an empty database and give its address; all are dropped after the test."""
    with databases(postgresql_server) as make:
        yield make


@pytest.fixture(params=["sqlite", POSTGRESQL])
def backend(request: pytest.FixtureRequest) -> str:
    """Name each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def new_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Give the address of a new database without a schema at every call."""
    if backend == "postgresql":
        return request.getfixturevalue("new_postgresql")
    numbers = count()
    return lambda: f"sqlite:///{tmp_path}/home/{next(numbers)}.sqlite"


@pytest.fixture(scope="session")
def reused_postgresql(postgresql_server: str) -> Iterator[str]:
    """Address of a database with the schema and no rows, which one test after the other uses."""
    with databases(postgresql_server) as make:
        address = make()
        open_store(address).close()
        yield address


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database with the schema and no rows.

    A test that changes the schema takes `new_url`.
    """
    if backend == "sqlite":
        file = new_file(request.getfixturevalue("empty_store"), tmp_path / "home" / "0.sqlite")
        yield f"sqlite:///{file}"
    else:
        address = request.getfixturevalue("reused_postgresql")
        yield address
        empty_again(address)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(url)
    yield opened
    opened.close()
