"""Somebody walks in to peer groups, on a phone: why which group, and the adviser decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from browser import accessibility, layout
from browser.conftest import PHONE
from event_samples import put_event

from matchmaker.accounts.roles import Role

pytestmark = pytest.mark.browser

TOMORROW = date.today() + timedelta(days=1)
PLANNING_MS = 60_000
GROUPS = {"groups": 2, "size_min": 6, "size_max": 12, "mentors_min": 0, "mentors_max": 0}
LONG = "Marie-Christine de La Rochefoucauld-Montbel"


@pytest.mark.parametrize("script", [True, False])
def test_a_walk_in_gets_a_group_on_a_phone(home, visit_as, script):
    event = put_event(
        home,
        f"brjoin{script:d}",
        kind="peer_groups",
        day=TOMORROW,
        people=18,
        slots=0,
        tables=0,
        wishes=0,
        own_settings=GROUPS,
    )
    page = visit_as(Role.ADVISER, chamber="91", viewport=PHONE, java_script_enabled=script).page
    page.set_default_timeout(PLANNING_MS)
    page.goto(f"/evenements/{event}/planning")
    page.get_by_role("button", name="Faire le planning").click()
    page.get_by_role("button", name="Publier le planning").click()
    page.get_by_text("Le planning est publié.").wait_for()
    page.goto(f"/evenements/{event}/jour")
    page.get_by_text("Quelqu'un est venu sans inscription").click()
    page.get_by_label("Prénom et nom").fill(LONG)
    page.get_by_label("Département").select_option("77")
    page.get_by_role("button", name="Inscrire et chercher un groupe").click()
    page.get_by_role("heading", name="Groupe conseillé").wait_for()
    assert page.get_by_text("ses concurrents ne sont pas reconnus").is_visible()
    assert layout.faults(page) == []
    if script:
        accessibility.check(page)
    page.get_by_text("Autres groupes possibles").click()
    page.get_by_role("link", name="Choisir le groupe").click()
    page.get_by_role("heading", name="Groupe choisi").wait_for()
    page.get_by_role("button", name="Mettre dans le groupe").click()
    page.get_by_text("Le planning réparé est publié.").wait_for()
    assert page.get_by_text("Rejoint le groupe").is_visible()
    if script:
        accessibility.check(page)
