"""Seconds and peak memory of every stage of a night."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from benchmarks.territories import AT, demo_store, national_store
from matchmaker.settings import Settings
from matchmaker.store import Store
from pipelines.nightly import run_nightly

RUNS = 3


def run() -> None:
    """Print a table per territory."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "demo")
        _measure("demo territory, 2,000 firms", demo_store(settings, 2000), settings)
        settings = Settings(home=Path(folder) / "national")
        store = national_store(settings)
        if store is not None:
            _measure("national extract of 2017, all departments", store, settings)


def _measure(title: str, store: Store, settings: Settings) -> None:
    reports = [
        run_nightly(store, settings, at=AT, announce=lambda stage: None) for _ in range(RUNS)
    ]
    store.close()
    print(f"{title}, median of {RUNS}")
    for costs in zip(*(report.costs for report in reports), strict=True):
        seconds, peak = (
            median(getattr(c, name) for c in costs) for name in ("seconds", "peak_mib")
        )
        print(f"  {costs[0].name:10} {seconds:7.2f} s {peak:8.0f} MiB")
    total = median(sum(cost.seconds for cost in report.costs) for report in reports)
    print(f"  {'all':10} {total:7.2f} s")
