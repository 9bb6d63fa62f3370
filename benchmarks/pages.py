"""Pages of firms and of advisers: server time; of suggestions, what a throttled phone sees as well.

`MATCHMAKER_BENCH_HOME` names a home that `python -m benchmarks.large_home FOLDER` has made; without
it a small one is made for the moment.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np

from benchmarks.large_home import large_home, large_settings, sampled_firms
from matchmaker.accounts.accounts import Account
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.settings import Settings
from matchmaker.store import open_store

VARIABLE = "MATCHMAKER_BENCH_HOME"
SMALL = 2_000
PAGES, LOADS = 300, 7
ADVISERS = ("/portefeuille", "/cette-nuit", "/territoire")
WARM = 30
"""How often each page of advisers is opened once it is warm."""
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
"""The slow 4G of Lighthouse: 150 ms, 1.6 Mbit/s down, 750 kbit/s up."""
SLOWER_PROCESSOR = 4
PHONE = {"width": 390, "height": 844}
PAINT = """() => new Promise((done) => new PerformanceObserver((seen) => {
    const [paint] = seen.getEntriesByName("first-contentful-paint");
    if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true}))"""
"""Resolves with the moment of the first paint, also where it is yet to come."""


def run() -> None:
    """Print the measures."""
    named = os.environ.get(VARIABLE)
    if named:
        _measure(large_settings(Path(named)))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(f"a small home, {SMALL:,} firms; {VARIABLE} names a larger one")
        _measure(large_home(Path(folder) / "home", companies=SMALL))


def _measure(settings: Settings) -> None:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        companies = unit.companies.counts()["total"]
    store.close()
    sirets = sampled_firms(settings.home)[:PAGES]
    print(f"{companies:,} firms in the store; pages of {len(sirets)} of them")
    _forget_files(settings)
    with _served(settings) as (address, cookies, server):
        before = _processor_seconds(server)
        _server_time(address, cookies, sirets)
        spent = (_processor_seconds(server) - before) / (2 * len(sirets))
        print(f"  processor of the server, per page: {1000 * spent:.1f} ms")
        _in_a_browser(address, cookies, sirets)
    for path in ADVISERS:
        _forget_files(settings)
        # A server of its own: what one page has read would make the next one's first touch warm.
        with _served(settings) as (address, cookies, _server):
            _adviser_time(address, cookies, path)


def _forget_files(settings: Settings) -> None:
    """Let the system forget what it keeps of the files: the first touch reads the disk."""
    os.sync()
    for path in [*settings.snapshots_folder.rglob("*.npy"), settings.home / "matchmaker.sqlite"]:
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[str, dict[str, str], int]]:
    """Serve the home from a process; give its address, an administrator's cookies, its number."""
    email, password = f"{secrets.token_hex(8)}@bench.invalid", secrets.token_urlsafe(24)
    account = _open_account(settings, email, password)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "api.app:create_app", "--factory"]
    # The variable that names the home of a benchmark is no setting: the service would refuse it.
    given = {name: value for name, value in os.environ.items() if name != VARIABLE}
    server = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "warning"],
        env={**given, "MATCHMAKER_HOME": str(settings.home), "OMP_NUM_THREADS": "1"},
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server)
        yield address, _sign_in(address, email, password), server.pid
    finally:
        server.terminate()
        server.wait(timeout=30)
        _close_account(settings, account)


def _open_account(settings: Settings, email: str, password: str) -> str:
    account = Account(
        id=email.partition("@")[0],
        email=email,
        name="Banc d'essai",
        role=Role.ADMINISTRATOR,
        chamber=None,
        language="fr",
        created_at=datetime.now(UTC),
        created_by="bench",
        password_hash=Passwords().hash(password),
    )
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.accounts.create(account)
    store.close()
    return account.id


def _close_account(settings: Settings, account: str) -> None:
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.accounts.delete(account)
    store.close()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            if httpx.get(f"{address}/ready", timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the service ended before it was ready; what it said stands above")


def _sign_in(address: str, email: str, password: str) -> dict[str, str]:
    with httpx.Client(base_url=address, timeout=60) as client:
        client.post("/v1/session", json={"email": email, "password": password}).raise_for_status()
        return dict(client.cookies)


def _server_time(address: str, cookies: dict[str, str], sirets: Sequence[str]) -> None:
    with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:
        first, warm, health = (
            _seconds(client, paths)
            for paths in (
                [f"/entreprises/{siret}" for siret in sirets],
                [f"/entreprises/{siret}" for siret in sirets],
                ["/health"] * len(sirets),
            )
        )
    for name, seconds in (("first touch", first), ("warm", warm), ("/health", health)):
        p50, p95 = np.quantile(seconds, [0.5, 0.95]) * 1000
        times = median(seconds) / median(health)
        print(f"  {name:12} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   {times:6.1f} x /health")


def _adviser_time(address: str, cookies: dict[str, str], path: str) -> None:
    """Print what a page of the whole territory takes: once at first, and then warm."""
    with httpx.Client(base_url=address, cookies=cookies, timeout=600) as client:
        [first] = _seconds(client, [path])
        warm, health = (_seconds(client, [each] * WARM) for each in (path, "/health"))
    p50, p95 = np.quantile(warm, [0.5, 0.95]) * 1000
    print(f"{path}, as an administrator reads it")
    print(f"  first touch, once {1000 * first:7.1f} ms")
    times = median(warm) / median(health)
    print(f"  warm         p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   {times:6.1f} x /health")


def _processor_seconds(process: int) -> float:
    """Read how long a process has been at work, whatever else the machine does (Linux)."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _seconds(client: httpx.Client, paths: Sequence[str]) -> list[float]:
    """Ask one after the other, as one reader does."""
    taken = []
    for path in paths:
        start = time.perf_counter()
        client.get(path).raise_for_status()
        taken.append(time.perf_counter() - start)
    return taken


def _in_a_browser(address: str, cookies: dict[str, str], sirets: Sequence[str]) -> None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("  skipped: playwright is not installed")
        return
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        print("  skipped: no Chromium (name it in CHROMIUM)")
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        loads = [
            _cold_load(browser, address, cookies, siret)
            for siret in sirets[:: max(1, len(sirets) // LOADS)][:LOADS]
        ]
        browser.close()
    paints, sizes = zip(*loads, strict=True)
    print(f"  first paint, slow 4G and a processor {SLOWER_PROCESSOR} times slower:")
    print(f"    median {median(paints):.0f} ms, {min(paints):.0f} to {max(paints):.0f}")
    whole = max(sizes, key=lambda each: sum(each.values()))
    print(f"  over the wire, headers included: {sum(whole.values()) / 1000:.1f} kB at most")
    for name, size in sorted(whole.items(), key=lambda each: -each[1]):
        print(f"    {size / 1000:7.1f} kB  {name}")


def _cold_load(
    browser: Any,  # noqa: ANN401 - playwright is not there everywhere
    address: str,
    cookies: dict[str, str],
    siret: str,
) -> tuple[float, dict[str, int]]:
    """Open a page with nothing kept: milliseconds to the first paint, bytes per address."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=3)
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    page = context.new_page()
    debugger = context.new_cdp_session(page)
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def note(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"]

    def count(event: dict[str, Any]) -> None:
        name = names[event["requestId"]].removeprefix(address).partition("?")[0]
        sizes[name] = sizes.get(name, 0) + int(event["encodedDataLength"])

    debugger.send("Network.enable")
    debugger.on("Network.requestWillBeSent", note)
    debugger.on("Network.loadingFinished", count)
    debugger.send("Network.emulateNetworkConditions", SLOW_4G)
    debugger.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    page.goto(f"{address}/entreprises/{siret}", wait_until="load", timeout=120_000)
    paint = float(page.evaluate(PAINT))
    context.close()
    return paint, sizes
