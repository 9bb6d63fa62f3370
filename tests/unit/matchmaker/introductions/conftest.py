"""A world of introductions on an embedded store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from introduction_worlds import World, settings_with, settle

from matchmaker.store import open_store


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = open_store(f"sqlite:///{tmp_path}/home.sqlite")
    settle(store)
    yield World(store, settings_with())
    store.close()
