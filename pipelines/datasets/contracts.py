"""Public contracts as they stood on a day: who held them, since when, and for what.

A firm is its SIREN here. In the extract of 2018-19 four firms in a hundred hold contracts under
several SIRETs, as regional offices take turns, and a legal unit is one party to its contracts.

What a contract says of its holders is its object and the division of its CPV code. Names of
holders are left out: buyers write consortia into them (`GPT INGEROP/SEANEO`), which would give
the answer away.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from matchmaker.activities import cpv_division
from matchmaker.errors import InputFileError, UnknownCodeError
from matchmaker.spelling import fold
from matchmaker.tabular.cells import read_day
from matchmaker.tabular.rejects import BadValueError
from pipelines.sources.awards import (
    ONE_HOLDER,
    Contract,
    _contracts_of,
    _firms,
    _holders,
    _is_framework,
    _why_not,
)
from pipelines.sources.documents import read_document

ContractText = Literal["objects", "objects_and_trades"]
"""What describes a firm: the objects of its contracts, or their CPV divisions with them."""

NO_OBJECT = "contracts that are no object"
NO_FIRM = "contracts without a holder that has a right SIRET"
NO_DAY = "contracts without a day of notification"

MOST_HOLDERS = 5
"""Holders of a consortium; more are rather the winners side by side of an agreement."""

_OLDEST_DAY = date(2000, 1, 1)
_LOST = "\ufffd"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(rf"[\w{_LOST}]+")


@dataclass(frozen=True, slots=True)
class Award:
    """One public contract with a day, and the firms that hold it.

    Parameters
    ----------
    buyer
        SIREN of the buyer, empty where the document has none.
    firms
        SIRENs of the holders that have a right SIRET, sorted.
    holders
        Number of holders, right SIRET or not.
    plain
        Whether it is neither a framework agreement nor a concession, and no holders side by side.
    day
        Day of notification.
    object
        What is bought, in the words of the buyer.
    cpv
        Code of CPV 2008 without its check digit, empty where there is none.
    """

    buyer: str
    firms: tuple[str, ...]
    holders: int
    plain: bool
    day: date
    object: str
    cpv: str

    @property
    def is_joint(self) -> bool:
        """Whether a few firms hold it together."""
        return self.plain and len(self.firms) >= 2 and self.holders <= MOST_HOLDERS


def read_awards(path: Path) -> tuple[list[Award], dict[str, int]]:
    """Read the contracts of a DECP file, in either format.

    A contract without a day cannot be put before or after another one, so it is set aside, and
    with it the day that a slip of the pen put before the year 2000.

    Returns
    -------
    tuple
        The contracts in the order of the file, and how many were set aside for which reason.

    Raises
    ------
    InputFileError
        If the file cannot be read, or holds no contract that can be used.
    """
    contracts, _ = _contracts_of(path, read_document(path))
    set_aside: Counter[str] = Counter()
    awards = []
    for contract in contracts:
        outcome = _award(contract) if isinstance(contract, dict) else NO_OBJECT
        if isinstance(outcome, Award):
            awards.append(outcome)
        else:
            set_aside[outcome] += 1
    if not awards:
        raise InputFileError(
            str(path),
            "holds no contract with a day of notification and a holder with a right SIRET",
            "Download or export it again",
        )
    return awards, dict(sorted(set_aside.items()))


def mended(awards: Sequence[Award], before: date) -> list[Award]:
    """Put letters lost at their source (U+FFFD) back, as contracts before a day spell the words.

    A lost letter with no reading, or with several, is dropped.
    """
    mend = mender(award.object for award in awards if award.day < before)
    return [replace(award, object=mend(award.object)) for award in awards]


def mender(texts: Iterable[str]) -> Callable[[str], str]:
    """Learn the accents of intact words, to put lost letters back in damaged ones.

    Examples
    --------
    >>> mender(["Rénovation du bâtiment"])("R\ufffdnovation n\ufffd2")
    'rénovation n2'
    """
    readings: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for word in _WORD.findall(text.lower()):
            if _LOST not in word and not word.isascii():
                readings[_NOT_ASCII.sub(_LOST, word)].add(word)

    def whole(match: re.Match[str]) -> str:
        word = match[0]
        known = readings.get(word.lower(), set()) if _LOST in word else set()
        return min(known) if len(known) == 1 else word.replace(_LOST, "")

    return lambda text: " ".join(_WORD.sub(whole, text).split())


def texts_before(awards: Iterable[Award], before: date, text: ContractText) -> dict[str, str]:
    """Describe each firm by the contracts that it held before a day, each thing said once.

    Returns
    -------
    dict
        Text by SIREN; a firm without an earlier contract has none.
    """
    earlier = [award for award in awards if award.day < before]
    earlier.sort(key=lambda award: (award.day, award.buyer, award.object, award.cpv))
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for award in earlier:
        trade = _trade(award.cpv) if text == "objects_and_trades" else ""
        for piece in (award.object, trade):
            for firm in award.firms if piece else ():
                parts[firm].setdefault(fold(piece), piece)
    return {firm: " ; ".join(pieces.values()) for firm, pieces in parts.items()}


def _award(contract: Contract) -> Award | str:
    """One contract, or why it cannot be used."""
    firms = sorted(siret[:9] for siret in _firms(contract, Counter()))
    if not firms:
        return NO_FIRM
    day = _day(contract)
    if day is None:
        return NO_DAY
    buyer = contract.get("acheteur")
    buyer_id = str(buyer.get("id") or "") if isinstance(buyer, dict) else ""
    return Award(
        buyer="".join(buyer_id.split())[:9],
        firms=tuple(firms),
        holders=len({str(holder.get("id") or "")[:9] for holder in _holders(contract)}),
        plain=_is_plain(contract),
        day=day,
        object=" ".join(_TAG.sub(" ", html.unescape(str(contract.get("objet") or ""))).split()),
        cpv=_cpv(str(contract.get("codeCPV") or "")),
    )


def _day(contract: Contract) -> date | None:
    try:
        day = read_day("dateNotification", str(contract.get("dateNotification") or "")[:10])
    except BadValueError:
        return None
    return day if day and day >= _OLDEST_DAY else None


def _is_plain(contract: Contract) -> bool:
    """As the import of awards sees it; there a single holder ends the questions early."""
    reason = _why_not(contract)
    if reason == ONE_HOLDER:
        return not _is_framework(contract, fold(str(contract.get("nature") or "")))
    return reason is None


def _cpv(code: str) -> str:
    """Eight digits; a code that was taken for a number has lost its leading zero."""
    digits = code.strip().split("-")[0]
    return digits.zfill(8) if re.fullmatch(r"[0-9]{7,8}", digits) else ""


def _trade(cpv: str) -> str:
    """French label of the division, empty where there is none."""
    try:
        return cpv_division(cpv)
    except UnknownCodeError:
        return ""
