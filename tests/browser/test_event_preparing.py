"""An adviser prepares an event in a browser: a spreadsheet with bad rows, mended in place."""

from __future__ import annotations

import re

import pytest
from browser.accessibility import check
from browser.conftest import NARROW, PHONE, WIDE
from workbooks import XLSX, workbook

from matchmaker.accounts.roles import Role
from matchmaker.store import open_store

HEADER = ("Nom", "Entreprise", "SIRET", "Département", "Courriel")
BAD = (
    ("Anna", "Firme A", "12345678901234", "77", ""),
    ("", "Firme B", "", "91", ""),
    ("Chloé", "Firme C", "", "91", "pas une adresse"),
)


def good(count: int) -> list[tuple]:
    return [(f"Personne {n}", f"Firme {n}", "", "77" if n % 2 else "91", "") for n in range(count)]


class Counted:
    """Clicks of an adviser on a page."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def click(self, role: str, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def choose(self, data: bytes) -> None:
        self.clicks += 1  # on the button that opens the files
        file = {"name": "gens.xlsx", "mimeType": XLSX, "buffer": data}
        self.page.set_input_files("[name=fichier]", file)


def registered(home, event_id: str) -> list:
    store = open_store(home.store_url)
    with store.reading() as unit:
        people = unit.events.registrations.all(event_id)
    store.close()
    return list(people)


def fill_in(hand: Counted, title: str, data: bytes) -> None:
    hand.page.goto("/evenements")
    hand.click("link", "Nouvel événement")
    hand.page.get_by_label("Titre", exact=True).fill(title)
    hand.page.get_by_label("Jour", exact=True).fill("2027-03-18")
    hand.choose(data)
    hand.click("button", "Créer l'événement")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_three_bad_rows_of_a_spreadsheet_are_mended_in_place(visit_as, home, scripts):
    page = visit_as(Role.ADVISER, chamber="77", java_script_enabled=scripts).page
    fill_in(Counted(page), f"Avec fautes {scripts}", workbook(HEADER, *good(5), *BAD))
    bad = page.locator("[aria-invalid=true]")
    assert bad.count() == 3
    for cell in bad.all():
        reason = page.locator(f"#{cell.get_attribute('aria-describedby')}")
        assert reason.is_visible()
    page.get_by_label("SIRET, ligne 7").fill("")
    page.get_by_label("Nom, ligne 8").fill("Basile")
    page.get_by_label("Courriel, ligne 9").fill("chloe@example.org")
    page.get_by_role("button", name="Corriger et importer").click()
    page.wait_for_url("**/inscriptions?fait=events.registered")
    event_id = re.search(r"/evenements/(\w+)/", page.url)[1]
    assert len(registered(home, event_id)) == 8
    assert page.get_by_role("row", name=re.compile("Basile")).count() == 1


def test_a_spreadsheet_of_sixty_is_ready_to_be_planned_in_five_clicks(visit_as, home):
    hand = Counted(visit_as(Role.ADVISER, chamber="77").page)
    fill_in(hand, "Soixante", workbook(HEADER, *good(60)))
    assert "L'événement est créé." in hand.page.inner_text("main")
    hand.click("link", "Faire le planning")
    assert hand.page.url.endswith("/planning")
    assert hand.clicks <= 5


def test_the_slots_follow_what_is_typed(visit_as):
    page = visit_as(Role.ADVISER, chamber="77").page
    page.goto("/evenements/nouveau")
    assert "14 créneaux" in page.inner_text("#creneaux-obtenus")
    page.get_by_label("Durée d'un rendez-vous (minutes)").fill("45")
    page.get_by_label("Nombre de tables").click()
    page.get_by_text("6 créneaux").wait_for()
    assert page.get_by_label("Durée d'un rendez-vous (minutes)").input_value() == "45"


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no-script"])
def test_the_enter_key_creates_the_event(visit_as, scripts):
    page = visit_as(Role.ADVISER, chamber="77", java_script_enabled=scripts).page
    page.goto("/evenements/nouveau")
    page.get_by_label("Jour", exact=True).fill("2027-03-18")
    page.get_by_label("Titre", exact=True).fill(f"Au clavier {scripts}")
    page.get_by_label("Titre", exact=True).press("Enter")
    page.get_by_role("heading", level=1, name=f"Au clavier {scripts}").wait_for()
    assert "apercu" not in page.content()


def test_a_download_of_the_bad_rows_leaves_the_form_to_be_sent(visit_as):
    page = visit_as(Role.ADVISER, chamber="77").page
    fill_in(Counted(page), "À télécharger", workbook(HEADER, *good(2), *BAD))
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger ces lignes").click()
    assert download.value.suggested_filename.endswith("-rejets.csv")
    for box in page.locator("[name=laisser]").all():
        box.check()
    page.get_by_role("button", name="Corriger et importer").click()
    page.wait_for_url("**/inscriptions?fait=events.registered")


PAGES = (
    "/evenements",
    "/evenements/nouveau",
    "/evenements/nouveau?type=invitations",
    "/evenements/{id}",
    "/evenements/{id}/modifier",
    "/evenements/{id}/inscriptions",
    "/evenements/{id}/inscriptions/personne?q=me",
    "/evenements/{id}/souhaits",
    "/evenements/{id}/invitations",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_narrow_screen(visit_as, scheme):
    page = visit_as(Role.ADVISER, chamber="77", color_scheme=scheme).page
    fill_in(Counted(page), f"Lisible {scheme}", workbook(HEADER, *good(3), *BAD))
    check(page)
    fits(page)
    event_id = re.search(
        r"/evenements/(\w{8})", page.get_by_role("link", name="Aperçu").get_attribute("href")
    )[1]
    for path in PAGES:
        page.goto(path.replace("{id}", event_id))
        check(page)
        fits(page)


def fits(page) -> None:
    """Require that nothing is wider than the screen, from the widest to the narrowest."""
    for size in (WIDE, PHONE, NARROW):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.set_viewport_size(WIDE)
