"""What is believed of the channels before anybody said anything: weights, and fusion by rank.

Ranks, not scores, are added up, so that no channel needs a scale; a channel that sees nothing in a
pair adds nothing to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matchmaker.intents import Role
from models.inputs import Floats

Ranks = npt.NDArray[np.uint16]

RANK_OFFSET = 20
"""Ranks are added to this before they are inverted: larger values flatten the top."""

_TRADE_ONE_WAY = {
    "needs_offers_words": 3.0,
    "needs_offers_meaning": 1.5,
    "sector_flows": 0.75,
    "learned_map": 4.0,
    "lookalikes_partners": 1.0,
    "circle_text": 1.0,
    "supply_circle_text": 2.0,
    "shared_acquaintances": 0.5,
    "shared_groups": 0.5,
    "place": 0.5,
}

PRIOR: dict[Role, dict[str, float]] = {
    Role.SUPPLIER: _TRADE_ONE_WAY,
    Role.CLIENT: _TRADE_ONE_WAY,
    Role.CO_BIDDER: {
        "trades_alike": 1.0,
        "sector_flows": 0.75,
        "needs_offers_words": 0.25,
        "needs_offers_meaning": 0.25,
        "learned_map": 1.5,
        "lookalikes_partners": 1.0,
        "award_circle_text": 1.0,
        "shared_acquaintances": 0.25,
        "shared_groups": 0.5,
        "recent_popularity": 0.25,
        "size_fit": 2.0,
        "place": 0.75,
    },
    Role.PEER: {
        "needs_alike": 0.25,
        "themes_shared": 1.5,
        "size_fit": 4.0,
        "shared_acquaintances": 0.25,
        "shared_groups": 0.5,
        "place": 1.0,
    },
    Role.MENTOR: {
        "needs_offers_meaning": 0.5,
        "activity_alike": 0.5,
        "themes_shared": 0.75,
        "trades_alike": 1.0,
        "size_fit": 0.5,
        "shared_acquaintances": 1.5,
        "shared_groups": 0.5,
        "place": 1.0,
    },
    Role.TRAINER: {
        "needs_offers_words": 2.0,
        "needs_offers_meaning": 1.5,
        "shared_acquaintances": 1.0,
        "shared_groups": 0.5,
        "lookalikes_partners": 1.0,
        "bounded_popularity": 0.25,
        "place": 1.0,
    },
    Role.EXPORT_PARTNER: {
        "needs_offers_words": 1.0,
        "needs_offers_meaning": 0.75,
        "activity_alike": 0.75,
        "themes_shared": 1.0,
        "sector_flows": 0.5,
        "trades_alike": 0.5,
        "shared_acquaintances": 1.5,
        "shared_groups": 0.5,
        "place": 0.5,
    },
}
"""Weight of each channel per role; a channel that is not named takes no part.

Set by reason and on fictional territories of two seeds kept for that (1001 and 1002), rounded to
quarters; the demo territory and every published figure use other seeds. Acquaintances count less
for supply than among co-bidders: those we know know people, not necessarily what we need.
"""
PRIOR[Role.MENTEE] = PRIOR[Role.MENTOR]
PRIOR[Role.EMPLOYER] = PRIOR[Role.TRAINER]


GENERAL: dict[str, float] = {
    "needs_offers_words": 0.5,
    "needs_offers_meaning": 0.5,
    "activity_words": 0.5,
    "activity_alike": 0.5,
    "sector_flows": 0.25,
    "trades_alike": 0.25,
    "shared_acquaintances": 1.0,
    "recent_acquaintances": 0.5,
    "page_rank": 1.0,
    "lookalikes_partners": 1.0,
    "learned_map": 0.5,
    "circle_text": 1.0,
    "circle_map": 1.0,
    "bounded_popularity": 0.25,
    "recent_popularity": 0.25,
    "place": 0.25,
}
"""Weights for relations of a kind that no intent answers for: graph 2, look-alikes 1, text 1 and
smoothed text 1 as measured on public networks beforehand, split among the channels of each, and
popularity .5."""


def ranks_of(scores: Floats) -> Ranks:
    """Rank the scores of each row, 1 for the best; zero scores have rank 0.

    Equal scores have equal ranks, so that the order of the rows cannot matter.

    Parameters
    ----------
    scores
        Shape (m, c), zero or more.

    Returns
    -------
    ndarray
        Shape (m, c).
    """
    # Rounded, because products of vectors differ in the last bits with the size of a block.
    rounded = np.round(scores, 5)
    order = np.argsort(-rounded, axis=1)  # equal scores may stand in any order
    ordered = np.take_along_axis(rounded, order, axis=1)
    first = np.ones(ordered.shape, dtype=bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    places = np.where(first, np.arange(1, scores.shape[1] + 1), 0)
    ranks = np.empty(scores.shape, dtype=np.uint16)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=1).astype(np.uint16), axis=1)
    ranks[rounded <= 0] = 0
    return ranks


def rank_weights(weights: Mapping[str, float], channel_names: Sequence[str]) -> Floats:
    """Scale weights so that the best rank in every channel scores 1.

    Parameters
    ----------
    weights
        Weight of each channel that takes part.
    channel_names
        Order of the answer; a channel without a weight gets 0.

    Returns
    -------
    ndarray
        Shape (n_channels,): divided by `RANK_OFFSET + rank` it is a channel's contribution.

    References
    ----------
    Cormack, Clarke, Büttcher, Reciprocal rank fusion, SIGIR 2009.
    """
    given = np.array([weights.get(name, 0.0) for name in channel_names], dtype=np.float32)
    total = given.sum()
    scaled: Floats = given * np.float32((RANK_OFFSET + 1) / total if total else 0)
    return scaled


def rank_contributions(ranks: Ranks, weights: Floats) -> Floats:
    """Split a score by rank into what each channel adds; shape of `ranks`, (..., n_channels)."""
    parts: Floats = np.where(ranks > 0, weights / (RANK_OFFSET + ranks), np.float32(0))
    return parts.astype(np.float32)
