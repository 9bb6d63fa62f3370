"""Pages say what is wrong, where, and how to mend it, in the language of the reader."""

from __future__ import annotations

import pytest
from event_samples import put_event
from own_page_people import Person, firms_of, person_of, value_of, words
from servers import copied, serving

from api.app import create_app
from matchmaker.accounts.roles import Role
from matchmaker.events.registrations import Status


class Place:
    """The served home with people at its doors."""

    def __init__(self, settings, client) -> None:
        self.settings = settings
        self.firms = firms_of(settings)
        self.own = self.firms["77"][0]
        self.people = {
            "adviser": person_of(settings, client, Role.ADVISER, chamber="77"),
            "entrepreneur": person_of(settings, client, Role.ENTREPRENEUR, [self.own]),
            "administrator": person_of(settings, client, Role.ADMINISTRATOR),
        }

    def __getitem__(self, who: str) -> Person:
        return self.people[who]


@pytest.fixture(scope="module")
def place(demo_home, tmp_path_factory):
    settings = copied(demo_home, tmp_path_factory.mktemp("errors") / "home")
    with serving(create_app(settings)) as client:
        yield Place(settings, client)


@pytest.mark.parametrize(
    ("who", "path", "status", "french", "english"),
    [
        ("adviser", "/entreprises/123/fiche", 422,
         "Ce numéro n'est pas un SIRET ; écrivez ses 14 chiffres.",
         "This number is no SIRET; write its 14 digits."),
        ("adviser", "/entreprises/73282932000074/fiche", 404,
         "Aucune entreprise montrée ici n'a le numéro 73282932000074.",
         "No company that is shown here has the number 73282932000074."),
        ("administrator", "/administration/comptes?page=zero", 422,
         "« page » ne convient pas", "“page” does not fit"),
        ("adviser", "/administration/comptes", 403,
         "Votre compte ne donne pas le droit « comptes »",
         "Your account does not give the right “accounts”"),
        ("adviser", "/administration", 403,
         "Votre compte ne donne pas le droit « exploitation »",
         "Your account does not give the right “operations”"),
        ("entrepreneur", "/territoire", 403,
         "Votre compte ne donne pas le droit « portefeuille »",
         "Your account does not give the right “portfolio”"),
        ("entrepreneur", "/entreprises/{other}/profil", 403,
         "Votre droit « profils » ne s'étend pas à l'entreprise {other}",
         "Your right “profiles” does not reach company {other}"),
        ("adviser", "/evenements/nosuch", 404,
         "Cet événement n'existe pas, ou il est d'une autre chambre",
         "This event does not exist, or belongs to another chamber"),
        ("adviser", "/listes/nosuch", 404,
         "Cette liste n'existe pas, ou n'est pas partagée avec vous",
         "This list does not exist, or is not shared with you"),
        ("adviser", "/mises-en-relation/nosuch", 404,
         "Cette mise en relation n'existe plus", "This introduction no longer exists"),
        ("administrator", "/administration/comptes/nosuch", 404,
         "Ce compte n'existe pas, ou plus", "This account does not exist"),
        ("administrator", "/administration/cles/nosuch", 404,
         "Cette clé n'existe pas, ou plus", "This key does not exist"),
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_says_why(place, who, path, status, french, english):
    other = place.firms["77"][1]
    for lang, sentence in (("fr", french), ("en", english)):
        joint = "&" if "?" in path else "?"
        page = place[who].get(f"{path.format(other=other)}{joint}lang={lang}")
        assert page.status_code == status
        assert sentence.format(other=other) in words(page)


@pytest.mark.parametrize(
    ("path", "fields", "status", "sentence"),
    [
        ("/entreprises/{own}/reprendre", {"partner": "{other}", "number": "douze"}, 422,
         "« douze » n'est pas un nombre entier de 1 à 2147483647 (champ number)"),
        ("/entreprises/{own}/reprendre", {"partner": "{other}", "number": "9999"}, 404,
         "L'entreprise {own} n'a pas donné la réponse numéro 9999"),
        ("/entreprises/{own}/ecarter", {"partner": "{own}"}, 422,
         "{own} est l'entreprise elle-même ; choisissez-en une autre."),
        ("/entreprises/{own}/ecarter", {"partner": "12"}, 422,
         "Ce numéro n'est pas un SIRET"),
        ("/entreprises/{own}/ecarter", {"partner": "{other}", "kind": "laid"}, 422,
         "« laid » n'est pas un choix de cette page"),
        ("/entreprises/{own}/demander", {"partner": "{other}", "role": "roi"}, 422,
         "« roi » n'est pas un choix de cette page"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_taken_says_which_value_and_why(
    place, path, fields, status, sentence
):
    names = {"own": place.own, "other": place.firms["91"][0]}
    sent = {name: text.format(**names) for name, text in fields.items()}
    page = place["entrepreneur"].post(path.format(**names), **sent)
    assert page.status_code == status
    assert sentence.format(**names) in words(page)


def test_a_form_of_an_old_session_says_what_to_do(place):
    person = place["entrepreneur"]
    stale = Person(person.address, person.cookies, {"X-CSRF-Token": "0" * 64})
    page = stale.post(f"/entreprises/{place.own}/ecarter", partner=place.firms["91"][0])
    assert page.status_code == 403
    assert "Ce formulaire est d'une session plus ancienne" in words(page)


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("nobody", {f"p{n:02}": {"status": Status.CANCELLED} for n in range(13)},
         "Personne ne prend part à l'événement"),
        ("notable", {"tables": 0}, "L'événement n'a aucune table"),
        ("noslot", {"slots": 0}, "L'événement n'a pas encore d'horaire"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_planned_says_what_is_missing(place, name, changes, sentence):
    event = put_event(place.settings, name, wishes=0, **changes)
    person, path = place["adviser"], f"/evenements/{event}/planning"
    version = value_of(person.get(f"/evenements/{event}"), "version")
    page = person.post(path, seconds=2, version=version)
    assert page.status_code == 422
    assert sentence in words(page)


def test_a_setting_that_is_none_is_named(place):
    event = put_event(place.settings, "settle", own_settings={"nonsense": 1})
    person, path = place["adviser"], f"/evenements/{event}/planning"
    version = value_of(person.get(f"/evenements/{event}"), "version")
    page = person.post(path, seconds=2, version=version)
    assert page.status_code == 422
    assert "Le réglage « nonsense » ne va pas avec ce genre d'événement" in words(page)
