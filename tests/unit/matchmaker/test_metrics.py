"""Metrics against hand values, scikit-learn, brute force, and every order of a few candidates."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

from matchmaker.metrics import (
    average_precision,
    chance_ndcg,
    chance_recall,
    gini,
    hit_at,
    hits_in,
    ndcg_at,
    paired_bootstrap,
    recall_at,
    reciprocal_rank,
    roc_auc,
)


def hits(lists, relevant):
    """Hits of lists, with the relevant rows of each query as a list."""
    indptr = np.cumsum([0, *(len(rows) for rows in relevant)])
    indices = np.array([row for rows in relevant for row in rows], dtype=np.int64)
    return hits_in(np.array(lists), indptr, indices)


class TestLists:
    def test_by_hand(self):
        """One query found at ranks 1 and 3 of two relevant, one at rank 2 of four, one nowhere."""
        made = hits([[7, 1, 9], [4, 5, -1], [2, -1, -1]], [[9, 7], [5, 0, 1, 2], [8]])
        second = 1 / np.log2(3)
        assert recall_at(made, 3) == pytest.approx([1, 0.25, 0])
        assert recall_at(made, 1) == pytest.approx([0.5, 0, 0])
        assert hit_at(made, 3).tolist() == [1, 1, 0]
        assert hit_at(made, 1).tolist() == [1, 0, 0]
        assert reciprocal_rank(made, 3) == pytest.approx([1, 0.5, 0])
        assert reciprocal_rank(made, 1) == pytest.approx([1, 0, 0])
        expected = [1.5 / (1 + second), second / (1 + second + 0.5), 0]
        assert ndcg_at(made, 3) == pytest.approx(expected)
        assert ndcg_at(made, 1) == pytest.approx([1, 0, 0])

    def test_the_best_list_gains_one_at_every_depth(self):
        """Also where there are more relevant rows than places."""
        made = hits([[3, 2, 1, 0]], [[0, 1, 2, 3, 4, 5]])
        assert [ndcg_at(made, k)[0] for k in (1, 2, 3, 4)] == pytest.approx([1] * 4)

    def test_a_relevant_row_named_twice_counts_once(self):
        assert recall_at(hits([[3, 0]], [[3, 3, 1]]), 2) == pytest.approx([0.5])

    def test_a_row_relevant_to_another_query_is_no_hit(self):
        assert hit_at(hits([[1], [0]], [[0], [1]]), 1).tolist() == [0, 0]

    @pytest.mark.parametrize("seed", range(20))
    def test_against_scikit_learn_and_sets(self, seed):
        rng = np.random.default_rng(seed)
        n, k = 30, 8
        lists = np.stack([rng.permutation(n)[:k] for _ in range(12)])
        lengths = rng.integers(0, k + 1, 12)
        lists[np.arange(k) >= lengths[:, None]] = -1
        relevant = [rng.choice(n, rng.integers(1, 12), replace=False) for _ in lists]
        made = hits(lists, relevant)
        for query, (row, wanted) in enumerate(zip(lists, map(set, relevant), strict=True)):
            right = [place for place, answer in enumerate(row) if answer in wanted]
            truth = np.zeros(n + k)
            truth[list(wanted)] = 1
            scores = np.full(n + k, -1.0)
            # Answers that are none take up the places after the end of a short list.
            answers = [n + place if answer < 0 else answer for place, answer in enumerate(row)]
            scores[answers] = np.arange(k, 0, -1)
            assert ndcg_at(made, k)[query] == pytest.approx(ndcg_score([truth], [scores], k=k))
            assert recall_at(made, k)[query] == pytest.approx(len(right) / len(wanted))
            assert hit_at(made, k)[query] == bool(right)
            assert reciprocal_rank(made, k)[query] == (1 / (1 + right[0]) if right else 0)

    def test_no_query_gives_no_value(self):
        made = hits_in(np.zeros((0, 5), np.int64), np.array([0]), np.zeros(0, np.int64))
        assert ndcg_at(made, 5).shape == recall_at(made, 5).shape == (0,)

    @pytest.mark.parametrize(
        ("lists", "relevant", "message"),
        [
            ([[1, 2], [3, 4]], [[1], []], "query 1 has no relevant row"),
            ([[1, 2], [3, 3]], [[1], [3]], "list 1 holds a row twice"),
            ([[1, -2]], [[1]], "rows must be >= 0"),
            ([[1, 2]], [[1, -1]], "rows must be >= 0"),
            ([[1, 2]], [[1], [2]], "need m \\+ 1 offsets"),
        ],
    )
    def test_what_has_no_value_is_refused(self, lists, relevant, message):
        with pytest.raises(ValueError, match=message):
            hits(lists, relevant)

    @pytest.mark.parametrize("k", [0, 4])
    def test_no_deeper_than_the_lists(self, k):
        made = hits([[7, 1, 9]], [[9]])
        for metric in (recall_at, ndcg_at, reciprocal_rank, hit_at):
            with pytest.raises(ValueError, match="from 1 to the length of the lists, 3"):
                metric(made, k)


class TestChance:
    @pytest.mark.parametrize(("n_relevant", "n", "k"), [(1, 5, 2), (2, 5, 3), (3, 4, 4), (2, 3, 5)])
    def test_mean_over_every_order(self, n_relevant, n, k):
        lists = np.full((1, 1), 0) if n == 1 else np.array(list(permutations(range(n))))
        padded = np.pad(lists, ((0, 0), (0, max(k - n, 0))), constant_values=-1)
        made = hits(padded, [range(n_relevant)] * len(padded))
        sizes = np.array([n_relevant]), np.array([n])
        assert chance_ndcg(*sizes, k) == pytest.approx([ndcg_at(made, k).mean()])
        assert chance_recall(*sizes, k) == pytest.approx([recall_at(made, k).mean()])

    def test_mean_over_random_orders(self):
        """200 candidates, within five standard errors."""
        rng = np.random.default_rng(1)
        lists = np.stack([rng.permutation(200)[:20] for _ in range(4000)])
        made = hits(lists, [range(7)] * len(lists))
        for chance, metric in ((chance_ndcg, ndcg_at), (chance_recall, recall_at)):
            values = metric(made, 20)
            error = values.std() / np.sqrt(len(values))
            expected = chance(np.array([7]), np.array([200]), 20)[0]
            assert abs(values.mean() - expected) < 5 * error

    @pytest.mark.parametrize(("n_relevant", "n", "k"), [(0, 5, 2), (6, 5, 2), (1, 5, 0)])
    def test_impossible_numbers_are_refused(self, n_relevant, n, k):
        for chance in (chance_ndcg, chance_recall):
            with pytest.raises(ValueError, match="k must be|each query needs"):
                chance(np.array([n_relevant]), np.array([n]), k)


few_scores = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=12).map(np.array)


class TestPairScores:
    def test_auc_by_hand(self):
        """Of six comparisons four are won and one is a tie."""
        assert roc_auc(np.array([3.0, 1.0]), np.array([2.0, 1.0, 0.0])) == pytest.approx(4.5 / 6)

    def test_average_precision_by_hand(self):
        """Precision 1 at the first positive, 2/3 at the second."""
        found = average_precision(np.array([3.0, 1.0]), np.array([2.0, 0.0]))
        assert found == pytest.approx((1 + 2 / 3) / 2)

    @given(few_scores, few_scores)
    def test_against_scikit_learn_with_many_ties(self, positive, negative):
        truth = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
        scores = np.r_[positive, negative]
        assert roc_auc(positive, negative) == pytest.approx(roc_auc_score(truth, scores))
        assert average_precision(positive, negative) == pytest.approx(
            average_precision_score(truth, scores)
        )

    @pytest.mark.parametrize("metric", [roc_auc, average_precision])
    @pytest.mark.parametrize(
        ("positive", "negative", "side"),
        [([], [1.0], "positive"), ([1.0], [], "negative"), ([1.0], [np.nan], "negative")],
    )
    def test_no_value_without_numbers_on_both_sides(self, metric, positive, negative, side):
        with pytest.raises(ValueError, match=f"{side} scores must be numbers"):
            metric(np.array(positive), np.array(negative))


counts = st.lists(st.integers(0, 50), min_size=1, max_size=20).map(np.array)


class TestGini:
    @pytest.mark.parametrize(
        ("spread", "expected"),
        [([4, 4, 4], 0), ([0, 0, 0, 9], 3 / 4), ([1, 2, 3], 2 / 9), ([0, 0], 0), ([5], 0)],
    )
    def test_by_hand(self, spread, expected):
        assert gini(np.array(spread)) == pytest.approx(expected)

    @given(counts)
    def test_against_the_mean_difference(self, spread):
        """Half the mean absolute difference of all pairs, relative to the mean."""
        mean = spread.mean()
        expected = np.abs(np.subtract.outer(spread, spread)).mean() / (2 * mean) if mean else 0
        assert gini(spread) == pytest.approx(expected)

    @pytest.mark.parametrize("spread", [[], [1, -1], [1.0, np.nan], [np.inf]])
    def test_what_is_no_count_is_refused(self, spread):
        with pytest.raises(ValueError, match="finite numbers >= 0"):
            gini(np.array(spread))


class TestBootstrap:
    def test_equal_differences_leave_no_doubt(self):
        assert paired_bootstrap(np.full(9, 0.25), seed=0) == (0.25, 0.25, 0.25)

    def test_interval_of_a_large_sample_is_the_normal_one(self):
        """Mean plus and minus 1.96 standard errors, within a tenth of its width."""
        rng = np.random.default_rng(2)
        differences = rng.normal(0.1, 1, 2000)
        low, mean, high = paired_bootstrap(differences, samples=2000, seed=rng)
        error = differences.std() / np.sqrt(2000)
        assert mean == differences.mean()
        assert low == pytest.approx(mean - 1.96 * error, abs=0.4 * error)
        assert high == pytest.approx(mean + 1.96 * error, abs=0.4 * error)

    def test_the_interval_holds_the_truth_as_often_as_it_says(self):
        """80 % of 300 samples with a mean of 0, give or take four standard errors."""
        rng = np.random.default_rng(3)
        held = 0
        for _ in range(300):
            low, _, high = paired_bootstrap(rng.normal(0, 1, 60), samples=200, seed=rng, level=0.8)
            held += low <= 0 <= high
        assert held / 300 == pytest.approx(0.8, abs=4 * np.sqrt(0.8 * 0.2 / 300))

    def test_clusters_of_one_are_queries(self):
        differences = np.random.default_rng(4).normal(size=50)
        alone = paired_bootstrap(differences, seed=5, clusters=np.arange(50)[::-1])
        assert alone == pytest.approx(paired_bootstrap(differences[::-1], seed=5))

    def test_a_query_told_several_times_in_one_cluster_is_told_once(self):
        """Taken for independent, the same queries would seem to say more than they do."""
        differences = np.random.default_rng(6).normal(size=30)
        thrice, of = np.repeat(differences, 3), np.repeat(np.arange(30), 3)
        once = paired_bootstrap(differences, seed=7)
        assert paired_bootstrap(thrice, seed=7, clusters=of) == pytest.approx(once)
        low, _, high = paired_bootstrap(thrice, seed=7)
        assert high - low < 0.8 * (once[2] - once[0])

    def test_the_same_seed_gives_the_same_interval(self):
        differences = np.random.default_rng(4).normal(size=50)
        assert paired_bootstrap(differences, seed=5) == paired_bootstrap(differences, seed=5)
        assert paired_bootstrap(differences, seed=5) != paired_bootstrap(differences, seed=6)

    @pytest.mark.parametrize(
        ("differences", "options"),
        [([], {}), ([np.nan], {}), ([1.0], {"samples": 0}), ([1.0], {"level": 1.0})],
    )
    def test_what_has_no_interval_is_refused(self, differences, options):
        with pytest.raises(ValueError, match="must be"):
            paired_bootstrap(np.array(differences), seed=0, **options)
