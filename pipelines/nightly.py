"""The nightly run: features, fit, search, rank, publish, in this order, nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import faiss
import numpy as np
from filelock import FileLock, Timeout
from threadpoolctl import threadpool_limits

from matchmaker.errors import NightlyRunningError, StoreError
from matchmaker.intents import Intent
from matchmaker.settings import Settings
from matchmaker.store import Store
from matchmaker.store.snapshots import Snapshot, begin_snapshot, publish, seal
from models.parallel import rank_in_parallel
from models.partner_model import PartnerModel
from pipelines.features import read_features
from pipelines.publish import build_manifest, check_lists, input_digest, write_lists
from pipelines.stages import StageCost, Stages

LOCK = "nightly.lock"


@dataclass(frozen=True)
class NightlyReport:
    """What a night did: the snapshot that it published, and the cost of every stage."""

    snapshot: Snapshot
    costs: tuple[StageCost, ...]


def run_nightly(
    store: Store,
    settings: Settings,
    *,
    at: datetime,
    announce: Callable[[str], None],
) -> NightlyReport:
    """Recompute every suggestion of the territory and publish them.

    Parameters
    ----------
    store
        Where companies, profiles, relations and exclusions are read.
    settings
        `home` decides where the snapshot goes.
    at
        The clock: names the snapshot.
    announce
        Called with the name of each stage when it begins.

    Raises
    ------
    NightlyRunningError
        If another run holds the lock of this home.
    StoreError
        If the store holds no company that may take part.
    SnapshotError
        If what was computed breaks a hard rule; nothing is published then.
    """
    with _lock(settings.home), _threads(settings.parallel.threads):
        partial = begin_snapshot(settings.snapshots_folder, at)
        try:
            return _run(store, settings, at, partial, Stages(announce))
        finally:
            # Gone already when it was published; a full disk must not stay full.
            shutil.rmtree(partial, ignore_errors=True)


def _run(
    store: Store, settings: Settings, at: datetime, partial: Path, stages: Stages
) -> NightlyReport:
    with stages.stage("features"), store.reading() as unit:
        features = read_features(unit, settings.eligibility)
        data_date = unit.imports.data_date()
        fictional = unit.companies.counts()["fictional"] > 0
    if len(features.companies) == 0:
        raise StoreError(
            f"the store of {settings.home} holds no company that may take part. "
            "Import some with `matchmaker import sirene`, or try `make demo`."
        )
    with stages.stage("fit"):
        model = PartnerModel.fit(
            features.companies, features.groups, settings.model, settings.eligibility, settings.seed
        )
        model.save(partial / "model")
    everyone = np.arange(len(features.companies))
    with stages.stage("search"):
        candidates = {intent: model.candidates(intent, everyone) for intent in Intent}
    with stages.stage("rank"):
        lists, vetoes = {}, {}
        for intent in Intent:
            found = candidates.pop(intent)
            if settings.parallel.jobs > 1 or settings.parallel.backend == "dask":
                lists[intent], vetoes[intent] = rank_in_parallel(
                    partial / "model", intent, everyone, found, settings.parallel
                )
            else:
                lists[intent], vetoes[intent] = model.rank(intent, everyone, found)
            write_lists(partial, intent, lists[intent], vetoes[intent])
    with stages.stage("publish"):
        check_lists(model, lists)
        manifest = build_manifest(
            model,
            lists,
            vetoes,
            settings=settings,
            at=at,
            data_date=data_date,
            input_digest=input_digest(features.companies, features.groups),
            kept_out=features.kept_out,
            fictional=fictional,
        )
        seal(partial, manifest)
        snapshot = publish(partial, settings.snapshots.keep)
    _write_costs(settings.home, snapshot, stages)
    return NightlyReport(snapshot, tuple(stages.costs))


def _write_costs(home: Path, snapshot: Snapshot, stages: Stages) -> None:
    # Beside the snapshot, not in it: two runs on the same input differ in nothing but this.
    folder = home / "reports"
    folder.mkdir(exist_ok=True)
    text = json.dumps([asdict(cost) for cost in stages.costs], indent=1)
    (folder / f"{snapshot.name}.json").write_text(text, encoding="utf-8")


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Hold the home; the kernel lets go of it when the process ends, however it ends."""
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / LOCK, timeout=0):
            yield
    except Timeout:
        raise NightlyRunningError(
            f"another nightly run is at work in {home}. Wait for it to end, then try again."
        ) from None


@contextmanager
def _threads(number: int) -> Iterator[None]:
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(number)
    try:
        with threadpool_limits(limits=number):
            yield
    finally:
        faiss.omp_set_num_threads(before)
