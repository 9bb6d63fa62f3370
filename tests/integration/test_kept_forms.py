"""A form that comes too late is given back: nothing that somebody has written is lost."""

from __future__ import annotations

import httpx
import pytest
from own_page_people import Person, firms_of, person_of, words
from page_forms import page_form
from servers import copied, served

from matchmaker.accounts.roles import Role
from matchmaker.store import open_store

TEXT = "Nous découpons l'inox <b>au laser</b> & \"à façon\", jusqu'à 20 mm."
OURS = {"Sec-Fetch-Site": "same-origin"}
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("late") / "home")


@pytest.fixture(scope="module")
def client(settings):
    with served(settings) as client:
        yield client


@pytest.fixture
def firm(settings):
    return firms_of(settings)["77"][0]


@pytest.fixture
def person(settings, client, firm):
    return person_of(settings, client, Role.ENTREPRENEUR, [firm])


def filled(person: Person, firm: str) -> tuple[str, dict[str, list[str]]]:
    """Fill the form of a profile in, and give where it goes and what it sends."""
    form = page_form(person.get(f"/entreprises/{firm}/profil").text, "/profil")
    return form.action, {**form.fields, "activity": [TEXT]}


def sent(client, path, fields, cookies, headers=OURS, **extra) -> httpx.Response:
    with httpx.Client(base_url=client.base_url, cookies=cookies, timeout=60) as browser:
        return browser.post(path, data=fields, headers=headers, **extra)


def stored(settings, firm: str) -> str:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        profile = unit.profiles.get(firm)
    store.close()
    return profile.activity


def test_a_session_that_ends_while_somebody_writes_loses_nothing(settings, client, person, firm):
    action, fields = filled(person, firm)
    name = next(iter(person.cookies))
    late = sent(client, action, fields, {name: "dead"})
    assert late.status_code == 401
    assert TEXT in words(late), "they see what they have written"
    assert "<b>au laser" not in late.text, "as text"
    assert 'target="_blank"' in late.text, "signing in leaves the page open"
    assert stored(settings, firm) != TEXT
    again = page_form(late.text, "/profil")
    assert {**again.fields, "csrf": ""} == {**fields, "csrf": ""}

    checked = sent(client, again.action, again.fields, person.cookies)
    assert checked.status_code == 403, "the token was that of the session that is over"
    assert TEXT in words(checked)
    assert stored(settings, firm) != TEXT, "nothing happens unseen"

    done = page_form(checked.text, "/profil")
    assert sent(client, done.action, done.fields, person.cookies).status_code == 303
    assert stored(settings, firm) == TEXT


def test_what_another_site_makes_up_is_not_offered(client, person, firm):
    action, fields = filled(person, firm)
    forged = {**fields, "csrf": "wrong"}
    refused = sent(client, action, forged, person.cookies, FOREIGN)
    assert refused.status_code == 403
    assert TEXT not in words(refused)
    unsaid = sent(client, action, forged, person.cookies, {})
    assert unsaid.status_code == 403, "a browser that does not say where it was sent from"
    assert TEXT not in words(unsaid)
    led = sent(client, action, forged, {}, FOREIGN)
    assert (led.status_code, led.headers["location"]) == (303, "/connexion")


def test_passwords_are_never_written_into_a_page(client, person):
    secret = "un cheval et trois pommes vertes"
    fields = {"csrf": "wrong", "old": secret, "new": secret, "password": secret}
    for path in ("/mon-compte/mot-de-passe", "/connexion", "/liens/nothing"):
        assert secret not in sent(client, path, fields, person.cookies).text, path
        assert secret not in sent(client, path, fields, {}).text, path


def test_a_file_is_to_be_chosen_again(client, person):
    answer = sent(
        client, "/evenements/nouveau", {"csrf": "wrong", "titre": "Rencontres de printemps"}, {},
        files={"fichier": ("gens.csv", b"Nom\nAnna\n", "text/csv")},
    )  # fmt: skip
    assert answer.status_code == 401
    assert "Le fichier que vous aviez joint" in words(answer)
    assert page_form(answer.text, "/nouveau").fields["titre"] == ["Rencontres de printemps"]


def test_a_form_that_is_too_long_is_not_read(client):
    answer = sent(client, "/evenements/nouveau", {"titre": "x" * 300_000}, {})
    assert answer.status_code in (303, 413)


def test_a_way_back_leads_to_a_page_of_ours_only(client, person, firm):
    action, fields = filled(person, firm)
    base = str(client.base_url).rstrip("/")
    for page, led in (
        (f"{base}/entreprises/{firm}/profil", True),
        ("https://evil.example/x", False),
    ):
        headers = {**OURS, "Referer": page}
        answer = sent(client, action, {**fields, "csrf": "wrong"}, person.cookies, headers)
        assert ("Revenir à la page sans envoyer" in words(answer)) is led
        assert "evil.example" not in answer.text


def test_htmx_shows_the_page_in_the_place_of_the_whole(client, person, firm):
    """What it asked for, a part of its own page, is not in the answer."""
    action, fields = filled(person, firm)
    base = str(client.base_url).rstrip("/")
    headers = {**OURS, "HX-Request": "true"}
    for answer in (
        sent(client, action, fields, {}, headers),
        sent(client, action, {**fields, "csrf": "wrong"}, person.cookies, headers),
        httpx.get(f"{base}/evenements/nothing", cookies=person.cookies, headers=headers),
    ):
        assert answer.headers["HX-Retarget"] == answer.headers["HX-Reselect"] == "main"
    assert "HX-Retarget" not in person.get("/evenements/nothing").headers


@pytest.mark.parametrize(
    ("role", "path", "place"),
    [
        (Role.ADVISER, "/evenements/nothing", "/evenements"),
        (Role.ADVISER, "/mises-en-relation/nothing", "/mises-en-relation"),
        (Role.ADMINISTRATOR, "/administration/comptes/nothing", "/administration"),
        (Role.ENTREPRENEUR, "/evenements/nothing", "/"),
    ],
)
def test_an_error_leads_back_to_the_place_it_belongs_to(settings, client, firm, role, path, place):
    chamber = "77" if role is Role.ADVISER else None
    firms = [firm] if role is Role.ENTREPRENEUR else []
    page = person_of(settings, client, role, firms, chamber).get(path)
    assert page.status_code in (403, 404)
    button = page.text.split('<div class="problem">')[1]
    assert f'class="button" href="{place}"' in button
