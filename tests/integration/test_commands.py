"""The commands, as a person calls them: a process, its output, its exit status."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands import called

from matchmaker.intents import Intent
from matchmaker.store import open_store
from matchmaker.store.snapshots import require_current
from models.arrays import load_array
from pipelines.nightly import run_nightly


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    """Copy the demo home, for commands that change it."""
    folder = tmp_path_factory.mktemp("commands") / "maison d'été"
    shutil.copytree(demo_home.home, folder)
    return folder


def environment(home: Path, variables: dict[str, str]) -> dict[str, str]:
    return {"MATCHMAKER_HOME": str(home), "COLUMNS": "200", **variables}


@pytest.fixture
def run(home):
    """Run a command as a process of its own."""

    def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHMAKER_")}
        return subprocess.run(
            [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments],
            env={**kept, **environment(home, variables)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return call


@pytest.fixture
def call(home):
    """Call a command within this process, with nothing of ours in its environment."""

    def calling(group: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return called(environment(home, variables), group, *arguments)

    return calling


@pytest.fixture(scope="module")
def siret(demo_home):
    folder = require_current(demo_home.snapshots_folder) / "model"
    return str(load_array(folder, "sirets")[11])


class TestSuggest:
    def test_json_has_the_promised_shape(self, run, siret):
        done = run("suggest", siret, "--intent", "supply", "--limit", "4", "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert [entry["rank"] for entry in found] == [1, 2, 3, 4]
        for entry in found:
            assert {"rank", "intent", "band", "score", "partner", "reasons"} <= set(entry)
            assert {"siret", "siren", "name", "department", "commune", "naf"} <= set(
                entry["partner"]
            )
            assert entry["intent"] == "supply"
            assert entry["partner"]["siret"].startswith(entry["partner"]["siren"])
            assert entry["reasons"]["company"]
            assert entry["reasons"]["partner"]
            assert entry["partner"]["fictional"] is True

    def test_the_table_says_the_same(self, call, siret):
        """Every partner of the JSON is in the table, with the word for fictional."""
        found = json.loads(call("suggest", siret, "--limit", "3", "--json").stdout)
        table = call("suggest", siret, "--limit", "3").stdout
        for entry in found:
            assert entry["partner"]["siret"] in table
        assert table.count("Fictif") == 3

    def test_english(self, call, siret):
        assert "for them" in call("suggest", siret, "--limit", "1", "--lang", "en").stdout

    def test_spaces_in_a_siret_are_no_mistake(self, call, siret):
        spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
        found = call("suggest", spaced, "--json")
        assert found.returncode == 0, found.stderr
        assert found.stdout == call("suggest", siret, "--json").stdout

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            ("73282932000075", "fails its check digits"),
            ("123", "has 3 digits, 14 are needed"),
            ("73282932000074", "is not in the store"),
        ],
    )
    def test_a_wrong_number_gets_one_line(self, call, number, said):
        done = call("suggest", number)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert done.stderr.count("\n") == 1

    def test_without_a_snapshot(self, call, siret, tmp_path):
        done = call("suggest", siret, MATCHMAKER_HOME=str(tmp_path / "new"))
        assert done.returncode == 2
        assert "Run `matchmaker nightly`" in done.stderr


class TestPublishing:
    def test_a_night_a_list_and_a_way_back(self, run, home):
        before = (home / "snapshots" / "CURRENT").read_text().strip()
        night = json.loads(run("nightly", "--json").stdout)
        assert [stage["name"] for stage in night["stages"]] == [
            "features",
            "fit",
            "learn",
            "search",
            "rank",
            "quality",
            "territory",
            "publish",
            "introductions",
            "retention",
            "letters",
        ]
        assert set(night["snapshot"]["counts"]["suggestions"]) == set(Intent)
        listed = json.loads(run("snapshots", "--json", "--check").stdout)
        assert [s["name"] for s in listed if s["published"]] == [night["snapshot"]["name"]]
        assert json.loads(run("rollback", "--json").stdout)["name"] == before
        assert (home / "snapshots" / "CURRENT").read_text().strip() == before

    def test_the_table_names_every_stage_and_intent(self, call):
        shown = call("nightly").stdout
        for word in ("features", "search", "rank", "quality", "77->91", "91->77", *Intent):
            assert word in shown

    def test_an_empty_home(self, call, tmp_path):
        done = call("nightly", MATCHMAKER_HOME=str(tmp_path / "empty"))
        assert done.returncode == 2
        assert "holds no company that may take part" in done.stderr

    def test_a_cluster_that_is_not_named(self, call):
        done = call("nightly", MATCHMAKER_PARALLEL__BACKEND="dask")
        assert done.returncode == 2
        assert "parallel.scheduler names no address" in done.stderr


class TestSettings:
    def test_json_and_masking(self, call):
        address = "postgresql://ada:s3cret@nowhere/x"
        done = call("settings", "--json", MATCHMAKER_DATABASE_URL=address, MATCHMAKER_SEED="9")
        rows = {row["name"]: row for row in json.loads(done.stdout)}
        assert rows["seed"] == {"name": "seed", "value": "9", "origin": "MATCHMAKER_SEED"}
        assert "s3cret" not in done.stdout
        assert rows["api.port"]["origin"] == "default"

    def test_an_unknown_one(self, call):
        done = call("settings", MATCHMAKER_NONSENSE="1")
        assert done.returncode == 2
        assert "MATCHMAKER_NONSENSE" in done.stderr


class TestDemo:
    def test_from_nothing_to_a_served_page(self, run, tmp_path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        done = run(
            "demo", "--home", str(tmp_path / "d"), "--companies", "120", "--port", str(port),
            "--no-stay",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "answers 200" in done.stdout
        assert "Fictif" in done.stdout

    def test_a_territory_that_is_too_small(self, call, tmp_path):
        done = call("demo-territory", str(tmp_path / "t"), "--companies", "1")
        assert done.returncode == 2
        assert "companies" in done.stderr
        assert not (tmp_path / "t").exists()

    def test_the_files_of_a_territory(self, call, tmp_path):
        done = call("demo-territory", str(tmp_path / "t"), "--companies", "40", "--json")
        assert done.returncode == 0, done.stderr
        for path in json.loads(done.stdout).values():
            assert Path(path).exists()

    def test_a_folder_that_cannot_be_written(self, call):
        done = call("demo-territory", "/dev/null/t", "--companies", "40")
        assert done.returncode == 2
        assert done.stderr.startswith("/dev/null")
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize("companies", ["2", "3"])
    def test_the_smallest_territories(self, run, tmp_path, companies):
        """Their files have no relation and no contract, which is no mistake here."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        home = str(tmp_path / "d")
        done = run(
            "demo", "--home", home, "--companies", companies, "--port", str(port), "--no-stay"
        )
        assert done.returncode == 0, done.stderr


def test_a_disk_that_fills_up_leaves_nothing_behind(demo_home, tmp_path, monkeypatch):
    """A night that dies of an error clears its folder away; the published one stays."""
    home = tmp_path / "home"
    shutil.copytree(demo_home.home, home)
    settings = demo_home.model_copy(update={"home": home})
    before = require_current(settings.snapshots_folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "partners.npy")

    monkeypatch.setattr("pipelines.nightly.write_lists", full)
    store = open_store(settings.store_url)
    with pytest.raises(OSError, match="No space left"):
        run_nightly(store, settings, at=datetime(2027, 1, 1, tzinfo=UTC), announce=lambda _: None)
    store.close()
    assert require_current(settings.snapshots_folder) == before
    assert sorted(p.name for p in settings.snapshots_folder.iterdir()) == sorted(
        ["CURRENT", before.name]
    )
