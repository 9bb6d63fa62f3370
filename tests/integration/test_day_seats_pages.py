"""The day of round tables and of peer groups: a no-show is mended, and people are told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest
from event_samples import AT, name_of, put_event
from servers import copied, serving
from sign_ins import session_of

from api.app import create_app
from matchmaker.accounts.roles import Role
from matchmaker.events.documents import document_of
from matchmaker.events.life import Edit
from matchmaker.events.registrations import Registration
from matchmaker.events.round_tables.plan import Plan
from matchmaker.events.round_tables.problem import Participant, Problem
from matchmaker.events.services.day_changes import DayNews
from matchmaker.events.services.day_seats import changes_of_tables, news_of_tables
from matchmaker.events.services.planners import planner_of
from matchmaker.events.services.planning import documents_of
from matchmaker.store import open_store

DAY = date.today() - timedelta(days=30)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("dayseats") / "home")


@pytest.fixture(scope="module")
def app(settings):
    return create_app(settings)


@pytest.fixture(scope="module")
def adviser(settings, app):
    cookies, headers = session_of(settings, Role.ADVISER, chamber="91")
    with (
        serving(app) as door,
        httpx.Client(
            base_url=door.base_url, timeout=60, cookies=cookies, headers=headers
        ) as client,
    ):
        yield client


@pytest.fixture
def at(app, adviser):
    known = app.state.service

    def setting(hour: int, minute: int) -> None:
        now = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=PARIS)
        app.state.service = replace(known, now=lambda: now)

    setting(8, 0)
    yield setting
    app.state.service = known


def published(settings, adviser, name: str, **more) -> str:
    event = put_event(settings, name, day=DAY, **more)
    path = f"/evenements/{event}/planning"
    for step in ("", "/publier"):
        version = re.search(r'name="version" value="(\d+)"', adviser.get(path).text)[1]
        answer = adviser.post(path + step, data={"seconds": 3, "version": version})
        assert answer.status_code == 303, answer.text
    return event


def tables(settings, adviser, name: str) -> str:
    own = {"repeats": "avoid", "seats_min": 3, "seats_max": 4}
    return published(
        settings, adviser, name, kind="round_tables", people=18, slots=3, tables=6, own_settings=own
    )


def words_of(page: httpx.Response) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", page.text[page.text.index("<main") :]))
    return re.sub(r"\s+", " ", text)


def stored(settings, event: str):
    store = open_store(settings.store_url)
    with store.reading() as unit:
        found = unit.events.get(event)
        plan = unit.events.plans.get(event, found.published_plan)
        history = unit.events.history(event)
    store.close()
    return found, *documents_of(found.details.kind, plan), history


def note(client, event: str, who: str, status: str, was: str = "registered", **more):
    form = {"participant": who, "status": status, "was": was, **more}
    return client.post(f"/evenements/{event}/jour/presence", data=form)


def repair_form(page: httpx.Response) -> dict[str, str]:
    return dict(re.findall(r'name="(depuis|table|arrivee|avec|seal)" value="([^"]*)"', page.text))


def seats(plan) -> list[dict[str, int]]:
    return [
        {who: table.table for table in held.tables for who in table.participants}
        for held in plan.rounds
    ]


def test_a_no_show_at_round_tables_is_mended_from_the_next_round_on(settings, adviser, at):
    event = tables(settings, adviser, "seats1")
    found, problem, before, _ = stored(settings, event)
    at(9, 5)
    assert "Rien n'est à réparer" in words_of(adviser.get(f"/evenements/{event}/jour/reparation"))
    answer = note(adviser, event, "p05", "absent")
    assert "/jour/reparation" in answer.headers["location"]
    assert "Le planning est à réparer" in words_of(adviser.get(f"/evenements/{event}/jour"))
    page = adviser.get(f"/evenements/{event}/jour/reparation")
    said = words_of(page)
    assert f"Ne viennent pas : {name_of(5)}" in said
    assert re.search(r"La réparation proposée touche \d+ personne", said)
    assert re.search(r"Au tour 2 \(9 h 25\) : table \d au lieu de la table \d", said)
    assert "Au tour 1" not in said, "the first round has begun"
    assert stored(settings, event)[0].version == found.version + 1, "only the absence is noted"
    wrong = {**repair_form(page), "seal": "0" * 16}
    refused = adviser.post(f"/evenements/{event}/jour/reparation", data=wrong)
    assert refused.status_code == 409
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=repair_form(page))
    assert done.status_code == 303
    told = words_of(adviser.get(done.headers["location"]))
    found, problem, after, history = stored(settings, event)
    assert planner_of(found.details.kind).check(problem, after) == []
    was, now = seats(before), seats(after)
    assert now[0] == was[0]
    assert all("p05" not in row for row in now[1:])
    moved = {who for k in (1, 2) for who in now[k] if now[k][who] != was[k][who]}
    assert moved
    assert all(name_of(int(who[1:])) in told for who in moved)
    assert f"{name_of(5)} " not in told[told.index("À prévenir") :]
    assert history[-1].details["changes"]["absent"] == ["p05"]
    assert "Rien n'est à réparer" in words_of(adviser.get(f"/evenements/{event}/jour/reparation"))
    assert "mais ne viennent plus" in words_of(adviser.get(f"/evenements/{event}/planning"))
    assert adviser.get(f"/evenements/{event}/jour/maintenant?creneau=2").status_code == 200
    assert adviser.get(f"/evenements/{event}/planning/grille?vue=tables").status_code == 200
    assert adviser.get(f"/evenements/{event}/planning/fichiers/xlsx").status_code == 200
    # They come after all: a seat is found, and one person moves to another table by hand.
    assert note(adviser, event, "p05", "present", was="absent").status_code == 303
    page = adviser.get(f"/evenements/{event}/jour/reparation")
    assert f"Finalement présents : {name_of(5)}" in words_of(page)
    assert (
        adviser.post(f"/evenements/{event}/jour/reparation", data=repair_form(page)).status_code
        == 303
    )
    found, problem, after, _ = stored(settings, event)
    assert ["p05" in row for row in seats(after)] == [True, True, True]
    assert planner_of(found.details.kind).check(problem, after) == []


def test_an_absence_that_moves_nobody_is_written_into_the_plan(settings, adviser, at):
    own = {"repeats": "avoid", "seats_min": 3, "seats_max": 6}
    event = published(
        settings,
        adviser,
        "seats2",
        kind="round_tables",
        people=18,
        slots=2,
        tables=3,
        own_settings=own,
    )
    assert note(adviser, event, "p03", "absent").status_code == 303
    page = adviser.get(f"/evenements/{event}/jour/reparation")
    assert "Personne ne change de place" in words_of(page)
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=repair_form(page))
    assert "Personne n'est à prévenir" in words_of(adviser.get(done.headers["location"]))
    assert all("p03" not in row for row in seats(stored(settings, event)[2]))


def test_somebody_who_walks_in_gets_a_seat_and_no_rival(settings, adviser, at):
    event = tables(settings, adviser, "seats3")
    at(9, 5)
    form = {"name": "Zoé Nouvelle", "company": "Neuf", "department": "77", "arrivant": "k7m2p9qa"}
    answer = adviser.post(f"/evenements/{event}/jour/arrivee", data=form)
    assert "reparation" in answer.headers["location"]
    page = adviser.get(answer.headers["location"])
    assert re.search(r"Zoé Nouvelle .*Au tour 2 \(9 h 25\) : table \d", words_of(page))
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=repair_form(page))
    assert done.status_code == 303, words_of(done)
    found, problem, after, _ = stored(settings, event)
    assert [("k7m2p9qa" in row) for row in seats(after)] == [False, True, True]
    assert planner_of(found.details.kind).check(problem, after) == []


def test_one_person_moves_to_another_table_where_sizes_allow_it(settings, adviser, at):
    event = tables(settings, adviser, "seats4")
    path = f"/evenements/{event}/planning/groupes/deplacer"
    # Tables of three: nobody may leave one; a walk-in makes a table of four.
    page = adviser.get(path, params={"qui": "p05", "tour": 2})
    assert 'name="table"' not in page.text
    assert "il en faut 3 au moins" in words_of(page)
    form = {"name": "Zoé Nouvelle", "company": "", "department": "77", "arrivant": "k7m2p9qb"}
    answer = adviser.post(f"/evenements/{event}/jour/arrivee", data=form)
    page = adviser.get(answer.headers["location"])
    adviser.post(f"/evenements/{event}/jour/reparation", data=repair_form(page))
    _, _, before, _ = stored(settings, event)
    large = next(t for t in before.rounds[1].tables if len(t.participants) == 4)
    chosen = None
    for who in large.participants:
        page = adviser.get(path, params={"qui": who, "tour": 2})
        chosen = re.search(
            r'name="number" value="2"><input type="hidden" name="avec" value="">'
            r'<input type="hidden" name="table" value="(\d+)">',
            page.text,
        )
        if chosen:
            break
    assert chosen, "somebody of the large table may go elsewhere"
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    form = {"qui": who, "number": 2, "avec": "", "table": chosen[1], "version": version}
    done = adviser.post(path, data=form)
    assert done.headers["location"].endswith("fait=plan.seat")
    found, problem, after, history = stored(settings, event)
    assert seats(after)[1][who] == int(chosen[1])
    assert planner_of(found.details.kind).check(problem, after) == []
    assert history[-1].details["changes"]["by_hand"]["table"] == int(chosen[1])
    small = next(t for t in after.rounds[1].tables if len(t.participants) == 3)
    version = found.version
    form = {"qui": small.participants[0], "number": 2, "table": chosen[1], "version": version}
    refused = adviser.post(path, data=form)
    assert refused.status_code == 422
    assert "4 au plus" in words_of(refused) or "au moins" in words_of(refused)
    nowhere = {**form, "table": 99}
    assert adviser.post(path, data=nowhere).status_code == 422
    assert stored(settings, event)[0].version == version


def test_a_group_that_falls_below_its_size_gets_the_best_fit(settings, adviser, at):
    own = {"groups": 2, "size_min": 8, "size_max": 12, "mentors_min": 0, "mentors_max": 0}
    event = published(
        settings,
        adviser,
        "seats5",
        kind="peer_groups",
        people=18,
        slots=0,
        tables=0,
        wishes=0,
        own_settings=own,
    )
    _, problem, before, _ = stored(settings, event)
    small = min(before.groups, key=lambda each: len(each.leaders))
    gone = [each.id for each in small.leaders if each.id != small.meets_at]
    gone = gone[: len(small.leaders) - 7]
    for who in gone:
        assert note(adviser, event, who, "absent").status_code == 303
    assert "à réparer" in words_of(adviser.get(f"/evenements/{event}/jour"))
    page = adviser.get(f"/evenements/{event}/jour/reparation")
    said = words_of(page)
    assert f"Rejoint le groupe {small.number}" in said
    assert "Réparer à partir de" not in said
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=repair_form(page))
    assert done.status_code == 303, words_of(done)
    assert f"Rejoint le groupe {small.number}" in words_of(adviser.get(done.headers["location"]))
    found, problem, after, history = stored(settings, event)
    assert planner_of(found.details.kind).check(problem, after) == []
    assert min(len(each.leaders) for each in after.groups) >= 8 or problem.size_min < 8
    assert sorted(history[-1].details["changes"]["absent"]) == sorted(gone)
    assert len(history[-1].details["changes"]["moved"]) == 1
    assert "Rien n'est à réparer" in words_of(adviser.get(f"/evenements/{event}/jour/reparation"))


def test_nothing_is_mended_before_a_plan_is_out_or_without_a_day(settings, adviser, at):
    own = {"repeats": "avoid"}
    event = put_event(
        settings,
        "seats6",
        kind="round_tables",
        people=12,
        slots=2,
        tables=3,
        own_settings=own,
        day=DAY,
    )
    page = adviser.get(f"/evenements/{event}/jour/reparation")
    assert page.status_code == 409
    invited = put_event(settings, "seats7", kind="invitations", day=DAY, slots=0, tables=0)
    assert adviser.get(f"/evenements/{invited}/jour/reparation").status_code == 422


def test_a_table_is_lost_in_conventions_only(settings, adviser, at):
    event = tables(settings, adviser, "seats8")
    version = stored(settings, event)[0].version
    path = f"/evenements/{event}/jour/reparation"
    for answer in (
        adviser.get(path, params={"depuis": 2, "table": 3}),
        adviser.post(path, data={"depuis": 2, "table": 3, "seal": "0" * 16}),
    ):
        assert answer.status_code == 422
        assert "Seule une convention peut perdre une table" in words_of(answer)
    assert stored(settings, event)[0].version == version


def test_plans_of_different_numbers_of_rounds_are_told_apart(settings, adviser, at):
    own = {"repeats": "avoid", "seats_min": 3, "seats_max": 4}
    frame = {"kind": "round_tables", "people": 18, "slots": 3, "tables": 6}
    event = put_event(settings, "seats9", day=DAY, own_settings=own, **frame)
    path = f"/evenements/{event}/planning"
    for rounds in (3, 2):
        store = open_store(settings.store_url)
        with store.unit() as unit:
            found = unit.events.get(event)
            details = replace(found.details, settings={**own, "rounds": rounds})
            unit.events.change(event, Edit(found.version, AT, "Zoé"), details)
        store.close()
        version = re.search(r'name="version" value="(\d+)"', adviser.get(path).text)[1]
        assert adviser.post(path, data={"seconds": 3, "version": version}).status_code == 303
    fewer, more = (
        adviser.get(f"/evenements/{event}/jour/annonces", params={"avant": a, "apres": b})
        for a, b in ((1, 2), (2, 1))
    )
    assert fewer.status_code == more.status_code == 200
    assert "Au tour 3" not in words_of(fewer)
    assert words_of(more).count("Au tour 3 (9 h 50) : table") == 18, "nobody had a seat in it"
    assert "Au tour 3 (9 h 50) : table 1 au lieu" not in words_of(more)


def joined(first: int, fresh: bool, **own) -> Participant:
    tree = {"rounds": 4, "participants": [{"id": f"p{n}", "department": "77"} for n in range(4)]}
    problem = document_of(tree, Problem, "test")
    tree["participants"].append({"id": "w", "department": "91", "arrives": 1, "leaves": 2})
    known = document_of(tree, Problem, "test") if fresh else None
    walk_in = Registration("w", "W", department="91", **own)
    changes = changes_of_tables(problem, DayNews((), (), ()), first, walk_in, known)
    return changes.walk_ins[0]


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(
    ("first", "unavailable", "rounds"),
    [
        (1, (), (1, 4, ())),
        (1, (3, 4), (1, 2, ())),
        (2, (3,), (2, 4, (3,))),
        (2, (1, 2), (3, 4, ())),
        (3, (3, 4), (4, 4, (4,))),
    ],
)
def test_who_walks_in_keeps_their_own_free_rounds(fresh, first, unavailable, rounds):
    person = joined(first, fresh, unavailable=unavailable)
    assert (person.arrives, person.leaves or 4, person.away) == rounds


def test_a_gap_of_ones_own_is_no_return():
    people = [{"id": f"p{n}", "department": "77"} for n in range(4)]
    people[0]["away"] = [2]
    problem = document_of({"rounds": 3, "participants": people}, Problem, "test")
    guests = [Registration(f"p{n}", f"P {n}") for n in range(4)]
    plan = Plan(status="feasible", seconds=0)
    assert news_of_tables(problem, plan, guests, 1).back == (guests[0],)
    away = [replace(guests[0], unavailable=(2,)), *guests[1:]]
    assert news_of_tables(problem, plan, away, 1).back == ()
