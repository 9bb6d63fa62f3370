"""Whose e-mails of an event somebody may read, and texts that no database takes, on both."""

from __future__ import annotations

from datetime import date, time

import pytest
from introduction_worlds import AT, ESSONNE, PEOPLE, SEINE, World, settings_with, settle

from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Right, Role
from matchmaker.errors import BadTextError, NotAllowedError, UnknownEventError
from matchmaker.events.details import EventDetails, EventKind, Slot
from matchmaker.events.life import Edit
from matchmaker.events.reach import check_chambers, reaches_event
from matchmaker.events.registrations import Registration
from matchmaker.events.services.contacting import check_firms_kept, read_contacts
from matchmaker.introductions.life import Party

SEINE_ADVISER, ESSONNE_ADVISER = PEOPLE[Party.COMPANY_ADVISER], PEOPLE[Party.PARTNER_ADVISER]
DETAILS = EventDetails(
    EventKind.CONVENTION,
    "Rencontres",
    date(2027, 3, 18),
    ("77", "91"),
    2,
    (Slot(time(9), time(10)),),
)
GUESTS = [
    Registration("a", "Anne", "Alu", SEINE),
    Registration("b", "Bruno", "Bio", ESSONNE, department="77"),
    Registration("c", "Chloé", "Inconnue", None, department="77"),
    Registration("d", "David"),
]
EMAILS = {each.id: f"{each.id}@example.org" for each in GUESTS}


@pytest.fixture
def world(store):
    """Register four people, one of each department, one by word alone, one of nowhere."""
    settle(store)
    with store.unit() as unit:
        unit.events.create("k7m2p9qa", DETAILS, at=AT, by="tests")
        unit.events.registrations.put("k7m2p9qa", Edit(1, AT, "tests"), GUESTS, EMAILS)
    return World(store, settings_with())


def seen_by(world: World, caller: Principal) -> set[str]:
    """Ids of the people whose e-mail somebody reads; the others are said to be hidden."""
    with world.store.unit() as unit:
        event = unit.events.get("k7m2p9qa")
        found = read_contacts(unit, event, caller, at=world.at)
    seen = {each.participant for each in found if each.email is not None}
    assert {each.participant for each in found if not each.contact_hidden} == seen
    assert {each.participant for each in found} == set(EMAILS)
    return seen


def test_the_registry_says_whose_a_firm_is_and_an_introduction_opens_it(world):
    """What the registration says of the department counts only where the firm is unknown."""
    assert seen_by(world, SEINE_ADVISER) == {"a", "c"}
    assert seen_by(world, ESSONNE_ADVISER) == {"b"}
    assert seen_by(world, system("tests")) == set(EMAILS)
    made = world.propose()
    assert seen_by(world, SEINE_ADVISER) == {"a", "c"}
    world.accept(made)
    assert seen_by(world, SEINE_ADVISER) == {"a", "b", "c"}
    assert seen_by(world, ESSONNE_ADVISER) == {"a", "b"}


def test_each_firm_that_was_read_is_logged_once_and_the_others_are_not(world):
    seen_by(world, ESSONNE_ADVISER)
    with world.store.reading() as unit:
        assert [(line.actor, line.siret) for line in unit.contacts.list()] == [
            ("Karim (CCI 91)", ESSONNE)
        ]
        (line,) = unit.audit.list(action="event.contacts_read")
    assert (line.subject, line.details) == ("k7m2p9qa", {"read": 1})


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"siret": SEINE}, False),
        ({"siret": None}, False),
        ({"department": "91"}, False),
        ({"name": "Bruno B."}, True),
    ],
)
def test_a_participant_of_another_chamber_stays_with_their_firm(world, changes, allowed):
    values = {"name": "Bruno", "company": "Bio", "siret": ESSONNE, "department": "77", **changes}
    written = [Registration("b", **values), Registration("new", "Nora", siret=SEINE)]
    with world.store.reading() as unit:
        check_firms_kept(unit, ESSONNE_ADVISER, GUESTS, written)
        if allowed:
            check_firms_kept(unit, SEINE_ADVISER, GUESTS, written)
        else:
            with pytest.raises(NotAllowedError, match="'b' is of another chamber"):
                check_firms_kept(unit, SEINE_ADVISER, GUESTS, written)


@pytest.mark.parametrize(
    ("caller", "reached"),
    [
        (SEINE_ADVISER, True),
        (Principal("x", "x", Role.ADVISER, "95"), False),
        (Principal("x", "x", Role.ADVISER), False),
        (PEOPLE[Party.COMPANY], False),
        (system("tests"), True),
        (Principal("x", "x", Role.SERVICE, scopes=frozenset({Right.EVENTS})), True),
        (Principal("x", "x", Role.SERVICE, "91", scopes=frozenset({Right.EVENTS})), True),
        (Principal("x", "x", Role.SERVICE, "95", scopes=frozenset({Right.EVENTS})), False),
        (Principal("x", "x", Role.SERVICE, scopes=frozenset({Right.DIRECTORY})), False),
    ],
)
def test_who_reaches_an_event_of_two_chambers(caller, reached):
    assert reaches_event(caller, ("77", "91")) is reached
    if reached:
        check_chambers(caller, ("77", "91"))
    else:
        with pytest.raises(NotAllowedError, match="chamber"):
            check_chambers(caller, ("77", "91"))


def test_a_text_with_the_character_nul_is_the_callers_mistake(store):
    """PostgreSQL takes none: it must not look as if the database were away."""
    expected = UnknownEventError if store.embedded else BadTextError
    with pytest.raises(expected), store.reading() as unit:
        unit.events.get("a\x00b")
