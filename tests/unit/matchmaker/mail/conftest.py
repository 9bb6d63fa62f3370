"""A small store for letters."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from empty_stores import new_store

from matchmaker.settings import Settings
from matchmaker.store import Store


@pytest.fixture
def store(empty_store: Path, tmp_path: Path) -> Iterator[Store]:
    """Open an empty store."""
    opened = new_store(empty_store, Settings(home=tmp_path))
    yield opened
    opened.close()
