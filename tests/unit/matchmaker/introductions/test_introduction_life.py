"""The state table, walked exhaustively, and the usual ways through it."""

from itertools import product

import pytest
from builders import profile
from introduction_worlds import ESSONNE, PEOPLE, STRANGERS, World

from matchmaker.errors import (
    IntroductionStateError,
    NotAllowedError,
    ProblemError,
    UnknownIntroductionError,
)
from matchmaker.introductions.daily import advance
from matchmaker.introductions.life import (
    FINAL,
    MOVES,
    OPEN,
    UNDER_WAY,
    Answer,
    DeclineReason,
    Move,
    Party,
    State,
)
from matchmaker.introductions.moves import MADE_BY_PEOPLE
from matchmaker.introductions.moves import move as make
from matchmaker.introductions.parties import check_move
from matchmaker.introductions.records import HistoryEntry, Introduction

# What the chambers have agreed on, written apart from the table under test: a letter for each party
# (c company, p partner, C and P their advisers, A administrator, s the service itself), and the
# state that follows.
AGREED = """
proposed   check     CAs    checked
proposed   refuse    CA     refused
proposed   withdraw  cCAs   withdrawn
proposed   expire    s      expired
checked    ask       s      asked
checked    withdraw  cCAs   withdrawn
checked    expire    s      expired
asked      accept    cpCP   accepted
asked      decline   cpCP   declined
asked      remind    s      asked
asked      withdraw  cCAs   withdrawn
asked      expire    s      expired
accepted   introduce s      introduced
accepted   decline   cpCP   declined
accepted   withdraw  cCAs   withdrawn
accepted   expire    s      expired
introduced inquire   s      introduced
introduced record    cpCP   introduced
introduced meet      cpCPA  met
introduced end       CPAs   ended
met        inquire   s      met
met        record    cpCP   met
met        end       CPAs   ended
"""
REFUSED = (NotAllowedError, IntroductionStateError, UnknownIntroductionError, ProblemError)
ON_THE_COMPANYS_SIDE = (Party.COMPANY, Party.COMPANY_ADVISER)
LETTERS = dict(zip("cpCPAs", Party, strict=True))
EXPECTED = {
    (State(state), Move(move), LETTERS[letter]): State(after)
    for state, move, letters, after in map(str.split, AGREED.strip().splitlines())
    for letter in letters
}


@pytest.mark.parametrize("state", State)
def test_every_move_of_every_party_in_every_state_is_as_agreed(state):
    possible = {(at, move) for at, move, _ in EXPECTED}
    for move, party in product(Move, Party):
        after = EXPECTED.get((state, move, party))
        if after is not None:
            assert check_move(state, move, party).after is after
            continue
        ever = any(other is move and who is party for _, other, who in EXPECTED)
        not_theirs = (state, move) in possible or not ever
        with pytest.raises(NotAllowedError if not_theirs else IntroductionStateError) as refused:
            check_move(state, move, party)
        assert str(refused.value).endswith(".")
        assert refused.value.sentence("fr") != refused.value.sentence("en")


def test_final_states_have_no_way_on_and_all_others_have():
    assert {state for state, _ in MOVES} == set(UNDER_WAY)
    assert set(FINAL) | set(UNDER_WAY) == set(State)
    assert set(OPEN) < set(UNDER_WAY)


def test_every_state_on_the_way_can_be_ended_by_the_service_itself():
    """Else something might stay unanswered for ever."""
    for state in UNDER_WAY:
        ends = [
            step.after
            for (at, _), step in MOVES.items()
            if at is state and Party.SYSTEM in step.parties
        ]
        assert set(ends) & set(FINAL), state


def brought_to(world: World, state: State) -> Introduction:
    """Bring a new introduction to a state, by moves of people and the passing of time."""
    checked_by = ("77",) if state in (State.PROPOSED, State.REFUSED) else ()
    rules = world.rules.introductions.model_copy(update={"checked_by": checked_by})
    world.rules = world.rules.model_copy(update={"introductions": rules})
    full = state in (State.CHECKED, State.ACCEPTED)
    if state is State.CHECKED:
        set_capacity(world, 0)
    made = world.propose()
    match state:
        case State.PROPOSED | State.CHECKED | State.ASKED:
            pass
        case State.REFUSED:
            made = world.move(made, Move.REFUSE, Party.COMPANY_ADVISER)
        case State.DECLINED:
            made = world.decline(made, DeclineReason.NOT_RELEVANT)
        case State.WITHDRAWN:
            made = world.move(made, Move.WITHDRAW, Party.COMPANY)
        case State.EXPIRED:
            world.later(days=21)
            advance(world.store, world.rules, world.post, world.at)
            made = world.get(made)
        case _:
            if full:
                set_capacity(world, 0)
            made = world.accept(made)
            if state in (State.MET,):
                made = world.move(made, Move.MEET, Party.COMPANY)
            if state is State.ENDED:
                made = world.move(made, Move.END, Party.ADMINISTRATOR)
    assert made.state is state
    return made


def set_capacity(world: World, capacity: int) -> None:
    with world.store.unit() as unit:
        unit.profiles.upsert([profile(ESSONNE, capacity=capacity)])


class GiveUp(Exception):
    """Takes back what a unit of work has written."""


def tried(
    world: World, made: Introduction, move: Move, party: Party
) -> tuple[Introduction, HistoryEntry]:
    """Make a move, and give it up, so that the next one begins at the same state."""
    reason = DeclineReason.OTHER if move is Move.DECLINE else None
    result = []
    try:
        with world.store.unit() as unit:
            after = make(
                unit,
                world.rules,
                world.post,
                PEOPLE[party],
                made.id,
                move,
                version=made.version,
                at=world.at,
                note="Anne, le 24",
                reason=reason,
            )
            result = [after, unit.introductions.history(made.id)[made.version]]
            raise GiveUp
    except GiveUp:
        return result[0], result[1]


@pytest.mark.parametrize("state", State)
def test_every_move_that_somebody_makes_is_recorded_or_refused_with_a_clear_error(world, state):
    made, recorded = brought_to(world, state), set()
    for move, party in product(Move, PEOPLE):
        own = made.company_answer if party in ON_THE_COMPANYS_SIDE else made.partner_answer
        twice = move is Move.ACCEPT and own is Answer.ACCEPTED
        if (state, move, party) in EXPECTED and move in MADE_BY_PEOPLE and not twice:
            after, line = tried(world, made, move, party)
            assert (line.by, line.party, line.move) == (PEOPLE[party].label, party, move)
            assert (line.before, line.at) == (state, world.at)
            assert after.version > made.version
            recorded.add(move)
            continue
        with pytest.raises(REFUSED) as refused:
            tried(world, made, move, party)
        assert str(refused.value).endswith(".")
    assert world.get(made) == made
    assert len(world.moves(made)) == made.version
    assert bool(recorded) == (state in UNDER_WAY)


@pytest.mark.parametrize("state", State)
def test_strangers_learn_nothing_of_any_introduction(world, state):
    made = brought_to(world, state)
    for stranger in STRANGERS:
        with pytest.raises(UnknownIntroductionError) as known:
            world.move(made, Move.ACCEPT, stranger)
        with pytest.raises(UnknownIntroductionError) as unknown:
            world.move("zzzzzzzz", Move.ACCEPT, stranger, version=1)
        assert str(known.value).replace(made.id, "zzzzzzzz") == str(unknown.value)


@pytest.mark.parametrize("state", [State.PROPOSED, State.CHECKED, State.REFUSED])
def test_a_firm_that_was_not_asked_is_a_stranger(world, state):
    made = brought_to(world, state)
    with pytest.raises(UnknownIntroductionError):
        world.move(made, Move.WITHDRAW, Party.PARTNER)
