"""Time of walks that keep coming home, against the personalised PageRank of networkx."""

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sparse
from builders import company, fitted, relation
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.intents import Flow
from models.channels import pagerank
from models.channels.pagerank import REMEMBERED, RESTART, SMALLEST, STEPS, walk_times

BEYOND = (1 - RESTART) ** (STEPS + 1)
"""Share of the time that lies beyond the longest walk: .23."""

seeds = st.integers(0, 2**32 - 1)


def some_ties(seed, n, density):
    """Draw symmetric weights; some companies have none."""
    rng = np.random.default_rng(seed)
    weights = np.triu(rng.uniform(0.1, 2, (n, n)) * (rng.random((n, n)) < density), 1)
    return weights + weights.T


def by_networkx(weights):
    """Mean of both directions of the personalised PageRank, nobody at home."""
    n = len(weights)
    graph = nx.from_numpy_array(weights)
    time = np.zeros((n, n))
    for start in range(n):
        found = nx.pagerank(
            graph, alpha=1 - RESTART, personalization={start: 1}, tol=1e-12, max_iter=1000
        )
        time[start] = [found[node] for node in range(n)]
    both = (time + time.T) / 2
    np.fill_diagonal(both, 0)
    return both


def truncated(weights, steps):
    """Follow the formula densely, nothing forgotten."""
    total = weights.sum(axis=1, keepdims=True)
    step = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    here, time = np.eye(len(weights)), np.zeros_like(weights)
    for _ in range(steps):
        here = (1 - RESTART) * here @ step
        time += RESTART * here
    both = (time + time.T) / 2
    np.fill_diagonal(both, 0)
    return both


def times_of(weights):
    return walk_times(sparse.csr_array(weights.astype(np.float32))).toarray()


@given(seed=seeds, n=st.integers(2, 14), density=st.floats(0.05, 0.6))
@settings(max_examples=20, deadline=None)
def test_long_walks_that_forget_nothing_are_the_pagerank_of_networkx(seed, n, density):
    weights = some_ties(seed, n, density)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pagerank, "STEPS", 120)
        patch.setattr(pagerank, "SMALLEST", 0)
        found = times_of(weights)
    assert found == pytest.approx(by_networkx(weights), abs=1e-5)


@given(seed=seeds, n=st.integers(2, 14), density=st.floats(0.05, 0.6))
@settings(max_examples=20, deadline=None)
def test_walks_cut_off_never_say_more_and_lose_no_more_than_lies_beyond(seed, n, density):
    """A walk of eight steps misses at most .85^9 of the time, and what it forgot on the way."""
    weights = some_ties(seed, n, density)
    found, whole = times_of(weights), by_networkx(weights)
    # In each of eight steps every place may be forgotten, and all that would follow from it.
    forgotten = STEPS * n * SMALLEST
    assert (found <= whole + 1e-6).all()
    assert (whole - found).sum() <= n * (BEYOND + forgotten)
    assert found == pytest.approx(truncated(weights, STEPS), abs=forgotten)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pagerank, "SMALLEST", 0)
        assert times_of(weights) == pytest.approx(truncated(weights, STEPS), abs=1e-6)


@given(seed=seeds, n=st.integers(1, 40), density=st.floats(0, 0.6))
@settings(max_examples=40, deadline=None)
def test_times_are_symmetric_with_nobody_at_home(seed, n, density):
    found = times_of(some_ties(seed, n, density))
    assert np.array_equal(found, found.T)
    assert not found.diagonal().any()
    assert (found >= 0).all()
    assert found.sum() <= n * (1 - RESTART) + 1e-5, "the rest of the time is spent at home"


def test_a_pair_that_knows_only_each_other_by_hand():
    """Odd steps are at the other: .15 (.85 + .85^3 + .85^5 + .85^7)."""
    found = times_of(np.array([[0, 1.0], [1, 0]]))
    assert found[0, 1] == pytest.approx(0.15 * sum(0.85**t for t in (1, 3, 5, 7)), abs=1e-6)


def test_blocks_make_no_difference(monkeypatch):
    weights = some_ties(3, 60, 0.1)
    whole = times_of(weights)
    monkeypatch.setattr(pagerank, "_BLOCK", 7)
    assert times_of(weights) == pytest.approx(whole, abs=1e-7)


def test_only_the_longest_times_are_remembered(monkeypatch):
    """Of each walk; a pair may stay for the walk from its other end."""
    weights = some_ties(5, 50, 0.3)
    monkeypatch.setattr(pagerank, "SMALLEST", 0)
    whole = walk_times(sparse.csr_array(weights.astype(np.float32)))
    monkeypatch.setattr(pagerank, "REMEMBERED", 6)
    few = walk_times(sparse.csr_array(weights.astype(np.float32)))
    assert few.nnz <= 2 * 6 * 50 < whole.nnz
    assert REMEMBERED > 6
    best = whole.toarray().argmax(axis=1)
    assert (few.toarray()[np.arange(50), best] > 0).all()


def test_it_sees_beyond_shared_acquaintances():
    """On a path a-b-c-d the ends share nobody, and the walk still gets there."""
    firms = [company(k, ("77", "91")[k % 2]) for k in range(5)]
    links = [relation(k, (firms[k].siret, firms[k + 1].siret)) for k in range(3)]
    model = fitted(firms, relations=links)
    rows = np.array([model.row_of(firm.siret) for firm in firms])
    view = model.territory.view
    by_name = dict(zip(model.channel_names, model.channels, strict=True))
    seen, shared = (
        by_name[name].score(view, rows[:1], rows[None, 1:], Flow.MUTUAL)[0]
        for name in ("page_rank", "shared_acquaintances")
    )
    assert shared[2] == 0 < seen[2] < seen[1] < seen[0]
    assert seen[3] == 0, "the fifth firm knows nobody"
    fact = by_name["page_rank"].evidence(view, int(rows[0]), int(rows[2]), Flow.MUTUAL)
    assert fact.values == {"count": 1}
