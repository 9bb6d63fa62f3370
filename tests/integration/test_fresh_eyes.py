"""What people stumbled over who walked through the pages for the first time."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from own_page_people import firms_of, person_of, words
from page_forms import page_form
from servers import copied, served

from matchmaker.accounts.home import secret_of
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import Edit
from matchmaker.events.registrations import Registration, Status
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import Move
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Proposal
from matchmaker.mail.post import Post
from matchmaker.store import open_store

AT = datetime.now(UTC) - timedelta(days=40)
NOTE = "Devis en cours, nous nous revoyons en janvier."


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("fresh") / "home")


@pytest.fixture(scope="module")
def client(settings):
    with served(settings) as client:
        yield client


@pytest.fixture(scope="module")
def firms(settings):
    found = firms_of(settings)
    return found["77"][0], found["91"][0]


@pytest.fixture(scope="module")
def introduced(settings, firms) -> str:
    post = Post(settings, Signer(secret_of(settings)), lambda: secrets.token_hex(16))
    ours, theirs = (
        Principal(siret, f"Of {siret}", Role.ENTREPRENEUR, companies=frozenset({siret}))
        for siret in firms
    )
    proposal = Proposal(*firms, Intent.SUPPLY, PartnerRole.CLIENT, "Bonjour")
    store = open_store(settings.store_url)
    with store.unit() as unit:
        asked = propose(unit, settings, post, ours, proposal, at=AT, drawn=new_id(Random(3)))
        move(unit, settings, post, theirs, asked.id, Move.ACCEPT, version=None, at=AT)
    store.close()
    return asked.id


def test_an_answer_without_its_first_question_keeps_what_was_typed(
    settings, client, firms, introduced
):
    person = person_of(settings, client, companies=[firms[0]])
    page = f"/entreprises/{firms[0]}/mises-en-relation/{introduced}"
    form = page_form(person.get(page).text, "/suites")
    fields = {name: value for name, value in form.fields.items() if name != "result"}
    answer = person.post(form.action, **{**fields, "note": NOTE})
    assert answer.status_code == 422
    assert "Dites d'abord où vous en êtes" in words(answer)
    assert NOTE in answer.text


def test_whose_the_other_firms_are_is_said_of_ones_own_firm_alone(settings, client, firms):
    ours, theirs = firms
    person = person_of(settings, client, companies=[ours, firms_of(settings)["77"][1]])
    assert "Vos autres entreprises" in words(person.get(f"/entreprises/{ours}"))
    foreign = words(person.get(f"/entreprises/{theirs}"))
    assert "Vos entreprises" in foreign
    assert "Vos autres entreprises" not in foreign


def test_one_and_none_are_not_written_as_many(settings, client):
    details = EventDetails(EventKind.CONVENTION, "Soirée", date(2027, 3, 18), ("77",), 0)
    store = open_store(settings.store_url)
    with store.unit() as unit:
        event = unit.events.create("one", details, at=AT, by="tests")
        guest = Registration("a", "Anna", status=Status.CANCELLED)
        unit.events.registrations.put("one", Edit(event.version, AT, "tests"), [guest])
    store.close()
    page = words(person_of(settings, client, Role.ADVISER, chamber="77").get("/evenements/one"))
    assert "Sans réponse : 0 ; désistements : 1" in page
    assert "nouvelles : 1 ; modifiées : 0" in page
