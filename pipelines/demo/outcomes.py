"""What comes of pairs: who was shown whom and said yes, and who works together a year later.

Nothing here depends on who is seen: a partnership forms because it is worth something, not because
the two firms are large or near the chamber. So a score against it is free of the bias of the
relations that the files show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import scipy.sparse as sparse

from matchmaker.relations import KNOWS_EACH_OTHER
from pipelines.demo.observation import Group, visibility
from pipelines.demo.oracle import KINDS, Oracle, WorthPairs, utilities, worth_pairs
from pipelines.demo.partners import Rows, Values

LINKS_PER_FIRM = 1.5
"""Partnerships of each kind that form in a year, per firm that does business."""

SHARPNESS = {"supply": 5.0, "consortium": 6.0, "peer": 12.0}
"""Power of the utility in the odds of a partnership.

Peers have more partners that are nearly as good as each other, so only a higher power leaves
something to predict. With these powers the oracle itself reaches an nDCG@20 of .55 to .75 on 2,000
firms: nobody can foresee everything.
"""

SHOWN_AT_RANDOM = 2
SHOWN_BY_CHOICE = 2
"""Partners of each kind that a firm was shown: drawn uniformly, and picked by an adviser."""

MOST_READERS = 2_000
"""Firms that were shown partners, at most: the trial of a year reaches no more of a territory."""

GLIMPSE = 0.02
"""How much an adviser picks firms whose worth is nil, next to those of worth 1."""

_CROSS_BORDER_SHARE_SEEN = 1.0
_FLOOR = 0.05
_HALF_WILLING = 0.2
_DAYS_SHOWN = (10, 365)
_BLOCK = 512

Acquainted: TypeAlias = "sparse.csr_array[Any, tuple[int, int]]"
"""True where two firms know each other."""


@dataclass(frozen=True, slots=True)
class _Shown:
    source: Rows
    target: Rows
    propensity: Values
    worth: Values
    random: bool


def acquainted(groups: Iterable[Group], firms: int) -> Acquainted:
    """Tell who knows whom from a relation that makes people meet; symmetric, shape (firms, firms).

    Two guests of one event need not have met.
    """
    pairs = [
        pair
        for group in groups
        if group.kind in KNOWS_EACH_OTHER
        for pair in combinations(group.members, 2)
    ]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    both = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    met = sparse.coo_array((np.ones(len(both[0]), dtype=np.int8), both), shape=(firms, firms))
    return sparse.csr_array(met.astype(bool))


def future_links(
    generator: np.random.Generator,
    oracle: Oracle,
    kind: str,
    met: Acquainted,
    *,
    per_firm: float = LINKS_PER_FIRM,
) -> WorthPairs:
    """Draw the partnerships of one kind that form across the border in the year to come.

    Pairs are drawn without replacement, in proportion to `utility ** SHARPNESS[kind]`. So the
    chance of a pair grows with its utility and depends on nothing else: no ranking can expect to
    do better than the oracle's own.

    Parameters
    ----------
    generator
        Source of chance.
    oracle
        Worth of every pair.
    kind
        One of `oracle.KINDS`.
    met
        Who knows whom already (`acquainted`); those pairs do not form again.
    per_firm
        Number of links, per firm that does business.

    Returns
    -------
    WorthPairs
        In the order of source and target; at most half of the pairs that might form.
    """
    pairs = worth_pairs(oracle, kind)
    pairs = pairs.where(np.flatnonzero(~_flags(met, pairs.source, pairs.target)))
    wanted = min(round(per_firm * len(oracle.present)), (len(pairs) + 1) // 2)
    # Adding Gumbel noise to log-weights draws without replacement in proportion to the weights.
    keys = SHARPNESS[kind] * np.log(pairs.utility) + generator.gumbel(size=len(pairs))
    return pairs.where(np.sort(np.argsort(-keys, kind="stable")[:wanted]))


def draw_exposures(
    generator: np.random.Generator,
    oracle: Oracle,
    met: Acquainted,
    today: date,
    *,
    most_readers: int = MOST_READERS,
) -> pl.DataFrame:
    """Draw which partners firms were shown in the last year, and which of them both sides accepted.

    Up to `most_readers` firms (`source`) were shown firms of the other department (`target`) that
    they did not know. Every place of a list was filled on its own, so that a partner may come
    twice: some by a uniform draw (`random`), the others by an adviser, who sees large and near
    firms more and has some idea of who is worth meeting. Both sides then said yes or no, on their
    own.

    Returns
    -------
    polars.DataFrame
        Columns `source`, `target` (positions in the world; for `supply` the source is the
        supplier), `kind`, `propensity` (probability of this target in this place of the list, in
        ]0, 1]), `accepted` (by both), `date`, `random`; in the order of kind and source.
    """
    readers = oracle.present
    if len(readers) > most_readers:
        readers = np.sort(generator.choice(readers, size=most_readers, replace=False))
    frames = [
        _frame(generator, oracle, kind, shown, today)
        for start in range(0, len(readers), _BLOCK)
        for kind, shown in _lists(generator, oracle, readers[start : start + _BLOCK], met)
    ]
    order = pl.col("kind").replace_strict(KINDS, range(len(KINDS)), return_dtype=pl.Int8)
    return pl.concat(frames).sort(order, "source", maintain_order=True)


def acceptance(oracle: Oracle, source: Rows, target: Rows, worth: Values) -> Values:
    """Probability that both sides accept: each weighs the worth of the pair by the other's trust.

    A side says yes to a pair without worth in one case of twenty.
    """
    return willing(worth, oracle.known.trust[target]) * willing(worth, oracle.known.trust[source])


def willing(worth: Values, trust: Values) -> Values:
    """Probability that a firm says yes to a pair of some worth, whose other side is so trusted."""
    appeal = worth * (0.5 + trust)
    willing: Values = _FLOOR + (1 - _FLOOR) * appeal / (appeal + _HALF_WILLING)
    return willing


def _lists(
    generator: np.random.Generator, oracle: Oracle, rows: Rows, met: Acquainted
) -> Iterator[tuple[str, _Shown]]:
    """Fill the lists of some readers, for every kind."""
    allowed = _strangers(oracle, rows, met)
    uniform = np.where(allowed, 1.0, 0.0)
    everybody = np.arange(len(oracle))
    seen = visibility(oracle.known, rows[:, None], everybody[None, :], _CROSS_BORDER_SHARE_SEEN)
    for kind in KINDS:
        worth = utilities(oracle, kind, rows)
        picks: Values = np.where(allowed, seen * (GLIMPSE + worth), 0.0)
        yield kind, _show(generator, rows, uniform, worth, SHOWN_AT_RANDOM, random=True)
        yield kind, _show(generator, rows, picks, worth, SHOWN_BY_CHOICE, random=False)


def _strangers(oracle: Oracle, rows: Rows, met: Acquainted) -> npt.NDArray[np.bool_]:
    """Firms that may be shown to each row: across the border, of another SIREN, not known yet."""
    known = oracle.known
    open_to_partners = np.zeros(len(oracle), dtype=bool)
    open_to_partners[oracle.present] = True
    allowed: npt.NDArray[np.bool_] = (
        open_to_partners[None, :]
        & (known.department[rows][:, None] != known.department[None, :])
        & (known.siren[rows][:, None] != known.siren[None, :])
        & ~met[rows].toarray()
    )
    return allowed


def _show(
    generator: np.random.Generator,
    rows: Rows,
    weights: Values,
    worth: Values,
    places: int,
    *,
    random: bool,
) -> _Shown:
    """Fill each place of each row's list in proportion to the weights; empty where all are 0."""
    reached = np.cumsum(weights, axis=1)
    total = reached[:, -1]
    readers = np.repeat(np.flatnonzero(total > 0), places)
    marks = generator.random(len(readers)) * total[readers]
    targets = np.array(
        [
            np.searchsorted(reached[reader], mark, side="right")
            for reader, mark in zip(readers, marks, strict=True)
        ],
        dtype=np.int64,
    )
    return _Shown(
        source=rows[readers],
        target=targets,
        propensity=weights[readers, targets] / total[readers],
        worth=worth[readers, targets],
        random=random,
    )


def _frame(
    generator: np.random.Generator, oracle: Oracle, kind: str, shown: _Shown, today: date
) -> pl.DataFrame:
    count = len(shown.source)
    chance = acceptance(oracle, shown.source, shown.target, shown.worth)
    days = generator.integers(*_DAYS_SHOWN, size=count)
    return pl.DataFrame(
        {
            "source": shown.source,
            "target": shown.target,
            "kind": [kind] * count,
            "propensity": shown.propensity,
            "accepted": generator.random(count) < chance,
            "date": [today - timedelta(days=int(day)) for day in days],
            "random": [shown.random] * count,
        },
        schema_overrides={"kind": pl.String, "date": pl.Date, "random": pl.Boolean},
    )


def _flags(matrix: Acquainted, rows: Rows, columns: Rows) -> npt.NDArray[np.bool_]:
    """Entries of a sparse array at some places."""
    # Indexing with no place at all gives a sparse array, with some a plain one.
    flags: Any = matrix[rows, columns] if len(rows) else np.zeros(0)
    return np.asarray(flags, dtype=np.bool_)
