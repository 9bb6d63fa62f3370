"""Outbox, links, digests and refusals, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.accounts.signing import Signer
from matchmaker.errors import LetterStateError, LinkError, UnknownLetterError
from matchmaker.mail.letters import Attachment, Letter, LetterKind, Topic
from matchmaker.mail.links import LinkPurpose
from matchmaker.mail.outbox import LetterState
from matchmaker.mail.tokens import LinkMaker, read_link, use_link
from matchmaker.settings import Settings
from matchmaker.store import Store, open_store

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
SIGNER = Signer("a secret that only tests have, 0123456789")


def letter(number: int = 1, **changes: object) -> Letter:
    plain = Letter(
        key=f"question:{number}",
        kind=LetterKind.QUESTION,
        recipient="paul@usine.example",
        subject="Été",
        text="Bonjour.",
        html="<p>Bonjour.</p>",
        attachments=(Attachment("a.ics", "text/calendar", "BEGIN"),),
        headers={"List-Unsubscribe": "<https://a.example>"},
        siret="50000001300010",
        account_id="account1",
        introduction_id="k7m2p9qa",
    )
    return replace(plain, **changes)


def put(store: Store, *letters: Letter) -> None:
    with store.unit() as unit:
        for each in letters:
            assert unit.outbox.put(each, NOON)


def take(store: Store, at: datetime = NOON):
    with store.unit() as unit:
        return unit.outbox.take(at)


def state_of(store: Store, number: int = 1) -> LetterState:
    with store.reading() as unit:
        return unit.outbox.get(number).state


def test_a_letter_is_kept_as_it_was_written(store: Store):
    put(store, letter())
    with store.reading() as unit:
        assert unit.outbox.content(1) == letter()
        line = unit.outbox.get(1)
        assert unit.outbox.counts() == {LetterState.WAITING: 1}
    assert (line.state, line.attempts, line.due_at) == (LetterState.WAITING, 0, NOON)
    assert take(store).letter == letter()


def test_one_occasion_has_one_letter(store: Store):
    put(store, letter())
    with store.unit() as unit:
        assert unit.outbox.holds("question:1")
        assert not unit.outbox.holds("question:2")
        assert not unit.outbox.put(letter(text="Autre texte."), LATER)
        assert unit.outbox.content(1).text == "Bonjour."


def test_letters_leave_in_the_order_in_which_they_are_due(store: Store):
    put(store, letter(1), letter(2))
    with store.unit() as unit:
        unit.outbox.put(letter(3), NOON - timedelta(hours=1))
    assert [take(store).id for _ in range(3)] == [3, 1, 2]
    assert take(store) is None


def test_nothing_leaves_before_it_is_due(store: Store):
    put(store, letter())
    early = NOON - timedelta(seconds=1)
    assert take(store, early) is None
    with store.reading() as unit:
        assert not unit.outbox.is_due(early)
        assert unit.outbox.is_due(NOON)


def test_no_letter_is_in_two_hands(url: str):
    number = 40
    first = open_store(url)
    put(first, *(letter(each) for each in range(number)))
    stores = [first, *(open_store(url) for _ in range(3))]

    def take_all(store: Store) -> list[int]:
        found = []
        while (taken := take(store)) is not None:
            found.append(taken.id)
        return found

    with ThreadPoolExecutor(4) as pool:
        hands = list(pool.map(take_all, stores))
    for each in stores:
        each.close()
    assert sorted(sum(hands, [])) == list(range(1, number + 1))


def test_what_a_letter_said_goes_when_it_has_left(store: Store):
    put(store, letter())
    taken = take(store)
    with store.unit() as unit:
        assert unit.outbox.sent(taken, LATER)
        assert unit.outbox.content(1) is None
        line = unit.outbox.get(1)
    assert (line.state, line.settled_at, line.attempts) == (LetterState.SENT, LATER, 1)


def test_a_postponed_letter_waits_and_counts_its_tries(store: Store):
    put(store, letter())
    with store.unit() as unit:
        assert unit.outbox.postpone(unit.outbox.take(NOON), LATER, "451 later")
    assert take(store) is None
    again = take(store, LATER)
    assert (again.attempts, again.letter) == (2, letter())


def test_only_the_hands_that_hold_a_letter_settle_it(store: Store):
    put(store, letter())
    stale = take(store)
    with store.unit() as unit:
        unit.outbox.lapse(LATER, LATER, repeatable=False)
        assert unit.outbox.get(1).state is LetterState.UNCERTAIN
        unit.outbox.retry(1, LATER)
        fresh = unit.outbox.take(LATER)
        assert not unit.outbox.sent(stale, LATER)
        assert not unit.outbox.postpone(stale, LATER, "")
        assert not unit.outbox.give_up(stale, LetterState.FAILED, LATER, "")
        assert unit.outbox.sent(fresh, LATER)


def test_an_uncertain_letter_turns_certain_when_its_sender_says_so(store: Store):
    put(store, letter())
    taken = take(store)
    with store.unit() as unit:
        unit.outbox.lapse(LATER, LATER, repeatable=False)
        assert unit.outbox.sent(taken, LATER)
    assert state_of(store) is LetterState.SENT


@pytest.mark.parametrize(
    ("repeatable", "after"), [(False, LetterState.UNCERTAIN), (True, LetterState.WAITING)]
)
def test_letters_of_a_process_that_ended_are_found(store: Store, repeatable, after):
    put(store, letter())
    take(store)
    with store.unit() as unit:
        assert not unit.outbox.has_lapsed(NOON)
        assert unit.outbox.lapse(NOON, NOON, repeatable=repeatable) == 0
        assert unit.outbox.has_lapsed(LATER)
        assert unit.outbox.lapse(LATER, LATER, repeatable=repeatable) == 1
        assert unit.outbox.get(1).state is after
        assert unit.outbox.content(1) == letter()


@pytest.mark.parametrize("state", LetterState)
def test_each_state_lets_a_person_do_what_its_table_says(store: Store, state):
    put(store, letter())
    with store.unit() as unit:
        taken = unit.outbox.take(NOON) if state is not LetterState.WAITING else None
        if state is LetterState.SENT:
            unit.outbox.sent(taken, NOON)
        elif state in (LetterState.FAILED, LetterState.UNCERTAIN):
            unit.outbox.give_up(taken, state, NOON, "x" * 2_000)
        elif state is LetterState.CANCELLED:
            unit.outbox.postpone(taken, NOON, "")
            unit.outbox.cancel(1, NOON)
        assert unit.outbox.get(1).state is state
    may_retry = state in (LetterState.FAILED, LetterState.UNCERTAIN)
    may_cancel = may_retry or state is LetterState.WAITING
    for allowed, act, after in (
        (may_retry, lambda unit: unit.outbox.retry(1, LATER), LetterState.WAITING),
        (may_cancel, lambda unit: unit.outbox.cancel(1, LATER), LetterState.CANCELLED),
    ):
        if allowed:
            with store.unit() as unit:
                assert act(unit).state is after
        else:
            with store.unit() as unit, pytest.raises(LetterStateError, match="letter 1"):
                act(unit)


def test_a_retried_letter_begins_anew(store: Store):
    put(store, letter())
    with store.unit() as unit:
        unit.outbox.give_up(unit.outbox.take(NOON), LetterState.FAILED, NOON, "550")
        line = unit.outbox.retry(1, LATER)
    assert (line.attempts, line.due_at, line.settled_at) == (0, LATER, None)


def test_an_unknown_letter_is_said_to_be_unknown(store: Store):
    with store.unit() as unit:
        for act in (unit.outbox.get, unit.outbox.content):
            with pytest.raises(UnknownLetterError):
                act(99)
        for change in (unit.outbox.retry, unit.outbox.cancel):
            with pytest.raises(UnknownLetterError):
                change(99, NOON)


def test_letters_are_listed_newest_first_by_state_and_firm(store: Store):
    put(store, letter(1), letter(2, siret="50000002100013"), letter(3))
    take(store)
    with store.reading() as unit:
        assert [line.id for line in unit.outbox.list()] == [3, 2, 1]
        assert [line.id for line in unit.outbox.list(limit=1)] == [3]
        assert [line.id for line in unit.outbox.list(LetterState.SENDING)] == [1]
        assert [line.id for line in unit.outbox.list(siret="50000002100013")] == [2]


def test_letters_of_a_firm_or_an_introduction_are_cancelled_unless_they_left(store: Store):
    put(store, letter(1), letter(2, siret="50000002100013"), letter(3, introduction_id="other"))
    with store.unit() as unit:
        unit.outbox.sent(unit.outbox.take(NOON), NOON)
        assert unit.outbox.cancel_of(NOON, siret="50000001300010") == 1
        assert unit.outbox.cancel_of(NOON, introduction_id="k7m2p9qa") == 1
        states = [line.state for line in unit.outbox.list()]
        assert states == [LetterState.CANCELLED, LetterState.CANCELLED, LetterState.SENT]
        with pytest.raises(ValueError, match="neither"):
            unit.outbox.cancel_of(NOON)
        assert unit.outbox.erase("50000001300010") == 2


def link_of(store: Store, purpose: LinkPurpose = LinkPurpose.ACCEPT, **details: object) -> str:
    maker = LinkMaker(Settings(), SIGNER, lambda: "drawn")
    with store.unit() as unit:
        url = maker.make(
            unit, purpose, NOON, siret="50000001300010", introduction_id="k7m2p9qa", **details
        )
    return url.rpartition("/")[2]


def test_a_link_says_what_it_is_for(store: Store):
    token = link_of(store, LinkPurpose.OUTCOME, days=30, answer="met_worth")
    with store.reading() as unit:
        link = read_link(unit, SIGNER, token, LATER)
    assert (link.purpose, link.siret, link.introduction_id) == (
        LinkPurpose.OUTCOME,
        "50000001300010",
        "k7m2p9qa",
    )
    assert dict(link.details) == {"days": 30, "answer": "met_worth"}
    assert link.expires_at == NOON + timedelta(days=30)
    assert "drawn" not in link.digest


@pytest.mark.parametrize("place", range(0, 49, 6))
def test_a_forged_token_opens_nothing(store: Store, place):
    token = link_of(store)
    forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    with store.reading() as unit:
        for each in (forged, "", "drawn", SIGNER.sign("session", "drawn"), token + "A"):
            with pytest.raises(LinkError):
                read_link(unit, SIGNER, each, NOON)


def test_a_link_is_good_until_its_last_moment(store: Store):
    token, end = link_of(store), NOON + timedelta(days=30)
    with store.reading() as unit:
        read_link(unit, SIGNER, token, end - timedelta(seconds=1))
        with pytest.raises(LinkError, match="past its time"):
            read_link(unit, SIGNER, token, end)


def test_a_link_is_used_once_by_one_of_many(url: str):
    first = open_store(url)
    token = link_of(first)
    stores = [first, *(open_store(url) for _ in range(3))]
    links = []
    for each in stores:
        with each.reading() as unit:
            links.append(read_link(unit, SIGNER, token, NOON))

    def use(store: Store, link) -> bool:
        try:
            with store.unit() as unit:
                use_link(unit, link, NOON)
        except LinkError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(use, stores, links))
    assert sum(won) == 1
    with first.reading() as unit, pytest.raises(LinkError, match="used already"):
        read_link(unit, SIGNER, token, NOON)
    for each in stores:
        each.close()


def test_unsubscribing_twice_is_no_error(store: Store):
    token = link_of(store, LinkPurpose.UNSUBSCRIBE, address="a@b.example", topic="digests")
    for _ in range(2):
        with store.unit() as unit:
            use_link(unit, read_link(unit, SIGNER, token, NOON), NOON)
    with store.reading() as unit:
        assert read_link(unit, SIGNER, token, NOON).used_at == NOON


def test_a_use_that_fails_leaves_the_link_unused(store: Store):
    token = link_of(store)

    with suppress(RuntimeError), store.unit() as unit:
        use_link(unit, read_link(unit, SIGNER, token, NOON), NOON)
        raise RuntimeError("what it is for fails")
    with store.reading() as unit:
        assert read_link(unit, SIGNER, token, NOON).used_at is None


def test_links_of_an_erased_firm_are_gone(store: Store):
    token = link_of(store)
    with store.unit() as unit:
        assert unit.links.erase("50000001300010") == 1
        with pytest.raises(LinkError, match="not known"):
            read_link(unit, SIGNER, token, NOON)


def test_refusals_are_by_address_and_topic_whatever_the_capitals(store: Store):
    with store.unit() as unit:
        for _ in range(2):
            unit.refusals.note(" Paul@Usine.example", Topic.DIGESTS, NOON)
        assert unit.refusals.holds("paul@usine.EXAMPLE", Topic.DIGESTS)
        assert not unit.refusals.holds("paul@usine.example", Topic.OUTCOMES)
        assert unit.refusals.of("paul@usine.example") == {Topic.DIGESTS}
        assert unit.refusals.withdraw("PAUL@usine.example", Topic.DIGESTS)
        assert not unit.refusals.withdraw("paul@usine.example", Topic.DIGESTS)


def test_digests_remember_what_they_held(store: Store):
    with store.unit() as unit:
        assert unit.digests.partners("1") == ()
        assert unit.digests.last("1") is None
        unit.digests.note("1", ["a", "b"], NOON)
        unit.digests.note("1", ["b", "c"], LATER)
        assert unit.digests.partners("1") == ("a", "b", "c")
        assert unit.digests.last("1") == LATER
        unit.digests.note("1", [str(number) for number in range(300)], LATER)
        assert unit.digests.partners("1")[-1] == "299"
        assert len(unit.digests.partners("1")) == 200
        assert unit.digests.erase("1")
        assert not unit.digests.erase("1")
