"""A score becomes a probability that never falls, and a percentage only from 200 outcomes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from matchmaker.errors import SnapshotError
from models.calibration import FEWEST, SHOWN_FROM, Calibration, fit_calibration


def outcomes_of(seed, n, slope=4.0):
    """Draw scores and outcomes whose log-odds are `slope (score - 1/2)`."""
    rng = np.random.default_rng(seed)
    scores = rng.random(n)
    return scores, (rng.random(n) < expit(slope * (scores - 0.5))).astype(int)


def smoothed(outcomes):
    """Platt's targets, as in his paper."""
    yes, no = outcomes.sum(), (1 - outcomes).sum()
    return np.where(outcomes == 1, (yes + 1) / (yes + 2), 1 / (no + 2))


@given(st.integers(0, 2**32 - 1), st.integers(FEWEST, 400), st.integers(0, 30))
@settings(max_examples=80, deadline=None)
def test_the_curve_never_falls_and_never_says_never(seed, n, slope):
    scores, outcomes = outcomes_of(seed, n, slope - 10)
    curve = fit_calibration(scores, outcomes)
    if outcomes.min() == outcomes.max():
        assert curve is None
        return
    found = curve.probabilities(np.linspace(-1, 2, 500))
    assert (np.diff(found) >= -1e-12).all()
    assert found.min() > 0
    assert found.max() < 1
    assert curve.may_show_percentage == (n >= 200)
    assert curve.method == ("isotonic" if n >= 200 else "platt")


@given(st.integers(0, 2**32 - 1), st.integers(20, 199))
@settings(max_examples=30, deadline=None)
def test_few_outcomes_give_the_logistic_curve_of_smoothed_targets(seed, n):
    """Against scikit-learn's logistic regression, each outcome split into a yes and a no."""
    scores, outcomes = outcomes_of(seed, n, 6.0)
    targets = smoothed(outcomes)
    peer = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(
        np.tile(scores, 2)[:, None],
        np.repeat([1, 0], n),
        sample_weight=np.concatenate([targets, 1 - targets]),
    )
    curve = fit_calibration(scores, outcomes)
    if peer.coef_[0, 0] < 0:  # a falling curve is not offered: the level one is the next best
        assert curve.probabilities(scores) == pytest.approx(targets.mean(), abs=1e-4)
    else:
        expected = peer.predict_proba(scores[:, None])[:, 1]
        assert curve.probabilities(scores) == pytest.approx(expected, abs=1e-4)


@given(st.integers(0, 2**32 - 1), st.integers(200, 500))
@settings(max_examples=30, deadline=None)
def test_many_outcomes_give_the_isotonic_curve(seed, n):
    """Against scikit-learn on the bare outcomes, of which the smoothed ones are a linear image."""
    scores, outcomes = outcomes_of(seed, n)
    peer = IsotonicRegression(out_of_bounds="clip").fit(scores, outcomes)
    low, high = smoothed(outcomes).min(), smoothed(outcomes).max()
    asked = np.linspace(-0.5, 1.5, 300)
    found = fit_calibration(scores, outcomes).probabilities(asked)
    assert found == pytest.approx(low + (high - low) * peer.predict(asked), abs=1e-9)


@pytest.mark.parametrize("n", [150, 5000])
def test_probabilities_come_near_the_truth(n):
    """Average error on fresh scores: below .1 from 150 outcomes, below .04 from 5,000."""
    scores, outcomes = outcomes_of(5, n)
    asked = np.linspace(0.02, 0.98, 200)
    found = fit_calibration(scores, outcomes).probabilities(asked)
    error = np.abs(found - expit(4 * (asked - 0.5))).mean()
    assert error < (0.1 if n == 150 else 0.04)


def test_a_perfect_separation_stays_modest():
    """Five noes below five yeses: no more is claimed than Platt's targets, 6/7 and 1/7."""
    curve = fit_calibration(np.arange(10.0), np.repeat([0, 1], 5))
    found = curve.probabilities(np.array([-100.0, 0.0, 9.0, 100.0]))
    assert found[0] == found[1]  # beyond what was seen the curve is level
    assert found[2] == found[3]
    assert 0.05 < found[0] < 0.3
    assert found[2] == pytest.approx(1 - found[0], abs=1e-4)


@pytest.mark.parametrize(
    ("scores", "outcomes"),
    [(np.arange(9.0), np.arange(9) % 2), (np.arange(300.0), np.ones(300)), (np.zeros(0),) * 2],
    ids=["nine outcomes", "all alike", "none"],
)
def test_nothing_is_learned_from_too_little(scores, outcomes):
    assert fit_calibration(scores, outcomes) is None


def test_one_score_for_all_gives_the_smoothed_share():
    """Three yeses of ten: (3 x 4/5 + 7 x 1/9) / 10."""
    curve = fit_calibration(np.full(10, 0.4), np.arange(10) < 3)
    assert curve.probabilities(np.array([0.0, 0.4, 1.0])) == pytest.approx(0.3177778, abs=1e-6)


@pytest.mark.parametrize("n", [50, SHOWN_FROM])
def test_a_saved_curve_reads_the_same(n, tmp_path):
    curve = fit_calibration(*outcomes_of(2, n))
    curve.save(tmp_path)
    again = Calibration.load(tmp_path)
    asked = np.random.default_rng(0).random((4, 5))
    assert np.array_equal(again.probabilities(asked), curve.probabilities(asked))
    assert (again.method, again.outcomes) == (curve.method, n)
    assert again.may_show_percentage == (n >= SHOWN_FROM)


def test_a_missing_curve_is_named(tmp_path):
    with pytest.raises(SnapshotError, match=r"calibration\.thresholds\.npy"):
        Calibration.load(tmp_path)


@pytest.mark.parametrize(
    ("scores", "outcomes", "message"),
    [
        (np.zeros(3), np.zeros(2), "one length"),
        (np.array([np.nan]), np.zeros(1), "finite"),
        (np.zeros(1), np.array([0.5]), "0 or 1"),
    ],
)
def test_what_is_no_outcome_is_refused(scores, outcomes, message):
    with pytest.raises(ValueError, match=message):
        fit_calibration(scores, outcomes)
