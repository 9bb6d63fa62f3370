"""The fictional territory, or a null world of it, as a dataset folder for `matchmaker evaluate`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.datasets.folder import write_dataset
from pipelines.demo.null_worlds import NULL_WORLDS
from pipelines.demo.oracle import KINDS
from pipelines.demo.tables import Tables, true_tables
from pipelines.demo.territory import draw_territory, streams

TRUE_WORLD = "true"
ORACLE_FILE = "oracle.parquet"


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """Where a dataset is, and the worth of its pairs: nothing where the world has no oracle."""

    folder: Path
    oracle: Path | None


def demo_dataset(
    folder: Path,
    *,
    kind: str,
    companies: int,
    seed: int,
    today: date,
    world: str = TRUE_WORLD,
    labels: int | None = None,
) -> DemoDataset:
    """Write a fictional territory as a dataset; the same arguments give the same bytes.

    Relations are those that the territory shows; the pairs to be found are the partnerships of one
    kind that form across the border in the year after `today`. A pair of a kind without direction
    stands once, both in `holdout` and in the oracle, from its firm of the first department.

    Parameters
    ----------
    folder
        Where to write; made if missing, the tables of an earlier dataset are replaced.
    kind
        `supply` (sources are suppliers, targets clients), `consortium` or `peer`.
    companies
        Number of establishments of the territory, from 2 to 30,000; those that may not take part
        are not in the dataset.
    seed
        Seed of the random generator, at least 0.
    today
        The day before which everything but the pairs to be found lies.
    world
        `true`, or a key of `NULL_WORLDS`.
    labels
        Number of pairs with a known outcome, at most as many as were shown; a larger number keeps
        those of a smaller one. None writes no labels.

    Raises
    ------
    ValueError
        If the kind, the world, the seed or a number is out of range, or the null world makes no
        sense for the kind.
    DatasetError
        If the folder holds a table of an earlier dataset that this one does not have.
    """
    _check(kind, world, labels)
    chance = streams(seed)
    territory = draw_territory(companies=companies, seed=seed, today=today)
    tables = true_tables(territory, kind, chance[f"future {kind}"])
    if world != TRUE_WORLD:
        tables = NULL_WORLDS[world].turn(tables, chance["null world"])
    return _write(folder, tables, labels, chance["labels"])


def _check(kind: str, world: str, labels: int | None) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    worlds = (TRUE_WORLD, *(name for name, null in NULL_WORLDS.items() if kind in null.kinds))
    if world not in worlds:
        raise ValueError(f"world must be one of {', '.join(worlds)} for {kind}, got {world!r}")
    if labels is not None and labels < 1:
        raise ValueError(f"labels must be >= 1 or None, got {labels}")


def _write(
    folder: Path, tables: Tables, labels: int | None, generator: np.random.Generator
) -> DemoDataset:
    write_dataset(
        folder,
        companies=tables.companies,
        relations=tables.relations,
        holdout=tables.holdout,
        candidates=tables.candidates,
        labels=None if labels is None else _some_labels(tables, labels, generator),
    )
    path = folder / ORACLE_FILE
    path.unlink(missing_ok=True)
    if tables.oracle is None:
        return DemoDataset(folder, None)
    tables.oracle.write_parquet(path)
    return DemoDataset(folder, path)


def _some_labels(tables: Tables, count: int, generator: np.random.Generator) -> pl.DataFrame:
    """Draw some of the known outcomes, in their order; none is that of a pair to be found."""
    to_be_found = {frozenset(ends) for ends in tables.holdout.select("source", "target").rows()}
    apart = [
        frozenset(ends) not in to_be_found
        for ends in tables.labels.select("source", "target").rows()
    ]
    labels = tables.labels.filter(pl.Series(apart, dtype=pl.Boolean))
    return labels[np.sort(generator.permutation(labels.height)[:count])]
