"""An event in a real browser: from registrations to a published plan, by hand, and on the day."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from browser import accessibility
from browser.conftest import PHONE, Visit
from event_samples import name_of, put_event

from matchmaker.accounts.roles import Role
from matchmaker.events.conventions.clashing import Place, Standing
from matchmaker.events.services.planning import documents_of
from matchmaker.store import open_store

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CLICKS = 10
"""The bar: from a spreadsheet to a published plan takes fewer."""
THIN = {
    "people": 16,
    "slots": 8,
    "tables": 8,
    "wishes": 2,
    "own_settings": {"best_partners": 0},
}
"""A convention with room to move in."""
PLANNING_MS = 60_000
TOMORROW = date.today() + timedelta(days=1)


@pytest.fixture
def adviser(visit_as):
    """Open pages as an adviser of chamber 91."""

    def opening(**options: object) -> Visit:
        visit = visit_as(Role.ADVISER, chamber="91", **options)
        visit.page.set_default_timeout(PLANNING_MS)
        return visit

    return opening


def documents(home, event: str):
    store = open_store(home.store_url)
    with store.reading() as unit:
        found = unit.events.get(event)
        plan = unit.events.plans.get(event, found.current_plan)
    store.close()
    return documents_of(found.details.kind, plan)


def make_and_publish(visit: Visit, event: str) -> None:
    page = visit.page
    page.goto(f"/evenements/{event}/planning")
    page.get_by_role("button", name="Faire le planning").click()
    page.get_by_role("button", name="Publier le planning").click(timeout=PLANNING_MS)
    page.get_by_text("Le planning est publié.").wait_for()


def movable(home, event: str):
    """Find a planned meeting with a slot where it clashes and a place where it does not."""
    problem, plan = documents(home, event)
    for meeting in problem.meetings:
        standing = Standing(problem, plan, meeting)
        if standing.now is None:
            continue
        slots = [each for each in range(1, problem.slots + 1) if each != standing.now.slot]
        busy = [each for each in slots if _is_busy(standing, each)]
        free = [
            Place(each, table)
            for each in slots
            if (table := standing.best_table(each)) is not None
            and not standing.clashes(Place(each, table))
        ]
        if busy and free:
            return str(meeting.id), busy[0], free[0]
    raise AssertionError("no meeting of this plan can be moved")


def _is_busy(standing: Standing, slot: int) -> bool:
    return any(clash.code == "busy" for clash in standing.slot_clashes(slot))


@pytest.mark.parametrize("script", [True, False])
def test_sixty_registrations_become_a_published_plan(adviser, home, script):
    event = put_event(home, f"sixty{script:d}", people=60, slots=10, tables=15)
    visit = adviser(java_script_enabled=script)
    make_and_publish(visit, event)
    page = visit.page
    with page.expect_download() as download:
        page.get_by_role("link", name="Classeur Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    _, plan = documents(home, event)
    slots = book["Par créneau"]
    rows = [row for row in slots.iter_rows(min_row=2, values_only=True) if row[0]]
    assert len([row for row in rows if isinstance(row[0], int)]) == len(plan.meetings)
    page.get_by_role("link", name="Voir et ajuster le planning").click()
    page.locator("footer").wait_for()
    assert page.locator("tr[data-person]").count() == 60
    if script:
        accessibility.check(page)


def workbook_of_sixty(home) -> bytes:
    """Write the spreadsheet of sixty people of fictional firms."""
    store = open_store(home.store_url)
    with store.reading() as unit:
        frame = unit.companies.frame()
        shown = list(unit.companies.servable(frame["siret"].to_list()).values())
    store.close()
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Nom", "Entreprise", "SIRET", "Département"))
    for code in ("77", "91"):
        for firm in [each for each in shown if each.department == code][:30]:
            book.active.append((f"Personne {firm.siret}", firm.name, firm.siret, code))
    book.save(out)
    return out.getvalue()


def test_from_the_spreadsheet_to_the_published_plan_in_under_ten_clicks(adviser, home):
    page = adviser().page
    clicks = 0

    def click(role: str, name: str) -> None:
        nonlocal clicks
        clicks += 1
        page.get_by_role(role, name=name, exact=True).first.click(timeout=PLANNING_MS)
        page.wait_for_load_state()

    page.goto("/")
    click("link", "Événements")
    click("link", "Nouvel événement")
    page.get_by_label("Titre", exact=True).fill("Soixante en dix clics")
    page.get_by_label("Jour", exact=True).fill("2027-03-18")
    clicks += 1  # on the button that opens the files
    page.set_input_files(
        "[name=fichier]",
        {"name": "gens.xlsx", "mimeType": XLSX, "buffer": workbook_of_sixty(home)},
    )
    click("button", "Créer l'événement")
    click("link", "Faire le planning")
    click("button", "Faire le planning")
    click("button", "Publier le planning")
    page.get_by_text("Le planning est publié.").wait_for()
    assert clicks < MOST_CLICKS
    event = re.search(r"/evenements/(\w+)/planning", page.url)[1]
    _, plan = documents(home, event)
    assert len(plan.participants) == 60
    assert len(plan.meetings) >= 60


@pytest.mark.parametrize("script", [True, False])
def test_a_meeting_moved_into_a_clash_is_told_and_a_free_place_is_taken(adviser, home, script):
    event = put_event(home, f"moved{script:d}", **THIN)
    visit = adviser(java_script_enabled=script)
    make_and_publish(visit, event)
    meeting, busy, free = movable(home, event)
    before = documents(home, event)[1]
    page = visit.page
    page.goto(f"/evenements/{event}/planning/grille")
    page.locator(f'td[data-meeting="{meeting}"] a').first.click()
    choices = page.locator("#choices")
    choices.get_by_label("Horaire").select_option(str(busy))
    choices.get_by_role("button", name="Déplacer", exact=True).click()
    alert = page.get_by_role("alert")
    assert re.search(r"a déjà un rendez-vous à \d+\s+h\s+\d\d avec \w+", alert.inner_text())
    assert "rien n'a été modifié" in alert.inner_text()
    assert documents(home, event)[1] == before
    visit.complaints.clear()  # the answer of status 422 that the test asked for
    page.goto(f"/evenements/{event}/planning/grille")
    page.locator(f'td[data-meeting="{meeting}"] a').first.click()
    if script:
        page.locator("td.open").first.wait_for()
        lit = page.locator(f'td.open[data-slot="{free.slot}"] button')
        assert lit.count() == 2, "both rows show the free place"
        lit.first.focus()
        page.keyboard.press("Enter")
    else:
        page.locator(f"#place-{free.slot} button").click()
    page.get_by_text("Le rendez-vous est à sa nouvelle place.").wait_for()
    moved = page.locator(f'td[data-meeting="{meeting}"]')
    assert {cell.get_attribute("data-slot") for cell in moved.all()} == {str(free.slot)}
    assert "seen" in moved.first.get_attribute("class")


def test_the_grid_by_table_lights_up_free_tables(adviser, home):
    event = put_event(home, "tables", **THIN)
    visit = adviser()
    make_and_publish(visit, event)
    meeting, _, free = movable(home, event)
    page = visit.page
    page.goto(f"/evenements/{event}/planning/grille?vue=tables")
    page.locator(f'td[data-meeting="{meeting}"] a').click()
    problem, plan = documents(home, event)
    standing = Standing(problem, plan, next(m for m in problem.meetings if m.id == meeting))
    last = max(
        table
        for table in range(1, problem.tables + 1)
        if not standing.clashes(Place(free.slot, table))
    )
    page.locator(f'tr[data-table="{last}"] td.open[data-slot="{free.slot}"] button').click()
    page.get_by_text("Le rendez-vous est à sa nouvelle place.").wait_for()
    held = {each.id: each for each in documents(home, event)[1].meetings}
    assert (held[meeting].slot, held[meeting].table) == (free.slot, last)
    page.locator(f'td[data-meeting="{meeting}"] a').click()
    page.locator("#choices").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("td.open").count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_a_no_show_is_repaired_on_a_phone(adviser, home, script):
    event = put_event(home, f"phone{script:d}", **THIN, day=TOMORROW)
    visit = adviser(java_script_enabled=script, viewport=PHONE)
    make_and_publish(visit, event)
    page = visit.page
    page.get_by_role("link", name="Jour J").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    problem, before = documents(home, event)
    ends = {meeting.id: (meeting.a, meeting.b) for meeting in problem.meetings}
    who = ends[before.meetings[0].id][0]
    row = page.locator(f"#who-{who}")
    box = row.get_by_role("button", name="Absent").bounding_box()
    assert box["height"] >= 44
    other = page.locator("#who-p15" if who != "p15" else "#who-p14")
    other.get_by_role("button", name="Présent").click()
    other.locator(".state", has_text="présent").wait_for()
    row.get_by_role("button", name="Absent").click()
    page.get_by_role("heading", name="À prévenir").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    if script:
        accessibility.check(page)
    page.get_by_role("button", name="Appliquer la réparation").click()
    page.get_by_text("Le planning réparé est publié.").wait_for()
    _, after = documents(home, event)
    known = dict(ends)
    assert not [each for each in after.meetings if who in known.get(each.id, ())]
    name = name_of(int(who[1:]))
    assert page.get_by_text(f"avec {name}").count() >= 1


def test_pages_of_the_plan_and_the_day_are_accessible_in_the_dark_and_narrow(adviser, home):
    event = put_event(home, "looks", people=12, slots=4, tables=5, day=TOMORROW)
    visit = adviser(color_scheme="dark", viewport={"width": 320, "height": 600})
    make_and_publish(visit, event)
    page = visit.page
    meeting = documents(home, event)[1].meetings[0].id
    for path in (
        "planning",
        "planning/grille",
        "planning/grille?vue=tables",
        f"planning/rendez-vous?rdv={meeting}",
        "planning/rendez-vous",
        "planning/imprimer",
        "planning/imprimer?quoi=tables",
        "jour",
        "jour/maintenant",
        "jour/suites",
        "jour/reparation",
    ):
        page.goto(f"/evenements/{event}/{path}")
        accessibility.check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
