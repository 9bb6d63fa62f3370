"""The channels in force, in the order in which snapshots number them."""

from __future__ import annotations

from models.channels.complementarity import SectorFlows, TradesAlike
from models.channels.contract import Channel
from models.channels.graph import SharedAcquaintances, SharedGroups
from models.channels.lookalikes import LookalikesPartners
from models.channels.place import Place
from models.channels.popularity import Popularity
from models.channels.size import SizeFit
from models.channels.smoothing import CircleText
from models.channels.text import (
    ActivityAlike,
    NeedsAlike,
    NeedsOffersMeaning,
    NeedsOffersWords,
    ThemesShared,
)


def all_channels() -> list[Channel]:
    """Make every channel, not fitted yet."""
    return [
        NeedsOffersWords(),
        NeedsOffersMeaning(),
        ActivityAlike(),
        NeedsAlike(),
        ThemesShared(),
        SectorFlows(),
        TradesAlike(),
        SharedAcquaintances(),
        SharedGroups(),
        LookalikesPartners(),
        CircleText(),
        Popularity(),
        Place(),
        SizeFit(),
    ]
