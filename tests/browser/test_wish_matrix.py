"""The matrix of wishes in a browser: a click in place, the keyboard, and without JavaScript."""

from datetime import UTC, date, datetime

import pytest
from browser.accessibility import check
from browser.conftest import PHONE, WIDE

from matchmaker.accounts.roles import Role
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.life import Edit, EventState
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.store import open_store

AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(scope="module")
def event(home):
    details = EventDetails(
        kind=EventKind.CONVENTION,
        title="Matrice",
        day=date(2027, 3, 18),
        chambers=("77", "91"),
        tables=4,
        fictional=True,
    )
    people = [Registration(f"p{k:02}", f"Personne au long nom {k:02}") for k in range(40)]
    store = open_store(home.store_url)
    with store.unit() as unit:
        made = unit.events.create("matrix22", details, at=AT, by="t")
        made = unit.events.registrations.put(made.id, Edit(made.version, AT, "t"), people)
        made = unit.events.move(made.id, Edit(made.version, AT, "t"), EventState.REGISTERING)
        wish = Wish("p01", "p00", WishKind.YES)
        unit.events.wishes.put(made.id, Edit(made.version, AT, "t"), [wish])
    store.close()
    return "/evenements/matrix22/souhaits?vue=matrice"


def test_a_click_keeps_the_place_and_the_keyboard_walks(visit_as, event):
    page = visit_as(Role.ADVISER, chamber="77", viewport=WIDE).page
    page.goto(event)
    check(page)
    cell, room = page.locator("#c-p20-p25"), page.locator(".grid-scroll")
    cell.focus()
    where = room.evaluate("each => [each.scrollTop, each.scrollLeft]")
    assert where[0] > 0
    page.keyboard.press("Enter")
    page.get_by_text("Personne au long nom 20 souhaite rencontrer").wait_for()
    assert cell.inner_text() == "+"
    assert room.evaluate("each => [each.scrollTop, each.scrollLeft]") == where
    assert page.evaluate("document.activeElement.id") == "c-p20-p25"
    steps = {"ArrowRight": "p20-p26", "ArrowUp": "p19-p26", "Home": "p19-p00", "End": "p19-p39"}
    for key, there in steps.items():
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == f"c-{there}"
    page.locator("#c-p19-p18").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "c-p19-p20", "it steps over oneself"
    assert page.locator("button[name=case][tabindex='0']").count() == 1


def test_without_javascript_a_cell_is_a_button_on_a_phone(visit_as, event):
    page = visit_as(Role.ADVISER, chamber="77", viewport=PHONE, java_script_enabled=False).page
    page.goto(f"{event}&qui=p00")
    page.locator("#c-p00-p01").click()
    assert page.url.endswith("#c-p00-p01")
    assert page.locator("#c-p00-p01").inner_text() == "+⇄"
    assert page.get_by_role("status").inner_text().startswith("Personne au long nom 00 souhaite")
