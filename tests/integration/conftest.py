"""A small fictional territory, imported like any other and published by one night."""

from datetime import UTC, date, datetime

import pytest

from matchmaker.settings import Settings
from matchmaker.store import open_store
from pipelines.demo import generate
from pipelines.nightly import run_nightly
from pipelines.sources.awards import import_awards
from pipelines.sources.sirene import import_sirene
from pipelines.sources.spreadsheets import import_profiles, import_relations

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Make a home with 300 fictional firms and one published snapshot; only to be read."""
    root = tmp_path_factory.mktemp("demo")
    files = generate(root / "files", companies=300, seed=7, today=date(2026, 11, 24))
    settings = Settings(home=root / "home")
    store = open_store(settings.store_url)
    try:
        import_sirene(
            store,
            files.establishments,
            files.legal_units,
            departments=settings.territory.departments,
            settings=settings,
            at=AT,
        )
        import_profiles(store, files.profiles, settings=settings, at=AT)
        for relations in (files.relations, files.suppliers):
            import_relations(store, relations, settings=settings, at=AT)
        import_awards(store, files.awards, settings=settings, at=AT)
        run_nightly(store, settings, at=AT, announce=lambda _: None)
    finally:
        store.close()
    return settings
