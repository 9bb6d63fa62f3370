"""A small fictional territory, imported like any other and published by one night."""

from datetime import UTC, date, datetime

import pytest
from sign_ins import ACCESS

from matchmaker.settings import MailSettings, Settings
from matchmaker.store import open_store
from pipelines.demo import generate, import_demo
from pipelines.nightly import run_nightly

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Make a home with 300 fictional firms and one published snapshot; only to be read."""
    root = tmp_path_factory.mktemp("demo")
    files = generate(root / "files", companies=300, seed=7, today=date(2026, 11, 24))
    # Letters stay in the outbox, where tests read them.
    mail = MailSettings(poll_seconds=0)
    settings = Settings(home=root / "home", access=ACCESS, mail=mail)
    store = open_store(settings.store_url)
    try:
        import_demo(store, files, settings=settings, at=AT)
        run_nightly(store, settings, at=AT, announce=lambda _: None)
    finally:
        store.close()
    return settings
