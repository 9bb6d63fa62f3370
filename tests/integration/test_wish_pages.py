"""Wishes as a matrix, and wishes that are suggested, over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from itertools import count
from random import Random

import httpx
import pytest
from page_forms import page_form
from servers import copied, served
from sign_ins import session_of

from api.pages.events import wish_advice, wish_matrix_view
from matchmaker.accounts.principals import system
from matchmaker.accounts.roles import Role
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import Edit, EventState
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.identifiers import new_id
from matchmaker.privacy.opting_out import opt_out
from matchmaker.store import CompanyQuery, open_store
from models.event_scores import event_scores
from models.published import open_published

AT = datetime(2026, 11, 25, tzinfo=UTC)
RANDOM, TITLES = Random(5), count(1)


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("wishes") / "home")


@pytest.fixture(scope="module")
def store(home):
    opened = open_store(home.store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def zoe(home):
    cookies, headers = session_of(home, Role.ADVISER, chamber="77", name="Zoé")
    with (
        served(home) as server,
        httpx.Client(
            base_url=server.base_url,
            cookies=cookies,
            headers={**headers, "sec-fetch-site": "same-origin", "accept": "text/html"},
            timeout=60,
        ) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def firms(store):
    """Hold companies that declare something, twelve of each department."""
    with store.reading() as unit:
        pages = [
            unit.companies.search(CompanyQuery(department=code, declared=True, page_size=12))
            for code in ("77", "91")
        ]
    return [each for page in pages for each in page.items]


def plain(page: httpx.Response) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", page.text))
    return re.sub(r"\s+", " ", text)


def convention(store, people, wishes=(), state=EventState.REGISTERING, **details) -> str:
    """Store an event with people and wishes, and give its id."""
    with store.unit() as unit:
        frame = EventDetails(
            **{
                "kind": EventKind.CONVENTION,
                "title": f"Convention {next(TITLES)}",
                "day": date(2027, 3, 18),
                "chambers": ("77", "91"),
                "tables": 4,
                "fictional": True,
                **details,
            }
        )
        event = unit.events.create(new_id(RANDOM), frame, at=AT, by="t")

        def edit():
            return Edit(event.version, AT, "t")

        event = unit.events.registrations.put(event.id, edit(), people)
        event = unit.events.move(event.id, edit(), EventState.REGISTERING)
        event = unit.events.wishes.put(event.id, edit(), list(wishes))
        if state is not event.state:
            event = unit.events.move(event.id, edit(), state)
    return event.id


def few(number=4):
    return [Registration(f"p{k}", f"Nom {k:03}", f"Firme {k}") for k in range(number)]


def of_firms(firms):
    return [
        Registration(f"p{k}", f"Nom {k:03}", firm.name or "", firm.siret, None, firm.department)
        for k, firm in enumerate(firms)
    ]


def said(store, event_id):
    with store.reading() as unit:
        return {(w.wisher, w.wished): w.kind.value for w in unit.events.wishes.all(event_id)}


def buttons(page: httpx.Response) -> dict[str, str]:
    """Values of the cells by who wishes and who is wished."""
    values = [unescape(each) for each in re.findall(r'name="case" value="([^"]+)"', page.text)]
    return {">".join(each.split(">")[:2]): each for each in values}


def click(browser, event_id, pair, **query) -> httpx.Response:
    page = browser.get(f"/evenements/{event_id}/souhaits", params={"vue": "matrice", **query})
    form = page_form(page.text, "/case").set(case=buttons(page)[pair])
    return browser.post(form.action, data=form.fields)


# --- the matrix ---


def test_a_click_adds_and_a_second_one_takes_back(zoe, store):
    event = convention(store, few())
    answer = click(zoe, event, "p0>p1")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("#c-p0-p1")
    assert said(store, event) == {("p0", "p1"): "yes"}
    assert "Nom 000 souhaite rencontrer Nom 001." in plain(zoe.get(answer.headers["location"]))
    answer = click(zoe, event, "p0>p1")
    assert said(store, event) == {}
    assert "Nom 000 ne dit rien de Nom 001." in plain(zoe.get(answer.headers["location"]))


@pytest.mark.parametrize("word", list(WishKind))
@pytest.mark.parametrize("before", [None, *WishKind])
def test_a_click_writes_the_word_that_is_chosen(zoe, store, word, before):
    met_before = before is not None and before is not word
    wishes = [Wish("p0", "p1", before, met_before)] if before else []
    event = convention(store, few(), wishes)
    answer = click(zoe, event, "p0>p1", mot=word.value)
    after = {} if before is word else {("p0", "p1"): word.value}
    assert said(store, event) == after
    assert f'name="mot" value="{word.value}"' in zoe.get(answer.headers["location"]).text
    with store.reading() as unit:
        met = [each.met_before for each in unit.events.wishes.all(event)]
    assert met == [before is not None] * len(after), "that they have met is kept"


@pytest.mark.parametrize("kind", list(WishKind))
def test_a_click_never_loses_that_two_have_met(zoe, store, kind):
    event = convention(store, few(), [Wish("p0", "p1", kind, met_before=True)])
    refused = click(zoe, event, "p0>p1", mot=kind.value)
    assert refused.status_code == 422
    assert "note aussi que les deux se sont déjà rencontrés" in plain(refused)
    with store.reading() as unit:
        assert unit.events.wishes.all(event) == (Wish("p0", "p1", kind, True),)
    form = page_form(zoe.get(f"/evenements/{event}/souhaits").text, "/retirer")
    assert zoe.post(form.action, data=form.fields).status_code == 303
    assert said(store, event) == {}, "the list takes it back on purpose"


def test_what_both_want_is_marked_by_a_sign(zoe, store):
    wishes = [
        Wish("p0", "p1", WishKind.YES),
        Wish("p1", "p0", WishKind.MUST),
        Wish("p2", "p3", WishKind.YES),
        Wish("p3", "p2", WishKind.NO),
    ]
    event = convention(store, few(), wishes)
    page = zoe.get(f"/evenements/{event}/souhaits?vue=matrice").text
    cells = dict(
        re.findall(r'<button name="case" value="[^"]*" id="c-([^"]+)"[^>]*>(.*?)</b', page)
    )
    marked = {pair: re.sub(r"<[^>]+>", "", text) for pair, text in cells.items() if text}
    assert marked == {"p0-p1": "+⇄", "p1-p0": "!⇄", "p2-p3": "+", "p3-p2": "×"}
    assert re.search(r'id="c-p0-p1" aria-labelledby="l-p0 k-p1 t-yes t-mutual"', page)
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    named = {
        each for names in re.findall(r'aria-labelledby="([^"]+)"', page) for each in names.split()
    }
    assert named <= ids, "every cell is named by what is on the page"


def test_sent_twice_it_is_done_once(zoe, store):
    event = convention(store, few())
    page = zoe.get(f"/evenements/{event}/souhaits?vue=matrice")
    form = page_form(page.text, "/case").set(case=buttons(page)["p2>p1"])
    answers = [zoe.post(form.action, data=form.fields) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert said(store, event) == {("p2", "p1"): "yes"}


def test_others_may_write_other_wishes_meanwhile_but_not_this_one(zoe, store):
    event = convention(store, few())
    page = zoe.get(f"/evenements/{event}/souhaits?vue=matrice")
    form = page_form(page.text, "/case")
    with store.unit() as unit:
        edit = Edit(unit.events.get(event).version, AT, "Karim")
        other = [Wish("p3", "p1", WishKind.YES), Wish("p0", "p1", WishKind.NO)]
        unit.events.wishes.put(event, edit, other)
    done = zoe.post(form.action, data=form.set(case=buttons(page)["p1>p2"]).fields)
    assert done.status_code == 303
    refused = zoe.post(form.action, data=form.set(case=buttons(page)["p0>p1"]).fields)
    assert refused.status_code == 409
    assert "Ce souhait a changé entre-temps" in plain(refused)
    kept = {("p3", "p1"): "yes", ("p0", "p1"): "no", ("p1", "p2"): "yes"}
    assert said(store, event) == kept


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("", 400),
        ("p0>p1", 400),
        ("p0>p1>maybe>", 400),
        ("p0>p1>>maybe", 400),
        ("p0>p0>>yes", 422),
        ("p0>nobody>>yes", 404),
    ],
)
def test_a_wrong_cell_writes_nothing(zoe, store, case, status):
    event = convention(store, few())
    form = page_form(zoe.get(f"/evenements/{event}/souhaits?vue=matrice").text, "/case")
    answer = zoe.post(form.action, data=form.set(case=case).fields)
    assert answer.status_code in (status, 422)
    assert said(store, event) == {}


def test_colleagues_wish_nothing_but_a_wish_that_is_there_goes(zoe, store):
    people = [replace(each, company="Une seule") for each in few(2)] + few(4)[2:]
    event = convention(store, people, [Wish("p1", "p0", WishKind.YES)])
    page = zoe.get(f"/evenements/{event}/souhaits?vue=matrice")
    assert "p0>p1" not in buttons(page)
    assert buttons(page)["p1>p0"] == "p1>p0>yes>"


def test_when_wishes_are_closed_the_matrix_is_read_only(zoe, store):
    event = convention(store, few(), [Wish("p0", "p1", WishKind.MUST)], EventState.CANCELLED)
    page = zoe.get(f"/evenements/{event}/souhaits?vue=matrice")
    assert buttons(page) == {}
    assert "doit rencontrer" in plain(page)
    answer = zoe.post(f"/evenements/{event}/souhaits/case", data={"case": "p0>p2>>yes"})
    assert answer.status_code == 409
    assert said(store, event) == {("p0", "p1"): "must"}


def test_one_person_stands_beside_everybody(zoe, store):
    event = convention(store, few(), [Wish("p1", "p0", WishKind.YES)])
    page = zoe.get(f"/evenements/{event}/souhaits?vue=matrice&qui=p0")
    assert set(buttons(page)) == {
        f"{a}>{b}"
        for a, b in [("p0", f"p{k}") for k in (1, 2, 3)] + [(f"p{k}", "p0") for k in (1, 2, 3)]
    }
    answer = click(zoe, event, "p0>p1", qui="p0")
    assert "qui=p0" in answer.headers["location"]
    assert said(store, event)["p0", "p1"] == "yes"


def test_a_large_matrix_is_shown_a_tile_at_a_time(zoe, store, monkeypatch):
    monkeypatch.setattr(wish_matrix_view, "WHOLE", 4)
    monkeypatch.setattr(wish_matrix_view, "TILE", 3)
    event = convention(store, few(8))
    seen = set()
    for row in (1, 2, 3):
        for column in (1, 2, 3):
            query = {"vue": "matrice", "lignes": row, "colonnes": column}
            shown = buttons(zoe.get(f"/evenements/{event}/souhaits", params=query))
            assert len(shown) <= 9
            assert not seen & set(shown)
            seen |= set(shown)
    assert len(seen) == 8 * 7
    beyond = zoe.get(f"/evenements/{event}/souhaits?vue=matrice&lignes=99&colonnes=99")
    assert set(buttons(beyond)) == {"p6>p7", "p7>p6"}
    answer = click(zoe, event, "p6>p0", lignes=3)
    assert "lignes=3" in answer.headers["location"]


def test_nobody_is_there_yet(zoe, store):
    event = convention(store, [])
    page = zoe.get(f"/evenements/{event}/souhaits?vue=matrice")
    assert page.status_code == 200
    assert "Il n'y a encore personne à souhaiter." in plain(page)


# --- suggested wishes ---


def advised(page: httpx.Response) -> list[str]:
    """Ids of those who are suggested, the best first."""
    part = page.text.partition('id="suggestions"')[2].partition("</section>")[0]
    return re.findall(r'name="vers" value="([^"]+)"', part)


def test_suggestions_are_the_best_by_the_scores_of_the_plan(zoe, store, home, firms):
    people = of_firms(firms)
    event = convention(store, people, [Wish("p20", "p0", WishKind.NO)])
    folder = home.snapshots_folder / (home.snapshots_folder / "CURRENT").read_text().strip()
    with store.reading() as unit:
        scores = event_scores(open_published(folder), unit, sorted(each.siret for each in firms))
    place = {siret: number for number, siret in enumerate(scores.sirets)}
    own = place[people[0].siret]
    value = {
        each.id: scores.mutual[own, place[each.siret]]
        for each in people[1:]
        if each.department == "91" and each.id != "p20" and each.siret in place
        and not scores.competitors[own, place[each.siret]]
    }  # fmt: skip
    page = zoe.get(f"/evenements/{event}/souhaits?qui=p0")
    found = advised(page)
    assert found
    best = sorted((v for v in value.values() if v > 0), reverse=True)[: len(found)]
    assert [value[each] for each in found] == pytest.approx(best)
    cards = page.text.count('<li class="card ')
    assert cards == len(found)
    assert page.text.count("piste") >= cards
    assert page.text.count('<span class="badge">Fictif</span>') >= cards
    form = page_form(page.text.partition('id="suggestions"')[2], "/souhaits")
    answer = zoe.post(form.action, data=form.fields)
    assert answer.status_code == 303
    assert said(store, event)["p0", found[0]] == "yes"
    again = zoe.get(answer.headers["location"])
    assert found[0] not in advised(again)


def test_why_there_is_nothing_to_suggest(zoe, store, firms):
    strange = Registration("x", "Inconnue", "Ailleurs", "73282932000074", None, "91")
    event = convention(store, [*few(1), replace(of_firms(firms)[0], id="alone"), strange])
    page = zoe.get(f"/evenements/{event}/souhaits?qui=p0")
    assert "rattaché à aucune entreprise connue" in plain(page)
    assert f"/evenements/{event}/inscriptions/personne?id=p0" in page.text
    page = plain(zoe.get(f"/evenements/{event}/souhaits?qui=alone"))
    assert "Personne d'autre à suggérer" in page
    assert "2 inscrits n'ont pas d'entreprise connue" in page
    assert "n'a pas de suggestions aujourd'hui" in plain(
        zoe.get(f"/evenements/{event}/souhaits?qui=x")
    )


def test_who_opted_out_is_suggested_to_nobody(zoe, store, firms):
    event = convention(store, of_firms(firms))
    first = advised(zoe.get(f"/evenements/{event}/souhaits?qui=p1"))[0]
    siret = of_firms(firms)[int(first[1:])].siret
    with store.unit() as unit:
        opt_out(unit, siret, by=system("t"), at=AT, reason="")
    shown = advised(zoe.get(f"/evenements/{event}/souhaits?qui=p1"))
    with store.unit() as unit:
        unit.exclusions.opt_in(siret)
    assert shown
    assert first not in shown


def test_a_large_event_is_searched_when_asked(zoe, store, firms, monkeypatch):
    monkeypatch.setattr(wish_advice, "AT_ONCE", 5)
    event = convention(store, of_firms(firms))
    page = zoe.get(f"/evenements/{event}/souhaits?qui=p2")
    assert advised(page) == []
    onward = unescape(re.search(r'href="([^"]*suggestions=oui[^"]*)"', page.text)[1])
    assert advised(zoe.get(onward))


def test_before_the_first_night_the_page_says_so(zoe, store, home, firms, tmp_path):
    event = convention(store, of_firms(firms)[:4])
    bare = copied(home, tmp_path / "bare")
    (bare.snapshots_folder / "CURRENT").unlink()
    cookies, _ = session_of(bare, Role.ADVISER, chamber="77")
    with (
        served(bare) as server,
        httpx.Client(base_url=server.base_url, cookies=cookies, timeout=60) as client,
    ):
        page = plain(client.get(f"/evenements/{event}/souhaits?qui=p0"))
    assert "Aucune nuit n'est encore publiée." in page


def test_scripts_in_names_are_text(zoe, store, firms):
    script = "<script>alert(1)</script>"
    people = [replace(each, name=script, company=script) for each in of_firms(firms)]
    event = convention(store, people)
    for query in ("vue=matrice", "vue=matrice&qui=p0&paire=p0>p1", "qui=p0"):
        page = zoe.get(f"/evenements/{event}/souhaits?{query}").text
        assert script not in page
        assert "&lt;script&gt;alert(1)" in page
