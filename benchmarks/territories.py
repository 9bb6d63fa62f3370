"""Homes to measure on: the demo territory, and the real national extract."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from matchmaker.settings import Settings
from matchmaker.store import Store, open_store
from pipelines.demo import generate, import_demo
from pipelines.sources.sirene import import_sirene

AT = datetime(2026, 11, 24, tzinfo=UTC)
DATA = Path(os.environ.get("MATCHMAKER_DATA", Path(__file__).parents[1] / ".." / "shared" / "data"))


def demo_store(settings: Settings, companies: int) -> Store:
    """Make the demo territory in a home and take it in."""
    files = generate(settings.home / "files", companies=companies, seed=7, today=AT.date())
    store = open_store(settings.store_url)
    import_demo(store, files, settings=settings, at=AT)
    return store


def national_store(settings: Settings) -> Store | None:
    """Take in the 45,786 establishments of 2017, every department; nothing where they are not."""
    folder = DATA / "sirene"
    establishments = folder / "stock_etablissement_2017_france_derive.csv.gz"
    if not establishments.is_file():
        print(f"skipped: {establishments} is not there (set MATCHMAKER_DATA)")
        return None
    store = open_store(settings.store_url)
    import_sirene(
        store,
        establishments,
        folder / "stock_unite_legale_2017_france_derive.csv.gz",
        departments=None,
        settings=settings,
        at=AT,
    )
    return store
