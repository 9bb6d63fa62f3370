"""Scores of pairs are read the same way, however many partners are asked for."""

from unittest.mock import patch

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from models.channels import contract
from models.channels.contract import dense_products, sampled
from models.inputs import UNKNOWN

NEVER, ALWAYS = 1e9, 0
"""Shares of the territory from which everybody is scored."""


@st.composite
def problems(draw):
    """Seekers, partners in any order, some twice, some padding."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, c, n = draw(st.integers(0, 6)), draw(st.integers(0, 9)), draw(st.integers(1, 12))
    partners = rng.integers(0, n, (m, c))
    partners[rng.random((m, c)) < 0.3] = UNKNOWN
    return rng, m, n, partners


def both_ways(function, *arguments):
    answers = []
    for share in (NEVER, ALWAYS):
        with patch.object(contract, "DENSE_SHARE", share):
            answers.append(function(*arguments))
    return answers


@given(problems())
@settings(max_examples=150, deadline=None)
def test_entries_of_sparse_products_equal_brute_force(problem):
    """Looked up or laid out densely: the same numbers, and padding reads zero."""
    rng, m, n, partners = problem
    dense = (rng.random((m, n)) * (rng.random((m, n)) < 0.4)).astype(np.float32)
    expected = [[0 if p < 0 else dense[k, p] for p in row] for k, row in enumerate(partners)]
    for found in both_ways(sampled, sparse.csr_array(dense), partners):
        assert found.dtype == np.float32
        assert found.shape == partners.shape
        assert np.array_equal(found, np.array(expected, np.float32).reshape(partners.shape))


@given(problems(), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_dense_products_equal_brute_force(problem, width):
    """Everybody at once or pair by pair; what padding reads means nothing."""
    rng, m, n, partners = problem
    left = rng.normal(size=(m, width)).astype(np.float32)
    right = rng.normal(size=(n, width)).astype(np.float32)
    for found in both_ways(dense_products, left, right, partners):
        assert found.shape == partners.shape
        for (seeker, place), partner in np.ndenumerate(partners):
            if partner >= 0:
                expected = sum(
                    float(a) * float(b) for a, b in zip(left[seeker], right[partner], strict=True)
                )
                assert found[seeker, place] == pytest.approx(expected, abs=1e-5)


def test_a_product_that_comes_unsorted_is_read_all_the_same():
    """Products of sparse arrays have their columns in any order."""
    rng = np.random.default_rng(1)
    left, right = ((rng.random((20, 20)) * (rng.random((20, 20)) < 0.2)) for _ in range(2))
    product = sparse.csr_array(left) @ sparse.csr_array(right)
    assert not product.has_sorted_indices
    partners = rng.integers(0, 20, (20, 3))
    expected = np.take_along_axis(left @ right, partners, axis=1)
    for found in both_ways(sampled, product.copy(), partners):
        assert found == pytest.approx(expected, abs=1e-6)
