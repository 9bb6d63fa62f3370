"""Single steps of an introduction: each writes one line of the history, and the letters of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matchmaker.introductions.capacity import has_room, may_be_introduced
from matchmaker.introductions.desk import SERVICE, Actor, Desk
from matchmaker.introductions.life import Answer, Move, State
from matchmaker.introductions.pairs import both_available
from matchmaker.introductions.parties import SIDE_OF, check_move, siret_of
from matchmaker.introductions.records import Introduction, Line

NOTHING: Mapping[str, Any] = {}


def step(
    desk: Desk,
    held: Introduction,
    move: Move,
    actor: Actor,
    details: Mapping[str, Any] = NOTHING,
    **columns: object,
) -> Introduction:
    """Make a move that `MOVES` allows, and write it down.

    Parameters
    ----------
    desk, held
        What it works with; the introduction, held by the unit.
    move, actor, details
        Line of the history.
    columns
        Columns that change besides the state.

    Raises
    ------
    IntroductionStateError, NotAllowedError
        As `check_move`.
    """
    allowed = check_move(held.state, move, actor.party)
    after = allowed.after
    if allowed.one_side is not None:
        answers = {columns.get(name, getattr(held, name)) for name in _ANSWERS}
        after = allowed.after if answers == {Answer.ACCEPTED} else allowed.one_side
    line = Line(desk.at, actor.label, actor.party, move, after, details)
    return desk.unit.introductions.write(held, line, **columns)


_ANSWERS = ("company_answer", "partner_answer")


def needs_check(desk: Desk, department: str | None) -> bool:
    """Whether the chamber of a firm checks what is proposed for it."""
    return department in desk.rules.introductions.checked_by


def ask_if_room(desk: Desk, held: Introduction) -> Introduction:
    """Ask the sides that have not accepted, where both have room and are still there to be asked.

    Else it goes on waiting, and the night tries again.
    """
    sides = (held.company, held.partner)
    desk.unit.introductions.hold_sides(*sides)
    if not (both_available(desk, *sides) and all(has_room(desk, each) for each in sides)):
        return held
    asked = replace(
        held,
        state=State.ASKED,
        state_at=desk.at,
        company_answer=_once_asked(held.company_answer),
        partner_answer=_once_asked(held.partner_answer),
    )
    written = [
        asked.side_of(siret)
        for siret in asked.pending
        if desk.post.ask(desk.unit, asked, siret, desk.at)
    ]
    told = {"asked": [asked.side_of(siret) for siret in asked.pending], "letters": written}
    answers = {name: getattr(asked, name) for name in _ANSWERS}
    return step(desk, held, Move.ASK, SERVICE, told, **answers)


def _once_asked(answer: Answer) -> Answer:
    return Answer.PENDING if answer is Answer.NOT_ASKED else answer


def introduce_if_room(desk: Desk, held: Introduction) -> Introduction:
    """Give both sides the contact of the other, where both have room left in this quarter.

    Else it goes on waiting, and the night tries again.
    """
    sides = (held.company, held.partner)
    desk.unit.introductions.hold_sides(*sides)
    # What a side has said of the other since it accepted counts as well.
    if not (both_available(desk, *sides) and all(may_be_introduced(desk, each) for each in sides)):
        return held
    made = step(desk, held, Move.INTRODUCE, SERVICE, introduced_at=desk.at)
    _take_back_questions(desk, made)
    desk.post.introduce(desk.unit, made, desk.at)
    return made


def remind(desk: Desk, held: Introduction, reminders: int) -> Introduction:
    """Remind the sides that have not answered, unless one of the two has gone meanwhile.

    Parameters
    ----------
    desk, held
        As in `step`.
    reminders
        How many reminders are due by now; days without a run make one letter, not several.
    """
    if not both_available(desk, held.company, held.partner):
        return held
    sides = [held.side_of(siret) for siret in held.pending]
    reminded = step(desk, held, Move.REMIND, SERVICE, {"asked": sides}, reminders=reminders)
    for siret in reminded.pending:
        desk.post.remind(desk.unit, reminded, siret, desk.at)
    return reminded


def inquire(desk: Desk, held: Introduction, days: int) -> Introduction:
    """Ask both sides what came of it, except those who have said so already."""
    said = {each.siret for each in desk.unit.introductions.outcomes.all(held.id)
            if each.days == days}  # fmt: skip
    asked = [siret for siret in (held.company, held.partner) if siret not in said]
    told = {"days": days, "asked": [held.side_of(siret) for siret in asked]}
    inquired = step(desk, held, Move.INQUIRE, SERVICE, told)
    for siret in asked:
        desk.post.ask_outcome(desk.unit, inquired, siret, days, desk.at)
    return inquired


def give_up(
    desk: Desk,
    held: Introduction,
    move: Move,
    actor: Actor,
    details: Mapping[str, Any] = NOTHING,
    **columns: object,
) -> Introduction:
    """End one that comes to nothing, and tell the sides that had accepted and did not do it."""
    ended = step(desk, held, move, actor, details, **columns)
    _take_back_questions(desk, ended)
    for siret in (held.company, held.partner):
        own_doing = SIDE_OF.get(actor.party) == held.side_of(siret) and move is not Move.REFUSE
        if held.answer_of(siret) is Answer.ACCEPTED and not own_doing:
            desk.post.tell(desk.unit, ended, siret, desk.at)
    return ended


def _take_back_questions(desk: Desk, settled: Introduction) -> None:
    """Keep letters from leaving, after days without a mail server, that ask what is settled."""
    desk.unit.outbox.cancel_of(desk.at, introduction_id=settled.id)


def spoken_for(held: Introduction, actor: Actor) -> str | None:
    """SIRET of the side that somebody speaks for; `None` where they speak for none."""
    side = SIDE_OF.get(actor.party)
    return None if side is None else siret_of(held, side)
