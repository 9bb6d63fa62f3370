"""What a reason rests on, fact by fact: the words of both texts, the event, the flow of trade.

`matchmaker.explain` says a reason in one sentence; here is what whoever doubts it may look up. No
name of a third company is in it, and no contact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from matchmaker.activities import level_label, sector_label
from matchmaker.companies import SIZE_BANDS, Company, Profile
from matchmaker.explain import size_text, trade_text
from matchmaker.mail.words import one_line, shortened, without_contacts
from matchmaker.suggestions import Evidence, Topic
from matchmaker.texts import Language, say, say_number, unbroken

Piece = tuple[str, bool]
"""A stretch of text, and whether it is marked."""
Whose = Literal["own", "partner"]
Firm = tuple[Company, Profile | None]

LONGEST_EXCERPT = 280
"""Characters of a text that are shown around its words."""
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\s*[\r\n]+\s*")
_GAP = " … "


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a piece of evidence.

    Parameters
    ----------
    label
        What it is: "Vous recherchez".
    pieces
        What it says; the marked pieces are the words that count.
    """

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A piece of evidence with the two firms that it is about, in the reader's language."""

    values: Mapping[str, Any]
    own: Firm
    partner: Firm
    language: Language

    def fact(self, key: str, text: str) -> Fact:
        return Fact(say(self.language, f"evidence.{key}"), ((text, False),))

    def words(self, key: str, name: str, **values: object) -> Fact:
        return self.fact(key, say(self.language, f"evidence.{name}", **values))


def facts_of(evidence: Evidence, own: Firm, partner: Firm, language: Language) -> tuple[Fact, ...]:
    """List what a reason rests on.

    Parameters
    ----------
    evidence
        As it is said to the reader, its terms spelled as in the texts.
    own, partner
        The reader and the partner; texts are quoted of those who consent to be shown.
    language
        Of the labels; texts stay as they were written.
    """
    pair = _Pair(cast("Mapping[str, Any]", evidence.values), own, partner, language)
    return tuple(_FACTS[evidence.topic](pair))


def marked(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """Cut a text down to the sentences that hold some terms, and mark the terms.

    Returns
    -------
    tuple
        Nothing where the text holds none of them.
    """
    if not terms:
        return ()
    alternatives = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    found = re.compile(rf"(?<!\w)({alternatives})(?!\w)", re.IGNORECASE)
    kept = [part.strip() for part in _SENTENCE_END.split(text) if found.search(part)]
    excerpt = _around(_GAP.join(kept), found)
    # Splitting by a group gives what lies between the finds and the finds in turn.
    pieces = enumerate(found.split(excerpt)) if kept else ()
    return tuple((piece, index % 2 == 1) for index, piece in pieces if piece)


def _around(text: str, found: re.Pattern[str]) -> str:
    """Cut a long excerpt to length, from a little before its first find."""
    first = found.search(text)
    if first is None or len(text) <= LONGEST_EXCERPT:
        return text
    begin = text.rfind(" ", 0, max(0, first.start() - LONGEST_EXCERPT // 3)) + 1
    return ("… " if begin else "") + shortened(text[begin:], LONGEST_EXCERPT)


def _texts(*, own: str, partner: str) -> Callable[[_Pair], list[Fact]]:
    """Quote both sides, each from the text that the topic is about, or else from another one."""

    def facts(pair: _Pair) -> list[Fact]:
        return [_quoted(pair, "own", own), _quoted(pair, "partner", partner)]

    return facts


def _quoted(pair: _Pair, whose: Whose, first: str) -> Fact:
    company, profile = pair.own if whose == "own" else pair.partner
    of_side = "company_terms" if whose == "own" else "partner_terms"
    terms = pair.values.get("shared") or pair.values.get(of_side) or ()
    if profile is not None and profile.consent:
        for field in dict.fromkeys((first, "offers", "needs", "activity")):
            pieces = _shown(getattr(profile, field), terms, pair.language)
            if pieces:
                return Fact(say(pair.language, f"evidence.{whose}.{field}"), pieces)
    return pair.fact(f"{whose}.trade", trade_text(company.naf, pair.language))


def _shown(text: str, terms: Sequence[str], language: Language) -> tuple[Piece, ...]:
    """Cut out of a text what may be shown of it; most texts do not hold the terms at all."""
    if not marked(text, terms):
        return ()
    return marked(one_line(without_contacts(text, language), len(text) + 1), terms)


def _themes(pair: _Pair) -> list[Fact]:
    return [pair.fact("themes", _listed(pair.values["themes"]))]


def _sectors(pair: _Pair) -> list[Fact]:
    share = f"{100 * pair.values['share']:.1f}".replace(
        ".", say(pair.language, "words.number_comma")
    )
    return [
        pair.fact("buyer", sector_label(pair.values["buyer"], pair.language)),
        pair.fact("seller", sector_label(pair.values["seller"], pair.language)),
        pair.words("share", "share_of", share=share),
        pair.words("source", "flows"),
    ]


def _trades(pair: _Pair) -> list[Fact]:
    return [
        pair.fact("own.trade", trade_text(pair.own[0].naf, pair.language)),
        pair.fact("partner.trade", trade_text(pair.partner[0].naf, pair.language)),
        pair.fact("family", level_label(pair.values["code"], pair.language)),
    ]


def _groups(pair: _Pair) -> list[Fact]:
    groups = pair.values["groups"]
    if not groups:
        return [pair.words("groups", "unnamed")]
    return [pair.fact("groups", _listed(groups))]


def _acquaintances(pair: _Pair) -> list[Fact]:
    facts = [_counted("between", "companies")(pair)[0]]
    return facts + (_groups(pair) if pair.values["groups"] else [])


def _counted(label: str, name: str) -> Callable[[_Pair], list[Fact]]:
    """Say a number of companies, which have no names here."""

    def facts(pair: _Pair) -> list[Fact]:
        text = say_number(pair.language, f"evidence.{name}", pair.values["count"])
        return [pair.fact(label, text), pair.words("names", "no_names")]

    return facts


def _said(name: str) -> Callable[[_Pair], list[Fact]]:
    """Say how it was found, where there is nothing to count or to quote."""

    def facts(pair: _Pair) -> list[Fact]:
        return [pair.words("how", name), pair.words("names", "no_names")]

    return facts


def _circle(pair: _Pair) -> list[Fact]:
    return _said("circle_own" if pair.values["of_company"] else "circle_partner")(pair)


def _near(pair: _Pair) -> list[Fact]:
    where = [
        pair.fact(f"{whose}.place", f"{company.commune_name} ({company.department})")
        for whose, company in (("own", pair.own[0]), ("partner", pair.partner[0]))
    ]
    name = "crow" if pair.values["located"] else "crow_departments"
    return [*where, pair.words("distance", name, km=_kilometres(pair))]


def _kilometres(pair: _Pair) -> str:
    km = f"{pair.values['km']:.1f}"
    return km.replace(".", say(pair.language, "words.number_comma"))


def _sizes(pair: _Pair) -> list[Fact]:
    return [
        pair.fact(f"{whose}.size", size_text(SIZE_BANDS[pair.values[name]], pair.language))
        for whose, name in (("own", "company_size"), ("partner", "partner_size"))
    ]


def _listed(names: Sequence[str]) -> str:
    return unbroken(" ; ".join(names))


_FACTS: Mapping[Topic, Callable[[_Pair], list[Fact]]] = {
    Topic.THEY_OFFER_WHAT_YOU_NEED: _texts(own="needs", partner="offers"),
    Topic.THEY_NEED_WHAT_YOU_OFFER: _texts(own="offers", partner="needs"),
    Topic.ACTIVITIES_ALIKE: _texts(own="activity", partner="activity"),
    Topic.NEEDS_ALIKE: _texts(own="needs", partner="needs"),
    Topic.THEMES_SHARED: _themes,
    Topic.SECTOR_BUYS_FROM: _sectors,
    Topic.SECTOR_SELLS_TO: _sectors,
    Topic.TRADES_COMPLEMENT: _trades,
    Topic.SHARED_ACQUAINTANCE: _acquaintances,
    Topic.SHARED_GROUP: _groups,
    Topic.ALIKE_FIRM_KNOWS: _counted("alike_own", "know_partner"),
    Topic.YOU_KNOW_ALIKE_FIRM: _counted("alike_partner", "known_to_you"),
    Topic.CHAIN_OF_RELATIONS: _said("chain"),
    Topic.LEARNED_COMPLEMENT: _texts(own="activity", partner="activity"),
    Topic.CIRCLE_SPEAKS_OF: _circle,
    Topic.WELL_CONNECTED: _counted("relations", "known_partners"),
    Topic.NEAR: _near,
    Topic.SIZE_ALIKE: _sizes,
    Topic.LARGER_FIRM: _sizes,
    Topic.SMALLER_FIRM: _sizes,
}
"""What each topic rests on."""
