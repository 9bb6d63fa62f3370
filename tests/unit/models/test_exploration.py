"""Drawn places hold what was drawn, and the propensity is the frequency with which they do."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.exploration import explore, explored_places
from models.view import mixed

SHOWN, LENGTH = 10, 20


def keys_of(m, start=0):
    return mixed(np.arange(start, start + m, dtype=np.uint64))


def drawn(partners, scores, keys, **changed):
    given_ = {"shown": SHOWN, "explored": 2, "temperature": 0.2, "floor": 0.03, "seed": 7}
    return explore(partners, scores, keys, **(given_ | changed))


@st.composite
def lists(draw):
    """Draw ranked lists of any length, from none to twenty partners."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, c = draw(st.integers(1, 6)), draw(st.integers(0, LENGTH))
    partners = np.tile(100 + np.arange(c), (m, 1))
    partners[np.arange(c) >= rng.integers(0, c + 1, (m, 1))] = -1
    scores = -np.sort(-rng.random((m, c)).astype(np.float32), axis=1)
    return partners, scores, keys_of(m, draw(st.integers(0, 1000)))


def test_places_five_and_ten_of_ten():
    assert explored_places(10, 2).tolist() == [4, 9]
    assert explored_places(10, 1).tolist() == [9]
    assert explored_places(10, 0).tolist() == []


@given(lists(), st.integers(0, 3), st.integers(0, 2**63))
@settings(max_examples=150, deadline=None)
def test_nobody_is_lost_and_the_best_keep_their_order(problem, explored, seed):
    partners, scores, keys = problem
    found = drawn(partners, scores, keys, explored=explored, seed=seed)
    kept = SHOWN - explored
    for row, listed in enumerate((partners >= 0).sum(axis=1).tolist()):
        places = found.places[row]
        assert sorted(places[:listed].tolist()) == list(range(listed))
        assert (places[listed:] == -1).all()
        if listed <= SHOWN:
            assert places[:listed].tolist() == list(range(listed))
            continue
        ranked = np.delete(places[:SHOWN], explored_places(SHOWN, explored))
        assert ranked.tolist() == list(range(kept))
        assert (np.diff(places[SHOWN:listed]) > 0).all()


@given(lists(), st.floats(0, 0.1), st.floats(0.01, 10))
@settings(max_examples=100, deadline=None)
def test_propensity_is_above_the_floor_and_one_where_nothing_was_drawn(problem, floor, temperature):
    partners, scores, keys = problem
    found = drawn(partners, scores, keys, floor=floor, temperature=temperature)
    shown = found.places[:, :SHOWN] >= 0
    assert found.propensity.shape == shown.shape
    assert np.array_equal(np.isnan(found.propensity), ~shown)
    assert (found.propensity[shown] >= floor - 1e-12).all()
    assert (found.propensity[shown] <= 1 + 1e-12).all()
    left = [place for place in range(shown.shape[1]) if place not in explored_places(SHOWN, 2)]
    assert (found.propensity[:, left][shown[:, left]] == 1).all()


@pytest.mark.parametrize("listed", [11, 12, 15, 20])
def test_propensity_is_the_frequency_over_many_readers(listed):
    """40,000 readers of one list: every partner of a pot, at its place, within four deviations."""
    m = 40_000
    partners = np.tile(np.where(np.arange(LENGTH) < listed, np.arange(LENGTH), -1), (m, 1))
    scores = np.tile(np.linspace(0.9, 0.3, LENGTH), (m, 1))
    found = drawn(partners, scores, keys_of(m))
    for place in explored_places(SHOWN, 2):
        seen, first, count = np.unique(
            found.places[:, place], return_index=True, return_counts=True
        )
        chance = found.propensity[first, place]
        assert chance.sum() == pytest.approx(1)  # all of the pot was seen, and nothing else
        spread = np.sqrt(m * chance * (1 - chance))
        assert (np.abs(count - m * chance) <= 4 * spread + 1e-6).all()
        pot = range(8 + list(explored_places(SHOWN, 2)).index(place), listed, 2)
        assert seen.tolist() == list(pot)


def test_propensity_by_hand():
    """Pot of two, scores log 3 apart: odds 3 to 1, lifted to a floor of .1 each."""
    partners, scores = np.array([[5, 6, 7, 8]]), np.array([[9.0, 8.0, 7.0, 0.0]])
    scores[0, 1:] = [np.log(3), 0.5, 0.0]
    seen = {}
    for seed in range(60):
        found = drawn(
            partners, scores, keys_of(1), shown=2, explored=1, temperature=1, floor=0.1, seed=seed
        )
        seen[int(found.places[0, 1])] = found.propensity[0, 1]
    weights = np.exp([np.log(3), 0.5, 0.0])
    expected = 0.1 + 0.7 * weights / weights.sum()
    assert [seen[place] for place in (1, 2, 3)] == pytest.approx(expected)


def test_both_places_are_drawn_independently():
    """The joint frequency of two pots is the product of their propensities."""
    m = 40_000
    partners = np.tile(np.arange(12), (m, 1))
    scores = np.tile(np.linspace(0.9, 0.5, 12), (m, 1))
    found = drawn(partners, scores, keys_of(m))
    for one, other in product((8, 10), (9, 11)):
        both = (found.places[:, 4] == one) & (found.places[:, 9] == other)
        chance = found.propensity[both][0, [4, 9]].prod()
        assert abs(both.sum() - m * chance) <= 4 * np.sqrt(m * chance * (1 - chance))


@given(lists(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_readers_does_not_matter(problem, random):
    partners, scores, keys = problem
    order = list(range(len(keys)))
    random.shuffle(order)
    whole, shuffled = (
        drawn(*arrays)
        for arrays in ((partners, scores, keys), (partners[order], scores[order], keys[order]))
    )
    assert np.array_equal(shuffled.places, whole.places[order])
    assert np.array_equal(shuffled.propensity, whole.propensity[order], equal_nan=True)


def test_another_night_draws_anew():
    partners, scores = np.tile(np.arange(20), (200, 1)), np.tile(np.linspace(1, 0, 20), (200, 1))
    nights = [drawn(partners, scores, keys_of(200), seed=seed).places for seed in (1, 2, 1)]
    assert np.array_equal(nights[0], nights[2])
    assert (nights[0][:, 4] != nights[1][:, 4]).mean() > 0.5


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"floor": 0.2}, r"floor must be in \[0, 1/6\], got 0.2"),
        ({"floor": -0.1}, "floor"),
        ({"temperature": 0.0}, "temperature must be above 0"),
        ({"explored": 6}, "at most half of 10"),
        ({"explored": -1}, "at most half of 10"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        drawn(np.arange(20)[None, :], np.zeros((1, 20)), keys_of(1), **changed)
