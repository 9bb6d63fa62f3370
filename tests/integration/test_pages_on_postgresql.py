"""Every page and file where the store is PostgreSQL: read, written, and at the same moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime

import httpx
import pytest
from browser.conftest import firm_with_full_lists
from event_samples import put_event
from full_homes import FullHome, full_home, suggested
from page_forms import page_form, without_tokens
from page_table import FILES, PLACES, Place
from postgresql import databases
from servers import copied, served
from sign_ins import browser_of
from workbooks import XLSX, workbook

from matchmaker.accounts.roles import Role
from matchmaker.events.life import EventState
from matchmaker.introductions.life import State
from matchmaker.settings import Settings
from matchmaker.store import open_store
from pipelines.demo import generate, import_demo

AT = datetime(2026, 11, 24, tzinfo=UTC)
OURS = {"sec-fetch-site": "same-origin", "accept": "text/html"}
SAID = "Menuiserie d'Évry & fils, « sur mesure »"
SIGNED_IN = ("firm", "partner", "adviser", "administrator")
TIMES = 4
"""How many send the same form at the same moment."""


@pytest.fixture(scope="module")
def embedded(demo_home, tmp_path_factory) -> Settings:
    """Copy the demo home, whose store is a SQLite file."""
    return copied(demo_home, tmp_path_factory.mktemp("sqlite") / "home")


@pytest.fixture(scope="module")
def asked(demo_home, postgresql_server, tmp_path_factory) -> Iterator[Settings]:
    """Import the same territory into PostgreSQL, and leave no other store in the home."""
    root = tmp_path_factory.mktemp("postgresql")
    files = generate(root / "files", companies=300, seed=7, today=date(2026, 11, 24))
    with databases(postgresql_server) as make:
        settings = copied(demo_home, root / "home", database_url=make())
        for path in settings.home.glob("matchmaker.sqlite*"):
            path.unlink()
        store = open_store(settings.store_url)
        import_demo(store, files, settings=settings, at=AT)
        store.close()
        yield settings
        assert not list(settings.home.glob("*.sqlite"))


@pytest.fixture(scope="module")
def client(asked) -> Iterator[httpx.Client]:
    with served(asked) as client:
        yield client


@pytest.fixture(scope="module")
def siret(embedded) -> str:
    return firm_with_full_lists(embedded)["siret"]


@pytest.fixture(scope="module")
def both(embedded, asked, client, siret):
    """Who reads, from both stores: `both[who]` is a pair of browsers."""
    with served(embedded) as other, ExitStack() as stack:
        places = ((embedded, other.base_url), (asked, client.base_url))
        roles = {
            "firm": (Role.ENTREPRENEUR, {"companies": [siret]}),
            "adviser": (Role.ADVISER, {"chamber": "91"}),
            "administrator": (Role.ADMINISTRATOR, {}),
        }
        yield {
            who: [
                stack.enter_context(browser_of(settings, url, role, **changes))
                for settings, url in places
            ]
            for who, (role, changes) in roles.items()
        }


class TestReading:
    """Whatever the database sorts and compares by itself, nobody sees which one it is."""

    @pytest.mark.parametrize(
        "address",
        [
            "/",
            "/?page=3",
            "/?sort=name",
            "/?sort=name&page=5",
            "/?q=menuiserie",
            "/?q=MÉCANIQUE",
            "/?q=100%25_de",
            "/?commune=Évry-Courcouronnes&profile=oui",
            "/?department=91&trade=F&size=10-49&sort=name",
            "/entreprises/{siret}",
            "/entreprises/{siret}?intent=peer",
            "/entreprises/{siret}/fiche",
            "/entreprises/{siret}/profil",
            "/entreprises/{siret}/donnees",
            "/entreprises/{siret}/mises-en-relation",
            "/portefeuille",
            "/portefeuille/entreprises?need=incomplete",
            "/portefeuille/entreprises?need=alone",
            "/cette-nuit",
            "/territoire",
            "/territoire?flux=suggeres",
            "/territoire/secteurs.csv",
            "/mises-en-relation",
            "/evenements",
            "/administration/qualite",
            "/administration/courrier",
            "/administration/journal",
        ],
    )
    def test_is_the_same_from_both_stores(self, both, siret, address):
        read = 0
        for who, readers in both.items():
            pages = [each.get(address.format(siret=siret)) for each in readers]
            assert pages[0].status_code == pages[1].status_code, who
            texts = [_without_what_is_drawn(page.text) for page in pages]
            assert texts[0] == texts[1], who
            read += pages[0].status_code == 200
        assert read, "somebody may read it"


def _without_what_is_drawn(html: str) -> str:
    """Leave out what is drawn anew in each store: tokens, ids of accounts, moments."""
    plain = re.sub(r"\b[a-z2-9]{8}(@example\.org)?\b", "", without_tokens(html))
    return re.sub(r"\d{2}[:h]\d{2}([:.]\d+)*", "", plain)


@pytest.fixture(scope="module")
def full(asked, client, siret) -> FullHome:
    """Fill the home with one of everything."""
    return full_home(asked, str(client.base_url), siret, lambda field: SAID)


@pytest.fixture(scope="module")
def readers(full):
    """One browser per person, and one in which nobody has signed in."""
    with ExitStack() as stack:
        opened = {
            who: httpx.Client(
                base_url=full.base_url,
                cookies=full.people[who].cookies if who else None,
                headers=OURS,
                timeout=60,
            )
            for who in (None, *SIGNED_IN)
        }
        yield {who: stack.enter_context(each) for who, each in opened.items()}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
def test_page(place: Place, full, readers):
    """Who opens it gets it; neither they nor an administrator get an error of ours."""
    for who in {place.who, "administrator"}:
        answer = readers[who].get(place.address(full))
        assert answer.status_code < 500, answer.text[:2000]
        if who == place.who:
            assert answer.status_code == place.status
            assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("place", FILES, ids=lambda place: place.id)
def test_file(place: Place, full, readers):
    answer = readers[place.who].get(place.address(full))
    assert answer.status_code == 200, answer.text[:2000]
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content


class Walk:
    """Somebody who fills in the forms of pages."""

    def __init__(self, client: httpx.Client) -> None:
        self.http = client

    def sends(self, page: str, ending: str, files: object = None, **values: str) -> str:
        """Send a form of a page; give the address that it leads to."""
        form = page_form(self.page(page), ending).set(**values)  # type: ignore[arg-type]
        answer = self.http.post(form.action, data=form.fields, files=files)  # type: ignore[arg-type]
        assert answer.status_code == 303, answer.text[:4000]
        return str(answer.headers["location"])

    def page(self, path: str) -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text[:2000]
        return answer.text


@pytest.fixture
def walk(asked, client, siret) -> Iterator[Callable[..., Walk]]:
    """Give a walker of a role."""
    with ExitStack() as stack:
        yield lambda role, **changes: Walk(
            stack.enter_context(browser_of(asked, client.base_url, role, **changes))
        )


@pytest.fixture
def store(asked):
    opened = open_store(asked.store_url)
    yield opened
    opened.close()


def test_two_firms_are_introduced(walk, siret, store):
    firm = walk(Role.ENTREPRENEUR, companies=[siret])
    page = f"/entreprises/{siret}"
    there = firm.sends(page, "/demander", message=SAID)
    assert "geste=" in there
    with store.reading() as unit:
        [asking] = [
            each
            for each in unit.introductions.list(siret=siret)
            if each.message == SAID and each.state is State.ASKED and each.company == siret
        ][:1]
    partner = walk(Role.ENTREPRENEUR, companies=[asking.partner])
    letter = f"/entreprises/{asking.partner}/mises-en-relation/{asking.id}"
    partner.sends(letter, "/avancer", move="accept")
    with store.reading() as unit:
        assert unit.introductions.get(asking.id).state is State.INTRODUCED
    firm.sends(f"{page}/mises-en-relation/{asking.id}", "/suites", result="met", worth="oui")
    with store.reading() as unit:
        assert unit.introductions.get(asking.id).state is State.MET


def test_a_partner_is_set_aside_and_taken_back(walk, siret):
    firm = walk(Role.ENTREPRENEUR, companies=[siret])
    page = f"/entreprises/{siret}?intent=peer"
    form = page_form(firm.page(page), "/ecarter")
    partner = form.fields["partner"][0]
    firm.sends(page, "/ecarter", kind="competitor")
    assert f'id="partner-{partner}"' not in firm.page(page)
    firm.sends(page, "/reprendre")
    assert f'id="partner-{partner}"' in firm.page(page)


def test_a_profile_is_written_and_who_comes_second_is_told(walk, siret):
    firm = walk(Role.ENTREPRENEUR, companies=[siret])
    page = f"/entreprises/{siret}/profil"
    old = page_form(firm.page(page), "/profil").set(needs="Trop tard")
    firm.sends(page, "/profil", needs=SAID)
    late = firm.http.post(old.action, data=old.fields)
    assert late.status_code == 409
    assert "Trop tard" in late.text
    assert page_form(firm.page(page), "/profil").fields["needs"] == [SAID]


def test_a_list_is_begun_filled_and_taken_away(walk, siret):
    adviser = walk(Role.ADVISER, chamber="91")
    there = adviser.sends("/listes", "/listes", name=SAID).partition("?")[0]
    list_id = there.rpartition("/")[2]
    answer = adviser.http.post("/listes/ajouter", data={"siret": [siret], "list": list_id})
    assert answer.status_code == 303, answer.text[:2000]
    adviser.sends(there, "/note", note="À rappeler")
    assert "À rappeler" in adviser.page(there)
    assert siret in adviser.page(f"{there}/liste.csv")
    adviser.sends(there, "/retirer", siret=siret)
    adviser.sends(there, "/supprimer")
    assert adviser.http.get(there).status_code == 404


def test_a_spreadsheet_becomes_a_published_timetable(walk, store):
    adviser = walk(Role.ADVISER, chamber="91")
    rows: list[tuple[object, ...]] = [("Nom", "Entreprise", "SIRET", "Département")]
    rows += [(f"Élise {n}", f"Atelier {n}", "", "77" if n % 2 else "91") for n in range(12)]
    rows.append(("Anna", SAID, "12345678901234", "77"))
    form = page_form(adviser.page("/evenements/nouveau"), "/nouveau")
    form.set(titre=SAID, jour="2027-03-18", tables="6", s_best_partners="0")
    sheet = {"fichier": ("gens.xlsx", workbook(*rows), XLSX)}
    answer = adviser.http.post(form.action, data=form.fields, files=sheet)
    assert answer.status_code == 200
    mended = page_form(answer.text, "/corriger")
    mended.fields["cellule"][2] = ""
    assert adviser.http.post(mended.action, data=mended.fields).status_code == 303
    event = f"/evenements/{mended.action.split('/')[2]}"
    one, other = _first_two(store, event)
    adviser.sends(f"{event}/souhaits", "/souhaits", de=one, vers=other)
    adviser.sends(f"{event}/souhaits", "/souhaits", de=other, vers=one)
    adviser.sends(f"{event}/planning", "/planning", seconds="2")
    adviser.sends(f"{event}/planning", "/publier")
    with store.reading() as unit:
        found = unit.events.get(event.rpartition("/")[2])
        assert len(unit.events.registrations.all(found.id)) == 13
    assert (found.state, found.published_plan) == (EventState.PUBLISHED, 1)
    assert adviser.page(f"{event}/planning/grille").count("data-meeting=") >= 2


def _first_two(store, event: str) -> tuple[str, str]:
    """Ids of one participant from each department."""
    with store.reading() as unit:
        people = unit.events.registrations.all(event.rpartition("/")[2])
    sides = {each.department: each.id for each in people}
    return sides["77"], sides["91"]


def test_an_account_is_opened_changed_and_removed(walk):
    root = walk(Role.ADMINISTRATOR)
    new = "/administration/comptes/nouveau"
    there = root.sends(new, "/nouveau", email="lea@example.org", name=SAID, role="administrator")
    account = there.partition("?")[0]
    root.sends(account, account.rpartition("/")[2], name="Léa")
    root.sends(f"{account}/suppression", "/suppression", email="lea@example.org")
    assert root.http.get(account).status_code == 404


class TestAtTheSameMoment:
    """SQLite lets one write at a time; PostgreSQL lets everybody, and refuses afterwards."""

    def test_one_request_is_made_of_many(self, asked, client, store, siret):
        with browser_of(asked, client.base_url, Role.ENTREPRENEUR, companies=[siret]) as firm:
            partner = suggested(firm, siret)[3]
            form = page_form(
                firm.get(f"/entreprises/{siret}", params={"intent": "supply"}).text, "/demander"
            ).set(partner=partner, message=SAID)
            answers = self.at_once(firm, [form] * TIMES)
        assert {each.status_code for each in answers} <= {303, 409, 422}
        with store.reading() as unit:
            made = [each for each in unit.introductions.list(siret=siret)]
        assert sum(partner in (each.company, each.partner) for each in made) == 1

    @pytest.mark.parametrize("what", ["list", "wish", "account", "profile"])
    def test_nobody_gets_an_error_of_ours(self, asked, client, siret, what):
        with browser_of(asked, client.base_url, Role.ADMINISTRATOR) as root:
            forms = getattr(self, f"{what}_forms")(asked, root, siret)
            answers = self.at_once(root, forms)
        codes = [each.status_code for each in answers]
        assert 303 in codes, answers[0].text[:2000]
        assert set(codes) <= {303, 409, 422}

    def list_forms(self, asked, root, siret):
        path = root.post("/listes", data={"name": "Ensemble"}).headers["location"]
        list_id = path.partition("?")[0].rpartition("/")[2]
        form = page_form(root.get("/listes").text, "/listes")
        form.action = "/listes/ajouter"
        return [form.set(siret=siret, list=list_id)] * TIMES

    def wish_forms(self, asked, root, siret):
        page = f"/evenements/{put_event(asked, 'moment', wishes=0)}/souhaits"
        form = page_form(root.get(page).text, "/souhaits")
        return [form.set(de="p00", vers="p05")] * TIMES

    def account_forms(self, asked, root, siret):
        form = page_form(root.get("/administration/comptes/nouveau").text, "/nouveau")
        return [form.set(email="un@example.org", name="Un", role="administrator")] * TIMES

    def profile_forms(self, asked, root, siret):
        return [page_form(root.get(f"/entreprises/{siret}/profil").text, "/profil")] * TIMES

    @staticmethod
    def at_once(client, forms):
        with ThreadPoolExecutor(len(forms)) as pool:
            return list(pool.map(lambda form: client.post(form.action, data=form.fields), forms))
