"""A fusion is a sum over channels at every stage: no evidence adds nothing, no part is lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.intents import Role
from models.channels.registry import all_channels
from models.fusion import GRADED, Fusion, Stage, additive, graded, prior_fusion
from models.prior import PRIOR, RANK_OFFSET, ranks_of

NAMES = [channel.name for channel in all_channels()]
N_CHANNELS = 4
FIELDS = ("by_rank", "scale", "slope", "edges", "steps")

stages = st.sampled_from(list(Stage))
seeds = st.integers(0, 2**32 - 1)


def some_fusion(stage, seed):
    """Draw a fusion as learning makes them: slopes and steps that never fall."""
    rng = np.random.default_rng(seed)
    width = 5
    edges = np.sort(rng.random((N_CHANNELS, width)).astype(np.float32), axis=1)
    edges[:, 0] = 0
    edges[rng.random(N_CHANNELS) < 0.5, -1] = np.inf
    steps = np.hstack([np.zeros((N_CHANNELS, 1)), rng.random((N_CHANNELS, width)).cumsum(axis=1)])
    by_rank = rng.random(N_CHANNELS)
    nothing = np.zeros(N_CHANNELS)
    return {
        Stage.PRIOR: additive(Stage.PRIOR, by_rank),
        Stage.LOGISTIC: additive(
            Stage.LOGISTIC,
            by_rank,
            scale=rng.random(N_CHANNELS) + 0.01,
            slope=rng.random(N_CHANNELS) * (rng.random(N_CHANNELS) < 0.7),
        ),
        Stage.TREES: additive(Stage.TREES, nothing, edges=edges, steps=steps),
    }[stage]


def some_scores(seed, shape):
    """Scores of candidates, many of them zero, and their ranks."""
    rng = np.random.default_rng(seed)
    scores = (rng.random(shape) * (rng.random(shape) < 0.6)).astype(np.float32)
    return scores, ranked(scores)


def ranked(scores):
    return np.stack([ranks_of(scores[..., c]) for c in range(scores.shape[-1])], axis=-1)


def by_hand(fusion, scores, ranks):
    """Follow the formula of the class for one pair, one channel at a time, in plain numbers."""
    parts = []
    for c, (score, rank) in enumerate(zip(scores.tolist(), ranks.tolist(), strict=True)):
        part = float(fusion.by_rank[c]) / (RANK_OFFSET + rank) if rank else 0.0
        part += float(fusion.slope[c]) * np.log(1 + score / float(fusion.scale[c]))
        below = sum(edge < score for edge in fusion.edges[c].tolist())
        parts.append(part + float(fusion.steps[c][below]))
    return parts


@given(stages, seeds)
@settings(max_examples=60, deadline=None)
def test_contributions_follow_the_formula(stage, seed):
    """For every pair of a block, at every stage, in the shape of the scores."""
    fusion = some_fusion(stage, seed)
    scores, ranks = some_scores(seed + 1, (3, 7, N_CHANNELS))
    parts = fusion.contributions(scores, ranks)
    assert parts.shape == scores.shape
    for place in np.ndindex(3, 7):
        assert parts[place] == pytest.approx(by_hand(fusion, scores[place], ranks[place]), abs=1e-5)


@given(stages, seeds)
@settings(max_examples=60, deadline=None)
def test_a_channel_that_sees_nothing_adds_nothing(stage, seed):
    """And taking a channel's evidence away lowers the score by exactly its contribution."""
    fusion = some_fusion(stage, seed)
    scores, ranks = some_scores(seed + 1, (3, 7, N_CHANNELS))
    parts = fusion.contributions(scores, ranks)
    assert not parts[scores == 0].any()
    for channel in range(N_CHANNELS):
        less, fewer = scores.copy(), ranks.copy()
        less[..., channel], fewer[..., channel] = 0, 0
        lost = parts.sum(axis=-1) - fusion.contributions(less, fewer).sum(axis=-1)
        assert lost == pytest.approx(parts[..., channel], abs=1e-5)


@given(stages, seeds, st.integers(0, 6), st.integers(0, N_CHANNELS - 1), st.floats(0.001, 5))
@settings(max_examples=150, deadline=None)
def test_a_higher_score_never_lowers_the_fused_score(stage, seed, candidate, channel, more):
    """A candidate that a channel sees better, all else equal, is never fused lower."""
    fusion = some_fusion(stage, seed)
    scores, ranks = some_scores(seed + 1, (1, 7, N_CHANNELS))
    before = fusion.contributions(scores, ranks).sum(axis=-1)
    scores[0, candidate, channel] += np.float32(more)
    after = fusion.contributions(scores, ranked(scores)).sum(axis=-1)
    assert after[0, candidate] >= before[0, candidate] - 1e-6


def test_a_score_on_an_edge_stays_below_it():
    """Steps begin behind their edge, so that zero, the first edge, has the value zero."""
    fusion = additive(
        Stage.TREES,
        np.zeros(1),
        edges=np.array([[0, 0.5, np.inf]]),
        steps=np.array([[0, 1, 3, 3]]),
    )
    scores = np.array([[0], [1e-9], [0.5], [0.50001], [1e30]], np.float32)
    parts = fusion.contributions(scores, np.zeros(scores.shape, np.uint16))
    assert parts[:, 0].tolist() == [0, 1, 1, 3, 3]


@given(stages, seeds, st.floats(0.01, 100))
@settings(max_examples=40, deadline=None)
def test_a_scaled_fusion_scales_every_contribution(stage, seed, factor):
    fusion = some_fusion(stage, seed)
    scores, ranks = some_scores(seed + 1, (2, 5, N_CHANNELS))
    expected = factor * fusion.contributions(scores, ranks)
    scaled = fusion.scaled(factor)
    assert scaled.stage is stage
    assert scaled.contributions(scores, ranks) == pytest.approx(expected, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("stage", list(Stage))
def test_saved_and_opened_again(stage, tmp_path):
    """The same arrays bit for bit, hence the same contributions."""
    fusion = some_fusion(stage, 3)
    fusion.save(tmp_path)
    opened = Fusion.load(tmp_path)
    assert opened.stage is stage
    assert np.array_equal(opened.proposing, fusion.proposing)
    for name in FIELDS:
        before, after = getattr(fusion, name), getattr(opened, name)
        assert before.dtype == after.dtype == np.float32
        assert np.array_equal(before, after)
    scores, ranks = some_scores(4, (2, 5, N_CHANNELS))
    assert np.array_equal(fusion.contributions(scores, ranks), opened.contributions(scores, ranks))


@given(stages, seeds)
@settings(max_examples=60, deadline=None)
def test_only_active_channels_ever_add_something(stage, seed):
    """A channel that is not active may be left unasked; those that are active propose as well."""
    fusion = some_fusion(stage, seed)
    scores = np.full((1, 1, N_CHANNELS), 2, np.float32)
    parts = fusion.contributions(scores, ranked(scores))
    assert np.array_equal(parts[0, 0] != 0, fusion.active)
    assert np.array_equal(fusion.proposing, fusion.active)


@pytest.mark.parametrize("role", list(Role))
def test_the_fusion_without_feedback_is_that_of_the_published_weights(role):
    """First place in one channel is worth its share of the weights, and a little for the score."""
    fusion = prior_fusion(PRIOR[role], NAMES)
    assert fusion.stage is Stage.PRIOR
    scores = np.ones((1, 1, len(NAMES)), np.float32)
    parts = fusion.contributions(scores, ranked(scores))[0, 0]
    each = (1 + GRADED * np.log(2)) / sum(PRIOR[role].values())
    assert parts == pytest.approx([PRIOR[role].get(name, 0) * each for name in NAMES], abs=1e-6)


@given(stages, seeds, st.integers(0, N_CHANNELS - 1), st.floats(0.01, 5))
@settings(max_examples=150, deadline=None)
def test_a_graded_fusion_rises_with_every_score_even_where_rank_and_step_stay(
    stage, seed, channel, more
):
    fusion = graded(some_fusion(stage, seed))
    scores, ranks = some_scores(seed + 1, (1, 1, N_CHANNELS))
    higher = scores.copy()
    higher[..., channel] += np.float32(more)
    before, after = (fusion.contributions(each, ranks)[0, 0, channel] for each in (scores, higher))
    assert (after > before) == bool(fusion.active[channel])


def test_grading_leaves_what_speaks_against_a_pair():
    fusion = additive(Stage.LOGISTIC, np.zeros(2), slope=np.array([-1.0, 0.0]))
    assert graded(fusion).slope.tolist() == [-1, 0]
