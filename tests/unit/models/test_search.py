"""The nearest rows of the other departments are those that an exhaustive comparison finds."""

from unittest.mock import patch

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from models import search
from models.inputs import UNKNOWN
from models.search import Pool, nearest, nearest_sparse


def brute_force(queries, query_department, targets, pool, k, measure):
    """Values of the best answers by numpy alone: one list of (value, row) per query."""
    answers = []
    for query, department in zip(queries, query_department, strict=True):
        found = []
        for row in pool.rows:
            target = targets[row]
            if pool.cross and pool.department[row] == department:
                continue
            if measure == "product":
                if not query.any() or not target.any():
                    continue
                value = float(query.astype(float) @ target.astype(float))
            else:
                if np.isnan(query).any() or np.isnan(target).any():
                    continue
                value = -float(((query.astype(float) - target.astype(float)) ** 2).sum())
            found.append((value, int(row)))
        answers.append(sorted(found, reverse=True)[:k])
    return answers


def value_of(query, target, measure):
    if measure == "product":
        return float(query.astype(float) @ target.astype(float))
    return -float(((query.astype(float) - target.astype(float)) ** 2).sum())


@st.composite
def problems(draw):
    """Small territories with silent rows, an incomplete pool, and more asked than there is."""
    seed = draw(st.integers(0, 2**32 - 1))
    n, n_queries = draw(st.integers(1, 40)), draw(st.integers(1, 30))
    departments, width = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    measure = draw(st.sampled_from(["product", "distance"]))
    k = draw(st.integers(1, 50))
    library = draw(st.sampled_from(["numpy", "faiss"]))
    rng = np.random.default_rng(seed)
    targets = rng.normal(size=(n, width)).astype(np.float32)
    queries = rng.normal(size=(n_queries, width)).astype(np.float32)
    silent = np.float32(0) if measure == "product" else np.float32(np.nan)
    targets[rng.random(n) < 0.3] = silent
    queries[rng.random(n_queries) < 0.3] = silent
    if measure == "distance":  # one unknown coordinate is enough
        targets[rng.random(n) < 0.1, 0] = np.nan
    department = np.sort(rng.integers(0, departments, n)).astype(np.int16)
    asking = rng.integers(-1, departments, n_queries).astype(np.int16)
    pool = Pool(
        np.flatnonzero(rng.random(n) < 0.7).astype(np.int64), department, draw(st.booleans())
    )
    return queries, asking, targets, pool, k, measure, library


@given(problems())
@settings(max_examples=200, deadline=None)
def test_exact_search_equals_an_exhaustive_comparison(problem):
    """Both measures, by numpy and by faiss; silent rows and rows outside the pool are out.

    Rows of the own department are out as well, unless the pool says that sides do not matter.
    """
    queries, asking, targets, pool, k, measure, library = problem
    with patch.object(search, "SMALL", 0 if library == "faiss" else 10**9):
        found = nearest(queries, asking, targets, pool, k, "exact", measure)
    expected = brute_force(queries, asking, targets, pool, k, measure)
    assert found.shape == (len(queries), k)
    for query, rows, best in zip(queries, found, expected, strict=True):
        answers = rows[rows >= 0]
        assert len(answers) == len(best)
        assert (rows[len(answers) :] == UNKNOWN).all()
        assert len(set(answers.tolist())) == len(answers)
        assert set(answers.tolist()) <= set(pool.rows.tolist())
        values = [value_of(query, targets[row], measure) for row in answers]
        # Rows whose values differ by rounding may change places; the values may not.
        assert values == pytest.approx([value for value, _ in best], abs=1e-4)


def test_hand_example():
    """Department 0 asks; rows 0 and 1 are its own, row 3 says nothing, row 4 is not in the pool."""
    targets = np.array([[9, 9], [8, 8], [1, 0], [0, 0], [7, 7], [0, 2]], np.float32)
    pool = Pool(np.array([0, 1, 2, 3, 5]), np.array([0, 0, 1, 1, 1, 2], np.int16))
    found = nearest(np.array([[1, 1]], np.float32), np.array([0], np.int16), targets, pool, 4)
    assert found.tolist() == [[5, 2, -1, -1]]


@pytest.mark.parametrize("measure", ["product", "distance"])
def test_nobody_in_another_department_gives_padding_only(measure):
    targets = np.ones((3, 2), np.float32)
    pool = Pool(np.arange(3), np.zeros(3, np.int16))
    found = nearest(targets, np.zeros(3, np.int16), targets, pool, 2, "exact", measure)
    assert (found == UNKNOWN).all()


@given(
    seed=st.integers(0, 2**32 - 1),
    k=st.integers(1, 30),
    block=st.integers(1, 9),
    density=st.floats(0.01, 0.6),
    cross=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_sparse_search_equals_an_exhaustive_comparison(seed, k, block, density, cross):
    """Whatever the size of a block; products of zero are no answer; ties go to the lower row."""
    rng = np.random.default_rng(seed)
    n, n_queries, width = 25, 18, 12
    # Small integers: products are exact, and there are ties.
    dense = rng.integers(1, 3, (n, width)) * (rng.random((n, width)) < density)
    asked = rng.integers(1, 3, (n_queries, width)) * (rng.random((n_queries, width)) < density)
    department = np.sort(rng.integers(0, 3, n)).astype(np.int16)
    asking = rng.integers(0, 3, n_queries).astype(np.int16)
    pool = Pool(np.flatnonzero(rng.random(n) < 0.8).astype(np.int64), department, cross)
    found = nearest_sparse(
        sparse.csr_array(asked.astype(np.float32)),
        asking,
        sparse.csr_array(dense.astype(np.float32)),
        pool,
        k,
        block,
    )
    for query in range(n_queries):
        products = {
            int(row): int(asked[query] @ dense[row])
            for row in pool.rows
            if not cross or department[row] != asking[query]
        }
        best = sorted((-value, row) for row, value in products.items() if value > 0)[:k]
        expected = [row for _, row in best]
        assert found[query].tolist() == expected + [UNKNOWN] * (k - len(expected))


def test_sparse_and_dense_search_agree():
    """On the same rows, written sparsely and densely, both searches find the same."""
    rng = np.random.default_rng(5)
    dense = rng.random((60, 20)).astype(np.float32) * (rng.random((60, 20)) < 0.3)
    department = np.repeat(np.array([0, 1, 2], np.int16), 20)
    pool = Pool(np.arange(60), department)
    by_words = nearest_sparse(
        sparse.csr_array(dense), department, sparse.csr_array(dense), pool, 10
    )
    by_vectors = nearest(dense, department, dense, pool, 10)
    for query in range(60):
        # The dense search also answers with products of zero, behind all others.
        positive = [row for row in by_vectors[query] if row >= 0 and dense[query] @ dense[row] > 0]
        assert by_words[query][by_words[query] >= 0].tolist() == positive


@pytest.mark.parametrize("measure", ["product", "distance"])
def test_approximate_search_finds_95_of_100_neighbours(measure):
    """Clustered vectors, as texts are; enough of them for the inverted file to be really built."""
    rng = np.random.default_rng(11)
    n, width, k = 30_000, 32, 20
    centres = rng.normal(size=(200, width))
    vectors = centres[rng.integers(0, 200, n)] + 0.7 * rng.normal(size=(n, width))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    department = (np.arange(n) >= 2_000).astype(np.int16)
    pool = Pool(np.arange(n), department)
    asking = rng.choice(2_000, 500, replace=False)
    exact = nearest(vectors[asking], department[asking], vectors, pool, k, "exact", measure)
    quick = nearest(vectors[asking], department[asking], vectors, pool, k, "approximate", measure)
    assert (department[quick] != department[asking][:, None]).all()
    shared = [len(set(a) & set(b)) for a, b in zip(exact.tolist(), quick.tolist(), strict=True)]
    assert sum(shared) / exact.size >= 0.95
    assert not np.array_equal(exact, quick), "the inverted file was not used"


def test_approximate_search_on_few_rows_is_exact():
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(100, 8)).astype(np.float32)
    department = np.repeat(np.array([0, 1], np.int16), 50)
    pool = Pool(np.arange(100), department)
    exact = nearest(vectors, department, vectors, pool, 5, "exact")
    with patch.object(search, "SMALL", 0):
        quick = nearest(vectors, department, vectors, pool, 5, "approximate")
    assert np.array_equal(quick, exact)


def test_a_pool_keeps_what_a_mask_holds():
    pool = Pool(np.array([0, 2, 3]), np.array([0, 0, 1, 1], np.int16))
    assert pool.within(np.array([True, True, False, True])).rows.tolist() == [0, 3]
    assert pool.outside(0).tolist() == [2, 3]
    assert pool.outside(-1).tolist() == [0, 2, 3]


def test_a_pool_whose_sides_do_not_matter():
    """Everybody is outside every department, and stays so when a mask narrows the pool."""
    pool = Pool(np.array([0, 2, 3]), np.array([0, 0, 1, 1], np.int16), cross=False)
    assert pool.outside(0).tolist() == [0, 2, 3]
    narrowed = pool.within(np.array([True, True, False, True]))
    assert narrowed.outside(1).tolist() == [0, 3]
    assert pool.sides(pool.department).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("library", ["numpy", "faiss"])
def test_where_sides_do_not_matter_everybody_is_nearest_to_itself(library):
    """Vectors of length one: no other row can be closer; whoever asks is left out by a rule."""
    rng = np.random.default_rng(8)
    vectors = rng.normal(size=(40, 6))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    department = np.repeat(np.array([0, 1], np.int16), 20)
    pool = Pool(np.arange(40), department, cross=False)
    with patch.object(search, "SMALL", 0 if library == "faiss" else 10**9):
        found = nearest(vectors, department, vectors, pool, 3)
    assert found[:, 0].tolist() == list(range(40))
    rows = sparse.csr_array(vectors)
    assert nearest_sparse(rows, department, rows, pool, 3)[:, 0].tolist() == list(range(40))
