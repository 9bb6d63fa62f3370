"""The channels in force, in the order in which snapshots number them."""

from __future__ import annotations

from models.channels.circle_map import CircleMap
from models.channels.complementarity import SectorFlows, TradesAlike
from models.channels.contract import Channel
from models.channels.graph import AdamicAdar, SharedAcquaintances, SharedGroups
from models.channels.learned_map import LearnedMap
from models.channels.lookalikes import LookalikesPartners
from models.channels.pagerank import PersonalisedPageRank
from models.channels.place import Place
from models.channels.popularity import BoundedPopularity
from models.channels.recency import RecentAcquaintances, RecentPopularity
from models.channels.size import SizeFit
from models.channels.smoothing import (
    AwardCircleText,
    CircleText,
    EventCircleText,
    IntroductionCircleText,
    MeetingCircleText,
    PlatoCircleText,
    SupplyCircleText,
)
from models.channels.text import (
    ActivityAlike,
    ActivityWords,
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
        ActivityWords(),
        ActivityAlike(),
        NeedsAlike(),
        ThemesShared(),
        SectorFlows(),
        TradesAlike(),
        SharedAcquaintances(),
        AdamicAdar(),
        RecentAcquaintances(),
        SharedGroups(),
        PersonalisedPageRank(),
        LookalikesPartners(),
        LearnedMap(),
        CircleText(),
        CircleMap(),
        PlatoCircleText(),
        EventCircleText(),
        MeetingCircleText(),
        AwardCircleText(),
        SupplyCircleText(),
        IntroductionCircleText(),
        BoundedPopularity(),
        RecentPopularity(),
        Place(),
        SizeFit(),
    ]
