"""From scores to ranks to one number: every expectation follows from the published weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.intents import FLOW, OPPOSITE, REVERSED, ROLES, Intent, Role
from models.channels.registry import all_channels
from models.prior import GENERAL, PRIOR, RANK_OFFSET, rank_contributions, rank_weights, ranks_of

NAMES = [channel.name for channel in all_channels()]
WEIGHTS = [*PRIOR.values(), GENERAL]
every_prior = pytest.mark.parametrize("weights", WEIGHTS, ids=[*PRIOR, "general"])
priors = st.sampled_from(WEIGHTS)


def brute_ranks(row):
    """One more than the number of strictly better scores; nothing for a zero."""
    return [0 if value <= 0 else 1 + sum(other > value for other in row) for value in row]


class TestRanks:
    @given(
        st.integers(1, 12).flatmap(
            lambda width: st.lists(
                st.lists(
                    st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.50001, 1.0, 3.7]),
                    min_size=width,
                    max_size=width,
                ),
                min_size=1,
                max_size=6,
            )
        )
    )
    @settings(max_examples=200, deadline=None)
    def test_equal_brute_force_with_ties_and_zeros(self, rows):
        scores = np.array(rows, np.float32)
        rounded = np.round(scores, 5)
        assert ranks_of(scores).tolist() == [brute_ranks(row) for row in rounded.tolist()]

    def test_hand_example(self):
        """Two firsts make the next one third; zero is no rank."""
        assert ranks_of(np.array([[0.2, 0.9, 0, 0.9, 0.1]], np.float32)).tolist() == [
            [3, 1, 0, 1, 4]
        ]

    def test_last_bits_are_no_difference(self):
        """Products differ in their last bits with the size of a block; ranks must not."""
        scores = np.array([[0.3, 0.3 + 1e-7, 0.2]], np.float32)
        assert ranks_of(scores).tolist() == [[1, 1, 3]]

    @pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0, 0)])
    def test_nothing_to_rank(self, shape):
        assert ranks_of(np.zeros(shape, np.float32)).shape == shape

    @given(st.permutations(list(range(8))), st.integers(0, 1000))
    @settings(max_examples=50, deadline=None)
    def test_the_order_of_candidates_does_not_matter(self, order, seed):
        scores = np.random.default_rng(seed).choice([0, 0.2, 0.4, 0.9], (3, 8)).astype(np.float32)
        assert np.array_equal(ranks_of(scores[:, order]), ranks_of(scores)[:, order])


def some_ranks(data):
    """Ranks of one pair in every channel: none, first, or anything."""
    return np.array(
        [data.draw(st.one_of(st.just(0), st.just(1), st.integers(1, 2000))) for _ in NAMES],
        np.uint16,
    )


def parts_of(ranks, weights):
    return rank_contributions(ranks, rank_weights(weights, NAMES))


class TestContributions:
    @given(st.data(), priors)
    @settings(max_examples=100, deadline=None)
    def test_follow_from_the_published_weights(self, data, weights):
        """Weight / (offset + rank), so scaled that the first place everywhere is worth 1."""
        ranks = some_ranks(data)
        total = sum(weights.values())
        expected = [
            (RANK_OFFSET + 1) * weights.get(name, 0) / total / (RANK_OFFSET + int(rank))
            if rank
            else 0
            for name, rank in zip(NAMES, ranks, strict=True)
        ]
        parts = parts_of(ranks, weights)
        assert parts == pytest.approx(expected, rel=1e-5)
        assert 0 <= parts.sum() <= 1 + 1e-6

    @every_prior
    def test_first_place_everywhere_scores_one_and_nothing_scores_zero(self, weights):
        best = np.ones((2, len(NAMES)), np.uint16)
        best[1] = 0
        assert parts_of(best, weights).sum(axis=-1) == pytest.approx([1, 0], abs=1e-6)

    @given(st.data(), priors)
    @settings(max_examples=100, deadline=None)
    def test_taking_evidence_away_lowers_the_score(self, data, weights):
        """By exactly what the evidence was said to contribute."""
        ranks = some_ranks(data)
        parts = parts_of(ranks, weights)
        for place, name in enumerate(NAMES):
            if ranks[place] and weights.get(name):
                without = ranks.copy()
                without[place] = 0
                after = parts_of(without, weights)
                assert after.sum() < parts.sum()
                assert parts.sum() - after.sum() == pytest.approx(parts[place], abs=1e-6)

    @given(st.data(), priors)
    @settings(max_examples=100, deadline=None)
    def test_a_better_rank_never_lowers_the_score(self, data, weights):
        ranks = some_ranks(data)
        before = parts_of(ranks, weights).sum()
        for place in np.flatnonzero(ranks > 1):
            better = ranks.copy()
            better[place] -= 1
            assert parts_of(better, weights).sum() >= before

    @every_prior
    def test_a_channel_without_weight_takes_no_part(self, weights):
        silent = np.array([name not in weights for name in NAMES])
        parts = parts_of(np.ones(len(NAMES), np.uint16), weights)
        assert not parts[silent].any()
        assert (parts[~silent] > 0).all()

    def test_the_order_of_the_channels_does_not_matter(self):
        order = np.random.default_rng(1).permutation(len(NAMES))
        shuffled = rank_weights(GENERAL, [NAMES[place] for place in order])
        assert np.array_equal(shuffled, rank_weights(GENERAL, NAMES)[order])


class TestRoles:
    """The tables that say what a role is agree with each other."""

    def test_every_role_belongs_to_one_intent_and_has_weights(self):
        listed = [role for intent in Intent for role in ROLES[intent]]
        assert sorted(listed) == sorted(Role)
        assert set(PRIOR) == set(Role)

    def test_opposites_and_flows_mirror_each_other(self):
        for role in Role:
            assert OPPOSITE[OPPOSITE[role]] is role
            assert FLOW[OPPOSITE[role]] is REVERSED[FLOW[role]]
            assert any({role, OPPOSITE[role]} <= set(ROLES[intent]) for intent in Intent)
