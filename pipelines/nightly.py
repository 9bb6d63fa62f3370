"""The nightly run: its stages in their order, nothing else."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from filelock import FileLock, Timeout
from threadpoolctl import threadpool_limits

from matchmaker.errors import MatchmakerError, NightlyRunningError, SnapshotError, StoreError
from matchmaker.intents import Intent, Role
from matchmaker.settings import ParallelSettings, Settings
from matchmaker.store import Store
from matchmaker.store.nights import Night
from matchmaker.store.snapshots import (
    Snapshot,
    begin_snapshot,
    current_folder,
    hold_back,
    publish,
    seal,
)
from models.changes import save_declared
from models.inputs import Rows
from models.lists import RankedLists, Vetoes
from models.matching import Shares, shared_out, with_reversed
from models.parallel import pools_in_parallel
from models.partner_model import PartnerModel
from models.published import open_published
from pipelines.features import read_features
from pipelines.fusions import taught
from pipelines.introduction_figures import made_introductions
from pipelines.list_quality import PastLists
from pipelines.publish import build_manifest, check_lists, input_digest, write_lists
from pipelines.quality import Table, broken_gates, quality_table
from pipelines.stages import StageCost, Stages
from pipelines.territory_figures import territory_figures
from pipelines.upkeep import Upkeep, keep_up

LOCK = "nightly.lock"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NightlyReport:
    """What a night did: the snapshot, published or held back, what it did for people, its costs."""

    snapshot: Snapshot
    upkeep: Upkeep
    costs: tuple[StageCost, ...]


def run_nightly(
    store: Store,
    settings: Settings,
    *,
    at: datetime,
    announce: Callable[[str], None],
    now: Callable[[], datetime] | None = None,
    draw: Callable[[], str] = secrets.token_urlsafe,
) -> NightlyReport:
    """Recompute every suggestion of the territory, and publish them if their quality allows it.

    Introductions, retention and letters follow, also after a night whose lists are held back or
    cannot be made.

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
    now
        The clock while letters are sent; it stands at `at` if not given.
    draw
        Where the tokens of links in letters come from; they must not be guessed.

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
        stages, clock = Stages(announce), now or (lambda: at)
        try:
            snapshot = _lists(store, settings, at, stages)
            _remember(store, snapshot, at)
        except MatchmakerError:
            # What people are owed does not depend on the lists.
            keep_up(store, settings, stages, at=at, now=clock, draw=draw)
            raise
        upkeep = keep_up(store, settings, stages, at=at, now=clock, draw=draw)
        _write_costs(settings.home, snapshot, stages)
        return NightlyReport(snapshot, upkeep, tuple(stages.costs))


def _lists(store: Store, settings: Settings, at: datetime, stages: Stages) -> Snapshot:
    partial = begin_snapshot(settings.snapshots_folder, at)
    try:
        return _run(store, settings, at, partial, stages)
    finally:
        # Gone already when it was published; a full disk must not stay full.
        shutil.rmtree(partial, ignore_errors=True)


def _run(store: Store, settings: Settings, at: datetime, partial: Path, stages: Stages) -> Snapshot:
    with stages.stage("features"), store.reading() as unit:
        features = read_features(unit, settings.eligibility)
        data_date = unit.imports.data_date()
        fictional = unit.companies.counts()["fictional"] > 0
        introductions = made_introductions(unit)
    if len(features.companies) == 0:
        raise StoreError(
            f"the store of {settings.home} holds no company that may take part. "
            "Import some with `matchmaker import sirene`, or try `make demo`."
        )
    with stages.stage("fit"):
        model = PartnerModel.fit(
            features.companies,
            features.groups,
            settings.model,
            settings.eligibility,
            settings.seed,
            marks=features.marks,
        )
    with stages.stage("learn"):
        if settings.model.learn_fusion:
            model = taught(model, features.groups, settings.seed, features.labels).model
        model.save(partial / "model")
        save_declared(partial, features.companies)
    everyone, view = np.arange(len(features.companies)), model.territory.view
    with stages.stage("search"):
        candidates = {
            intent: with_reversed(model.candidates(intent, everyone), view, settings.seed)
            for intent in Intent
        }
    shares = shares_of(settings, features.feedback)
    with stages.stage("rank"):
        lists, vetoes = {}, {}
        for intent in Intent:
            pools, vetoes[intent] = _pools(
                model, intent, candidates.pop(intent), partial, settings.parallel
            )
            lists[intent] = shared_out(pools, view, shares)
            write_lists(partial, intent, lists[intent], vetoes[intent])
    # Pairs are scored one at a time there: starting threads would cost more than the work.
    with stages.stage("quality"), _threads(1):
        table = quality_table(
            model, features.companies, features.groups, lists,
            _past_lists(settings.snapshots_folder), settings.quality, seed=settings.seed,
        )  # fmt: skip
    with stages.stage("territory"):
        territory = territory_figures(model, features, lists, introductions)
    with stages.stage("publish"):
        check_lists(model, lists)
        manifest = build_manifest(
            model,
            lists,
            vetoes,
            settings=settings,
            at=at,
            data_date=data_date,
            input_digest=input_digest(
                features.companies, features.groups, features.marks, features.labels
            ),
            kept_out=features.kept_out,
            fictional=fictional,
        )
        return _settled(partial, {**manifest, "territory": territory}, table, settings)


def _pools(
    model: PartnerModel,
    intent: Intent,
    candidates: dict[Role, Rows],
    partial: Path,
    parallel: ParallelSettings,
) -> tuple[dict[Role, RankedLists], Vetoes]:
    """Rank everybody's candidates: here, or in processes that read the saved model."""
    everyone = np.arange(len(model.sirets))
    if parallel.jobs > 1 or parallel.backend == "dask":
        return pools_in_parallel(partial / "model", intent, everyone, candidates, parallel)
    return model.pools(intent, everyone, candidates)


def shares_of(settings: Settings, feedback: int) -> Shares:
    """How lists are shared out; places are drawn only once there is feedback to learn from."""
    chosen = settings.model
    return Shares(
        length=chosen.list_length,
        reserve=chosen.reserve,
        capacity=chosen.capacity,
        exposure=chosen.exposure,
        temperature=chosen.temperature,
        variety=chosen.variety,
        explored_places=chosen.explored_places if feedback >= chosen.explore_from else 0,
        seed=settings.seed,
    )


def _past_lists(folder: Path) -> PastLists | None:
    """Open the lists published so far, if there are any that this code can read."""
    try:
        current = current_folder(folder)
        published = open_published(current) if current else None
    except SnapshotError as error:
        logger.warning("nothing to compare this night with: %s", error)
        return None
    return PastLists(published.model.sirets, published.lists) if published else None


def _settled(partial: Path, manifest: dict[str, Any], table: Table, settings: Settings) -> Snapshot:
    """Publish what was made, or hold it back where its quality breaks a gate."""
    broken = [str(gate) for gate in broken_gates(table, settings.quality)]
    seal(partial, {**manifest, "quality": table, "held_back": broken})
    settle = hold_back if broken else publish
    return settle(partial, settings.snapshots.keep)


def _remember(store: Store, snapshot: Snapshot, at: datetime) -> None:
    """Keep the figures of the night longer than its snapshot."""
    manifest = snapshot.manifest
    night = Night(
        snapshot=snapshot.name,
        at=at,
        held_back=snapshot.held_back,
        quality=manifest["quality"]["overall"],
        territory=manifest["territory"],
    )
    with store.unit() as unit:
        unit.nights.put(night)


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
