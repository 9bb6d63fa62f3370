"""A firm that has left the service is named in no introduction, but to its own people."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from own_page_people import Person, firms_of, person_of, words
from servers import copied, served
from sign_ins import key_headers

from matchmaker.accounts.home import secret_of
from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.companies import Diffusion
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import Move, State
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.mail.post import Post
from matchmaker.privacy.opting_out import opt_in, opt_out
from matchmaker.store import open_store

LEFT = "Entreprise retirée du service"
MESSAGE = "Bonjour, ici la maison Dupont-Zébulon."


class Town:
    """The served home, one firm that leaves, and one that stays."""

    def __init__(self, settings, client) -> None:
        self.settings, self.client = settings, client
        self.store = open_store(settings.store_url)
        firms = firms_of(settings)
        self.gone, self.stays = firms["77"][0], firms["91"][0]
        with self.store.reading() as unit:
            self.name = unit.companies.get(self.gone).name
            self.other = unit.companies.get(self.stays).name
        self.made = self._introduced()
        self.leave()

    def _introduced(self) -> Introduction:
        post = Post(self.settings, Signer(secret_of(self.settings)), lambda: secrets.token_hex(16))
        at = datetime.now(UTC) - timedelta(days=2)
        people = [
            Principal(siret, f"Of {siret}", Role.ENTREPRENEUR, companies=frozenset({siret}))
            for siret in (self.gone, self.stays)
        ]
        proposal = Proposal(self.gone, self.stays, Intent.SUPPLY, PartnerRole.CLIENT, MESSAGE)
        with self.store.unit() as unit:
            asked = propose(
                unit, self.settings, post, people[0], proposal, at=at, drawn=new_id(Random(5))
            )
            return move(
                unit, self.settings, post, people[1], asked.id, Move.ACCEPT, version=None, at=at
            )

    def leave(self) -> None:
        with self.store.unit() as unit:
            opt_out(unit, self.gone, by=system("tests"), at=datetime.now(UTC))

    def person(self, role: Role, *firms: str, chamber: str | None = None) -> Person:
        return person_of(self.settings, self.client, role, firms, chamber)


@pytest.fixture(scope="module")
def town(demo_home, tmp_path_factory):
    settings = copied(demo_home, tmp_path_factory.mktemp("left") / "home")
    with served(settings) as client:
        made = Town(settings, client)
        assert made.made.state is State.INTRODUCED
        yield made
        made.store.close()


def readers(town: Town) -> dict[str, tuple[Person, list[str]]]:
    """Give everybody who may open the introduction, with the pages that name its firms."""
    board = ["/mises-en-relation", f"/mises-en-relation/{town.made.id}", "/portefeuille"]
    own = f"/entreprises/{town.stays}/mises-en-relation"
    sheet = [*board, f"/entreprises/{town.stays}/fiche", own, f"{own}/{town.made.id}"]
    return {
        "adviser 77": (town.person(Role.ADVISER, chamber="77"), board),
        "adviser 91": (town.person(Role.ADVISER, chamber="91"), sheet),
        "administrator": (town.person(Role.ADMINISTRATOR), sheet),
        "entrepreneur": (town.person(Role.ENTREPRENEUR, town.stays), sheet[-2:]),
    }


@pytest.mark.parametrize("who", ["adviser 77", "adviser 91", "administrator", "entrepreneur"])
def test_nobody_else_reads_the_name_or_the_words_of_a_firm_that_left(town, who):
    reader, pages = readers(town)[who]
    for path in pages:
        page = reader.get(path)
        assert page.status_code == 200, path
        assert town.name not in words(page), path
        assert "Dupont-Zébulon" not in page.text, path
        if path not in ("/portefeuille",):
            assert LEFT in words(page) or "fiche" in path, path
            assert town.other in words(page), path


def test_no_page_offers_its_contact(town):
    reader, pages = readers(town)["entrepreneur"]
    assert "/coordonnees" not in reader.get(pages[-1]).text
    assert "/rendez-vous.ics" not in reader.get(pages[-1]).text


def test_english_says_it_too(town):
    reader, pages = readers(town)["adviser 91"]
    assert "Company that has left the service" in words(reader.get(f"{pages[1]}?lang=en"))


def test_no_link_leads_to_a_sheet_that_is_not_there(town):
    reader, pages = readers(town)["adviser 91"]
    for path in pages:
        assert f"/entreprises/{town.gone}" not in reader.get(path).text, path


def test_its_contact_is_no_longer_given(town):
    for reader, pages in readers(town).values():
        shown = reader.post(f"{pages[-1]}/coordonnees", siret=town.gone)
        assert town.name not in words(shown)
        with town.store.reading() as unit:
            email = unit.profiles.get(town.gone).contact.email
        assert email not in shown.text
        board = f"/mises-en-relation/{town.made.id}"
        assert email not in reader.post(f"{board}/coordonnees", siret=town.gone).text
        assert f'name="siret" value="{town.gone}"' not in reader.get(board).text


def test_programs_are_told_no_name_either(town):
    key = key_headers(town.settings)
    path = f"/v1/introductions/{town.made.id}"
    answer = town.client.get(path, headers=key).json()
    assert (answer["company_name"], answer["message"]) == (LEFT, None)
    assert answer["partner_name"] == town.other
    listed = town.client.get("/v1/introductions", headers=key)
    assert town.name not in listed.text
    contact = town.client.get(f"{path}/contact", params={"siret": town.stays}, headers=key)
    assert (contact.json()["company_name"], contact.json()["email"]) == (LEFT, None)


def test_nobody_is_told_who_spoke_for_it(town):
    """A sole trader is called like the firm."""
    who = f"Of {town.gone}"
    for reader, pages in readers(town).values():
        for path in pages:
            assert who not in reader.get(path).text, path
    key = key_headers(town.settings)
    lines = town.client.get(f"/v1/introductions/{town.made.id}/history", headers=key).json()
    assert {line["by"] for line in lines["items"] if line["party"] == "company"} == {None}
    assert f"Of {town.stays}" in {line["by"] for line in lines["items"]}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_its_own_pages_name_it_to_its_own_people_alone(town, language):
    left = LEFT if language == "fr" else "Company that has left the service"
    home = f"/entreprises/{town.gone}/mises-en-relation"
    for reader in (town.person(Role.ADVISER, chamber="77"), town.person(Role.ADMINISTRATOR)):
        for path in (home, f"{home}/{town.made.id}"):
            page = reader.get(f"{path}?lang={language}")
            assert page.status_code == 200
            assert left in words(page), path
            assert town.name not in words(page), path
            assert f"Of {town.gone}" not in page.text, path
            assert town.other in words(page), path


def test_its_own_people_still_read_it(town):
    own = town.person(Role.ENTREPRENEUR, town.gone)
    page = own.get(f"/entreprises/{town.gone}/mises-en-relation/{town.made.id}")
    assert page.status_code == 200
    assert town.name in words(page)
    assert town.other in words(page)
    assert "Dupont-Zébulon" in page.text


def test_what_it_was_answered_is_said_without_its_name(town):
    reader = town.person(Role.ENTREPRENEUR, town.stays)
    forged = reader.post(
        f"/entreprises/{town.stays}/demander", partner=town.gone, role="supplier", message=""
    )
    assert town.name not in words(forged)


def test_who_comes_back_is_named_again(town):
    reader, pages = readers(town)["adviser 91"]
    with town.store.unit() as unit:
        assert opt_in(unit, town.gone, by=system("tests"), at=datetime.now(UTC))
    assert town.name in words(reader.get(pages[1]))
    with town.store.unit() as unit:
        company = unit.companies.get(town.gone)
        unit.companies.upsert([replace(company, diffusion=Diffusion.NONE)])
    assert town.name not in words(reader.get(pages[1])), "no longer to be shown at all"
