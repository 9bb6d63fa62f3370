"""Maps with a tile server: it is asked when a map is opened, it alone, and it learns of nobody."""

from __future__ import annotations

import re
import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from servers import copied

from matchmaker.accounts.roles import Role
from matchmaker.settings import Settings
from matchmaker.settings.service import PagesSettings

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

CREDIT = "© Plan <b>IGN</b>"
TILE = re.compile(r"/carte/(\d+)/(\d+)/(\d+)\.png")
PAGES = {"suggestions": "/entreprises/{siret}", "territory": "/territoire"}
REFUSED = """(address) => new Promise((told) => {
    document.addEventListener("securitypolicyviolation", (event) => told(event.blockedURI));
    const image = document.createElement("img");
    image.src = address;
    document.body.append(image);
})"""
"""Asks for a picture, and tells which address the policy of the page has refused."""


def png() -> bytes:
    """Write a picture of one grey dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xc0")) + chunk(b"IEND", b"")
    )


class TileServer(ThreadingHTTPServer):
    """Gives every tile the same picture, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tiles)
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def origin(self) -> str:
        """Where it answers: another name than ours, since cookies do not tell ports apart."""
        return f"http://localhost:{self.server_port}"


class _Tiles(BaseHTTPRequestHandler):
    server: TileServer

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        picture = png()
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(picture)))
        self.end_headers()
        self.wfile.write(picture)

    def log_message(self, *_arguments: object) -> None:
        """Keep the output of the tests clean."""


def running() -> Iterator[TileServer]:
    server = TileServer()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def tiles() -> Iterator[TileServer]:
    yield from running()


@pytest.fixture(scope="module")
def stranger() -> Iterator[TileServer]:
    """Start a server that the settings do not name."""
    yield from running()


@pytest.fixture(scope="module")
def other_hosts(tiles) -> tuple[str, ...]:
    return (f"{tiles.origin}/carte/",)


@pytest.fixture(scope="module")
def home(demo_home, tiles, tmp_path_factory) -> Settings:
    address = f"{tiles.origin}/carte/{{z}}/{{x}}/{{y}}.png"
    pages = PagesSettings.model_validate({"tiles": address, "tiles_credit": CREDIT})
    return copied(demo_home, tmp_path_factory.mktemp("tiles") / "home", pages=pages)


@pytest.fixture(params=PAGES)
def visit(request, visit_as, company, tiles):
    """Open a page with a map; nothing has been asked of the tile server before."""
    tiles.asked.clear()
    visit = visit_as(Role.ADMINISTRATOR)
    visit.page.goto(PAGES[request.param].format(siret=company["siret"]))
    return visit


def opened(page) -> None:
    """Open the map, on the page of suggestions behind its fold."""
    fold = page.get_by_text("Voir sur la carte")
    if fold.count():
        fold.click()
    page.get_by_role("button", name="Agrandir et déplacer la carte").first.click()


def all_loaded(page) -> None:
    """Wait for every tile: one on its way would arrive in the middle of another test."""
    page.locator(".leaflet-tile-loaded").first.wait_for()
    expect(page.locator(".leaflet-tile:not(.leaflet-tile-loaded)")).to_have_count(0)


def test_tiles_are_asked_of_the_named_host_alone_and_only_once_a_map_is_opened(
    visit, tiles, client
):
    page = visit.page
    page.wait_for_load_state("networkidle")
    assert tiles.asked == []
    opened(page)
    all_loaded(page)
    answered = list(tiles.asked)
    assert answered
    for path, headers in answered:
        zoom, x, y = (int(number) for number in TILE.fullmatch(path).groups())
        assert max(x, y) < 2**zoom
        assert not headers.keys() & {"cookie", "referer", "origin"}, "it learns nothing of who asks"
    # A tile that moved out of sight is given up by the browser: such a request may never arrive.
    elsewhere = [url for url in visit.requests if not url.startswith(str(client.base_url))]
    assert {tiles.origin + path for path, _headers in answered} <= set(elsewhere)
    assert [url for url in elsewhere if not TILE.fullmatch(url.removeprefix(tiles.origin))] == []


def test_whoever_made_the_tiles_is_thanked_in_the_words_of_the_setting(visit):
    page = visit.page
    opened(page)
    credit = page.locator(".leaflet-control-attribution")
    assert credit.inner_text() == CREDIT
    assert credit.locator("b").count() == 0
    all_loaded(page)
    assert "seul le fond de carte vient d'un autre site" in page.locator("footer").inner_text()


def test_the_map_shows_what_it_showed_without_tiles(visit):
    page = visit.page
    drawn = page.locator("figure.map path.outline").count()
    opened(page)
    all_loaded(page)
    assert page.locator(".moving-map path.outline").count() == drawn > 0
    page.locator(".leaflet-control-zoom-in").click()
    all_loaded(page)


def test_the_policy_lets_pictures_in_from_that_host_and_no_other(visit, client, tiles, stranger):
    answer = client.get("/connexion")
    images = re.search(r"img-src ([^;]*);", answer.headers["content-security-policy"])[1]
    assert images.split() == ["'self'", "data:", tiles.origin]
    address = f"{stranger.origin}/carte/1/1/1.png"
    assert visit.page.evaluate(REFUSED, address) == address
    assert stranger.asked == []
    visit.complaints[:] = [each for each in visit.complaints if address not in each]
    visit.requests[:] = [each for each in visit.requests if each != address]


def test_a_tile_server_that_is_away_leaves_the_outlines(visit, tiles):
    page = visit.page
    page.route(f"{tiles.origin}/**", lambda route: route.abort("connectionrefused"))
    with page.expect_event("requestfailed", lambda asked: asked.url.startswith(tiles.origin)):
        opened(page)
    page.locator(".moving-map path.outline").first.wait_for()
    assert page.locator(".leaflet-tile-loaded").count() == 0
    assert page.locator(".moving-map path.outline").count() > 0
    visit.complaints[:] = [each for each in visit.complaints if "ERR_CONNECTION" not in each]
