"""Complementarity learned from relations: what goes with what, without being alike."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from matchmaker.activities import LEVELS, codes_of_level
from matchmaker.intents import Flow
from matchmaker.suggestions import Evidence, Topic
from models.arrays import load_array, save_arrays
from models.channels.contract import Family, Territory, dense_products
from models.channels.lookalikes import ties_of_flow
from models.channels.text import leading_terms, nearest_texts
from models.inputs import Floats, Rows, SparseRows, entries
from models.search import Method, Pool
from models.view import View

RIDGE = 3.0
"""Penalty of the map, in companies: a direction that fewer speak of is hardly learned."""
FEWEST_TIES = 10
"""Ties below which nothing is learned."""
TRADE_WEIGHT = 0.7
"""Weight of the NAF division beside the texts."""
TELLING_SHARE = 0.7
"""Share of a score that words must carry to be named as its reason; trades are named below it."""
_DIVISION = LEVELS[::-1].index("division")
"""Place of the division among the levels of `View.trade`."""


class LearnedMap:
    """Linear map from a company's portrait to those of its partners.

    With `X` the portraits (activity, offers, needs, NAF division) and `A` the ties of a flow, the
    ridge regression `W = (X'X + r I)^-1 X' A X (X'X + r I)^-1` minimises
    `|A - X W X'|^2 + penalties`; the score of a pair is `max(0, x_i' W x_j)`. It learns that
    machining goes with surface treatment, which no similarity of words can know.

    References
    ----------
    Menon, Elkan, Link prediction via matrix factorization, ECML 2011 (bilinear side information).
    """

    name: ClassVar[str] = "learned_map"
    family: ClassVar[Family] = Family.RELATIONS

    def fit(self, territory: Territory) -> None:
        """Learn the map of each flow from the relations."""
        self._take(territory)
        portrait = self.portrait_.astype(np.float64)
        gram = portrait.T @ portrait + RIDGE * np.eye(portrait.shape[1])
        ties = ties_of_flow(territory.links)
        self.maps_: dict[Flow, Floats] = {flow: _ridge(portrait, ties[flow], gram) for flow in Flow}

    def _take(self, territory: Territory) -> None:
        self.territory_ = territory
        self.portrait_ = portraits_of(territory.view)

    def save(self, folder: Path) -> None:
        """Write the maps."""
        save_arrays(folder, {flow.value: self.maps_[flow] for flow in Flow})

    def load(self, folder: Path, territory: Territory) -> None:
        """Open the maps by memory map."""
        self._take(territory)
        self.maps_ = {flow: load_array(folder, flow.value) for flow in Flow}

    def _portrait_of(self, seekers: View) -> Floats:
        return self.portrait_ if seekers is self.territory_.view else portraits_of(seekers)

    def score(self, seekers: View, rows: Rows, partners: Rows, flow: Flow) -> Floats:
        """Strength that the map sees in a pair."""
        if not self.maps_[flow].any():  # too few relations to learn from
            return np.zeros(partners.shape, np.float32)
        mapped = self._portrait_of(seekers)[rows] @ self.maps_[flow]
        seen: Floats = np.maximum(dense_products(mapped, self.portrait_, partners), 0)
        return seen

    def top(
        self, seekers: View, rows: Rows, flow: Flow, pool: Pool, k: int, method: Method
    ) -> Rows:
        """Companies nearest to where the map sends the seeker."""
        mapped = np.zeros((len(seekers), self.portrait_.shape[1]), np.float32)
        mapped[rows] = self._portrait_of(seekers)[rows] @ self.maps_[flow]
        view = self.territory_.view
        return nearest_texts(seekers, mapped, rows, view, self.portrait_, pool, k, method)

    def evidence(self, seekers: View, row: int, partner: int, flow: Flow) -> Evidence | None:
        """Name what each company does by the words that the map ties to the other, or by its trade.

        Nothing where neither carries the score: then it is rather what they offer and need, which
        other channels say better.
        """
        view, space = self.territory_.view, self.territory_.space
        learned, width = self.maps_[flow], view.activity.shape[1]
        own, other = self._portrait_of(seekers)[row], self.portrait_[partner]
        forward, backward = own @ learned, learned @ other
        told = TELLING_SHARE * (own @ backward)
        terms: tuple[list[str], list[str]] = ([], [])
        if min(own[:width] @ backward[:width], forward[:width] @ other[:width]) >= told:
            ours = entries(seekers.activity_words, row)
            theirs = entries(view.activity_words, partner)
            terms = (
                leading_terms(space, ours, backward[:width])[0],
                leading_terms(space, theirs, forward[:width])[0],
            )
        if not all(terms):
            terms, texts = ([], []), slice(0, 3 * width)
            if own[texts] @ learned[texts, texts] @ other[texts] > told:
                return None
        return Evidence(
            Topic.LEARNED_COMPLEMENT, {"company_terms": terms[0], "partner_terms": terms[1]}
        )


def _ridge(
    portrait: npt.NDArray[np.float64], ties: SparseRows, gram: npt.NDArray[np.float64]
) -> Floats:
    if ties.nnz < FEWEST_TIES:
        return np.zeros(gram.shape, np.float32)
    target = portrait.T @ (ties @ portrait)
    learned = np.linalg.solve(gram, np.linalg.solve(gram, target.T).T)
    # In the order in which it is opened again: another one gives products with other last bits.
    return np.ascontiguousarray(learned, dtype=np.float32)


def portraits_of(view: View) -> Floats:
    """Everything that a company says and is, one row each; shape (n, 3 d + n_divisions)."""
    division = view.trade[:, _DIVISION]
    trade = np.zeros((len(view), len(codes_of_level("division"))), np.float32)
    known = np.flatnonzero(division >= 0)
    trade[known, division[known]] = TRADE_WEIGHT
    portrait: Floats = np.hstack([view.activity, view.offers, view.needs, trade])
    return portrait
