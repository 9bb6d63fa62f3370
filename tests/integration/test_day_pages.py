"""Pages of the day: attendance, repair, walk-ins, the clock, outcomes, close."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from event_samples import put_event
from page_reading import words_of
from servers import copied, serving
from sign_ins import browser_of

from api.app import create_app
from matchmaker.accounts.roles import Role
from matchmaker.events.conventions.checking import check
from matchmaker.events.life import EventState
from matchmaker.events.registrations import Status
from matchmaker.events.services.planning import documents_of
from matchmaker.store import open_store

DAY = date.today() - timedelta(days=30)
"""In the past: sessions of today are good on every clock before their end."""
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("days") / "home")


@pytest.fixture(scope="module")
def app(settings):
    return create_app(settings)


@pytest.fixture(scope="module")
def adviser(settings, app):
    with (
        serving(app) as door,
        browser_of(settings, door.base_url, Role.ADVISER, chamber="91") as client,
    ):
        yield client


@pytest.fixture(scope="module")
def event(settings, adviser) -> str:
    """Plan and publish a convention; tests of this module go through its day in order."""
    thin = {"best_partners": 0}
    event = put_event(settings, "day1", tables=5, slots=8, day=DAY, own_settings=thin)
    path = f"/evenements/{event}/planning"
    for step in ("", "/publier"):
        version = re.search(r'name="version" value="(\d+)"', adviser.get(path).text)[1]
        answer = adviser.post(path + step, data={"seconds": 2, "version": version})
        assert answer.status_code == 303, answer.text
    return event


@pytest.fixture(autouse=True)
def at(app, adviser):
    """Set the clock of the service to a time of the day; before the first slot if not asked."""
    known = app.state.service

    def setting(hour: int, minute: int) -> None:
        now = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=PARIS)
        app.state.service = replace(known, now=lambda: now)

    setting(8, 0)
    yield setting
    app.state.service = known


def stored(settings, event: str):
    store = open_store(settings.store_url)
    with store.reading() as unit:
        found = unit.events.get(event)
        people = {each.id: each for each in unit.events.registrations.all(event)}
        plan = unit.events.plans.get(event, found.published_plan) if found.published_plan else None
        outcomes = unit.events.outcomes.all(event)
    store.close()
    return found, people, plan, outcomes


def documents(settings, event: str):
    found, _, plan, _ = stored(settings, event)
    return documents_of(found.details.kind, plan)


def note(client, event: str, who: str, status: str, was: str = "registered", **more):
    form = {"participant": who, "status": status, "was": was, **more}
    return client.post(f"/evenements/{event}/jour/presence", data=form)


def busiest(settings, event: str) -> str:
    problem, plan = documents(settings, event)
    held = {each.id for each in plan.meetings}
    count = {person.id: 0 for person in problem.participants}
    for meeting in problem.meetings:
        if meeting.id in held:
            count[meeting.a] += 1
            count[meeting.b] += 1
    return max(count, key=count.get)


def test_before_the_plan_is_out_the_door_is_shut(settings, adviser):
    event = put_event(settings, "day0", day=DAY)
    assert "pas encore publié" in words_of(adviser.get(f"/evenements/{event}/jour"))
    assert note(adviser, event, "p00", "present").status_code == 409
    assert stored(settings, event)[1]["p00"].status is Status.REGISTERED


def test_people_are_ticked_off_two_doors_at_once(settings, adviser, event):
    page = adviser.get(f"/evenements/{event}/jour")
    assert page.text.count('<li id="who-') == 12
    # Both doors have the page of the same moment; each ticks somebody else.
    assert note(adviser, event, "p00", "present").status_code == 303
    assert note(adviser, event, "p01", "present").status_code == 303
    people = stored(settings, event)[1]
    assert [people[who].status for who in ("p00", "p01")] == [Status.PRESENT] * 2
    twice = note(adviser, event, "p01", "absent")
    assert twice.status_code == 409
    assert "Un collègue a déjà noté" in words_of(twice)
    assert stored(settings, event)[1]["p01"].status is Status.PRESENT
    assert note(adviser, event, "p01", "registered", was="present").status_code == 303
    assert stored(settings, event)[1]["p01"].status is Status.REGISTERED
    late = note(adviser, event, "p02", "late", from_slot=2)
    assert late.status_code == 303
    assert stored(settings, event)[1]["p02"].from_slot == 2
    assert note(adviser, event, "p02", "registered", was="late").status_code == 303
    shown = adviser.get(f"/evenements/{event}/jour", params={"statut": "present"})
    assert re.findall(r'<li id="who-([^"]+)"', shown.text) == ["p00"]
    found = adviser.get(f"/evenements/{event}/jour", params={"q": "ELISE"})
    assert re.findall(r'<li id="who-([^"]+)"', found.text) == ["p04"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"participant": "p00", "status": "invited"}, 422),
        ({"participant": "nobody", "status": "present"}, 404),
        ({"participant": "p03", "status": "late", "from_slot": "99"}, 422),
        ({"participant": "p03", "status": "late", "from_slot": ""}, 422),
    ],
)
def test_nonsense_at_the_door_is_refused(settings, adviser, event, form, status):
    answer = adviser.post(f"/evenements/{event}/jour/presence", data={"was": "registered", **form})
    assert answer.status_code == status
    assert stored(settings, event)[1]["p03"].status is Status.REGISTERED


def test_an_absence_is_mended_and_people_are_told(settings, adviser, event):
    who = busiest(settings, event)
    was = stored(settings, event)[1][who].status.value
    answer = note(adviser, event, who, "absent", was=was)
    assert answer.headers["location"].startswith(f"/evenements/{event}/jour/reparation")
    problem, before = documents(settings, event)
    page = adviser.get(answer.headers["location"])
    assert "Rien n'est encore changé" in words_of(page)
    name = next(person.name for person in problem.participants if person.id == who)
    assert f"avec {name}" in words_of(page)
    assert documents(settings, event)[1] == before, "a proposal changes nothing"
    form = dict(re.findall(r'name="(depuis|table|arrivee|avec|seal)" value="([^"]*)"', page.text))
    stale = adviser.post(f"/evenements/{event}/jour/reparation", data={**form, "seal": "0" * 16})
    assert stale.status_code == 409
    assert documents(settings, event)[1] == before
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=form)
    assert "/jour/annonces?" in done.headers["location"]
    problem, after = documents(settings, event)
    ends = {each.id: (each.a, each.b) for each in problem.meetings}
    assert not [each for each in after.meetings if who in ends[each.id]]
    assert check(problem, after) == []
    told = adviser.get(done.headers["location"])
    lost = [each for each in before.meetings if who in ends[each.id]]
    assert words_of(told).count("est annulé") + words_of(told).count("passe à") >= len(lost)
    assert "Rien n'est à réparer" in words_of(adviser.get(f"/evenements/{event}/jour/reparation"))


def test_somebody_walks_in_and_gets_the_meetings_that_they_ask_for(settings, adviser, event):
    path = f"/evenements/{event}/jour/arrivee"
    nameless = adviser.post(path, data={"name": " ", "company": "Inconnue SA"})
    assert nameless.status_code == 422
    assert "Inconnue SA" in nameless.text
    assert "Écrivez le nom" in words_of(nameless)
    assert adviser.post(path, data={"name": "\u200b"}).status_code == 422, "nobody sees it"
    people = stored(settings, event)[1]
    free = [who for who, each in people.items() if each.status is not Status.ABSENT][:3]
    form = {"name": "Nadia <b>Arrivée</b>", "company": "Neuve SAS", "department": "77"}
    (form["arrivant"],) = re.findall(r'name="arrivant" value="(\w{8})"', nameless.text)
    for _ in range(2):  # a double click registers nobody twice
        answer = adviser.post(path, data={**form, "avec": [*free[:2], ""]})
        assert answer.status_code == 303
    (new,) = set(stored(settings, event)[1]) - set(people)
    page = adviser.get(answer.headers["location"])
    assert "<b>Arrivée</b>" not in page.text
    sent = dict(re.findall(r'name="(depuis|table|arrivee|avec|seal)" value="([^"]*)"', page.text))
    if not sent.get("seal"):
        pytest.fail("nobody of three could meet the newcomer: the plan is too full for this test")
    assert adviser.post(f"/evenements/{event}/jour/reparation", data=sent).status_code == 303
    problem, after = documents(settings, event)
    ends = {each.id: {each.a, each.b} for each in problem.meetings}
    met = {who for each in after.meetings if new in ends[each.id] for who in ends[each.id]} - {new}
    assert met
    assert met <= set(free[:2])


def test_the_clock_knows_now_and_next(adviser, event, at):
    at(9, 5)
    said = words_of(adviser.get(f"/evenements/{event}/jour/maintenant"))
    assert "Il est 9 h 05" in said.replace("\xa0", " ")
    assert said.replace("\xa0", " ").index("Maintenant : 9 h 00") < said.replace("\xa0", " ").index(
        "Ensuite : 9 h 25"
    )
    at(9, 22)
    said = words_of(adviser.get(f"/evenements/{event}/jour/maintenant")).replace("\xa0", " ")
    assert "Maintenant :" not in said
    assert "Ensuite : 9 h 25" in said


def test_outcomes_are_noted_once_the_day_is_open_and_stay_after_it(settings, adviser, event):
    problem, plan = documents(settings, event)
    held = plan.meetings[0]
    meeting = next(each for each in problem.meetings if each.id == held.id)
    path = f"/evenements/{event}/jour"
    form = {"creneau": held.slot, "a": meeting.b, "b": meeting.a, "held": "oui"}
    form |= {"worth_a": "yes", "worth_b": "no", "next_step": "Devis <i>lundi</i>"}
    assert adviser.post(f"{path}/suites", data=form).status_code == 409, "the day is not open"
    assert adviser.post(f"{path}/etat", data={"to": "running"}).status_code == 303
    assert adviser.post(f"{path}/suites", data={**form, "held": "peut-être"}).status_code == 422
    assert adviser.post(f"{path}/suites", data=form).status_code == 303
    (outcome,) = stored(settings, event)[3]
    turned = outcome.a != meeting.b
    assert (outcome.worth_a.value, outcome.worth_b.value) == (
        ("no", "yes") if turned else ("yes", "no")
    )
    page = adviser.get(f"{path}/suites", params={"creneau": held.slot})
    assert "<i>lundi</i>" not in page.text
    assert 'value="yes" selected' in page.text
    assert adviser.post(f"{path}/etat", data={"to": "closed"}).status_code == 303
    assert stored(settings, event)[0].state is EventState.CLOSED
    assert adviser.post(f"{path}/etat", data={"to": "draft"}).status_code == 422
    again = adviser.post(f"{path}/suites", data={**form, "held": "non"})
    assert again.status_code == 303
    assert stored(settings, event)[3][0].held is False
