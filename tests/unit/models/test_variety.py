"""Reordering for variety keeps the partners and the first of them, and spreads what is alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from models.variety import cosines, same_categories, varied


@st.composite
def lists(draw):
    """Draw lists with ties, padding and scores of zero, and any likeness."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, c = draw(st.integers(1, 5)), draw(st.integers(1, 8))
    partners = np.tile(np.arange(c), (m, 1))
    partners[np.arange(c) >= rng.integers(0, c + 1, (m, 1))] = -1
    scores = -np.sort(-rng.choice([0.0, 0.2, 0.5, 0.51, 3.0], (m, c)), axis=1)
    alike = rng.random((m, c, c))
    return partners, scores, (alike + alike.transpose(0, 2, 1)) / 2


def by_hand(scores, alike, strength):
    """Maximal marginal relevance as its paper writes it, for one list without padding."""
    top = max(scores, default=0) or 1.0
    placed, waiting = [], list(range(len(scores)))
    while waiting:
        values = [
            (1 - strength) * scores[k] / top
            - strength * max((alike[k][other] for other in placed), default=0)
            for k in waiting
        ]
        placed.append(waiting.pop(int(np.argmax(values))))
    return placed


strengths = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1))


@given(lists(), strengths)
@settings(max_examples=150, deadline=None)
def test_equals_the_published_rule_list_by_list(problem, strength):
    """The padding stays at the end, in its order."""
    partners, scores, alike = problem
    places = varied(partners, scores, alike, strength)
    for row, listed in enumerate((partners >= 0).sum(axis=1)):
        expected = by_hand(
            scores[row, :listed].tolist(), alike[row, :listed, :listed].tolist(), strength
        )
        assert places[row].tolist() == expected + list(range(listed, partners.shape[1]))


@given(lists(), strengths)
@settings(max_examples=80, deadline=None)
def test_the_partners_and_the_first_of_them_stay(problem, strength):
    partners, scores, alike = problem
    places = varied(partners, scores, alike, strength)
    assert (np.sort(places, axis=1) == np.arange(partners.shape[1])).all()
    assert (places[:, 0] == 0).all()


@given(lists())
@settings(max_examples=80, deadline=None)
def test_no_strength_keeps_the_order(problem):
    partners, scores, alike = problem
    assert (varied(partners, scores, alike, 0.0) == np.arange(partners.shape[1])).all()


def test_a_second_trade_moves_up():
    """Three masons and a baker: the baker is worth .3 against .45 - .5 for another mason."""
    trades = np.array([[[4], [4], [4], [7]]])
    scores = np.array([[1.0, 0.9, 0.8, 0.6]])
    places = varied(np.array([[10, 11, 12, 13]]), scores, same_categories(trades), 0.5)
    assert places.tolist() == [[0, 3, 1, 2]]


@given(lists(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_variety_alone_shows_every_category_before_repeating_one(problem, seed):
    partners, scores, _ = problem
    m, c = partners.shape
    trade = np.random.default_rng(seed).integers(0, 4, (m, c))
    places = varied(partners, scores, same_categories(trade[:, :, None]), 1.0)
    for row, listed in enumerate((partners >= 0).sum(axis=1)):
        shown = trade[row, places[row, :listed]].tolist()
        kinds = len(set(shown))
        assert len(set(shown[:kinds])) == kinds


def test_likeness_of_categories_by_hand():
    """Two categories each; an unknown one agrees with nothing, not even with another unknown."""
    found = same_categories(np.array([[[1, 5], [1, 6], [-1, -1], [-1, 5]]]))
    assert found.tolist() == [[[1, 0.5, 0, 0.5], [0.5, 1, 0, 0], [0, 0, 0, 0], [0.5, 0, 0, 0.5]]]


def test_likeness_of_vectors_is_their_cosine():
    vectors = np.random.default_rng(3).normal(size=(4, 6, 5))
    vectors[1, 2] = 0
    for found, own in zip(cosines(vectors), vectors, strict=True):
        assert found == pytest.approx(np.clip(cosine_similarity(own), 0, 1))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"strength": 1.1}, r"in \[0, 1\], got 1.1"),
        ({"scores": np.array([[0.5, 0.6, 0.1]])}, "descend"),
        ({"scores": np.array([[0.5, 0.2, -0.1]])}, "zero or more"),
        ({"scores": np.array([[0.5, 0.2]])}, "shapes"),
        ({"alike": np.zeros((1, 2, 3))}, "shapes"),
        ({"partners": np.array([[3, -1, 4]])}, "end of a list"),
    ],
)
def test_what_cannot_be_reordered_is_refused(changed, message):
    given_ = {
        "partners": np.array([[3, 4, 5]]),
        "scores": np.array([[0.5, 0.4, 0.1]]),
        "alike": np.zeros((1, 3, 3)),
        "strength": 0.5,
    } | changed
    with pytest.raises(ValueError, match=message):
        varied(**given_)
