"""The pictures of the documentation: `make pictures`.

They show a fictional territory of a fixed seed in which firms and advisers have been at work, so
that they can be taken again at any time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

from browser.conftest import ARGUMENTS, firm_with_full_lists
from full_homes import FullHome, full_home
from integration.conftest import AT
from page_table import Place
from playwright.sync_api import sync_playwright
from servers import served
from sign_ins import ACCESS

from matchmaker.settings import MailSettings, Settings
from matchmaker.store import open_store
from pipelines.demo import generate, import_demo
from pipelines.nightly import run_nightly

FOLDER = Path(__file__).parents[2] / "docs" / "img"
COMPANIES, SEED = 300, 7
LARGEST = 250_000
"""Bytes of a picture; the repository keeps them."""

WIDE = {"width": 1120, "height": 820}
TALL = {"width": 1120, "height": 1120}
PHONE = {"width": 390, "height": 844}
PAPER = {"width": 794, "height": 1123}
"""A sheet of A4, at 96 dots per inch."""

FIRM, EVENT = "/entreprises/{siret}", "/evenements/{event_id}"


@dataclass(frozen=True)
class Picture:
    """One picture.

    Parameters
    ----------
    name
        Of its file.
    place
        The page.
    window
        Size of the window, and so of the picture.
    medium
        `screen` or `print`.
    """

    name: str
    place: Place
    window: Mapping[str, int] = field(default_factory=lambda: WIDE)
    medium: str = "screen"


PICTURES = (
    Picture("suggestions", Place(FIRM, "firm", query="intent=supply")),
    Picture("suggestions-telephone", Place(FIRM, "firm", query="intent=supply"), PHONE),
    Picture("profil", Place(f"{FIRM}/profil", "firm")),
    Picture("mises-en-relation", Place(f"{FIRM}/mises-en-relation", "firm")),
    Picture("portefeuille", Place("/portefeuille", "adviser")),
    Picture("territoire", Place("/territoire", "adviser")),
    Picture("planning", Place(f"{EVENT}/planning/grille", "administrator"), TALL),
    Picture("planning-papier", Place(f"{EVENT}/planning/grille", "administrator"), PAPER, "print"),
    Picture(
        "jour-telephone", Place(f"{EVENT}/jour", "administrator", values={"event_id": "day"}), PHONE
    ),
)

TEXTS = {
    "account": ["Camille Dupont"],
    "profile.activity": ["Dépollution de sites et traitement de déchets industriels."],
    "profile.offers": ["Collecte de solvants usés, diagnostic et dépollution des sols."],
    "profile.needs": ["Location d'engins, analyses de laboratoire, transport de déchets."],
    "profile.theme": ["recrutement"],
    "profile.certification": ["MASE"],
    "profile.public_name": ["Dépollution Dupont"],
    "contact.name": ["Camille Dupont"],
    "feedback.note": ["Nous traitons nos pièces nous-mêmes."],
    "override.reason": ["L'une sous-traite à l'autre ce qu'elle ne fait pas."],
    "introduction.message": ["Nos chantiers du printemps cherchent un partenaire : parlons-en."],
    "introduction.note": ["D'accord, plutôt un jeudi matin."],
    "outcome.note": ["Première commande passée."],
    "event.title": ["Rencontres d'affaires Sud francilien"],
    "event.place": ["Évry-Courcouronnes"],
    "registration.name": [
        "Anne Martin", "Karim Benali", "Zoé Lambert", "Hugo Petit", "Inès Moreau", "Paul Girard",
        "Léa Fontaine", "Marc Roussel", "Nadia Perrin",
    ],
    "registration.company": [
        "Ateliers du Loing", "Fonderie de l'Orge", "Transports Brie", "Cartonnages d'Étampes",
        "Val de Seine Énergie", "Mécanique du Gâtinais", "Hurepoix Nettoyage",
        "Imprimerie de Melun",
    ],
    "registration.wrong": ["Conserverie du Val"],
    "import.siret": ["7328293200007"],
    "list.name": ["Salon de l'industrie : à rappeler", "Menuiseries"],
    "list.note": ["Rappeler après le salon."],
    "key.name": ["Outil de suivi"],
    "opt_out.reason": ["Demande par téléphone."],
}  # fmt: skip
"""What the people of the pictures type; all of them are made up."""


class Typed:
    """Gives the texts of each field in turn."""

    def __init__(self) -> None:
        self._texts = {name: cycle(texts) for name, texts in TEXTS.items()}

    def __call__(self, name: str) -> str:
        """Type something into a field."""
        return next(self._texts[name])


def main() -> None:
    """Take every picture, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    chosen = [each for each in PICTURES if not arguments.names or each.name in arguments.names]
    with tempfile.TemporaryDirectory() as folder, _served_territory(Path(folder)) as home:
        _take(home, chosen, arguments.folder)


@contextmanager
def _served_territory(root: Path) -> Iterator[FullHome]:
    files = generate(root / "files", companies=COMPANIES, seed=SEED, today=date(2026, 11, 24))
    settings = Settings(home=root / "home", access=ACCESS, mail=MailSettings(poll_seconds=0))
    store = open_store(settings.store_url)
    import_demo(store, files, settings=settings, at=AT)
    run_nightly(store, settings, at=AT, announce=lambda _: None)
    store.close()
    with served(settings) as client:
        siret = firm_with_full_lists(settings)["siret"]
        yield full_home(settings, str(client.base_url), siret, Typed())


def _take(home: FullHome, pictures: list[Picture], folder: Path) -> None:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        sys.exit("pictures: no Chromium here; install the package chromium, or name it in CHROMIUM")
    folder.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for picture in pictures:
            _picture(browser, home, picture, folder / f"{picture.name}.png")
        browser.close()


def _picture(browser: Any, home: FullHome, picture: Picture, path: Path) -> None:  # noqa: ANN401
    context = browser.new_context(
        base_url=home.base_url,
        locale="fr-FR",
        viewport=dict(picture.window),
        reduced_motion="reduce",
    )
    who = picture.place.who
    for name, value in home.people[who].cookies.items() if who else ():
        context.add_cookies([{"name": name, "value": value, "url": home.base_url}])
    page = context.new_page()
    page.emulate_media(media=picture.medium, color_scheme="light")
    answer = page.goto(picture.place.address(home), wait_until="networkidle")
    if answer.status != picture.place.status:
        sys.exit(f"pictures: {picture.name} answers {answer.status}; nothing was written for it")
    page.screenshot(path=path)
    context.close()
    if path.stat().st_size > LARGEST:
        sys.exit(f"pictures: {path.name} has more than {LARGEST:,} bytes; make its window smaller")
    print(f"{path.name}: {path.stat().st_size:,} bytes")  # noqa: T201 - what the command says


if __name__ == "__main__":
    main()
