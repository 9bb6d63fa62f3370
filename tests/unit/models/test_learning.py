"""Learning the fusion: checked by scikit-learn, and on worlds whose truth is known."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ndcg_score

from matchmaker.metrics import paired_bootstrap
from models import learning
from models.fusion import Stage, additive
from models.learning import (
    FEWEST_SEEKERS,
    PENALTY,
    Examples,
    fit_logistic,
    fit_trees,
    joined,
    learn,
    ndcg_of,
)
from models.prior import RANK_OFFSET, ranks_of

N_CHANNELS = 4
PARTNERS = 20
PRIOR = additive(Stage.PRIOR, (RANK_OFFSET + 1) * np.array([1, 0.5, 0, 0]))
RISING = np.zeros(N_CHANNELS, bool)
FALLING = np.ones(N_CHANNELS, bool)


def along_the_scores(scores):
    """Log-odds linear in the logarithms: what a regression is made for."""
    return -4 + 0.5 * np.log1p(scores).sum(axis=-1)


def in_steps(scores):
    """Every channel above one counts, and how far above says nothing."""
    return -5 + 2 * (scores > 1).sum(axis=-1)


def along_both(scores):
    """Add what the prior believes to the scores, so that every weight is above zero."""
    return along_the_scores(scores) - 1 + 2 * believed_of(scores)


def believed_of(scores):
    return PRIOR.contributions(scores, ranked(scores)).sum(axis=-1)


def at_random(scores):
    return np.full(scores.shape[:-1], -2.5)


def along_the_prior(scores):
    """Take what the prior believes for the truth; the last two channels are noise."""
    return -6 + 6 * believed_of(scores)


def ranked(scores):
    return np.stack([ranks_of(scores[..., c]) for c in range(scores.shape[-1])], axis=-1)


def world(seed, seekers, log_odds):
    """Draw scores of twenty candidates per seeker, heavy-tailed, a third of them zero."""
    rng = np.random.default_rng(seed)
    shape = (seekers, PARTNERS, N_CHANNELS)
    scores = (rng.lognormal(0, 1.5, shape) * (rng.random(shape) < 0.7)).astype(np.float32)
    outcome = rng.random(shape[:2]) < expit(log_odds(scores))
    return as_examples(scores, outcome)


def as_examples(scores, outcome):
    """Make examples of blocks of shape (seekers, candidates, channels)."""
    return Examples(
        scores=scores.reshape(-1, scores.shape[-1]),
        ranks=ranked(scores).reshape(-1, scores.shape[-1]),
        outcome=outcome.ravel(),
        seeker=np.repeat(np.arange(len(scores)), scores.shape[1]),
        drawn=np.ones(outcome.size, bool),
        cluster=np.repeat(np.arange(len(scores)), scores.shape[1]),
        weight=np.ones(outcome.size, np.float32),
    )


def slices(seed, seekers, log_odds, number=3):
    return [world(1000 * seed + k, seekers, log_odds) for k in range(number)]


def fused(fusion, examples):
    return fusion.contributions(examples.scores, examples.ranks).sum(axis=1)


def by_scikit_learn(examples, penalty):
    """Coefficients on the standardised features, the prior first and as good as not penalised."""
    believed = fused(PRIOR, examples)
    logs = [
        np.log1p(column / np.median(column[column > 0]))
        for column in examples.scores.T.astype(float)
    ]
    features = np.column_stack([believed, *logs])
    unit = features.std(axis=0)
    features /= unit
    features[:, 0] *= 1000  # a coefficient a thousand times smaller costs next to nothing
    model = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-10, max_iter=500)
    model.fit(features, examples.outcome)
    coefficients = model.coef_[0] / unit
    coefficients[0] *= 1000
    return coefficients


class TestLogistic:
    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("falling", [RISING, FALLING], ids=["rising", "falling"])
    @pytest.mark.parametrize("penalty", [PENALTY, 50])
    def test_equals_scikit_learn_where_no_bound_is_active(
        self, seed, falling, penalty, monkeypatch
    ):
        """Same loss and penalty, another solver: the same weights, so bounds that do not bind."""
        examples = world(seed, 150, along_both)
        monkeypatch.setattr(learning, "PENALTY", penalty)
        expected = by_scikit_learn(examples, penalty)
        assert (expected > 0).all(), "no bound may be active here"
        fusion = fit_logistic(examples, PRIOR, falling)
        assert fusion.slope == pytest.approx(expected[1:], rel=0.01, abs=0.003)
        assert fusion.by_rank == pytest.approx(PRIOR.by_rank * expected[0], rel=0.01)

    @pytest.mark.parametrize("stage", ["logistic", "trees"])
    def test_a_weight_counts_like_as_many_examples(self, stage):
        """A pair of weight three is that pair three times over."""
        examples = world(6, 120, along_both)
        times = np.where(np.arange(len(examples)) % 5 == 0, 3, 1)
        weighted = replace(examples, weight=times.astype(np.float32))
        columns = {f.name: np.repeat(getattr(examples, f.name), times, axis=0)
                   for f in fields(Examples)}  # fmt: skip
        repeated = Examples(**columns)
        if stage == "logistic":
            one, other = (fit_logistic(each, PRIOR, RISING) for each in (weighted, repeated))
            # Medians and spreads are those of the rows, which are not the same.
            fit = [np.corrcoef(fused(each, examples), fused(other, examples))[0, 1]
                   for each in (one, fit_logistic(examples, PRIOR, RISING))]  # fmt: skip
            assert fit[0] > 0.9999
            assert fit[0] > fit[1]
        else:
            unweighted = fit_trees(examples, RISING, seed=1)
            one = fit_trees(weighted, RISING, seed=1)
            assert not np.allclose(one.steps, unweighted.steps)

    def test_only_channels_that_may_fall_get_a_negative_slope(self):
        """A channel that speaks against a pair counts for nothing, unless it may fall."""

        def against(scores):
            return -1 - 1.5 * np.log1p(scores[..., 2]) + 0.5 * np.log1p(scores[..., 3])

        examples = world(5, 150, against)
        assert fit_logistic(examples, PRIOR, RISING).slope[2] == 0
        may_fall = np.array([False, False, True, False])
        free = fit_logistic(examples, PRIOR, may_fall)
        assert free.slope[2] < -0.5
        assert (free.slope[~may_fall] >= 0).all()
        assert free.slope[2] == pytest.approx(
            fit_logistic(examples, PRIOR, FALLING).slope[2], rel=0.1
        )

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("log_odds", [at_random, lambda scores: -along_the_scores(scores) - 6])
    def test_slopes_and_the_weight_of_the_prior_never_fall_below_zero(self, seed, log_odds):
        fusion = fit_logistic(world(seed, 30, log_odds), PRIOR, RISING)
        assert (fusion.slope >= 0).all()
        assert (fusion.by_rank >= 0).all()

    def test_with_few_examples_the_prior_remains(self):
        """Penalised slopes stay small beside the prior, which is not penalised."""
        examples = world(3, 150, along_the_prior)
        few = replace(
            examples, **{f.name: getattr(examples, f.name)[:100] for f in fields(Examples)}
        )
        shares = []
        for some in (few, examples):
            fusion = fit_logistic(some, PRIOR, RISING)
            by_prior = replace(fusion, slope=np.zeros_like(fusion.slope))
            shares.append(np.corrcoef(fused(by_prior, examples), fused(fusion, examples))[0, 1])
        assert shares[1] > 0.97
        assert shares[0] > 0.8

    def test_a_channel_that_sees_nothing_learns_nothing(self):
        examples = world(6, 60, along_the_scores)
        examples.scores[:, 1] = 0
        examples.ranks[:, 1] = 0
        fusion = fit_logistic(examples, PRIOR, FALLING)
        assert fusion.slope[1] == 0
        assert np.isfinite(fusion.scale).all()


class Kept(HistGradientBoostingClassifier):
    """The same classifier, which remembers every model that was fitted."""

    models: list = []

    def fit(self, *arguments, **options):
        """Fit and remember."""
        self.models.append(self)
        return super().fit(*arguments, **options)


class TestTrees:
    @pytest.fixture
    def grown(self, monkeypatch):
        """Examples, the fusion learned from them, and the model that scikit-learn fitted."""
        monkeypatch.setattr(Kept, "models", [])
        monkeypatch.setattr(learning, "HistGradientBoostingClassifier", Kept)
        examples = world(1, 80, in_steps)
        fusion = fit_trees(examples, np.array([False, False, True, False]), seed=4)
        (model,) = Kept.models
        return examples, fusion, model

    def test_the_steps_add_up_to_what_scikit_learn_decides(self, grown):
        """On points that were never seen, against the pair in which no channel sees anything."""
        _, fusion, model = grown
        fresh = world(2, 50, in_steps)
        places = np.array(
            [
                [
                    sum(edge < score for edge in edges)
                    for edges, score in zip(fusion.edges, row, strict=True)
                ]
                for row in fresh.scores
            ],
            dtype=float,
        )
        decided = model.decision_function(places) - model.decision_function(
            np.zeros((1, N_CHANNELS))
        )
        assert decided.std() > 0.5
        assert fused(fusion, fresh) == pytest.approx(decided, abs=1e-4)

    def test_no_evidence_adds_nothing(self, grown):
        examples, fusion, _ = grown
        assert not fusion.steps[:, 0].any()
        parts = fusion.contributions(examples.scores, examples.ranks)
        assert not parts[examples.scores == 0].any()

    def test_steps_never_fall_except_where_a_channel_may(self, grown):
        _, fusion, _ = grown
        rises = np.diff(fusion.steps, axis=1)
        assert (rises[[0, 1, 3]] >= -1e-5).all()

    def test_a_channel_that_may_fall_does_where_it_speaks_against_a_pair(self):
        def against(scores):
            return 1 - 3 * (scores[..., 2] > 1)

        examples = world(7, 80, against)
        rising = fit_trees(examples, RISING, seed=1)
        falling = fit_trees(examples, FALLING, seed=1)
        assert (np.diff(rising.steps[2]) >= -1e-5).all()
        assert falling.steps[2, -1] < -1

    def test_a_channel_of_zeros_and_ones_is_worth_the_odds_ratio(self):
        """Where scores have one value only, that value is told from nothing."""
        rng = np.random.default_rng(2)
        scores = np.zeros((400, PARTNERS, N_CHANNELS), np.float32)
        scores[..., 1] = rng.random((400, PARTNERS)) < 0.4
        examples = as_examples(scores, rng.random((400, PARTNERS)) < 0.1 + 0.3 * scores[..., 1])
        fusion = fit_trees(examples, RISING, seed=1)
        shares = [examples.outcome[examples.scores[:, 1] == value].mean() for value in (0, 1)]
        odds = [share / (1 - share) for share in shares]
        one = np.array([[0, 1, 0, 0]], np.float32)
        parts = fusion.contributions(one, one.astype(np.uint16))
        assert parts[0, 1] == pytest.approx(np.log(odds[1] / odds[0]), abs=0.02)
        assert not parts[0, [0, 2, 3]].any()

    def test_a_step_is_found_where_it_is(self):
        """Learned log-odds jump by two where the truth does, and hardly anywhere else."""
        examples = world(8, 400, in_steps)
        fusion = fit_trees(examples, RISING, seed=1)
        asked = np.zeros((5, N_CHANNELS), np.float32)
        asked[:, 0] = [0.1, 0.7, 1.4, 5, 20]
        values = fused(
            fusion, replace(examples, scores=asked, ranks=np.zeros(asked.shape, np.uint16))
        )
        assert values[2] - values[1] == pytest.approx(2, abs=0.6)
        assert values[1] - values[0] == pytest.approx(0, abs=0.4)
        assert values[4] - values[2] == pytest.approx(0, abs=0.6)


class TestQuality:
    @pytest.mark.parametrize("seed", range(3))
    def test_equals_the_ndcg_of_scikit_learn(self, seed):
        """Seeker by seeker, of those who have a partner; more candidates than places."""
        rng = np.random.default_rng(seed)
        scores = rng.random((25, 45, N_CHANNELS)).astype(np.float32)
        examples = as_examples(scores, rng.random((25, 45)) < 0.04)
        # No ranks, of which sums may be equal: scikit-learn gives equal scores their mean.
        fusion = additive(Stage.LOGISTIC, np.zeros(N_CHANNELS), slope=np.array([1, 2, 0, 3]))
        given, wanted = (
            values.reshape(25, 45) for values in (fused(fusion, examples), examples.outcome)
        )
        asked = wanted.any(axis=1)
        assert 5 < asked.sum() < 25
        expected = [
            ndcg_score([one], [other], k=20)
            for one, other in zip(wanted[asked], given[asked], strict=True)
        ]
        assert ndcg_of(fusion, examples) == pytest.approx(expected, abs=1e-5)

    def test_rows_do_not_decide_among_equal_scores(self):
        """Where candidates are equal before the fusion, any order of the rows gives one nDCG."""
        examples = world(5, 40, along_the_scores)
        nothing = additive(Stage.PRIOR, np.zeros(N_CHANNELS))
        asked = np.unique(examples.seeker[examples.outcome])
        orders = [np.arange(len(examples)), np.arange(len(examples))[::-1]]
        found = []
        for order in orders:
            columns = {f.name: getattr(examples, f.name)[order] for f in fields(Examples)}
            found.append(ndcg_of(nothing, Examples(**columns)))
        assert len(found[0]) == len(asked)
        assert found[0] == pytest.approx(found[1])
        assert np.std(found[0]) > 0

    def test_seekers_of_several_slices_stay_apart(self):
        """Joined slices are judged seeker by seeker as each slice is alone."""
        parts = slices(4, 12, along_the_scores)
        alone = np.concatenate([ndcg_of(PRIOR, part) for part in parts])
        assert ndcg_of(PRIOR, joined(parts)) == pytest.approx(alone)


every_way = pytest.mark.parametrize("by_time", [True, False], ids=["by_time", "in_turn"])


class TestLearn:
    @every_way
    def test_without_labels_the_prior_stays(self, by_time):
        """No slice, one slice, or nobody who found a partner."""
        nobody = replace(world(1, 30, at_random), outcome=np.zeros(600, bool))
        for some in ([], [world(1, 30, at_random)], [nobody, nobody]):
            learned = learn(some, PRIOR, RISING, by_time=by_time, seed=1)
            assert learned.fusion is PRIOR
            assert learned.gains == {}

    @every_way
    @pytest.mark.parametrize("seekers", [FEWEST_SEEKERS - 1, FEWEST_SEEKERS])
    def test_from_ten_labelled_seekers_on_something_is_tried(self, by_time, seekers):
        """Exactly ten, with one partner each, are enough to try a regression and not for trees."""
        halves = seekers // 2, seekers - seekers // 2
        parts = []
        for k, number in enumerate(halves):
            part = world(k, number, at_random)
            parts.append(replace(part, outcome=np.arange(len(part)) % PARTNERS == 3))
        learned = learn(parts, PRIOR, RISING, by_time=by_time, seed=1)
        assert list(learned.gains) == (["logistic"] if seekers == FEWEST_SEEKERS else [])
        assert np.isfinite(fused(learned.fusion, parts[0])).all()

    @every_way
    def test_what_few_contracts_say_decides_nothing(self, by_time):
        """Sixty seekers of four clusters in all, as of four contracts: the prior stays."""
        parts = slices(0, 60, in_steps)
        few = [replace(part, cluster=part.seeker % 4) for part in parts]
        if not by_time:
            few = [replace(part, cluster=np.zeros_like(part.seeker)) for part in parts]
        assert learn(few, PRIOR, RISING, by_time=by_time, seed=1).fusion is PRIOR
        assert learn(parts, PRIOR, RISING, by_time=by_time, seed=1).fusion is not PRIOR

    @every_way
    @pytest.mark.parametrize("seed", range(3))
    def test_trees_are_chosen_where_channels_work_in_steps(self, by_time, seed):
        """And then they are better on fresh examples too."""
        learned = learn(slices(seed, 60, in_steps), PRIOR, RISING, by_time=by_time, seed=seed)
        assert learned.fusion.stage is Stage.TREES
        assert learned.gains["trees"][0] > 0
        fresh = world(77 + seed, 200, in_steps)
        assert (ndcg_of(learned.fusion, fresh) - ndcg_of(PRIOR, fresh)).mean() > 0.1

    @every_way
    @pytest.mark.parametrize("seed", range(3))
    def test_a_regression_is_chosen_where_it_is_the_truth(self, by_time, seed):
        """Trees can only follow it from afar, and must show a lower bound above zero."""
        parts = slices(seed, 120, along_the_scores)
        found = learn(parts, PRIOR, RISING, by_time=by_time, seed=seed)
        assert found.fusion.stage is Stage.LOGISTIC
        assert found.gains["logistic"][0] > 0
        assert found.gains["trees"][0] <= 0
        fresh = world(77 + seed, 200, along_the_scores)
        assert (ndcg_of(found.fusion, fresh) - ndcg_of(PRIOR, fresh)).mean() > 0.03

    @every_way
    @pytest.mark.parametrize("log_odds", [in_steps, along_the_scores, at_random])
    def test_the_stage_follows_from_the_gains(self, by_time, log_odds):
        """A lower bound above zero replaces what stands; better on average is not enough."""
        for seed in range(3):
            learned = learn(slices(seed, 25, log_odds), PRIOR, RISING, by_time=by_time, seed=seed)
            expected = Stage.PRIOR
            for stage in (Stage.LOGISTIC, Stage.TREES):
                low, mean, high = learned.gains.get(stage.value, (0, 0, 0))
                assert low <= mean <= high
                if low > 0:
                    expected = stage
            assert learned.fusion.stage is expected

    def test_a_gain_on_average_alone_replaces_nothing(self):
        """Seed 2 gains on its latest 60 seekers, by an interval that reaches below zero."""
        parts = slices(2, 60, along_the_scores)
        found = learn(parts, PRIOR, RISING, by_time=True, seed=2)
        low, mean, _ = found.gains["logistic"]
        assert low <= 0 < mean
        assert found.fusion is PRIOR

    @every_way
    @pytest.mark.parametrize("place", [0, 1, 3])
    def test_a_slice_in_which_nobody_found_a_partner_changes_nothing(self, by_time, place):
        """Neither one that is learned from nor the latest, which would decide by nothing."""
        parts = slices(4, 30, in_steps)
        idle = replace(world(9, 30, at_random), outcome=np.zeros(600, bool))
        with_idle = [*parts[:place], idle, *parts[place:]]
        one, other = (
            learn(some, PRIOR, RISING, by_time=by_time, seed=1) for some in (parts, with_idle)
        )
        assert one.fusion.stage is other.fusion.stage is not Stage.PRIOR
        assert one.gains == other.gains
        assert np.array_equal(one.fusion.steps, other.fusion.steps)

    def test_labels_that_are_random_hardly_ever_do_harm(self):
        """Over many seeds: trees all but never win, and on fresh random labels nothing is lost.

        Of twelve intervals of 95 %, more than two lie below zero by chance three times in a
        thousand.
        """
        stages, gains, harmed = [], [], 0
        for seed in range(12):
            learned = learn(slices(seed, 30, at_random), PRIOR, RISING, by_time=False, seed=seed)
            stages.append(learned.fusion.stage)
            fresh = world(500 + seed, 150, at_random)
            gain = ndcg_of(learned.fusion, fresh) - ndcg_of(PRIOR, fresh)
            harmed += paired_bootstrap(gain, seed=seed)[2] < 0
            gains.append(gain)
        assert stages.count(Stage.TREES) <= 1
        assert harmed <= 2
        low, _, high = paired_bootstrap(np.concatenate(gains), seed=1)
        assert low > -0.02
        assert high > -0.005

    @pytest.mark.parametrize("seekers", [5, 40])
    def test_a_prior_that_is_right_is_hardly_worsened(self, seekers):
        """Where the prior is the truth and the labels few, learning loses next to nothing."""
        lost = []
        for seed in range(8):
            parts = slices(seed, seekers, along_the_prior)
            learned = learn(parts, PRIOR, RISING, by_time=False, seed=seed)
            fresh = world(500 + seed, 150, along_the_prior)
            lost.append((ndcg_of(PRIOR, fresh) - ndcg_of(learned.fusion, fresh)).mean())
        assert np.mean(lost) < 0.02

    @every_way
    def test_only_drawn_pairs_are_learned_from_but_all_are_ranked(self, by_time):
        """Misleading outcomes among pairs that were not drawn change no weight."""
        parts = slices(9, 250, along_the_scores)
        rng = np.random.default_rng(0)
        kept = [replace(part, drawn=rng.random(len(part)) < 0.6) for part in parts]
        alone = [part.only_drawn() for part in kept]
        assert all(part.drawn.all() for part in alone)
        one, other = (learn(some, PRIOR, RISING, by_time=by_time, seed=1) for some in (kept, alone))
        assert one.fusion.stage is other.fusion.stage is Stage.LOGISTIC
        assert np.array_equal(one.fusion.slope, other.fusion.slope)
        assert one.gains["logistic"] != other.gains["logistic"]

    @every_way
    @pytest.mark.parametrize("log_odds", [in_steps, along_the_scores], ids=["trees", "logistic"])
    def test_the_order_of_the_examples_does_not_matter(self, by_time, log_odds):
        """Fused scores of fresh pairs and the gains agree, up to the last digits of sums."""
        rng = np.random.default_rng(3)
        parts = slices(2, 40, log_odds)
        mixed = []
        for part in parts:
            order = rng.permutation(len(part))
            columns = {f.name: getattr(part, f.name)[order] for f in fields(Examples)}
            mixed.append(Examples(**columns))
        one, other = (
            learn(some, PRIOR, RISING, by_time=by_time, seed=2) for some in (parts, mixed)
        )
        assert one.fusion.stage is other.fusion.stage is not Stage.PRIOR
        fresh = world(88, 20, log_odds)
        assert fused(one.fusion, fresh) == pytest.approx(fused(other.fusion, fresh), abs=1e-3)
        for stage in one.gains:
            assert one.gains[stage] == pytest.approx(other.gains[stage], abs=2e-3)

    @pytest.mark.parametrize("log_odds", [in_steps, along_the_scores], ids=["trees", "logistic"])
    def test_the_same_seed_gives_the_same_fusion(self, log_odds):
        one, other = (
            learn(slices(2, 40, log_odds), PRIOR, RISING, by_time=False, seed=2) for _ in range(2)
        )
        assert one.gains == other.gains
        for name in ("by_rank", "scale", "slope", "edges", "steps"):
            assert np.array_equal(getattr(one.fusion, name), getattr(other.fusion, name))

    @pytest.mark.parametrize("log_odds", [in_steps, along_the_scores], ids=["trees", "logistic"])
    def test_the_best_example_scores_one(self, log_odds):
        """So that scores of several roles can be compared, as those of the prior can."""
        parts = slices(2, 40, log_odds)
        learned = learn(parts, PRIOR, RISING, by_time=False, seed=2)
        assert fused(learned.fusion, joined(parts)).max() == pytest.approx(1, abs=1e-5)

    @pytest.mark.parametrize("log_odds", [in_steps, along_the_scores], ids=["trees", "logistic"])
    def test_channels_of_the_prior_go_on_proposing(self, log_odds):
        """A channel may find partners that others then judge, even one that learning silenced."""
        parts = slices(2, 40, log_odds)
        for part in parts:
            part.scores[:, 1], part.ranks[:, 1] = 0, 0
        learned = learn(parts, PRIOR, RISING, by_time=False, seed=2)
        assert learned.fusion.stage is not Stage.PRIOR
        assert learned.fusion.proposing.tolist() == [True, True, True, True]
        assert (learned.fusion.slope[1], learned.fusion.steps[1].any()) == (0, False)
