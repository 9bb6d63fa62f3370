"""New stores from a file that has the schema already: to build one takes longer than most tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from matchmaker.settings import Settings
from matchmaker.store import Store, open_store


def new_file(empty: Path, file: Path) -> Path:
    """Copy the file of an empty store to where there is none."""
    assert not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(empty, file))


def new_store(empty: Path, settings: Settings) -> Store:
    """Open the embedded store of a home that has none yet."""
    assert settings.database_url is None
    new_file(empty, settings.home / "matchmaker.sqlite")
    return open_store(settings.store_url)
