"""A real Chromium, which may talk to our own service and to nobody else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from integration.conftest import demo_home
from servers import copied, served
from sign_ins import session_of

from matchmaker.accounts.roles import Role
from matchmaker.intents import Intent
from matchmaker.settings import Settings
from matchmaker.store import open_store

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

__all__ = ["demo_home"]

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
NARROW = {"width": 320, "height": 600}


@dataclass
class Visit:
    """An open page, what it asked for and what it complained about.

    Parameters
    ----------
    page
        The page of the browser.
    requests
        Addresses that it asked for.
    complaints
        What its console said; a test that provokes an answer of 4xx clears it of that.
    """

    page: playwright.Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[playwright.Browser]:
    """Debian's Chromium, or the one that `CHROMIUM` names."""
    named = os.environ.get("CHROMIUM")
    path = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or not os.access(path, os.X_OK):
        pytest.skip("no Chromium here: install the package chromium, or name it in CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory) -> Settings:
    """Copy the demo home: the tests of a module may change it."""
    return copied(demo_home, tmp_path_factory.mktemp("browser") / "home")


@pytest.fixture(scope="module")
def client(home):
    """Serve the home; `base_url` of the client is its address."""
    with served(home) as client:
        yield client


@pytest.fixture(scope="module")
def other_hosts() -> tuple[str, ...]:
    """Addresses besides ours that pages may ask: none, unless a module says otherwise."""
    return ()


@pytest.fixture
def visit_as(chromium, client, home, other_hosts) -> Iterator[Callable[..., Visit]]:
    """Open a browser in which somebody has signed in; nobody for the role `None`."""
    opened: list[tuple[Visit, playwright.BrowserContext]] = []

    def opening(
        role: Role | None,
        companies: Iterable[str] = (),
        chamber: str | None = None,
        **options: object,
    ) -> Visit:
        context = chromium.new_context(
            **{"base_url": str(client.base_url), "locale": "fr-FR", "viewport": WIDE, **options}
        )
        cookies = session_of(home, role, companies, chamber)[0] if role else {}
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": str(client.base_url)}])
        visit = Visit(context.new_page())
        visit.page.on("request", lambda asked: visit.requests.append(asked.url))
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        opened.append((visit, context))
        return visit

    yield opening
    for visit, context in opened:
        context.close()
        assert visit.requests
        known = (str(client.base_url), "blob:", "data:", *other_hosts)
        assert [url for url in visit.requests if not url.startswith(known)] == []
        assert visit.complaints == []


@pytest.fixture(scope="module")
def company(demo_home) -> dict[str, str]:
    """Pick a named company that declares needs and has a full list of partners."""
    return firm_with_full_lists(demo_home)


def firm_with_full_lists(settings: Settings) -> dict[str, str]:
    """Find the SIRET and the name of the first such company."""
    snapshots = settings.snapshots_folder
    folder = snapshots / (snapshots / "CURRENT").read_text().strip()
    partners = np.load(folder / "lists" / Intent.SUPPLY / "partners.npy")
    sirets = np.load(folder / "model" / "sirets.npy")
    store = open_store(settings.store_url)
    with store.reading() as unit:
        for row in np.flatnonzero((partners[:, :10] >= 0).all(axis=1)):
            siret = str(sirets[row])
            found, profile = unit.companies.get(siret), unit.profiles.get(siret)
            if found.name and profile and profile.needs:
                break
    store.close()
    return {"siret": siret, "name": found.name}
