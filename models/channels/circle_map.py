"""What, in the words of two circles, goes with a relation: learned, dimension by dimension."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.arrays import load_array, save_arrays
from models.channels.contract import Family, Territory, dense_products, is_of_territory
from models.channels.smoothing import smoothed
from models.channels.text import nearest_texts, terms_of_both
from models.inputs import UNKNOWN, Flags, Floats, Rows, SparseRows, entries
from models.search import Method, Pool, nearest
from models.view import View

HOPS = (1, 3)
"""Circles looked at: acquaintances, and the wider neighbourhood."""
LOOKALIKES, LOOKALIKE_TIE = 10, 0.5
"""Look-alikes that stand in for acquaintances, and the weight of all of them together for a company
without any; it shrinks with each acquaintance."""
EXACT_UP_TO = 50_000
"""Companies up to which look-alikes are searched exactly."""
HIDDEN_PARTS, HIDDEN_SHARE = 4, 0.1
"""Ties are hidden a tenth at a time, so that no weight is learned from a tie it can see."""
NON_LINKS = 10
"""Random pairs per hidden tie."""
FEWEST_TIES = 100
"""Ties below which every dimension weighs the same."""
MOST_TIES = 10_000
"""Hidden ties learned from; more would not change the weights."""
_BLOCK = 4096
INVERSE_PENALTY = 0.1
"""Weight of the hidden ties against the penalty on the weights (`C` of scikit-learn)."""


class CircleMap:
    """Closeness of two circles' words, each dimension weighted by what it says of relations.

    `score = log(1 + exp(b + sum over h, d of w(h, d) z_i(h, d) z_j(h, d)))` with `z(h)` the words
    of the activities smoothed over `h` hops. A company with few acquaintances borrows those of its
    look-alikes. The weights come from a logistic regression that must find ties which were hidden
    before smoothing.

    References
    ----------
    Li et al., What's behind the mask: understanding masked graph modeling for graph autoencoders
    (MaskGAE), KDD 2023 (why ties are hidden); Wu et al., Simplifying graph convolutional networks,
    ICML 2019 (linear smoothing).
    """

    name: ClassVar[str] = "circle_map"
    family: ClassVar[Family] = Family.RELATIONS

    def fit(self, territory: Territory) -> None:
        """Learn the weights from hidden ties, then smooth over all of them."""
        self.territory_ = territory
        words, ties = territory.view.activity_words, territory.links.ties
        vectors = word_vectors(words, territory.word_axes)
        alike = closest_words(vectors)
        self.circles_ = _circles(vectors, ties, alike)
        self._told: Flags = np.asarray(self.circles_.any(axis=1))
        self.weights_, self.base_ = _learned(vectors, ties, alike, territory.seed)

    def save(self, folder: Path) -> None:
        """Write circles and weights."""
        base = np.array([self.base_], dtype=np.float32)
        save_arrays(
            folder,
            {
                "circles": self.circles_,
                "weights": self.weights_,
                "base": base,
            },
        )

    def load(self, folder: Path, territory: Territory) -> None:
        """Open circles and weights by memory map."""
        self.territory_ = territory
        self.circles_ = load_array(folder, "circles")
        self._told = np.asarray(self.circles_.any(axis=1))
        self.weights_ = load_array(folder, "weights")
        self.base_ = float(load_array(folder, "base")[0])

    def _circles_of(self, seekers: View) -> Floats:
        """Circles of the seekers; a new profile has its own words only."""
        if is_of_territory(seekers, self.territory_):
            return self.circles_
        own = word_vectors(seekers.activity_words, self.territory_.word_axes)
        repeated: Floats = np.hstack([own] * len(HOPS))
        return repeated

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Evidence for a relation, zero where the territory has none or a side has no text."""
        circles = self._circles_of(seekers)[rows]
        if not self.weights_.any():
            return np.zeros(partners.shape, np.float32)
        logits = dense_products(circles * self.weights_, self.circles_, partners) + self.base_
        told = np.asarray(circles.any(axis=1))[:, None] & self._told[partners]
        seen: Floats = (np.logaddexp(0, logits) * told).astype(np.float32)
        return seen

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Companies with the circles that go best with the seeker's."""
        weighted = np.zeros((len(seekers), self.circles_.shape[1]), np.float32)
        weighted[rows] = self._circles_of(seekers)[rows] * self.weights_
        view = self.territory_.view
        return nearest_texts(seekers, weighted, rows, view, self.circles_, pool, k, method)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Say what two activities without any circle have in common.

        Whether a circle as such speaks for a pair is what `circle_text` says: under learned weights
        the two may be as close without it.
        """
        view, space = self.territory_.view, self.territory_.space
        degree = self.territory_.links.degree
        own = degree[row] if is_of_territory(seekers, self.territory_) else 0
        if own or degree[partner]:
            return None
        words = entries(seekers.activity_words, row), entries(view.activity_words, partner)
        vectors = seekers.activity[row], view.activity[partner]
        return Evidence(Topic.ACTIVITIES_ALIKE, terms_of_both(space, words, vectors))


def word_vectors(words: SparseRows, axes: Floats) -> Floats:
    """Words on `Territory.word_axes`; rows of length one or zero."""
    vectors: Floats = normalize(words @ axes).astype(np.float32)
    return vectors


def closest_words(vectors: Floats) -> SparseRows:
    """Share that each look-alike has in standing in for acquaintances; rows sum to one or zero."""
    n = len(vectors)
    sides = np.zeros(n, np.int16)
    method: Method = "exact" if n <= EXACT_UP_TO else "approximate"
    pool = Pool(np.arange(n), sides, cross=False)
    found = nearest(vectors, sides, vectors, pool, LOOKALIKES + 1, method)
    found[found == np.arange(n)[:, None]] = UNKNOWN
    close = np.concatenate(
        [
            dense_products(vectors[start : start + _BLOCK], vectors, found[start : start + _BLOCK])
            for start in range(0, max(n, 1), _BLOCK)
        ]
    )
    close = np.maximum(close, 0) * (found >= 0)
    rows, columns = np.nonzero(close)
    alike: SparseRows = sparse.csr_array(
        (close[rows, columns], (rows, found[rows, columns])), shape=(n, n)
    )
    shares: SparseRows = normalize(alike, norm="l1").astype(np.float32)
    return shares


def _circles(vectors: Floats, ties: SparseRows, alike: SparseRows) -> Floats:
    """Smooth over one and three hops, side by side; shape (n, 2 d)."""
    wide = widened(ties, alike)
    circles: Floats = np.hstack([smoothed(vectors, wide, hops) for hops in HOPS])
    return circles


def widened(ties: SparseRows, alike: SparseRows) -> SparseRows:
    """Add ties to look-alikes, the weaker the more acquaintances a company has; shape kept."""
    degree = np.diff(ties.indptr)
    borrowed = sparse.diags_array((LOOKALIKE_TIE / (1 + degree)).astype(np.float32)) @ alike
    wide: SparseRows = (ties + borrowed + borrowed.T).tocsr()
    return wide


def _learned(
    vectors: Floats, ties: SparseRows, alike: SparseRows, seed: int
) -> tuple[Floats, float]:
    """Weight of each dimension of the circles, shape (2 d,), and the intercept."""
    width = vectors.shape[1] * len(HOPS)
    rows = np.repeat(np.arange(len(vectors)), np.diff(ties.indptr))
    pairs = np.stack([rows, ties.indices], axis=1)[rows < ties.indices]
    if len(pairs) < FEWEST_TIES:
        return np.full(width, float(len(pairs) > 0), np.float32), 0.0
    generator = np.random.default_rng(seed)
    pairs = generator.permutation(pairs)[: round(MOST_TIES / HIDDEN_SHARE)]
    samples, labels = [], []
    for part in range(HIDDEN_PARTS):
        hidden = pairs[part :: round(1 / HIDDEN_SHARE)]
        circles = _circles(vectors, without_pairs(ties, hidden), alike)
        random = generator.integers(len(vectors), size=(NON_LINKS * len(hidden), 2))
        asked = np.concatenate([hidden, random[random[:, 0] != random[:, 1]]])
        samples.append(circles[asked[:, 0]] * circles[asked[:, 1]])
        labels.append(np.arange(len(asked)) < len(hidden))
    scale = np.sqrt(np.float32(vectors.shape[1]))
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=200)
    # Many small steps: a second thread would spend its time waiting for the first.
    with threadpool_limits(limits=1):
        model.fit(np.concatenate(samples) * scale, np.concatenate(labels))
    return (model.coef_[0] * scale).astype(np.float32), float(model.intercept_[0])


def without_pairs(ties: SparseRows, pairs: npt.NDArray[np.int64]) -> SparseRows:
    """Take pairs out of symmetric ties."""
    n = ties.shape[0]
    rows = np.repeat(np.arange(n), np.diff(ties.indptr)).astype(np.int64)
    keys = rows * n + ties.indices
    gone = np.concatenate([pairs[:, 0] * n + pairs[:, 1], pairs[:, 1] * n + pairs[:, 0]])
    left = ties.copy()
    left.data = np.where(np.isin(keys, gone), np.float32(0), ties.data)
    left.eliminate_zeros()
    return left
