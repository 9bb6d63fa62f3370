"""An adviser's firms in a real Chromium: from the directory to a list, the board in place."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from browser import accessibility
from browser.conftest import NARROW, PHONE
from introduction_worlds import FakePost

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.moves import propose
from matchmaker.introductions.records import Proposal
from matchmaker.store import CompanyQuery, open_store

pytestmark = pytest.mark.browser
RANDOM = Random(5)


@pytest.fixture(scope="module")
def asked(home) -> list[str]:
    """Introductions of six pairs of firms that wait for an answer."""
    by, made = Principal("x", "Anne Roy (CCI 77)", Role.ADVISER, chamber="77"), []
    store = open_store(home.store_url)
    with store.unit() as unit:
        sides = [
            unit.companies.search(CompanyQuery(department=each, declared=True, page_size=6)).items
            for each in ("77", "91")
        ]
        for company, partner in zip(*sides, strict=True):
            proposal = Proposal(company.siret, partner.siret, Intent.SUPPLY, PartnerRole.CLIENT)
            at = datetime.now(UTC) - timedelta(days=3)
            drawn = new_id(RANDOM)
            propose(unit, home, FakePost(), by, proposal, at=at, drawn=drawn)
            made.append(drawn)
    store.close()
    return made


def test_from_the_directory_to_a_list_with_a_note(visit_as):
    page = visit_as(Role.ADVISER, chamber="77").page
    page.goto("/")
    page.get_by_label("Département").select_option("91")
    page.get_by_text("Plus de critères").click()
    page.get_by_label("Métier").select_option("C")
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_url("**trade=C**")
    chips = page.get_by_role("list", name="Critères choisis")
    assert chips.get_by_role("listitem").count() == 3, "two criteria, and all of them"
    first = page.locator(".rows .name").first.inner_text().split("\n")[0]
    page.locator(".rows input[type=checkbox]").first.check()
    page.locator(".rows input[type=checkbox]").nth(1).check()
    page.get_by_label("Nom de votre première liste").fill("Salon de mars")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.wait_for_url("**/listes/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Salon de mars"
    assert page.get_by_role("status").first.inner_text() == "Les entreprises sont dans la liste."
    assert page.locator("tbody tr").count() == 2
    row = page.locator("tbody tr").filter(has_text=first.removesuffix(" Fictif"))
    row.get_by_label(re.compile("^Note sur")).fill("Rencontrée en 2025")
    row.get_by_role("button", name=re.compile("^Enregistrer la note")).click()
    page.wait_for_url("**fait=saved**")
    assert page.get_by_label(re.compile("^Note sur")).first.input_value() in (
        "Rencontrée en 2025",
        "",
    )
    assert "Rencontrée en 2025" in [
        each.input_value() for each in page.get_by_label(re.compile("^Note sur")).all()
    ]
    with page.expect_download() as loading:
        page.get_by_role("link", name="Télécharger pour Excel").click()
    assert loading.value.suggested_filename.endswith(".xlsx")
    page.get_by_text("Supprimer la liste").click()
    page.get_by_role("button", name="Supprimer pour de bon").click()
    page.wait_for_url("**/listes?fait=lists.deleted")


@pytest.mark.parametrize("scripted", [True, False])
def test_an_answer_is_noted_on_the_board(visit_as, asked, scripted):
    drawn = asked[0 if scripted else 1]
    page = visit_as(Role.ADVISER, chamber="91", java_script_enabled=scripted).page
    page.goto("/mises-en-relation?stage=waiting")
    card = page.locator(f"#introduction-{drawn}")
    card.get_by_text("Noter un refus").click()
    card.locator("details[open]").get_by_label("Motif").select_option("not_now")
    card.locator("details[open]").get_by_label("Qui l'a dit").fill("Mme Li, par téléphone")
    card.get_by_role("button", name="Enregistrer le refus").click()
    page.get_by_role("status").filter(has_text="Le refus est noté.").wait_for()
    assert page.locator(f"#introduction-{drawn}").count() == 0
    page.goto(f"/mises-en-relation/{drawn}")
    assert page.get_by_text("Mme Li, par téléphone").first.is_visible()
    assert page.locator(".timeline li").last.inner_text().count("Refus") == 1


def test_a_refusal_without_a_word_is_explained_in_place(visit_as, asked):
    visit = visit_as(Role.ADVISER, chamber="91")
    page = visit.page
    page.goto("/mises-en-relation?stage=waiting")
    card = page.locator(f"#introduction-{asked[2]}")
    card.get_by_text("Noter un refus").click()
    card.locator("details[open]").get_by_label("Motif").select_option("other")
    card.get_by_role("button", name="Enregistrer le refus").click()
    page.get_by_role("alert").first.wait_for()
    card = page.locator(f"#introduction-{asked[2]}")
    assert card.locator("details[open]").get_by_label("Motif").input_value() == "other"
    assert "?stage=waiting" in page.url
    visit.complaints.clear()  # the browser tells of the 422


def test_a_meeting_is_proposed_from_the_sheet(visit_as, company):
    page = visit_as(Role.ADMINISTRATOR).page
    page.goto(f"/entreprises/{company['siret']}/fiche")
    partner = page.locator("datalist#partners option").first.get_attribute("value")
    page.get_by_label("SIRET de l'entreprise à rencontrer").fill(partner)
    page.get_by_label("Elle serait pour celle-ci").select_option(label="client possible")
    page.get_by_role("button", name="Proposer", exact=True).click()
    page.wait_for_url("**/mises-en-relation/**")
    assert page.get_by_text("La mise en relation est proposée.").is_visible()
    assert company["name"] in page.get_by_role("heading", level=1).inner_text()


PLACES = ("/?department=77&q=a", "/portefeuille", "/listes", "/mises-en-relation", "sheet", "one")


@pytest.mark.parametrize(
    "options",
    [{}, {"viewport": PHONE, "color_scheme": "dark"}, {"viewport": NARROW}],
    ids=["wide", "phone-dark", "narrow"],
)
def test_pages_can_be_read_by_everybody(visit_as, asked, company, options):
    page = visit_as(Role.ADVISER, chamber="77", **options).page
    named = {
        "sheet": f"/entreprises/{company['siret']}/fiche",
        "one": f"/mises-en-relation/{asked[5]}",
    }
    for place in PLACES:
        page.goto(named.get(place, place))
        accessibility.check(page)
        assert page.locator("h1").count() == 1
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
