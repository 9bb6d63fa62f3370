"""Places are shared out under everybody's capacity: margins, caps, and what it brings."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from models.allocation import allocate, expected_mutual_acceptances, fill_places, ipfp
from models.reciprocity import harmonic, score_matrix

PRECISE = {"tolerance": 1e-10, "iterations": 100_000}


def random_surplus(rng, n, *, bipartite=False, density=0.5):
    """Draw a symmetric surplus on a random graph, with one pair worth exactly nothing."""
    upper = np.triu(rng.random((n, n)) < density, 1)
    if bipartite:
        upper &= (np.arange(n)[:, None] % 2) != (np.arange(n) % 2)
    one, other = np.nonzero(upper)
    worth = rng.normal(size=len(one))
    worth[:1] = 0
    ends = np.concatenate([one, other]), np.concatenate([other, one])
    return sparse.csr_array((np.tile(worth, 2), ends), shape=(n, n))


def dual_by_descent(surplus, capacity, temperature):
    """Minimise the convex dual of the matching by scipy; capacity left free per firm.

    sum capacity u + sum exp(-u) + 2 sum_pairs exp((surplus / temperature - u_i - u_j) / 2)
    """
    pairs = sparse.triu(surplus, 1).tocoo()
    one, other = pairs.coords

    def value(u):
        terms = 2 * np.exp((pairs.data / temperature - u[one] - u[other]) / 2)
        slope = capacity - np.exp(-u)
        np.subtract.at(slope, one, terms / 2)
        np.subtract.at(slope, other, terms / 2)
        return capacity @ u + np.exp(-u).sum() + terms.sum(), slope

    options = {"gtol": 1e-11, "ftol": 1e-16, "maxiter": 10_000, "maxfun": 100_000}
    found = minimize(value, np.zeros(len(capacity)), jac=True, method="L-BFGS-B", options=options)
    return np.exp(-found.x)


class TestMatching:
    def test_two_firms_by_hand(self):
        """Capacity 1 and attraction exp(phi / 2) = 3: free + 3 free = 1, so a quarter stays."""
        surplus = sparse.csr_array(np.array([[0, 2 * np.log(3)], [2 * np.log(3), 0]]))
        found = ipfp(surplus, np.ones(2), temperature=1.0, **PRECISE)
        assert found.unmatched == pytest.approx([0.25, 0.25])
        assert found.matches.toarray() == pytest.approx(np.array([[0, 0.75], [0.75, 0]]))

    def test_three_alike_by_hand(self):
        """A triangle has no two sides: free + 2 x 4 free = 1."""
        surplus = sparse.csr_array(2 * np.log(4) * (1 - np.eye(3)))
        found = ipfp(surplus, np.ones(3), temperature=1.0, **PRECISE)
        assert found.unmatched == pytest.approx([1 / 9] * 3)

    @given(st.integers(0, 2**32 - 1), st.booleans(), st.sampled_from([0.3, 1.0, 5.0]))
    @settings(max_examples=40, deadline=None)
    def test_every_capacity_is_used_up_or_left_free(self, seed, bipartite, temperature):
        """On graphs with two sides and without; a firm without capacity or pairs included."""
        rng = np.random.default_rng(seed)
        surplus = random_surplus(rng, 9, bipartite=bipartite)
        capacity = rng.choice([0.0, 0.5, 1.0, 4.0], 9)
        found = ipfp(surplus, capacity, temperature=temperature, tolerance=1e-6, iterations=50_000)
        assert found.gap <= 1e-6
        used = found.matches.sum(axis=1) + found.unmatched
        assert used == pytest.approx(capacity, rel=2e-6)
        matches = found.matches.toarray()
        assert matches == pytest.approx(matches.T)
        free = np.sqrt(np.outer(found.unmatched, found.unmatched))
        pairs = surplus.tocoo()
        assert matches[pairs.coords] == pytest.approx(
            free[pairs.coords] * np.exp(pairs.data / (2 * temperature))
        )

    @given(st.integers(0, 2**32 - 1), st.booleans())
    @settings(max_examples=15, deadline=None)
    def test_equals_the_minimum_of_the_convex_dual(self, seed, bipartite):
        rng = np.random.default_rng(seed)
        surplus = random_surplus(rng, 7, bipartite=bipartite)
        capacity = rng.choice([0.5, 1.0, 3.0], 7)
        found = ipfp(surplus, capacity, temperature=0.7, **PRECISE)
        assert found.unmatched == pytest.approx(
            dual_by_descent(surplus, capacity, 0.7), rel=1e-4, abs=1e-7
        )

    def test_a_rival_takes_from_a_firm_and_gives_to_its_partner(self):
        """Firm 2 joins the two firms of the hand example, wanting firm 0 as well."""
        worth = 2 * np.log(3)
        path = sparse.csr_array(worth * np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]]))
        found = ipfp(path, np.ones(3), temperature=1.0, **PRECISE)
        assert found.matches[0, 1] < 0.75
        assert found.matches[0, [1, 2]].sum() > 0.75

    def test_the_gap_tells_that_the_iterations_did_not_suffice(self):
        surplus = random_surplus(np.random.default_rng(0), 20)
        found = ipfp(surplus, np.ones(20), temperature=0.1, tolerance=1e-9, iterations=3)
        assert found.rounds == 3
        used = found.matches.sum(axis=1) + found.unmatched
        assert found.gap == pytest.approx(np.abs(used - 1).max())
        assert found.gap > 1e-9

    @pytest.mark.parametrize(
        ("surplus", "capacity", "temperature", "message"),
        [
            ([[0, 1], [2, 0]], [1, 1], 1.0, "same in both orders"),
            ([[0, 1], [0, 0]], [1, 1], 1.0, "both orders of a pair, or for none"),
            ([[1, 0], [0, 0]], [1, 1], 1.0, "cannot meet itself"),
            ([[0, 1], [1, 0]], [1, -1], 1.0, "capacity"),
            ([[0, 1], [1, 0]], [1, 1], 0.0, "temperature must be above 0, got 0"),
            ([[0, 1], [1, 0]], [1, 1], 0.001, "at most 300, got 500"),
            ([[0, np.nan], [np.nan, 0]], [1, 1], 1.0, "at most 300, got nan"),
            ([[0, 1], [1, 0]], [1, 1, 1], 1.0, r"shape \(3, 3\)"),
        ],
    )
    def test_what_is_no_market_is_refused(self, surplus, capacity, temperature, message):
        with pytest.raises(ValueError, match=message):
            ipfp(
                sparse.csr_array(np.array(surplus, float)),
                np.array(capacity, float),
                temperature=temperature,
                **PRECISE,
            )


@st.composite
def priorities(draw):
    """Draw who may be shown to whom, with ties, popular partners and readers without any."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, n = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    shown = rng.random((m, n)) < rng.random(n) * draw(st.sampled_from([0.3, 1.0]))
    rows, columns = np.nonzero(shown)
    worth = rng.choice([0.0, 0.25, 0.5, 0.7, 1.0], len(rows))
    return sparse.csr_array((worth, (rows, columns)), shape=(m, n))


def largest_flow(allowed, length, cap, floor_only=False):
    """Most places that can be filled (or partners that can be listed once), by networkx."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    rows, columns = allowed.nonzero()
    for reader, partner in zip(rows.tolist(), columns.tolist(), strict=True):
        graph.add_edge("source", ("reader", reader), capacity=length)
        graph.add_edge(("reader", reader), ("partner", partner), capacity=1)
        graph.add_edge(("partner", partner), "sink", capacity=1 if floor_only else cap)
    return nx.maximum_flow_value(graph, "source", "sink")


class TestPlaces:
    @given(priorities(), st.integers(1, 5), st.integers(1, 6))
    @settings(max_examples=150, deadline=None)
    def test_the_cap_holds_and_no_more_could_be_filled_or_listed(self, allowed, cap, length):
        """As many places filled and as many firms listed as maximum flows of networkx allow."""
        n = allowed.shape[1]
        pattern = allowed.copy()
        pattern.data[:] = 1
        lists = fill_places(allowed, cap=cap, length=length, reserve=0)
        shown = lists[lists >= 0]
        exposure = np.bincount(shown, minlength=n)
        assert exposure.max(initial=0) <= cap
        assert len(shown) == largest_flow(pattern, length, cap)
        assert (exposure > 0).sum() == largest_flow(pattern, length, cap, floor_only=True)

    @given(priorities(), st.integers(1, 5), st.integers(1, 6), st.integers(0, 4))
    @settings(max_examples=100, deadline=None)
    def test_lists_hold_allowed_partners_once_and_best_first(self, allowed, cap, length, reserve):
        m, _ = allowed.shape
        lists = fill_places(allowed, cap=cap, length=length, reserve=reserve)
        assert lists.shape == (m, length + reserve)
        for reader in range(m):
            worth = dict(zip(*_entries(allowed, reader), strict=True))
            parts = [lists[reader, :length].tolist(), lists[reader, length:].tolist()]
            listed = [partner for part in parts for partner in part if partner >= 0]
            assert len(listed) == len(set(listed))
            assert set(listed) <= set(worth)
            for part in parts:
                real = [partner for partner in part if partner >= 0]
                assert part == real + [-1] * (len(part) - len(real))
                values = [worth[partner] for partner in real]
                assert values == sorted(values, reverse=True)
            rest = sorted((worth[p] for p in worth if p not in parts[0]), reverse=True)
            assert [worth[p] for p in parts[1] if p >= 0] == rest[:reserve]

    @given(priorities(), st.integers(1, 4), st.integers(1, 6))
    @settings(max_examples=100, deadline=None)
    def test_half_of_every_list_comes_before_the_rest_of_any(self, allowed, cap, length):
        """Of the first halves of all lists, as much is filled as a maximum flow allows."""
        pattern = allowed.copy()
        pattern.data[:] = 1
        half = -(-length // 2)
        lists = fill_places(allowed, cap=cap, length=length, reserve=0)
        filled = np.minimum((lists >= 0).sum(axis=1), half)
        assert filled.sum() == largest_flow(pattern, half, cap)

    def test_without_rivalry_a_list_is_the_best_of_the_row(self):
        """A cap that never binds, and everybody in somebody's best three."""
        worth = np.random.default_rng(4).random((30, 6))
        lists = fill_places(sparse.csr_array(worth), cap=30, length=3, reserve=3)
        assert np.array_equal(lists, np.argsort(-worth, axis=1))

    def test_the_better_pair_gets_the_last_place(self):
        """Partner 0 has one place; reader 1 is worth more to it, and both have partner 1."""
        worth = sparse.csr_array(np.array([[0.8, 0.1], [0.9, 0.2]]))
        assert fill_places(worth, cap=1, length=1, reserve=1).tolist() == [[1, 0], [0, 1]]

    def test_an_exchange_serves_who_has_one_partner_only(self):
        """Reader 0 would keep partner 0, the only one of reader 1, but can move to partner 1."""
        worth = sparse.csr_array(
            (np.array([0.9, 0.5, 0.1]), (np.array([0, 0, 1]), np.array([0, 1, 0]))), shape=(2, 2)
        )
        assert fill_places(worth, cap=1, length=1, reserve=0).tolist() == [[1], [0]]

    @pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (3, 3)])
    def test_nobody_to_show_gives_padding_only(self, shape):
        lists = fill_places(sparse.csr_array(shape), cap=1, length=2, reserve=1)
        assert lists.tolist() == [[-1, -1, -1]] * shape[0]

    @pytest.mark.parametrize(
        ("cap", "length", "worth", "message"),
        [
            (0, 1, 1.0, "cap must be at least 1, got 0"),
            (1, 0, 1.0, "length must be at least 1, got 0"),
            (1, 1, np.nan, "finite"),
        ],
    )
    def test_what_cannot_be_filled_is_refused(self, cap, length, worth, message):
        with pytest.raises(ValueError, match=message):
            fill_places(sparse.csr_array([[worth]]), cap=cap, length=length, reserve=0)


def _entries(matrix, row):
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[part].tolist(), matrix.data[part].tolist()


class TestAcceptances:
    def test_one_pair_by_hand(self):
        """Second place: looked at with 1 / log2(3); .5 likes, .4 is willing."""
        likes = sparse.csr_array(np.array([[0, 0, 0.5], [0, 0, 0], [0.4, 0, 0]]))
        lists = np.array([[1, 2], [-1, -1], [-1, -1]])
        found = expected_mutual_acceptances(lists, likes, likes, np.ones(3))
        assert found == pytest.approx(0.2 / np.log2(3))

    def test_a_pair_that_could_meet_both_ways_counts_once(self):
        likes = sparse.csr_array(np.array([[0, 0.5], [0.8, 0]]))
        lists = np.array([[1], [0]])
        # Each asks the other with .5 x .8 = .4: 1 - .6 x .6.
        found = expected_mutual_acceptances(lists, likes, likes, np.ones(2))
        assert found == pytest.approx(0.64)

    def test_the_many_who_ask_one_firm_share_its_capacity(self):
        """Four certain requests to a firm that accepts one and a half."""
        likes = np.zeros((5, 5))
        likes[:4, 4] = likes[4, :4] = 1
        lists = np.array([[4], [4], [4], [4], [-1]])
        matrix = sparse.csr_array(likes)
        found = expected_mutual_acceptances(lists, matrix, matrix, np.full(5, 1.5))
        assert found == pytest.approx(1.5)

    @given(st.integers(0, 2**32 - 1))
    @settings(max_examples=30, deadline=None)
    def test_equals_the_definition_pair_by_pair(self, seed):
        rng = np.random.default_rng(seed)
        n, length = 7, 3
        forward, backward = rng.random((2, n, n)) * (rng.random((2, n, n)) < 0.7)
        capacity = rng.choice([0.0, 0.3, 1.0, 5.0], n)
        lists = np.array([rng.permutation(np.delete(np.arange(n), i))[:length] for i in range(n)])
        lists[rng.random((n, length)) < 0.2] = -1
        met, willing = np.zeros((n, n)), np.zeros((n, n))
        for i in range(n):
            for k in range(length):
                j = lists[i, k]
                if j >= 0:
                    willing[i, j] = forward[i, j] * backward[j, i] / np.log2(2 + k)
        for j in range(n):
            asked = willing[:, j].sum()
            met[:, j] = willing[:, j] * (min(1, capacity[j] / asked) if asked else 0)
        pairs = [(i, j) for i in range(n) for j in range(i)]
        expected = sum(1 - (1 - met[i, j]) * (1 - met[j, i]) for i, j in pairs)
        found = expected_mutual_acceptances(
            lists, sparse.csr_array(forward), sparse.csr_array(backward), capacity
        )
        assert found == pytest.approx(expected)


def crowded_market(seed, n=600, width=20):
    """Draw two departments in which everybody likes the same firms best.

    Returns the candidates of each firm (its `width` favourites of the other side), how much it
    likes them, how much they like it, and the liking of all pairs.
    """
    rng = np.random.default_rng(seed)
    looks_for, offers = rng.normal(size=(2, n, 8))
    fame = rng.normal(size=n)
    odds = 1.5 * looks_for @ offers.T / np.sqrt(8) + fame - 2
    across = (np.arange(n)[:, None] % 2) != (np.arange(n) % 2)
    likes = np.where(across, expit(odds), 0)
    partners = np.argsort(-likes, axis=1, kind="stable")[:, :width]
    rows = np.arange(n)[:, None]
    return partners, likes[rows, partners], likes[partners, rows], sparse.csr_array(likes)


def gini(amounts):
    """Mean difference over twice the mean, pair by pair."""
    return np.abs(amounts[:, None] - amounts).mean() / (2 * amounts.mean())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_allocation_pays_in_a_crowded_market(seed):
    """At least 30 % more introductions than one-sided lists; exposure even, nobody left out.

    Also more than lists by mutual score, which heed both sides but not the crowd.
    """
    partners, forward, backward, likes = crowded_market(seed)
    n, capacity = len(partners), np.full(len(partners), 2.0)
    both = harmonic(forward, backward)
    lists, matching = allocate(
        score_matrix(partners, both, n),
        capacity,
        temperature=0.05,
        tolerance=1e-3,
        iterations=1000,
        cap=15,
        length=10,
        reserve=10,
    )
    assert matching.gap <= 1e-3
    by_score = np.take_along_axis(partners, np.argsort(-both, axis=1, kind="stable"), axis=1)
    one_sided, mutual, allocated = (
        expected_mutual_acceptances(shown[:, :10], likes, likes, capacity)
        for shown in (partners, by_score, lists)
    )
    exposure = np.bincount(lists[:, :10][lists[:, :10] >= 0], minlength=n)
    assert allocated >= 1.3 * one_sided
    assert allocated >= 1.1 * mutual
    assert exposure.max() <= 15
    assert gini(exposure) <= 0.4
    assert (exposure == 0).mean() <= 0.02


def test_a_firm_without_capacity_is_neither_shown_nor_shown_others():
    partners, forward, backward, _ = crowded_market(4, n=60)
    capacity = np.full(60, 2.0)
    capacity[[3, 10]] = 0
    lists, _ = allocate(
        score_matrix(partners, harmonic(forward, backward), 60),
        capacity,
        temperature=0.05,
        tolerance=1e-3,
        iterations=1000,
        cap=15,
        length=10,
        reserve=10,
    )
    assert not np.isin(lists, [3, 10]).any()
    assert (lists[[3, 10]] == -1).all()


def test_the_numbers_of_the_firms_do_not_matter():
    """Renumbered, everybody is shown the same partners in the same order."""
    partners, forward, backward, _ = crowded_market(5, n=80)
    matrix = score_matrix(partners, harmonic(forward, backward), 80).toarray()
    order = np.random.default_rng(0).permutation(80)
    options = {"temperature": 0.1, "tolerance": 1e-12, "iterations": 20_000}
    whole, renumbered = (
        allocate(sparse.csr_array(scores), np.ones(80), **options, cap=12, length=5, reserve=0)[0]
        for scores in (matrix, matrix[np.ix_(order, order)])
    )
    assert np.array_equal(order[renumbered], whole[order])
