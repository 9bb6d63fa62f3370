"""Mes suggestions in a real Chromium: reading, answering, asking, the map; also without script."""

from __future__ import annotations

import re

import pytest
from browser import accessibility
from browser.conftest import NARROW, PHONE, WIDE

from matchmaker.accounts.roles import Role
from matchmaker.introductions.life import State
from matchmaker.store import open_store

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

UNFOLD = "for (const details of document.querySelectorAll('main details')) details.open = true"
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])


@pytest.fixture
def page_of(visit_as, home):
    """Open the suggestions of a firm as somebody of that firm, with and without JavaScript."""

    def opening(siret: str, scripts: bool = True, path: str = "?intent=supply", **options):
        visit = visit_as(Role.ENTREPRENEUR, [siret], java_script_enabled=scripts, **options)
        visit.page.goto(f"/entreprises/{siret}{path}")
        return visit.page

    return opening


@pytest.fixture(autouse=True)
def cleared(home, company):
    """Take everything back that a test has said or asked."""
    yield
    store = open_store(home.store_url)
    with store.unit() as unit:
        unit.feedback.erase(company["siret"])
        unit.introductions.erase_company(company["siret"])
    store.close()


def name_in(card) -> str:
    return card.get_by_role("heading", level=3).get_by_role("link").inner_text()


def names_on(page) -> list[str]:
    return [name_in(card) for card in page.locator(".card").all()]


def test_a_useful_suggestion_and_its_reason_are_there_without_a_click(page_of, company):
    page = page_of(company["siret"], path="")
    assert page.get_by_role("heading", level=1).inner_text().startswith(company["name"])
    assert page.get_by_role("heading", name="Mes suggestions", level=2).is_visible()
    first = page.locator(".card").first
    for title in ("Pour vous", "Pour eux"):
        reasons = first.locator(".reasons > div").filter(has_text=title).locator("summary")
        assert reasons.count() >= 1
        assert re.search(r"\b(vous|votre|vos|elle)\b", reasons.first.inner_text().lower())
    evidence = first.locator("details[open] dl")
    assert evidence.count() >= 1
    assert evidence.first.is_visible()
    box = evidence.first.bounding_box()
    assert box["y"] < WIDE["height"], "on the first screen"


@WITH_AND_WITHOUT
def test_evidence_unfolds(page_of, company, scripts):
    page = page_of(company["siret"], scripts)
    closed = page.locator(".card").nth(1).locator(".reasons details").first
    assert not closed.locator("dl").is_visible()
    closed.locator("summary").click()
    assert closed.locator("dl").is_visible()
    assert closed.locator("dt").first.inner_text()


@WITH_AND_WITHOUT
def test_a_competitor_is_set_aside_and_comes_back(page_of, company, scripts):
    page = page_of(company["siret"], scripts)
    before = names_on(page)
    page.locator(".card").nth(1).get_by_role("button", name="Concurrent").click()
    notice = page.locator("#reponse")
    notice.wait_for()
    assert f"« {before[1]} » est notée comme concurrente" in _plain(notice.inner_text())
    assert notice.get_attribute("role") == "status"
    after = names_on(page)
    assert before[1] not in after
    assert len(after) == 10, "the reserve fills the place"
    page.get_by_text("entreprise écartée").click()
    assert page.locator(".hidden-firms").get_by_role("link", name=before[1]).is_visible()

    page.get_by_role("button", name=f"Annuler pour {before[1]}").click()
    page.get_by_text("peut de nouveau vous être proposée").wait_for()
    assert names_on(page) == before


def test_an_answer_in_place_keeps_the_page_and_takes_the_focus(page_of, company):
    page = page_of(company["siret"])
    page.evaluate("window.stays = true")
    page.locator(".card").nth(3).get_by_role("button", name="Écarter").click()
    page.locator("#reponse").wait_for()
    assert page.evaluate("window.stays"), "nothing was loaded anew"
    expect(page.locator("#reponse")).to_be_focused()
    page.get_by_role("button", name="Trop loin").click()
    page.get_by_text("Motif").wait_for()
    assert "trop loin" in page.locator("#reponse").inner_text()
    assert page.locator("#reponse").count() == 1


@WITH_AND_WITHOUT
def test_an_introduction_is_asked_for_cancelled_or_accepted(
    page_of, visit_as, home, company, scripts
):
    page = page_of(company["siret"], scripts)
    card = page.locator(".card").nth(2)
    name = name_in(card)
    partner = card.get_by_role("heading", level=3).get_attribute("id").removeprefix("partner-")
    card.locator("summary", has_text="Demander une mise en relation").click()
    card.get_by_label(f"Un mot pour {name}").fill("Bonjour, parlons-nous.")
    card.get_by_role("button", name="Envoyer la demande").click()
    page.get_by_text("La demande à").wait_for()
    card = page.locator(".card").nth(2)
    assert name_in(card) == name, "who was asked stays in the list"
    assert "en attente de réponse" in card.inner_text()
    assert card.get_by_text("Demander une mise en relation").count() == 0
    held = _held(home, company["siret"])
    link = card.get_by_role("link", name=f"Voir le suivi de la mise en relation avec {name}")
    assert link.get_attribute("href").endswith(f"/mises-en-relation/{held.id}")
    assert (held.state, held.message) == (State.ASKED, "Bonjour, parlons-nous.")

    other = visit_as(Role.ENTREPRENEUR, [partner], java_script_enabled=scripts).page
    other.goto(f"/entreprises/{partner}/mises-en-relation/{held.id}")
    other.get_by_role("button", name=re.compile("^Accepter")).first.click()
    other.wait_for_load_state()
    page.goto(f"/entreprises/{company['siret']}?intent=supply")
    assert "mise en relation faite" in page.locator(".card", has_text=name).inner_text()
    assert _held(home, company["siret"]).state is State.INTRODUCED


@WITH_AND_WITHOUT
def test_a_request_is_cancelled(page_of, home, company, scripts):
    page = page_of(company["siret"], scripts)
    card = page.locator(".card").first
    name = name_in(card)
    card.locator("summary", has_text="Demander une mise en relation").click()
    card.get_by_role("button", name="Envoyer la demande").click()
    page.locator("#reponse").get_by_role("button", name=f"Annuler la demande à {name}").click()
    page.get_by_text("est retirée").wait_for()
    assert _held(home, company["siret"]).state is State.WITHDRAWN


def test_a_refusal_is_said_at_the_card(visit_as, home, company):
    """Two tabs: what one has asked for, the other asks for once more."""
    visit = visit_as(Role.ENTREPRENEUR, [company["siret"]])
    page, late = visit.page, visit.page.context.new_page()
    for each in (page, late):
        each.goto(f"/entreprises/{company['siret']}?intent=supply")
    for each in (page, late):
        card = each.locator(".card").first
        card.locator("summary", has_text="Demander une mise en relation").click()
        card.get_by_label("Un mot pour").fill("Mon message.")
        card.get_by_role("button", name="Envoyer la demande").click()
        each.locator("#reponse").wait_for()
    alert = late.get_by_role("alert")
    assert "déjà en cours" in alert.inner_text()
    assert alert.bounding_box()["y"] >= 0


@WITH_AND_WITHOUT
def test_the_map_shows_the_partners_with_their_numbers(page_of, company, scripts):
    page = page_of(company["siret"], scripts)
    page.get_by_text("Voir sur la carte").click()
    drawing = page.get_by_role("img", name=re.compile("^Carte des deux départements"))
    assert drawing.is_visible()
    assert drawing.locator(".outline").count() == 3
    assert drawing.locator(".spot.partner").count() == 10
    button = page.get_by_role("button", name="Agrandir et déplacer la carte")
    assert button.count() == int(scripts), "nothing is offered that does not work"


def test_the_map_that_moves_asks_no_other_site(page_of, company):
    page = page_of(company["siret"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    library = re.compile("/static/vendor/leaflet")
    page.get_by_text("Voir sur la carte").click()
    assert not any(map(library.search, asked)), "loaded only for those who want it"
    page.get_by_role("button", name="Agrandir et déplacer la carte").click()
    page.locator(".leaflet-marker-icon").first.wait_for()
    assert page.locator(".leaflet-marker-icon").count() == 11
    assert page.locator(".moving-map path.outline").count() == 3
    assert page.locator(".moving-map path.link").count() == 10
    assert len([url for url in asked if library.search(url)]) == 2, "its script and its style"
    page.locator(".leaflet-marker-icon", has_text=re.compile("^1$")).click(force=True)
    assert page.locator(".leaflet-popup-content a").get_attribute("href").startswith("#partner-")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_in_every_state(page_of, company, scheme):
    page = page_of(company["siret"], color_scheme=scheme)
    accessibility.check(page)
    page.locator(".card").nth(1).get_by_role("button", name="Écarter").click()
    page.locator("#reponse").wait_for()
    page.evaluate(UNFOLD)
    accessibility.check(page)


@pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["phone", "narrow"])
def test_nothing_runs_over_the_edge(page_of, company, viewport):
    page = page_of(company["siret"], viewport=viewport)
    page.locator(".card").nth(1).get_by_role("button", name="Écarter").click()
    page.locator("#reponse").wait_for()
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    small = [
        box
        for element in page.locator("main button:visible, main summary:visible").all()
        if (box := element.bounding_box()) and box["height"] < 24
    ]
    assert small == [], "fingers reach everything"


def test_an_adviser_reads_of_another_firm_as_of_another(visit_as, company):
    page = visit_as(Role.ADMINISTRATOR).page
    page.goto(f"/entreprises/{company['siret']}")
    assert page.get_by_role("heading", name="Suggestions pour cette entreprise").is_visible()
    tabs = page.get_by_role("navigation", name="Pages de cette entreprise").get_by_role("link")
    assert tabs.all_inner_texts() == ["Suggestions", "Profil", "Mises en relation", "Fiche"]
    assert tabs.first.get_attribute("aria-current") == "page"


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def _held(home, siret: str):
    store = open_store(home.store_url)
    with store.reading() as unit:
        held = unit.introductions.list(siret=siret)[-1]
    store.close()
    return held
