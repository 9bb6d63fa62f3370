"""Every page, light and dark, at three sizes, with and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from browser.accessibility import check
from browser.conftest import NARROW, PHONE, WIDE
from browser.layout import faults, resize
from described_app import described_app
from full_homes import FullHome, full_home
from page_table import ELSEWHERE, FILES, PLACES, Place, page_routes

pytestmark = pytest.mark.browser

LONG = (
    "Restauration du patrimoine bâti, charpentes et agencements sur mesure, interdépartementalement"
)
HEADINGS = "main :is(h1, h2, h3)"
ZOOMED = {"width": WIDE["width"] // 2, "height": WIDE["height"] // 2, "scale": 2}
"""What a window shows at 200 %: half as many pixels of the stylesheet, each twice as large."""


@pytest.fixture(scope="module")
def full(home, client, company) -> FullHome:
    """Fill a home with one of everything, its texts as long as people write them."""
    return full_home(home, str(client.base_url), company["siret"], lambda field: LONG)


class Browsers:
    """One window per person, with JavaScript and without; opened when first asked for."""

    def __init__(self, chromium: Any, full: FullHome) -> None:  # noqa: ANN401
        self._chromium, self._full = chromium, full
        self._pages: dict[tuple[str | None, bool], Any] = {}
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def page(self, who: str | None, scripts: bool) -> Any:  # noqa: ANN401
        """Take somebody's window."""
        if (who, scripts) not in self._pages:
            self._pages[who, scripts] = self._opened(who, scripts)
        return self._pages[who, scripts]

    def _opened(self, who: str | None, scripts: bool) -> Any:  # noqa: ANN401
        context = self._chromium.new_context(
            base_url=self._full.base_url,
            locale="fr-FR",
            viewport=WIDE if scripts else PHONE,
            java_script_enabled=scripts,
            # What moves is not where it belongs while it is measured.
            reduced_motion="reduce",
        )
        cookies = self._full.people[who].cookies if who else {}
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self._full.base_url}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        page.on("request", lambda asked: self.requests.append(asked.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def open(self, place: Place, scripts: bool = True) -> Any:  # noqa: ANN401
        """Open a page, and forget what the one before asked for."""
        self.requests.clear()
        self.complaints.clear()
        page = self.page(place.who, scripts)
        answer = page.goto(place.address(self._full))
        assert answer.status == place.status, answer.url
        assert answer.url == f"{self._full.base_url}{place.address(self._full)}", "led elsewhere"
        return page


@pytest.fixture(scope="module")
def browsers(chromium, full):
    opened = Browsers(chromium, full)
    yield opened
    for page in opened._pages.values():
        page.context.close()


def test_the_table_has_every_page():
    """A page that is not in the table would not be looked at."""
    routes = page_routes(described_app())
    rows = {place.route for place in PLACES} | {place.route for place in FILES} | ELSEWHERE
    assert routes - rows == set(), "give them a row in tests/page_table.py"
    assert rows - routes == {"/nulle-part"}
    assert len({place.id for place in PLACES}) == len(PLACES)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
def test_page(place, browsers, full):
    page = browsers.open(place)
    headings = page.locator(HEADINGS).all_inner_texts()
    assert page.locator("h1").count() == 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        check(page)
    for size in (NARROW, ZOOMED):
        resize(page, **size)
        assert faults(page) == [], size
    resize(page, **WIDE)
    page.emulate_media(color_scheme="light")
    assert [url for url in browsers.requests if not url.startswith(full.base_url)] == []
    said = [each for each in browsers.complaints if not is_expected(each, place)]
    assert said == []

    plain = browsers.open(place, scripts=False)
    assert plain.locator(HEADINGS).all_inner_texts() == headings
    assert all(heading.is_visible() for heading in plain.locator("main h1").all())
    assert faults(plain) == []


def is_expected(complaint: str, place: Place) -> bool:
    """Whether the console only repeats the status that the page is known to have."""
    return place.status >= 400 and f"status of {place.status}" in complaint


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("width: 900px", "outside"),
        ("overflow: hidden; width: 40px; white-space: nowrap", "cut off"),
        ("margin-top: -2em", "on top of each other"),
    ],
)
def test_a_fault_of_the_layout_is_found(chromium, style, fault):
    """The measure itself must be able to fail."""
    page = chromium.new_page(viewport=NARROW)
    page.set_content(f"<p>Un texte plus haut</p><p style='{style}'>Un texte qui gêne</p>")
    found = faults(page)
    page.set_content("<p>Un texte plus haut</p><p>Un texte qui ne gêne pas</p>")
    assert faults(page) == []
    page.close()
    assert any(each.startswith(fault) for each in found), found
