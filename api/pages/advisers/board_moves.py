"""Moves that the forms of a card make, and what is said where one cannot be made."""

from __future__ import annotations

from api.deps import Service
from api.pages.forms import Form
from matchmaker.accounts.principals import Principal
from matchmaker.errors import MatchmakerError
from matchmaker.introductions.life import DeclineReason, Move, Result
from matchmaker.introductions.moves import MAX_NOTE
from matchmaker.introductions.moves import move as make
from matchmaker.introductions.parties import ADVISERS, require_party
from matchmaker.introductions.refusals import (
    CapacityRefusal,
    ChangedMeanwhile,
    MoveRefusal,
    PairRefusal,
    PartyRefusal,
    RequestRefusal,
    StateRefusal,
)
from matchmaker.introductions.results import record_outcome
from matchmaker.store import Unit
from matchmaker.texts import Language, say

WORTH = {"yes": True, "no": False}


class Refused(MatchmakerError):
    """A move that could not be made.

    Parameters
    ----------
    sentence
        Why, for people.
    status
        Of the answer.
    """

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


async def make_move(
    service: Service,
    caller: Principal,
    introduction_id: str,
    move: Move,
    form: Form,
    language: Language,
) -> None:
    """Make the move that a form asks for.

    Raises
    ------
    Refused
        If it cannot be made; says why.
    UnknownIntroductionError
        If it is none of the caller's business.
    """
    version, note = form.version(), form.text("note")

    def work(unit: Unit) -> None:
        _check(unit, caller, introduction_id, move, form, language)
        if move is Move.RECORD:
            _record(service, unit, caller, introduction_id, form)
            return
        reason = form.text("reason")
        make(
            unit,
            service.settings,
            service.post,
            caller,
            introduction_id,
            move,
            version=version,
            at=service.now(),
            reason=DeclineReason(reason) if reason else None,
            note=note,
        )

    try:
        await service.write(work)
    except (StateRefusal, MoveRefusal, ChangedMeanwhile, CapacityRefusal, PairRefusal) as refused:
        raise Refused(refused.sentence(language), 409) from None
    except PartyRefusal as refused:
        raise Refused(refused.sentence(language), 403) from None
    except RequestRefusal as refused:
        raise Refused(refused.sentence(language)) from None


def _check(
    unit: Unit,
    caller: Principal,
    introduction_id: str,
    move: Move,
    form: Form,
    language: Language,
) -> None:
    """Say what is missing in the words of the form, before the rules say it in their own."""
    reason, note = form.text("reason"), form.text("note")
    held = unit.introductions.get(introduction_id)
    adviser = require_party(unit, caller, held) in ADVISERS
    if len(note) > MAX_NOTE:
        raise Refused(say(language, "board.wrong.note_long", longest=MAX_NOTE))
    if reason and reason not in set(DeclineReason) or (move is Move.DECLINE and not reason):
        raise Refused(say(language, "board.wrong.reason"))
    if reason == DeclineReason.OTHER and not note:
        raise Refused(say(language, "board.wrong.other"))
    if move in (Move.ACCEPT, Move.DECLINE) and adviser and not note:
        raise Refused(say(language, "board.wrong.on_behalf"))
    if move is Move.RECORD and form.text("result") not in set(Result):
        raise Refused(say(language, "board.wrong.result"))


def _record(
    service: Service, unit: Unit, caller: Principal, introduction_id: str, form: Form
) -> None:
    result = Result(form.text("result"))
    worth = None if result is Result.NOT_MET else WORTH.get(form.text("worth"))
    record_outcome(
        unit,
        service.settings,
        service.post,
        caller,
        introduction_id,
        result,
        at=service.now(),
        worth=worth,
        note=form.text("note"),
    )
