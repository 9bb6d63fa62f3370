"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql import running_server

from matchmaker.store import open_store


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the open data beside the project; the test is skipped where there is none."""
    beside = Path(__file__).parents[1].parent / "shared" / "data"
    folder = Path(os.environ.get("MATCHMAKER_DATA", beside))
    if not folder.is_dir():
        pytest.skip("the open data is not here: put it in ../shared/data or set MATCHMAKER_DATA")
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Socket folder of a running PostgreSQL; the tests that need it are skipped without one."""
    with running_server() as folder:
        yield folder


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the file of a store with the schema and no rows; only to be copied."""
    file = tmp_path_factory.mktemp("schema") / "empty.sqlite"
    open_store(f"sqlite:///{file}").close()
    return file
