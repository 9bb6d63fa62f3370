"""Meetings taken out by hand, on the pages: they stay out until somebody allows them again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest
from event_samples import put_event
from servers import copied, serving
from sign_ins import session_of

from api.app import create_app
from matchmaker.accounts.roles import Role
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.hand_made import pair_of, pairs_met, pairs_out
from matchmaker.events.services.planning import documents_of
from matchmaker.store import open_store

DAY = date.today() - timedelta(days=30)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("handmade") / "home")


@pytest.fixture(scope="module")
def adviser(settings):
    app = create_app(settings)
    cookies, headers = session_of(settings, Role.ADVISER, chamber="91")
    with (
        serving(app) as door,
        httpx.Client(
            base_url=door.base_url, timeout=60, cookies=cookies, headers=headers
        ) as client,
    ):
        morning = datetime(DAY.year, DAY.month, DAY.day, 8, 0, tzinfo=PARIS)
        app.state.service = replace(app.state.service, now=lambda: morning)
        yield client


def convention(settings, adviser, name: str) -> str:
    event = put_event(settings, name, tables=6, slots=8, day=DAY, own_settings={"best_partners": 0})
    assert make(adviser, event).status_code == 303
    return f"/evenements/{event}/planning"


def version_of(page: httpx.Response) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def make(client, event: str) -> httpx.Response:
    path = f"/evenements/{event}/planning"
    form = {"seconds": 2, "version": version_of(client.get(path))}
    return client.post(path, data=form)


def words_of(page: httpx.Response) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", page.text[page.text.index("<main") :]))
    return re.sub(r"\s+", " ", text)


def stored(settings, event: str):
    store = open_store(settings.store_url)
    with store.reading() as unit:
        found = unit.events.get(event)
        plan = unit.events.plans.get(event, found.current_plan)
        names = {each.id: each.name for each in unit.events.registrations.all(event)}
        history = unit.events.history(event)
    store.close()
    return found, documents_of(found.details.kind, plan), names, history


def taken(settings, adviser, path: str) -> tuple[str, str]:
    """Take the first meeting of the plan out on its page."""
    event = path.split("/")[2]
    _, (problem, plan), _, _ = stored(settings, event)
    held = next(
        each
        for each in plan.meetings
        if not next(m for m in problem.meetings if m.id == each.id).mandatory
    )
    page = adviser.get(f"{path}/rendez-vous", params={"rdv": held.id})
    form = {"rdv": held.id, "faire": "retirer", "version": version_of(page)}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    meeting = next(each for each in problem.meetings if each.id == held.id)
    return str(meeting.a), str(meeting.b)


def choose(settings, adviser, path: str, number: int) -> None:
    form = {"number": number, "version": stored(settings, path.split("/")[2])[0].version}
    assert adviser.post(f"{path}/choisir", data=form).status_code == 303


def test_a_meeting_taken_out_is_listed_and_stays_out_of_a_new_plan(settings, adviser):
    path = convention(settings, adviser, "hand1")
    assert "Retirés à la main" not in words_of(adviser.get(path))
    a, b = taken(settings, adviser, path)
    names = stored(settings, "hand1")[2]
    said = words_of(adviser.get(path))
    assert "Retirés à la main" in said
    assert any(f"{x} – {y}" in said for x, y in ((names[a], names[b]), (names[b], names[a])))
    assert make(adviser, "hand1").status_code == 303
    _, (problem, plan), _, _ = stored(settings, "hand1")
    assert pair_of(a, b) not in pairs_met(problem, plan), "a new plan puts it back"
    assert check(problem, plan) == []
    assert "Retirés à la main" in words_of(adviser.get(path))


def test_it_is_allowed_again_by_a_button_and_by_placing_it(settings, adviser):
    path = convention(settings, adviser, "hand2")
    a, b = taken(settings, adviser, path)
    page = adviser.get(path)
    section = page.text[page.text.index('id="plan-out"') :]
    form = dict(re.findall(r'name="(faire|a|b|version)" value="([^"]*)"', section))
    assert form["faire"] == "autoriser"
    before = stored(settings, "hand2")[1][1]
    done = adviser.post(f"{path}/ajuster", data=form)
    assert done.headers["location"].endswith("planning?fait=plan.allowed")
    found, (problem, plan), _, history = stored(settings, "hand2")
    assert pairs_out(problem) == frozenset()
    assert plan.meetings == before.meetings, "no meeting changes"
    assert history[-1].details["changes"]["by_hand"]["act"] == "allow"
    assert "Retirés à la main" not in words_of(adviser.get(path))
    form["version"] = found.version
    again = adviser.post(f"{path}/ajuster", data=form)
    assert again.status_code == 422, "it is allowed already"
    # Once more out, and placed by hand: that allows it too.
    c, d = taken(settings, adviser, path)
    page = adviser.get(f"{path}/rendez-vous", params={"a": c, "b": d})
    place = re.search(
        r'name="slot" value="(\d+)"><input type="hidden" name="table" value="(\d+)"', page.text
    )
    assert place, "the page offers places although the two are kept apart"
    form = {"a": c, "b": d, "slot": place[1], "table": place[2], "version": version_of(page)}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    _, (problem, plan), _, _ = stored(settings, "hand2")
    assert pair_of(c, d) in pairs_met(problem, plan)
    assert pairs_out(problem) == frozenset()
    assert check(problem, plan) == []


def test_a_clash_while_placing_leaves_it_out(settings, adviser):
    path = convention(settings, adviser, "hand3")
    a, b = taken(settings, adviser, path)
    page = adviser.get(f"{path}/rendez-vous", params={"a": a, "b": b})
    form = {"a": a, "b": b, "slot": 99, "table": 1, "version": version_of(page)}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 422
    assert pairs_out(stored(settings, "hand3")[1][0]) == {pair_of(a, b)}


def test_it_survives_an_earlier_plan_without_it_and_gives_way_to_one_with_it(settings, adviser):
    path = convention(settings, adviser, "hand4")
    a, b = taken(settings, adviser, path)  # plan 2
    c, d = taken(settings, adviser, path)  # plan 3
    names = stored(settings, "hand4")[2]
    choose(settings, adviser, path, 2)
    # Plan 2 was made before the second decision, and holds that meeting.
    said = words_of(adviser.get(path))
    assert "mais prévus dans celui-ci" in said
    assert names[c] in said[said.index("mais prévus dans celui-ci") :]
    choose(settings, adviser, path, 3)
    assert "mais prévus dans celui-ci" not in words_of(adviser.get(path))
    # A fresh plan without either; then allow one of the two again, and go back to the fresh plan.
    assert make(adviser, "hand4").status_code == 303
    fresh = stored(settings, "hand4")[0].current_plan
    form = {"faire": "autoriser", "a": a, "b": b, "version": stored(settings, "hand4")[0].version}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    assert pairs_out(stored(settings, "hand4")[1][0]) == {pair_of(c, d)}
    choose(settings, adviser, path, fresh)
    assert make(adviser, "hand4").status_code == 303
    assert pair_of(c, d) in pairs_out(stored(settings, "hand4")[1][0])


def test_a_decision_of_a_newer_plan_reaches_the_repair_of_an_earlier_one(settings, adviser):
    event = "hand5"
    path = convention(settings, adviser, event)
    a, b = taken(settings, adviser, path)
    form = {"faire": "autoriser", "a": a, "b": b, "version": stored(settings, event)[0].version}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    found, (problem, plan), _, _ = stored(settings, event)
    free = found.current_plan
    assert pair_of(a, b) not in pairs_out(problem) | pairs_met(problem, plan)
    # Placed and taken out once more: only the newest plan knows that the two are kept apart.
    page = adviser.get(f"{path}/rendez-vous", params={"a": a, "b": b})
    slot = re.search(r'name="slot" value="(\d+)"', page.text)[1]
    form = {"a": a, "b": b, "slot": slot, "version": version_of(page)}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    version = stored(settings, event)[0].version
    form = {"rdv": "~".join(sorted((a, b))), "faire": "retirer", "version": version}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303
    choose(settings, adviser, path, free)
    form = {"version": stored(settings, event)[0].version}
    assert adviser.post(f"{path}/publier", data=form).status_code == 303
    _, (problem, plan), _, _ = stored(settings, event)
    ends = {each.id: {str(each.a), str(each.b)} for each in problem.meetings}
    busy = sorted({who for held in plan.meetings for who in ends[held.id]} - {a, b})
    for who in busy[:2]:
        form = {"participant": who, "status": "absent", "was": "registered"}
        assert adviser.post(f"/evenements/{event}/jour/presence", data=form).status_code == 303
    page = adviser.get(f"/evenements/{event}/jour/reparation")
    form = dict(re.findall(r'name="(depuis|table|arrivee|avec|seal)" value="([^"]*)"', page.text))
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=form)
    assert done.status_code == 303, words_of(done)
    _, (problem, plan), _, _ = stored(settings, event)
    assert pair_of(a, b) in pairs_out(problem)
    assert pair_of(a, b) not in pairs_met(problem, plan)
    assert check(problem, plan) == []


def test_it_stays_out_when_one_of_the_two_leaves_and_comes_back(settings, adviser):
    event = "hand7"
    path = convention(settings, adviser, event)
    a, b = taken(settings, adviser, path)
    c, d = taken(settings, adviser, path)
    form = {"faire": "autoriser", "a": c, "b": d, "version": stored(settings, event)[0].version}
    assert adviser.post(f"{path}/ajuster", data=form).status_code == 303

    def status(who: str, action: str) -> None:
        form = {"qui": who, "action": action, "version": stored(settings, event)[0].version}
        page = adviser.post(f"/evenements/{event}/inscriptions/statut", data=form)
        assert page.status_code == 303

    for who in (b, d):
        status(who, "cancelled")
    for _ in range(2):
        assert make(adviser, event).status_code == 303
    assert pairs_out(stored(settings, event)[1][0]) == frozenset()
    for who in (b, d):
        status(who, "registered")
    assert make(adviser, event).status_code == 303
    _, (problem, plan), _, _ = stored(settings, event)
    assert pairs_out(problem) == {pair_of(a, b)}, "the last word on the other pair was to allow it"
    assert pair_of(a, b) not in pairs_met(problem, plan)
    assert check(problem, plan) == []


def test_it_stays_out_when_one_of_the_two_comes_back_on_the_day(settings, adviser):
    event = "hand8"
    path = convention(settings, adviser, event)
    a, b = taken(settings, adviser, path)

    def status(action: str) -> None:
        form = {"qui": b, "action": action, "version": stored(settings, event)[0].version}
        page = adviser.post(f"/evenements/{event}/inscriptions/statut", data=form)
        assert page.status_code == 303

    status("cancelled")
    assert make(adviser, event).status_code == 303
    form = {"version": stored(settings, event)[0].version}
    assert adviser.post(f"{path}/publier", data=form).status_code == 303
    status("registered")
    mend = f"/evenements/{event}/jour/reparation"
    page = adviser.get(mend, params={"arrivee": b})
    form = dict(re.findall(r'name="(depuis|table|arrivee|avec|seal)" value="([^"]*)"', page.text))
    assert adviser.post(mend, data=form).status_code == 303
    _, (problem, plan), _, _ = stored(settings, event)
    assert any(b in pair for pair in pairs_met(problem, plan)), "they meet others"
    assert pair_of(a, b) in pairs_out(problem) - pairs_met(problem, plan)
    assert check(problem, plan) == []


def test_nonsense_about_it_is_refused(settings, adviser):
    path = convention(settings, adviser, "hand6")
    version = stored(settings, "hand6")[0].version
    for pair in ({"a": "p00", "b": "zz"}, {"a": "", "b": ""}, {"a": "p00", "b": "p00"}):
        form = {"faire": "autoriser", "version": version, **pair}
        assert adviser.post(f"{path}/ajuster", data=form).status_code == 422, pair
    assert stored(settings, "hand6")[0].version == version
