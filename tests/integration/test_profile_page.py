"""The page of a profile, and that of the data of a firm: over HTTP, wrong input included."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from own_page_people import Person, firms_of, person_of, value_of, words
from servers import copied, serving

from api.app import create_app
from api.pages.firms import effects
from matchmaker.accounts.roles import Role
from matchmaker.companies import Profile
from matchmaker.intents import Intent
from matchmaker.store import open_store
from models.company_features import company_rows
from models.serving import suggestions_for_profile

SCRIPT = '<script>alert("moi")</script>'
NEEDS = "Un transporteur frigorifique et un entrepôt sous douane"


class House:
    """The served home, its firms and its store."""

    def __init__(self, settings, client, state) -> None:
        self.settings, self.client, self.state = settings, client, state
        self.store = open_store(settings.store_url)
        self.firms = firms_of(settings)
        self._turn = iter(self.firms["77"])

    def next_firm(self) -> str:
        """Take a firm of 77 that no other test has."""
        return next(self._turn)

    def person(self, role: Role = Role.ENTREPRENEUR, *firms: str, **more: str) -> Person:
        return person_of(self.settings, self.client, role, firms, **more)

    def profile(self, siret: str) -> Profile:
        with self.store.reading() as unit:
            found = unit.profiles.get(siret)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def house(demo_home, tmp_path_factory):
    settings = copied(demo_home, tmp_path_factory.mktemp("profile") / "home")
    app = create_app(settings)
    with serving(app) as client:
        made = House(settings, client, app.state)
        yield made
        made.store.close()


def form_of(profile: Profile, **changes: object) -> dict[str, object]:
    """Fill in what the page sends for a profile."""
    fields: dict[str, object] = {
        "read_at": profile.changed_at.isoformat() if profile.changed_at else "",
        "activity": profile.activity,
        "offers": profile.offers,
        "needs": profile.needs,
        "themes": "\n".join(profile.themes),
        "certifications": ", ".join(profile.certifications),
        "capacity": "" if profile.capacity is None else str(profile.capacity),
        "contact_name": profile.contact.name or "",
        "contact_email": profile.contact.email or "",
        "contact_phone": profile.contact.phone or "",
        "consent": "oui",
        "intent": "supply",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def test_what_is_typed_is_stored_and_shown_again(house):
    siret = house.next_firm()
    own, path = house.person(Role.ENTREPRENEUR, siret), f"/entreprises/{siret}/profil"
    before = house.profile(siret)
    saved = own.post(
        path,
        **form_of(
            before,
            needs=f"  {NEEDS}\r\nDeuxième ligne  ",
            themes="export, Export ; alternance\n\n",
            certifications="ISO 9001\nQualibat",
            capacity="7",
            contact_phone="01 64 00 00 00",
        ),
    )
    page = own.follow(saved)
    assert "Le profil est enregistré" in words(page)
    stored = house.profile(siret)
    assert stored.needs == f"{NEEDS}\nDeuxième ligne"
    assert stored.themes == ("export", "alternance"), "one spelling each"
    assert stored.certifications == ("ISO 9001", "Qualibat")
    assert (stored.capacity, stored.contact.phone) == (7, "01 64 00 00 00")
    assert (stored.consent, stored.source) == (True, "service")
    assert stored.changed_by == "Zoé Martin"
    assert value_of(page, "read_at") == stored.changed_at.isoformat()
    assert NEEDS in words(page)
    assert "par Zoé Martin" in words(page)


def test_consent_that_is_not_ticked_is_withdrawn(house):
    siret = house.next_firm()
    own = house.person(Role.ENTREPRENEUR, siret)
    own.post(f"/entreprises/{siret}/profil", **form_of(house.profile(siret), consent=None))
    assert house.profile(siret).consent is False


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("needs", "x" * 4001, "Au plus 4 000 caractères"),
        ("themes", "\n".join(f"thème {n}" for n in range(21)), "Au plus 20 thèmes"),
        ("certifications", "x" * 201, "200 caractères chacune"),
        ("capacity", "beaucoup", "Un nombre entier de 0 à 1000"),
        ("capacity", "1001", "Un nombre entier de 0 à 1000"),
        ("capacity", "-1", "Un nombre entier de 0 à 1000"),
        ("contact_email", "zoe chez exemple", "Cette adresse est illisible"),
        ("contact_phone", "<b>", "Des chiffres et des espaces"),
        ("contact_name", "Zoé\u202eeoZ", "Une seule ligne"),
    ],
)
def test_a_wrong_field_stores_nothing_and_loses_nothing(house, field, value, said):
    siret = house.firms["77"][-1]
    own, before = house.person(Role.ENTREPRENEUR, siret), house.profile(siret)
    typed = form_of(before, **{"activity": "Ce que j'ai tapé", field: value})
    answer = own.post(f"/entreprises/{siret}/profil", **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Rien n'est enregistré" in words(answer)
    assert "Ce que j'ai tapé" in words(answer)
    assert re.search(rf'id="{field}-wrong"', answer.text)
    assert answer.text.count('aria-invalid="true"') == 1, "one field is to blame"
    assert house.profile(siret) == before


def test_a_text_that_no_database_takes_is_refused(house):
    siret = house.firms["77"][-1]
    own, before = house.person(Role.ENTREPRENEUR, siret), house.profile(siret)
    for path in ("profil", "profil/effet"):
        typed = form_of(before, offers="nul\x00")
        assert own.post(f"/entreprises/{siret}/{path}", **typed).status_code == 422
    assert house.profile(siret) == before


def test_whoever_comes_second_is_told_by_whom_and_keeps_what_they_typed(house):
    siret = house.next_firm()
    first = house.person(Role.ENTREPRENEUR, siret, name="Anne Roche")
    second = house.person(Role.ENTREPRENEUR, siret)
    path, read = f"/entreprises/{siret}/profil", house.profile(siret)
    assert first.post(path, **form_of(read, offers="Le texte d'Anne")).status_code == 303
    answer = second.post(path, **form_of(read, offers="Le texte de Zoé"))
    text = words(answer)
    assert answer.status_code == 409
    assert "Anne Roche a modifié ce profil le" in text
    assert "Le texte de Zoé" in text
    assert "Le texte d'Anne" in text
    assert house.profile(siret).offers == "Le texte d'Anne"
    again = form_of(read, offers="Le texte de Zoé", read_at=value_of(answer, "read_at"))
    assert second.post(path, **again).status_code == 303
    assert house.profile(siret).offers == "Le texte de Zoé"


def test_two_who_type_the_same_do_not_quarrel(house):
    siret = house.next_firm()
    own, path = house.person(Role.ENTREPRENEUR, siret), f"/entreprises/{siret}/profil"
    typed = form_of(house.profile(siret), offers="Le même texte")
    assert [own.post(path, **typed).status_code for _ in range(2)] == [303, 303]


def test_a_preview_tells_who_comes_and_goes_and_stores_nothing(house):
    siret = house.next_firm()
    own, before = house.person(Role.ENTREPRENEUR, siret), house.profile(siret)
    path = f"/entreprises/{siret}/profil/effet"
    same = own.post(path, **form_of(before))
    assert same.status_code == 200
    assert "Ces textes ne changent rien" in words(same)
    assert 'class="moves"' not in same.text
    changed = own.post(path, **form_of(before, needs="plombier chauffagiste, climatisation"))
    assert re.search(r"\d+ de plus, \d+ de moins", words(changed))
    assert "Entreraient" in words(changed)
    assert "Sortiraient" in words(changed)
    assert "plombier chauffagiste" in words(changed), "what was typed is kept"
    assert value_of(changed, "read_at") == ""
    assert house.profile(siret) == before
    names = re.findall(r'class="moves">.*?</ul>', changed.text, re.DOTALL)
    assert all("Fictif" in part for part in names)


def test_a_preview_compares_with_the_same_ranking_of_what_is_stored(house):
    """Against an oracle: both profiles ranked by the function that programs use."""
    siret = house.next_firm()
    before, published = house.profile(siret), house.state.service.snapshots.current()
    edited = replace(before, needs="plombier chauffagiste, climatisation", offers="")
    length, departments = published.model.settings.list_length, published.model.departments
    with house.store.reading() as unit:
        company = unit.companies.get(siret)
        acquainted = published.model.territory.links.acquainted
        row = published.model.row_of(siret)
        known = {str(published.model.sirets[each]) for each in acquainted[[row]].indices}
        lists = [
            [
                each.partner.siret
                for each in suggestions_for_profile(
                    published,
                    unit,
                    company_rows([company], {siret: each_profile}, departments),
                    company,
                    each_profile,
                    intents=(Intent.PEER,),
                    limit=100,
                    language="fr",
                )
                if each.partner.siret not in known
            ][:length]
            for each_profile in (before, edited)
        ]
    own = house.person(Role.ENTREPRENEUR, siret)
    page = own.post(
        f"/entreprises/{siret}/profil/effet",
        **form_of(before, needs=edited.needs, offers="", intent="peer"),
    )
    parts = re.findall(r"<h3>(\w+).*?</h3>(.*?)</section>", page.text, re.DOTALL)
    shown = {title: re.findall(r"/entreprises/(\d{14})\"", part) for title, part in parts}
    old, new = lists
    assert old != new
    assert shown.get("Entreraient", []) == [each for each in new if each not in old]
    assert shown.get("Sortiraient", []) == [each for each in old if each not in new]
    rising = [each for each in new if each in old and new.index(each) < old.index(each)]
    assert shown.get("Gagneraient", []) == rising


def test_a_preview_that_finds_no_room_says_so(house, monkeypatch):
    siret = house.next_firm()
    own, before = house.person(Role.ENTREPRENEUR, siret), house.profile(siret)
    monkeypatch.setattr(effects, "WAIT_SECONDS", 0.1)
    slots = house.state.service.ranking_slots
    slots.acquire_on_behalf_of_nowait("another profile")
    try:
        busy = own.post(f"/entreprises/{siret}/profil/effet", **form_of(before, needs=NEEDS))
    finally:
        slots.release_on_behalf_of("another profile")
    assert busy.status_code == 200
    assert "Le calcul sert d'autres entreprises" in words(busy)
    assert NEEDS in words(busy)


def test_a_preview_without_consent_says_that_the_firm_takes_no_part(house):
    siret = house.next_firm()
    own, before = house.person(Role.ENTREPRENEUR, siret), house.profile(siret)
    answer = own.post(f"/entreprises/{siret}/profil/effet", **form_of(before, consent=None))
    assert "ne serait plus suggérée à personne" in words(answer)
    assert house.profile(siret).consent is True


def test_a_preview_marks_a_wrong_field_and_still_answers(house):
    siret = house.next_firm()
    own, before = house.person(Role.ENTREPRENEUR, siret), house.profile(siret)
    answer = own.post(f"/entreprises/{siret}/profil/effet", **form_of(before, capacity="x"))
    assert answer.status_code == 200
    assert "Un nombre entier" in words(answer)
    assert "Ces textes ne changent rien" in words(answer)


def test_script_in_every_text_is_shown_as_text(house):
    siret = house.next_firm()
    own, path = house.person(Role.ENTREPRENEUR, siret), f"/entreprises/{siret}/profil"
    texts = ("activity", "offers", "needs", "themes", "certifications", "contact_name")
    typed = form_of(house.profile(siret), **{name: f"{SCRIPT} {name}" for name in texts})
    shown = [own.follow(own.post(path, **typed)), own.post(f"{path}/effet", **typed)]
    shown.append(own.post(path, **{**typed, "capacity": SCRIPT}))
    conflict = own.post(path, **{**typed, "read_at": SCRIPT, "offers": "autre"})
    assert conflict.status_code == 409
    for answer in (*shown, conflict):
        assert "<script>alert" not in answer.text
        assert answer.text.count("&lt;script&gt;alert") >= len(texts) - 1


def test_the_firms_of_others_stay_theirs(house):
    siret, other = house.next_firm(), house.firms["91"][0]
    stranger, adviser = house.person(Role.ENTREPRENEUR, other), None
    adviser = house.person(Role.ADVISER, chamber="91")
    for person in (stranger, adviser):
        for path in ("profil", "donnees", "donnees/copie", "mises-en-relation"):
            assert person.get(f"/entreprises/{siret}/{path}").status_code == 403, path
        for path in ("profil", "profil/effet", "donnees/opposition", "donnees/retour"):
            answer = person.post(f"/entreprises/{siret}/{path}", confirm="oui")
            assert answer.status_code == 403, path
        erased = person.post(f"/entreprises/{siret}/donnees/effacement", typed=siret)
        assert erased.status_code == 403
    assert house.profile(siret).changed_at is None
    assert stranger.get("/entreprises/73282932000074/profil").status_code == 403
    assert stranger.get("/entreprises/12345678901234/profil").status_code == 422


def test_an_adviser_of_the_chamber_fills_it_in_for_the_firm(house):
    siret = house.next_firm()
    adviser = house.person(Role.ADVISER, chamber="77")
    page = adviser.get(f"/entreprises/{siret}/profil")
    assert "au nom de l'entreprise" in words(page)
    saved = adviser.post(
        f"/entreprises/{siret}/profil", **form_of(house.profile(siret), activity="Dit au téléphone")
    )
    assert saved.status_code == 303
    assert house.profile(siret).changed_by == "Zoé Martin (CCI 77)"


def test_a_change_needs_the_token_of_its_session(house):
    siret = house.next_firm()
    own = house.person(Role.ENTREPRENEUR, siret)
    forged = replace(own, headers={})
    assert forged.post(f"/entreprises/{siret}/profil", consent="oui").status_code == 403
    page = own.get(f"/entreprises/{siret}/profil")
    with_field = forged.post(
        f"/entreprises/{siret}/profil",
        **form_of(house.profile(siret)),
        csrf=value_of(page, "csrf"),
    )
    assert with_field.status_code == 303


def test_the_name_of_a_sole_trader_is_asked_for_and_others_have_none_to_give(house):
    siret = house.next_firm()
    own, path = house.person(Role.ENTREPRENEUR, siret), f"/entreprises/{siret}/profil"
    with house.store.unit() as unit:
        company = unit.companies.get(siret)
        unit.companies.upsert([replace(company, sole_trader=False)])
    assert 'name="public_name"' not in own.get(path).text
    own.post(path, **form_of(house.profile(siret), public_name="Un nom"))
    assert house.profile(siret).public_name is None
    with house.store.unit() as unit:
        unit.companies.upsert([replace(company, sole_trader=True, name=None)])
    assert "Vous exercez en nom propre" in words(own.get(path))
    own.post(path, **form_of(house.profile(siret), public_name="Zoé Martin"))
    assert house.profile(siret).public_name == "Zoé Martin"


def test_leaving_the_service_and_coming_back(house):
    siret = house.next_firm()
    own, path = house.person(Role.ENTREPRENEUR, siret), f"/entreprises/{siret}/donnees"
    searched = f"/?q={siret}"
    assert f'href="/entreprises/{siret}"' in own.get(searched).text.partition("<main")[2]
    unsure = own.post(f"{path}/opposition", reason=f"{SCRIPT} trop de courriels")
    assert unsure.status_code == 422
    assert "Cochez la case" in words(unsure)
    assert "trop de courriels" in words(unsure)
    assert "<script>alert" not in unsure.text
    long = own.post(f"{path}/opposition", reason="x" * 501, confirm="oui")
    assert long.status_code == 422
    page = own.follow(own.post(f"{path}/opposition", reason="trop", confirm="oui"))
    assert "ne figure plus dans le service" in words(page)
    assert f'href="/entreprises/{siret}"' not in own.get(searched).text.partition("<main")[2]
    stranger = house.person(Role.ENTREPRENEUR, house.firms["91"][0])
    assert stranger.get(f"/entreprises/{siret}").status_code == 404
    assert "retirée du service" in words(own.get(f"/entreprises/{siret}/profil"))
    back = own.follow(own.post(f"{path}/retour"))
    assert "figure de nouveau" in words(back)
    assert f'href="/entreprises/{siret}"' in own.get(searched).text.partition("<main")[2]


def test_a_copy_is_a_file_with_what_is_held_and_a_line_of_the_log(house):
    siret = house.next_firm()
    own = house.person(Role.ENTREPRENEUR, siret)
    answer = own.get(f"/entreprises/{siret}/donnees/copie")
    assert answer.headers["content-disposition"] == f'attachment; filename="donnees-{siret}.json"'
    document = answer.json()
    assert document["subject"] == f"company {siret}"
    assert document["tables"]["profiles"][0]["siret"] == siret
    again = own.get(f"/entreprises/{siret}/donnees/copie").json()
    assert len(again["tables"]["contact_reads"]) == len(document["tables"]["contact_reads"]) + 1


def test_erasing_wants_the_number_and_then_nothing_is_left(house):
    siret = house.next_firm()
    own, path = house.person(Role.ENTREPRENEUR, siret), f"/entreprises/{siret}/donnees/effacement"
    for typed in ("", "oui", siret[:-1], siret[:9]):
        wrong = own.post(path, typed=typed)
        assert wrong.status_code == 422
        assert "rien n'a été effacé" in words(wrong)
    assert house.profile(siret)
    spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
    page = own.follow(own.post(path, typed=spaced))
    assert "est effacé" in words(page)
    with house.store.reading() as unit:
        assert unit.companies.get(siret) is None
        assert unit.profiles.get(siret) is None
        assert unit.erasure.is_erased(siret)


def test_reading_the_contact_on_the_page_is_noted(house):
    siret = house.next_firm()
    adviser = house.person(Role.ADVISER, chamber="77", name="Ali Diallo")
    began = datetime.now(UTC)
    page = adviser.get(f"/entreprises/{siret}/profil")
    assert house.profile(siret).contact.email in page.text
    with house.store.reading() as unit:
        rows = unit.exports.of_company(siret)["contact_reads"]
    last = rows[-1]
    assert (last["actor"], last["purpose"]) == ("Ali Diallo (CCI 77)", "profile")
    assert datetime.fromisoformat(str(last["at"])).astimezone(UTC) >= began.replace(microsecond=0)
