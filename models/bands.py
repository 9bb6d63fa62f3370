"""How much evidence a suggestion rests on, in three bands; never a probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matchmaker.suggestions import Band
from models.channels.contract import Channel, Family
from models.inputs import Flags

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
