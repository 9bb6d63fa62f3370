"""From scores to ranks to one number: every expectation follows from the published weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.intents import FLOW, OPPOSITE, REVERSED, ROLES, Intent, Role
from matchmaker.suggestions import Band
from models.channels.contract import Family
from models.channels.registry import all_channels
from models.fusion import (
    BANDS,
    PRIOR,
    RANK_OFFSET,
    TELLING,
    bands_of,
    contributions,
    ranks_of,
)

CHANNELS = all_channels()
NAMES = [channel.name for channel in CHANNELS]
roles = st.sampled_from(list(Role))


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


def some_ranks(data, role):
    """Ranks of one pair in every channel: none, first, or anything."""
    return np.array(
        [data.draw(st.one_of(st.just(0), st.just(1), st.integers(1, 2000))) for _ in NAMES],
        np.uint16,
    )


class TestContributions:
    @given(st.data(), roles)
    @settings(max_examples=100, deadline=None)
    def test_follow_from_the_published_weights(self, data, role):
        """Weight / (offset + rank), so scaled that the first place everywhere is worth 1."""
        ranks = some_ranks(data, role)
        total = sum(PRIOR[role].values())
        expected = [
            (RANK_OFFSET + 1) * PRIOR[role].get(name, 0) / total / (RANK_OFFSET + int(rank))
            if rank
            else 0
            for name, rank in zip(NAMES, ranks, strict=True)
        ]
        parts = contributions(ranks, role, NAMES)
        assert parts == pytest.approx(expected, rel=1e-5)
        assert 0 <= parts.sum() <= 1 + 1e-6

    @pytest.mark.parametrize("role", list(Role))
    def test_first_place_everywhere_scores_one_and_nothing_scores_zero(self, role):
        best = np.ones((2, len(NAMES)), np.uint16)
        best[1] = 0
        assert contributions(best, role, NAMES).sum(axis=-1) == pytest.approx([1, 0], abs=1e-6)

    @given(st.data(), roles)
    @settings(max_examples=100, deadline=None)
    def test_taking_evidence_away_lowers_the_score(self, data, role):
        """By exactly what the evidence was said to contribute."""
        ranks = some_ranks(data, role)
        parts = contributions(ranks, role, NAMES)
        for place, name in enumerate(NAMES):
            if ranks[place] and PRIOR[role].get(name):
                without = ranks.copy()
                without[place] = 0
                after = contributions(without, role, NAMES)
                assert after.sum() < parts.sum()
                assert parts.sum() - after.sum() == pytest.approx(parts[place], abs=1e-6)

    @given(st.data(), roles)
    @settings(max_examples=100, deadline=None)
    def test_a_better_rank_never_lowers_the_score(self, data, role):
        ranks = some_ranks(data, role)
        before = contributions(ranks, role, NAMES).sum()
        for place in np.flatnonzero(ranks > 1):
            better = ranks.copy()
            better[place] -= 1
            assert contributions(better, role, NAMES).sum() >= before

    def test_a_channel_without_weight_takes_no_part(self):
        for role in Role:
            silent = [name not in PRIOR[role] for name in NAMES]
            parts = contributions(np.ones(len(NAMES), np.uint16), role, NAMES)
            assert not parts[silent].any()
            assert (parts[[not s for s in silent]] > 0).all()


telling_flags = st.lists(st.booleans(), min_size=len(NAMES), max_size=len(NAMES))


class TestBands:
    @given(telling_flags)
    @settings(max_examples=200, deadline=None)
    def test_more_evidence_never_lowers_the_band(self, flags):
        telling = np.array(flags)
        before = bands_of(telling, CHANNELS)
        for place in np.flatnonzero(~telling):
            more = telling.copy()
            more[place] = True
            assert bands_of(more, CHANNELS) >= before

    @given(telling_flags)
    @settings(max_examples=200, deadline=None)
    def test_bands_as_their_description_says(self, flags):
        """Counted family by family, without arrays."""
        declared, relations = (
            sum(flag for flag, c in zip(flags, CHANNELS, strict=True) if c.family is family)
            for family in (Family.DECLARED, Family.RELATIONS)
        )
        if (declared and relations) or declared >= 2:
            expected = Band.STRONG
        elif declared or relations:
            expected = Band.GOOD
        else:
            expected = Band.POSSIBLE
        assert BANDS[int(bands_of(np.array(flags), CHANNELS))] is expected

    def test_registry_and_context_alone_are_never_more_than_possible(self):
        weak = np.array([c.family in (Family.REGISTRY, Family.CONTEXT) for c in CHANNELS])
        assert weak.any()
        assert BANDS[int(bands_of(weak, CHANNELS))] is Band.POSSIBLE

    def test_only_declared_texts_and_relations_can_be_telling(self):
        """A threshold for another family, or for a misspelt channel, would have no effect."""
        families = {channel.name: channel.family for channel in CHANNELS}
        for name, threshold in TELLING.items():
            assert families[name] in (Family.DECLARED, Family.RELATIONS)
            assert threshold > 0

    def test_shape_is_kept(self):
        assert bands_of(np.zeros((4, 3, len(NAMES)), bool), CHANNELS).shape == (4, 3)


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
