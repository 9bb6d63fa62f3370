"""Tables and groups mended on a phone, and a meeting taken out that is allowed again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from browser import accessibility, layout
from browser.conftest import PHONE
from event_samples import name_of, put_event

from matchmaker.accounts.roles import Role

pytestmark = pytest.mark.browser

TOMORROW = date.today() + timedelta(days=1)
PLANNING_MS = 60_000
LONG = "Marie-Christine de La Rochefoucauld-Montbel"
TABLES = {"repeats": "avoid", "seats_min": 3, "seats_max": 4}
GROUPS = {"groups": 2, "size_min": 8, "mentors_min": 0, "mentors_max": 0}


@pytest.fixture
def phone(visit_as):
    visit = visit_as(Role.ADVISER, chamber="91", viewport=PHONE, java_script_enabled=True)
    visit.page.set_default_timeout(PLANNING_MS)
    return visit.page


def publish(page, event: str) -> None:
    page.goto(f"/evenements/{event}/planning")
    page.get_by_role("button", name="Faire le planning").click()
    page.get_by_role("button", name="Publier le planning").click()
    page.get_by_text("Le planning est publié.").wait_for()


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("round_tables", {"people": 18, "slots": 3, "tables": 6, "own_settings": TABLES}),
        (
            "peer_groups",
            {"people": 18, "slots": 0, "tables": 0, "wishes": 0, "own_settings": GROUPS},
        ),
    ],
)
def test_a_no_show_is_mended_on_a_phone(home, phone, kind, more):
    event = put_event(home, f"br{kind[:5]}", kind=kind, day=TOMORROW, p05={"name": LONG}, **more)
    publish(phone, event)
    phone.goto(f"/evenements/{event}/jour")
    phone.get_by_role("button", name=f"Absent : {name_of(4)}").click()
    phone.get_by_role("heading", name="Réparer le planning").wait_for()
    assert phone.get_by_text(f"Ne viennent pas : {name_of(4)}").is_visible()
    accessibility.check(phone)
    assert layout.faults(phone) == []
    phone.get_by_role("button", name="Appliquer la réparation").click()
    phone.get_by_text("Le planning réparé est publié.").wait_for()
    accessibility.check(phone)
    phone.get_by_role("navigation", name="Pages du jour J").get_by_text("Réparer").click()
    phone.get_by_text("Rien n'est à réparer").wait_for()
    target = "grille" if kind == "round_tables" else "groupes"
    phone.goto(f"/evenements/{event}/planning/groupes/deplacer?qui=p05")
    phone.get_by_role("heading", name=LONG).wait_for()
    # Long names stay words: no choice is squeezed into a column of letters.
    for choice in phone.locator(".choice-text").all():
        assert choice.bounding_box()["height"] < 120
    accessibility.check(phone)
    phone.locator(".choices button").first.click()
    phone.get_by_text("Le changement est fait.").wait_for()
    assert phone.url.split("?")[0].endswith(target)


def test_a_meeting_taken_out_is_allowed_again(home, phone):
    thin = {"best_partners": 0}
    event = put_event(
        home, "brhand01", day=TOMORROW, people=12, slots=8, tables=6, own_settings=thin
    )
    publish(phone, event)
    phone.goto(f"/evenements/{event}/planning/grille")
    phone.goto(phone.locator("td.cell-meet a").first.get_attribute("href"))
    phone.get_by_role("button", name="Retirer ce rendez-vous").click()
    phone.get_by_text("Le rendez-vous est retiré, et le reste.").wait_for()
    phone.goto(f"/evenements/{event}/planning")
    phone.get_by_role("heading", name="Retirés à la main").wait_for()
    accessibility.check(phone)
    assert layout.faults(phone) == []
    phone.get_by_role("button", name="Autoriser de nouveau").click()
    phone.get_by_text("Ce rendez-vous est de nouveau permis").wait_for()
    assert phone.get_by_role("heading", name="Retirés à la main").count() == 0
