"""What becomes due with time; nothing stays without an end."""

from datetime import timedelta
from random import Random

import pytest
from builders import company, profile, siret_of
from introduction_worlds import ESSONNE, PEOPLE, FakePost, World, settings_with

from matchmaker.errors import MatchmakerError
from matchmaker.introductions.daily import Advanced, advance
from matchmaker.introductions.life import FINAL, MOVES, DeclineReason, Move, Party, Result, State
from matchmaker.introductions.moves import MADE_BY_PEOPLE


def run(world: World, **span: float) -> dict[Move, int]:
    """Let time pass, run twice at one moment, and give what the first run did."""
    world.later(**span)
    done = advance(world.store, world.rules, world.post, world.at)
    letters = list(world.post.written)
    assert advance(world.store, world.rules, world.post, world.at) == Advanced({}, ())
    assert world.post.written == letters
    assert done.failures == ()
    return dict(done.moves)


def test_an_unanswered_question_is_reminded_twice_and_then_expires(world):
    made = world.propose()
    assert run(world, days=6.9) == {}
    assert run(world, days=0.1) == {Move.REMIND: 1}
    assert run(world, days=6.9) == {}
    assert run(world, days=0.1) == {Move.REMIND: 1}
    assert run(world, days=6.9) == {}
    assert run(world, days=0.1) == {Move.EXPIRE: 1}
    assert world.get(made).state is State.EXPIRED
    assert world.post.kinds() == ["ask", "remind", "remind", "tell expired"]
    assert run(world, days=1000) == {}


def test_only_the_side_without_an_answer_is_reminded(world):
    made = world.propose(Party.COMPANY_ADVISER)
    world.accept(made, Party.COMPANY)
    world.post.written.clear()
    run(world, days=7)
    assert world.post.written == [("remind", made.id, "partner")]


def test_days_without_a_run_make_one_reminder_and_one_outcome_question(world):
    made = world.propose()
    assert run(world, days=15) == {Move.REMIND: 1}
    world.accept(made)
    assert run(world, days=100) == {Move.INQUIRE: 1}
    assert world.post.kinds()[-2:] == ["outcome 90", "outcome 90"]
    assert run(world, days=1) == {}


def test_a_proposal_that_nobody_checks_expires(world):
    world.rules = settings_with(checked_by=("77",))
    made = world.propose()
    assert run(world, days=59.9) == {}
    assert run(world, days=0.1) == {Move.EXPIRE: 1}
    assert world.post.written == [("tell expired", made.id, "company")]


def test_a_chamber_that_checks_no_more_keeps_nobody_waiting(world):
    world.rules = settings_with(checked_by=("77",))
    made = world.propose()
    world.rules = settings_with()
    assert run(world) == {Move.CHECK: 1, Move.ASK: 1}
    assert world.get(made).state is State.ASKED


@pytest.mark.parametrize("state", [State.CHECKED, State.ACCEPTED])
def test_what_waits_for_room_too_long_expires(world, state):
    if state is State.CHECKED:
        set_capacity(world, 0)
    made = world.propose()
    if state is State.ACCEPTED:
        set_capacity(world, 0)
        world.accept(made)
    assert world.get(made).state is state
    assert run(world, days=59.9) == {}
    assert run(world, days=0.1) == {Move.EXPIRE: 1}


def test_a_new_quarter_makes_room(world):
    set_capacity(world, 1)
    world.accept(world.propose())
    waiting = world.propose(Party.ADMINISTRATOR, siret_of(3))
    assert waiting.state is State.CHECKED
    assert run(world, days=37) == {Move.INQUIRE: 1}  # the last day of the year
    assert run(world, days=1) == {Move.ASK: 1}
    assert world.get(waiting).state is State.ASKED


def test_both_sides_are_asked_what_came_of_it_and_the_end_comes(world):
    made = world.accept(world.propose())
    assert run(world, days=30) == {Move.INQUIRE: 1}
    world.record(made, Party.COMPANY, Result.NOT_MET, days=90)
    assert run(world, days=60) == {Move.INQUIRE: 1}
    assert run(world, days=90) == {Move.INQUIRE: 1}
    asked = [(kind, side) for kind, _, side in world.post.written if kind.startswith("outcome")]
    assert asked == [
        ("outcome 30", "company"),
        ("outcome 30", "partner"),
        ("outcome 90", "partner"),  # the company had said so before
        ("outcome 180", "company"),
        ("outcome 180", "partner"),
    ]
    assert run(world, days=59.9) == {}
    assert run(world, days=0.1) == {Move.END: 1}
    assert world.get(made).state is State.ENDED


def test_the_last_word_of_both_sides_is_the_end(world):
    made = world.accept(world.propose())
    run(world, days=180)
    world.record(made, Party.COMPANY, Result.WORKING_TOGETHER, worth=True)
    assert run(world, days=1) == {}
    world.record(made, Party.PARTNER, Result.WORKING_TOGETHER, worth=True)
    assert run(world) == {Move.END: 1}


def test_a_defect_in_one_introduction_does_not_stop_the_others(world):
    bad = world.propose()
    good = world.propose(Party.ADMINISTRATOR, siret_of(3), siret_of(4))

    class Broken(FakePost):
        def remind(self, unit, introduction, siret, at):
            if introduction.id == bad.id:
                raise RuntimeError("no template")
            return super().remind(unit, introduction, siret, at)

    world.later(days=7)
    post = Broken()
    done = advance(world.store, world.rules, post, world.at)
    assert done.moves == {Move.REMIND: 1}
    assert done.failures == (f"{bad.id}: no template",)
    assert [(world.get(each).reminders) for each in (bad, good)] == [0, 1]
    assert {each for _, each, _ in post.written} == {good.id}
    assert advance(world.store, world.rules, world.post, world.at).moves == {Move.REMIND: 1}


def test_who_has_no_address_is_not_waited_for_longer(world):
    world.post.without_address = frozenset({ESSONNE})
    made = world.propose()
    with world.store.reading() as unit:
        asked = unit.introductions.history(made.id)[-1]
    assert asked.details == {"asked": ["partner"], "letters": []}
    run(world, days=21)
    assert world.get(made).state is State.EXPIRED


def set_capacity(world: World, capacity: int) -> None:
    with world.store.unit() as unit:
        unit.profiles.upsert([profile(ESSONNE, capacity=capacity)])


@pytest.mark.parametrize("seed", range(8))
def test_whatever_people_do_everything_comes_to_an_end_and_obeys_the_table(world, seed):
    """Random people make random moves for some weeks; then they fall silent."""
    random = Random(seed)
    world.rules = settings_with(checked_by=("77",) if seed % 2 else ())
    set_capacity(world, random.choice([0, 1, 3]))
    for _ in range(25):
        act(world, random)
        if random.random() < 0.3:
            run(world, days=random.choice([1, 5, 12]))
    rules = world.rules.introductions
    with world.store.reading() as unit:
        begun = unit.introductions.list()
    assert begun, "nothing was ever proposed"
    longest = 3 * rules.waiting_days + rules.answer_days + rules.ended_days
    world.later(days=longest)
    for _ in range(6):
        advance(world.store, world.rules, world.post, world.at)
        world.later(days=longest)
    with world.store.reading() as unit:
        for each in unit.introductions.list():
            assert each.state in FINAL, each
            check_history(unit.introductions.history(each.id), each)
    told = [each for kind, each, _ in world.post.written if kind == "introduce"]
    assert all(told.count(each) == 2 for each in told)


def act(world: World, random: Random) -> None:
    """Let somebody try something, allowed or not."""
    with world.store.reading() as unit:
        known = unit.introductions.list()
    party = random.choice(list(PEOPLE))
    try:
        if not known or random.random() < 0.25:
            sides = [random.choice([1, 3, 5]), random.choice([2, 4, 6])]
            world.propose(random.choice([party, Party.ADMINISTRATOR]), *map(siret_of, sides))
            return
        chosen = random.choice(known)
        if random.random() < 0.2:
            world.record(chosen, party, random.choice(list(Result)))
            return
        move = random.choice(MADE_BY_PEOPLE)
        reason = random.choice(list(DeclineReason)) if move is Move.DECLINE else None
        world.move(chosen, move, party, reason=reason, note="dit au téléphone")
    except MatchmakerError:
        pass


def check_history(lines, introduction) -> None:
    """Replay a history against the table: each line follows from the one before."""
    assert [line.version for line in lines] == list(range(1, introduction.version + 1))
    assert (lines[0].before, lines[0].move) == (None, Move.PROPOSE)
    accepted = set()
    for before, line in zip(lines, lines[1:], strict=False):
        assert line.before is before.after
        assert line.at >= before.at
        step = MOVES[line.before, line.move]
        assert line.party in step.parties
        assert line.after in (step.after, step.one_side)
        if line.move is Move.ACCEPT:
            accepted.add(line.details["side"])
        if line.move is Move.INTRODUCE:
            asked_by_the_firm = lines[0].details["proposer"] == "entrepreneur"
            assert accepted | ({"company"} if asked_by_the_firm else set()) == {
                "company",
                "partner",
            }
    assert lines[-1].after is introduction.state


def test_nobody_is_reminded_of_a_firm_that_has_gone(world):
    """The registry closes a firm while its question is open: the other side hears no more of it."""
    world.propose()
    with world.store.unit() as unit:
        unit.companies.upsert([company(1, "77", active=False)])
    for day in (7, 14):
        advance(world.store, world.rules, world.post, world.at + timedelta(days=day))
    assert world.post.kinds() == ["ask"]
    advance(world.store, world.rules, world.post, world.at + timedelta(days=21))
    assert world.post.kinds() == ["ask", "tell expired"]
