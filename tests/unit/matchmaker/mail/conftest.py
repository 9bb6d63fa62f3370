"""A small store for letters; its schema is built once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.store import Store, open_store


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the file of an empty store."""
    file = tmp_path_factory.mktemp("mail") / "empty.sqlite"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    """Open an empty store."""
    file = shutil.copy(empty, tmp_path / "matchmaker.sqlite")
    opened = open_store(f"sqlite:///{file}")
    yield opened
    opened.close()
