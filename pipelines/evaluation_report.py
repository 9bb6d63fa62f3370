"""What an evaluation found, as a document for programs and as the lists themselves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from matchmaker.intents import FLOW, Flow
from matchmaker.metrics import chance_ndcg
from models.inputs import Flags
from pipelines.datasets import Dataset
from pipelines.datasets.counts import FEWEST_QUERIES
from pipelines.evaluate import Evaluation
from pipelines.trial import Row, Trial

_RANKINGS = {
    "source": pl.String,
    "rank": pl.Int32,
    "target": pl.String,
    "score": pl.Float32,
}


def document(evaluation: Evaluation, dataset: Dataset, *, seconds: float) -> dict[str, Any]:
    """Describe an evaluation in plain numbers, lists and texts; what cannot be measured is None.

    Parameters
    ----------
    dataset
        What was evaluated.
    seconds
        What it all took, with reading and fitting.
    """
    trial = evaluation.trial
    return {
        "k": trial.k,
        "queries": len(trial.queries),
        "queries_with_something_known": queries_to_judge_by(trial, dataset),
        "too_few_to_judge": queries_to_judge_by(trial, dataset) < FEWEST_QUERIES,
        "cold": int(trial.cold.sum()),
        "warm": int((~trial.cold).sum()),
        "seed": evaluation.seed,
        "cross": trial.question.cross,
        "directed": FLOW[trial.question.role] is not Flow.MUTUAL,
        "partners_sought": trial.question.role.value,
        "best_channel": evaluation.best_channel.name,
        "stage": evaluation.learned.fusion.stage.value,
        "gains": {stage: list(gain) for stage, gain in evaluation.learned.gains.items()},
        "ndcg_by_chance": float(ndcg_by_chance(trial).mean()),
        "notes": list(dataset.notes),
        "seconds": seconds,
        "rows": [described(row, evaluation) for row in evaluation.rows],
    }


def described(row: Row, evaluation: Evaluation) -> dict[str, Any]:
    """Describe one line of the table; metrics are fractions, means over the queries."""
    cold = evaluation.trial.cold
    found = {
        "name": row.name,
        "recall": float(row.recall.mean()),
        "ndcg": float(row.ndcg.mean()),
        "mrr": float(row.reciprocal.mean()),
        "hit": float(row.hit.mean()),
        "auc": None if math.isnan(row.auc) else row.auc,
        "ap": None if math.isnan(row.ap) else row.ap,
        "candidate_recall": row.candidate_recall,
        "recall_cold": _mean(row.recall[cold]),
        "recall_warm": _mean(row.recall[~cold]),
        "seconds": row.seconds,
        "ndcg_minus_best_channel": list(evaluation.gain(row, evaluation.best_channel)),
    }
    share = share_of_oracle(row, evaluation)
    return found if share is None else found | {"share_of_oracle": share}


def share_of_oracle(row: Row, evaluation: Evaluation) -> float | None:
    """Compare nDCG with what the true worth of pairs reaches; None where nobody knows it."""
    known = [each.ndcg.mean() for each in evaluation.rows if each.name == "oracle"]
    return float(row.ndcg.mean() / known[0]) if known and known[0] > 0 else None


def ndcg_by_chance(trial: Trial) -> npt.NDArray[np.float64]:
    """Expect this nDCG@k of each query of a random order of its allowed answers, shape (q,)."""
    return np.asarray(chance_ndcg(np.diff(trial.indptr), trial.n_allowed, trial.k))


def queries_to_judge_by(trial: Trial, dataset: Dataset) -> int:
    """Count the queries with a held-out partner where something is known of both.

    Nothing is known of a company without text, trade, place and relation; no model can find it.
    """
    known = _something_known(dataset)
    seeker = np.repeat(trial.queries, np.diff(trial.indptr))
    return len(np.unique(seeker[known[seeker] & known[trial.partners]]))


def _something_known(dataset: Dataset) -> Flags:
    rows = dataset.companies
    texts = zip(rows.activity, rows.offers, rows.needs, strict=True)
    known = np.array([any(own) for own in texts], dtype=bool)
    known |= (rows.trade >= 0).any(axis=1) | rows.located
    for members in dataset.groups.members:
        known[members] = True
    return known


def rankings_frame(evaluation: Evaluation, ids: npt.NDArray[np.str_]) -> pl.DataFrame:
    """Write the lists of the learned fusion out, one row per query and place.

    Parameters
    ----------
    ids
        Id of each row of the dataset, shape (n,).

    Returns
    -------
    polars.DataFrame
        `source` (who asks), `rank` (from 1), `target`, `score`. A query without candidates has no
        row here and counts with zeros in the metrics.
    """
    query, place = np.nonzero(evaluation.lists >= 0)
    return pl.DataFrame(
        {
            "source": ids[evaluation.trial.queries[query]],
            "rank": place + 1,
            "target": ids[evaluation.lists[query, place]],
            "score": evaluation.scores[query, place],
        },
        schema=_RANKINGS,
    )


def _mean(values: npt.NDArray[np.float64]) -> float | None:
    return float(values.mean()) if len(values) else None
