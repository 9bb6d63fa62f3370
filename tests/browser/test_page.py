"""The pages in a real Chromium, which may talk to our own service and to nobody else."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest
from servers import copied, served
from sign_ins import session_of

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.intents import Intent
from matchmaker.store import open_store

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Visit:
    """An open page, what it asked for and what it complained about."""

    page: playwright.Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    named = os.environ.get("CHROMIUM")
    path = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or not os.access(path, os.X_OK):
        pytest.skip("no Chromium here: install the package chromium, or name it in CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("browser") / "home")


@pytest.fixture(scope="module")
def client(home):
    with served(home) as client:
        yield client


@pytest.fixture
def visit(chromium, client, home, request) -> Iterator[Visit]:
    """Open a page in a browser in which an administrator has signed in, unless asked otherwise."""
    options = {"viewport": WIDE, "signed_in": True, **getattr(request, "param", {})}
    signed_in = options.pop("signed_in")
    context = chromium.new_context(base_url=str(client.base_url), locale="fr-FR", **options)
    cookies, _ = session_of(home, Role.ADMINISTRATOR) if signed_in else ({}, {})
    for name, value in cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": str(client.base_url)}])
    visit = Visit(context.new_page())
    visit.page.on("request", lambda asked: visit.requests.append(asked.url))
    visit.page.on("console", lambda message: visit.complaints.append(message.text))
    yield visit
    context.close()
    assert visit.requests
    assert all(url.startswith(str(client.base_url)) for url in visit.requests)
    assert visit.complaints == []


@pytest.fixture(scope="module")
def company(demo_home) -> dict[str, str]:
    """Pick a named company that declares needs and has a full list of partners."""
    snapshots = demo_home.snapshots_folder
    folder = snapshots / (snapshots / "CURRENT").read_text().strip()
    partners = np.load(folder / "lists" / Intent.SUPPLY / "partners.npy")
    sirets = np.load(folder / "model" / "sirets.npy")
    store = open_store(demo_home.store_url)
    with store.reading() as unit:
        for row in np.flatnonzero((partners[:, :10] >= 0).all(axis=1)):
            siret = str(sirets[row])
            found, profile = unit.companies.get(siret), unit.profiles.get(siret)
            if found.name and profile and profile.needs:
                break
    store.close()
    return {"siret": siret, "name": found.name}


def test_from_the_search_to_a_partner_set_aside(visit, company):
    page = visit.page
    page.goto("/")
    page.get_by_label("Nom, SIREN, SIRET ou commune").fill(company["name"].lower())
    page.get_by_role("button", name="Chercher").click()
    page.locator(f'main a[href="/entreprises/{company["siret"]}"]').click()
    assert page.get_by_role("heading", level=1).inner_text().startswith(company["name"])
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.get_by_role("note").inner_text().startswith("Territoire fictif")

    page.get_by_role("link", name="Clients et fournisseurs", exact=True).click()
    cards = page.locator(".card")
    assert cards.count() == 10
    first = cards.first
    for title in ("Pour vous", "Pour eux"):
        reasons = first.locator(".reasons > div").filter(has_text=title).locator("li")
        assert reasons.count() >= 1
        assert re.search(r"\b(vous|votre|vos|elle)\b", reasons.first.inner_text().lower())

    name = first.get_by_role("heading", level=3).get_by_role("link")
    address = name.get_attribute("href")
    first.get_by_role("button", name=re.compile("^Écarter")).click()
    page.wait_for_url("**ecarte=**")
    assert page.locator(f'.card a[href="{address}"]').count() == 0
    assert cards.count() == 10, "the reserve fills the place"

    page.get_by_role("button", name="Annuler").click()
    page.wait_for_url(lambda url: "ecarte" not in url)
    assert cards.first.locator(f'a[href="{address}"]').count() == 1


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
    boxes = [element.bounding_box() for element in page.locator("header.top *").all()]
    assert all(box["x"] + box["width"] <= width + 1 for box in boxes if box and box["width"])
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


def test_english_stays_english(visit, company):
    page = visit.page
    page.goto(f"/entreprises/{company['siret']}")
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Clients and suppliers", exact=True).click()
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
        boxes = [element.bounding_box() for element in page.locator("main *").all()]
        assert all(box["x"] + box["width"] <= width + 1 for box in boxes if box and box["width"])


def test_the_keyboard_reaches_everything(visit, company):
    page = visit.page
    page.goto(f"/entreprises/{company['siret']}?intent=supply")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Aller au contenu"
    buttons = page.locator("main button, main a, main summary").all()
    reached = set()
    for _ in range(len(buttons) + 25):  # the head of the page comes first
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML"))
    assert all(button.evaluate("node => node.outerHTML") in reached for button in buttons)
