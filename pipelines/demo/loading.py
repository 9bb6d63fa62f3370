"""The demo territory enters the store through the same imports as real data."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook

from matchmaker.settings import Settings
from matchmaker.store import Store
from matchmaker.tabular.rejects import ImportReport
from pipelines.demo.files import DemoFiles
from pipelines.sources.awards import import_awards
from pipelines.sources.sirene import import_sirene
from pipelines.sources.spreadsheets import import_profiles, import_relations


def import_demo(
    store: Store, files: DemoFiles, *, settings: Settings, at: datetime
) -> list[ImportReport]:
    """Import every file of a demo territory but its truth, in the order in which they need it.

    The smallest territories have files without a row, which an import would refuse.
    """
    reports = [
        import_sirene(
            store,
            files.establishments,
            files.legal_units,
            departments=settings.territory.departments,
            settings=settings,
            at=at,
        )
    ]
    if _has_rows(files.profiles):
        reports.append(import_profiles(store, files.profiles, settings=settings, at=at))
    for path in (files.relations, files.suppliers):
        if _has_rows(path):
            reports.append(import_relations(store, path, settings=settings, at=at))
    if _has_rows(files.awards):
        reports.append(import_awards(store, files.awards, settings=settings, at=at))
    return reports


def _has_rows(path: Path) -> bool:
    if path.suffix == ".json":
        return bool(json.loads(path.read_text(encoding="utf-8"))["marches"]["marche"])
    if path.suffix == ".xlsx":
        sheet = load_workbook(path, read_only=True).worksheets[0]
        return sum(1 for _ in sheet.iter_rows(max_row=2)) > 1
    return path.read_text(encoding="utf-8").count("\n") > 1
