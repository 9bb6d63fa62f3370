"""Round tables and peer groups mended over HTTP and by the command, as the pages mend them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import httpx
import jsonschema
import pytest
from commands import Call, caller
from event_samples import put_event
from servers import copied, served
from sign_ins import session_of
from test_events_commands import done, environment, refused

from api import event_schemas
from matchmaker.accounts.roles import Role
from matchmaker.events.peer_groups.adjusting import groups_of
from matchmaker.events.services.planners import planner_of
from matchmaker.events.services.planning import documents_of
from matchmaker.store import open_store

TOMORROW = date.today() + timedelta(days=1)
TABLES = {"repeats": "avoid", "seats_min": 3, "seats_max": 4}
GROUPS = {"groups": 2, "size_min": 6, "size_max": 12, "mentors_min": 0, "mentors_max": 0}
FRAMES = {
    "round_tables": {"people": 18, "slots": 3, "tables": 6, "own_settings": TABLES},
    "peer_groups": {"people": 18, "slots": 0, "tables": 0, "wishes": 0, "own_settings": GROUPS},
    "convention": {"people": 12, "slots": 4, "tables": 4},
}


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("mending") / "home")


@pytest.fixture(scope="module")
def client(settings):
    cookies, headers = session_of(settings, Role.ADVISER, chamber="91")
    with (
        served(settings) as door,
        httpx.Client(base_url=door.base_url, timeout=60, cookies=cookies, headers=headers) as found,
    ):
        yield found


@pytest.fixture
def run(settings, tmp_path, monkeypatch) -> Call:
    monkeypatch.chdir(tmp_path)
    for name, value in environment(settings.home).items():
        monkeypatch.setenv(name, value)
    return caller(monkeypatch, "events")


def send(client, event: str, what: str, method: str = "POST", **body) -> httpx.Response:
    version = client.get(f"/v1/events/{event}").json()["version"]
    return client.request(method, f"/v1/events/{event}/{what}", json={"version": version, **body})


def published(settings, client, name: str, kind: str) -> str:
    event = put_event(settings, name, kind=kind, day=TOMORROW, **FRAMES[kind])
    assert send(client, event, "plan", time_limit=3).status_code == 200
    for state in ("planned", "published"):
        assert send(client, event, "state", to=state).status_code == 200
    return event


def stored(settings, event: str):
    store = open_store(settings.store_url)
    with store.reading() as unit:
        found = unit.events.get(event)
        plan = unit.events.plans.get(event, found.published_plan)
        history = unit.events.history(event)
    store.close()
    problem, made = documents_of(found.details.kind, plan)
    assert planner_of(found.details.kind).check(problem, made) == []
    return found, made, history


def absent(client, event: str, who: str) -> None:
    seen = [{"participant": who, "status": "absent"}]
    assert send(client, event, "attendance", seen=seen).status_code == 200


def newcomer(client, event: str, who: str = "new1", **more) -> None:
    body = {"name": "Zoé Nouvelle", "department": "77", "status": "present", **more}
    assert send(client, event, f"registrations/{who}", "PUT", **body).status_code == 200


def seats(plan) -> dict[tuple[str, int], int]:
    return {
        (who, held.round): table.table
        for held in plan.rounds
        for table in held.tables
        for who in table.participants
    }


def test_tables_are_mended_by_changes_and_by_attendance(settings, client):
    event = published(settings, client, "mendapi1", "round_tables")
    _, before, _ = stored(settings, event)
    changes = {"from_round": 2, "absent": ["p05"]}
    answer = send(client, event, "repair", changes=changes, time_limit=5)
    assert answer.status_code == 200, answer.text
    said = event_schemas.RepairAnswer.model_validate(answer.json())
    _, after, history = stored(settings, event)
    was, now = seats(before), seats(after)
    assert ("p05", 1) in now
    assert ("p05", 2) not in now
    moved = {(who, k) for who, k in now if now[who, k] != was[who, k]}
    assert moved
    assert {(each["participant"], each["round"]) for each in said.moved} == moved
    assert {each.participant for each in said.told} == {who for who, _ in moved}
    assert all(each.text.startswith("Au tour ") for each in said.told)
    assert history[-1].details["changes"]["absent"] == ["p05"]
    # As the page: attendance says it, and who walks in is seated.
    absent(client, event, "p07")
    answer = send(client, event, "repair", time_limit=5, lang="en")
    assert answer.status_code == 200, answer.text
    assert ("p07", 1) not in seats(stored(settings, event)[1])
    newcomer(client, event)
    answer = send(client, event, "repair", newcomer="new1", from_slot=2, time_limit=5)
    assert answer.status_code == 200, answer.text
    after = seats(stored(settings, event)[1])
    assert [("new1", k) in after for k in (1, 2, 3)] == [False, True, True]
    refusal = send(client, event, "repair", lang="fr")
    assert refusal.status_code == 422
    assert "nothing to mend" in refusal.json()["detail"]


def test_groups_take_who_walks_in_and_the_adviser_may_choose(settings, client):
    event = published(settings, client, "mendapi2", "peer_groups")
    _, before, _ = stored(settings, event)
    newcomer(client, event)
    answer = send(client, event, "repair", newcomer="new1", time_limit=5)
    assert answer.status_code == 200, answer.text
    said = event_schemas.RepairAnswer.model_validate(answer.json())
    (move,) = said.moved
    _, after, _ = stored(settings, event)
    assert groups_of(after) == {**groups_of(before), "new1": move["new"]}
    assert move["old"] == 0
    assert [each.participant for each in said.told] == ["new1"]
    newcomer(client, event, "new2", department="91")
    other = 3 - move["new"]
    answer = send(client, event, "repair", newcomer="new2", group=other, time_limit=5)
    assert answer.status_code == 200, answer.text
    assert groups_of(stored(settings, event)[1])["new2"] == other
    newcomer(client, event, "new3", department=None)
    refusal = send(client, event, "repair", newcomer="new3")
    assert refusal.status_code == 422
    assert "department" in refusal.json()["detail"]
    absent(client, event, before.groups[0].leaders[-1].id)
    answer = send(client, event, "repair", time_limit=5)
    assert answer.status_code == 200, answer.text
    assert before.groups[0].leaders[-1].id not in groups_of(stored(settings, event)[1])


def test_a_convention_is_mended_by_attendance_too(settings, client):
    event = published(settings, client, "mendapi3", "convention")
    absent(client, event, "p03")
    answer = send(client, event, "repair", time_limit=5)
    assert answer.status_code == 200, answer.text
    said = event_schemas.RepairAnswer.model_validate(answer.json())
    assert [each.text for each in said.told] == [each.text for each in said.messages]
    _, after, _ = stored(settings, event)
    assert not any("p03" in each.id.split("~") for each in after.meetings)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"changes": {"from_round": 1, "absent": ["zz"]}}, "'zz'"),
        ({"changes": {"from_slot": 1}}, "from_round"),
        ({"changes": {"from_round": 1}, "newcomer": "p01"}, "alone"),
        ({"lost_table": 1}, "table"),
        ({"newcomer": "nobody"}, "nothing to mend"),
    ],
)
def test_bad_changes_are_one_sentence_and_change_nothing(settings, client, body, word):
    event = "mendapi1"
    version = client.get(f"/v1/events/{event}").json()["version"]
    answer = send(client, event, "repair", **body)
    assert answer.status_code == 422
    assert word in answer.json()["detail"]
    assert client.get(f"/v1/events/{event}").json()["version"] == version


def test_the_command_mends_a_stored_event_as_attendance_says(settings, client, run):
    event = published(settings, client, "mendcli1", "peer_groups")
    _, before, _ = stored(settings, event)
    refused(run("mend", event, "--lang", "en"), "nothing to mend")
    gone = before.groups[0].leaders[-1].id
    done(run("attend", event, gone, "absent"))
    assert json.loads(done(run("mend", event, "--dry-run", "--json")))["number"] is None
    assert stored(settings, event)[1] == before
    told = json.loads(done(run("mend", event, "--json")))
    assert "told" in told
    assert told["number"] == 2
    found, after, history = stored(settings, event)
    assert gone not in groups_of(after)
    assert found.published_plan == 2
    assert history[-1].details["changes"]["absent"] == [gone]
    newcomer(client, event)
    said = done(run("mend", event, "--newcomer", "new1", "--group", 1))
    assert said.replace("\u00a0", " ").startswith("new1 : Rejoint le groupe 1")
    assert groups_of(stored(settings, event)[1])["new1"] == 1
    refused(run("mend", "nothere1"), "nothere1")


@pytest.mark.parametrize("kind", ["round_tables", "peer_groups"])
def test_documents_of_every_kind_are_mended(settings, client, run, tmp_path, kind):
    event = published(settings, client, f"mend{kind[:4]}", kind)
    tree = client.get(f"/v1/events/{event}/plan").json()
    paths = {
        name: tmp_path / f"{name}.json" for name in ("problem", "plan", "changes", "new", "day")
    }
    for name in ("problem", "plan"):
        paths[name].write_text(json.dumps(tree[name]))
    first = {"from_round": 1} if kind == "round_tables" else {}
    changes = {**first, "absent": ["p05"]}
    schema = json.loads(done(run("schema", "--kind", kind, "--changes")))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(changes, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**changes, "late": 3}, schema)
    paths["changes"].write_text(json.dumps(changes))
    files = [paths[name] for name in ("problem", "plan", "changes")]
    kept = ("--out", paths["new"], "--problem-out", paths["day"], "--kind", kind)
    said = json.loads(done(run("repair", *files, *kept, "--json", "--time-limit", 5)))
    assert {"moved", "told", "seconds"} <= set(said)
    assert "p05" not in paths["new"].read_text()
    assert done(run("check", paths["day"], paths["new"], "--kind", kind)) == "plan valable\n"
    paths["new"].unlink()
    paths["changes"].write_text(json.dumps({**first, "absent": ["nobody"]}))
    refused(run("repair", *files, *kept), "'nobody'")
    assert not paths["new"].exists()
    refused(run("repair", *files, "--out", paths["new"], "--kind", "invitations"), "not mended")
