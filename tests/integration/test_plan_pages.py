"""Pages of a plan: made, published, moved by hand into a clash and elsewhere, printed."""

from __future__ import annotations

import io
import re
from html import unescape

import httpx
import openpyxl
import pytest
from event_samples import put_event
from page_reading import words_of
from servers import copied, serving
from sign_ins import browser_of, session_of

from api.app import create_app
from matchmaker.accounts.roles import Role
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.clashing import Place, Standing
from matchmaker.events.life import Edit, EventState
from matchmaker.events.services.planning import documents_of
from matchmaker.settings import EventSettings
from matchmaker.store import open_store

EVIL = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    events = EventSettings(max_planning_seconds=20)
    return copied(demo_home, tmp_path_factory.mktemp("plans") / "home", events=events)


@pytest.fixture(scope="module")
def app(settings):
    return create_app(settings)


@pytest.fixture(scope="module")
def door(app):
    with serving(app) as door:
        yield door


@pytest.fixture(scope="module")
def adviser(settings, door):
    with _adviser(settings, door, "91") as client:
        yield client


def _adviser(settings, door, chamber: str) -> httpx.Client:
    return browser_of(settings, door.base_url, Role.ADVISER, chamber=chamber)


@pytest.fixture(scope="module")
def convention(settings, adviser) -> str:
    """Plan a convention of twelve people, which tests of this module change."""
    event = put_event(
        settings,
        "plan1",
        tables=5,
        slots=7,
        own_settings={"best_partners": 0},
        p03={"name": EVIL, "company": "=1+1"},
    )
    assert make(adviser, event).status_code == 303
    return event


def make(client, event: str, seconds: int = 2, version: int | None = None) -> httpx.Response:
    path = f"/evenements/{event}/planning"
    version = version_of(client.get(path)) if version is None else version
    return client.post(path, data={"seconds": seconds, "version": version})


def version_of(page: httpx.Response) -> int:
    assert page.status_code == 200, page.text
    return int(re.search(r'name="version" value="(\d+)"', page.text)[1])


def stored(settings, event: str):
    store = open_store(settings.store_url)
    with store.reading() as unit:
        found = unit.events.get(event)
        plan = unit.events.plans.get(event, found.current_plan) if found.current_plan else None
        history = unit.events.history(event)
    store.close()
    return found, plan, history


def documents(settings, event: str):
    found, plan, _ = stored(settings, event)
    return documents_of(found.details.kind, plan)


def test_a_plan_is_made_published_and_taken_away(settings, adviser):
    event = put_event(settings, "plan2")
    page = adviser.get(f"/evenements/{event}/planning")
    assert "Faire le planning" in words_of(page)
    answer = make(adviser, event)
    assert answer.headers["location"] == f"/evenements/{event}/planning?fait=plan.made"
    found, plan, _ = stored(settings, event)
    assert (found.state, found.current_plan, found.published_plan) == (EventState.PLANNED, 1, None)
    assert check(*documents(settings, event)) == []
    page = adviser.get(answer.headers["location"])
    said = words_of(page)
    assert "Le planning est prêt." in said
    assert f"Rendez-vous {len(plan.plan['meetings'])}" in said
    assert "On ne peut pas faire mieux" in said or "possible" in said
    answer = adviser.post(
        f"/evenements/{event}/planning/publier", data={"version": version_of(page)}
    )
    assert answer.headers["location"].endswith("fait=plan.published")
    found, _, _ = stored(settings, event)
    assert (found.state, found.published_plan) == (EventState.PUBLISHED, 1)
    page = adviser.get(f"/evenements/{event}/planning")
    assert "Publier le planning" not in page.text
    for name in re.findall(rf'href="(/evenements/{event}/planning/fichiers/[^"]+)"', page.text):
        file = adviser.get(unescape(name))
        assert file.status_code == 200
        assert "attachment" in file.headers["content-disposition"]
    book = adviser.get(f"/evenements/{event}/planning/fichiers/xlsx")
    rows = openpyxl.load_workbook(io.BytesIO(book.content))["Par créneau"].max_row
    assert rows > len(plan.plan["meetings"])


def test_nobody_publishes_a_plan_that_somebody_else_has_changed_meanwhile(settings, adviser):
    event = put_event(settings, "stale1")
    assert make(adviser, event).status_code == 303
    seen = version_of(adviser.get(f"/evenements/{event}/planning"))
    assert make(adviser, event).status_code == 303
    publish = f"/evenements/{event}/planning/publier"
    assert adviser.post(publish, data={"version": seen}).status_code == 409
    found, _, _ = stored(settings, event)
    assert (found.state, found.published_plan) == (EventState.PLANNED, None)
    now = version_of(adviser.get(f"/evenements/{event}/planning"))
    assert adviser.post(publish, data={"version": now}).status_code == 303


def test_a_draft_is_opened_on_the_way_and_a_stale_version_writes_nothing(settings, adviser):
    event = put_event(settings, "plan3")
    store = open_store(settings.store_url)
    with store.unit() as unit:
        known = unit.events.get(event)
        edit = Edit(known.version, known.changed_at, "Zoé")
        known = unit.events.move(event, edit, EventState.INVITING)
    store.close()
    page = make(adviser, event, version=known.version - 1)
    assert page.status_code == 409
    assert "a modifié l'événement" in words_of(page).replace("’", "'")
    assert stored(settings, event)[0].version == known.version
    assert make(adviser, event).status_code == 303
    assert stored(settings, event)[0].state is EventState.PLANNED


def test_what_is_missing_and_what_blocks_is_said(settings, adviser):
    empty = put_event(settings, "plan4", people=0, wishes=0, tables=0, slots=0)
    said = words_of(adviser.get(f"/evenements/{empty}/planning"))
    for sentence in ("au moins deux participants", "pas encore d'horaires", "pas encore de tables"):
        assert sentence in said
    blocked = put_event(
        settings, "plan5", tables=1, slots=1, p00={"min": 1}, p05={"min": 1}, p11={"min": 1}
    )
    page = make(adviser, blocked)
    assert page.status_code == 422
    assert "Aucun planning ne respecte toutes les règles" in words_of(page)
    assert re.search(r"ajoutez des tables|baissez ces? minimum", words_of(page))
    assert stored(settings, blocked)[0].current_plan is None


def test_a_busy_planner_is_said_and_nothing_is_lost(settings, adviser, app):
    event = put_event(settings, "plan6")
    slots = app.state.service.planning_slots
    version = version_of(adviser.get(f"/evenements/{event}/planning"))
    slots.acquire_on_behalf_of_nowait("somebody else")
    try:
        page = make(adviser, event, version=version)
    finally:
        slots.release_on_behalf_of("somebody else")
    assert page.status_code == 503
    assert 'role="alert"' in page.text
    assert make(adviser, event).status_code == 303


def test_the_grid_shows_every_meeting_and_finds_people(settings, adviser, convention):
    _, plan = documents(settings, convention)
    page = adviser.get(f"/evenements/{convention}/planning/grille")
    cells = re.findall(r'data-meeting="([^"]+)"', page.text)
    assert sorted(cells) == sorted(2 * [str(each.id) for each in plan.meetings])
    assert EVIL not in page.text
    assert "alert(" in unescape(page.text)
    tables = adviser.get(f"/evenements/{convention}/planning/grille", params={"vue": "tables"})
    cells = re.findall(r'data-meeting="([^"]+)"', tables.text)
    assert sorted(cells) == sorted(str(each.id) for each in plan.meetings)
    one = adviser.get(f"/evenements/{convention}/planning/grille", params={"q": "elise petit"})
    assert re.findall(r'<tr data-person="([^"]+)"', one.text) == ["p04"]
    nobody = adviser.get(f"/evenements/{convention}/planning/grille", params={"q": "zzz"})
    assert "Personne ne porte ce nom" in words_of(nobody)


def test_a_clash_is_told_and_a_free_place_is_taken(settings, adviser, convention):
    problem, plan = documents(settings, convention)
    meeting, busy = _clashing(problem, plan)
    before = stored(settings, convention)[0]
    path = f"/evenements/{convention}/planning"
    page = adviser.get(f"{path}/rendez-vous", params={"rdv": meeting.id})
    form = {"rdv": meeting.id, "slot": busy, "version": version_of(page)}
    refused = adviser.post(f"{path}/ajuster", data=form)
    assert refused.status_code == 422
    assert re.search(r"a déjà un rendez-vous à \d+ h \d\d avec", words_of(refused))
    assert "rien n'a été modifié" in words_of(refused)
    assert stored(settings, convention)[0].version == before.version
    free = next(
        (each, Place(slot, table))
        for each in problem.meetings
        for slot in range(1, problem.slots + 1)
        for table in range(1, problem.tables + 1)
        if (standing := Standing(problem, plan, each)).now is not None
        and standing.now.slot != slot
        and not standing.clashes(Place(slot, table))
    )
    form = {"rdv": free[0].id, "slot": free[1].slot, "table": free[1].table}
    done = adviser.post(f"{path}/ajuster", data={**form, "version": before.version})
    assert "fait=plan.moved" in done.headers["location"]
    after, _, history = stored(settings, convention)
    assert after.current_plan == before.current_plan + 1
    held = {
        each.id: (each.slot, each.table) for each in documents(settings, convention)[1].meetings
    }
    assert held[free[0].id] == free[1]
    assert check(*documents(settings, convention)) == []
    assert history[-1].details["changes"]["by_hand"]["meeting"] == free[0].id
    again = adviser.post(f"{path}/ajuster", data={**form, "version": before.version})
    assert again.status_code == 409, "a second click writes nothing"
    undo = adviser.post(
        f"{path}/choisir", data={"number": before.current_plan, "version": after.version}
    )
    assert undo.status_code == 303
    assert documents(settings, convention)[1] == plan


def _clashing(problem, plan):
    """Find a planned meeting and a slot in which one of the two meets somebody else."""
    for meeting in problem.meetings:
        standing = Standing(problem, plan, meeting)
        for slot in range(1, problem.slots + 1):
            codes = {clash.code for clash in standing.slot_clashes(slot)}
            if standing.now is not None and standing.now.slot != slot and "busy" in codes:
                return meeting, slot
    raise AssertionError("the plan is too thin to clash")


def test_meetings_are_taken_out_added_and_exchanged(settings, adviser, convention):
    path = f"/evenements/{convention}/planning"
    problem, plan = documents(settings, convention)
    out = plan.meetings[0]
    page = adviser.get(f"{path}/rendez-vous", params={"rdv": out.id})
    form = {"rdv": out.id, "faire": "retirer", "version": version_of(page)}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    _, plan = documents(settings, convention)
    assert out.id not in {each.id for each in plan.meetings}
    assert {each.id: each.reason for each in plan.unmet}[out.id] == "by_hand"
    assert "Retiré à la main" in words_of(adviser.get(path)) or not _wished(
        settings, convention, out
    )
    meeting = next(each for each in problem.meetings if each.id == out.id)
    people = {"a": meeting.a, "b": meeting.b}
    page = adviser.get(f"{path}/rendez-vous", params=people)
    assert "n'est pas au planning" in words_of(page)
    form = {**people, "slot": out.slot, "table": out.table, "version": version_of(page)}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    _, plan = documents(settings, convention)
    assert {each.id: (each.slot, each.table) for each in plan.meetings}[out.id] == (
        out.slot,
        out.table,
    )
    page, other, mine = _exchangeable(adviser, path, plan)
    form = {"rdv": mine.id, "avec": other, "faire": "echanger", "version": version_of(page)}
    done = adviser.post(f"{path}/ajuster", data=form)
    assert "fait=plan.swapped" in done.headers["location"]
    _, after = documents(settings, convention)
    now, was = ({each.id: each for each in one.meetings} for one in (after, plan))
    assert (now[mine.id].slot, now[other].slot) == (was[other].slot, was[mine.id].slot)
    assert check(*documents(settings, convention)) == []


def _wished(settings, event, held) -> bool:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        pairs = {frozenset((w.wisher, w.wished)) for w in unit.events.wishes.all(event)}
    store.close()
    return frozenset(str(held.id).split("~")) in pairs


def _exchangeable(client, path, plan):
    for mine in plan.meetings:
        page = client.get(f"{path}/rendez-vous", params={"rdv": mine.id})
        found = re.search(r'name="avec" value="([^"]+)"', page.text)
        if found:
            return page, unescape(found[1]), mine
    raise AssertionError("no two meetings can be exchanged")


@pytest.mark.parametrize(
    "form",
    [
        {"rdv": "nobody~nowhere", "slot": "1"},
        {"rdv": "", "a": "p00", "b": "p00", "slot": "1"},
        {"rdv": "", "a": "p00", "b": "zz", "slot": "1"},
        {"a": "p00", "b": "p01", "slot": "99"},
        {"a": "p00", "b": "p01", "slot": "x"},
        {"a": "p00", "b": "p01", "slot": "1", "table": "5000"},
    ],
)
def test_nonsense_is_refused(settings, adviser, convention, form):
    version = stored(settings, convention)[0].version
    path = f"/evenements/{convention}/planning/ajuster"
    assert adviser.post(path, data={**form, "version": version}).status_code == 422
    assert stored(settings, convention)[0].version == version


def test_paper_shows_who_meets_whom(settings, adviser, convention):
    path = f"/evenements/{convention}/planning/imprimer"
    people = adviser.get(path, params={"quoi": "personnes"})
    assert people.text.count('<article class="sheet-page">') == 12
    assert EVIL not in people.text
    tables = adviser.get(path, params={"quoi": "tables"})
    _, plan = documents(settings, convention)
    used = {each.table for each in plan.meetings}
    assert tables.text.count('<article class="sheet-page">') == len(used)
    assert adviser.get(path).text.count("Fictif") >= 1
    assert adviser.get(path, params={"quoi": "autre"}).status_code == 422


def test_without_a_plan_pages_lead_to_where_one_is_made(settings, adviser):
    event = put_event(settings, "plan7")
    for path in ("grille", "imprimer", "groupes", "rendez-vous"):
        answer = adviser.get(f"/evenements/{event}/planning/{path}")
        assert answer.headers["location"] == f"/evenements/{event}/planning"


def test_another_chamber_an_entrepreneur_and_nobody_see_nothing(settings, door, adviser):
    event = put_event(settings, "plan8", chambers=("91",))
    assert make(adviser, event).status_code == 303
    paths = ["planning", "planning/grille", "planning/imprimer", "planning/fichiers/xlsx"]
    paths += ["planning/rendez-vous", "jour", "jour/maintenant", "jour/suites", "jour/reparation"]
    cookies, headers = session_of(settings, Role.ENTREPRENEUR)
    firm = httpx.Client(base_url=door.base_url, cookies=cookies, headers=headers)
    with _adviser(settings, door, "77") as karim, firm:
        for path in paths:
            assert karim.get(f"/evenements/{event}/{path}").status_code == 404, path
            assert firm.get(f"/evenements/{event}/{path}").status_code == 403, path
            answer = door.get(f"/evenements/{event}/{path}")
            assert answer.status_code in (303, 401), path
        for path in ("planning", "planning/publier", "planning/ajuster", "jour/presence"):
            form = {"version": 1, "seconds": 1, "slot": 1, "status": "present"}
            assert karim.post(f"/evenements/{event}/{path}", data=form).status_code == 404, path
    store_version = stored(settings, event)[0].version
    headless = httpx.Client(base_url=door.base_url, cookies=adviser.cookies)
    with headless:
        form = {"version": store_version}
        answer = headless.post(f"/evenements/{event}/planning/publier", data=form)
        assert answer.status_code == 403, "a forged form has no token"


def test_round_tables_change_seats_with_the_checkers_word(settings, adviser):
    # Second encounters are only avoided: a plan is found on however busy a machine.
    own = {"repeats": "avoid"}
    event = put_event(
        settings,
        "plan9",
        kind="round_tables",
        people=24,
        slots=2,
        tables=6,
        own_settings=own,
    )
    assert make(adviser, event, seconds=3).status_code == 303
    before = documents(settings, event)[1]
    page = adviser.get(
        f"/evenements/{event}/planning/groupes/deplacer", params={"qui": "p05", "tour": 1}
    )
    offered = re.findall(r'name="avec" value="([^"]+)"', page.text)
    assert offered
    form = {"qui": "p05", "number": 1, "avec": offered[0], "version": version_of(page)}
    path = f"/evenements/{event}/planning/groupes/deplacer"
    assert adviser.post(path, data=form).headers["location"].endswith("fait=plan.seat")
    problem, after = documents(settings, event)

    def table_of(plan, who):
        return next(t.table for t in plan.rounds[0].tables if who in t.participants)

    assert table_of(after, "p05") == table_of(before, offered[0])
    page = adviser.get(path, params={"qui": "p05", "tour": 1})
    neighbour = next(
        who for t in after.rounds[0].tables if "p05" in t.participants for who in t.participants
    )
    form = {"qui": "p05", "number": 1, "avec": neighbour, "version": version_of(page)}
    assert adviser.post(path, data=form).status_code == 422


def test_peer_groups_change_members_with_the_checkers_word(settings, adviser):
    event = put_event(
        settings,
        "plan10",
        kind="peer_groups",
        people=24,
        slots=0,
        tables=0,
        wishes=0,
        own_settings={"groups": 2, "size_min": 8, "mentors_min": 0, "mentors_max": 0},
    )
    assert make(adviser, event, seconds=3).status_code == 303
    page = adviser.get(f"/evenements/{event}/planning/groupes")
    assert "Groupe 1" in words_of(page)
    path = f"/evenements/{event}/planning/groupes/deplacer"
    page = adviser.get(path, params={"qui": "p05"})
    number, other = re.search(
        r'name="number" value="(\d+)"><input type="hidden" name="avec" value="([^"]*)"', page.text
    ).groups()
    form = {"qui": "p05", "number": number, "avec": other, "version": version_of(page)}
    assert adviser.post(path, data=form).headers["location"].endswith("fait=plan.seat")
    _, after = documents(settings, event)
    members = {m.id for g in after.groups if g.number == int(number) for m in g.leaders}
    assert "p05" in members
    form = {
        "qui": "p05",
        "number": 0,
        "version": version_of(adviser.get(path, params={"qui": "p05"})),
    }
    refused = adviser.post(path, data=form)
    assert refused.status_code == 422
    assert "Chaque dirigeant doit avoir un groupe" in words_of(refused)
