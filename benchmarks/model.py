"""The model on ten random splits of a public citation network, against published figures.

Documents stand in for companies. MaskGAE (KDD 2023) reports AUC 96.4 and AP 95.9 over the same kind
of splits: 85 % of the links are seen, 5 % left out, 10 % must be told from as many random pairs.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl

from benchmarks.territories import DATA
from matchmaker.settings import ModelSettings
from pipelines.datasets import read_dataset, write_dataset
from pipelines.evaluate import Evaluation, evaluate

SPLITS = 10
SEEN, LEFT_OUT = 0.85, 0.05


def run() -> None:
    """Print a line per split, then the means."""
    source = DATA / "networks" / "cora"
    if not source.is_dir():
        print(f"skipped: {source} is not there (set MATCHMAKER_DATA)")
        return
    companies = pl.read_csv(source / "companies.csv.gz")
    links = pl.concat(
        pl.read_csv(source / f"{name}.csv.gz").select("source", "target")
        for name in ("relations", "holdout")
    )
    print(f"{len(companies)} documents, {len(links)} links, {os.cpu_count()} cores")
    lines = []
    for seed in range(SPLITS):
        started = perf_counter()
        found = _on_split(companies, links, seed)
        lines.append(_figures(found, perf_counter() - started))
        print(f"split {seed}: {_told(lines[-1])}; {found.learned.fusion.stage.value}")
    table = np.array(lines)
    print(f"mean    {_told(table.mean(axis=0))}")
    print(f"median  {_told(np.median(table, axis=0))}")


def _on_split(companies: pl.DataFrame, links: pl.DataFrame, seed: int) -> Evaluation:
    order = np.random.default_rng(seed).permutation(len(links))
    seen, left = round(SEEN * len(links)), round((SEEN + LEFT_OUT) * len(links))
    with tempfile.TemporaryDirectory() as folder:
        write_dataset(
            Path(folder),
            companies=companies,
            relations=links[order[:seen]].with_columns(kind=pl.lit("link")),
            holdout=links[order[left:]],
        )
        dataset = read_dataset(Path(folder), cross=False, directed=False)
    return evaluate(
        dataset,
        cross=False,
        directed=False,
        k=20,
        seed=seed,
        settings=ModelSettings(),
        clock=perf_counter,
    )


def _figures(found: Evaluation, seconds: float) -> list[float]:
    fusion, prior = found.row("fusion"), found.row("prior")
    cold = found.trial.cold
    return [
        100 * fusion.auc,
        100 * fusion.ap,
        float(fusion.ndcg.mean()),
        float(fusion.recall.mean()),
        float(fusion.recall[cold].mean() / fusion.recall[~cold].mean()),
        found.gain(fusion, found.best_channel)[0],
        100 * prior.auc,
        float(prior.ndcg.mean()),
        seconds,
    ]


def _told(figures: list[float] | np.ndarray) -> str:
    auc, ap, ndcg, recall, cold, gain, prior_auc, prior_ndcg, seconds = figures
    return (
        f"AUC {auc:.2f} AP {ap:.2f} nDCG@20 {ndcg:.3f} recall@20 {recall:.3f};"
        f" cold/warm recall {cold:.2f}; over best channel at least {gain:+.4f} nDCG;"
        f" prior AUC {prior_auc:.2f} nDCG {prior_ndcg:.3f}; {seconds:.1f} s"
    )
