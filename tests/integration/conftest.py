"""A small fictional territory, imported like any other and published by one night."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from shared_folders import shared_folder
from sign_ins import ACCESS

from matchmaker.settings import MailSettings, Settings
from matchmaker.store import open_store
from pipelines.demo import generate, import_demo
from pipelines.nightly import run_nightly

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give a home with 300 fictional firms and one published snapshot; only to be read."""
    return settings_of(shared_folder(tmp_path_factory, "demo", make_demo))


def settings_of(root: Path) -> Settings:
    """Tell where the home in a folder is; letters stay in the outbox, where tests read them."""
    return Settings(home=root / "home", access=ACCESS, mail=MailSettings(poll_seconds=0))


def make_demo(root: Path) -> None:
    """Fill a folder with the files of the territory and the home made of them."""
    files = generate(root / "files", companies=300, seed=7, today=date(2026, 11, 24))
    settings = settings_of(root)
    store = open_store(settings.store_url)
    try:
        import_demo(store, files, settings=settings, at=AT)
        run_nightly(store, settings, at=AT, announce=lambda _: None)
    finally:
        store.close()
