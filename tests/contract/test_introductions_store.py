"""Introductions on both databases: the lock, the history, the room that they take, their end."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random

import pytest
from builders import profile, siret_of
from introduction_worlds import AT, ESSONNE, PEOPLE, SEINE, FakePost, World, settings_with, settle

from matchmaker.accounts.principals import system
from matchmaker.errors import (
    IntroductionConflictError,
    MatchmakerError,
    PairRefusedError,
    ProblemError,
    UnknownIntroductionError,
)
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent, Role
from matchmaker.introductions.life import Move, Party, Result, State
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Line, Proposal
from matchmaker.introductions.results import record_outcome
from matchmaker.relations import RelationKind
from matchmaker.store import Store, open_store

TRIES = 200
WORKERS = 8


@pytest.fixture
def world(store: Store) -> World:
    settle(store)
    return World(store, settings_with())


def test_an_introduction_is_read_as_it_was_written(world):
    made = world.propose(message="Bonjour, voilà « ça » ; 100 %")
    with world.store.reading() as unit:
        assert unit.introductions.get(made.id) == made
        assert unit.introductions.list() == (made,)
        with pytest.raises(UnknownIntroductionError):
            unit.introductions.get("zzzzzzzz")
        with pytest.raises(UnknownIntroductionError):
            unit.introductions.history("zzzzzzzz")


def test_a_taken_id_is_refused(world):
    made = world.propose()
    with world.store.unit() as unit:
        line = Line(AT, "x", Party.COMPANY, Move.PROPOSE, State.PROPOSED, {})
        with pytest.raises(ProblemError):
            unit.introductions.create(made, line)


def test_the_history_holds_one_line_for_each_version(world):
    made = world.accept(world.propose())
    with world.store.reading() as unit:
        lines = unit.introductions.history(made.id)
    assert [line.version for line in lines] == list(range(1, made.version + 1))
    assert [(line.move, line.after) for line in lines] == [
        (Move.PROPOSE, State.PROPOSED),
        (Move.CHECK, State.CHECKED),
        (Move.ASK, State.ASKED),
        (Move.ACCEPT, State.ACCEPTED),
        (Move.INTRODUCE, State.INTRODUCED),
    ]
    assert [line.before for line in lines[1:]] == [line.after for line in lines[:-1]]


def test_who_did_not_hold_it_cannot_overwrite_what_somebody_else_wrote(world):
    read = world.propose()
    world.accept(read)
    with world.store.unit() as unit:
        line = Line(AT, "late", Party.PARTNER, Move.DECLINE, State.DECLINED, {})
        with pytest.raises(IntroductionConflictError):
            unit.introductions.write(read, line)


def test_lists_keep_to_side_department_state_and_who_knows(world):
    first = world.propose()
    other = world.propose(Party.COMPANY_ADVISER, siret_of(3), siret_of(4))
    with world.store.reading() as unit:
        ids = lambda **by: [each.id for each in unit.introductions.list(**by)]  # noqa: E731
        assert ids(siret=ESSONNE) == [first.id]
        assert ids(department="91") == ids(department="77") == [first.id, other.id]
        assert ids(department="95") == []
        assert ids(states=[State.ASKED]) == [first.id, other.id]
        assert ids(states=[State.MET]) == ids(states=[]) == []
        assert ids(asked=[SEINE]) == ids(asked=[ESSONNE]) == [first.id]
        assert ids(asked=[]) == []
        assert ids(limit=1, offset=1) == [other.id]
        assert unit.introductions.count(siret=SEINE, states=[State.ASKED]) == 1
        assert [each.id for each in unit.introductions.between(ESSONNE, SEINE)] == [first.id]


def test_a_firm_that_was_not_asked_does_not_find_it(world):
    world.rules = settings_with(checked_by=("77",))
    made = world.propose()
    with world.store.reading() as unit:
        assert made.state is State.PROPOSED
        assert unit.introductions.list(asked=[ESSONNE]) == ()
        assert unit.introductions.list(asked=[SEINE]) == (made,)


def test_load_counts_open_questions_and_what_was_introduced_this_quarter(world):
    quarter = datetime(2026, 10, 1, tzinfo=UTC)
    made = world.propose()
    with world.store.reading() as unit:
        counts = [unit.introductions.load(each, quarter) for each in (SEINE, ESSONNE)]
        assert counts == [1, 1]
        assert unit.introductions.introduced_since(SEINE, quarter) == 0
    world.accept(made)
    with world.store.reading() as unit:
        assert unit.introductions.load(ESSONNE, quarter) == 1
        assert unit.introductions.introduced_since(SEINE, quarter) == 1
        after = datetime(2027, 1, 1, tzinfo=UTC)
        assert unit.introductions.load(ESSONNE, after) == 0


def test_contacts_are_seen_after_the_introduction_and_not_of_who_left(world):
    made = world.propose()
    with world.store.reading() as unit:
        assert not unit.introductions.may_see_contact(SEINE, ESSONNE)
    world.accept(made)
    with world.store.reading() as unit:
        assert unit.introductions.may_see_contact(SEINE, ESSONNE)
        assert unit.introductions.may_see_contact(ESSONNE, SEINE)
        assert not unit.introductions.may_see_contact(siret_of(3), ESSONNE)
    with world.store.unit() as unit:
        unit.exclusions.opt_out(ESSONNE, at=AT, reason="")
    with world.store.reading() as unit:
        assert not unit.introductions.may_see_contact(SEINE, ESSONNE)
        assert unit.introductions.may_see_contact(ESSONNE, SEINE)


def test_a_firm_that_leaves_withdraws_what_is_open(world):
    asked = world.propose()
    with world.store.unit() as unit:
        assert unit.introductions.withdraw_company(ESSONNE, AT, "opt-out") == (asked.id,)
        assert unit.introductions.withdraw_company(ESSONNE, AT, "opt-out") == ()
        assert unit.introductions.withdraw_company(siret_of(5), AT, "opt-out") == ()
    assert world.get(asked).state is State.WITHDRAWN
    assert world.moves(asked)[-1] is Move.WITHDRAW


def test_a_firm_that_leaves_ends_what_was_introduced(world):
    made = world.accept(world.propose())
    with world.store.unit() as unit:
        assert unit.introductions.withdraw_company(SEINE, AT, "opt-out") == (made.id,)
    assert world.get(made).state is State.ENDED


def test_an_erased_firm_leaves_no_row_behind(world):
    made = world.accept(world.propose())
    world.record(made, Party.COMPANY, Result.MET, worth=True)
    kept = world.propose(Party.COMPANY_ADVISER, siret_of(3), siret_of(4))
    with world.store.unit() as unit:
        assert unit.introductions.erase_company(ESSONNE) == (made.id,)
    with world.store.reading() as unit:
        assert unit.introductions.list() == (kept,)
        assert unit.introductions.outcomes.all(made.id) == ()
        assert unit.introductions.inquired([made.id]) == {made.id: frozenset()}
        assert unit.relations.of_company(SEINE) == []
        with pytest.raises(UnknownIntroductionError):
            unit.introductions.history(made.id)


@pytest.mark.parametrize(
    ("role", "result", "kind", "members"),
    [
        (Role.SUPPLIER, Result.MET, RelationKind.INTRODUCTION, (SEINE, ESSONNE)),
        (Role.SUPPLIER, Result.WORKING_TOGETHER, RelationKind.SUPPLY, (ESSONNE, SEINE)),
        (Role.CLIENT, Result.WORKING_TOGETHER, RelationKind.SUPPLY, (SEINE, ESSONNE)),
    ],
)
def test_a_meeting_becomes_a_relation_for_the_next_night(world, role, result, kind, members):
    made = world.accept(world.propose(role=role))
    for _ in range(2):  # said again, nothing doubles
        world.record(made, Party.PARTNER, result)
    with world.store.reading() as unit:
        (found,) = unit.relations.of_company(SEINE)
    assert (found.kind, found.members, found.source, found.key) == (
        kind,
        members,
        "introductions",
        made.id,
    )
    assert found.date == AT.date()


def test_who_has_not_met_makes_no_relation(world):
    made = world.accept(world.propose())
    world.record(made, Party.PARTNER, Result.NOT_MET)
    with world.store.reading() as unit:
        assert unit.relations.all() == []
        (said,) = unit.introductions.outcomes.all(made.id)
    assert (said.siret, said.days, said.result, said.worth) == (ESSONNE, 30, Result.NOT_MET, None)


def race(world: World, url: str, tries: list) -> list:
    """Run work on stores of its own in many threads at once, and collect what came of each."""
    stores = [open_store(url) for _ in range(WORKERS)]

    def one(number: int) -> object:
        try:
            with stores[number % WORKERS].unit() as unit:
                return tries[number](unit)
        except MatchmakerError as error:
            return error

    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(one, range(len(tries))))
    finally:
        for store in stores:
            store.close()


def test_of_two_hundred_at_once_on_one_version_one_wins_and_all_others_are_told(world, url):
    made = world.propose()
    people = [PEOPLE[Party.PARTNER], PEOPLE[Party.COMPANY], PEOPLE[Party.PARTNER_ADVISER]]

    def attempt(number: int):
        by = people[number % 3]
        chosen = Move.WITHDRAW if by is PEOPLE[Party.COMPANY] else Move.ACCEPT
        return lambda unit: move(
            unit,
            world.rules,
            FakePost(),
            by,
            made.id,
            chosen,
            version=made.version,
            at=AT,
            note=f"try {number}",
        )

    results = race(world, url, [attempt(number) for number in range(TRIES)])
    counts = Counter(type(each).__name__ for each in results)
    assert counts == {"Introduction": 1, "ChangedMeanwhile": TRIES - 1}
    after = world.get(made)
    assert after == next(each for each in results if not isinstance(each, Exception))
    with world.store.reading() as unit:
        lines = unit.introductions.history(made.id)
    # The winner, and the introduction that follows where it was an acceptance.
    assert [line.version for line in lines] == list(range(1, after.version + 1))
    assert lines[3].details["note"].startswith("try ")
    sentence = str(next(each for each in results if isinstance(each, Exception)))
    assert "2026-11-24 10:00" in sentence


def test_two_hundred_moves_on_the_newest_version_lose_nothing(world, url):
    """Everybody reads, then acts; whoever is late reads again. All outcomes are in the history."""
    made = world.accept(world.propose())

    def attempt(number: int):
        by = PEOPLE[(Party.COMPANY, Party.PARTNER)[number % 2]]
        days = (30, 90, 180)[number % 3]
        return lambda unit: record_outcome(
            unit,
            world.rules,
            FakePost(),
            by,
            made.id,
            Result.MET,
            at=AT,
            days=days,
            note=str(number),
        )

    results = race(world, url, [attempt(number) for number in range(TRIES)])
    assert not [each for each in results if isinstance(each, Exception)]
    with world.store.reading() as unit:
        lines = unit.introductions.history(made.id)
        said = unit.introductions.outcomes.all(made.id)
    counts = Counter(line.move for line in lines)
    assert (counts[Move.RECORD], counts[Move.MEET]) == (TRIES, 1)
    assert [line.version for line in lines] == list(range(1, len(lines) + 1))
    assert len(said) == 6


def test_a_pair_that_both_sides_propose_at_once_is_proposed_once(world, url):

    def attempt(number: int):
        sides = (SEINE, ESSONNE) if number % 2 else (ESSONNE, SEINE)
        by = PEOPLE[Party.COMPANY if number % 2 else Party.PARTNER]
        return lambda unit: propose(
            unit,
            world.rules,
            FakePost(),
            by,
            Proposal(*sides, Intent.PEER, Role.PEER),
            at=AT,
            drawn=new_id(Random(number)),
        )

    results = race(world, url, [attempt(number) for number in range(40)])
    assert sum(not isinstance(each, Exception) for each in results) == 1
    assert sum(isinstance(each, PairRefusedError) for each in results) == 39


def test_the_room_of_a_firm_is_not_given_twice_to_questions_at_once(world, url):
    """Three firms ask one that takes a single introduction: the others wait."""
    with world.store.unit() as unit:
        unit.profiles.upsert([profile(ESSONNE, capacity=1)])

    def attempt(number: int):
        return lambda unit: propose(
            unit,
            world.rules,
            FakePost(),
            system("tests"),
            Proposal(siret_of(2 * number + 1), ESSONNE, Intent.PEER, Role.PEER),
            at=AT,
            drawn=new_id(Random(number)),
        )

    results = race(world, url, [attempt(number) for number in range(3)])
    states = sorted(each.state.value for each in results)
    assert states == ["asked", "checked", "checked"]
