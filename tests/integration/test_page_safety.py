"""Script, template syntax, formulas and odd characters in every text that people may write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from browser.conftest import firm_with_full_lists
from described_app import described_app
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from full_homes import FullHome, full_home
from page_reading import Page, cells_of, read
from page_table import ELSEWHERE, FILES, NOT_PAGES, PLACES, Place
from servers import copied, served

from api.pages.rendering import STATIC
from matchmaker.settings import Settings
from matchmaker.store import open_store

SCRIPT = "zq{{7*7}}\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
"""What everybody types; `zq` finds it again, and 49 behind it would be a template's answer."""
FORMULA = "=zq{{7*7}}<script>alert(1)</script>"
TURNED = "zq\u202exs\u202c"
"""A text that turns the reading direction of what stands behind it."""
KINDS = (SCRIPT, "+" + SCRIPT, "-" + SCRIPT, "@" + SCRIPT, FORMULA)
KEEPS = re.compile(
    r".*/(deconnexion|suppression|retrait|retirer|revocation|retour|sessions|donnees.*|fermer)"
)
"""Forms that would end what the next test needs."""


def typed(answer: httpx.Response) -> int:
    """Count the texts of a page that show what was typed, script included, as text."""
    return sum("<script>alert" in text for text in read(answer).texts)


def test_the_parser_finds_what_it_looks_for():
    """A check that cannot fail would say nothing."""
    for html, fault in {
        "<p onclick=x>": "<p onclick>",
        "<script>alert(1)</script>": "a script that is none of ours",
        "<img src=x>": "<img src=x>",
        "<a href='javascript:alert(1)'>": "<a href=javascript:alert(1)>",
        "<a href=' JaVaScript:alert(1)'>": "<a href= JaVaScript:alert(1)>",
        "<p style='x'>": "<p style>",
    }.items():
        page = Page()
        page.feed(html)
        assert fault in page.faults


class Hostile:
    """Gives hostile texts in turn; shorter ones where a field is short."""

    def __init__(self) -> None:
        self._turn = 0

    def __call__(self, name: str) -> str:
        """Type something into a field."""
        self._turn += 1
        text = KINDS[self._turn % len(KINDS)]
        return f"{text}{TURNED}" if name in LONG_TEXTS else text


LONG_TEXTS = frozenset(
    {
        "profile.activity",
        "profile.offers",
        "profile.needs",
        "feedback.note",
        "introduction.message",
        "introduction.note",
        "outcome.note",
        "override.reason",
        "opt_out.reason",
        "event.title",
        "event.place",
        "list.name",
        "list.note",
    }
)
"""Fields that take several lines, and with them characters that a line refuses."""


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory) -> Settings:
    return copied(demo_home, tmp_path_factory.mktemp("hostile") / "home")


@pytest.fixture(scope="module")
def home(settings) -> Iterator[FullHome]:
    """Serve a home in which everybody has typed what they should not."""
    _rename(settings)
    with served(settings) as client:
        siret = firm_with_full_lists(settings)["siret"]
        yield full_home(settings, str(client.base_url), siret, Hostile())


def _rename(settings: Settings) -> None:
    """Give firms, communes and relations hostile names, as a registry could."""
    store = open_store(settings.store_url)
    with store.unit() as unit:
        companies = unit.companies.frame()["siret"].to_list()
        for siret in companies:
            company = unit.companies.get(siret)
            unit.companies.upsert(
                [replace(company, name=f"{FORMULA}{TURNED}", commune_name=SCRIPT)]
            )
        for source in unit.relations.sources():
            known = [each for each in unit.relations.all() if each.source == source]
            unit.relations.replace(source, [replace(each, label=SCRIPT) for each in known])
    store.close()


WHO = (None, "firm", "partner", "adviser", "administrator")


@pytest.fixture(scope="module")
def clients(home):
    """One client per role, which does not follow redirects."""
    opened = {
        who: httpx.Client(
            base_url=home.base_url,
            cookies=home.people[who].cookies if who else None,
            headers=home.people[who].headers if who else None,
            timeout=60,
        )
        for who in WHO
    }
    yield opened
    for client in opened.values():
        client.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
def test_nothing_that_was_stored_runs(place, home, clients):
    for who in WHO:
        answer = clients[who].get(place.address(home))
        read(answer)
        if who == place.who:
            assert answer.status_code == place.status


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/entreprises/{siret}", "firm"),
        ("/entreprises/{siret}/profil", "firm"),
        ("/entreprises/{siret}/mises-en-relation", "firm"),
        ("/", "firm"),
        ("/listes/{list_id}", "adviser"),
        ("/mises-en-relation/{introduction_id}", "adviser"),
        ("/evenements/{event_id}/inscriptions", "administrator"),
        ("/evenements/{event_id}/planning/grille", "administrator"),
        ("/administration/cles", "administrator"),
        ("/administration/imports/rejets", "administrator"),
    ],
)
def test_what_was_typed_is_shown_as_it_was_typed(path, who, home, clients):
    """The other tests say something only where pages show the hostile texts at all."""
    place = next(each for each in PLACES if each.route == path and each.who == who)
    assert typed(clients[who].get(place.address(home))) >= 1


def queries(dependant: Dependant) -> Iterator[str]:
    """Names of the parameters of a query."""
    yield from (each.alias for each in dependant.query_params)
    for each in dependant.dependencies:
        yield from queries(each)


APP = described_app()
ROUTES = sorted(
    {
        (route.path, name)
        for route in iter_route_contexts(APP.routes)
        if not NOT_PAGES.fullmatch(route.path or "/static") and "GET" in (route.methods or ())
        for name in {*queries(route.dependant), "lang", "fait", "unknown"}
        if route.path not in ELSEWHERE
    }
)
PATHS = sorted({path for path, _ in ROUTES})


@pytest.mark.parametrize("path", PATHS)
def test_nothing_that_an_address_says_runs(path, home, clients):
    """Every parameter of every page, one after the other; then the values in its path."""
    rows = [each for each in (*PLACES, *FILES) if each.route == path]
    place = rows[0] if rows else Place(path, "administrator")
    address = httpx.URL(place.address(home))
    for name in (name for route, name in ROUTES if route == path):
        for text in (SCRIPT, "//evil.example/zq", f"javascript:alert(1){TURNED}"):
            answer = clients[place.who].get(address.copy_merge_params({name: text}))
            read(answer)
            assert "evil.example" not in answer.headers.get("location", "")
    if "{" in path:
        odd = re.sub(
            r"\{(\w+)\}", "zq%7B%7B7*7%7D%7D%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", path
        )
        read(clients[place.who].get(odd))


@pytest.mark.parametrize("place", FILES, ids=lambda place: place.id)
def test_no_file_holds_a_formula(place, home, clients):
    answer = clients[place.who].get(place.address(home))
    assert answer.status_code == 200, answer.text[:300]
    assert "attachment" in answer.headers["content-disposition"]
    values, formulas = cells_of(answer)
    assert formulas == []
    if any(name in place.route for name in ("liste", "fichiers", "rejets")) and values:
        assert any("zq" in str(value) for value in values), "the file shows what was typed"


def test_no_form_runs_what_it_is_sent(home, clients):
    """Every form of every page, each text field filled with script; what is refused too."""
    sent = 0
    for place in PLACES:
        if place.who is None:
            continue
        client = clients[place.who]
        for action, kept, names in read(client.get(place.address(home))).forms:
            if KEEPS.match(action.partition("?")[0]) or not names:
                continue
            answer = client.post(action, data=kept | dict.fromkeys(names, SCRIPT))
            read(answer)
            if answer.status_code == 303:
                read(client.get(answer.headers["location"]))
            sent += 1
    assert sent > 15


def test_our_scripts_run_no_text():
    """Nothing in our own scripts makes markup or code of a text."""
    for path in STATIC.glob("*.js"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(
            r"(?:inner|outer)HTML\s*=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function",
            code,
        ), path.name
