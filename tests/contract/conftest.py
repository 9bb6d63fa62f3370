"""Both databases for real: a SQLite file, and a PostgreSQL server of the test's own."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from postgresql import databases

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
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Give the address of a new, empty database at every call."""
    if request.param == "postgresql":
        return request.getfixturevalue("new_postgresql")
    numbers = count()
    return lambda: f"sqlite:///{tmp_path}/home/{next(numbers)}.sqlite"


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """Address of a new, empty database."""
    return new_url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(url)
    yield opened
    opened.close()
