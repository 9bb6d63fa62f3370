"""Learning the fusion from known outcomes, in stages, each of which must earn its place.

Nothing here looks at companies or relations: the examples come with their scores, and whoever
makes them sees to it that no channel was fitted with the answer (`pipelines.holding_out`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from matchmaker.metrics import hits_in, ndcg_at, paired_bootstrap
from models.fusion import Fusion, Stage, additive, graded
from models.inputs import Flags, Floats, Rows
from models.prior import Ranks, rank_contributions
from models.view import mixed

FEWEST_SEEKERS = 10
"""Labelled seekers below which nothing is learned."""
FEWEST_CLUSTERS = 5
"""Independent clusters of seekers below which nothing can be decided."""
FEWEST_FOR_TREES = 100
"""Positive examples below which trees are not tried."""
PENALTY = 1.0
"""L2 penalty of the logistic regression on standardised features, in examples."""
BINS = 48
"""Steps that a channel's shape may have: quantiles of its positive scores."""
_CUT = 20

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    """Pairs with known outcomes, as the channels saw them without knowing the outcome.

    Parameters
    ----------
    scores
        Shape (p, n_channels).
    ranks
        Among the candidates of the seeker, same shape.
    outcome
        Whether the two became partners, shape (p,).
    seeker
        Whose candidates belong together, shape (p,).
    drawn
        Pairs to learn from, shape (p,); all pairs together are what a seeker is shown.
    cluster
        Which seekers' outcomes hang together, as those of one contract do; shape (p,).
    weight
        How much a pair counts in what is learned, 1 unless it was seen by chance; shape (p,).
    """

    scores: Floats
    ranks: Ranks
    outcome: Flags
    seeker: Rows
    drawn: Flags
    cluster: Rows
    weight: Floats

    def __len__(self) -> int:
        return len(self.outcome)

    def only_drawn(self) -> Examples:
        """Keep the pairs to learn from."""
        return Examples(**{f.name: getattr(self, f.name)[self.drawn] for f in fields(Examples)})


def joined(parts: Sequence[Examples]) -> Examples:
    """Put examples together; the seekers of different parts stay apart, clusters do not."""
    offset, seekers = 0, []
    for part in parts:
        seekers.append(part.seeker + offset)
        offset += int(part.seeker.max(initial=-1)) + 1
    columns = {
        f.name: np.concatenate([getattr(part, f.name) for part in parts])
        for f in fields(Examples)
        if f.name != "seeker"
    }
    return Examples(**columns, seeker=np.concatenate(seekers))


@dataclass(frozen=True)
class Learned:
    """What was learned, and how it was chosen.

    Parameters
    ----------
    fusion
        The stage chosen, fitted on all examples.
    gains
        Per stage tried, the interval (low, mean, high) of its gain in nDCG@20 over the stage that
        it would replace.
    """

    fusion: Fusion
    gains: dict[str, tuple[float, float, float]]


Fit = Callable[[Examples], Fusion]


def learn(
    slices: Sequence[Examples], prior: Fusion, falling: Flags, *, by_time: bool, seed: int
) -> Learned:
    """Choose and fit the fusion.

    Each stage is fitted on some slices and asked for the partners of another: first a logistic
    regression, then trees. A stage replaces what stands only if it finds them better, with the
    lower bound of a paired bootstrap interval (over clusters) of the gain in nDCG@20 above zero.

    Parameters
    ----------
    slices
        Examples, in the order of time where that is known.
    prior
        The fusion without feedback.
    falling
        Channels that may also count against a pair, shape (n_channels,); the others only for it,
        so that evidence never lowers a score.
    by_time
        Whether only the latest slice decides; else each decides in turn, by what was fitted on the
        others.
    seed
        Of the trees and of the bootstrap.
    """
    slices = [part for part in slices if part.outcome.any()]
    seekers = sum(len(np.unique(part.seeker[part.outcome])) for part in slices)
    if len(slices) < 2 or seekers < FEWEST_SEEKERS:
        return Learned(prior, {})
    deciding = range(len(slices) - 1, len(slices)) if by_time else range(len(slices))
    clusters = np.concatenate([_clusters(slices[k], k, len(slices)) for k in deciding])
    if len(np.unique(clusters)) < FEWEST_CLUSTERS:
        return Learned(prior, {})
    stages: dict[Stage, Fit] = {
        Stage.LOGISTIC: lambda known: graded(fit_logistic(known, prior, falling)),
        Stage.TREES: lambda known: graded(fit_trees(known, falling, seed=seed)),
    }
    standing, found = Stage.PRIOR, np.concatenate([ndcg_of(prior, slices[k]) for k in deciding])
    gains = {}
    for stage, fit in stages.items():
        if stage is Stage.TREES and sum(part.outcome.sum() for part in slices) < FEWEST_FOR_TREES:
            continue
        tried = np.concatenate([_tried(fit, slices, k) for k in deciding])
        interval = paired_bootstrap(tried - found, seed=seed, clusters=clusters)
        gains[stage.value] = interval
        if interval[0] > 0:
            standing, found = stage, tried
    if standing is Stage.PRIOR:
        return Learned(prior, gains)
    everything = joined([part.only_drawn() for part in slices])
    fusion = _to_one(stages[standing](everything), everything)
    # A channel may find partners that others then judge.
    return Learned(replace(fusion, proposing=prior.proposing | fusion.active), gains)


def _tried(fit: Fit, slices: Sequence[Examples], deciding: int) -> Values:
    """Fit on every slice but one, and ask for the partners of that one."""
    known = joined([part.only_drawn() for k, part in enumerate(slices) if k != deciding])
    return ndcg_of(fit(known), slices[deciding])


def _clusters(examples: Examples, number: int, slices: int) -> Rows:
    """Cluster of each seeker with a partner, in the order of `ndcg_of`; those of slices differ."""
    asked, first = np.unique(examples.seeker[examples.outcome], return_index=True)
    clusters: Rows = examples.cluster[examples.outcome][first] * slices + number
    return clusters


def _to_one(fusion: Fusion, examples: Examples) -> Fusion:
    """Scale a fusion so that the best example scores 1, as the best of the prior does."""
    best = float(fusion.contributions(examples.scores, examples.ranks).sum(axis=1).max())
    return fusion.scaled(1 / best) if best > 0 else fusion


def fit_logistic(examples: Examples, prior: Fusion, falling: Flags) -> Fusion:
    """Regress outcomes on the prior and on the standardised logarithms of the channels' scores.

    Slopes are zero or more except for the channels that may fall, and are shrunk towards zero:
    with few examples the prior remains.

    Parameters
    ----------
    examples, prior, falling
        As in `learn`.

    References
    ----------
    le Cessie, van Houwelingen, Ridge estimators in logistic regression, Applied Statistics 1992.
    """
    scale = np.array([_typical(column) for column in examples.scores.T], dtype=np.float32)
    logs = np.log1p(examples.scores / scale)
    spread = logs.std(axis=0)
    spread[spread == 0] = 1
    believed = rank_contributions(examples.ranks, prior.by_rank).sum(axis=1)
    unit = believed.std() or 1.0
    features = np.column_stack([believed / unit, logs / spread]).astype(np.float64)
    lowest = np.where(falling, -np.inf, 0.0)
    weights = _regression(features, examples, np.append(0.0, lowest))
    return additive(
        Stage.LOGISTIC,
        prior.by_rank * (weights[0] / unit),
        scale=scale,
        slope=weights[1:] / spread,
    )


def _typical(scores: Floats) -> float:
    seen = scores[scores > 0]
    return float(np.median(seen)) if len(seen) else 1.0


def _regression(features: Values, examples: Examples, lowest: Values) -> Values:
    """Minimise the penalised logistic loss; the prior's weight (first) is not penalised."""
    sign = np.where(examples.outcome, 1.0, -1.0)
    counts = examples.weight.astype(np.float64)
    penalty = np.full(features.shape[1], PENALTY)
    penalty[0] = 0

    def loss(parameters: Values) -> tuple[float, Values]:
        margin = sign * (features @ parameters[:-1] + parameters[-1])
        pull = -sign * expit(-margin) * counts
        slope = np.append(features.T @ pull + penalty * parameters[:-1], pull.sum())
        value = (np.logaddexp(0, -margin) * counts).sum() + (
            penalty * parameters[:-1] ** 2
        ).sum() / 2
        return float(value), slope

    start = np.zeros(features.shape[1] + 1)
    bounds = [(low if np.isfinite(low) else None, None) for low in lowest] + [(None, None)]
    with threadpool_limits(limits=1):
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    weights: Values = found.x[:-1]
    return weights


def fit_trees(examples: Examples, falling: Flags, *, seed: int) -> Fusion:
    """Give each channel a step function of its score, by boosted trees without interactions.

    References
    ----------
    Friedman, Greedy function approximation, Annals of Statistics 2001; Lou, Caruana, Gehrke,
    Intelligible models for classification and regression, KDD 2012.
    """
    edges = _edges(examples.scores)
    model = HistGradientBoostingClassifier(
        max_iter=200,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=40,
        l2_regularization=1.0,
        interaction_cst="no_interactions",
        monotonic_cst=np.where(falling, 0, 1),
        early_stopping=False,
        random_state=seed,
    )
    # Many small steps: a second thread would spend its time waiting for the first.
    with threadpool_limits(limits=1):
        model.fit(_binned(examples.scores, edges), examples.outcome, sample_weight=examples.weight)
    n_channels, width = edges.shape
    nothing = np.zeros((1, n_channels))
    base = float(model.decision_function(nothing)[0])
    steps = np.zeros((n_channels, width + 1))
    for place in range(n_channels):
        grid = np.zeros((width + 1, n_channels))
        grid[:, place] = np.arange(width + 1)
        steps[place] = model.decision_function(grid) - base
    return additive(Stage.TREES, np.zeros(n_channels, np.float32), edges=edges, steps=steps)


def _edges(scores: Floats) -> Floats:
    """Zero, then quantiles of the positive scores of each channel, padded with infinity."""
    edges = np.full((scores.shape[1], BINS), np.inf, np.float32)
    for place, column in enumerate(scores.T):
        seen = column[column > 0]
        cuts = np.quantile(seen, np.linspace(0, 1, BINS)[1:-1]) if len(seen) else []
        own = np.unique(np.append(np.float32(0), np.asarray(cuts, np.float32)))
        edges[place, : len(own)] = own
    return edges


def _binned(scores: Floats, edges: Floats) -> Values:
    return np.column_stack(
        [
            np.searchsorted(own, column, side="left")
            for own, column in zip(edges, scores.T, strict=True)
        ]
    ).astype(np.float64)


def ndcg_of(fusion: Fusion, examples: Examples) -> Values:
    """nDCG@20 of each seeker with a partner among the examples."""
    score = fusion.contributions(examples.scores, examples.ranks).sum(axis=1)
    asked, seeker = np.unique(examples.seeker[examples.outcome], return_inverse=True)
    # Equal scores stand in an order that no row number decides.
    chance = mixed(examples.scores.sum(axis=1, dtype=np.float64).view(np.uint64))
    order = np.lexsort((chance, -score, examples.seeker))
    order = order[np.isin(examples.seeker[order], asked)]
    start = np.searchsorted(examples.seeker[order], asked)
    place = np.arange(len(order)) - start[np.searchsorted(asked, examples.seeker[order])]
    top = place < _CUT
    lists = np.full((len(asked), _CUT), -1, dtype=np.int64)
    lists[np.searchsorted(asked, examples.seeker[order[top]]), place[top]] = order[top]
    relevant = np.flatnonzero(examples.outcome)
    by_seeker = np.argsort(seeker, kind="stable")
    bounds = np.append(0, np.cumsum(np.bincount(seeker)))
    return ndcg_at(hits_in(lists, bounds, relevant[by_seeker]), _CUT)
