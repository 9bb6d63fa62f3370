"""The model seen through one pair: its scores if some facts about the two were not known.

Nothing is learned again: the text space, the weights of themes and the learned maps stay as they
are. What follows from the facts themselves (texts as vectors, ties, walks, circles, look-alikes) is
worked out anew for the two companies, as a fit on the whole territory would, without its cost.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import faiss
import numpy as np
import scipy.sparse as sparse
from sklearn.preprocessing import normalize

from matchmaker.intents import FLOW, REVERSED, Flow, Role
from models.channels import learned_map, lookalikes
from models.channels.circle_map import HOPS, CircleMap, closest_words, widened, word_vectors
from models.channels.circle_map import without_pairs as without_ties
from models.channels.complementarity import SectorFlows
from models.channels.contract import Channel
from models.channels.graph import SharedAcquaintances
from models.channels.learned_map import LearnedMap
from models.channels.lookalikes import LOOKALIKES, LookalikesPartners
from models.channels.pagerank import PersonalisedPageRank, steps_of, walks_from
from models.channels.popularity import BoundedPopularity
from models.channels.recency import RecentPopularity
from models.channels.smoothing import KEPT, CircleText
from models.channels.text import ThemesShared, above_floor
from models.inputs import CompanyRows, Floats, Rows, SparseRows
from models.partner_model import PartnerModel
from models.view import View, represent

State = dict[str, Any]

_REPRESENTED = ("activity", "offers", "needs", "trade_label", "themes")
_COPIED = ("trade", "sector", "size", "position")


@dataclass(frozen=True)
class Facts:
    """What is known of a pair.

    Parameters
    ----------
    seeker, partner
        Rows of the territory.
    companies
        The two of them, in the order of the territory.
    cut
        Pairs of rows of whom it is not known that they are tied, shape (p, 2), in either direction.
        How many ties a company has stays known.
    popular
        Whether it is known how many companies the partner is tied to.
    """

    seeker: int
    partner: int
    companies: CompanyRows
    cut: Rows
    popular: bool = True

    @property
    def rows(self) -> Rows:
        """The two rows, ascending."""
        return np.array(sorted((self.seeker, self.partner)), dtype=np.int64)


class Narrowing:
    """A fitted model that is asked about one pair at a time.

    Parameters
    ----------
    model
        Fitted on the whole territory.
    companies
        What it was fitted on.
    """

    def __init__(self, model: PartnerModel, companies: CompanyRows) -> None:
        self.model, self.companies = model, companies

    def facts(self, seeker: int, partner: int) -> Facts:
        """Everything that is known of two rows of the territory."""
        rows = sorted((seeker, partner))
        taken: dict[str, Any] = {"departments": self.companies.departments}
        for name, column in vars(self.companies).items():
            if name not in taken:
                chosen = [column[row] for row in rows]
                taken[name] = np.array(chosen) if isinstance(column, np.ndarray) else chosen
        return Facts(seeker, partner, CompanyRows(**taken), np.zeros((0, 2), dtype=np.int64))

    def view(self, facts: Facts) -> View:
        """Represent the two companies by what is known of them."""
        whole, known = self.model.territory, vars(facts.companies)
        before = vars(self.facts(facts.seeker, facts.partner).companies)
        if any(known[name] != before[name] for name in _REPRESENTED):
            return represent(facts.companies, whole.space, whole.theme_names)
        # Copying what was represented already is many times quicker.
        taken = {f.name: getattr(whole.view, f.name)[facts.rows] for f in fields(View)}
        return View(**taken | {name: known[name].astype(taken[name].dtype) for name in _COPIED})

    def scores(self, facts: Facts, role: Role) -> Floats:
        """Score a pair by every channel that counts in a role.

        Returns
        -------
        ndarray
            Shape (n_channels,), zero for a channel that does not count.
        """
        pair, flow = _Pair(self, facts), FLOW[role]
        seeker, partner = np.searchsorted(facts.rows, [facts.seeker, facts.partner])
        rows, partners = np.array([seeker]), np.array([[partner]])
        scores = np.zeros(len(self.model.channels), np.float32)
        for place in np.flatnonzero(self.model.fusions[role].active).tolist():
            narrowed = pair.narrowed(self.model.channels[place], flow)
            scores[place] = narrowed.score(pair.territory.view, rows, partners, flow)[0, 0]
        return scores

    @cached_property
    def portraits(self) -> Floats:
        """Vectors by which look-alikes are found, of every company."""
        return lookalikes.portraits_of(self.model.territory.view)

    @cached_property
    def words(self) -> Floats:
        """Vectors that the circles of `CircleMap` are smoothed from, of every company."""
        territory = self.model.territory
        return word_vectors(territory.view.activity_words, territory.word_axes)

    @cached_property
    def closest(self) -> SparseRows:
        """Who is closest in words to whom; it stays so whatever is not known of a pair."""
        return closest_words(self.words)


class _Pair:
    """One pair, and the territory as far as its channels look."""

    def __init__(self, whole: Narrowing, facts: Facts) -> None:
        territory = whole.model.territory
        self.whole, self.facts = whole, facts
        self.ties = self.cut(territory.links.ties)
        self.degree = np.diff(self.ties.indptr).astype(np.float32)
        view = whole.view(facts)
        links = replace(territory.links, ties=self.ties[facts.rows][:, facts.rows])
        self.territory = replace(territory, view=view, links=links)

    def cut(self, ties: SparseRows) -> SparseRows:
        """Take out the ties that are not known."""
        return without_ties(ties, self.facts.cut) if len(self.facts.cut) else ties

    def narrowed(self, channel: Channel, flow: Flow) -> Channel:
        """Copy a channel, with what it would have learned of the two companies alone."""
        twin = copy(channel)
        state = next((of for kind, of in _STATES.items() if isinstance(channel, kind)), _fresh)
        vars(twin).update({"territory_": self.territory, **state(channel, self, flow)})
        return twin


def _fresh(channel: Channel, pair: _Pair, flow: Flow) -> State:
    fresh = type(channel)()
    fresh.fit(pair.territory)
    return vars(fresh)


def _learned_before(channel: Channel, pair: _Pair, flow: Flow) -> State:
    return {}


def _acquaintances(channel: SharedAcquaintances, pair: _Pair, flow: Flow) -> State:
    ties = pair.cut(channel._ties)[pair.facts.rows]
    share = channel._share_of(pair.degree)
    return {"_ties": ties, "spread_": (sparse.diags_array(share) @ ties.T).tocsr()}


def _walks(channel: PersonalisedPageRank, pair: _Pair, flow: Flow) -> State:
    rows = pair.facts.rows
    if pair.ties.nnz == 0:
        return {"time_": channel.time_[rows][:, rows]}
    one_way = walks_from(steps_of(pair.ties), rows)[:, rows]
    return {"time_": ((one_way + one_way.T) / 2).tocsr().astype(np.float32)}


def _lookalikes(channel: LookalikesPartners, pair: _Pair, flow: Flow) -> State:
    # Seen from the partner, the ties of this flow are those of the reversed one.
    ties = pair.cut(channel._ties[REVERSED[flow]])[pair.facts.rows]
    return {"alike_": _alike(pair), "_ties": {flow: ties.T.tocsr()}}


def _alike(pair: _Pair) -> SparseRows:
    """Find the look-alikes of the two, as `LookalikesPartners` does; closeness, shape (2, n)."""
    rows, tied = pair.facts.rows, np.flatnonzero(pair.degree > 0)
    alike = np.zeros((2, len(pair.degree)), np.float32)
    if len(tied):
        own, portraits = lookalikes.portraits_of(pair.territory.view), pair.whole.portraits[tied]
        known = np.isin(rows, tied)
        portraits[np.searchsorted(tied, rows[known])] = own[known]
        k = min(LOOKALIKES + 1, len(tied))
        cosines, places = faiss.knn(own, portraits, k, metric=faiss.METRIC_INNER_PRODUCT)
        itself = tied[places] == rows[:, None]
        # Who is not among its own neighbours has one look-alike too many.
        itself[~itself.any(axis=1), LOOKALIKES:] = True
        cosines[itself] = 0
        np.put_along_axis(alike, tied[places], above_floor(cosines), axis=1)
    return sparse.csr_array(alike)


def _portraits(channel: LearnedMap, pair: _Pair, flow: Flow) -> State:
    return {"portrait_": learned_map.portraits_of(pair.territory.view)}


def _circle(channel: CircleText, pair: _Pair, flow: Flow) -> State:
    ties, whole = pair.cut(channel._ties), pair.whole.model.territory
    own, before = pair.territory.view.activity, whole.view.activity
    degree = np.diff(ties.indptr)[pair.facts.rows].astype(np.float32)
    return {"_degree": degree, "smoothed_": _smoothed(pair, ties, own, before, (whole.hops,))}


def _circles(channel: CircleMap, pair: _Pair, flow: Flow) -> State:
    ties = widened(pair.ties, pair.whole.closest)
    own = word_vectors(pair.territory.view.activity_words, pair.territory.word_axes)
    circles = _smoothed(pair, ties, own, pair.whole.words, HOPS)
    return {"circles_": circles, "_told": np.asarray(circles.any(axis=1))}


def _smoothed(
    pair: _Pair, ties: SparseRows, own: Floats, before: Floats, hops: tuple[int, ...]
) -> Floats:
    """Give the two rows of `models.channels.smoothing.smoothed`, exactly.

    Smoothing is linear but for its last step, so a row of it is a mixture of all vectors; its
    weights spread from the company over the ties, `hops` times.

    Parameters
    ----------
    own, before
        Vectors of the two as they are now, shape (2, d), and of everybody before, (n, d).
    hops
        Several numbers, whose results stand side by side.
    """
    rows, weight = pair.facts.rows, np.asarray(ties.sum(axis=1)).ravel()
    root = sparse.diags_array(
        np.divide(1, np.sqrt(weight), out=np.zeros_like(weight), where=weight > 0)
    )
    start = (np.ones(2, np.float32), (np.arange(2), rows))
    step: SparseRows = sparse.csr_array(start, shape=(2, len(before)))
    kept, found = 0 * step, []
    for hop in range(max(hops) + 1):
        if hop in hops:
            mixture = (kept + step).tocsr()
            vectors = mixture @ before + mixture[:, rows] @ (own - before[rows])
            found.append(normalize(vectors))
        kept = kept + KEPT * step
        step = ((1 - KEPT) * (step @ root @ ties @ root)).tocsr()
    side_by_side: Floats = np.hstack(found).astype(np.float32)
    return side_by_side


def _popularity(channel: BoundedPopularity | RecentPopularity, pair: _Pair, flow: Flow) -> State:
    # A tie that is cut leads to nobody known. That there is one, which is all that is counted here,
    # is a fact of its own.
    return {"scores_": channel.scores_[pair.facts.rows] * np.float32(pair.facts.popular)}


_STATES: dict[type, Callable[[Any, _Pair, Flow], State]] = {
    ThemesShared: _learned_before,
    SectorFlows: _learned_before,
    SharedAcquaintances: _acquaintances,
    PersonalisedPageRank: _walks,
    LookalikesPartners: _lookalikes,
    LearnedMap: _portraits,
    CircleText: _circle,
    CircleMap: _circles,
    BoundedPopularity: _popularity,
    RecentPopularity: _popularity,
}
"""What each channel keeps of the territory, for the two alone; the others are fitted on the two."""
