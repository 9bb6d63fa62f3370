"""The weekly digest: what is new, to those who can be written to."""

from datetime import timedelta

import pytest
from builders import company
from mail_samples import (
    AT,
    OTHER,
    OWN,
    SETTINGS,
    account,
    declared,
    firms,
    introduction,
    post,
    suggestion_of,
)

from matchmaker.feedback import Feedback, FeedbackKind
from matchmaker.introductions.life import Move, Party, State
from matchmaker.introductions.records import Line
from matchmaker.mail.digest import new_to, readers, write_digests
from matchmaker.mail.letters import Topic

WEEK = timedelta(days=7)


@pytest.fixture
def partners(store):
    firms(store)
    found = [company(number, "91", name=f"Firme {number}") for number in range(10, 16)]
    with store.unit() as unit:
        unit.companies.upsert(found)
    return found


def subjects(store) -> list[str]:
    with store.reading() as unit:
        return [line.subject for line in reversed(unit.outbox.list())]


def write(store, find, at=AT) -> int:
    return write_digests(store, post(), SETTINGS, find, at)


def test_a_digest_holds_the_first_suggestions_and_the_next_one_goes_on(store, partners):
    def find(unit, siret):
        if siret != OWN:
            return []
        return [suggestion_of(each, rank) for rank, each in enumerate(partners, 1)]

    assert [write(store, find, AT + week * WEEK) for week in range(4)] == [1, 1, 0, 0]
    assert subjects(store) == ["3 nouvelles suggestions pour Atelier Martin"] * 2
    with store.reading() as unit:
        assert unit.digests.partners(OWN) == tuple(each.siret for each in partners)
        second = unit.outbox.content(2)
    assert "Firme 13" in second.text
    assert "Firme 12" not in second.text


def test_a_second_run_in_one_week_writes_nothing_again(store, partners):
    def find(unit, siret):
        return [suggestion_of(each) for each in partners] if siret == OWN else []

    assert [write(store, find, AT + timedelta(hours=hour)) for hour in range(2)] == [1, 0]
    with store.reading() as unit:
        assert len(unit.digests.partners(OWN)) == 3


def test_a_partner_is_there_once_whatever_its_intents(store, partners):
    first = partners[0]
    with store.reading() as unit:
        chosen = new_to(unit, OWN, [suggestion_of(first, 1), suggestion_of(first, 2)], 3)
    assert [each.rank for each in chosen] == [1]


def test_nothing_new_is_no_letter_and_nobody_is_asked_in_vain(store, partners):
    asked = []

    def find(unit, siret):
        asked.append(siret)
        return []

    with store.unit() as unit:
        unit.exclusions.opt_out(OTHER, at=AT, reason="")
    assert write(store, find) == 0
    assert asked == [OWN]
    assert subjects(store) == []


def test_readers_are_people_who_act_for_a_firm_and_consenting_addresses(store, partners):
    tied = partners[0].siret
    with store.unit() as unit:
        assert readers(unit) == tuple(sorted([OWN, OTHER]))
        unit.profiles.upsert([declared(OTHER, consent=False)])
        unit.accounts.create(account(1, tied))
        unit.accounts.create(account(2, partners[1].siret, active=False))
        assert readers(unit) == tuple(sorted([OWN, tied]))


def test_an_address_that_refused_digests_gets_none(store, partners):
    with store.unit() as unit:
        unit.refusals.note("zoe.martin@atelier.example", Topic.DIGESTS, AT)
        unit.refusals.note("paul.roy@usine.example", Topic.DIGESTS, AT)
    assert write(store, lambda unit, siret: [suggestion_of(partners[0])]) == 0


@pytest.mark.parametrize("known", ["under way", "introduced", "declined", "interested"])
def test_what_a_firm_has_dealt_with_is_no_news(store, partners, known):
    first, second = partners[:2]
    with store.unit() as unit:
        if known == "interested":
            said = Feedback(OWN, first.siret, FeedbackKind.INTERESTED, AT, "Zoé Martin")
            unit.feedback.note(said)
        else:
            state = {
                "under way": State.ASKED, "introduced": State.INTRODUCED, "declined": State.DECLINED
            }[known]  # fmt: skip
            held = introduction(partner=first.siret, state=state)
            unit.introductions.create(held, Line(AT, "x", Party.SYSTEM, Move.PROPOSE, state, {}))
        chosen = new_to(unit, OWN, [suggestion_of(first), suggestion_of(second)], 3)
    assert [each.partner for each in chosen] == [second]


def test_a_partner_that_leaves_while_lists_are_read_is_in_no_letter(store, partners):
    def find(unit, siret):
        if siret != OWN:
            return []
        with store.unit() as other:
            other.exclusions.opt_out(partners[0].siret, at=AT, reason="")
        return [suggestion_of(each) for each in partners[:2]]

    assert write(store, find) == 1
    with store.reading() as unit:
        assert "Firme 10" not in unit.outbox.content(1).text
        assert unit.digests.partners(OWN) == (partners[1].siret,)
