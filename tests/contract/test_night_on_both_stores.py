"""The night reads the same from SQLite and from PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

from matchmaker.settings import QualitySettings, Settings
from matchmaker.store import open_store
from pipelines.demo import generate, import_demo
from pipelines.nightly import run_nightly

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_both_publish_the_same_files(tmp_path, new_postgresql):
    """Whatever the database sorts and stores by itself, the snapshot does not show it."""
    files = generate(tmp_path / "files", companies=120, seed=3, today=AT.date())
    snapshots = []
    for name, url in (("embedded", None), ("asked", new_postgresql())):
        quality = QualitySettings(deletion_sample=20)
        settings = Settings(home=tmp_path / name, database_url=url, quality=quality)
        store = open_store(settings.store_url)
        try:
            import_demo(store, files, settings=settings, at=AT)
            snapshots.append(run_nightly(store, settings, at=AT, announce=lambda _: None).snapshot)
        finally:
            store.close()
    embedded, asked = (snapshot.manifest for snapshot in snapshots)
    assert asked["files"] == embedded["files"]
    assert asked["counts"] == embedded["counts"]
