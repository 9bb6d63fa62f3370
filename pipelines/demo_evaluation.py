"""Measuring the model on fictional worlds: how near to the oracle, and at chance where it must be.

The worlds and their truth share no code with the channels, so a score on them means something. A
null world is a world in which something says nothing; a row that finds more there than a random
order does has seen an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import stats

from matchmaker.intents import Role
from matchmaker.settings import ModelSettings
from pipelines.datasets import Dataset, read_dataset
from pipelines.datasets.oracle import read_oracle
from pipelines.demo.datasets import TRUE_WORLD, demo_dataset
from pipelines.demo.null_worlds import NULL_WORLDS, NullWorld
from pipelines.evaluate import Evaluation, evaluate
from pipelines.evaluation_report import ndcg_by_chance
from pipelines.trial import Row, Values

QUESTIONS: tuple[tuple[str, Role | None], ...] = (
    ("supply", Role.CLIENT),
    ("supply", Role.SUPPLIER),
    ("consortium", None),
    ("peer", None),
)
"""Kinds of pairs asked for in the true world, and the role of the partners where there are two."""

MOST_NULL_COMPANIES = 600
"""Establishments of a null world, at most: many small ones say more than one large one."""
TURNS = 9
"""Territories drawn per null world, each of one kind in turn.

Queries of one territory are shown the same firms, so a bootstrap over them would be too narrow;
territories are drawn apart from each other.
"""
FALSE_ALARMS = 0.05
"""Chance that, all null worlds being at chance, any of their rows is said not to be."""

ORACLE = "oracle"
TEXTS = frozenset(
    ("needs_offers_words", "needs_offers_meaning", "activity_words", "activity_alike")
    + ("needs_alike", "themes_shared", "sector_flows", "trades_alike", "size_fit")
)
RELATIONS = frozenset(
    ("popularity", "popularity_recent", "shared_acquaintances", "adamic_adar")
    + ("recent_acquaintances", "shared_groups", "page_rank")
    + ("bounded_popularity", "recent_popularity")
)
NEEDS_OFFERS = frozenset(("needs_offers_words", "needs_offers_meaning"))
"""Rows that see texts and the registry alone, relations alone, and needs and offers alone."""


@dataclass(frozen=True)
class World:
    """One question asked in the true world."""

    kind: str
    dataset: Dataset
    evaluation: Evaluation
    seconds: float


@dataclass(frozen=True)
class Finding:
    """What one row found in a null world.

    Parameters
    ----------
    row
        Its name.
    low, mean, high
        Student interval over territories of nDCG@k less that of a random order, or less that of
        popularity in the world that asks for that.
    at_chance
        Whether the interval says no more than chance: it holds 0 or, against popularity, does not
        lie above it.
    """

    row: str
    low: float
    mean: float
    high: float
    at_chance: bool


@dataclass(frozen=True)
class NullFindings:
    """What the rows that must be at chance found in one null world."""

    world: NullWorld
    findings: list[Finding]

    @property
    def at_chance(self) -> bool:
        """Whether all of them are."""
        return all(finding.at_chance for finding in self.findings)


@dataclass(frozen=True)
class DemoRun:
    """How worlds are drawn and asked.

    Parameters
    ----------
    today
        Day on which the fictional year to be foreseen begins.
    clock
        Seconds that only grow.
    """

    k: int
    seed: int
    today: date
    settings: ModelSettings
    clock: Callable[[], float]
    left_out: Collection[str] = ()


def true_worlds(run: DemoRun, companies: int) -> Iterator[World]:
    """Ask every question in the true world of a seed.

    Raises
    ------
    ValueError
        If the number of companies is out of range.
    """
    for kind, role in QUESTIONS:
        started = run.clock()
        dataset, evaluation = _evaluated(run, kind, TRUE_WORLD, companies, run.seed, role)
        yield World(kind, dataset, evaluation, run.clock() - started)


def null_findings(
    run: DemoRun, world: NullWorld, companies: int, *, turns: int = TURNS
) -> NullFindings:
    """Draw a null world several times, and look at the rows that must be at chance.

    Parameters
    ----------
    companies
        Establishments of each territory.
    turns
        Territories; the seed of each is the next one.
    """
    excess: dict[str, list[float]] = {}
    for turn in range(turns):
        kind = world.kinds[turn % len(world.kinds)]
        _, evaluation = _evaluated(run, kind, world.name, companies, run.seed + 1 + turn, None)
        for row in _rows_at_chance(world, evaluation):
            excess.setdefault(row.name, []).append(_excess(world, row, evaluation))
    return NullFindings(world, _findings(world, excess))


def all_null_findings(run: DemoRun, companies: int) -> Iterator[NullFindings]:
    """Look at every null world."""
    for world in NULL_WORLDS.values():
        yield null_findings(run, world, min(companies, MOST_NULL_COMPANIES))


def _evaluated(
    run: DemoRun, kind: str, world: str, companies: int, seed: int, role: Role | None
) -> tuple[Dataset, Evaluation]:
    directed = kind == "supply"
    with TemporaryDirectory() as name:
        folder = Path(name)
        demo_dataset(
            folder, kind=kind, companies=companies, seed=seed, today=run.today, world=world
        )
        dataset = read_dataset(folder, cross=True, directed=directed)
        worth = read_oracle(folder, dataset.ids, directed=directed)
    return dataset, evaluate(
        dataset,
        cross=True,
        directed=directed,
        k=run.k,
        seed=run.seed,
        settings=run.settings,
        clock=run.clock,
        left_out=run.left_out,
        oracle=worth,
        role=role,
    )


def _rows_at_chance(world: NullWorld, evaluation: Evaluation) -> list[Row]:
    """Rows that must be at chance in a world; those of the same families every turn."""
    names = {
        "texts": TEXTS,
        "relations": RELATIONS,
        "needs_offers": NEEDS_OFFERS,
    }.get(world.at_chance, {row.name for row in evaluation.rows} - {ORACLE})
    if world.at_chance == "beyond_popularity":
        names = names - {"popularity"}
    return [row for row in evaluation.rows if row.name in names]


def _excess(world: NullWorld, row: Row, evaluation: Evaluation) -> float:
    """Mean nDCG of a row less that of what it may not beat."""
    if world.at_chance == "beyond_popularity":
        return float((row.ndcg - evaluation.row("popularity").ndcg).mean())
    return float((row.ndcg - ndcg_by_chance(evaluation.trial)).mean())


def _findings(world: NullWorld, excess: dict[str, list[float]]) -> list[Finding]:
    """Bound the mean excess of each row; false alarms are shared out among worlds and rows.

    References
    ----------
    Dunn, Multiple comparisons among means, Journal of the American Statistical Association 56, 1961
    (Bonferroni's inequality).
    """
    level = 1 - FALSE_ALARMS / (len(NULL_WORLDS) * max(1, len(excess)))
    findings = []
    for name, values in excess.items():
        low, mean, high = _student_interval(np.array(values), level)
        better_only = world.at_chance == "beyond_popularity"
        findings.append(Finding(name, low, mean, high, low <= 0 and (better_only or high >= 0)))
    return findings


def _student_interval(values: Values, level: float) -> tuple[float, float, float]:
    """Bound a mean by few independent values.

    References
    ----------
    Student, The probable error of a mean, Biometrika 6, 1908.
    """
    mean = float(values.mean())
    if len(values) < 2:
        return float("-inf"), mean, float("inf")
    error = float(stats.sem(values))
    reach = error * float(stats.t.ppf((1 + level) / 2, len(values) - 1))
    return mean - reach, mean, mean + reach
