"""A firm that has left the service is named in no introduction, but to its own people."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from own_page_people import Person, firms_of, person_of, words
from servers import copied, served
from sign_ins import key_headers
from typer.testing import CliRunner

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.changes import open_account
from matchmaker.accounts.home import secret_of
from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.companies import Diffusion
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import Edit
from matchmaker.events.registrations import Registration
from matchmaker.events.services.intake import completed
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import Move, State
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.mail.naming import told_lines
from matchmaker.mail.post import Post
from matchmaker.privacy.opting_out import opt_in, opt_out
from matchmaker.store import open_store
from pipelines.cli.mail import mail_app

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


def addresses_of(town: Town, siret: str) -> list[str]:
    with town.store.reading() as unit:
        return [line.recipient for line in unit.outbox.list(siret=siret)]


def letters_of(town: Town) -> list[dict]:
    """Read in JSON the letters about the introduction, to both firms."""
    answer = town.person(Role.ADMINISTRATOR).get("/v1/outbox")
    return [line for line in answer.json()["items"] if line["introduction_id"] == town.made.id]


def test_the_list_of_letters_names_it_no_more(town):
    addresses = addresses_of(town, town.gone)
    assert addresses, "somebody was written to"
    letters = letters_of(town)
    assert {line["siret"] for line in letters} == {town.gone, town.stays}
    assert {line["subject"] for line in letters} == {None}, "they name one firm or the other"
    for line in letters:
        assert (line["recipient"] in addresses) is False or line["siret"] == town.stays
        assert ("…@" in line["recipient"]) is (line["siret"] == town.gone), line
    page = town.person(Role.ADMINISTRATOR).get("/administration/courrier")
    assert town.name not in words(page)
    assert f"{town.gone} · {LEFT}" in words(page)
    assert f'href="/entreprises/{town.gone}' not in page.text, "its sheet is not there"
    assert f'href="/entreprises/{town.stays}' in page.text
    assert not any(address in page.text for address in addresses)


def test_what_a_server_said_of_its_address_does_not_give_it_away(town):
    with town.store.unit() as unit:
        line = unit.outbox.list(siret=town.gone)[0]
    said = replace(line, error=f"550 <{line.recipient}>: no such user", subject="X")
    with town.store.reading() as unit:
        told = told_lines(unit, system("tests"), [said])[0]
    assert line.recipient not in told.error
    assert told.error.startswith("550 <")
    assert told.subject is None


def test_the_command_line_names_it_no_more(town, monkeypatch):
    monkeypatch.setenv("MATCHMAKER_HOME", str(town.settings.home))
    shown = CliRunner().invoke(mail_app, ["list", "--json"])
    listed = [
        line
        for line in json.loads(shown.stdout)["items"]
        if line["introduction_id"] == town.made.id
    ]
    assert {line["subject"] for line in listed} == {None}


def test_who_acts_for_it_is_found_without_its_name(town):
    with town.store.unit() as unit:
        account = open_account(
            unit,
            Account(
                id="acts4gone", email="acts@left.example", name="", role=Role.ENTREPRENEUR,
                created_at=datetime.now(UTC), created_by="tests",
                companies=(Ownership(town.gone, HowTied.ADVISER, datetime.now(UTC), "tests"),),
            ),
            by=system("tests"), at=datetime.now(UTC),
        )  # fmt: skip
    for reader in (town.person(Role.ADVISER, chamber="77"), town.person(Role.ADMINISTRATOR)):
        page = reader.get(f"/comptes?siret={town.gone}")
        assert page.status_code == 200
        assert town.name not in words(page)
        assert LEFT in words(page)
        assert account.email in page.text, "it may want to come back"
        assert f'href="/entreprises/{town.gone}' not in page.text
    sheet = town.person(Role.ADMINISTRATOR).get(f"/administration/comptes/{account.id}")
    assert town.name not in words(sheet)
    assert LEFT in words(sheet)
    assert f'href="/entreprises/{town.gone}' not in sheet.text


def test_a_registration_names_whom_the_registry_hides_as_they_called_themselves(town):
    """An adviser runs the event; what the registry called the firm is on no page of it."""
    hidden = firms_of(town.settings)["77"][1]
    at = datetime.now(UTC)
    details = EventDetails(EventKind.CONVENTION, "Soirée", at.date(), ("77",), 0)
    with town.store.unit() as unit:
        company = unit.companies.get(hidden)
        unit.companies.upsert([replace(company, diffusion=Diffusion.NONE)])
        event = unit.events.create("evening", details, at=at, by="tests")
        own = Registration("own", "Zoé Lenoir", "Chez Zoé", hidden)
        bare = completed(unit, [Registration("bare", "Ali Petit", siret=hidden)])[0]
        edit = Edit(event.version, at, "tests")
        unit.events.registrations.put("evening", edit, [own, bare])
    adviser = town.person(Role.ADVISER, chamber="77")
    page = adviser.get("/evenements/evening/inscriptions")
    assert "Zoé Lenoir" in words(page)
    assert "Chez Zoé" in words(page)
    assert "Ali Petit" in words(page)
    assert company.name not in words(page)
    assert f'href="/entreprises/{hidden}' not in page.text
    file = adviser.get("/evenements/evening/inscriptions/liste.csv")
    assert "Chez Zoé" in file.text
    assert company.name not in file.text


def test_the_history_of_an_event_says_why_somebody_left_it(town):
    leaving, at = firms_of(town.settings)["77"][2], datetime.now(UTC)
    details = EventDetails(EventKind.CONVENTION, "Soirée", at.date(), ("77",), 0)
    with town.store.unit() as unit:
        event = unit.events.create("ahead", details, at=at, by="tests")
        guest = Registration("g", "Zoé Lenoir", "Chez Zoé", leaving)
        unit.events.registrations.put("ahead", Edit(event.version, at, "tests"), [guest])
        opt_out(unit, leaving, by=system("tests"), at=at)
    adviser = town.person(Role.ADVISER, chamber="77")
    assert "Zoé Lenoir" not in words(adviser.get("/evenements/ahead/inscriptions"))
    page = adviser.get("/evenements/ahead")
    assert "opposition" in words(page), "in the reader's language"
    assert "opt-out" not in words(page)


def test_who_comes_back_is_named_again(town):
    reader, pages = readers(town)["adviser 91"]
    with town.store.unit() as unit:
        assert opt_in(unit, town.gone, by=system("tests"), at=datetime.now(UTC))
    assert town.name in words(reader.get(pages[1]))
    assert any(town.name in (line["subject"] or "") for line in letters_of(town))
    office = town.person(Role.ADMINISTRATOR)
    assert town.name in words(office.get(f"/comptes?siret={town.gone}"))
    with town.store.unit() as unit:
        company = unit.companies.get(town.gone)
        unit.companies.upsert([replace(company, diffusion=Diffusion.NONE)])
    assert town.name not in words(reader.get(pages[1])), "no longer to be shown at all"
    assert {line["subject"] for line in letters_of(town)} == {None}
    assert town.name not in words(office.get(f"/comptes?siret={town.gone}"))
