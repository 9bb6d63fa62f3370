"""The history of an introduction in sentences, as one of its firms may read it."""

from __future__ import annotations

from dataclasses import dataclass

from api.introduction_documents import history_documents
from api.pages.firms.introduction_items import Other, Reading
from matchmaker.introductions.life import Move, Party
from matchmaker.introductions.parties import FIRMS, SIDE_OF
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.refusals import PARIS
from matchmaker.introductions.views import LineView
from matchmaker.suggestions import Side
from matchmaker.texts import say

_ASKING = (Move.ASK, Move.REMIND, Move.INQUIRE)


@dataclass(frozen=True)
class Told:
    """One line of the history.

    Parameters
    ----------
    moment
        ISO moment, in Paris.
    hour
        Of the day.
    text
        What happened.
    reason, note
        Why, and in whose words; empty where the reader may not know, or nothing was said.
    """

    moment: str
    hour: str
    text: str
    reason: str
    note: str


def history_of(reading: Reading, found: Introduction, other: Other) -> list[Told]:
    """Tell who did what, the latest first."""
    own = found.side_of(reading.siret)
    lines = history_documents(reading.unit, reading.caller, found, reading.siret)
    return [_told(reading, line, own, other) for line in reversed(lines)]


def _told(reading: Reading, line: LineView, own: Side, other: Other) -> Told:
    at, language = line.at.astimezone(PARIS), reading.language
    details = line.details
    reason = f"introduction.reason.{details['reason']}" if "reason" in details else ""
    return Told(
        moment=at.isoformat(timespec="minutes"),
        hour=f"{at:%H:%M}",
        text=_sentence(reading, line, own, other),
        reason=say(language, reason) if reason else "",
        note=str(details.get("note", "")),
    )


def _sentence(reading: Reading, line: LineView, own: Side, other: Other) -> str:
    key = f"own_introductions.history.{line.move}"
    values: dict[str, object] = {"who": _who(reading, line, own, other), "name": other.name}
    if line.move in _ASKING:
        key += f".{_whom(line, own)}"
        values["days"] = line.details.get("days", 0)
    elif "result" in line.details:
        key += "_result"
        result = f"introduction.result.{line.details['result']}"
        values["result"] = say(reading.language, result)
    return say(reading.language, key, **values)


def _whom(line: LineView, own: Side) -> str:
    """Say who was asked: this firm, the other one, or both."""
    asked = line.details.get("asked", ())
    if own not in asked:
        return "them"
    return "both" if len(asked) > 1 else "us"


def _who(reading: Reading, line: LineView, own: Side, other: Other) -> str:
    """Name who made a move; of the other firm's people only the firm, of one that left nobody."""
    if line.party is Party.SYSTEM:
        return say(reading.language, "own_introductions.service")
    is_theirs = line.party in FIRMS and SIDE_OF[line.party] != own
    if line.by is not None and not is_theirs:
        return line.by
    return say(reading.language, "company.left") if SIDE_OF.get(line.party) == own else other.name
