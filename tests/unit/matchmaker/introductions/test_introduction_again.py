"""Asking again for what was withdrawn, and what keeps that from being abused."""

from datetime import UTC, datetime, timedelta

import pytest
from builders import profile
from empty_stores import new_store
from introduction_worlds import ESSONNE, PEOPLE, SEINE, World, settings_with, settle
from mail_samples import CONTACTS, OTHER, OWN, SETTINGS, post

from api.pages.firms.introduction_items import Reading
from api.pages.firms.introduction_view import _again
from api.pages.firms.standing import standings
from matchmaker.companies import Contact
from matchmaker.errors import PairRefusedError
from matchmaker.introductions.daily import advance
from matchmaker.introductions.life import DeclineReason, Move, Party, State
from matchmaker.introductions.pairs import again_at
from matchmaker.mail.letters import LetterKind
from matchmaker.mail.outbox import LetterState, OutboxLine
from matchmaker.settings import Settings
from matchmaker.store import Store

NEXT_QUARTER = datetime(2026, 12, 31, 23, tzinfo=UTC)
"""First moment of 2027 in Paris."""


def withdrawn(world: World, by: Party = Party.COMPANY, **changes: object):
    """Ask, and withdraw before anybody answers."""
    return world.move(world.propose(by, **changes), Move.WITHDRAW, by)


@pytest.mark.parametrize("by", [Party.COMPANY, Party.COMPANY_ADVISER, Party.ADMINISTRATOR])
def test_what_was_withdrawn_before_an_answer_is_asked_again_at_once(world, by):
    withdrawn(world, by)
    assert world.propose(by).state is State.ASKED


def test_the_third_request_of_a_quarter_waits_for_the_next_one(world):
    for _ in range(2):
        withdrawn(world)
    with pytest.raises(PairRefusedError, match="asked for 2 times.*from 2027-01-01 on"):
        world.propose()
    with pytest.raises(PairRefusedError, match="2 times"):
        world.propose(Party.COMPANY_ADVISER)
    world.at = NEXT_QUARTER - timedelta(seconds=1)
    with pytest.raises(PairRefusedError, match="2 times"):
        world.propose()
    world.at = NEXT_QUARTER
    assert world.propose().state is State.ASKED


def test_requests_are_counted_by_who_asks_for_whom(world):
    for _ in range(2):
        withdrawn(world)
    back = world.propose(Party.PARTNER, ESSONNE, SEINE)
    assert back.state is State.ASKED, "the other side has asked for nothing yet"


def test_what_was_withdrawn_after_the_other_side_accepted_waits_for_the_next_quarter(world):
    with world.store.unit() as unit:
        unit.profiles.upsert([profile(ESSONNE, capacity=1)])
    made = world.propose()
    with world.store.unit() as unit:
        unit.profiles.upsert([profile(ESSONNE, capacity=0)])
    waiting = world.accept(made)
    assert waiting.state is State.ACCEPTED
    world.move(waiting, Move.WITHDRAW, Party.COMPANY)
    with world.store.unit() as unit:
        unit.profiles.upsert([profile(ESSONNE, capacity=5)])
    with pytest.raises(PairRefusedError, match="not available for an introduction at the moment"):
        world.propose()
    world.at = NEXT_QUARTER
    assert world.propose().state is State.ASKED


def test_a_refusal_keeps_its_rule_behind_a_withdrawal(world):
    world.decline(world.propose(), DeclineReason.NOT_RELEVANT)
    world.at = NEXT_QUARTER
    with pytest.raises(PairRefusedError, match="at the moment"):
        world.propose()


def test_when_one_may_ask_again_is_the_latest_of_all_reasons(world):
    first, second = withdrawn(world), withdrawn(world)
    assert again_at(world.rules, [first], SEINE, world.at) == world.at
    assert again_at(world.rules, [first, second], SEINE, world.at) == NEXT_QUARTER
    assert again_at(world.rules, [first, second], ESSONNE, world.at) == world.at
    assert again_at(world.rules, [], SEINE, world.at) == world.at


# Letters


@pytest.fixture
def mailing(store: Store) -> World:
    """Set a world up whose letters are written for real."""
    with store.unit() as unit:
        unit.profiles.upsert(
            profile(siret, contact=Contact("Zoé", CONTACTS[siret].email, None))
            for siret in (OWN, OTHER)
        )
    return World(store, SETTINGS, post())  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path, empty_store):
    opened = new_store(empty_store, Settings(home=tmp_path))
    settle(opened)
    yield opened
    opened.close()


def questions(world: World) -> list[OutboxLine]:
    """Lines of the questions to the partner, the oldest first."""
    with world.store.reading() as unit:
        lines = unit.outbox.list(siret=ESSONNE)
    return [each for each in reversed(lines) if each.kind is LetterKind.QUESTION]


def deliver(world: World) -> None:
    with world.store.unit() as unit:
        taken = unit.outbox.take(world.at)
        assert taken is not None
        unit.outbox.sent(taken, world.at)


def test_no_second_letter_leaves_on_the_day_of_the_first(mailing):
    made = mailing.propose()
    deliver(mailing)
    mailing.later(hours=1)
    mailing.move(made, Move.WITHDRAW, Party.COMPANY)
    mailing.propose()
    first, second = questions(mailing)
    assert first.state is LetterState.SENT
    assert second.state is LetterState.WAITING
    assert second.due_at == datetime(2026, 11, 25, 7, tzinfo=UTC), "eight in Paris, the next day"
    with mailing.store.unit() as unit:
        assert unit.outbox.take(mailing.at) is None


def test_a_letter_that_never_left_holds_nothing_back(mailing):
    made = mailing.propose()
    mailing.move(made, Move.WITHDRAW, Party.COMPANY)
    mailing.later(minutes=5)
    mailing.propose()
    first, second = questions(mailing)
    assert first.state is LetterState.CANCELLED
    assert second.due_at == mailing.at


def test_a_letter_of_the_day_before_holds_nothing_back(mailing):
    made = mailing.propose()
    deliver(mailing)
    mailing.at = datetime(2026, 11, 24, 23, tzinfo=UTC)  # midnight in Paris
    mailing.move(made, Move.WITHDRAW, Party.COMPANY)
    mailing.propose()
    assert questions(mailing)[1].due_at == mailing.at


def test_withdrawing_again_keeps_the_letter_of_the_morning_from_leaving(mailing):
    made = mailing.propose()
    deliver(mailing)
    mailing.move(made, Move.WITHDRAW, Party.COMPANY)
    mailing.move(mailing.propose(), Move.WITHDRAW, Party.COMPANY)
    assert [each.state for each in questions(mailing)] == [LetterState.SENT, LetterState.CANCELLED]


def test_who_accepts_in_the_evening_is_not_asked_in_the_morning(mailing):
    made = mailing.propose(Party.COMPANY_ADVISER)
    for _ in (SEINE, ESSONNE):
        deliver(mailing)
    mailing.move(made, Move.WITHDRAW, Party.COMPANY_ADVISER)
    again = mailing.propose(Party.COMPANY_ADVISER)
    assert mailing.accept(again).state is State.ASKED
    assert [each.state for each in questions(mailing)] == [LetterState.SENT, LetterState.CANCELLED]
    with mailing.store.unit() as unit:
        taken = unit.outbox.take(again.created_at + timedelta(days=1))
        assert taken is not None
        assert taken.letter.recipient == CONTACTS[OWN].email, "the other side is still asked"
        assert unit.outbox.take(again.created_at + timedelta(days=1)) is None


# Days on pages


def test_the_day_of_a_page_is_one_of_paris(world):
    """Late in the evening it is the next day there, although it is the same one in UTC."""
    world.rules = settings_with(cool_down_days=0, answer_days=1)
    world.propose()
    world.at = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert advance(world.store, world.rules, world.post, world.at).moves == {Move.EXPIRE: 1}
    world.later(minutes=1)
    last = withdrawn(world, Party.PARTNER, company=ESSONNE, partner=SEINE)
    rules = settings_with(cool_down_days=10)
    with world.store.reading() as unit:
        found = unit.companies.many((SEINE, ESSONNE))
        bruno = PEOPLE[Party.PARTNER]
        standing = standings(unit, rules, bruno, found[ESSONNE], [found[SEINE]], at=world.at)[SEINE]
        page = _again(Reading(unit, bruno, ESSONNE, rules, world.at, "fr"), last)
    assert standing.id == last.id
    assert (standing.again, page) == ("2026-12-06", "2026-12-06")
