"""Measuring the model on a dataset: every channel, the prior and the learned fusion, side by side.

Every row of the table ranks the same allowed answers of the same queries: companies of another
territory where that is asked for, never the query itself, never whom it already knows. Channels and
popularity rank all of them; the two fusions rank what is served, the candidates that the channels
propose, so that a partner who is no candidate counts as not found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.eligibility import PAIR_RULES
from matchmaker.errors import MatchmakerError
from matchmaker.intents import FLOW, Flow, Intent, Role
from matchmaker.metrics import paired_bootstrap
from matchmaker.relations import RelationKind
from matchmaker.settings import EligibilitySettings, ModelSettings
from models.fusion import prior_fusion
from models.inputs import Floats, Rows, SparseRows
from models.learning import Learned
from models.partner_model import PartnerModel
from models.prior import GENERAL, PRIOR
from pipelines.datasets import Dataset
from pipelines.holding_out import (
    Question,
    learned_fusions,
    slices_of,
    slices_of_labels,
)
from pipelines.trial import (
    Row,
    Trial,
    channel_rows,
    fusion_row,
    popularity_rows,
    set_trial,
    true_row,
)

RELATION_OF: dict[str, RelationKind] = {
    **{kind.value: kind for kind in RelationKind},
    Intent.CONSORTIUM: RelationKind.AWARD,
    Intent.PEER: RelationKind.PLATO,
}
"""Relation that a held-out kind is, or comes to; a table may name the intent instead."""


@dataclass(frozen=True)
class Evaluation:
    """What was measured.

    Parameters
    ----------
    trial
        Who asked for whom.
    rows
        Lines of the table.
    lists, scores
        Lists of the learned fusion, rows of the dataset padded with -1, and their scores; (q, k).
    learned
        The fusion, and how it was chosen.
    seed
        Seed of the bootstrap.
    """

    trial: Trial
    rows: list[Row]
    lists: Rows
    scores: Floats
    learned: Learned
    seed: int

    @property
    def best_channel(self) -> Row:
        """The single row with the highest nDCG@k."""
        single = [row for row in self.rows if row.name not in ("prior", "fusion", "oracle")]
        return max(single, key=lambda row: float(row.ndcg.mean()))

    def row(self, name: str) -> Row:
        """Line of a name."""
        return next(row for row in self.rows if row.name == name)

    def gain(self, row: Row, over: Row) -> tuple[float, float, float]:
        """Paired bootstrap interval (low, mean, high) of the difference in nDCG@k."""
        return paired_bootstrap(row.ndcg - over.ndcg, seed=self.seed)


def evaluate(
    dataset: Dataset,
    *,
    cross: bool,
    directed: bool,
    k: int,
    seed: int,
    settings: ModelSettings,
    clock: Callable[[], float],
    left_out: Collection[str] = (),
    oracle: SparseRows | None = None,
    role: Role | None = None,
) -> Evaluation:
    """Fit on the visible relations, learn the fusion, and find the held-out pairs.

    Parameters
    ----------
    dataset
        What `pipelines.datasets.read_dataset` read, with the same `cross` and `directed`.
    k
        Length of the lists.
    clock
        Seconds that only grow, such as `time.perf_counter`.
    left_out
        Channels that take no part.
    oracle
        True worth of pairs, shape (n, n), where a fictional world knows it: rows are sources,
        columns targets.
    role
        What the partners are to those who ask, where that is not to follow from the held-out kind:
        with `SUPPLIER`, targets of directed pairs ask for their sources.

    Raises
    ------
    MatchmakerError
        If nobody who may ask has a partner among the held-out pairs, or the channels that are
        left have no weight without feedback.
    """
    expected, weights = role_and_weights(dataset.holdout_kinds, directed=directed)
    role = role or expected
    question = Question(role, dataset.queries, dataset.answers, cross)
    if not len(question.asked(dataset.holdout)):
        raise MatchmakerError(
            "holdout: no company that may ask has a partner to be found there. Check queries, "
            "candidates and, with --directed, which column is the source."
        )
    rules = PAIR_RULES[:2] if cross else PAIR_RULES[:1]
    model = PartnerModel.fit(
        dataset.companies, dataset.groups, settings, EligibilitySettings(), seed, left_out
    )
    if not any(name in weights for name in model.channel_names):
        raise MatchmakerError(
            f"channels: none that is kept has a weight for the role {role.value}. Keep one of "
            f"{', '.join(weights)}."
        )
    prior = prior_fusion(weights, model.channel_names)
    model = replace(model, fusions={role: prior}, pair_rules=(*rules, "already_met"))
    started = clock()
    learned = _learned(model, dataset, question, seed)
    learning = clock() - started
    trial = set_trial(model, question, dataset.holdout, k, seed)
    rows = [*popularity_rows(model, trial, clock), *channel_rows(model, trial, clock)]
    believed, _, _ = fusion_row("prior", model, trial, prior, clock)
    fused, lists, scores = fusion_row("fusion", model, trial, learned.fusion, clock)
    rows += [believed, replace(fused, seconds=fused.seconds + learning)]
    if oracle is not None:
        worth = oracle.T.tocsr() if FLOW[role] is Flow.INWARD else oracle
        rows.append(true_row(model, trial, worth, clock))
    return Evaluation(trial, rows, lists, scores, learned, seed)


def role_and_weights(kinds: list[str], *, directed: bool) -> tuple[Role, dict[str, float]]:
    """Choose what the partners are, and what is believed of the channels, by the held-out kind.

    Returns
    -------
    (Role, dict)
        Directed pairs ask suppliers for clients. Joint awards and Plato groups have roles of their
        own; every other kind is asked for as co-bidders are, both ways, with general weights.
    """
    only = RELATION_OF.get(kinds[0]) if len(set(kinds)) == 1 else None
    if directed:
        return Role.CLIENT, PRIOR[Role.CLIENT] if only is RelationKind.SUPPLY else GENERAL
    if only is RelationKind.PLATO:
        return Role.PEER, PRIOR[Role.PEER]
    return Role.CO_BIDDER, PRIOR[Role.CO_BIDDER] if only is RelationKind.AWARD else GENERAL


def _learned(model: PartnerModel, dataset: Dataset, question: Question, seed: int) -> Learned:
    if dataset.labels is not None:
        labels = dataset.labels
        slices = slices_of_labels(
            dataset.groups,
            labels.rows,
            labels.label == 1,
            labels.day,
            np.random.default_rng(seed),
        )
    else:
        kinds = {RELATION_OF[kind] for kind in dataset.holdout_kinds if kind in RELATION_OF}
        slices = slices_of(dataset.groups, kinds, np.random.default_rng(seed))
    return learned_fusions(model, slices, [question], seed)[0]
