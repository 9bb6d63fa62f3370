"""The demo territory enters the store through the same imports as real data."""

from __future__ import annotations

from datetime import datetime

from matchmaker.settings import Settings
from matchmaker.store import Store
from pipelines.demo.files import DemoFiles
from pipelines.sources.awards import import_awards
from pipelines.sources.rejects import ImportReport
from pipelines.sources.sirene import import_sirene
from pipelines.sources.spreadsheets import import_profiles, import_relations


def import_demo(
    store: Store, files: DemoFiles, *, settings: Settings, at: datetime
) -> list[ImportReport]:
    """Import every file of a demo territory but its truth, in the order in which they need it."""
    return [
        import_sirene(
            store,
            files.establishments,
            files.legal_units,
            departments=settings.territory.departments,
            settings=settings,
            at=at,
        ),
        import_profiles(store, files.profiles, settings=settings, at=at),
        import_relations(store, files.relations, settings=settings, at=at),
        import_relations(store, files.suppliers, settings=settings, at=at),
        import_awards(store, files.awards, settings=settings, at=at),
    ]
