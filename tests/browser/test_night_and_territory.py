"""The night and the territory in a browser: with and without JavaScript, at every width."""

from datetime import UTC, datetime

import pytest
from browser.accessibility import check
from browser.conftest import NARROW, PHONE, WIDE

from matchmaker.accounts.roles import Role
from matchmaker.settings import QualitySettings
from matchmaker.store import open_store
from pipelines.nightly import run_nightly

AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def second_night(home):
    """Close firms and run another night, so that there is something to tell."""
    store = open_store(home.store_url)
    with store.unit() as unit:
        closing = unit.companies.frame().filter(department="91")["siret"].to_list()[:20]
        unit.companies.close(closing, AT.date())
    settings = home.model_copy(update={"quality": QualitySettings(deletion_sample=5)})
    run_nightly(store, settings, at=AT, announce=lambda _: None)
    store.close()


def width(page):
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_the_head_to_a_cause_to_the_suggestions(visit_as, script):
    visit = visit_as(Role.ADVISER, chamber="77", java_script_enabled=script)
    page = visit.page
    page.goto("/territoire")
    page.get_by_role("link", name="Cette nuit").click()
    assert page.locator("h1").inner_text() == "Cette nuit dans le 77"
    freed = page.locator(".night-causes a", has_text="place")
    freed.first.click()
    card = page.locator(".night-list .card").first
    name = card.locator("article > p a").first.inner_text()
    card.get_by_role("link", name="Voir les suggestions de").click()
    assert name in page.locator("h1").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_flows_by_sector_as_bands_with_their_table(visit_as, script):
    page = visit_as(Role.ADVISER, chamber="91", java_script_enabled=script).page
    page.goto("/territoire")
    page.get_by_label("Liens", exact=True).select_option("suggeres")
    page.get_by_role("button", name="Afficher").click()
    section = page.locator("section", has=page.locator("#sectors"))
    assert "Pistes suggérées, par secteur" in section.inner_text()
    strips = section.locator("path.strip").count()
    assert strips > 0
    section.locator("summary").click()
    rows = section.locator("tbody tr").all_inner_texts()
    numbers = [int("".join(c for c in row.split("\t")[-1] if c.isdigit())) for row in rows]
    assert sum(numbers[:-1]) == numbers[-1]
    with page.expect_download() as started:
        section.get_by_role("link", name="Télécharger").click()
    assert started.value.suggested_filename == "territoire-secteurs.csv"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/cette-nuit", "/territoire", "/territoire?flux=suggeres"])
def test_nothing_serious_for_a_screen_reader(visit_as, path, scheme):
    page = visit_as(Role.ADVISER, chamber="77", color_scheme=scheme).page
    page.goto(path)
    check(page)


@pytest.mark.parametrize("viewport", [WIDE, PHONE, NARROW], ids=["wide", "phone", "narrow"])
@pytest.mark.parametrize("path", ["/cette-nuit", "/territoire"])
def test_no_page_is_wider_than_its_window(visit_as, path, viewport):
    page = visit_as(Role.ADVISER, chamber="77", viewport=viewport).page
    page.goto(path)
    assert width(page) <= viewport["width"]


def test_on_paper_there_are_figures_and_no_forms(visit_as):
    page = visit_as(Role.ADVISER, chamber="77").page
    page.goto("/territoire")
    page.emulate_media(media="print")
    assert page.locator(".key-figures").is_visible()
    assert page.locator("svg.bands").first.is_visible()
    assert not page.locator("form.filters").is_visible()
    assert not page.get_by_role("link", name="Télécharger en CSV").first.is_visible()
