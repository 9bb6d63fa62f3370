"""What each party may read of an introduction: the other side's reasons and people stay theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaker.introductions.life import Answer, DeclineReason, Move, Party, State
from matchmaker.introductions.moves import MADE_BY_PEOPLE
from matchmaker.introductions.parties import FIRMS, SIDE_OF, name_for, siret_of
from matchmaker.introductions.records import HistoryEntry, Introduction, Outcome
from matchmaker.introductions.refusals import moves_of
from matchmaker.suggestions import Side

_TOLD_TO_ALL = frozenset({"side", "asked", "days", "left"})
"""Details of a line of the other side that give nothing of it away."""
_OF_WHO_ASKS = frozenset({Move.CHECK, Move.REFUSE, Move.WITHDRAW})
"""Moves that an administrator makes in the place of the asking side or its adviser."""


@dataclass(frozen=True, slots=True)
class IntroductionView:
    """An introduction as one party may see it.

    Parameters
    ----------
    introduction
        The introduction; of what is missing below nothing is to be shown.
    party
        The reader.
    message
        Words of the company; `None` where the partner's side was not asked yet.
    reason, note
        Why it was declined or refused, for the side that did so.
    snapshot, rank
        Place in the list of the company, not for the other firm.
    moves
        What the reader may do now.
    outcomes
        What the reader's side said came of it; all of it for an administrator.
    """

    introduction: Introduction
    party: Party
    message: str | None
    reason: DeclineReason | None
    note: str | None
    snapshot: str | None
    rank: int | None
    moves: tuple[Move, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the history as one party may see it.

    Parameters
    ----------
    version, at, party, move, before, after
        As in `HistoryEntry`.
    by
        Who; `None` for people of the other firm.
    details
        Without the other side's reasons.
    """

    version: int
    at: datetime
    by: str | None
    party: Party
    move: Move
    before: State | None
    after: State
    details: dict[str, Any]


def view_of(
    introduction: Introduction, party: Party, outcomes: tuple[Outcome, ...] = ()
) -> IntroductionView:
    """Show an introduction to a party.

    Parameters
    ----------
    introduction
        The introduction.
    party
        What the reader is to it.
    outcomes
        What both sides said came of it.
    """
    own = SIDE_OF.get(party)
    asked = own != "partner" or introduction.partner_answer is not Answer.NOT_ASKED
    wrote = own is None or own == _refusing_side(introduction)
    listed = party is not Party.PARTNER
    return IntroductionView(
        introduction=introduction,
        party=party,
        message=introduction.message if asked else None,
        reason=introduction.reason if wrote else None,
        note=introduction.note if wrote else None,
        snapshot=introduction.snapshot if listed else None,
        rank=introduction.rank if listed else None,
        moves=_possible(introduction, party),
        outcomes=_own(introduction, own, outcomes),
    )


def _refusing_side(introduction: Introduction) -> Side | None:
    """Side that declined; a refusal of the adviser who checks is the company's matter."""
    if introduction.state is State.REFUSED or introduction.company_answer is Answer.DECLINED:
        return "company"
    return "partner" if introduction.partner_answer is Answer.DECLINED else None


def _possible(introduction: Introduction, party: Party) -> tuple[Move, ...]:
    own = SIDE_OF.get(party)
    accepted = own and introduction.answer_of(siret_of(introduction, own)) is Answer.ACCEPTED
    return tuple(
        move
        for move in moves_of(introduction.state, party)
        if move in (*MADE_BY_PEOPLE, Move.RECORD) and not (accepted and move is Move.ACCEPT)
    )


def _own(
    introduction: Introduction, own: Side | None, outcomes: tuple[Outcome, ...]
) -> tuple[Outcome, ...]:
    if own is None:
        return outcomes
    siret = siret_of(introduction, own)
    return tuple(each for each in outcomes if each.siret == siret)


def line_view(entry: HistoryEntry, reader: Party) -> LineView:
    """Show a line of the history to a party."""
    return LineView(
        version=entry.version,
        at=entry.at,
        by=name_for(reader, entry),
        party=entry.party,
        move=entry.move,
        before=entry.before,
        after=entry.after,
        details=_details(entry, reader),
    )


def _side_of(entry: HistoryEntry) -> Side | None:
    """Side whose matter a line is; what the service does is told to both."""
    if entry.party is Party.ADMINISTRATOR and entry.move in _OF_WHO_ASKS:
        return "company"
    return SIDE_OF.get(entry.party)


def _details(entry: HistoryEntry, reader: Party) -> dict[str, Any]:
    details, side = dict(entry.details), SIDE_OF.get(reader)
    if side is not None and (_side_of(entry) or side) != side:
        return {name: value for name, value in details.items() if name in _TOLD_TO_ALL}
    if reader in FIRMS:
        details.pop("letters", None)  # whether the other firm has an address on file
    return details
