"""A world of introductions on an embedded store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from empty_stores import new_store
from introduction_worlds import World, settings_with, settle

from matchmaker.settings import Settings


@pytest.fixture
def world(tmp_path: Path, empty_store: Path) -> Iterator[World]:
    store = new_store(empty_store, Settings(home=tmp_path))
    settle(store)
    yield World(store, settings_with())
    store.close()
