"""What is suggested to a company, and the evidence that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from matchmaker.companies import Company
from matchmaker.intents import Intent, Role

Side = Literal["company", "partner"]


class Band(StrEnum):
    """How much evidence a suggestion rests on; never a probability."""

    STRONG = "strong"
    GOOD = "good"
    POSSIBLE = "possible"


class Topic(StrEnum):
    """What kind of fact a piece of evidence is; each has its sentence in the catalogue of texts."""

    THEY_OFFER_WHAT_YOU_NEED = "they_offer_what_you_need"
    THEY_NEED_WHAT_YOU_OFFER = "they_need_what_you_offer"
    ACTIVITIES_ALIKE = "activities_alike"
    NEEDS_ALIKE = "needs_alike"
    THEMES_SHARED = "themes_shared"
    SECTOR_BUYS_FROM = "sector_buys_from"
    SECTOR_SELLS_TO = "sector_sells_to"
    TRADES_COMPLEMENT = "trades_complement"
    SHARED_ACQUAINTANCE = "shared_acquaintance"
    SHARED_GROUP = "shared_group"
    ALIKE_FIRM_KNOWS = "alike_firm_knows"
    YOU_KNOW_ALIKE_FIRM = "you_know_alike_firm"
    CHAIN_OF_RELATIONS = "chain_of_relations"
    LEARNED_COMPLEMENT = "learned_complement"
    CIRCLE_SPEAKS_OF = "circle_speaks_of"
    WELL_CONNECTED = "well_connected"
    NEAR = "near"
    SIZE_ALIKE = "size_alike"
    LARGER_FIRM = "larger_firm"
    SMALLER_FIRM = "smaller_firm"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that speaks for a pair, with the values that its sentence needs."""

    topic: Topic
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Reason:
    """One contribution to a score, said to one side.

    `contribution` is the exact number that this channel adds to the fused score: the
    contributions of a suggestion's channels sum to its score.
    """

    channel: str
    contribution: float
    evidence: Evidence
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A partner worth meeting, for what, and why, for each side."""

    rank: int
    intent: Intent
    role: Role
    band: Band
    score: float
    partner: Company
    reasons_for_company: tuple[Reason, ...]
    reasons_for_partner: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a partner stands in what a night published.

    Parameters
    ----------
    snapshot
        Name of the night.
    intent, role
        List, and what the partner is in it.
    rank
        Place in the list of that intent, counted from 1; in the reserve it is beyond the length
        of a list.
    band
        How much evidence it rests on.
    propensity
        Chance with which the partner came to that place: below 1 only where it was drawn.
    """

    snapshot: str
    intent: Intent
    role: Role
    rank: int
    band: Band
    propensity: float
