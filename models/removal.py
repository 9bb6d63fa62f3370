"""What is left of the facts about a pair when the evidence of a reason is taken away.

Only what a reader is told is taken away, and everywhere the model reads it: a word from every text,
a tie from every channel. The least that makes the sentence untrue is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, cast

import numpy as np

from matchmaker.intents import REVERSED, Flow
from matchmaker.suggestions import Evidence, Side, Topic
from models.channels.contract import Channel
from models.channels.lookalikes import LookalikesPartners
from models.channels.smoothing import CircleText
from models.inputs import UNKNOWN, Rows, SparseRows, entries
from models.links import Links
from models.narrowing import Facts
from models.text_space import words_of

SPOKEN = "."
"""What is left of a text without its words: it was declared, so nothing else stands in for it."""
_TEXTS = ("activity", "offers", "needs", "trade_label")


def without(facts: Facts, evidence: Evidence, channel: Channel, links: Links, flow: Flow) -> Facts:
    """Take the evidence of a reason out of what is known of a pair.

    Parameters
    ----------
    facts
        Everything that is known.
    evidence, channel
        What a reader is told, terms as the model writes them, and who says so.
    links
        Relations of the whole territory.
    flow
        Which way the pair was looked at.
    """
    if evidence.topic in _UNKNOWN:
        return _unknown(facts, _UNKNOWN[evidence.topic])
    if evidence.topic in _TIES:
        return replace(facts, cut=_TIES[evidence.topic](facts, evidence, channel, links, flow))
    if evidence.topic is Topic.THEMES_SHARED:
        return _without_themes(facts, cast("list[str]", evidence.values["themes"]))
    if evidence.topic is Topic.WELL_CONNECTED:
        return replace(facts, popular=False)
    if evidence.topic is Topic.LEARNED_COMPLEMENT and not _terms(evidence, "company"):
        return _unknown(facts, _UNKNOWN[Topic.TRADES_COMPLEMENT])
    return _without_terms(facts, evidence)


_UNKNOWN: dict[Topic, tuple[str, ...]] = {
    Topic.SECTOR_BUYS_FROM: ("sector",),
    Topic.SECTOR_SELLS_TO: ("sector",),
    # Whose trade is not known has no sector, and no label that stands in for its texts.
    Topic.TRADES_COMPLEMENT: ("trade", "sector", "trade_label"),
    Topic.NEAR: ("position",),
    Topic.SIZE_ALIKE: ("size",),
    Topic.LARGER_FIRM: ("size",),
    Topic.SMALLER_FIRM: ("size",),
}


def _unknown(facts: Facts, names: Collection[str]) -> Facts:
    """Make some columns unknown for both companies."""
    nothing: dict[str, Any] = {
        "activity": [SPOKEN, SPOKEN],
        "trade_label": ["", ""],
        "position": np.zeros((2, 3)),
    }
    for name in set(names) - set(nothing):
        nothing[name] = np.full_like(getattr(facts.companies, name), UNKNOWN)
    changes = {name: nothing[name] for name in names}
    return replace(facts, companies=replace(facts.companies, **changes))


def _without_themes(facts: Facts, themes: Collection[str]) -> Facts:
    left = [tuple(t for t in own if t not in themes) for own in facts.companies.themes]
    return replace(facts, companies=replace(facts.companies, themes=left))


def _without_terms(facts: Facts, evidence: Evidence) -> Facts:
    """Take every word of the cited terms out of all texts of both.

    A side of which no term is cited stands there with its trade; where neither has one, the texts
    as such are all that is said.
    """
    ours, theirs = _terms(evidence, "company"), _terms(evidence, "partner")
    words = {word for term in (*ours, *theirs) for word in term.split(" ")}
    texts: dict[str, Any] = {
        name: [without_words(text, words) if words else SPOKEN for text in column]
        for name in _TEXTS
        for column in [getattr(facts.companies, name)]
    }
    silent = [not terms for _, terms in sorted([(facts.seeker, ours), (facts.partner, theirs)])]
    texts["trade_label"] = [
        SPOKEN if unsaid else label
        for unsaid, label in zip(silent, texts["trade_label"], strict=True)
    ]
    return replace(facts, companies=replace(facts.companies, **texts))


def _terms(evidence: Evidence, side: Side) -> list[str]:
    values = cast("dict[str, list[str]]", evidence.values)
    return values["shared"] if "shared" in values else values[f"{side}_terms"]


def without_words(text: str, words: Collection[str]) -> str:
    """Take words out of a text, in whatever form they are written there.

    Examples
    --------
    >>> without_words("Découpe laser et découpes d'acier", {"decoupe"})
    " laser et  d'acier"
    """
    if not text:
        return text
    gone = set(words)
    left = re.sub(r"[^\W_]+", lambda m: "" if gone & set(words_of(m[0])) else m[0], text)
    return left if left.strip() else SPOKEN


def _between(facts: Facts, _e: Evidence, _c: Channel, links: Links, _f: Flow) -> Rows:
    """Ties of the reader to those that both know; the partner goes on knowing them."""
    ours, theirs = (entries(links.ties, side)[0] for side in (facts.seeker, facts.partner))
    return _pairs(facts.seeker, np.intersect1d(ours, theirs))


def _direct(facts: Facts, _e: Evidence, _c: Channel, _l: Links, _f: Flow) -> Rows:
    """Tie between the two, which is all that a shared group says of them."""
    return np.array([[facts.seeker, facts.partner]], dtype=np.int64)


def _to_lookalikes(facts: Facts, _e: Evidence, channel: Channel, _l: Links, flow: Flow) -> Rows:
    """Ties of the partner to the look-alikes that were counted."""
    assert isinstance(channel, LookalikesPartners)
    alike, closeness = entries(channel.alike_, facts.seeker)
    tied = entries(channel._ties[REVERSED[flow]], facts.partner)[0]
    return _pairs(facts.partner, np.intersect1d(alike[closeness > 0], tied))


def _whole_circle(
    facts: Facts, evidence: Evidence, channel: Channel, links: Links, _f: Flow
) -> Rows:
    """All ties of the company whose circle it is; where a circle is of one kind, those."""
    ties: SparseRows = channel._ties if isinstance(channel, CircleText) else links.ties
    owner = facts.seeker if evidence.values.get("of_company", True) else facts.partner
    return _pairs(owner, entries(ties, owner)[0])


def _pairs(row: int, others: Rows) -> Rows:
    return np.stack([np.full(len(others), row), others], axis=1).astype(np.int64)


_TIES: dict[Topic, Callable[[Facts, Evidence, Channel, Links, Flow], Rows]] = {
    Topic.SHARED_ACQUAINTANCE: _between,
    Topic.SHARED_GROUP: _direct,
    Topic.ALIKE_FIRM_KNOWS: _to_lookalikes,
    Topic.CHAIN_OF_RELATIONS: _whole_circle,
    Topic.CIRCLE_SPEAKS_OF: _whole_circle,
}
