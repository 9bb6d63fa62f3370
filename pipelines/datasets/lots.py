"""Operations: the lots that one buyer let at about the same time, to firms of different trades.

Buyers write the lot into the object of its contract, at its end (`Construction d'une école - Lot
3 : plomberie`) or at its head (`LOT 3 PLOMBERIE - CONSTRUCTION D'UNE ECOLE`). What is left is
the name of the operation. Doubtful objects are passed over: several lots in one contract, no
number, a name of less than two words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from matchmaker.spelling import fold
from pipelines.datasets.contracts import MOST_HOLDERS, Award

LONGEST_SPREAD = 60
"""Days between the first and the last notification of one operation."""

_NUMBER = r"(?:n?\W{0,3}|no\W{0,2})0*(?P<number>\d{1,3}(?:bis|ter|[a-z])?)(?!\w)"
_MENTION = re.compile(rf"\blot\s*{_NUMBER}", re.IGNORECASE)
_COUNT = re.compile(r"\(?\b\d+ lots\b\)?", re.IGNORECASE)
_AGAIN = re.compile(r"(?:\s(?:relance|reconsultation|du|de la|pour le))+$")
_SEPARATOR = re.compile(r"\s[-–]\s|;")
_CPV_CATEGORY = 5
_EMPTY_WORDS = frozenset(
    ("aux", "avec", "dans", "des", "divers", "est", "fourniture", "fournitures", "les")
    + ("lot", "par", "pour", "relance", "sur", "travaux", "une")
)


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of an operation.

    Parameters
    ----------
    operation
        Name of the operation, folded, without punctuation.
    number
        Number of the lot, as `3` or `3b`.
    trade
        Words that say what the lot is about; empty where its title says nothing.
    award
        The contract.
    """

    operation: str
    number: str
    trade: frozenset[str]
    award: Award


@dataclass(frozen=True, slots=True)
class Operation:
    """Lots of one buyer with one name, let within `LONGEST_SPREAD` days.

    Parameters
    ----------
    name
        The name that the lots share.
    lots
        Two or more, by day.
    pairs
        The day from which two firms hold lots of different trades, by sorted pair of SIRENs.
    """

    name: str
    lots: tuple[Lot, ...]
    pairs: dict[tuple[str, str], date]


def lot_of(award: Award) -> Lot | None:
    """Read which lot of which operation a contract is.

    Returns
    -------
    Lot or None
        Nothing where the contract is no plain one, or its object does not settle it.
    """
    mentions = list(_MENTION.finditer(award.object))
    if len(mentions) != 1 or not award.plain or award.holders > MOST_HOLDERS:
        return None
    before = award.object[: mentions[0].start()]
    after = award.object[mentions[0].end() :]
    name, title = _plain_name(before), after
    if not _is_name(name):
        *titles, last = _SEPARATOR.split(after.strip(" :.-–"))
        name, title = _plain_name(last), " ".join(titles)
    if not _is_name(name):
        return None
    return Lot(name, mentions[0]["number"].lower(), _trade_words(title), award)


def operations(awards: Iterable[Award]) -> Iterator[Operation]:
    """Find the operations in which firms of different trades met.

    Lots are of different trades where both titles say something and share no word, or else where
    their CPV codes differ within five digits. So the sectors of one town or the lots of one
    delivery are no operation: their holders are competitors.

    Yields
    ------
    Operation
        Sorted by buyer, name and day.
    """
    named: dict[tuple[str, str], list[Lot]] = defaultdict(list)
    for award in awards:
        lot = lot_of(award)
        if lot and award.buyer:
            named[award.buyer, lot.operation].append(lot)
    for (_, name), lots in sorted(named.items()):
        for together in _close_in_time(lots):
            pairs = _pairs(together)
            if pairs:
                yield Operation(name, tuple(together), pairs)


def are_complementary(a: Lot, b: Lot) -> bool:
    """Whether two lots are of different trades, as far as their contracts tell."""
    if a.number == b.number:
        return False
    if a.trade and b.trade:
        return not a.trade & b.trade
    cpvs = {lot.award.cpv[:_CPV_CATEGORY] for lot in (a, b)}
    return len(cpvs) == 2 and "" not in cpvs


def _pairs(lots: list[Lot]) -> dict[tuple[str, str], date]:
    """Pairs of firms with lots of different trades, and since when; not who held a lot together."""
    days: dict[tuple[str, str], date] = {}
    for a, b in combinations(lots, 2):
        if not are_complementary(a, b):
            continue
        day = max(a.award.day, b.award.day)
        for one, other in product(a.award.firms, b.award.firms):
            if one != other:
                pair = (min(one, other), max(one, other))
                days[pair] = min(day, days.get(pair, day))
    # Lots come by day, so reversed the first day on which a pair held one together stays.
    held = {
        pair: lot.award.day for lot in reversed(lots) for pair in combinations(lot.award.firms, 2)
    }
    return {pair: day for pair, day in days.items() if held.get(pair, date.max) > day}


def _close_in_time(lots: list[Lot]) -> Iterator[list[Lot]]:
    """Cut the lots of one name where one comes too long after the first."""
    together: list[Lot] = []
    for lot in sorted(lots, key=lambda lot: (lot.award.day, lot.number, lot.award.firms)):
        if together and (lot.award.day - together[0].award.day).days > LONGEST_SPREAD:
            yield together
            together = []
        together.append(lot)
    yield together


def _plain_name(text: str) -> str:
    """Letters and digits only, without the number of lots and the words of a second call."""
    folded = fold(_COUNT.sub(" ", text))
    return _AGAIN.sub("", " " + " ".join(re.findall(r"[a-z0-9]+", folded))).strip()


def _is_name(name: str) -> bool:
    return sum(len(word) >= 4 and word.isalpha() for word in name.split()) >= 2


def _trade_words(title: str) -> frozenset[str]:
    """Words of a title, in the singular as far as a final letter tells."""
    words = re.findall(r"[a-z]{3,}", fold(title))
    return frozenset(word.rstrip("sx") for word in words if word not in _EMPTY_WORDS)
