"""A fictional home of 300,000 firms, to measure pages on: `python -m benchmarks.large_home FOLDER`.

One generated territory of at most 30,000 firms is taken in and repeated under other identifiers,
each time with its places dealt out anew within each department. The model is fitted on all of them.
A whole night would take hours on a small machine, so only the lists of a sample are ranked; the
rows of all others are there, in arrays of full size, and empty.
"""

from __future__ import annotations

import argparse
import json
import math
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.territories import AT, demo_store
from matchmaker.accounts.home import make_demo_home
from matchmaker.companies import Company, Diffusion, luhn_sum
from matchmaker.intents import Intent
from matchmaker.relations import Relation
from matchmaker.settings import Settings
from matchmaker.settings.matching import ModelSettings
from matchmaker.store import Store, Unit, open_store
from matchmaker.store.snapshots import begin_snapshot, publish, seal
from models.inputs import Rows
from models.lists import PADDING, RankedLists, Vetoes
from models.partner_model import PartnerModel
from pipelines.demo.identifiers import FIRST_REAL_SIREN
from pipelines.demo.world import MAX_COMPANIES
from pipelines.features import Features, read_features
from pipelines.publish import build_manifest, input_digest, write_lists
from pipelines.stages import Stages

COMPANIES, SAMPLE, SEED = 300_000, 500, 7
SAMPLED = "sampled.json"
"""File of the home that names the firms whose lists were ranked."""

Rename = Callable[[str], str]


def large_home(home: Path, companies: int = COMPANIES, sample: int = SAMPLE) -> Settings:
    """Make a home, or take the one that is there already.

    Parameters
    ----------
    home
        Folder; finished where it holds the file `sampled.json`.
    companies
        Rounded down to whole repetitions of the generated territory.
    sample
        Firms whose lists are ranked.
    """
    settings = large_settings(home)
    if (home / SAMPLED).is_file():
        return settings
    make_demo_home(home, secrets.token_urlsafe(48))
    stages = Stages(lambda stage: print(f"  {datetime.now():%H:%M:%S} {stage}", flush=True))
    with stages.stage("territory"):
        store = _territory(settings, min(companies, MAX_COMPANIES))
    with stages.stage("repetitions"):
        for copy in range(_repetitions(store), companies // MAX_COMPANIES):
            _repeat(store, copy)
    _publish(store, settings, stages, sample)
    store.close()
    for cost in stages.costs:
        print(f"  {cost.name:12} {cost.seconds:8.1f} s {cost.peak_mib:8.0f} MiB", flush=True)
    return settings


def large_settings(home: Path) -> Settings:
    """Name the settings of such a home: the inverted file finds partners in it."""
    return Settings(home=home, model=ModelSettings(search="approximate"))


def sampled_firms(home: Path) -> list[str]:
    """SIRETs of the firms whose lists were ranked."""
    return [str(siret) for siret in json.loads((home / SAMPLED).read_text(encoding="utf-8"))]


def _territory(settings: Settings, companies: int) -> Store:
    """Generate the territory, unless an earlier run that was broken off got that far."""
    store = open_store(settings.store_url)
    if _repetitions(store):
        return store
    store.close()
    return demo_store(settings, companies)


def _repetitions(store: Store) -> int:
    """Count how often the territory is in the store; each repetition is one transaction."""
    with store.reading() as unit:
        return math.ceil(unit.companies.counts()["total"] / MAX_COMPANIES)


def _repeat(store: Store, copy: int) -> None:
    """Write the generated territory once more, under other numbers and at other places."""
    generator, rename = np.random.default_rng([SEED, copy]), _renaming(copy)
    with store.unit() as unit:
        frame = unit.companies.frame().filter(pl.col("siret") < f"{FIRST_REAL_SIREN:09d}")
        profiles = unit.profiles.many(frame["siret"].to_list())
        unit.companies.upsert(
            replace(company, siret=rename(company.siret)) for company in _moved(frame, generator)
        )
        unit.profiles.upsert(replace(each, siret=rename(siret)) for siret, each in profiles.items())
        _repeat_relations(unit, copy, rename)


def _moved(frame: pl.DataFrame, generator: np.random.Generator) -> Iterator[Company]:
    """Deal the places of each department out anew among its firms."""
    places = ["commune", "commune_name", "postcode", "latitude", "longitude"]
    for _, firms in frame.group_by("department", maintain_order=True):
        dealt = firms.select(places)[generator.permutation(len(firms))]
        for row in firms.with_columns(dealt).iter_rows(named=True):
            yield Company(**{**row, "diffusion": Diffusion(row["diffusion"])})


def _repeat_relations(unit: Unit, copy: int, rename: Rename) -> None:
    everything = unit.relations.all()
    for source in unit.relations.sources():
        if source.startswith("copy-"):
            continue
        here = [each for each in everything if each.source == source]
        unit.relations.replace(
            f"copy-{copy}-{source}", [_renamed(each, copy, rename) for each in here]
        )


def _renamed(relation: Relation, copy: int, rename: Rename) -> Relation:
    members = tuple(rename(siret) for siret in relation.members)
    return replace(relation, source=f"copy-{copy}-{relation.source}", members=members)


def _renaming(copy: int) -> Rename:
    """Give each repetition a range of numbers of its own, with right check digits."""

    def rename(siret: str) -> str:
        stem = int(siret[:8]) + copy * (FIRST_REAL_SIREN // 10 + 1)
        return _checked(_checked(f"{stem:08d}") + siret[9:13])

    return rename


def _checked(stem: str) -> str:
    return f"{stem}{-luhn_sum(f'{stem}0') % 10}"


def _publish(store: Store, settings: Settings, stages: Stages, sample: int) -> None:
    with stages.stage("features"), store.reading() as unit:
        features = read_features(unit, settings.eligibility)
    with stages.stage("fit"):
        model = PartnerModel.fit(
            features.companies,
            features.groups,
            settings.model,
            settings.eligibility,
            settings.seed,
            marks=features.marks,
        )
    partial = begin_snapshot(settings.snapshots_folder, AT + timedelta(days=1))
    with stages.stage("save"):
        model.save(partial / "model")
    rows = _sample(features, sample)
    lists, vetoes = {}, {}
    for intent in Intent:
        with stages.stage(f"rank {intent}"):
            ranked, vetoes[intent] = model.rank(intent, rows, model.candidates(intent, rows))
            lists[intent] = _widened(ranked, rows, len(features.companies))
            write_lists(partial, intent, lists[intent], vetoes[intent])
    with stages.stage("publish"):
        seal(partial, _manifest(settings, features, model, lists, vetoes))
        publish(partial, settings.snapshots.keep)
    sirets = [str(model.sirets[row]) for row in rows]
    (settings.home / SAMPLED).write_text(json.dumps(sirets), encoding="utf-8")


def _sample(features: Features, sample: int) -> Rows:
    """Draw firms that say what they offer and need: their pages are the fullest."""
    companies = features.companies
    telling = [
        row for row in range(len(companies)) if companies.offers[row] and companies.needs[row]
    ]
    drawn = np.random.default_rng(SEED).choice(telling, min(sample, len(telling)), replace=False)
    rows: Rows = np.sort(drawn).astype(np.int64)
    return rows


def _widened(ranked: RankedLists, rows: Rows, companies: int) -> RankedLists:
    """Put lists into arrays with a row for every firm; the other rows are empty."""
    columns = {}
    for name, padding in PADDING.items():
        values = getattr(ranked, name)
        columns[name] = np.full((companies, *values.shape[1:]), padding, dtype=values.dtype)
        columns[name][rows] = values
    return RankedLists(**columns)


def _manifest(
    settings: Settings,
    features: Features,
    model: PartnerModel,
    lists: dict[Intent, RankedLists],
    vetoes: dict[Intent, Vetoes],
) -> dict[str, object]:
    digest = input_digest(features.companies, features.groups, features.marks, features.labels)
    manifest = build_manifest(
        model,
        lists,
        vetoes,
        settings=settings,
        at=AT,
        data_date=AT.date(),
        input_digest=digest,
        kept_out=features.kept_out,
        fictional=True,
    )
    return {**manifest, "quality": {}, "held_back": []}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--sample", type=int, default=SAMPLE)
    arguments = parser.parse_args()
    large_home(arguments.home, arguments.companies, arguments.sample)
