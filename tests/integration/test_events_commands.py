"""`matchmaker events` as a person calls it: a process, its output, its exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import icalendar
import jsonschema
import pytest
from commands import Call, caller
from servers import copied
from workbooks import workbook

from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import read_document
from matchmaker.store import open_store

PROBLEM = {
    "slots": 4,
    "tables": 2,
    "participants": [{"id": "a1", "name": "Anne"}, {"id": "a2"}, {"id": "b1"}, {"id": "b2"}],
    "meetings": [
        {"id": "m1", "a": "a1", "b": "b1"},
        {"id": "m2", "a": "a1", "b": "b2"},
        {"id": "m3", "a": "a2", "b": "b1"},
        {"id": "m4", "a": "a2", "b": "b2"},
    ],
    "apart": [{"a": "a2", "b": "b2", "why": "competitor"}],
}
ZOE = ("--by", "Zoé (CCI 91)")
COMMAND = [sys.executable, "-c", "from pipelines.cli import main; main()", "events"]


def environment(home) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHMAKER_")}
    return {**kept, "MATCHMAKER_HOME": str(home), "COLUMNS": "200", "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("events") / "maison d'été").home


@pytest.fixture
def run(home, tmp_path, monkeypatch) -> Call:
    monkeypatch.chdir(tmp_path)
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    return caller(monkeypatch, "events")


@pytest.fixture
def start(home, tmp_path) -> Call:
    """Give the command line as a process of its own."""

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=environment(home),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return call


@pytest.fixture
def problem(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    return path


def done(answer: subprocess.CompletedProcess[str], status: int = 0) -> str:
    assert answer.returncode == status, answer.stderr or answer.stdout
    return answer.stdout


def refused(answer: subprocess.CompletedProcess[str], *words: str) -> None:
    """One sentence on standard error, nothing else, and status 2."""
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1, answer.stderr
    for word in words:
        assert word in answer.stderr


class TestSchedule:
    def test_a_plan_is_written_and_its_check_is_content(self, run, problem, tmp_path):
        out = tmp_path / "plan.json"
        said = done(run("schedule", problem, "--out", out, "--time-limit", 5, "--seed", 3))
        assert "Plan : le meilleur possible" in said.replace("\u00a0", " ")
        assert "Concurrents" in said
        assert check(read_document(problem, Problem), read_document(out, Plan)) == []
        assert {m["id"] for m in json.loads(out.read_text())["meetings"]} == {"m1", "m2", "m3"}
        assert done(run("check", problem, out)) == "plan valable\n"
        assert done(run("check", problem, out, "--lang", "en")) == "valid plan\n"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "problem.json"]

    def test_as_a_process(self, start, problem, tmp_path):
        out = tmp_path / "plan.json"
        assert "Valeur" in done(start("schedule", problem, "--out", out, "--time-limit", 5))
        assert json.loads(out.read_text())["status"] == "optimal"
        problem.write_text(json.dumps({**PROBLEM, "slots": 0}))
        refused(start("schedule", problem, "--out", tmp_path / "other.json"), "slots")
        assert not (tmp_path / "other.json").exists()

    def test_json_says_the_same(self, run, problem, tmp_path):
        out = tmp_path / "plan.json"
        said = json.loads(done(run("schedule", problem, "--out", out, "--json", "--lang", "en")))
        plan = json.loads(out.read_text())
        assert said["status"] == plan["status"] == "optimal"
        assert said["figures"]["value"] == plan["objective"]["value"] == 3
        assert said["unmet"] == {"competitor": 1}
        assert said["blocking"] == []

    def test_an_infeasible_problem_is_a_result(self, run, tmp_path):
        problem, out = tmp_path / "tight.json", tmp_path / "plan.json"
        people = [{"id": "a1", "min": 3}, *PROBLEM["participants"][1:]]
        problem.write_text(json.dumps({**PROBLEM, "participants": people}))
        said = done(run("schedule", problem, "--out", out, "--time-limit", 5))
        plan = json.loads(out.read_text())
        assert plan["status"] == "infeasible"
        assert plan["blocking"][0]["text"] in said
        assert done(run("check", problem, out)) == "plan valable\n"

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{", ("problem.json", "is no JSON")),
            (json.dumps({**PROBLEM, "slots": 0}), ("problem.json", "slots")),
            (json.dumps({**PROBLEM, "colour": 1}), ("problem.json", "colour")),
            (
                json.dumps({**PROBLEM, "meetings": [{"id": 1, "a": "a1", "b": "zz"}]}),
                ("'zz'", "not among the participants"),
            ),
            (
                json.dumps(
                    {
                        **PROBLEM,
                        "tables": 1,
                        "meetings": [
                            {"id": 1, "a": "a1", "b": "b1", "fixed_slot": 2},
                            {"id": 2, "a": "a2", "b": "b2", "fixed_slot": 2},
                        ],
                        "apart": [],
                    }
                ),
                ("2 meetings are fixed in slot 2", "1 tables"),
            ),
        ],
        ids=["json", "slots", "field", "unknown", "fixed"],
    )
    def test_bad_problems(self, run, problem, tmp_path, text, words):
        problem.write_text(text)
        refused(run("schedule", problem, "--out", tmp_path / "plan.json"), *words)
        assert not (tmp_path / "plan.json").exists()

    def test_a_problem_that_is_not_there(self, run, tmp_path):
        out = tmp_path / "plan.json"
        refused(run("schedule", tmp_path / "none.json", "--out", out), "none.json")

    def test_places_that_cannot_be_written(self, run, problem, tmp_path):
        refused(run("schedule", problem, "--out", tmp_path / "no" / "x.json"), "no folder")
        refused(run("schedule", problem, "--out", tmp_path), "is a folder")

    def test_a_plan_of_before_stays_where_the_problem_is_bad(self, run, problem, tmp_path):
        out = tmp_path / "plan.json"
        out.write_text("before")
        problem.write_text("[]")
        refused(run("schedule", problem, "--out", out))
        assert out.read_text() == "before"

    @pytest.mark.slow
    def test_an_interrupt_leaves_no_half_file(self, home, tmp_path):
        people = [{"id": f"p{n}"} for n in range(60)]
        meetings = [
            {"id": f"{a}-{b}", "a": f"p{a}", "b": f"p{b}", "value": (7 * a + 13 * b) % 19}
            for a in range(60)
            for b in range(a + 1, 60)
        ]
        body = {"slots": 12, "tables": 15, "participants": people, "meetings": meetings}
        problem, out = tmp_path / "large.json", tmp_path / "plan.json"
        problem.write_text(json.dumps({**body, "fairness": 1}))
        command = [*COMMAND, "schedule", str(problem), "--out", str(out), "--time-limit", "20"]
        process = subprocess.Popen(
            command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        maps = Path(f"/proc/{process.pid}/maps")
        while process.poll() is None and "ortools" not in maps.read_text():
            time.sleep(0.1)
        time.sleep(2)
        assert process.poll() is None, "the problem was planned before the interrupt"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        left = {path.name for path in tmp_path.iterdir()} - {"large.json"}
        # Either nothing is written, or the solver took the signal and the plan is whole.
        assert left == ({"plan.json"} if process.returncode == 0 else set())
        if left:
            assert check(read_document(problem, Problem), read_document(out, Plan)) == []

    def test_round_tables(self, run, tmp_path):
        problem, out = tmp_path / "evening.json", tmp_path / "plan.json"
        people = [{"id": f"p{n}", "department": "77" if n % 2 else "91"} for n in range(16)]
        body = {"rounds": 3, "participants": people, "seats_min": 4, "seats_max": 4}
        problem.write_text(json.dumps(body))
        kind = ("--kind", "round-tables")
        done(run("schedule", problem, "--out", out, *kind, "--time-limit", 5))
        assert len(json.loads(out.read_text())["rounds"]) == 3
        assert done(run("check", problem, out, *kind)) == "plan valable\n"
        refused(run("check", problem, out), "evening.json")

    def test_an_unknown_kind(self, run, problem, tmp_path):
        answer = run("schedule", problem, "--out", tmp_path / "x.json", "--kind", "party")
        assert answer.returncode == 2
        assert "round-tables" in answer.stderr


class TestCheck:
    def test_a_broken_plan_is_named_line_by_line(self, run, problem, tmp_path):
        out = tmp_path / "plan.json"
        done(run("schedule", problem, "--out", out, "--time-limit", 5))
        plan = json.loads(out.read_text())
        for meeting in plan["meetings"]:
            meeting["slot"], meeting["table"] = 1, 1
        out.write_text(json.dumps(plan))
        said = done(run("check", problem, out), 1)
        assert said.count("\n") > 2
        assert "plan valable" not in said
        assert json.loads(done(run("check", problem, out, "--json"), 1))["faults"]

    def test_a_plan_that_cannot_be_read(self, run, problem, tmp_path):
        out = tmp_path / "plan.json"
        out.write_text('{"status": "perfect"}')
        refused(run("check", problem, out), "plan.json", "status")


class TestRepairAndSchema:
    def test_who_is_told_what(self, run, problem, tmp_path):
        plan, new, day = (tmp_path / f"{name}.json" for name in ("plan", "new", "day"))
        changes = tmp_path / "changes.json"
        done(run("schedule", problem, "--out", plan, "--time-limit", 5))
        changes.write_text(json.dumps({"from_slot": 1, "absent": ["b2"]}))
        said = done(run("repair", problem, plan, changes, "--out", new, "--problem-out", day))
        lines = said.replace("\u00a0", " ").splitlines()
        assert {line.partition(" : ")[0] for line in lines} >= {"a1", "b2"}
        assert {m["id"] for m in json.loads(new.read_text())["meetings"]} == {"m1", "m3"}
        assert done(run("check", day, new)) == "plan valable\n"

    def test_changes_that_name_nobody(self, run, problem, tmp_path):
        plan, new, changes = (tmp_path / f"{name}.json" for name in ("plan", "new", "changes"))
        done(run("schedule", problem, "--out", plan, "--time-limit", 5))
        changes.write_text(json.dumps({"from_slot": 1, "absent": ["nobody"]}))
        refused(run("repair", problem, plan, changes, "--out", new), "'nobody'")
        assert not new.exists()

    @pytest.mark.parametrize("kind", ["convention", "round-tables", "peer-groups", "invitations"])
    def test_schemas_are_valid(self, run, kind):
        for options in ((), ("--plan",)):
            schema = json.loads(done(run("schema", "--kind", kind, *options)))
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_the_schema_accepts_the_problem(self, run):
        schema = json.loads(done(run("schema")))
        jsonschema.validate(PROBLEM, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**PROBLEM, "slots": 0}, schema)


@pytest.fixture
def event(run) -> str:
    slots = "09:00-09:20,09:25-09:45,09:50-10:10"
    options = ("--title", "Rencontres", "--day", "2027-03-18", "--tables", 2, "--slots", slots)
    said = done(run("create", *options, "--fictional", *ZOE, "--json"))
    return json.loads(said)["id"]


def sheet(path, *rows):
    path.write_bytes(workbook(*rows))
    return path


class TestLife:
    def test_an_event_from_draft_to_close(self, run, home, event, tmp_path):
        store = open_store(f"sqlite:///{home}/matchmaker.sqlite")
        with store.reading() as unit:
            shown = list(
                unit.companies.servable(unit.companies.frame()["siret"].to_list()).values()
            )
        firms = [[c.siret for c in shown if c.department == code][:2] for code in ("77", "91")]
        sirets = dict(zip(("a1", "a2", "b1", "b2"), sum(firms, []), strict=True))
        rows = [
            (who, who.upper(), siret, "77" if who < "b" else "91") for who, siret in sirets.items()
        ]
        people = sheet(
            tmp_path / "people.xlsx",
            ("identifiant", "nom", "siret", "département"),
            *rows,
            ("x", "Fautif", "123", "77"),
        )
        said = done(run("import", event, people, *ZOE))
        assert "rejected" in said
        report = json.loads(done(run("import", event, people, *ZOE, "--json")))
        assert (report["read"], report["kept"], report["notes"]["unchanged"]) == (5, 4, 4)
        assert "SIRET" in (home / "rejects" / "registrations-people.xlsx.csv").read_text()
        done(run("move", event, "registering", *ZOE))
        wishes = sheet(
            tmp_path / "wishes.xlsx",
            ("de", "à", "souhait"),
            ("a1", "b1", "oui"),
            ("a2", "b2", "impératif"),
            ("b2", "a2", "impératif"),
        )
        report = json.loads(done(run("wishes", event, wishes, *ZOE, "--json")))
        assert report["notes"] == {"new": 3, "changed": 0, "unchanged": 0}
        made = json.loads(done(run("plan", event, *ZOE, "--time-limit", 5, "--json")))
        assert made["number"] == 1
        for state in ("planned", "published", "running"):
            done(run("move", event, state, *ZOE))
        done(run("attend", event, "b1", "late", "--from-slot", 2, *ZOE))
        for who in ("a1", "a2", "b2"):
            done(run("attend", event, who, "present", *ZOE))
        done(run("outcome", event, "a2", "b2", "--worth-a", "yes", *ZOE))
        assert "clos" in done(run("close", event, *ZOE))
        with store.reading() as unit:
            relations = [r for r in unit.relations.all() if r.source == f"event:{event}"]
        store.close()
        assert {r.kind: set(r.members) for r in relations} == {
            "event": set(sirets.values()),
            "meeting": {sirets["a2"], sirets["b2"]},
        }
        lines = json.loads(done(run("history", event, "--json")))
        assert [line["action"] for line in lines][:4] == [
            "created",
            "registered",
            "moved",
            "wished",
        ]
        assert {line["by"] for line in lines} == {ZOE[1]}
        assert "plan calculé" in done(run("history", event))
        shown = json.loads(done(run("show", event, "--json")))
        assert shown["counts"] == {"registrations": 4, "wishes": 3, "plans": 1, "outcomes": 1}
        assert "Participants" in done(run("show", event))
        assert event in done(run("list", "--state", "closed"))
        out = tmp_path / "a2.ics"
        done(run("export", event, "--format", "ics", "--participant", "a2", "--out", out))
        calendar = icalendar.Calendar.from_ical(out.read_bytes())
        assert len(calendar.walk("VEVENT")) >= 1
        for format, start in (("xlsx", b"PK"), ("pdf-badges", b"%PDF"), ("json", b"{")):
            done(run("export", event, "--format", format, "--out", out))
            assert out.read_bytes().startswith(start)

    def test_an_event_from_a_file(self, run, tmp_path):
        path = tmp_path / "event.json"
        body = {"kind": "peer_groups", "title": "Plato", "day": "2027-01-05", "chambers": ["91"]}
        path.write_text(json.dumps({**body, "tables": 0}))
        event = json.loads(done(run("create", path, *ZOE, "--json")))
        assert event["details"]["kind"] == "peer_groups"
        refused(run("create", path, "--title", "Autre", *ZOE), "give it alone")
        path.write_text(json.dumps(body))
        refused(run("create", path, *ZOE), "event.json", "tables")

    @pytest.mark.parametrize(
        ("options", "word"),
        [
            (("--title", "X"), "day"),
            (("--day", "2027-01-05"), "title"),
            (("--title", "X", "--day", "2027-01-05", "--slots", "9"), "no end"),
            (("--title", "X", "--day", "2027-01-05", "--slots", "10:00-09:00"), "ends before"),
            (("--title", "X", "--day", "2027-01-05", "--chambers", "999"), "999"),
        ],
    )
    def test_events_that_cannot_be(self, run, options, word):
        refused(run("create", *options, *ZOE), word)

    def test_what_is_refused(self, run, event, tmp_path):
        out = tmp_path / "x.xlsx"
        refused(run("show", "k7m2p9qa"), "k7m2p9qa")
        refused(run("history", "k7m2p9qa"), "k7m2p9qa")
        refused(run("move", event, "running", *ZOE), "inviting")
        refused(run("close", event, *ZOE), "inviting")
        refused(run("move", event, "inviting", *ZOE, "--version", 7), "version 1")
        refused(run("plan", event, *ZOE), "registering")
        refused(run("export", event, "--format", "xlsx", "--out", out), "no plan in use")
        refused(run("import", event, tmp_path / "none.xlsx", *ZOE), "there is no such file")
        out.write_bytes(b"")
        refused(run("import", event, out, *ZOE), "is empty")
        refused(run("attend", event, "nobody", "present", *ZOE), "draft")
        assert json.loads(done(run("show", event, "--json")))["event"]["version"] == 1

    def test_a_file_without_a_right_row_ends_with_1(self, run, event, tmp_path):
        people = sheet(tmp_path / "bad.xlsx", ("nom", "siret"), ("Anne", "123"))
        said = done(run("import", event, people, *ZOE), 1)
        assert "rejected" in said
        assert json.loads(done(run("show", event, "--json")))["event"]["version"] == 1
