"""`matchmaker demo-territory` and `matchmaker demo`: the fictional territory, end to end."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from matchmaker.accounts.home import make_demo_home
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.errors import MatchmakerError
from matchmaker.explain import display_name
from matchmaker.intents import Intent
from matchmaker.settings import Settings, load_settings
from matchmaker.store import Store, open_store
from matchmaker.store.snapshots import require_current
from models.published import Published, open_published
from models.serving import suggestions_for
from pipelines.cli.context import console, now, print_json
from pipelines.cli.imports import report_table
from pipelines.cli.publishing import print_report, require_published, run_with_progress
from pipelines.cli.serving import APPLICATION
from pipelines.cli.suggestions import print_suggestions
from pipelines.demo import DemoFiles, generate, import_demo
from pipelines.demo.sign_ins import DemoSignIn, open_demo_accounts

CompaniesOption = Annotated[int, typer.Option(help="Number of fictional establishments.")]
SeedOption = Annotated[int, typer.Option(help="Seed; the same one writes the same files.")]

SERVER_START_SECONDS = 30.0


def demo_territory(
    folder: Annotated[Path, typer.Argument(help="Folder to write into.")] = Path(
        "var/demo-territory"
    ),
    companies: CompaniesOption = 2000,
    seed: SeedOption = 7,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day that the files describe.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write the files of a fictional territory, in the official columns."""
    files = _generated(folder, companies, seed, (today or now()))
    if as_json:
        print_json({name: str(path) for name, path in asdict(files).items()})
        return
    console.print(f"Fictional territory of {companies} establishments:", highlight=False)
    for name, path in asdict(files).items():
        console.print(f"  {name}: {path}", highlight=False)


def _generated(folder: Path, companies: int, seed: int, at: datetime) -> DemoFiles:
    try:
        return generate(folder, companies=companies, seed=seed, today=at.date())
    except ValueError as error:
        raise MatchmakerError(f"demo territory: {error}") from error


def demo(
    home: Annotated[Path, typer.Option(help="Home of the demo.")] = Path("var/demo"),
    companies: CompaniesOption = 2000,
    seed: SeedOption = 7,
    host: Annotated[str, typer.Option(help="Address of the page.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the page.", min=1, max=65535)] = 8077,
    stay: Annotated[
        bool | None,
        typer.Option(help="Go on serving; by default where a person is at the keyboard."),
    ] = None,
) -> None:
    """Show the main job at work: files, imports, night, suggestions, page. All fictional."""
    address = f"http://{host}:{port}"
    environment = {
        **os.environ,
        "MATCHMAKER_HOME": str(home),
        "MATCHMAKER_ACCESS__PUBLIC_URL": address,
    }
    for variable in ("MATCHMAKER_DATABASE_URL", "MATCHMAKER_ACCESS__SECRET"):
        environment.pop(variable, None)
    settings = load_settings(environment)
    make_demo_home(settings.home, secrets.token_urlsafe(48))
    store = open_store(settings.store_url)
    try:
        _fill(store, settings, companies, seed)
        console.rule("Night")
        report = run_with_progress(store, settings)
        print_report(report)
        require_published(report)
        published = open_published(require_current(settings.snapshots_folder))
        siret = _shown_company(store, published)
        _show(store, settings, published, siret)
        sign_ins = _open_accounts(store, siret)
    finally:
        store.close()
    console.rule("Page")
    _serve(environment, address, siret, sign_ins, sys.stdin.isatty() if stay is None else stay)


def _fill(store: Store, settings: Settings, companies: int, seed: int) -> None:
    """Write the fictional files and take them in through the same imports as real ones."""
    at = now()
    console.rule("Fictional territory")
    files = _generated(settings.home / "files", companies, seed, at)
    for report in import_demo(store, files, settings=settings, at=at):
        console.print(report_table(report))


def _shown_company(store: Store, published: Published) -> str:
    """Pick a company with declared needs whose first partner is a strong or good lead."""
    bands = published.lists[Intent.SUPPLY].bands[:, 0]
    with store.reading() as unit:
        for row in (-bands).argsort(kind="stable"):
            siret = str(published.model.sirets[row])
            company, profile = unit.companies.get(siret), unit.profiles.get(siret)
            if company and company.name and profile and profile.needs and profile.offers:
                return siret
    return str(published.model.sirets[0])


def _show(store: Store, settings: Settings, published: Published, siret: str) -> None:
    with store.reading() as unit:
        company = unit.companies.get(siret)
        found = suggestions_for(
            published,
            unit,
            siret,
            intents=[Intent.SUPPLY],
            limit=3,
            language="fr",
            rules=settings.eligibility,
        )
    assert company is not None
    console.rule(f"matchmaker suggest {siret} --intent supply --limit 3")
    print_suggestions(display_name(company, "fr"), found, "fr")


def _open_accounts(store: Store, siret: str) -> tuple[DemoSignIn, ...]:
    with store.unit() as unit:
        return open_demo_accounts(unit, Passwords(), siret=siret, at=now(), draw=_drawn_password)


def _drawn_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))


def _serve(
    environment: dict[str, str],
    address: str,
    siret: str,
    sign_ins: Sequence[DemoSignIn],
    stay: bool,
) -> None:
    """Start the service, look at the page as a browser would, and say where it is."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    command = [sys.executable, "-m", "uvicorn", APPLICATION, "--factory", "--log-level", "warning"]
    server = subprocess.Popen(
        [*command, "--host", host, "--port", port],
        env={**environment, "OMP_NUM_THREADS": "1"},
    )
    try:
        _wait_for(f"{address}/ready", server)
        _look(address, siret, sign_ins)
        _print_sign_ins(sign_ins)
        if stay:
            console.print(f"Open {address}/ in a browser; Ctrl-C ends the demo.", highlight=False)
            server.wait()
        else:
            again = f"MATCHMAKER_HOME={environment['MATCHMAKER_HOME']} make serve"
            console.print(
                f"No keyboard here, so the demo ends. `{again}` serves it again.", highlight=False
            )
    except KeyboardInterrupt:
        console.print("The demo ends.")
    finally:
        server.terminate()
        server.wait(timeout=10)


def _look(address: str, siret: str, sign_ins: Sequence[DemoSignIn]) -> None:
    """Sign in as the entrepreneur, and read their page."""
    reader = next(each for each in sign_ins if each.role is Role.ENTREPRENEUR)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    body = json.dumps({"email": reader.email, "password": reader.password}).encode()
    sign_in = urllib.request.Request(  # noqa: S310 (our own address)
        f"{address}/v1/session", body, {"Content-Type": "application/json"}
    )
    browser.open(sign_in, timeout=10).close()
    page = f"{address}/entreprises/{siret}"
    with browser.open(page, timeout=10) as answer:
        size = len(answer.read())
    console.print(f"{page} answers {answer.status} with {size} bytes.", highlight=False)


def _print_sign_ins(sign_ins: Sequence[DemoSignIn]) -> None:
    table = Table("role", "e-mail", "password", title="Demo sign-ins: of this home only, fictional")
    for each in sign_ins:
        table.add_row(each.role.value, each.email, each.password)
    console.print(table)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own address)
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise MatchmakerError(f"the service did not answer at {url}. Is the port taken? Try --port.")
