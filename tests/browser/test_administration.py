"""The administration in a browser: confirm and go back, a key seen once, on a phone, without JS."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime

import pytest
from browser.accessibility import check
from browser.conftest import NARROW, PHONE, WIDE

from matchmaker.accounts.roles import Role
from matchmaker.mail.letters import Letter, LetterKind
from matchmaker.mail.outbox import LetterState
from matchmaker.store import open_store

EARLIER = "20261101T010000Z"
REJECTS = "profiles-profils.xlsx.csv"
PLACES = (
    "/administration",
    f"/administration/retour?nuit={EARLIER}",
    "/administration/qualite",
    "/administration/imports",
    f"/administration/imports/rejets?fichier={REJECTS}",
    "/administration/comptes",
    "/administration/comptes/nouveau",
    "/administration/cles",
    "/administration/courrier",
    "/administration/journal",
    "/administration/journal/contacts",
    "/administration/reglages",
    "/comptes",
)


@pytest.fixture(scope="module", autouse=True)
def office(home):
    """Give the home an earlier night, rejected rows and a letter that may have left."""
    folder = home.snapshots_folder
    shutil.copytree(folder / (folder / "CURRENT").read_text().strip(), folder / EARLIER)
    path = folder / EARLIER / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["created_at"] = datetime(2026, 11, 1, 1, tzinfo=UTC).isoformat()
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (home.home / "rejects").mkdir(exist_ok=True)
    with (home.home / "rejects" / REJECTS).open("w", encoding="utf-8", newline="") as file:
        long = "une raison que personne ne connaît encore, et qui est longue " * 4
        csv.writer(file).writerows(
            [["line", "column", "value", "reason"], [2, "SIRET", "x" * 200, long]]
        )
    at = datetime.now(UTC)
    store = open_store(home.store_url)
    with store.unit() as unit:
        unit.outbox.put(
            Letter(
                key="browser:1",
                kind=LetterKind.QUESTION,
                recipient="une.adresse.fort.longue@une-entreprise-au-nom-fort-long.example",
                subject="",
                text="",
                html="",
                headers={},
                attachments=(),
                siret=None,
                account_id=None,
                introduction_id=None,
            ),
            at,
        )
        unit.outbox.give_up(unit.outbox.take(at), LetterState.UNCERTAIN, at, "timed out")
    store.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(visit_as, scheme):
    page = visit_as(Role.ADMINISTRATOR, color_scheme=scheme).page
    for path in PLACES:
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        check(page)


@pytest.mark.parametrize("viewport", [WIDE, PHONE, NARROW], ids=["wide", "phone", "narrow"])
def test_no_page_is_wider_than_its_window(visit_as, viewport):
    page = visit_as(Role.ADMINISTRATOR, viewport=viewport).page
    for path in PLACES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_files_are_verified(visit_as, script):
    page = visit_as(Role.ADMINISTRATOR, java_script_enabled=script).page
    page.goto("/administration")
    page.get_by_role("button", name="Vérifier les fichiers").click()
    page.get_by_text("Tous les fichiers de toutes les nuits sont intacts.").wait_for()
    assert page.locator(".nights .state", has_text="intacte").count() == 2


def test_another_night_is_served_and_the_first_one_again(visit_as, home):
    current = home.snapshots_folder / "CURRENT"
    before = current.read_text()
    page = visit_as(Role.ADMINISTRATOR).page
    for expected in (f"{EARLIER}\n", before):
        page.goto("/administration")
        page.get_by_role("link", name="Revenir à cette nuit").click()
        page.get_by_role("button", name="Servir la nuit du").click()
        page.get_by_text("cette nuit est servie dès maintenant").wait_for()
        assert current.read_text() == expected


def test_a_key_is_seen_once(visit_as):
    page = visit_as(Role.ADMINISTRATOR).page
    page.goto("/administration/cles")
    page.get_by_label("Programme").fill("CRM du navigateur")
    page.get_by_role("checkbox", name="Annuaire").check()
    page.get_by_role("button", name="Faire la clé").click()
    text = page.locator("code.secret").first.inner_text()
    assert text.startswith("mm_")
    check(page)
    page.get_by_role("link", name="C'est noté").click()
    assert text not in page.content()
    page.get_by_role("link", name="CRM du navigateur").click()
    assert text not in page.content()
    check(page)
    page.get_by_role("checkbox", name="Oui, cette clé").check()
    page.get_by_role("button", name="Révoquer la clé").click()
    page.get_by_text("La clé est révoquée").wait_for()


def test_an_account_is_opened_closed_and_removed_without_script(visit_as):
    page = visit_as(Role.ADMINISTRATOR, java_script_enabled=False).page
    page.goto("/administration/comptes/nouveau")
    page.get_by_label("Adresse électronique").fill("nouvelle@usine.example")
    page.get_by_label("Nom", exact=True).fill("Nouvelle Venue")
    page.get_by_role("radio", name="Conseiller").check()
    page.get_by_label("Chambre", exact=True).select_option("91")
    page.get_by_role("button", name="Ouvrir et inviter").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Nouvelle Venue"
    page.get_by_role("button", name="Fermer le compte").click()
    assert page.locator(".state.bad", has_text="fermé").count() == 1
    page.get_by_role("link", name="Supprimer").click()
    page.get_by_label("Pour confirmer").fill("nouvelle@usine.example")
    page.get_by_role("button", name="Supprimer pour toujours").click()
    assert page.get_by_role("status").inner_text() == "Le compte est supprimé."


def test_an_uncertain_letter_is_sent_again_by_keyboard(visit_as):
    page = visit_as(Role.ADMINISTRATOR, viewport=PHONE).page
    page.goto("/administration/courrier?etat=uncertain")
    box = page.get_by_role("checkbox", name="Choisir la lettre")
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Relancer les lettres cochées").focus()
    page.keyboard.press("Enter")
    page.get_by_text("son destinataire la lirait deux fois").wait_for()
    check(page)
    page.get_by_role("button", name="Relancer", exact=True).click()
    page.get_by_text("Les lettres choisies repartent.").wait_for()


def test_an_adviser_ties_an_account(visit_as, company, home):
    store = open_store(home.store_url)
    with store.reading() as unit:
        chamber = unit.companies.get(company["siret"]).department
        demo = unit.accounts.list(Role.ENTREPRENEUR)
    store.close()
    page = visit_as(Role.ADVISER, chamber=chamber).page
    page.goto(f"/comptes?siret={company['siret']}")
    check(page)
    assert page.get_by_role("heading", name=company["name"]).count() == 1
    assert not [account for account in demo if account.email in page.content()]
