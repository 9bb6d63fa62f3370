"""Circles whose dimensions are weighted by what they say of relations, on worlds that mislead."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sparse
from builders import company, fitted, numbered_groups, profile
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from matchmaker.intents import Flow
from models.channels.circle_map import FEWEST_TIES, NON_LINKS, CircleMap, without_pairs
from models.links import build_links

N_FIRMS, CIRCLES, FASHIONS = 240, 8, 5


def fashionable(seed):
    """Fit firms that say little of their own circle and much of a fashion that ties nobody.

    Returns
    -------
    (PartnerModel, ndarray)
        The model, without relations, and the circle of each of its rows.
    """
    rng = np.random.default_rng(seed)
    circle = rng.permutation(np.arange(N_FIRMS) % CIRCLES)
    firms = [company(k, ("77", "91")[k % 2]) for k in range(N_FIRMS)]
    texts = []
    for k, firm in enumerate(firms):
        fashion = rng.integers(FASHIONS)
        words = [f"sujet{circle[k]}mot{place}" for place in rng.choice(6, 2, replace=False)]
        words += [f"genre{fashion}mot{place}" for place in rng.choice(8, 6, replace=False)]
        texts.append(profile(firm.siret, activity=" ".join(words)))
    model = fitted(firms, texts)
    rows = [model.row_of(firm.siret) for firm in firms]
    of_row = np.empty(N_FIRMS, np.int64)
    of_row[rows] = circle
    return model, of_row


def pairs_within(circle, number, rng):
    """Draw pairs of one circle, each once."""
    first, second = np.triu_indices(len(circle), 1)
    same = np.flatnonzero(circle[first] == circle[second])
    chosen = rng.choice(same, number, replace=False)
    return np.stack([first[chosen], second[chosen]], axis=1)


def tied(model, pairs):
    """Fit the channel alone on some ties."""
    links = build_links(numbered_groups(pairs.tolist()), len(model.sirets), 25)
    channel = CircleMap()
    channel.fit(replace(model.territory, links=links))
    return channel


def scores_of(channel, pairs):
    view = channel.territory_.view
    return channel.score(view, pairs[:, 0], pairs[:, 1:], Flow.MUTUAL)[:, 0]


def by_equal_weights(channel, pairs):
    """Add up the dimensions of the same circles, all alike."""
    return (channel.circles_[pairs[:, 0]] * channel.circles_[pairs[:, 1]]).sum(axis=1)


@pytest.fixture(scope="module")
def world():
    return fashionable(1)


@pytest.mark.parametrize("seed", range(4))
def test_weights_from_hidden_ties_find_ties_that_were_never_seen(seed):
    """Better than the same circles unweighted, whose texts speak of fashion above all."""
    model, circle = fashionable(seed)
    rng = np.random.default_rng(seed)
    pairs = pairs_within(circle, N_FIRMS, rng)
    held_out, seen = pairs[:48], pairs[48:]
    channel = tied(model, seen)
    random = rng.integers(N_FIRMS, size=(3000, 2))
    strangers = random[circle[random[:, 0]] != circle[random[:, 1]]]
    asked = np.concatenate([held_out, strangers])
    truth = np.arange(len(asked)) < len(held_out)
    learned, equal = (
        roc_auc_score(truth, measure(channel, asked)) for measure in (scores_of, by_equal_weights)
    )
    assert learned > equal + 0.05
    assert learned > 0.8


@pytest.mark.parametrize("seed", range(4))
def test_ties_of_pure_chance_teach_nothing(seed):
    """No weight is learned from a tie that it can see: every pair has the odds of the sample.

    Learned from visible ties, the log-odds of random pairs vary by 1.0 (standard deviation) here.
    """
    model, circle = fashionable(seed)
    rng = np.random.default_rng(seed)
    channel = tied(model, pairs_within(np.zeros_like(circle), 300, rng))
    odds = np.expm1(scores_of(channel, rng.integers(N_FIRMS, size=(3000, 2))).astype(float))
    assert np.log(odds).std() < 0.5
    assert (odds / (1 + odds)).mean() == pytest.approx(1 / (1 + NON_LINKS), abs=0.01)


def test_without_ties_nothing_is_seen(world):
    """There is no circle, whatever the texts say."""
    model, circle = world
    channel = tied(model, np.zeros((0, 2), np.int64))
    everyone = np.tile(np.arange(N_FIRMS), (N_FIRMS, 1))
    view = channel.territory_.view
    assert not channel.score(view, np.arange(N_FIRMS), everyone, Flow.MUTUAL).any()


def test_from_few_ties_every_dimension_weighs_the_same(world):
    """One tie fewer than needed: the score is that of the plain sum; as many, and it is learned."""
    model, circle = world
    pairs = pairs_within(circle, FEWEST_TIES, np.random.default_rng(2))
    few, enough = tied(model, pairs[1:]), tied(model, pairs)
    assert (few.weights_ == 1).all()
    asked = np.random.default_rng(3).integers(N_FIRMS, size=(500, 2))
    expected = np.log1p(np.exp(by_equal_weights(few, asked)))
    assert scores_of(few, asked) == pytest.approx(expected, abs=1e-5)
    assert len(np.unique(enough.weights_)) > 10


def test_a_learned_score_follows_the_formula(world):
    """log(1 + exp(b + sum of w z z)), dimension by dimension."""
    model, circle = world
    channel = tied(model, pairs_within(circle, N_FIRMS, np.random.default_rng(2)))
    for row, partner in np.random.default_rng(4).integers(N_FIRMS, size=(30, 2)).tolist():
        logit = channel.base_ + sum(
            float(w) * float(a) * float(b)
            for w, a, b in zip(
                channel.weights_, channel.circles_[row], channel.circles_[partner], strict=True
            )
        )
        found = scores_of(channel, np.array([[row, partner]]))
        assert found[0] == pytest.approx(np.log1p(np.exp(logit)), abs=1e-4)


def test_the_same_seed_learns_the_same(world):
    model, circle = world
    pairs = pairs_within(circle, N_FIRMS, np.random.default_rng(2))
    one, other = tied(model, pairs), tied(model, pairs)
    assert np.array_equal(one.weights_, other.weights_)
    assert one.base_ == other.base_


def test_a_learned_map_is_saved_and_opened_again(world, tmp_path):
    model, circle = world
    channel = tied(model, pairs_within(circle, N_FIRMS, np.random.default_rng(2)))
    channel.save(tmp_path)
    opened = CircleMap()
    opened.load(tmp_path, channel.territory_)
    asked = np.random.default_rng(3).integers(N_FIRMS, size=(500, 2))
    assert scores_of(channel, asked).any()
    assert np.array_equal(scores_of(channel, asked), scores_of(opened, asked))


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_pairs_are_taken_out_of_ties_both_ways_and_nothing_else_is(seed, n):
    """Against a loop over cells; a pair that is not tied may be named too."""
    rng = np.random.default_rng(seed)
    weights = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.5), 1).astype(np.float32)
    ties = sparse.csr_array(weights + weights.T)
    pairs = rng.integers(0, n, (int(rng.integers(0, 6)), 2))
    gone = {frozenset(pair) for pair in pairs.tolist()}
    expected = ties.toarray().copy()
    for row in range(n):
        for column in range(n):
            if frozenset((row, column)) in gone:
                expected[row, column] = 0
    before = ties.toarray()
    left = without_pairs(ties, pairs)
    assert np.array_equal(left.toarray(), expected)
    assert left.nnz == np.count_nonzero(expected), "no tie of zero weight remains"
    assert np.array_equal(ties.toarray(), before), "the ties themselves stay"
