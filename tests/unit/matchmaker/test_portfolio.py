"""Whose turn it is, and when an outcome is due: a small table of cases worked out by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.intents import Intent, Role
from matchmaker.introductions.life import Answer, Proposer, State
from matchmaker.introductions.records import Introduction
from matchmaker.portfolio import Stage, Step, next_of, outcomes_due, stage_of
from matchmaker.settings import IntroductionSettings

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
RULES = IntroductionSettings(outcome_days=(30, 90))
A, B = "11111111100019", "22222222200017"
HELD = Introduction(
    id="abc", company=A, partner=B, intent=Intent.SUPPLY, role=Role.CLIENT, message="",
    proposer=Proposer.ADVISER, state=State.PROPOSED, version=1,
    company_answer=Answer.NOT_ASKED, partner_answer=Answer.NOT_ASKED, reason=None, note="",
    snapshot=None, rank=None, propensity=None, reminders=0, created_at=AT, created_by="x",
    changed_at=AT, changed_by="x", state_at=AT, introduced_at=None,
)  # fmt: skip


def made(days: int, state: State = State.INTRODUCED) -> Introduction:
    return replace(HELD, state=state, introduced_at=AT - timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "said", "due"),
    [
        (29, set(), ()),
        (30, set(), (A, B)),
        (30, {(A, 30)}, (B,)),
        (89, {(A, 30), (B, 30)}, ()),
        (90, {(A, 30), (B, 30)}, (A, B)),
        (90, {(A, 90), (B, 30)}, (B,)),
        (400, {(A, 90), (B, 90)}, ()),
    ],
)
def test_an_outcome_is_due_until_the_last_question_has_its_answer(days, said, due):
    for state in (State.INTRODUCED, State.MET):
        held = made(days, state)
        assert outcomes_due(held, {"abc": said, "other": {(A, 90), (B, 90)}}, RULES, AT) == due
        assert stage_of(held, due) is (Stage.FOLLOW_UP if due else Stage.MADE)


def test_nothing_is_due_where_nothing_is_asked_or_it_has_ended():
    assert outcomes_due(made(400), {}, IntroductionSettings(outcome_days=()), AT) == ()
    assert outcomes_due(made(400, State.ENDED), {}, RULES, AT) == ()
    assert outcomes_due(HELD, {}, RULES, AT) == ()


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_stage(state):
    held = replace(HELD, state=state)
    expected = {
        State.PROPOSED: Stage.TO_CHECK,
        State.CHECKED: Stage.WAITING,
        State.ASKED: Stage.WAITING,
        State.ACCEPTED: Stage.WAITING,
        State.INTRODUCED: Stage.MADE,
        State.MET: Stage.MADE,
    }
    assert stage_of(held, ()) is expected.get(state, Stage.DONE)


def test_whose_turn_it_is():
    asked = replace(
        HELD, state=State.ASKED, company_answer=Answer.ACCEPTED, partner_answer=Answer.PENDING
    )
    found = {
        state: next_of(replace(HELD, state=state), ())
        for state in (State.PROPOSED, State.CHECKED, State.ACCEPTED, State.ENDED)
    }
    assert (found[State.PROPOSED].step, found[State.PROPOSED].firms) == (Step.CHECK, (A,))
    assert (found[State.CHECKED].step, found[State.CHECKED].firms) == (Step.ROOM, ())
    assert (found[State.ACCEPTED].step, found[State.ACCEPTED].firms) == (Step.CONTACTS, ())
    assert (found[State.ENDED].step, found[State.ENDED].firms) == (Step.NOTHING, ())
    assert (next_of(asked, ()).step, next_of(asked, ()).firms) == (Step.ANSWER, (B,))
    assert next_of(made(3), ()).step is Step.MEET
    assert next_of(made(3, State.MET), ()).step is Step.NOTHING
    late = next_of(made(40), (B,))
    assert (late.step, late.firms, late.since) == (Step.OUTCOME, (B,), AT - timedelta(days=40))
