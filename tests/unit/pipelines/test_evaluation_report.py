"""The document says what was measured, and the lists are enough to measure it again."""

import math
from dataclasses import replace

import numpy as np
import orjson
import polars as pl
import pytest
from evaluations import acquainted, evaluated, read, tables

from matchmaker.metrics import paired_bootstrap
from pipelines.evaluation_report import (
    document,
    ndcg_by_chance,
    queries_to_judge_by,
    rankings_frame,
    share_of_oracle,
)

ROW_KEYS = {
    "name", "recall", "ndcg", "mrr", "hit", "auc", "ap", "candidate_recall", "recall_cold",
    "recall_warm", "seconds", "ndcg_minus_best_channel",
}  # fmt: skip
K = 10


@pytest.fixture(scope="module")
def made():
    return tables(2)


@pytest.fixture(scope="module")
def dataset(made, tmp_path_factory):
    return read(made, tmp_path_factory.mktemp("report"), cross=True)


@pytest.fixture(scope="module")
def evaluation(dataset):
    return evaluated(dataset, cross=True, k=K)


@pytest.fixture(scope="module")
def found(evaluation, dataset):
    return orjson.loads(orjson.dumps(document(evaluation, dataset, seconds=1.5)))


class TestDocument:
    def test_it_has_the_promised_keys_and_fractions(self, found, evaluation):
        assert {"k", "queries", "rows", "cold", "warm", "seed", "stage", "notes"} <= set(found)
        assert (found["k"], found["queries"]) == (K, len(evaluation.trial.queries))
        assert found["cold"] + found["warm"] == found["queries"]
        for row in found["rows"]:
            assert set(row) == ROW_KEYS
            for name in ROW_KEYS - {"name", "seconds", "ndcg_minus_best_channel"}:
                assert row[name] is None or 0 <= row[name] <= 1

    def test_the_difference_to_the_best_channel_is_a_paired_bootstrap(self, found, evaluation):
        best = evaluation.row(found["best_channel"])
        rows = {row["name"]: row for row in found["rows"]}
        assert rows[best.name]["ndcg_minus_best_channel"] == [0, 0, 0]
        expected = paired_bootstrap(evaluation.row("prior").ndcg - best.ndcg, seed=3)
        assert rows["prior"]["ndcg_minus_best_channel"] == pytest.approx(list(expected))

    def test_cold_and_warm_queries_are_told_apart_by_their_relations(
        self, found, evaluation, dataset
    ):
        known = [row for pair in acquainted(dataset) for row in pair]
        cold = np.array([known.count(row) <= 1 for row in evaluation.trial.queries.tolist()])
        row = next(row for row in found["rows"] if row["name"] == "fusion")
        recall = evaluation.row("fusion").recall
        assert row["recall_cold"] == pytest.approx(recall[cold].mean())
        assert row["recall_warm"] == pytest.approx(recall[~cold].mean())

    def test_what_cannot_be_measured_is_null(self, evaluation, dataset):
        """Of two friends and two to be found there is no cold query, and JSON knows no NaN."""
        warm = replace(evaluation.trial, cold=np.zeros(len(evaluation.trial.cold), dtype=bool))
        row = replace(evaluation.rows[0], auc=math.nan, ap=math.nan)
        empty = replace(evaluation, trial=warm, rows=[row, *evaluation.rows[1:]])
        text = orjson.dumps(document(empty, dataset, seconds=0.0))
        first = orjson.loads(text)["rows"][0]
        assert (first["auc"], first["ap"], first["recall_cold"]) == (None, None, None)
        assert first["candidate_recall"] is None

    def test_the_share_of_the_oracle_is_a_ratio_of_means(self, evaluation):
        best = evaluation.best_channel
        oracle = replace(best, name="oracle", ndcg=np.ones(len(best.ndcg)))
        known = replace(evaluation, rows=[*evaluation.rows, oracle])
        assert share_of_oracle(best, evaluation) is None
        assert share_of_oracle(best, known) == pytest.approx(best.ndcg.mean())
        assert share_of_oracle(oracle, known) == 1


class TestJudging:
    def test_queries_count_where_something_is_known_of_both_sides(self, made, tmp_path):
        """Take the texts away: only companies with a relation are known."""
        silent = replace(made, companies=made.companies.with_columns(activity=pl.lit("")))
        few = replace(silent, relations=made.relations[:20])
        dataset = read(few, tmp_path)
        evaluation = evaluated(dataset)
        known = {row for members in dataset.groups.members for row in members.tolist()}
        judged = {
            one for pair in dataset.holdout.tolist() for one in pair if known.issuperset(pair)
        }
        assert 0 < len(judged) < len(evaluation.trial.queries)
        assert queries_to_judge_by(evaluation.trial, dataset) == len(judged)
        assert document(evaluation, dataset, seconds=0)["too_few_to_judge"] == (len(judged) < 30)

    def test_with_texts_every_query_counts(self, evaluation, dataset):
        assert queries_to_judge_by(evaluation.trial, dataset) == len(evaluation.trial.queries)


def test_chance_is_what_random_orders_find(evaluation):
    """Ten thousand random lists, query by query."""
    trial, generator = evaluation.trial, np.random.default_rng(1)
    chance = ndcg_by_chance(trial)
    for place in range(3):
        n, wanted = int(trial.n_allowed[place]), int(np.diff(trial.indptr)[place])
        drawn = generator.random((10_000, n)).argsort(axis=1)[:, :K] < wanted
        discount = 1 / np.log2(np.arange(2, K + 2))
        ndcg = drawn @ discount / discount[: min(wanted, K)].sum()
        assert chance[place] == pytest.approx(ndcg.mean(), abs=4 * ndcg.std() / 100)


def test_metrics_can_be_computed_again_from_the_lists_and_the_files(
    found, evaluation, dataset, made
):
    """By plain loops, with nothing but the frame and the held-out pairs of the file."""
    frame = rankings_frame(evaluation, dataset.ids)
    side = dict(made.companies.select("id", "territory").iter_rows())
    partners = {}
    for source, target in made.holdout.select("source", "target").iter_rows():
        if side[source] != side[target]:
            partners.setdefault(source, set()).add(target)
            partners.setdefault(target, set()).add(source)
    lists = {source: {} for source in partners}
    for source, rank, target, score in frame.iter_rows():
        lists[source][rank] = (target, score)
    sums = {"recall": 0.0, "ndcg": 0.0, "mrr": 0.0, "hit": 0.0}
    for source, wanted in partners.items():
        own = lists[source]
        assert sorted(own) == list(range(1, len(own) + 1))
        scores = [own[rank][1] for rank in sorted(own)]
        assert scores == sorted(scores, reverse=True)
        ranks = [rank for rank in sorted(own) if own[rank][0] in wanted]
        sums["recall"] += len(ranks) / len(wanted)
        ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(len(wanted), K) + 1))
        sums["ndcg"] += sum(1 / math.log2(1 + rank) for rank in ranks) / ideal
        sums["mrr"] += 1 / ranks[0] if ranks else 0
        sums["hit"] += bool(ranks)
    row = next(row for row in found["rows"] if row["name"] == "fusion")
    for name, total in sums.items():
        assert row[name] == pytest.approx(total / len(partners))
