"""One's own account as a page: password, sessions, letters, firms, its end; claiming a firm."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from own_page_people import Person, code_for, firms_of, person_of, words
from servers import copied, serving
from sign_ins import CHEAP, session_of

from api.app import create_app
from matchmaker.accounts.accounts import Account
from matchmaker.accounts.roles import Role
from matchmaker.mail.letters import Topic
from matchmaker.store import open_store

OLD, NEW = "un cheval et trois pommes", "quatre poires dans un panier"


class House:
    """The served home and its store."""

    def __init__(self, settings, client) -> None:
        self.settings, self.client = settings, client
        self.store = open_store(settings.store_url)
        firms = firms_of(settings)
        self._firms = iter([*firms["77"], *firms["91"]])

    def next_firm(self) -> str:
        return next(self._firms)

    def person(self, role: Role = Role.ENTREPRENEUR, *firms: str, **more: str) -> Person:
        return person_of(self.settings, self.client, role, firms, **more)

    def account(self, person: Person) -> Account:
        """Find the account by the address that its page shows."""
        shown = words(person.get("/mon-compte"))
        email = re.search(r"Adresse électronique (\S+)", shown)
        assert email, shown
        with self.store.reading() as unit:
            found = unit.accounts.by_email(email[1])
        assert found is not None
        return found

    def with_password(self, person: Person) -> Account:
        account = self.account(person)
        with self.store.unit() as unit:
            unit.accounts.set_password(account.id, CHEAP.hash(OLD))
        return account


@pytest.fixture(scope="module")
def house(demo_home, tmp_path_factory):
    settings = copied(demo_home, tmp_path_factory.mktemp("account") / "home")
    with serving(create_app(settings, CHEAP)) as client:
        made = House(settings, client)
        yield made
        made.store.close()


@pytest.mark.parametrize(
    ("role", "chamber", "said"),
    [
        (Role.ENTREPRENEUR, None, "Entrepreneur"),
        (Role.ADVISER, "77", "Conseiller de chambre (77)"),
        (Role.ADMINISTRATOR, None, "Administrateur"),
    ],
)
def test_everybody_reads_who_they_are(house, role, chamber, said):
    person = house.person(role, chamber=chamber, name="<script>alert(1)</script>")
    page = person.get("/mon-compte")
    assert page.status_code == 200
    assert said in words(page)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    assert ("Rattacher une entreprise" in words(page)) is (role is Role.ENTREPRENEUR)


def test_the_language_of_letters_is_chosen(house):
    person = house.person()
    answer = person.post("/mon-compte/langue", language="en")
    assert answer.headers["location"] == "/mon-compte?fait=own_account.language&lang=en"
    assert "Your language is saved" in words(person.follow(answer))
    assert house.account(person).language == "en"
    person.post("/mon-compte/langue", language="tlh")
    assert house.account(person).language == "fr", "an unknown one is that of the page"


def test_letters_are_refused_and_wanted_again(house):
    person = house.person()
    email = house.account(person).email
    page = person.follow(person.post("/mon-compte/courriers", topics="digests"))
    assert len(re.findall(r'name="topics"[^>]* checked', page.text)) == 1
    with house.store.reading() as unit:
        assert unit.refusals.of(email) == {Topic.INTRODUCTIONS, Topic.OUTCOMES}
    person.post("/mon-compte/courriers", topics=[topic.value for topic in Topic])
    with house.store.reading() as unit:
        assert unit.refusals.of(email) == frozenset()


def test_a_new_password_ends_the_other_sessions(house):
    person = house.person()
    account = house.with_password(person)
    page = person.follow(person.post("/mon-compte/mot-de-passe", old=OLD, password=NEW, again=NEW))
    assert "Votre mot de passe est changé" in words(page)
    with house.store.reading() as unit:
        stored = unit.accounts.get(account.id).password_hash
    assert CHEAP.verify(stored, NEW)
    assert not CHEAP.verify(stored, OLD)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "faux", "password": NEW, "again": NEW}, "pas votre mot de passe actuel"),
        ({"old": OLD, "password": NEW, "again": NEW + "!"}, "ne sont pas les mêmes"),
        ({"old": OLD, "password": "court", "again": "court"}, "Ce mot de passe ne convient pas"),
        ({}, "pas votre mot de passe actuel"),
    ],
)
def test_a_wrong_password_changes_nothing(house, fields, said):
    person = house.person()
    account = house.with_password(person)
    answer = person.post("/mon-compte/mot-de-passe", **fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert OLD not in answer.text
    assert NEW not in answer.text
    with house.store.reading() as unit:
        assert CHEAP.verify(unit.accounts.get(account.id).password_hash, OLD)


def test_guessing_the_old_password_is_slowed(house):
    person = house.person()
    house.with_password(person)
    tries = house.settings.access.free_failures + 10
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) < tries:  # each wait is twice as long
        answer = person.post("/mon-compte/mot-de-passe", old="faux", password=NEW, again=NEW)
        statuses.append(answer.status_code)
    assert set(statuses[:-1]) == {422}
    assert statuses[-1] == 429
    assert "Réessayez dans" in words(answer)
    assert int(answer.headers["retry-after"]) > 0


def test_other_sessions_are_ended_and_this_one_stays(house):
    person = house.person()
    account = house.account(person)
    with house.store.unit() as unit:
        at = datetime.now(UTC)
        unit.sessions.open(
            "x" * 64, account.id, method="password", at=at, expires_at=at.replace(year=2099)
        )
    assert "Fermer les autres connexions" in words(person.get("/mon-compte"))
    page = person.follow(person.post("/mon-compte/connexions"))
    assert "Vous n'êtes connecté qu'ici" in words(page)


def test_an_account_is_exported_and_deleted_once_its_address_is_typed(house):
    person = house.person(name="Odile Vannier")
    account = house.account(person)
    copy = person.get("/mon-compte/copie")
    assert copy.headers["content-disposition"] == 'attachment; filename="mon-compte.json"'
    assert copy.json()["subject"] == f"account {account.id}"
    wrong = person.post("/mon-compte/suppression", typed="oui")
    assert wrong.status_code == 422
    assert "rien n'a été supprimé" in words(wrong)
    gone = person.post("/mon-compte/suppression", typed=account.email.upper())
    assert gone.headers["location"] == "/connexion?fait=own_account.deleted"
    assert person.get("/mon-compte").headers["location"].startswith("/connexion")
    with house.store.reading() as unit:
        assert unit.accounts.by_email(account.email) is None


def test_acting_for_a_firm_no_longer(house):
    siret = house.next_firm()
    person = house.person(Role.ENTREPRENEUR, siret)
    assert siret in words(person.get("/mon-compte"))
    page = person.follow(person.post("/mon-compte/entreprises/quitter", siret=siret))
    assert "Vous n'agissez plus" in words(page)
    assert "rattaché à aucune entreprise" in words(page)
    assert person.get(f"/entreprises/{siret}/profil").status_code == 403
    assert person.post("/mon-compte/entreprises/quitter", siret="rien").status_code == 303


def test_a_firm_is_claimed_with_the_code_of_the_letter(house):
    siret, person = house.next_firm(), house.person()
    spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
    begun = person.post("/mon-compte/rattachement", siret=spaced)
    page = person.follow(begun)
    assert "Un code vient de partir à l'adresse" in words(page)
    with house.store.reading() as unit:
        email = unit.profiles.get(siret).contact.email
    assert email not in page.text, "masked"
    path = begun.headers["location"].partition("?")[0]
    wrong = person.post(path, code="AAAA-AAAA")
    assert wrong.status_code == 422
    assert "Il vous reste 4 essais" in words(wrong)
    code = code_for(house.store, siret)
    tied = person.post(path, code=f" {code.lower().replace('-', ' ')} ")
    assert tied.headers["location"] == f"/entreprises/{siret}?fait=own_account.tied"
    assert person.get(f"/entreprises/{siret}/profil").status_code == 200
    assert "Ce code a déjà servi" in words(person.get(path))


def test_after_five_tries_the_code_is_gone(house):
    siret, person = house.next_firm(), house.person()
    path = person.post("/mon-compte/rattachement", siret=siret).headers["location"]
    path = path.partition("?")[0]
    answers = [person.post(path, code="AAAA-AAAA") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {422}
    last = person.post(path, code=code_for(house.store, siret))
    assert last.status_code == 422
    assert "Ce code ne sert plus" in words(last)
    assert person.get(f"/entreprises/{siret}/profil").status_code == 403


@pytest.mark.parametrize("typed", ["", "123", "73282932000075", "<script>alert(1)</script>"])
def test_what_is_no_siret_begins_no_claim(house, typed):
    answer = house.person().post("/mon-compte/rattachement", siret=typed)
    assert answer.status_code == 422
    assert "Ce n'est pas un SIRET" in words(answer)
    assert "<script>alert" not in answer.text


def test_a_firm_of_ones_own_and_too_many_claims_are_told(house):
    siret = house.next_firm()
    person = house.person(Role.ENTREPRENEUR, siret)
    own = person.post("/mon-compte/rattachement", siret=siret)
    assert own.status_code == 422
    assert "déjà rattachée" in words(own)
    other = house.next_firm()
    statuses = [person.post("/mon-compte/rattachement", siret=other).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]


def test_a_firm_without_an_address_leads_to_the_adviser(house):
    person = house.person()
    begun = person.post("/mon-compte/rattachement", siret="73282932000074")
    page = person.follow(begun)
    assert "Aucun code n'est parti" in words(page)
    assert "courriel=" not in begun.headers["location"]


def test_the_claims_of_others_are_unknown_and_advisers_claim_nothing(house):
    siret, person = house.next_firm(), house.person()
    path = person.post("/mon-compte/rattachement", siret=siret).headers["location"]
    path = path.partition("?")[0]
    assert house.person().get(path).status_code == 404
    assert house.person().post(path, code="AAAA-AAAA").status_code == 404
    adviser = house.person(Role.ADVISER, chamber="77")
    assert adviser.get("/mon-compte/rattachement").status_code == 403
    assert adviser.post("/mon-compte/rattachement", siret=siret).status_code == 403


def test_whoever_signs_in_without_a_firm_lands_at_the_claim(house):
    person = house.person()
    account = house.with_password(person)
    answer = house.client.post(
        "/connexion",
        data={"email": account.email, "password": OLD},
        headers={"origin": str(house.client.base_url).rstrip("/")},
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/mon-compte/rattachement"
    assert "Vous êtes connecté" in words(person.get("/mon-compte/rattachement"))


def test_nobody_reads_an_account_without_a_session(house):
    signed_out = Person(str(house.client.base_url).rstrip("/"), {}, {})
    assert signed_out.get("/mon-compte").headers["location"].startswith("/connexion")
    cookies, _ = session_of(house.settings, Role.ENTREPRENEUR)
    forged = Person(signed_out.address, cookies, {})
    assert forged.post("/mon-compte/connexions").status_code == 403
