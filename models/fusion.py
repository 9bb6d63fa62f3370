"""From the channels' scores to one: reciprocal-rank fusion with published weights.

This is the stage for a territory without feedback. Ranks, not scores, are added up, so that no
channel needs a scale; a channel that sees nothing in a pair adds nothing to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matchmaker.intents import Role
from matchmaker.suggestions import Band
from models.channels.contract import Channel, Family
from models.inputs import Flags, Floats

Ranks = npt.NDArray[np.uint16]

RANK_OFFSET = 20
"""Ranks are added to this before they are inverted: larger values flatten the top."""

_TRADE_ONE_WAY = {
    "needs_offers_words": 1.5,
    "needs_offers_meaning": 2.0,
    "sector_flows": 0.75,
    "lookalikes_partners": 3.0,
    "circle_text": 1.0,
    "shared_acquaintances": 0.5,
    "shared_groups": 0.5,
    "place": 0.5,
}

PRIOR: dict[Role, dict[str, float]] = {
    Role.SUPPLIER: _TRADE_ONE_WAY,
    Role.CLIENT: _TRADE_ONE_WAY,
    Role.CO_BIDDER: {
        "trades_alike": 2.0,
        "sector_flows": 0.75,
        "needs_offers_words": 0.25,
        "needs_offers_meaning": 0.25,
        "shared_acquaintances": 1.5,
        "shared_groups": 0.5,
        "lookalikes_partners": 1.5,
        "circle_text": 1.0,
        "bounded_popularity": 0.25,
        "size_fit": 1.5,
        "place": 0.75,
    },
    Role.PEER: {
        "needs_alike": 0.5,
        "themes_shared": 1.5,
        "trades_alike": 0.25,
        "size_fit": 1.5,
        "shared_acquaintances": 0.75,
        "shared_groups": 0.5,
        "circle_text": 0.25,
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
    order = np.argsort(-rounded, axis=1, kind="stable")
    ordered = np.take_along_axis(rounded, order, axis=1)
    first = np.ones(ordered.shape, dtype=bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    places = np.where(first, np.arange(1, scores.shape[1] + 1), 0)
    ranks = np.empty(scores.shape, dtype=np.uint16)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=1).astype(np.uint16), axis=1)
    ranks[rounded <= 0] = 0
    return ranks


def contributions(ranks: Ranks, role: Role, channel_names: list[str]) -> Floats:
    """Split a score into what each channel adds to it.

    `weight / (20 + rank)`, scaled so that the best rank in every channel scores 1.

    Parameters
    ----------
    ranks
        Shape (..., n_channels); 0 where a channel sees nothing.
    role
        Decides the weights.
    channel_names
        Last axis of `ranks`.

    Returns
    -------
    ndarray
        Shape of `ranks`; the sum over the last axis is the score.

    References
    ----------
    Cormack, Clarke, Büttcher, Reciprocal rank fusion, SIGIR 2009.
    """
    weights = np.array([PRIOR[role].get(name, 0.0) for name in channel_names], dtype=np.float32)
    scale = np.float32((RANK_OFFSET + 1) / weights.sum())
    parts: Floats = np.where(ranks > 0, scale * weights / (RANK_OFFSET + ranks), np.float32(0))
    return parts.astype(np.float32)


BANDS: tuple[Band, ...] = (Band.POSSIBLE, Band.GOOD, Band.STRONG)
"""Bands in the order in which a snapshot numbers them."""

TELLING: dict[str, float] = {
    "needs_offers_words": 0.1,
    "needs_offers_meaning": 0.4,
    "needs_alike": 0.5,
    "themes_shared": 3.9,
    "shared_acquaintances": 0.15,
    "lookalikes_partners": 0.35,
    "circle_text": 0.5,
}
"""Score from which a channel's evidence counts for the band, absolute, not relative to a list.

On the territories of seeds 1001 and 1002, a pair above it is two to ten times as often a true
partner as a candidate at large.
"""


def bands_of(telling: Flags, channels: Sequence[Channel]) -> npt.NDArray[np.int8]:
    """Say how much evidence each pair rests on.

    Strong: telling evidence of both kinds, declared texts and relations, or two telling pieces of
    declared text. Good: one telling piece. Possible: only weak evidence, the registry, the context.

    Parameters
    ----------
    telling
        Whether each channel that has a weight is above its `TELLING` score; (..., n_channels).

    Returns
    -------
    ndarray
        Positions in `BANDS`, shape (...).
    """
    declared, relations = (
        telling[..., [channel.family is family for channel in channels]].sum(axis=-1)
        for family in (Family.DECLARED, Family.RELATIONS)
    )
    strong = ((declared > 0) & (relations > 0)) | (declared > 1)
    bands: npt.NDArray[np.int8] = np.where(strong, 2, np.minimum(declared + relations, 1)).astype(
        np.int8
    )
    return bands
