"""Pages of advisers on firms: directory, lists, portfolio, sheet, board; over real HTTP."""

from __future__ import annotations

import csv
import io
import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from html import unescape
from random import Random

import httpx
import openpyxl
import pytest
from introduction_worlds import FakePost
from servers import copied, served
from sign_ins import browser_of, session_of

from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Role
from matchmaker.companies import Contact, Diffusion, Profile
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import Move, State
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Proposal
from matchmaker.privacy.opting_out import opt_out
from matchmaker.store import CompanyQuery, open_store

AT = datetime.now(UTC) - timedelta(days=40)
SCRIPT = "<script>alert(1)</script>"
RANDOM = Random(11)


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("adviser") / "home")


@pytest.fixture(scope="module")
def store(home):
    opened = open_store(home.store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def firms(store):
    """SIRETs of named, consenting firms without a sole trader, by department."""
    with store.reading() as unit:
        found = {}
        for department in ("77", "91"):
            query = CompanyQuery(department=department, declared=True, page_size=200)
            listed = unit.companies.search(query).items
            found[department] = [each.siret for each in listed if each.name][:40]
    return found


@pytest.fixture(scope="module")
def server(home):
    with served(home) as client:
        yield client


@pytest.fixture(scope="module")
def people(home, server, firms):
    """Browsers in which somebody has signed in."""
    who = {
        "anne": (Role.ADVISER, (), "77", "Anne Roy"),
        "ben": (Role.ADVISER, (), "77", "Ben Sow"),
        "paul": (Role.ADVISER, (), "91", "Paul Ney"),
        "root": (Role.ADMINISTRATOR, (), None, "Ada Root"),
        "zoe": (Role.ENTREPRENEUR, (firms["77"][0],), None, "Zoé Petit"),
        "nobody": (Role.ENTREPRENEUR, (), None, "Nour Ba"),
    }
    with ExitStack() as stack:
        browsers = {}
        for key, (role, companies, chamber, name) in who.items():
            browsers[key] = stack.enter_context(
                browser_of(home, server.base_url, role, companies, chamber, name)
            )
        yield browsers


@pytest.fixture(scope="module")
def anne(people):
    return people["anne"]


def begin(browser, name="À suivre", **fields):
    answer = browser.post("/listes", data={"name": name, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def introduced(store, home, firms, place, state, days=40):
    """Bring two firms so far; `place` picks them."""
    company, partner = firms["77"][place], firms["91"][place]
    at = datetime.now(UTC) - timedelta(days=days)
    by = {
        "77": Principal("x", "Anne Roy (CCI 77)", Role.ADVISER, chamber="77"),
        "91": Principal("y", "Paul Ney (CCI 91)", Role.ADVISER, chamber="91"),
    }
    proposal = Proposal(company, partner, Intent.SUPPLY, PartnerRole.CLIENT, "Bonjour à vous")
    with store.unit() as unit:
        drawn = new_id(RANDOM)
        propose(unit, home, FakePost(), by["77"], proposal, at=at, drawn=drawn)
        if state is not State.ASKED:
            for each in by.values():
                move(
                    unit, home, FakePost(), each, drawn, Move.ACCEPT,
                    version=None, at=at, note="Au téléphone",
                )  # fmt: skip
        assert unit.introductions.get(drawn).state is state
    return drawn


# --- the directory ---


def sirets_in(page: str) -> list[str]:
    return re.findall(r'<a href="/entreprises/(\d{14})', page)


def test_the_directory_filters_by_everything_at_once(anne, store):
    page = anne.get("/?department=77&trade=C&profile=oui&size=10-49&sort=name").text
    query = CompanyQuery(
        department="77", section="C", declared=True, sizes=("11", "12"), page_size=20
    )
    with store.reading() as unit:
        found = unit.companies.search(query)
    assert 0 < found.total < 150
    assert sirets_in(page) == [each.siret for each in found.items]
    chips = re.search(r'<ul class="chips".*?</ul>', page, re.S)[0]
    assert chips.count("<li>") == 5
    without = unescape(
        re.search(r'href="([^"]+)"[^>]*><span class="[^"]*">[^<]*</span> C –', chips)[1]
    )
    assert "trade=" not in without
    assert "department=77" in without
    assert without.count("=") == 4


@pytest.mark.parametrize("commune", ["Melun", "MELUN (77)", "77288", "melun"])
def test_a_commune_is_understood_by_name_and_code(anne, store, commune):
    with store.reading() as unit:
        expected = unit.companies.search(CompanyQuery(commune="77288")).total
    page = anne.get("/", params={"commune": commune}).text
    assert f"{expected} entreprise" in page.replace("\u00a0", " ")
    assert len(sirets_in(page)) == min(expected, 20)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"commune": "Zzz"}, "commune"),
        ({"commune": "75056"}, "commune"),
        ({"commune": "Melun", "department": "91"}, "commune"),
        ({"department": "75"}, "department"),
        ({"trade": "ZZ"}, "trade"),
        ({"trade": "'; DROP TABLE"}, "trade"),
        ({"size": "12"}, "size"),
    ],
)
def test_a_wrong_filter_is_said_beside_its_field_and_stays(anne, query, field):
    answer = anne.get("/", params=query)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert 'role="alert"' in answer.text
    assert sirets_in(answer.text) == []
    if field == "commune":
        assert f'value="{query["commune"]}"' in answer.text


def test_what_is_typed_is_only_ever_shown_as_text(anne):
    for name in ("q", "commune", "trade", "size", "department"):
        page = anne.get("/", params={name: SCRIPT}).text
        assert SCRIPT not in page
    page = anne.get("/", params={"profile": SCRIPT, "sort": SCRIPT}).text
    assert SCRIPT not in page


def test_an_entrepreneur_searches_without_lists(people):
    page = people["zoe"].get("/?q=a&department=77").text
    assert 'name="siret"' not in page
    assert "/listes" not in page


def test_the_directory_does_not_ask_the_store_for_its_departments(anne, monkeypatch):
    from matchmaker.store.companies import CompanyRepository

    def asked(_):
        raise AssertionError("the store was asked for its departments")

    monkeypatch.setattr(CompanyRepository, "departments", asked)
    assert anne.get("/?department=91&commune=91228").status_code == 200


# --- lists ---


def test_a_list_from_the_first_tick_to_the_file(anne, firms, store):
    ticked = firms["77"][1:3] + firms["91"][1:2]
    answer = anne.post("/listes/ajouter", data={"siret": ticked, "name": "Salon de mars"})
    assert answer.status_code == 303
    path, _, query = answer.headers["location"].partition("?")
    assert query == "fait=lists.added"
    page = anne.get(answer.headers["location"]).text
    assert "Les entreprises sont dans la liste." in page
    assert all(f"/entreprises/{siret}/fiche" in page for siret in ticked)

    note = anne.post(
        f"{path}/note", data={"siret": ticked[0], "note": "=HYPERLINK(1)", "page": "1"}
    )
    assert note.status_code == 303
    again = anne.post("/listes/ajouter", data={"siret": ticked[:1], "list": path.split("/")[-1]})
    assert again.headers["location"].startswith(path)

    book = anne.get(f"{path}/liste.xlsx")
    assert book.headers["content-disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert {row[0] for row in rows} == set(ticked)
    cell = next(c for row in sheet.iter_rows(min_row=5) for c in row if c.value == "=HYPERLINK(1)")
    assert cell.data_type == "s", "a text, and no formula"
    text = anne.get(f"{path}/liste.csv").content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert {row[0] for row in table[1:]} == set(ticked)
    assert "'=HYPERLINK(1)" in {cell for row in table for cell in row}
    assert all(row[-1] for row in table[1:]), "each row says that it is fictional"
    with store.reading() as unit:
        names = {each.name for each in unit.companies.many(ticked).values()}
    assert {row[1] for row in table[1:]} == names

    gone = anne.post(f"{path}/retirer", data={"siret": ticked[0]})
    assert ticked[0] not in anne.get(gone.headers["location"]).text


def test_a_kept_search_is_done_anew(anne, store, firms):
    path = begin(anne, "Industrie", search="oui", trade="C", department="77", shared="oui")
    page = anne.get(path).text
    with store.reading() as unit:
        found = unit.companies.search(CompanyQuery(section="C", department="77", page_size=50))
    assert set(re.findall(r"/entreprises/(\d{14})/fiche\"", page)) == {
        each.siret for each in found.items
    }
    assert "/?department=77&amp;trade=C" in page
    rows = list(csv.reader(io.StringIO(anne.get(f"{path}/liste.csv").text), delimiter=";"))
    assert len(rows) == found.total + 1
    refused = anne.post("/listes/ajouter", data={"siret": firms["77"][0], "list": path[8:]})
    assert refused.status_code == 422
    gone = next(each.siret for each in found.items if each.siret not in firms["77"][:32])
    assert gone in anne.get(path).text
    with store.unit() as unit:
        opt_out(unit, gone, by=system("t"), at=datetime.now(UTC), reason="no")
    assert gone not in anne.get(path).text


def test_only_the_owner_changes_colleagues_read_others_see_nothing(people, firms):
    anne, ben = people["anne"], people["ben"]
    path = begin(anne, "Discrète")
    anne.post("/listes/ajouter", data={"siret": firms["77"][4], "list": path[8:]})
    outsiders = [people[each] for each in ("ben", "paul", "root")]
    for other in outsiders:
        assert other.get(path).status_code == 404
        assert other.get(f"{path}/liste.xlsx").status_code == 404
        assert "Discrète" not in other.get("/listes").text
    shared = anne.post(path, data={"name": "Ouverte", "shared": "oui"})
    assert shared.headers["location"] == f"{path}?fait=saved"
    page = ben.get(path).text
    assert "Ouverte" in page
    assert "Anne Roy" in page
    assert "supprimer" not in page
    assert ben.get(f"{path}/liste.csv").status_code == 200
    for end, form in (
        ("", {"name": "Volée"}),
        ("/supprimer", {}),
        ("/note", {"siret": firms["77"][4], "note": "x"}),
        ("/retirer", {"siret": firms["77"][4]}),
    ):
        assert ben.post(path + end, data=form).status_code == 403, end
        assert people["paul"].post(path + end, data=form).status_code == 404, end
    assert people["paul"].get(path).status_code == 404
    assert "Ouverte" in anne.get(path).text
    assert people["zoe"].get("/listes").status_code == 403
    gone = anne.post(f"{path}/supprimer")
    assert gone.headers["location"] == "/listes?fait=lists.deleted"
    assert anne.get(path).status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 81, "\u200b", "\x01"])
def test_a_list_without_a_good_name_keeps_what_was_typed(anne, name):
    answer = anne.post("/listes", data={"name": name, "search": "oui", "q": "menuiserie"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'name="q" value="menuiserie"' in answer.text
    path = begin(anne, "Bonne")
    wrong = anne.post(path, data={"name": name})
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text


def test_adding_without_a_tick_or_a_list_asks_once_more(anne, firms):
    nothing = anne.post("/listes/ajouter", data={"name": "Vide", "retour": "/?q=a"})
    assert nothing.status_code == 422
    assert 'href="/?q=a"' in nothing.text
    nameless = anne.post("/listes/ajouter", data={"siret": firms["77"][3]})
    assert nameless.status_code == 422
    assert f'value="{firms["77"][3]}" checked' in nameless.text
    unseen = anne.post("/listes/ajouter", data={"siret": firms["77"][3], "name": "\u200b"})
    assert unseen.status_code == 422
    assert "donnez un nom" in unseen.text
    away = anne.post("/listes/ajouter", data={"name": "x", "retour": "//evil.example"})
    assert "evil.example" not in away.text
    strange = anne.post("/listes/ajouter", data={"name": "x", "siret": ["1", SCRIPT]})
    assert strange.status_code == 422
    assert SCRIPT not in strange.text


def test_scripts_in_names_and_notes_are_text(anne, firms):
    path = begin(anne, SCRIPT)
    anne.post("/listes/ajouter", data={"siret": firms["77"][5], "list": path[8:]})
    anne.post(f"{path}/note", data={"siret": firms["77"][5], "note": SCRIPT})
    for page in (path, "/listes", "/portefeuille"):
        text = anne.get(page).text
        assert SCRIPT not in text
        assert "&lt;script&gt;" in text
    long = anne.post(f"{path}/note", data={"siret": firms["77"][5], "note": "n" * 501})
    assert long.status_code == 422
    assert "n" * 501 in long.text


def test_lists_need_a_token_and_a_right_address(server, home, anne):
    cookies, _ = session_of(home, Role.ADVISER, (), "77")
    with httpx.Client(base_url=server.base_url, cookies=cookies) as browser:
        assert browser.post("/listes", data={"name": "x"}).status_code == 403
    assert anne.get("/listes/zzzzzzzz").status_code == 404
    assert anne.get("/listes/%2e%2e").status_code in (404, 422)
    assert anne.get("/listes/zzzzzzzz/liste.exe").status_code in (404, 422)
    assert "Liste introuvable" in anne.get("/listes/zzzzzzzz").text


# --- portfolio ---


def test_a_sign_in_leads_an_adviser_to_what_waits(anne, store, home, firms):
    before = anne.get("/portefeuille").text
    introduced(store, home, firms, 10, State.ASKED, days=3)
    introduced(store, home, firms, 11, State.INTRODUCED, days=40)
    page = anne.get("/portefeuille").text

    def number(text: str, stage: str) -> int:
        found = re.search(rf'stage={stage}[^"]*"><strong>(\d+)</strong>', text)
        return int(found[1]) if found else 0

    assert number(page, "waiting") == number(before, "waiting") + 1
    assert number(page, "follow_up") == number(before, "follow_up") + 1
    board = anne.get("/mises-en-relation?stage=follow_up&whose=ours").text
    assert board.count('class="panel introduction') == number(page, "follow_up")


def test_numbers_of_firms_lead_to_these_firms(anne, store):
    page = anne.get("/portefeuille").text
    for need in ("incomplete", "no_consent", "alone", "changed"):
        count = int(re.search(rf'need={need}"><strong>(\d+)</strong>', page)[1])
        text = anne.get(f"/portefeuille/entreprises?need={need}").text
        assert len(sirets_in(text)) == min(count, 25)
        with store.reading() as unit:
            assert all(
                each.department == "77" for each in unit.companies.many(sirets_in(text)).values()
            )
    assert anne.get("/portefeuille/entreprises?need=all").status_code == 422
    assert anne.get("/portefeuille/entreprises?need=alone&page=999").status_code == 200


def test_portfolios_are_for_advisers(people):
    assert people["zoe"].get("/portefeuille").status_code == 403
    assert "CCI 91" in people["paul"].get("/portefeuille").text
    assert people["root"].get("/portefeuille").status_code == 200
    assert "Portfolio of the chamber" in people["anne"].get("/portefeuille?lang=en").text


# --- the sheet ---


def test_the_sheet_shows_what_the_reader_may_know(people, store, firms, home):
    siret = firms["77"][6]
    with store.unit() as unit:
        stored = unit.profiles.get(siret)
        contact = Contact("Camille Durand", "camille@atelier.example", "01 60 00 00 01")
        unit.profiles.upsert([Profile(**{**_fields(stored), "contact": contact})])
    for who, declared, contact_button, proposes in (
        ("anne", True, True, True),
        ("paul", False, False, False),
        ("zoe", False, False, False),
        ("root", True, True, True),
    ):
        page = people[who].get(f"/entreprises/{siret}/fiche").text
        assert siret in page
        assert "camille@atelier.example" not in page
        assert ("Elle accepte d&#39;être suggérée" in page) is declared, who
        assert ("/fiche/coordonnees" in page) is contact_button, who
        assert ("/fiche/proposer" in page) is proposes, who
        assert "Fictif" in page


def _fields(profile: Profile) -> dict[str, object]:
    return {name: getattr(profile, name) for name in Profile.__slots__}


def test_reading_a_contact_takes_a_click_and_leaves_a_line(people, store, firms):
    siret = firms["77"][7]
    with store.unit() as unit:
        stored = unit.profiles.get(siret)
        unit.profiles.upsert(
            [Profile(**{**_fields(stored), "contact": Contact("Ana", "ana@x.example", None)})]
        )
        before = len(unit.contacts.list(siret))
    anne, path = people["anne"], f"/entreprises/{siret}/fiche"
    anne.get(path)
    with store.reading() as unit:
        assert len(unit.contacts.list(siret)) == before
    shown = anne.post(f"{path}/coordonnees")
    assert "ana@x.example" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    with store.reading() as unit:
        assert len(unit.contacts.list(siret)) == before + 1
    assert "ana@x.example" not in people["paul"].post(f"{path}/coordonnees").text
    with store.reading() as unit:
        assert len(unit.contacts.list(siret)) == before + 1


def test_relations_are_listed_with_whom_and_drawn(anne, store, firms):
    with store.reading() as unit:
        siret = next(
            each for each in firms["77"][:32] if 1 < len(unit.relations.of_company(each)) < 12
        )
        relations = unit.relations.of_company(siret)
        others = {other for held in relations for other in held.members} - {siret}
        known = unit.portfolio.shown(sorted(others))
    page = anne.get(f"/entreprises/{siret}/fiche").text
    assert f"{len(relations)} relation" in page.replace("\u00a0", " ")
    table = page[page.index('id="ties"') : page.index("</section>", page.index('id="ties"'))]
    small = {o for h in relations if len(h.members) <= 25 for o in h.members} - {siret}
    for other in known:
        assert f"/entreprises/{other}/fiche" in table
    assert table.count("<circle") == min(len(small & set(known)), 24) + 1


def test_whom_a_firm_knows_is_for_its_own_people_and_advisers(people, server, home, store, firms):
    with store.reading() as unit:
        siret = next(each for each in firms["77"][1:32] if unit.relations.of_company(each))
        members = {other for each in unit.relations.of_company(siret) for other in each.members}
        known = set(unit.portfolio.shown(sorted(members - {siret})))
    cookies, _ = session_of(home, Role.ENTREPRENEUR, [siret], None)
    path = f"/entreprises/{siret}/fiche"
    for who in ("anne", "paul", "root"):
        assert 'id="ties"' in people[who].get(path).text
    own = httpx.get(f"{server.base_url}{path}", cookies=cookies).text
    assert 'id="ties"' in own
    page = people["zoe"].get(path).text
    assert siret in page
    assert 'id="ties"' not in page
    assert not [each for each in known if f"/entreprises/{each}" in page]


def test_who_opted_out_is_in_no_sheet(anne, store, firms):
    with store.unit() as unit:
        siret, other = next(
            (each, held.members)
            for each in firms["91"]
            for held in unit.relations.of_company(each)
            if len(held.members) == 2
            and not set(held.members) & {*firms["77"][:32], *firms["91"][:32]} - {each}
        )
        gone = next(each for each in other if each != siret)
        opt_out(unit, gone, by=system("t"), at=datetime.now(UTC), reason="no")
    assert gone not in anne.get(f"/entreprises/{siret}/fiche").text
    assert anne.get(f"/entreprises/{gone}/fiche").status_code == 404
    with store.unit() as unit:
        hidden = unit.companies.get(firms["91"][-1])
        unit.companies.upsert([_with(hidden, diffusion=Diffusion.NONE)])
    assert anne.get(f"/entreprises/{hidden.siret}/fiche").status_code == 404


def _with(company, **changes):
    from dataclasses import replace

    return replace(company, **changes)


def test_an_adviser_proposes_for_a_firm_of_the_chamber(people, store, firms):
    siret, partner = firms["77"][12], firms["91"][12]
    path = f"/entreprises/{siret}/fiche/proposer"
    form = {"partner": partner, "role": "client", "message": "Bonjour"}
    spaced = {**form, "partner": f"{partner[:3]} {partner[3:]}"}
    made = people["anne"].post(path, data=spaced)
    assert made.status_code == 303, made.text
    assert re.match(r"/mises-en-relation/\w{8}\?fait=board.proposed", made.headers["location"])
    page = people["anne"].get(made.headers["location"]).text
    assert "La mise en relation est proposée." in page
    assert "Bonjour" in page
    again = people["anne"].post(path, data=form)
    assert again.status_code == 422
    assert "déjà en cours" in again.text
    assert f'value="{partner}"' in again.text
    assert people["paul"].post(path, data=form).status_code == 403
    assert people["zoe"].post(path, data=form).status_code == 403


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"partner": "123", "role": "client"}, "partner-wrong"),
        ({"partner": "own", "role": "client"}, "partner-wrong"),
        ({"partner": "same-side", "role": "client"}, ""),
        ({"partner": "there", "role": "friend"}, "role-wrong"),
        ({"partner": "there", "role": "client", "message": "m" * 1001}, "message-wrong"),
    ],
)
def test_a_wrong_proposal_is_kept_and_explained(anne, firms, form, field):
    siret = firms["77"][13]
    stand_ins = {"own": siret, "same-side": firms["77"][14], "there": firms["91"][13]}
    form = {**form, "partner": stand_ins.get(form["partner"], form["partner"])}
    answer = anne.post(f"/entreprises/{siret}/fiche/proposer", data=form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not field or f'id="{field}"' in answer.text
    assert f'value="{form["partner"]}"' in answer.text
    assert form.get("message", "") in answer.text


# --- the board ---


def cards_in(page: str) -> dict[str, set[str]]:
    """Introductions of a board by the column that they stand in."""
    parts = re.split(r'<section id="stage-(\w+)"', page)
    return {
        stage: set(re.findall(r'id="introduction-(\w+)"', text))
        for stage, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_the_board_puts_each_introduction_in_its_column(people, store, home, firms):
    waiting = introduced(store, home, firms, 20, State.ASKED, days=3)
    fresh = introduced(store, home, firms, 21, State.INTRODUCED, days=5)
    late = introduced(store, home, firms, 22, State.INTRODUCED, days=35)
    for who in ("anne", "paul", "root"):
        columns = cards_in(people[who].get("/mises-en-relation").text)
        assert list(columns) == ["to_check", "waiting", "made", "follow_up", "done"]
        assert waiting in columns["waiting"]
        assert fresh in columns["made"]
        assert late in columns["follow_up"]
    one = people["anne"].get("/mises-en-relation?stage=made").text
    assert set(cards_in(one)) == {"made"}
    day = (datetime.now(UTC) - timedelta(days=10)).date().isoformat()
    since = cards_in(people["anne"].get(f"/mises-en-relation?since={day}").text)
    assert fresh in since["made"]
    assert late not in since["follow_up"]
    mine = cards_in(people["anne"].get("/mises-en-relation?whose=mine").text)
    assert waiting in mine["waiting"], "the account has this name"
    assert (
        waiting not in cards_in(people["paul"].get("/mises-en-relation?whose=mine").text)["waiting"]
    )
    strange = people["anne"].get("/mises-en-relation?stage=zz&since=2026-99-99&whose=x")
    assert strange.status_code == 200


def test_entrepreneurs_are_led_to_their_own(people, store, home, firms):
    own = f"/entreprises/{firms['77'][0]}/mises-en-relation"
    answer = people["zoe"].get("/mises-en-relation")
    assert (answer.status_code, answer.headers["location"]) == (303, own)
    assert people["nobody"].get("/mises-en-relation").headers["location"] == "/mon-compte"
    theirs = introduced(store, home, firms, 0, State.INTRODUCED, days=2)
    answer = people["zoe"].get(f"/mises-en-relation/{theirs}")
    assert answer.headers["location"] == f"{own}/{theirs}"
    assert people["nobody"].get(f"/mises-en-relation/{theirs}").status_code == 404


def version_of(store, drawn):
    with store.reading() as unit:
        return unit.introductions.get(drawn).version


def test_answers_for_a_firm_need_who_said_so(people, store, home, firms):
    drawn = introduced(store, home, firms, 23, State.ASKED, days=2)
    path, form = f"/mises-en-relation/{drawn}", {"version": version_of(store, drawn)}
    silent = people["paul"].post(f"{path}/accept", data=form)
    assert silent.status_code == 422
    assert "notez qui l" in unescape(silent.text)
    no_reason = people["paul"].post(f"{path}/decline", data={**form, "note": "M. Li, lundi"})
    assert no_reason.status_code == 422
    assert "M. Li, lundi" in no_reason.text
    assert "Choisissez un motif" in no_reason.text
    noted = people["paul"].post(
        f"{path}/accept", data={**form, "note": "Mme Li", "retour": "/mises-en-relation"}
    )
    assert noted.headers["location"] == "/mises-en-relation?fait=board.accept"
    stale = people["anne"].post(f"{path}/accept", data={**form, "note": "M. Roux"})
    assert stale.status_code == 409
    assert "M. Roux" in stale.text, "what was typed stays"
    done = people["anne"].post(
        f"{path}/accept", data={"version": version_of(store, drawn), "note": "M. Roux"}
    )
    assert done.headers["location"] == f"{path}?fait=board.accept"
    page = people["anne"].get(done.headers["location"]).text
    assert "Coordonnées échangées" in page
    assert "M. Roux" in page
    assert page.index("Proposition") < page.index("Coordonnées échangées")
    assert "M. Roux" not in people["paul"].get(path).text, "the other side's words stay theirs"


def test_an_error_on_the_board_keeps_filters_and_words(people, store, home, firms):
    drawn = introduced(store, home, firms, 24, State.ASKED, days=2)
    form = {
        "version": version_of(store, drawn), "reason": "other", "note": "",
        "retour": "/mises-en-relation", "stage": "waiting",
    }  # fmt: skip
    answer = people["paul"].post(f"/mises-en-relation/{drawn}/decline", data=form)
    assert answer.status_code == 422
    assert set(cards_in(answer.text)) == {"waiting"}
    card = answer.text[answer.text.index(f'id="introduction-{drawn}"') :]
    assert '<option value="other" selected>' in card[: card.index("</li>")]
    ok = people["paul"].post(
        f"/mises-en-relation/{drawn}/decline", data={**form, "note": "Pas cette année"}
    )
    assert ok.headers["location"] == "/mises-en-relation?stage=waiting&fait=board.decline"
    assert drawn in cards_in(people["paul"].get("/mises-en-relation").text)["done"]


def test_outcomes_are_noted_and_leave_the_column(people, store, home, firms):
    drawn = introduced(store, home, firms, 25, State.INTRODUCED, days=35)
    path = f"/mises-en-relation/{drawn}"
    empty = people["anne"].post(f"{path}/record", data={"version": version_of(store, drawn)})
    assert empty.status_code == 422
    for who in ("anne", "paul"):
        form = {"version": version_of(store, drawn), "result": "met", "worth": "yes", "note": who}
        assert people[who].post(f"{path}/record", data=form).status_code == 303
    columns = cards_in(people["anne"].get("/mises-en-relation").text)
    assert drawn in columns["made"]
    page = people["anne"].get(path).text
    assert "rencontre faite" in page
    assert "en valait la peine" in page


def test_moves_that_are_none_and_introductions_of_others(people, store, home, firms):
    drawn = introduced(store, home, firms, 26, State.ASKED, days=2)
    path, form = f"/mises-en-relation/{drawn}", {"version": version_of(store, drawn)}
    assert people["anne"].post(f"{path}/explode", data=form).status_code == 422
    assert people["anne"].post(f"{path}/remind", data=form).status_code in (403, 422)
    assert people["anne"].post(f"{path}/withdraw", data={"version": "x"}).status_code == 422
    assert people["anne"].post(f"{path}/introduce", data=form).status_code in (403, 409)
    assert people["anne"].get("/mises-en-relation/zzzzzzzz").status_code == 404
    assert people["zoe"].post(f"{path}/withdraw", data=form).status_code == 404
    assert version_of(store, drawn) == form["version"]


def test_the_contact_of_an_introduction_is_read_by_a_click(people, store, home, firms):
    drawn = introduced(store, home, firms, 27, State.INTRODUCED, days=4)
    other = firms["91"][27]
    with store.unit() as unit:
        stored = unit.profiles.get(other)
        unit.profiles.upsert(
            [Profile(**{**_fields(stored), "contact": Contact("Li", "li@x.example", None)})]
        )
    path = f"/mises-en-relation/{drawn}"
    assert "li@x.example" not in people["anne"].get(path).text
    shown = people["anne"].post(f"{path}/coordonnees", data={"siret": other})
    assert "li@x.example" in shown.text
    with store.reading() as unit:
        line = unit.contacts.list(other)[0]
    assert (line.actor, line.introduction_id) == ("Anne Roy (CCI 77)", drawn)
    waiting = introduced(store, home, firms, 28, State.ASKED, days=2)
    early = people["anne"].post(
        f"/mises-en-relation/{waiting}/coordonnees", data={"siret": firms["91"][28]}
    )
    assert early.status_code == 409
    foreign = people["anne"].post(f"{path}/coordonnees", data={"siret": firms["91"][1]})
    assert foreign.status_code == 404


def test_the_rule_of_competitors_is_lifted_and_restored(people, store, home, firms):
    drawn = introduced(store, home, firms, 29, State.ASKED, days=2)
    sides = (firms["77"][29], firms["91"][29])
    with store.unit() as unit:
        trade = unit.companies.get(sides[0]).naf
        unit.companies.upsert([_with(unit.companies.get(sides[1]), naf=trade)])
    path = f"/mises-en-relation/{drawn}"
    assert "/concurrence" in people["anne"].get(path).text
    assert people["anne"].post(f"{path}/concurrence", data={"reason": " "}).status_code == 422
    lifted = people["anne"].post(f"{path}/concurrence", data={"reason": "Clients différents"})
    assert lifted.headers["location"] == f"{path}?fait=board.lifted"
    with store.reading() as unit:
        assert {(each.low, each.high) for each in unit.feedback.overrides(sides[0])} == {
            tuple(sorted(sides))
        }
    assert "Clients différents" in people["anne"].get(path).text
    people["anne"].post(f"{path}/concurrence", data={"restore": "oui"})
    with store.reading() as unit:
        assert unit.feedback.overrides(sides[0]) == ()
    assert people["zoe"].post(f"{path}/concurrence", data={"reason": "x"}).status_code == 403
