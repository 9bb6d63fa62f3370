"""Events over HTTP: an event led from draft to close, and everything that must be refused."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from contextlib import contextmanager

import httpx
import icalendar
import openpyxl
import pytest
from servers import copied, serving
from sign_ins import key_headers, session_of
from workbooks import XLSX, workbook

from api import event_schemas
from api.app import create_app
from api.event_examples import PROBLEM
from matchmaker.accounts.roles import Right, Role
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import document_of
from matchmaker.settings import EventSettings
from matchmaker.store import open_store

ZOE = "Zoé (CCI 91)"
HEADER = ("id", "nom", "entreprise", "siret", "département", "courriel")


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    events = EventSettings(
        max_body_bytes=2_000_000, max_planning_seconds=20, organiser_email="cci@example.org"
    )
    return copied(demo_home, tmp_path_factory.mktemp("events") / "home", events=events)


@pytest.fixture(scope="module")
def app(settings):
    return create_app(settings)


@pytest.fixture(scope="module")
def door(app):
    with serving(app) as door:
        yield door


@pytest.fixture(scope="module")
def client(settings, door):
    """Come in as an adviser of chamber 91."""
    with adviser(settings, door, "91", "Zoé") as client:
        yield client


@pytest.fixture(scope="module")
def karim(settings, door):
    """Come in as a colleague of chamber 77."""
    with adviser(settings, door, "77", "Karim") as client:
        yield client


def adviser(settings, door, chamber: str, name: str) -> httpx.Client:
    cookies, headers = session_of(settings, Role.ADVISER, chamber=chamber, name=name)
    return httpx.Client(base_url=door.base_url, timeout=30, cookies=cookies, headers=headers)


@pytest.fixture(scope="module")
def administrator(settings, door):
    cookies, headers = session_of(settings, Role.ADMINISTRATOR, name="Ada")
    with httpx.Client(
        base_url=door.base_url, timeout=30, cookies=cookies, headers=headers
    ) as client:
        yield client


@pytest.fixture(scope="module")
def firms(settings):
    """Give four fictional firms of each department that the snapshot may show."""
    store = open_store(settings.store_url)
    with store.reading() as unit:
        frame = unit.companies.frame()
        sirets = frame["siret"].to_list()
        shown = unit.companies.servable(sirets)
    store.close()
    return [
        firm
        for code in ("77", "91")
        for firm in [each for each in shown.values() if each.department == code][:4]
    ]


def new_event(**changes) -> dict:
    slots = [("09:00", "09:20"), ("09:25", "09:45"), ("09:50", "10:10"), ("10:15", "10:35")]
    return {
        "kind": "convention",
        "title": "Rencontres d'affaires",
        "day": "2027-03-18",
        "chambers": ["77", "91"],
        "tables": 3,
        "slots": [{"start": start, "end": end} for start, end in slots],
        "place": "Évry",
        "fictional": True,
        **changes,
    }


@pytest.fixture
def event(client) -> dict:
    answer = client.post("/v1/events", json=new_event())
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/events/{answer.json()['id']}"
    return answer.json()


def people_of(firms) -> list[tuple]:
    return [
        (f"p{n}", f"Personne {n}", firm.name, firm.siret, firm.department, f"p{n}@example.org")
        for n, firm in enumerate(firms)
    ]


def version_of(client, event) -> int:
    return client.get(f"/v1/events/{event['id']}").json()["version"]


def send(client, event, what, method="POST", **body) -> httpx.Response:
    """Send a change at the version that is stored."""
    path = f"/v1/events/{event['id']}/{what}"
    body = {"version": version_of(client, event), **body}
    return client.request(method, path, json=body)


def done(answer: httpx.Response, status: int = 200) -> dict:
    assert answer.status_code == status, answer.text
    return answer.json()


def upload(client, event, what, data, kind=XLSX, **query) -> httpx.Response:
    query = {"version": version_of(client, event), **query}
    path = f"/v1/events/{event['id']}/{what}/import"
    return client.post(path, content=data, params=query, headers={"Content-Type": kind})


def registered(client, event, firms) -> None:
    done(upload(client, event, "registrations", workbook(HEADER, *people_of(firms))))
    done(send(client, event, "state", to="registering"))


WISHES = [("p0", "p4"), ("p4", "p0"), ("p1", "p5"), ("p2", "p6"), ("p3", "p7"), ("p0", "p5")]


def planned(client, event, firms) -> dict:
    registered(client, event, firms)
    wishes = [{"wisher": a, "wished": b, "kind": "yes"} for a, b in WISHES]
    done(send(client, event, "wishes", "PUT", wishes=wishes))
    made = done(send(client, event, "plan", time_limit=5, seed=1))
    done(send(client, event, "state", to="planned"))
    return made


def refused(answer: httpx.Response, status: int, slug: str, word: str = "") -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:matchmaker:problem:{slug}"
    assert problem["detail"].endswith((".", "!", "?"))
    assert word in problem["detail"]


# A whole life


def test_an_event_from_draft_to_close(client, settings, event, firms):
    made = planned(client, event, firms)
    event_schemas.MadePlanAnswer.model_validate(made)
    assert made["snapshot"] is not None
    stored = done(client.get(f"/v1/events/{event['id']}/plan"))
    problem = document_of(stored["problem"], Problem, "problem")
    assert check(problem, document_of(stored["plan"], Plan, "plan")) == []
    wished = {"~".join(sorted(pair)) for pair in WISHES}
    held = {meeting["id"] for meeting in stored["plan"]["meetings"]}
    assert held
    assert held <= {meeting["id"] for meeting in stored["problem"]["meetings"]}
    assert wished <= held | {each["id"] for each in stored["plan"]["unmet"]}

    done(send(client, event, "state", to="published"))
    gone = next(iter(sorted(held))).partition("~")[0]
    changes = {"from_slot": 1, "absent": [gone]}
    mended = done(send(client, event, "repair", changes=changes, time_limit=5))
    event_schemas.RepairAnswer.model_validate(mended)
    told = {message["participant"] for message in mended["messages"]}
    lost = [each for each in held if gone in each.split("~")]
    assert told >= {who for each in lost for who in each.split("~")}
    assert not any(gone in each["id"].split("~") for each in mended["plan"]["meetings"])
    assert mended["event"]["published_plan"] == mended["number"] == 2

    done(send(client, event, "state", to="running"))
    seen = [
        {"participant": f"p{n}", "status": "absent" if f"p{n}" == gone else "present"}
        for n in range(8)
    ]
    done(send(client, event, "attendance", seen=seen))
    a, b = mended["plan"]["meetings"][0]["id"].split("~")
    outcome = {"a": a, "b": b, "held": True, "worth_a": "yes", "next_step": "visite"}
    done(send(client, event, "outcomes", "PUT", outcomes=[outcome]))
    closed = done(send(client, event, "state", to="closed"))
    event_schemas.EventAnswer.model_validate(closed)
    store = open_store(settings.store_url)
    with store.reading() as unit:
        relations = unit.relations.all()
    store.close()
    written = [each for each in relations if each.source == f"event:{event['id']}"]
    sirets = {f"p{n}": firm.siret for n, firm in enumerate(firms)}
    assert {each.kind: set(each.members) for each in written} == {
        "event": {siret for who, siret in sirets.items() if who != gone},
        "meeting": {sirets[a], sirets[b]},
    }
    history = done(client.get(f"/v1/events/{event['id']}/history"))
    event_schemas.HistoryAnswer.model_validate(history)
    actions = [line["action"] for line in history["items"]]
    assert actions[0] == "created"
    assert {"registered", "wished", "planned", "repaired", "attended", "recorded"} <= set(actions)
    assert actions[-1] == "moved"
    assert {line["by"] for line in history["items"]} == {ZOE}


def test_what_is_read_has_the_promised_shape(client, event, firms):
    planned(client, event, firms)
    path = f"/v1/events/{event['id']}"
    for what, model in {
        "": event_schemas.EventAnswer,
        "/registrations": event_schemas.RegistrationsAnswer,
        "/wishes": event_schemas.WishesAnswer,
        "/outcomes": event_schemas.OutcomesAnswer,
        "/plans": event_schemas.PlansAnswer,
        "/plan": event_schemas.StoredPlanAnswer,
        "/plans/1": event_schemas.StoredPlanAnswer,
    }.items():
        model.model_validate(done(client.get(path + what)))
    assert done(client.get(f"{path}/plans/1/check")) == {"faults": []}
    listed = done(client.get("/v1/events", params={"kind": "convention", "state": "planned"}))
    event_schemas.EventsAnswer.model_validate(listed)
    assert event["id"] in {each["id"] for each in listed["items"]}


def test_emails_go_in_and_never_come_out(client, event, firms):
    planned(client, event, firms)
    path = f"/v1/events/{event['id']}"
    for what in ("", "/registrations", "/history", "/plan", "/exports/json", "/exports/csv"):
        answer = client.get(path + what)
        assert answer.status_code == 200
        assert "p1@example.org" not in answer.text


def test_a_firm_that_opts_out_leaves_its_events(client, event, firms):
    """Its participants go from every event that is not closed; the history notes their ids."""
    registered(client, event, firms)
    gone = firms[-1].siret
    try:
        assert client.put(f"/v1/companies/{gone}/opt-out").status_code == 204
        people = client.get(f"/v1/events/{event['id']}/registrations").text
        assert firms[0].siret in people
        assert gone not in people
        history = client.get(f"/v1/events/{event['id']}/history").json()
        assert "erased" in str(history)
    finally:
        assert client.delete(f"/v1/companies/{gone}/opt-out").status_code == 204


def test_another_plan_and_back_to_the_first(client, event, firms):
    planned(client, event, firms)
    second = done(send(client, event, "plan", time_limit=5, seed=2))
    assert second["number"] == second["event"]["current_plan"] == 2
    chosen = done(send(client, event, "plan/choice", number=1))
    assert chosen["current_plan"] == 1
    refused(send(client, event, "plan/choice", number=9), 404, "unknown-event", "no plan 9")


def test_an_event_that_cannot_be_planned_stores_nothing_and_says_why(client, event):
    for who in ("a", "b"):
        body = {"name": who, "department": "77" if who == "a" else "91", "min": 2}
        done(send(client, event, f"registrations/{who}", "PUT", **body))
    done(send(client, event, "state", to="registering"))
    wishes = [{"wisher": "a", "wished": "b", "kind": "must"}]
    done(send(client, event, "wishes", "PUT", wishes=wishes))
    before = version_of(client, event)
    answer = done(send(client, event, "plan", time_limit=5))
    assert answer["number"] is None
    assert answer["plan"]["status"] == "infeasible"
    assert answer["plan"]["blocking"][0]["text"]
    assert version_of(client, event) == before
    assert done(client.get(f"/v1/events/{event['id']}/plans"))["items"] == []


def test_round_tables_are_planned_and_exported(client, firms):
    event = done(
        client.post(
            "/v1/events",
            json=new_event(kind="round_tables", tables=2, slots=new_event()["slots"][:2]),
        ),
        201,
    )
    event = {"id": event["id"]}
    registered(client, event, firms)
    patch = {"settings": {"seats_min": 4, "seats_max": 4, "repeats": "avoid"}}
    done(client.patch(f"/v1/events/{event['id']}", json={**patch, "version": 3}))
    made = done(send(client, event, "plan", time_limit=5))
    assert len(made["plan"]["rounds"]) == 2
    answer = client.get(f"/v1/events/{event['id']}/exports/xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    refused(send(client, event, "repair", changes={"from_slot": 1}), 409, "event-state")


# Whose events


@pytest.fixture
def own_event(client) -> dict:
    """Begin an event that chamber 91 holds alone."""
    return done(client.post("/v1/events", json=new_event(chambers=["91"])), 201)


def event_routes(client) -> list[tuple[str, str]]:
    """Every route of one event: its method, and what follows the event's address."""
    paths = client.get("/v1/openapi.json").json()["paths"]
    start = "/v1/events/{event_id}"
    return [
        (method.upper(), path.removeprefix(start))
        for path, operations in paths.items()
        if path.startswith(start)
        for method in operations
    ]


BODIES = {
    "PATCH ": {"title": "Volé"},
    "POST /state": {"to": "cancelled"},
    "PUT /registrations/{participant}": {"name": "Mallory"},
    "PUT /wishes": {"wishes": [{"wisher": "a", "wished": "b", "kind": "yes"}]},
    "POST /wishes/withdrawal": {"wishes": [{"wisher": "a", "wished": "b"}]},
    "POST /plan": {},
    "POST /plan/choice": {"number": 1},
    "POST /repair": {"changes": {"from_slot": 1}},
    "POST /attendance": {"seen": [{"participant": "a", "status": "present"}]},
    "PUT /outcomes": {"outcomes": [{"a": "a", "b": "b", "held": True}]},
}
"""What a change needs to get as far as the question whose event it is."""


def try_route(client, event_id, method, path) -> httpx.Response:
    filled = path.format(participant="p1", number=1, format="json")
    address, body = f"/v1/events/{event_id}{filled}", BODIES.get(f"{method} {path}")
    if path.endswith("/import"):
        data = "nom;de;à;souhait\nAnne;a;b;oui\n".encode()
        kind = {"Content-Type": "text/csv"}
        return client.post(address, content=data, params={"version": 1}, headers=kind)
    return client.request(method, address, json=body, headers={"If-Match": '"1"'})


def test_an_event_of_another_chamber_is_unknown_on_every_route(client, karim, own_event):
    """And reads byte for byte like one that is not there."""
    routes = event_routes(client)
    assert {f"{method} {path}" for method, path in routes} >= set(BODIES)
    for method, path in routes:
        answer = try_route(karim, own_event["id"], method, path)
        refused(answer, 404, "unknown-event", own_event["id"])
        missing = try_route(karim, "k7m2p9qa", method, path)
        assert missing.text.replace("k7m2p9qa", own_event["id"]) == answer.text
    assert done(client.get(f"/v1/events/{own_event['id']}")) == own_event


def test_lists_hold_what_the_chamber_holds(client, karim, administrator, own_event, event):
    def ids(reader) -> set[str]:
        return {each["id"] for each in done(reader.get("/v1/events"))["items"]}

    assert {own_event["id"], event["id"]} <= ids(client)
    assert own_event["id"] not in ids(karim)
    assert event["id"] in ids(karim)
    assert {own_event["id"], event["id"]} <= ids(administrator)


def test_nobody_begins_or_gives_away_an_event_without_their_chamber(client, karim, own_event):
    answer = karim.post("/v1/events", json=new_event(chambers=["91"]))
    refused(answer, 403, "not-allowed", "chamber 77")
    path = f"/v1/events/{own_event['id']}"
    answer = client.patch(path, json={"chambers": ["77"], "version": 1})
    refused(answer, 403, "not-allowed", "chamber 91")
    both = done(client.patch(path, json={"chambers": ["77", "91"], "version": 1}))
    assert done(karim.get(path)) == both


def test_an_administrator_prepares_events_of_any_chamber(administrator, own_event):
    path = f"/v1/events/{own_event['id']}"
    changed = done(administrator.patch(path, json={"place": "Massy", "version": 1}))
    assert (changed["details"]["place"], changed["changed_by"]) == ("Massy", "Ada")


def test_a_key_of_one_chamber_reaches_its_events_alone(settings, door, own_event, event):
    headers = key_headers(settings, Right.EVENTS, chamber="77")
    path = f"/v1/events/{own_event['id']}"
    refused(door.get(path, headers=headers), 404, "unknown-event")
    assert door.get(f"/v1/events/{event['id']}", headers=headers).status_code == 200
    everywhere = key_headers(settings, Right.EVENTS)
    assert door.get(path, headers=everywhere).status_code == 200
    other = key_headers(settings, Right.DIRECTORY)
    refused(door.get(path, headers=other), 403, "not-allowed", "events")


def test_events_are_nothing_for_entrepreneurs_and_strangers(settings, door, firms, event):
    cookies, headers = session_of(settings, Role.ENTREPRENEUR, companies=[firms[0].siret])
    with httpx.Client(base_url=door.base_url, cookies=cookies, headers=headers) as reader:
        for path in ("/v1/events", f"/v1/events/{event['id']}", "/v1/events/schema"):
            refused(reader.get(path), 403, "not-allowed", "events")
            refused(door.get(path), 401, "not-signed-in")
        refused(reader.post("/v1/events", json=new_event()), 403, "not-allowed")
    refused(door.post("/v1/events/schedule", json=PROBLEM), 401, "not-signed-in")


# Contact data


def contacts_of(reader, event) -> dict[str, dict]:
    answer = done(reader.get(f"/v1/events/{event['id']}/contacts"))
    event_schemas.ContactsAnswer.model_validate(answer)
    return {each["participant"]: each for each in answer["items"]}


def log_of(settings) -> list[tuple[str, str, str]]:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        lines = unit.contacts.list(limit=1000)
    store.close()
    return [(line.actor, line.siret, line.purpose) for line in lines]


def test_each_chamber_reads_the_addresses_of_its_own_firms(
    client, karim, administrator, settings, event, firms
):
    """And each firm whose address was read stands in the log once."""
    registered(client, event, firms)
    before = len(log_of(settings))
    found = contacts_of(client, event)
    assert set(found) == {f"p{n}" for n in range(8)}
    for n, firm in enumerate(firms):
        mine = firm.department == "91"
        assert found[f"p{n}"]["contact_hidden"] is not mine
        assert found[f"p{n}"]["email"] == (f"p{n}@example.org" if mine else None)
    logged = log_of(settings)
    new = logged[: len(logged) - before]
    assert sorted(new) == sorted((ZOE, firm.siret, "event") for firm in firms[4:])
    theirs = contacts_of(karim, event)
    assert {who for who, each in theirs.items() if each["email"]} == {"p0", "p1", "p2", "p3"}
    everybody = contacts_of(administrator, event)
    assert all(each["email"] and not each["contact_hidden"] for each in everybody.values())


def test_somebody_without_an_address_looks_like_anybody_else_to_the_other_chamber(
    client, karim, event, firms
):
    registered(client, event, firms)
    body = {"name": "Sans adresse", "siret": firms[4].siret, "department": "91"}
    done(send(client, event, "registrations/p9", "PUT", **body))
    found = contacts_of(karim, event)
    known = {key: found["p4"][key] for key in ("email", "contact_hidden")}
    assert {key: found["p9"][key] for key in known} == known
    own = contacts_of(client, event)["p9"]
    assert (own["email"], own["contact_hidden"]) == (None, False)


def test_a_hidden_address_is_not_reached_by_calling_its_participant_ones_own(
    client, karim, event, firms
):
    """Neither one by one nor by a spreadsheet; nothing of the request is written."""
    registered(client, event, firms)
    version = version_of(client, event)
    for stolen in ({"siret": firms[0].siret, "department": "77"}, {"department": "77"}):
        answer = send(karim, event, "registrations/p5", "PUT", name="Personne 5", **stolen)
        refused(answer, 403, "not-allowed", "p5")
    rows = [("p5", "Personne 5", firms[0].name, firms[0].siret, "77", "")]
    answer = upload(karim, event, "registrations", workbook(HEADER[:5], *(r[:5] for r in rows)))
    refused(answer, 403, "not-allowed", "p5")
    assert version_of(client, event) == version
    assert contacts_of(karim, event)["p5"]["contact_hidden"]
    same = {"siret": firms[5].siret, "department": "91"}
    done(send(karim, event, "registrations/p5", "PUT", name="Personne cinq", **same))
    assert contacts_of(client, event)["p5"]["email"] == "p5@example.org"


# Exports


@pytest.mark.parametrize(
    ("format", "kind", "start"),
    [
        ("xlsx", XLSX, b"PK"),
        ("ics", "text/calendar", b"BEGIN:VCALENDAR"),
        ("pdf-badges", "application/pdf", b"%PDF"),
        ("pdf-plans", "application/pdf", b"%PDF"),
        ("pdf-tables", "application/pdf", b"%PDF"),
        ("csv", "text/csv", b"\xef\xbb\xbf"),
        ("json", "application/json", b"{"),
    ],
)
def test_exports(client, shown_event, format, kind, start):
    answer = client.get(f"/v1/events/{shown_event}/exports/{format}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(kind)
    assert answer.content.startswith(start)
    name = answer.headers["content-disposition"].partition('filename="')[2].rstrip('"')
    assert name.startswith(f"{shown_event}-plan1")
    assert name.endswith(format.partition("-")[0])


@pytest.fixture(scope="module")
def shown_event(client, firms) -> str:
    event = client.post("/v1/events", json=new_event()).json()
    planned(client, event, firms)
    return event["id"]


def test_a_calendar_of_one_participant_has_their_meetings_alone(client, shown_event):
    stored = client.get(f"/v1/events/{shown_event}/plan").json()
    mine = [each for each in stored["plan"]["meetings"] if "p0" in each["id"].split("~")]
    answer = client.get(f"/v1/events/{shown_event}/exports/ics", params={"participant": "p0"})
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert len(calendar.walk("VEVENT")) == len(mine) > 0
    assert {str(each["ORGANIZER"]) for each in calendar.walk("VEVENT")} == {
        "mailto:cci@example.org"
    }


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        ("ics?participant=nobody", 422, "bad-problem"),
        ("pdf-plans?participant=nobody", 422, "bad-problem"),
        ("xlsx?plan=7", 404, "unknown-event"),
        ("docx", 422, "bad-value"),
        ("ics?previous=1", 422, "bad-problem"),
    ],
)
def test_exports_that_cannot_be_made(client, shown_event, path, status, slug):
    refused(client.get(f"/v1/events/{shown_event}/exports/{path}"), status, slug)


def test_an_event_without_a_plan_has_no_export(client, event):
    refused(client.get(f"/v1/events/{event['id']}/exports/xlsx"), 404, "unknown-event", "no plan")


# Versions


def test_a_stale_version_writes_nothing(client, karim, event):
    path = f"/v1/events/{event['id']}"
    done(karim.patch(path, json={"title": "Deux", "version": 1}))
    late = {"title": "Trois"}
    refused(client.patch(path, json={**late, "version": 1}), 409, "event-conflict", "Karim")
    answer = client.patch(path, json=late, headers={"If-Match": '"1"'})
    refused(answer, 412, "event-conflict", "Karim")
    assert done(client.get(path))["details"]["title"] == "Deux"


def test_the_entity_tag_is_the_version(client, event):
    path = f"/v1/events/{event['id']}"
    tag = client.get(path).headers["etag"]
    assert tag == '"1"'
    answer = client.patch(path, json={"place": "Melun"}, headers={"If-Match": tag})
    assert answer.headers["etag"] == '"2"'
    assert done(answer)["details"]["place"] == "Melun"


def test_a_change_without_a_version_is_refused(client, event):
    path = f"/v1/events/{event['id']}"
    refused(client.patch(path, json={"title": "Deux"}), 428, "version-missing")
    answer = client.post(f"{path}/registrations/import", content=b"x")
    refused(answer, 428, "version-missing")


@pytest.mark.parametrize("tag", ["*", "1", 'W/"1"', '"x"', '""'])
def test_an_entity_tag_that_is_none(client, event, tag):
    answer = client.patch(f"/v1/events/{event['id']}", json={}, headers={"If-Match": tag})
    refused(answer, 422, "bad-value", "If-Match")


def test_two_versions_that_differ(client, event):
    answer = client.patch(
        f"/v1/events/{event['id']}", json={"version": 2}, headers={"If-Match": '"1"'}
    )
    refused(answer, 422, "bad-value", "give one")


def test_of_two_writers_at_once_one_wins(client, event):
    path = f"/v1/events/{event['id']}"
    answers: list[int] = []

    def write(title: str) -> None:
        body = {"title": title, "version": 1}
        answers.append(client.patch(path, json=body).status_code)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("Un", "Deux", "Trois")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409]
    assert version_of(client, event) == 2


# Spreadsheets


def test_wrong_rows_are_set_apart_and_the_others_go_in(client, event):
    rows = [("p1", "Anne", "A", "", "77", ""), ("p2", "Bob", "B", "123", "77", "")]
    answer = done(upload(client, event, "registrations", workbook(HEADER, *rows)))
    event_schemas.ImportAnswer.model_validate(answer)
    assert (answer["new"], answer["event"]["version"]) == (1, 2)
    assert [(each["line"], each["column"]) for each in answer["rejects"]] == [(3, "siret")]
    again = done(upload(client, event, "registrations", workbook(HEADER, rows[0])))
    assert (again["new"], again["unchanged"], again["event"]["version"]) == (0, 1, 2)


def test_csv_is_read_as_well_and_wishes_come_after(client, event):
    people = "id;nom;département\na;Anne;77\nb;Bob;91\n".encode()
    done(upload(client, event, "registrations", people, "text/csv; charset=utf-8"))
    done(send(client, event, "state", to="registering"))
    wishes = "de;à;souhait\nAnne;Bob;oui\nAnne;Zoé;oui\n".encode()
    answer = done(upload(client, event, "wishes", wishes, "text/csv"))
    assert (answer["new"], len(answer["rejects"])) == (1, 1)
    found = done(client.get(f"/v1/events/{event['id']}/wishes"))["items"]
    assert found == [{"wisher": "a", "wished": "b", "kind": "yes", "met_before": False}]
    pairs = [{"wisher": "a", "wished": "b"}]
    done(send(client, event, "wishes/withdrawal", wishes=pairs))
    assert done(client.get(f"/v1/events/{event['id']}/wishes"))["items"] == []


def bomb() -> bytes:
    """Make a workbook of a few kilobytes that unpacks to more than is borne."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(256):
                member.write(bytes(1_048_576))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "is empty"),
        (b"not a workbook", "named like a workbook"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0old", "old Excel file"),
        (workbook(("remarques",), ("rien",)), "column 'nom' is missing"),
        (workbook(HEADER), "no rows"),
    ],
    ids=["empty", "text", "damaged", "old", "columns", "rows"],
)
def test_files_that_cannot_be_read(client, event, data, word):
    answer = upload(client, event, "registrations", data)
    refused(answer, 422, "bad-file", word)
    assert "upload.xlsx" in answer.json()["detail"]
    assert "/tmp" not in answer.text


def test_a_zip_bomb_is_refused(client, event):
    data = bomb()
    assert len(data) < 1_000_000
    refused(upload(client, event, "registrations", data), 422, "bad-file", "unpacks to")


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "multipart/form-data", ""])
def test_files_of_another_kind(client, event, kind):
    answer = upload(client, event, "registrations", b"x", kind)
    refused(answer, 415, "unsupported-media-type", "text/csv")


def test_a_body_that_is_too_long(client, event):
    refused(upload(client, event, "wishes", bytes(2_000_001)), 413, "content-too-large", "2000000")
    answer = client.post("/v1/preview", content=bytes(300_000))
    refused(answer, 413, "content-too-large", "262144")


# What is refused


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/history", None),
        ("GET", "/registrations", None),
        ("GET", "/plan", None),
        ("GET", "/exports/xlsx", None),
        ("PATCH", "", {"version": 1}),
        ("POST", "/state", {"version": 1, "to": "inviting"}),
        ("POST", "/plan", {"version": 1}),
        ("PUT", "/registrations/p1", {"version": 1, "name": "Anne"}),
        ("DELETE", "/registrations/p1?version=1", None),
    ],
)
def test_an_unknown_event(client, method, path, body):
    answer = client.request(method, f"/v1/events/k7m2p9qa{path}", json=body)
    refused(answer, 404, "unknown-event", "k7m2p9qa")


def test_an_unknown_participant(client, event):
    answer = client.delete(f"/v1/events/{event['id']}/registrations/nobody", params={"version": 1})
    refused(answer, 404, "unknown-event", "nobody")


def test_moves_that_the_state_does_not_allow(client, event):
    refused(send(client, event, "state", to="running"), 409, "event-state", "inviting")
    done(send(client, event, "state", to="registering"))
    refused(send(client, event, "state", to="planned"), 409, "event-state", "plan")
    seen = [{"participant": "p1", "status": "present"}]
    refused(send(client, event, "attendance", seen=seen), 409, "event-state")
    refused(send(client, event, "repair", changes={"from_slot": 1}), 409, "event-state")


@pytest.mark.parametrize(
    ("changes", "slug", "word"),
    [
        ({"kind": "party"}, "bad-value", "kind"),
        ({"title": ""}, "bad-value", "title"),
        ({"day": "soon"}, "bad-value", "day"),
        ({"chambers": ["999"]}, "bad-problem", "999"),
        ({"timezone": "Mars"}, "bad-problem", "Mars"),
        ({"slots": [{"start": "10:00", "end": "09:00"}]}, "bad-problem", "slot 1"),
        ({"tables": -1}, "bad-value", "tables"),
        ({"by": "Karim"}, "bad-value", "by"),
        ({"colour": "red"}, "bad-value", "colour"),
    ],
)
def test_events_that_contradict_themselves(client, changes, slug, word):
    refused(client.post("/v1/events", json=new_event(**changes)), 422, slug, word)


def test_bodies_that_are_no_json(client, event):
    kind = {"Content-Type": "application/json"}
    refused(client.post("/v1/events", content=b"{", headers=kind), 422, "bad-value", "JSON")
    answer = client.post("/v1/events/schedule", content=b"{", headers=kind)
    refused(answer, 422, "bad-problem", "JSON")


def test_an_event_with_nobody_in_it_is_not_planned(client, event):
    done(send(client, event, "state", to="registering"))
    refused(send(client, event, "plan"), 422, "bad-problem", "nobody takes part")


# Without the store


def schedule(client, problem, **query) -> httpx.Response:
    return client.post("/v1/events/schedule", json=problem, params=query)


def test_a_problem_is_planned_without_the_store(client):
    plan = done(schedule(client, PROBLEM, time_limit=5))
    problem = document_of(PROBLEM, Problem, "problem")
    assert check(problem, document_of(plan, Plan, "plan")) == []
    assert plan["status"] == "optimal"
    assert [meeting["id"] for meeting in plan["meetings"]] == ["a1~b1"]


def test_an_infeasible_problem_is_an_answer(client):
    problem = {**PROBLEM, "participants": [{"id": "a1", "min": 2}, {"id": "b1"}]}
    plan = done(schedule(client, problem, time_limit=5))
    assert plan["status"] == "infeasible"
    assert plan["blocking"]


@pytest.mark.parametrize(
    ("problem", "query", "slug", "word"),
    [
        ({**PROBLEM, "slots": 0}, {}, "bad-problem", "slots"),
        ({**PROBLEM, "meetings": [{"id": 1, "a": "a1", "b": "x"}]}, {}, "bad-problem", "'x'"),
        (
            {
                **PROBLEM,
                "participants": [{"id": name} for name in ("a", "b", "c", "d")],
                "meetings": [
                    {"id": 1, "a": "a", "b": "b", "fixed_slot": 1},
                    {"id": 2, "a": "c", "b": "d", "fixed_slot": 1},
                ],
            },
            {},
            "bad-problem",
            "2 meetings are fixed in slot 1",
        ),
        (PROBLEM, {"time_limit": 21}, "bad-value", "20 seconds"),
        (PROBLEM, {"time_limit": 0}, "bad-value", "time_limit"),
        (PROBLEM, {"kind": "party"}, "bad-value", "kind"),
        (PROBLEM, {"kind": "peer_groups"}, "bad-problem", "leaders"),
    ],
    ids=["slots", "unknown", "fixed", "long", "zero", "kind", "other-kind"],
)
def test_problems_that_are_refused(client, problem, query, slug, word):
    refused(schedule(client, problem, **query), 422, slug, word)


def test_a_problem_must_come_as_json(client):
    answer = client.post("/v1/events/schedule", content=json.dumps(PROBLEM))
    refused(answer, 415, "unsupported-media-type", "application/json")


@contextmanager
def planning(app, client):
    """Keep the planner at work with a problem that takes all of its time."""
    people = [{"id": f"p{n}", "max": 6} for n in range(40)]
    meetings = [
        {"id": f"{a}-{b}", "a": f"p{a}", "b": f"p{b}", "value": (7 * a + 13 * b) % 19}
        for a in range(40)
        for b in range(a + 1, 40)
        if (a + b) % 3
    ]
    problem = {"slots": 8, "tables": 9, "participants": people, "meetings": meetings}
    problem["fairness"] = 1
    answers: list[httpx.Response] = []
    thread = threading.Thread(
        target=lambda: answers.append(schedule(client, problem, time_limit=8))
    )
    thread.start()
    while thread.is_alive() and app.state.service.planning_slots.available_tokens:
        time.sleep(0.01)
    yield answers
    thread.join()


def test_one_plan_at_a_time_and_the_others_come_back(app, client):
    with planning(app, client) as answers:
        refused(schedule(client, PROBLEM), 503, "planner-busy")
        assert schedule(client, PROBLEM).headers["retry-after"] == "30"
        assert client.get("/health").status_code == 200
    assert answers[0].status_code == 200


@pytest.mark.parametrize("kind", ["convention", "round_tables", "peer_groups", "invitations"])
@pytest.mark.parametrize("plan", [False, True])
def test_schemas(client, kind, plan):
    schema = done(client.get("/v1/events/schema", params={"kind": kind, "plan": plan}))
    assert schema["type"] == "object"
    assert ("status" in schema["properties"]) is plan


def test_peer_groups_are_planned_and_exported(client, firms):
    settings = {"groups": 1, "size_min": 2, "size_max": 8, "mentors_min": 1, "mentors_max": 2}
    settings |= {
        "mentors": ["p0", "p4"],
        "people": {f"p{n}": {"size": 9, "maturity": 5.0} for n in range(8)},
    }
    event = done(
        client.post(
            "/v1/events", json=new_event(kind="peer_groups", tables=0, slots=[], settings=settings)
        ),
        201,
    )
    registered(client, event, firms)
    made = done(send(client, event, "plan", time_limit=5))
    assert made["number"] == 1, made["plan"]
    (group,) = made["plan"]["groups"]
    people = {each["id"] for each in (*group["leaders"], *group["mentors"])}
    assert people <= {f"p{n}" for n in range(8)}
    answer = client.get(f"/v1/events/{event['id']}/exports/csv")
    assert firms[1].name.split()[0] in answer.text
    refused(
        client.get(f"/v1/events/{event['id']}/exports/ics"), 422, "bad-problem", "xlsx, csv or json"
    )


def test_invitations_are_chosen_among_the_firms_of_both_departments(client):
    settings = {
        "size": 10,
        "budget": 40,
        "k": 1,
        "confidence": 0.5,
        "good_from": 0.05,
        "theme": "métallerie et soudure",
        "acceptance_rates": [{"rate": 0.5}],
    }
    event = done(
        client.post(
            "/v1/events", json=new_event(kind="invitations", tables=0, slots=[], settings=settings)
        ),
        201,
    )
    done(send(client, event, "state", to="registering"))
    made = done(send(client, event, "plan", time_limit=10))
    assert made["number"] == 1, made["plan"]["blocking"]
    assert 0 < len(made["plan"]["invitations"]) <= 40
    stored = done(client.get(f"/v1/events/{event['id']}/plan"))
    assert {each["department"] for each in stored["problem"]["candidates"]} == {"77", "91"}
    answer = client.get(f"/v1/events/{event['id']}/exports/xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
