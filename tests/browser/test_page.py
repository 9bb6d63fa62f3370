"""The pages in a real Chromium, which may talk to our own service and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from browser.conftest import PHONE, Visit

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.store import open_store

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(visit_as, request) -> Visit:
    """Open a page in a browser in which an administrator has signed in, unless asked otherwise."""
    options = dict(getattr(request, "param", {}))
    return visit_as(Role.ADMINISTRATOR if options.pop("signed_in", True) else None, **options)


def test_from_the_search_to_the_suggestions(visit, company):
    page = visit.page
    page.goto("/")
    page.get_by_label("Nom, SIREN, SIRET ou commune").fill(company["name"].lower())
    page.get_by_role("button", name="Chercher").click()
    page.locator(f'main a[href="/entreprises/{company["siret"]}"]').click()
    assert page.get_by_role("heading", level=1).inner_text().startswith(company["name"])
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.get_by_role("note").inner_text().startswith("Territoire fictif")

    page.get_by_role("link", name="Clients et fournisseurs").click()
    assert page.locator(".card").count() == 10


LOOK = "() => getComputedStyle(document.querySelector('header.top')).backgroundColor"
SENT = """() => {
    const [file] = performance.getEntriesByType("resource")
        .filter(({name}) => name.includes("style.css"));
    return [file.initiatorType, file.transferSize];
}"""
"""How the stylesheet came to the page, and the bytes that came for it: none from what is kept."""


def test_the_first_page_waits_for_no_stylesheet_and_the_next_one_finds_it_kept(visit):
    page = visit.page
    page.goto("/")
    inside = page.evaluate(LOOK)
    assert page.locator("head style").count() == 1
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Mon compte").or_(page.locator("a.language")).first.click()
    assert page.locator("head style").count() == 0
    assert page.evaluate(SENT) == ["link", 0]
    assert page.evaluate(LOOK) == inside != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize(
    "visit",
    [{"signed_in": False}, {"signed_in": False, "viewport": PHONE, "java_script_enabled": False}],
    indirect=True,
)
def test_signing_in_and_out(visit, home, company):
    page, email, password = visit.page, f"{visit.page.viewport_size['width']}@example.org", "a" * 20
    _open_account(home, email, password, company["siret"])
    page.goto(f"/entreprises/{company['siret']}?intent=supply")
    assert page.get_by_role("heading", level=1).inner_text() == "Se connecter"
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_label("Mot de passe").press("Enter")
    page.wait_for_url(f"**/entreprises/{company['siret']}?intent=supply")
    assert page.get_by_text("Camille Dupont").is_visible()
    assert page.locator(".card").count() == 10
    width = page.viewport_size["width"]
    assert max(right_edges(page, "header.top *")) <= width + 1
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion")
    page.goto("/?q=menuiserie")
    page.wait_for_url("**/connexion?suite=%2F%3Fq%3Dmenuiserie")


def _open_account(home, email: str, password: str, siret: str) -> None:
    at, store = datetime.now(UTC), open_store(home.store_url)
    account = Account(
        id=email[:3],
        email=email,
        name="Camille Dupont",
        role=Role.ENTREPRENEUR,
        chamber=None,
        language="fr",
        created_at=at,
        created_by="tests",
        password_hash=Passwords(time_cost=1, memory_cost=64).hash(password),
        companies=(Ownership(siret, HowTied.ADVISER, at, "tests"),),
    )
    with store.unit() as unit:
        unit.accounts.create(account)
    store.close()


def right_edges(page, selector: str) -> list[float]:
    """Ask at once where elements end that have a width: each asked by itself takes minutes."""
    return page.locator(selector).evaluate_all(
        "found => found.map(each => each.getBoundingClientRect())"
        ".filter(box => box.width).map(box => box.x + box.width)"
    )


def test_english_stays_english(visit, company):
    page = visit.page
    page.goto(f"/entreprises/{company['siret']}")
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Clients and suppliers").click()
    assert page.get_by_text("For you").first.is_visible()
    page.locator(".card h3 a").first.click()
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    "visit",
    [
        {"viewport": PHONE},
        {"viewport": PHONE, "color_scheme": "dark", "java_script_enabled": False},
        {"viewport": {"width": 320, "height": 600}},
    ],
    indirect=True,
)
def test_nothing_is_cut_off_on_a_phone(visit, company):
    page = visit.page
    for path in ("/", "/?q=introuvable", f"/entreprises/{company['siret']}"):
        page.goto(path)
        width = page.viewport_size["width"]
        right = right_edges(page, "main *")
        assert right
        assert max(right) <= width + 1


def test_the_keyboard_reaches_everything(visit, company):
    page = visit.page
    page.goto(f"/entreprises/{company['siret']}?intent=supply")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Aller au contenu"
    buttons = page.locator("main :is(button, a, summary):visible").all()
    reached = set()
    for _ in range(len(buttons) + 25):  # the head of the page comes first
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML"))
    assert all(button.evaluate("node => node.outerHTML") in reached for button in buttons)
