"""Small datasets whose truth is known, as tables and as folders."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from matchmaker.eligibility import PAIR_RULES
from matchmaker.settings import EligibilitySettings, ModelSettings
from models.fusion import prior_fusion
from models.partner_model import PartnerModel
from pipelines.datasets import Dataset, read_dataset, write_dataset
from pipelines.evaluate import Evaluation, evaluate, role_and_weights
from pipelines.holding_out import Question

TOPICS = 6
WORDS = 12
FIRST_DAY = date(2020, 1, 1)
SMALL = ModelSettings(dimensions=16, candidates=20)


@dataclass(frozen=True)
class Tables:
    """What a dataset folder holds."""

    companies: pl.DataFrame
    relations: pl.DataFrame
    holdout: pl.DataFrame
    candidates: pl.DataFrame | None = None
    queries: pl.DataFrame | None = None
    labels: pl.DataFrame | None = None

    def write(self, folder: Path) -> Path:
        write_dataset(folder, **{f.name: getattr(self, f.name) for f in fields(self)})
        return folder

    def shuffled(self, seed: int) -> Tables:
        """Put the rows of every table in another order."""
        tables = {f.name: getattr(self, f.name) for f in fields(self)}
        return Tables(
            **{
                name: frame if frame is None else frame.sample(fraction=1, shuffle=True, seed=seed)
                for name, frame in tables.items()
            }
        )


def tables(
    seed: int = 1,
    *,
    companies: int = 90,
    relations: int = 160,
    holdout: int = 70,
    by_topic: bool = True,
    dated: bool = True,
    kind: str = "meeting",
) -> Tables:
    """Draw companies of two territories that write of one topic each, and pairs of them.

    Pairs are of one topic, or with `by_topic` off any two. None comes twice, so that no held-out
    pair is a relation.
    """
    generator = np.random.default_rng(seed)
    topic = generator.integers(TOPICS, size=companies)
    words = [
        " ".join(f"mot{own}x{word}" for word in generator.choice(WORDS, size=5, replace=False))
        for own in topic
    ]
    drawn: dict[tuple[int, int], None] = {}
    while len(drawn) < relations + holdout:
        one, other = sorted(generator.choice(companies, size=2, replace=False).tolist())
        if not by_topic or topic[one] == topic[other]:
            drawn[one, other] = None
    pairs = [(f"f{one:03d}", f"f{other:03d}") for one, other in drawn]
    days = [str(FIRST_DAY + timedelta(days=3 * place)) for place in range(relations)]
    related = pl.DataFrame(pairs[:relations], ["source", "target"], orient="row").with_columns(
        kind=pl.lit(kind), date=pl.Series(days if dated else [None] * relations, dtype=pl.String)
    )
    return Tables(
        companies=pl.DataFrame(
            {
                "id": [f"f{number:03d}" for number in range(companies)],
                "territory": [("east", "west")[number % 2] for number in range(companies)],
                "activity": words,
            }
        ),
        relations=related,
        holdout=pl.DataFrame(pairs[relations:], ["source", "target"], orient="row").with_columns(
            kind=pl.lit(kind)
        ),
    )


def read(made: Tables, folder: Path, *, cross: bool = False, directed: bool = False) -> Dataset:
    """Write the tables and read them back."""
    return read_dataset(made.write(folder), cross=cross, directed=directed)


def evaluated(
    dataset: Dataset,
    *,
    cross: bool = False,
    directed: bool = False,
    k: int = 10,
    seed: int = 3,
    **options: object,
) -> Evaluation:
    """Evaluate with a small model."""
    return evaluate(
        dataset,
        cross=cross,
        directed=directed,
        k=k,
        seed=seed,
        settings=SMALL,
        clock=time.perf_counter,
        **options,  # type: ignore[arg-type]
    )


def asked(
    dataset: Dataset, *, cross: bool = False, directed: bool = False
) -> tuple[PartnerModel, Question]:
    """Fit the model that an evaluation fits, and the question that it asks."""
    role, weights = role_and_weights(dataset.holdout_kinds, directed=directed)
    model = PartnerModel.fit(dataset.companies, dataset.groups, SMALL, EligibilitySettings(), 3)
    rules = PAIR_RULES[:2] if cross else PAIR_RULES[:1]
    model = replace(
        model,
        fusions={role: prior_fusion(weights, model.channel_names)},
        pair_rules=(*rules, "already_met"),
    )
    return model, Question(role, dataset.queries, dataset.answers, cross)


def acquainted(dataset: Dataset) -> set[frozenset[int]]:
    """Pairs that share a relation, by plain loops."""
    return {
        frozenset((one, other))
        for members in dataset.groups.members
        for one in members.tolist()
        for other in members.tolist()
        if one != other
    }
