"""Lists that advisers keep, carried on: into events, into the page of the night; sent twice."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest
from page_forms import page_form
from servers import copied, served
from sign_ins import session_of

from api.pages.events import sources
from matchmaker.accounts.principals import system
from matchmaker.accounts.roles import Role
from matchmaker.companies import Profile
from matchmaker.events.details import EventKind
from matchmaker.events.registrations import Status
from matchmaker.privacy.opting_out import opt_out
from matchmaker.store import CompanyQuery, open_store

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("carried") / "home")


@pytest.fixture(scope="module")
def store(home):
    opened = open_store(home.store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def people(home):
    """Anne and Ben of the same chamber, Paul of the other one."""
    who = {"anne": "77", "ben": "77", "paul": "91"}
    with served(home) as server, ExitStack() as stack:
        browsers = {}
        for key, chamber in who.items():
            cookies, headers = session_of(home, Role.ADVISER, chamber=chamber, name=key.title())
            headers = {**headers, "sec-fetch-site": "same-origin", "accept": "text/html"}
            browsers[key] = stack.enter_context(
                httpx.Client(base_url=server.base_url, cookies=cookies, headers=headers, timeout=60)
            )
        yield browsers


@pytest.fixture(scope="module")
def anne(people):
    return people["anne"]


def plain(page: httpx.Response) -> str:
    """Text of a page without tags, with plain spaces."""
    text = unescape(re.sub(r"<[^>]+>", " ", page.text))
    return re.sub(r"\s+", " ", text)


def begin(browser, name, **fields) -> str:
    """Begin a list, and give its id."""
    answer = browser.post("/listes", data={"name": name, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].removeprefix("/listes/")


def event(browser, kind="convention", **fields) -> str:
    """Begin an event, and give its id."""
    form = page_form(browser.get("/evenements/nouveau", params={"type": kind}).text, "/nouveau")
    form.set(**{"titre": f"Rencontre {kind}", "jour": "2027-03-18", **fields})
    answer = browser.post(form.action, data=form.fields)
    assert answer.status_code == 303, answer.text[:3000]
    return re.search(r"/evenements/(\w+)", answer.headers["location"])[1]


def registered(store, event_id):
    with store.reading() as unit:
        return unit.events.registrations.all(event_id)


def found(store, **asked) -> list[str]:
    with store.reading() as unit:
        page = unit.companies.search(CompanyQuery(page_size=1000, **asked))
        return [each.siret for each in page.items]


# --- a form that is sent twice ---


@pytest.mark.parametrize("page", ["/listes", "/?trade=C"])
def test_a_new_list_sent_twice_is_one(anne, store, page):
    form = page_form(anne.get(page).text, "/listes").set(name=f"Deux fois, {page}")
    first = anne.post(form.action, data=form.fields)
    second = anne.post(form.action, data=form.fields)
    assert first.status_code == 303
    assert second.headers["location"] == first.headers["location"]
    assert plain(anne.get("/listes")).count(f"Deux fois, {page}") == 1


def test_another_name_from_the_same_form_is_another_list(anne):
    """Somebody goes back to the form and types something else: nothing of it may be lost."""
    form = page_form(anne.get("/listes").text, "/listes").set(name="Avant")
    first = anne.post(form.action, data=form.fields)
    second = anne.post(form.action, data=form.set(name="Après").fields)
    assert second.headers["location"] != first.headers["location"]
    assert {"Avant", "Après"} <= set(plain(anne.get("/listes")).split())


def test_nobody_comes_by_a_list_through_its_id(anne, people):
    """The id in the form is anybody's to write: of another one's list it says nothing."""
    held = begin(anne, "À moi seule")
    answer = people["ben"].post("/listes", data={"name": "À moi seule", "drawn": held})
    assert answer.status_code == 303
    assert held not in answer.headers["location"]
    assert people["ben"].get(f"/listes/{held}").status_code == 404


@pytest.mark.parametrize("drawn", ["", "../x", "a" * 300, "ABC", "é"])
def test_an_id_that_is_none_is_drawn_anew(anne, drawn):
    answer = anne.post("/listes", data={"name": "Sans numéro", "drawn": drawn})
    assert re.search(r"/listes/[2-9a-z]{8}\?", answer.headers["location"])


def test_ticked_firms_sent_twice_are_on_one_new_list(anne, store):
    page = anne.get("/?department=77").text
    form = page_form(page, "/listes/ajouter").set(name="Cochées", list="")
    form.set(siret=found(store, department="77")[:2])
    first = anne.post(form.action, data=form.fields)
    second = anne.post(form.action, data=form.fields)
    assert first.headers["location"] == second.headers["location"]
    assert plain(anne.get("/listes")).count("Cochées") == 1


def test_a_name_that_was_refused_can_be_mended_in_the_same_form(anne):
    form = page_form(anne.get("/listes").text, "/listes").set(name=" ")
    refused = anne.post(form.action, data=form.fields)
    assert refused.status_code == 422
    again = page_form(refused.text, "/listes").set(name="Cette fois")
    assert anne.post(again.action, data=again.fields).status_code == 303


# --- a search that is kept, as a source of invitations ---


def sources_of(page: httpx.Response) -> dict[str, bool]:
    """Find the sources that can be chosen, and whether each is."""
    shown = re.findall(r'<input type="radio" name="source" value="([^"]+)"([^>]*)>', page.text)
    return {value: " checked" in rest for value, rest in shown if " disabled" not in rest}


def test_a_kept_search_invites_what_it_finds_at_that_moment(anne, store):
    held = begin(anne, "Industrie 77", search="oui", trade="C", department="77")
    there = event(anne)
    page = anne.get(f"/evenements/{there}/invitations")
    expected = found(store, section="C", department="77")
    assert f"liste:{held}" in sources_of(page)
    assert f"la recherche « Industrie 77 » ({len(expected)} entreprises)" in plain(page)
    gone, silent, *kept = expected
    with store.unit() as unit:
        opt_out(unit, gone, by=system("t"), at=NOW, reason="no")
        unit.profiles.upsert([Profile(silent, consent=False)])
    form = page_form(page.text, "/inviter").set(source=f"liste:{held}")
    answer = anne.post(form.action, data=form.fields)
    assert answer.status_code == 303
    assert "fait=events.invited" in answer.headers["location"]
    invited = registered(store, there)
    with store.reading() as unit:
        may = unit.companies.servable(kept)
    assert {each.siret for each in invited} == set(may)
    assert {each.status for each in invited} == {Status.INVITED}


def test_a_search_that_finds_too_many_is_said_before_and_refused_after(anne, store, monkeypatch):
    monkeypatch.setattr(sources, "MOST_FOUND", 5)
    held = begin(anne, "Tout le 77", search="oui", department="77")
    there = event(anne)
    page = anne.get(f"/evenements/{there}/invitations")
    assert f"liste:{held}" not in sources_of(page)
    number = len(found(store, department="77"))
    assert f"trouve {number} entreprises ; 5 au plus" in plain(page)
    version = page_form(anne.get(f"/evenements/{there}/invitations").text, "/inviter")
    sent = version.set(source=f"liste:{held}")
    answer = anne.post(sent.action, data=sent.fields)
    assert answer.status_code == 422
    assert f"La recherche « Tout le 77 » trouve {number} entreprises" in plain(answer)
    assert registered(store, there) == ()


def test_a_search_that_can_no_longer_be_done_invites_nobody(anne, store):
    held = begin(anne, "Perdue", search="oui", commune="Atlantis")
    there = event(anne)
    page = anne.get(f"/evenements/{there}/invitations")
    assert f"liste:{held}" not in sources_of(page)
    assert "« Perdue » ne peut plus se faire" in plain(page)
    sent = page_form(page.text, "/inviter").set(source=f"liste:{held}")
    answer = anne.post(sent.action, data=sent.fields)
    assert answer.status_code == 422
    assert "« Perdue » ne peut plus se faire" in plain(answer)
    assert registered(store, there) == ()


def test_an_invitations_event_takes_firms_of_its_departments_from_a_list(people, store):
    paul = people["paul"]
    held = begin(paul, "Mixte")
    sirets = [*found(store, department="77")[10:13], *found(store, department="91")[10:13]]
    paul.post("/listes/ajouter", data={"siret": sirets, "list": held})
    there = event(paul, "invitations", chambres=["91"])
    page = paul.get(f"/evenements/{there}/invitations", params={"source": f"liste:{held}"})
    assert sources_of(page)[f"liste:{held}"]
    sent = page_form(page.text, "/inviter")
    assert sent.fields["source"] == [f"liste:{held}"]
    assert paul.post(sent.action, data=sent.fields).status_code == 303
    assert {each.department for each in registered(store, there)} == {"91"}


def test_another_ones_search_is_no_source(anne, people, store):
    held = begin(anne, "Privée", search="oui", trade="F")
    there = event(people["paul"])
    page = people["paul"].get(
        f"/evenements/{there}/invitations", params={"source": f"liste:{held}"}
    )
    assert "Privée" not in page.text
    mine = event(people["ben"])
    form = page_form(people["ben"].get(f"/evenements/{mine}/modifier").text, "/modifier")
    answer = people["ben"].post(
        f"/evenements/{mine}/invitations/inviter",
        data={"version": form.fields["version"], "source": f"liste:{held}"},
    )
    assert answer.status_code == 404
    assert registered(store, mine) == ()


# --- from a list to the invitations of an event ---


def test_a_list_leads_to_an_event_that_is_there(anne, store):
    held = begin(anne, "Pour le salon")
    anne.post("/listes/ajouter", data={"siret": found(store, department="77")[20:23], "list": held})
    there = event(anne)
    page = anne.get(f"/listes/{held}").text
    carry = re.search(rf'href="(/listes/{held}/inviter)"', page)[1]
    choice = anne.get(carry)
    assert choice.status_code == 200
    onward = unescape(re.search(rf'href="(/evenements/{there}/invitations[^"]*)"', choice.text)[1])
    asked = anne.get(onward)
    assert [value for value, on in sources_of(asked).items() if on] == [f"liste:{held}"]
    sent = page_form(asked.text, "/inviter")
    assert anne.post(sent.action, data=sent.fields).status_code == 303
    assert len(registered(store, there)) == 3


@pytest.mark.parametrize("kind", list(EventKind))
def test_a_list_leads_to_a_new_event_of_each_kind(anne, store, kind):
    held = begin(anne, f"Nouvelle {kind}")
    anne.post("/listes/ajouter", data={"siret": found(store, department="77")[30:32], "list": held})
    choice = anne.get(f"/listes/{held}/inviter").text
    new = unescape(re.search(rf'href="(/evenements/nouveau\?type={kind}[^"]*)"', choice)[1])
    shown = anne.get(new)
    assert f"Nouvelle {kind}" in plain(shown), "the form says which list will be invited"
    for other in EventKind:
        tab = re.search(rf'href="(/evenements/nouveau\?type={other}[^"]*)"', shown.text)[1]
        assert held in tab, "another kind of event keeps the list"
    form = page_form(shown.text, "/nouveau").set(titre="Suite", jour="2027-03-18")
    wrong = anne.post(form.action, data={**form.fields, "jour": ["demain"]})
    assert wrong.status_code == 422
    form = page_form(wrong.text, "/nouveau").set(jour="2027-03-18")
    answer = anne.post(form.action, data=form.fields)
    assert answer.status_code == 303
    asked = anne.get(answer.headers["location"])
    assert "L'événement est créé." in plain(asked)
    assert [value for value, on in sources_of(asked).items() if on] == [f"liste:{held}"]


def test_the_choice_of_an_event_leaves_out_past_and_foreign_ones(anne, people, store):
    held = begin(anne, "Où aller")
    past, foreign = event(anne, jour="2020-03-18"), event(people["paul"], chambres=["91"])
    shown = anne.get(f"/listes/{held}/inviter").text
    assert past not in shown
    assert foreign not in shown
    assert people["paul"].get(f"/listes/{held}/inviter").status_code == 404


def test_a_source_that_is_none_leaves_the_first_one_chosen(anne, store):
    begin(anne, "Vide")
    there = event(anne)
    page = anne.get(f"/evenements/{there}/invitations", params={"source": "liste:nothing"})
    assert page.status_code == 200
    assert sum(sources_of(page).values()) == 1
