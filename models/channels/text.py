"""What companies write: exact words, and meaning.

`needs -> offers` looks for what one side needs among what the other offers, the one direction that
finds partners rather than look-alikes; `activity` and `needs alike` compare like with like and
serve the intents in which two firms resemble each other.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.channels.contract import (
    Family,
    Territory,
    dense_products,
    no_proposals,
    sampled,
)
from models.inputs import Floats, Rows, SparseRows, entries
from models.search import Method, Pool, nearest, nearest_sparse
from models.text_space import TextSpace
from models.view import View

MEANING_FLOOR = 0.25
"""Cosines below this are what two unrelated texts of one language have in common."""

NEARNESS_WEIGHT = 0.02
"""Weight of place, and of chance, among partners whose texts are equally close."""

_TERMS_SHOWN = 3
_TELLING_SHARE = 0.15
"""Share of the closeness of two texts that the terms of one of them must carry to be cited: with
less, the texts are as close without them, or closer."""


class NeedsOffersWords:
    """Exact words shared by the needs of one side and the offers of the other.

    Cosine of sparse TF-IDF rows (words and pairs of words). Exact words beat dense vectors at the
    top of a list, and they are the evidence that a person believes first.
    """

    name: ClassVar[str] = "needs_offers_words"
    family: ClassVar[Family] = Family.DECLARED

    def fit(self, territory: Territory) -> None:
        """Keep the territory's words."""
        self.territory_ = territory
        self._by_word: dict[Flow, SparseRows] = {}

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the view."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the territory's words."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Cosine of words; for a mutual flow the larger of the two directions."""
        if flow is Flow.MUTUAL:
            return np.maximum(
                self.score(seekers, rows, partners, Flow.INWARD),
                self.score(seekers, rows, partners, Flow.OUTWARD),
            )
        own, other = _words_of_flow(seekers, self.territory_.view, flow)
        if flow not in self._by_word:  # transposed once, and only where somebody asks
            self._by_word[flow] = other.T.tocsr()
        return sampled(own[rows] @ self._by_word[flow], partners)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Partners with the most shared words, always exactly."""
        flows = (Flow.INWARD, Flow.OUTWARD) if flow is Flow.MUTUAL else (flow,)
        found = []
        for one in flows:
            own, other = _words_of_flow(seekers, self.territory_.view, one)
            found.append(nearest_sparse(own[rows], seekers.department[rows], other, pool, k))
        return np.concatenate(found, axis=1)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Terms that both texts hold, the weightiest first."""
        view = self.territory_.view
        if flow is Flow.MUTUAL:
            flow = _stronger_flow(self, seekers, row, partner)
        own, other = _words_of_flow(seekers, view, flow)
        ours, theirs = entries(own, row), entries(other, partner)
        shared, left, right = np.intersect1d(ours[0], theirs[0], return_indices=True)
        if len(shared) == 0:
            return None
        order = np.argsort(-ours[1][left] * theirs[1][right], kind="stable")
        terms = [self.territory_.space.word_terms[term] for term in shared[order]]
        return Evidence(_topic_of(flow), {"shared": _without_repeats(terms)})


class NeedsOffersMeaning:
    """Closeness in meaning of the needs of one side and the offers of the other.

    Cosine in the dense text space, less a floor. The label of its trade stands in where a company
    declares no offers.
    """

    name: ClassVar[str] = "needs_offers_meaning"
    family: ClassVar[Family] = Family.DECLARED

    def fit(self, territory: Territory) -> None:
        """Keep the territory's vectors."""
        self.territory_ = territory

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the view."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the territory's vectors."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Cosine above the floor; for a mutual flow the larger of the two directions."""
        view = self.territory_.view
        inward = outward = np.zeros(partners.shape, np.float32)
        if flow is not Flow.OUTWARD and seekers.needs[rows].any():
            inward = dense_products(seekers.needs[rows], view.offers, partners)
        if flow is not Flow.INWARD and view.needs.any():
            outward = dense_products(seekers.offers[rows], view.needs, partners)
        return above_floor(np.maximum(inward, outward))

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Nearest offers to the needs, nearest needs to the offers, or both."""
        view = self.territory_.view
        found = []
        if flow is not Flow.OUTWARD:
            found.append(
                nearest_texts(seekers, seekers.needs, rows, view, view.offers, pool, k, method)
            )
        if flow is not Flow.INWARD:
            found.append(
                nearest_texts(seekers, seekers.offers, rows, view, view.needs, pool, k, method)
            )
        return np.concatenate(found, axis=1)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Terms of each text that bring the two together, by their exact share."""
        view = self.territory_.view
        if flow is Flow.MUTUAL:
            flow = _stronger_flow(self, seekers, row, partner)
        own_words, other_words = _words_of_flow(seekers, view, flow)
        own, other = (
            (seekers.needs, view.offers) if flow is Flow.INWARD else (seekers.offers, view.needs)
        )
        words = entries(own_words, row), entries(other_words, partner)
        return Evidence(
            _topic_of(flow),
            terms_of_both(self.territory_.space, words, (own[row], other[partner])),
        )


class _Alike:
    """Closeness of like with like: the same text on both sides."""

    name: ClassVar[str]
    family: ClassVar[Family] = Family.DECLARED
    field: ClassVar[str]
    topic: ClassVar[Topic]

    def fit(self, territory: Territory) -> None:
        """Keep the territory's vectors."""
        self.territory_ = territory

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the view."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the territory's vectors."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Cosine above the floor; the same for every flow."""
        own = getattr(seekers, self.field)[rows]
        if not own.any():
            return np.zeros(partners.shape, np.float32)
        other: Floats = getattr(self.territory_.view, self.field)
        return above_floor(dense_products(own, other, partners))

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Nearest texts of the same kind."""
        view = self.territory_.view
        own, other = getattr(seekers, self.field), getattr(view, self.field)
        return nearest_texts(seekers, own, rows, view, other, pool, k, method)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Terms of each text that bring the two together."""
        view, space = self.territory_.view, self.territory_.space
        own_words, other_words = (getattr(v, f"{self.field}_words") for v in (seekers, view))
        own, other = getattr(seekers, self.field), getattr(view, self.field)
        words = entries(own_words, row), entries(other_words, partner)
        return Evidence(self.topic, terms_of_both(space, words, (own[row], other[partner])))


class ActivityAlike(_Alike):
    """Closeness in meaning of the two activities."""

    name: ClassVar[str] = "activity_alike"
    family: ClassVar[Family] = Family.REGISTRY
    field: ClassVar[str] = "activity"
    topic: ClassVar[Topic] = Topic.ACTIVITIES_ALIKE


class ActivityWords:
    """Exact words shared by the two activities: cosine of sparse TF-IDF rows."""

    name: ClassVar[str] = "activity_words"
    family: ClassVar[Family] = Family.REGISTRY

    def fit(self, territory: Territory) -> None:
        """Keep the territory's words, by company and by word."""
        self.territory_ = territory
        self._by_word: SparseRows = territory.view.activity_words.T.tocsr()

    def save(self, folder: Path) -> None:
        """Nothing is learned beyond the view."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Keep the territory's words."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Cosine of words; the same for every flow."""
        return sampled(seekers.activity_words[rows] @ self._by_word, partners)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Partners with the most shared words, always exactly."""
        words = self.territory_.view.activity_words
        return nearest_sparse(
            seekers.activity_words[rows], seekers.department[rows], words, pool, k
        )

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Terms that both activities hold, the weightiest first."""
        space = self.territory_.space
        ours = entries(seekers.activity_words, row)
        theirs = entries(self.territory_.view.activity_words, partner)
        shared, left, right = np.intersect1d(ours[0], theirs[0], return_indices=True)
        if len(shared) == 0:
            return None
        order = np.argsort(-ours[1][left] * theirs[1][right], kind="stable")
        terms = _without_repeats([space.word_terms[term] for term in shared[order]])
        return Evidence(Topic.ACTIVITIES_ALIKE, {"company_terms": terms, "partner_terms": terms})


class NeedsAlike(_Alike):
    """Closeness in meaning of the two needs: firms with one worry have something to exchange."""

    name: ClassVar[str] = "needs_alike"
    field: ClassVar[str] = "needs"
    topic: ClassVar[Topic] = Topic.NEEDS_ALIKE


class ThemesShared:
    """Themes that both declare, rare ones counting more (inverse document frequency)."""

    name: ClassVar[str] = "themes_shared"
    family: ClassVar[Family] = Family.DECLARED

    def fit(self, territory: Territory) -> None:
        """Weigh each theme by how rare it is."""
        self.territory_ = territory
        themes = territory.view.themes
        counts = np.bincount(themes.indices, minlength=themes.shape[1])
        self.weights_ = np.log((1 + len(territory.view)) / (1 + counts)).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Nothing is learned that is not quickly counted again."""

    def load(self, folder: Path, territory: Territory) -> None:
        """Count again."""
        self.fit(territory)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Sum of the weights of the shared themes."""
        weighted = seekers.themes[rows].multiply(self.weights_[None, :]).tocsr()
        return sampled(weighted @ self.territory_.view.themes.T.tocsr(), partners)

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Propose nobody: a theme alone is too wide a net."""
        return no_proposals(rows)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name the shared themes, the rarest first."""
        shared = np.intersect1d(
            entries(seekers.themes, row)[0], entries(self.territory_.view.themes, partner)[0]
        )
        if len(shared) == 0:
            return None
        order = shared[np.argsort(-self.weights_[shared], kind="stable")]
        names = [self.territory_.theme_names[k] for k in order[:_TERMS_SHOWN]]
        return Evidence(Topic.THEMES_SHARED, {"themes": names})


def above_floor(cosines: Floats) -> Floats:
    """Take off the closeness that any two texts have; shape and order are kept."""
    above: Floats = np.maximum(cosines - np.float32(MEANING_FLOOR), 0)
    return above


def nearest_texts(
    seekers: View,
    queries: Floats,
    rows: Rows,
    view: View,
    targets: Floats,
    pool: Pool,
    k: int,
    method: Method,
) -> Rows:
    """Nearest text vectors; among equally close texts the nearer firms, then chance."""
    weight = np.float32(NEARNESS_WEIGHT)
    spoken = queries[rows].any(axis=1, keepdims=True)
    left = np.hstack(
        [queries[rows], weight * seekers.position[rows], 0.01 * weight * seekers.noise[rows]]
    )
    right = np.hstack([targets, weight * view.position, 0.01 * weight * view.noise])
    right *= targets.any(axis=1, keepdims=True)
    return nearest(
        (left * spoken).astype(np.float32), seekers.department[rows], right, pool, k, method
    )


def leading_terms(
    space: TextSpace, words: tuple[Rows, Floats], other: Floats
) -> tuple[list[str], float]:
    """Terms of a text that bring it closest to a vector, without repeats, and what they add."""
    shares = {space.word_terms[term]: share for term, share in space.word_shares(words, other)}
    terms = _without_repeats(list(shares))
    return terms, sum(shares[term] for term in terms)


def terms_of_both(
    space: TextSpace,
    words: tuple[tuple[Rows, Floats], tuple[Rows, Floats]],
    vectors: tuple[Floats, Floats],
) -> dict[str, object]:
    """Name the terms of two texts that bring them together; none where they say too little of it.

    Parameters
    ----------
    words
        Columns and values of each text in `TextSpace.words`.
    vectors
        Each text in `TextSpace.meaning`.
    """
    ours, theirs = np.asarray(vectors[0]), np.asarray(vectors[1])
    company, carried = leading_terms(space, words[0], theirs)
    partner, other = leading_terms(space, words[1], ours)
    if max(carried, other) < _TELLING_SHARE * float(ours @ theirs):
        company, partner = [], []
    return {"company_terms": company, "partner_terms": partner}


def _without_repeats(terms: list[str]) -> list[str]:
    kept: list[str] = []
    for term in terms:
        words = set(term.split(" "))
        if not any(words & set(other.split(" ")) for other in kept):
            kept.append(term)
    return kept[:_TERMS_SHOWN]


def _words_of_flow(seekers: View, view: View, flow: Flow) -> tuple[SparseRows, SparseRows]:
    if flow is Flow.INWARD:
        return seekers.needs_words, view.offers_words
    return seekers.offers_words, view.needs_words


def _topic_of(flow: Flow) -> Topic:
    return Topic.THEY_OFFER_WHAT_YOU_NEED if flow is Flow.INWARD else Topic.THEY_NEED_WHAT_YOU_OFFER


def _stronger_flow(
    channel: NeedsOffersWords | NeedsOffersMeaning, seekers: View, row: int, partner: int
) -> Flow:
    rows, partners = np.array([row]), np.array([[partner]])
    inward, outward = (
        channel.score(seekers, rows, partners, flow)[0, 0] for flow in (Flow.INWARD, Flow.OUTWARD)
    )
    return Flow.INWARD if inward >= outward else Flow.OUTWARD
