"""From the channels' scores to one: a sum of what each channel adds, at every stage.

Without feedback the ranks of the channels are added up with published weights (`models.prior`).
With some, a logistic regression adds the channels' scores to that prior. With more, each channel
gets a shape of its own from boosted trees, if they win (`models.learning` decides). All three are
sums over channels, so that a reason is an exact part of the score. All three rise strictly with
every score that speaks for a pair: evidence that is taken away is missed, however small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from models.arrays import load_array, load_strings, save_arrays, save_strings
from models.inputs import Flags, Floats
from models.prior import RANK_OFFSET, Ranks, rank_contributions, rank_weights

GRADED = 0.05
"""Slope beside ranks and steps, per part of the most that these can add: two scores on one rank or
step differ a little."""


class Stage(StrEnum):
    """How a fusion came about."""

    PRIOR = "prior"
    LOGISTIC = "logistic"
    TREES = "trees"


@dataclass(frozen=True)
class Fusion:
    """A sum of one function per channel.

    `score = sum over channels c of by_rank[c] / (20 + rank_c) + slope[c] log(1 + s_c / scale[c])
    + steps[c, number of edges of c below s_c]`, where `rank_c` counts only if the channel sees
    something. A channel that sees nothing adds nothing.

    Parameters
    ----------
    stage
        How it came about: from ranks; from ranks and a regression; from steps.
    by_rank, scale, slope
        Shape (n_channels,). The slope is at least `GRADED` times what the rest can add.
    proposing
        Channels that are asked for candidates, shape (n_channels,); at least the active ones.
    edges, steps
        Ascending scores padded with infinity, shape (n_channels, e), and the value from each edge
        on, shape (n_channels, e + 1), whose first column is zero.
    """

    stage: Stage
    proposing: Flags
    by_rank: Floats
    scale: Floats
    slope: Floats
    edges: Floats
    steps: Floats

    @property
    def active(self) -> Flags:
        """Channels that can add something, shape (n_channels,)."""
        return np.asarray((self.by_rank != 0) | (self.slope != 0) | self.steps.any(axis=1))

    def contributions(self, scores: Floats, ranks: Ranks) -> Floats:
        """Split a score into what each channel adds to it.

        Parameters
        ----------
        scores
            Of each channel, shape (..., n_channels).
        ranks
            Among the candidates of one seeker, 0 where a channel sees nothing; same shape.

        Returns
        -------
        ndarray
            Same shape; the sum over the last axis is the score.
        """
        parts = np.zeros(scores.shape, np.float32)
        active = np.flatnonzero(self.active)  # most channels take no part in most roles
        seen, slope = scores[..., active], self.slope[active]
        added = rank_contributions(ranks[..., active], self.by_rank[active])
        if slope.any():
            added += slope * np.log1p(seen / self.scale[active])
        for column, place in enumerate(active):
            if self.steps[place].any():
                step = np.searchsorted(self.edges[place], seen[..., column], side="left")
                added[..., column] += self.steps[place, step]
        parts[..., active] = added
        return parts

    def scaled(self, factor: float) -> Fusion:
        """Multiply every part, so that scores of several fusions can be compared."""
        return replace(
            self,
            by_rank=(self.by_rank * factor).astype(np.float32),
            slope=(self.slope * factor).astype(np.float32),
            steps=(self.steps * factor).astype(np.float32),
        )

    def save(self, folder: Path) -> None:
        """Write the fusion as arrays."""
        arrays = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "stage"}
        save_arrays(folder, arrays)
        save_strings(folder, "stage", [self.stage.value])

    @classmethod
    def load(cls, folder: Path) -> Fusion:
        """Open the arrays."""
        names = [f.name for f in fields(cls) if f.name != "stage"]
        stage = Stage(load_strings(folder, "stage")[0])
        return cls(stage, **{name: load_array(folder, name) for name in names})


def prior_fusion(weights: Mapping[str, float], channel_names: Sequence[str]) -> Fusion:
    """Make the fusion for a territory without feedback, from published weights."""
    return graded(additive(Stage.PRIOR, rank_weights(weights, channel_names)))


def graded(fusion: Fusion) -> Fusion:
    """Let a fusion rise strictly with every score whose rank or steps speak for a pair."""
    most = np.maximum(fusion.by_rank / (RANK_OFFSET + 1), 0) + np.maximum(fusion.steps[:, -1], 0)
    return replace(fusion, slope=(fusion.slope + GRADED * most).astype(np.float32))


def additive(
    stage: Stage,
    by_rank: Floats,
    *,
    scale: Floats | None = None,
    slope: Floats | None = None,
    edges: Floats | None = None,
    steps: Floats | None = None,
) -> Fusion:
    """Make a fusion whose missing parts add nothing."""
    n = len(by_rank)
    fusion = Fusion(
        stage=stage,
        proposing=np.zeros(n, dtype=bool),
        by_rank=by_rank.astype(np.float32),
        scale=np.ones(n, np.float32) if scale is None else scale.astype(np.float32),
        slope=np.zeros(n, np.float32) if slope is None else slope.astype(np.float32),
        edges=np.zeros((n, 0), np.float32) if edges is None else edges.astype(np.float32),
        steps=np.zeros((n, 1), np.float32) if steps is None else steps.astype(np.float32),
    )
    return replace(fusion, proposing=fusion.active)
