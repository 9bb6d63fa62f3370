"""What becomes due with time: questions that waited for room, reminders, ends.

Nothing stays without an end: every state but the final ones has a day after which it ends.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.introductions.desk import SERVICE, Desk
from matchmaker.introductions.letters import Letters
from matchmaker.introductions.life import UNDER_WAY, Move, State
from matchmaker.introductions.parties import departments_of
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.steps import (
    ask_if_room,
    give_up,
    inquire,
    introduce_if_room,
    needs_check,
    remind,
    step,
)
from matchmaker.settings import IntroductionSettings, Settings
from matchmaker.store import Store

logger = logging.getLogger(__name__)

_ORDER = (
    (Move.EXPIRE, Move.END),
    (Move.INTRODUCE,),
    (Move.CHECK, Move.ASK),
    (Move.REMIND, Move.INQUIRE),
)
"""What makes room comes before what takes it; among equals the earliest proposal first."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a run has done.

    Parameters
    ----------
    moves
        How many of each move.
    failures
        Introductions that could not be taken further: id and cause. The others were.
    """

    moves: Mapping[Move, int]
    failures: tuple[str, ...]


def advance(store: Store, rules: Settings, post: Letters, at: datetime) -> Advanced:
    """Do everything that is due at a moment; a second time at the same moment does nothing.

    Each introduction has a transaction of its own: a defect in one does not stop the others, and
    nobody waits for a long one. After days without a run it catches up, with one reminder and not
    with three.

    Parameters
    ----------
    store
        Open.
    rules, post, at
        As in `Desk`.
    """
    with store.reading() as unit:
        under_way = unit.introductions.list(states=UNDER_WAY)
        inquired = unit.introductions.inquired([each.id for each in under_way])
    due: dict[str, Move] = {}
    for each in under_way:
        found = due_move(each, rules.introductions, at, inquired[each.id])
        if found is not None:
            due[each.id] = found
    counts: Counter[Move] = Counter()
    failures: list[str] = []
    for moves in _ORDER:
        for introduction_id in (each for each, move in due.items() if move in moves):
            try:
                with store.unit() as unit:
                    made = advance_one(Desk(unit, rules, post, at), introduction_id)
            except Exception as error:  # noqa: BLE001 - one defect must not stop the others
                logger.exception("introduction %s could not be advanced", introduction_id)
                failures.append(f"{introduction_id}: {error}")
            else:
                counts.update(made)
    return Advanced(counts, tuple(failures))


def advance_one(desk: Desk, introduction_id: str) -> tuple[Move, ...]:
    """Do what is due for one introduction; return the moves that were made.

    Raises
    ------
    UnknownIntroductionError
        If there is no such introduction.
    """
    held = desk.unit.introductions.hold(introduction_id)
    first = held.version
    while True:
        inquired = desk.unit.introductions.inquired([held.id])[held.id]
        move = due_move(held, desk.rules.introductions, desk.at, inquired)
        after = held if move is None else _make(desk, held, move, inquired)
        if after.version == held.version:
            break
        held = after
    lines = desk.unit.introductions.history(held.id)
    return tuple(line.move for line in lines if line.version > first)


def due_move(
    held: Introduction, rules: IntroductionSettings, at: datetime, inquired: Collection[int]
) -> Move | None:
    """Find what is due for an introduction, if there is room for it.

    Parameters
    ----------
    held
        The introduction.
    rules
        How long each step may take.
    at
        The moment.
    inquired
        Days of the outcome questions that were asked.
    """
    if held.state in (State.INTRODUCED, State.MET):
        return _due_afterwards(held, rules, at, inquired)
    if held.state not in UNDER_WAY:
        return None
    is_asked = held.state is State.ASKED
    longest = rules.answer_days if is_asked else rules.waiting_days
    age = at - held.state_at
    if age >= timedelta(days=longest):
        return Move.EXPIRE
    if is_asked:
        late = len(_passed(rules.reminder_days, age)) > held.reminders
        return Move.REMIND if late else None
    return _NEXT[held.state]


_NEXT = {
    State.PROPOSED: Move.CHECK,
    State.CHECKED: Move.ASK,
    State.ACCEPTED: Move.INTRODUCE,
}


def _due_afterwards(
    held: Introduction, rules: IntroductionSettings, at: datetime, inquired: Collection[int]
) -> Move | None:
    assert held.introduced_at is not None
    age = at - held.introduced_at
    if age >= timedelta(days=rules.ended_days):
        return Move.END
    passed = _passed(rules.outcome_days, age)
    if passed and max(passed) not in inquired:
        return Move.INQUIRE
    # Where nothing more is asked, the last word of both sides is the end.
    return Move.END if passed and max(passed) == max(rules.outcome_days) else None


def _passed(days: Collection[int], age: timedelta) -> list[int]:
    return [each for each in days if timedelta(days=each) <= age]


def _make(desk: Desk, held: Introduction, move: Move, inquired: Collection[int]) -> Introduction:
    """Make a move that is due, where nothing else stands against it."""
    rules = desk.rules.introductions
    match move:
        case Move.EXPIRE:
            return give_up(desk, held, move, SERVICE)
        case Move.CHECK:
            department = departments_of(desk.unit, held).get(held.company)
            return held if needs_check(desk, department) else step(desk, held, move, SERVICE)
        case Move.ASK:
            return ask_if_room(desk, held)
        case Move.INTRODUCE:
            return introduce_if_room(desk, held)
        case Move.REMIND:
            return remind(desk, held, len(_passed(rules.reminder_days, desk.at - held.state_at)))
        case Move.INQUIRE:
            assert held.introduced_at is not None
            return inquire(
                desk, held, max(_passed(rules.outcome_days, desk.at - held.introduced_at))
            )
        case _:
            return _end(desk, held)


def _end(desk: Desk, held: Introduction) -> Introduction:
    rules = desk.rules.introductions
    assert held.introduced_at is not None
    over = desk.at - held.introduced_at >= timedelta(days=rules.ended_days)
    last = max(rules.outcome_days, default=0)
    said = {
        each.siret for each in desk.unit.introductions.outcomes.all(held.id) if each.days == last
    }
    if not over and said != {held.company, held.partner}:
        return held
    return step(desk, held, Move.END, SERVICE)
