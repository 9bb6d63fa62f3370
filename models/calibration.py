"""From scores to probabilities, as far as confirmed outcomes allow: Platt, then isotonic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression

from models.arrays import load_array, save_arrays
from models.reciprocity import Scores

Values = npt.NDArray[np.float64]
Method = Literal["platt", "isotonic"]

FEWEST = 10
"""Confirmed outcomes below which nothing is learned."""

SHOWN_FROM = 200
"""Confirmed outcomes from which a percentage may be shown, and the curve takes its own shape."""


@dataclass(frozen=True)
class Calibration:
    """A curve from score to probability that never falls.

    Parameters
    ----------
    method
        `platt`: straight in log-odds between two thresholds; `isotonic`: straight in probability
        between the thresholds. Beyond the scores that were seen, both are level.
    thresholds
        Scores, ascending, shape (k,).
    values
        Probabilities there, inside (0, 1), shape (k,).
    outcomes
        Confirmed outcomes that it was learned from.
    """

    method: Method
    thresholds: Values
    values: Values
    outcomes: int

    @property
    def may_show_percentage(self) -> bool:
        """Whether enough outcomes were confirmed for a percentage to mean something."""
        return self.outcomes >= SHOWN_FROM

    def probabilities(self, scores: Scores) -> Values:
        """Read the curve at scores of any shape."""
        if self.method == "platt":
            curve: Values = expit(np.interp(scores, self.thresholds, logit(self.values)))
            return curve
        return np.interp(scores, self.thresholds, self.values)

    def save(self, folder: Path) -> None:
        """Write the curve as arrays."""
        save_arrays(
            folder,
            {
                "calibration.thresholds": self.thresholds,
                "calibration.values": self.values,
                "calibration.outcomes": np.array(self.outcomes),
            },
        )

    @classmethod
    def load(cls, folder: Path) -> Calibration:
        """Open what `save` wrote.

        Raises
        ------
        SnapshotError
            If a file is missing or is no array.
        """
        thresholds, values, outcomes = (
            load_array(folder, f"calibration.{name}")
            for name in ("thresholds", "values", "outcomes")
        )
        return cls(_method(int(outcomes)), thresholds, values, int(outcomes))


def fit_calibration(scores: Scores, outcomes: npt.NDArray[Any]) -> Calibration | None:
    """Learn how often a pair of a given score comes to something.

    Below 200 outcomes a logistic curve (Platt), above it an isotonic one. Both aim at Platt's
    smoothed targets, `(n_yes + 1) / (n_yes + 2)` and `1 / (n_no + 2)`, so that no curve ever says
    never or always; both are kept from falling.

    Parameters
    ----------
    scores
        Shape (n,), finite.
    outcomes
        1 or true where it came to something, else 0, shape (n,); only confirmed ones.

    Returns
    -------
    Calibration or None
        None below ten outcomes, or where all are alike: there is nothing to learn from yet.

    Raises
    ------
    ValueError
        If shapes differ, a score is not finite, or an outcome is neither 0 nor 1.

    References
    ----------
    Platt, Probabilistic outputs for support vector machines, 1999. Zadrozny, Elkan, Transforming
    classifier scores into accurate multiclass probability estimates, KDD 2002.
    """
    if scores.ndim != 1 or scores.shape != outcomes.shape:
        raise ValueError(
            f"scores and outcomes must be of one length, got {scores.shape} and {outcomes.shape}"
        )
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite")
    if not np.isin(outcomes, (0, 1)).all():
        raise ValueError("outcomes must be 0 or 1")
    yes = int(outcomes.sum())
    if len(scores) < FEWEST or yes in (0, len(scores)):
        return None
    targets = np.where(outcomes == 1, (yes + 1) / (yes + 2), 1 / (len(scores) - yes + 2))
    method = _method(len(scores))
    fit = _platt if method == "platt" else _isotonic
    return Calibration(method, *fit(scores.astype(np.float64), targets), len(scores))


def _method(outcomes: int) -> Method:
    return "platt" if outcomes < SHOWN_FROM else "isotonic"


def _platt(scores: Values, targets: Values) -> tuple[Values, Values]:
    """Fit the logistic curve of least cross-entropy among those that do not fall."""
    ends = np.array([scores.min(), scores.max()])
    width = ends[1] - ends[0]
    unit = (scores - ends[0]) / (width or 1.0)

    def loss(line: Values) -> tuple[float, Values]:
        odds = line[0] + line[1] * unit
        wrong = expit(odds) - targets
        return (
            float((np.logaddexp(0, odds) - targets * odds).sum()),
            np.array([wrong.sum(), (wrong * unit).sum()]),
        )

    start = np.array([logit(targets.mean()), 0.0])
    line = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), (0, None)],
        options={"gtol": 1e-10, "ftol": 1e-15},
    ).x
    return ends, expit(line[0] + line[1] * np.array([0.0, 1.0]))


def _isotonic(scores: Values, targets: Values) -> tuple[Values, Values]:
    curve = IsotonicRegression(out_of_bounds="clip").fit(scores, targets)
    return curve.X_thresholds_, curve.y_thresholds_
