"""A pair is worth what both sides make of it, and one cold side sinks it."""

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hmean

from models.reciprocity import harmonic, mutual, reverse_scores, score_matrix, values_at


def random_sparse(rng, shape, density=0.4):
    """Random scores, some of them stored zeros."""
    dense = rng.random(shape) * (rng.random(shape) < density)
    matrix = sparse.csr_array(dense)
    matrix.data[rng.random(matrix.nnz) < 0.2] = 0
    return matrix


def random_lists(rng, n, c):
    """Draw lists of different partners, none of them the reader, padded at the end."""
    partners = np.full((n, c), -1)
    for reader in range(n):
        others = rng.permutation(np.delete(np.arange(n), reader))[: rng.integers(0, c + 1)]
        partners[reader, : len(others)] = others
    return partners


class TestMutual:
    @given(st.integers(0, 2**32 - 1), st.sampled_from(["harmonic", "minimum"]))
    @settings(max_examples=60, deadline=None)
    def test_equals_the_mean_pair_by_pair(self, seed, kind):
        """Against scipy's harmonic mean and Python's minimum; absent or zero on a side is zero."""
        rng = np.random.default_rng(seed)
        forward, backward = random_sparse(rng, (6, 4)), random_sparse(rng, (4, 6))
        found = mutual(forward, backward, kind).toarray()
        one, other = forward.toarray(), backward.toarray()
        for i in range(6):
            for j in range(4):
                pair = [one[i, j], other[j, i]]
                whole = min(pair) if kind == "minimum" else hmean(pair)
                assert found[i, j] == pytest.approx(whole if min(pair) > 0 else 0)

    @given(st.integers(0, 2**32 - 1))
    @settings(max_examples=30, deadline=None)
    def test_both_sides_see_the_same_number_between_the_minimum_and_the_mean(self, seed):
        rng = np.random.default_rng(seed)
        forward, backward = random_sparse(rng, (5, 5)), random_sparse(rng, (5, 5))
        found = mutual(forward, backward).toarray()
        assert found == pytest.approx(mutual(backward, forward).toarray().T)
        # A harmonic mean is at most twice the smaller, and at most the arithmetic mean.
        least = mutual(forward, backward, "minimum").toarray()
        assert (found >= least - 1e-12).all()
        assert (found <= 2 * least + 1e-12).all()
        assert (found <= (forward.toarray() + backward.toarray().T) / 2 + 1e-12).all()

    def test_one_cold_side_sinks_the_pair(self):
        """By hand: 2 x .9 x .1 / 1 = .18; the arithmetic mean would say .5."""
        assert harmonic(np.array([0.9, 0.0]), np.array([0.1, 0.0])) == pytest.approx([0.18, 0])

    def test_an_unknown_side_stays_unknown(self):
        assert np.isnan(harmonic(np.array([0.9, 0.0]), np.full(2, np.nan))).all()

    def test_type_of_the_scores_is_kept(self):
        matrix = sparse.csr_array(np.eye(3, dtype=np.float32))
        assert mutual(matrix, matrix).dtype == np.float32

    @pytest.mark.parametrize(
        ("forward", "backward", "message"),
        [
            (np.ones((2, 3)), np.ones((2, 3)), r"\(3, 2\), got \(2, 3\)"),
            (np.ones((1, 1)), -np.ones((1, 1)), "zero or more"),
            (np.full((1, 1), np.nan), np.ones((1, 1)), "finite"),
        ],
    )
    def test_what_is_no_pair_of_scores_is_refused(self, forward, backward, message):
        with pytest.raises(ValueError, match=message):
            mutual(sparse.csr_array(forward), sparse.csr_array(backward))


class TestLists:
    @given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.05, np.nan]))
    @settings(max_examples=60, deadline=None)
    def test_reverse_scores_are_those_in_the_partners_own_list(self, seed, missing):
        """Against a look-up in dictionaries; a score of zero differs from none."""
        rng = np.random.default_rng(seed)
        partners = random_lists(rng, 9, 5)
        scores = rng.choice([0.0, 0.3, 0.7], partners.shape)
        known = [
            {int(p): s for p, s in zip(*row, strict=True) if p >= 0}
            for row in zip(partners, scores, strict=True)
        ]
        found = reverse_scores(partners, scores, 9, missing=missing)
        for reader in range(9):
            for place, partner in enumerate(partners[reader]):
                expected = known[partner].get(reader, missing) if partner >= 0 else missing
                assert found[reader, place] == pytest.approx(expected, nan_ok=True)

    def test_some_readers_against_the_lists_of_the_opposite_role(self):
        """Firm 2 looks for suppliers; firms 0 and 1 have their own lists of clients."""
        clients = score_matrix(
            np.array([[2, 1], [0, -1]]), np.array([[0.4, 0.9], [0.8, 0]]), 3, rows=np.array([0, 1])
        )
        found = reverse_scores(
            np.array([[1, 0]]),
            np.array([[0.5, 0.6]]),
            3,
            missing=0.0,
            rows=np.array([2]),
            backward=clients,
        )
        assert found.tolist() == [[0.0, 0.4]]

    def test_lists_and_their_matrix_hold_the_same(self):
        rng = np.random.default_rng(1)
        partners = random_lists(rng, 12, 6)
        scores = rng.random(partners.shape).astype(np.float32)
        matrix = score_matrix(partners, scores, 12)
        assert matrix.dtype == np.float32
        assert matrix.nnz == (partners >= 0).sum()
        back = values_at(matrix, np.arange(12)[:, None], partners, -1.0)
        assert back == pytest.approx(np.where(partners < 0, -1, scores))

    def test_nothing_listed_reads_missing(self):
        nobody = np.full((3, 2), -1)
        assert (reverse_scores(nobody, np.zeros((3, 2)), 3, missing=0.5) == 0.5).all()
        assert reverse_scores(np.zeros((3, 0), int), np.zeros((3, 0)), 3, missing=0.0).size == 0

    @pytest.mark.parametrize(
        ("partners", "shape", "rows", "message"),
        [
            ([[1, 1], [0, -1]], (2, 2), None, "at most once"),
            ([[1, -1]], (1, 2), None, "one list per firm, 2, got 1"),
            ([[1, -1]], (1, 2), [0, 1], r"shape \(1,\)"),
            ([[1, -1]], (2, 1), [0], "shape of partners"),
        ],
    )
    def test_lists_that_cannot_be_read_are_refused(self, partners, shape, rows, message):
        with pytest.raises(ValueError, match=message):
            score_matrix(
                np.array(partners), np.ones(shape), 2, rows if rows is None else np.array(rows)
            )
