"""A night measures itself, and is held back where its figures break a gate of the settings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import company, stored_mixture
from commands import called
from servers import served
from sign_ins import ACCESS, SECRET

import api.schemas
from matchmaker.intents import Intent
from matchmaker.settings import QualitySettings, Settings
from matchmaker.store import open_store
from matchmaker.store.snapshots import MANIFEST, all_snapshots, current_folder, roll_back, verify
from pipelines.nightly import run_nightly

AT = datetime(2026, 11, 25, tzinfo=UTC)
QUICK = QualitySettings(deletion_sample=20)
UNREACHABLE = QualitySettings(deletion_sample=20, min_mutual_lists=1.0)
"""A gate that no territory passes: somebody is always listed one way only."""


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Settings:
    """Put 48 firms of every kind into a store, without any night yet."""
    home = tmp_path_factory.mktemp("gates") / "home"
    return stored_mixture(Settings(home=home, quality=QUICK, access=ACCESS))


@pytest.fixture
def home(stored, tmp_path) -> Settings:
    shutil.copytree(stored.home, tmp_path / "home")
    return stored.model_copy(update={"home": tmp_path / "home"})


def night(settings: Settings, day: int = 0, quality: QualitySettings | None = None):
    """Run a night, with gates of its own."""
    chosen = settings.model_copy(update={"quality": quality or settings.quality})
    store = open_store(settings.store_url)
    try:
        return run_nightly(
            store, chosen, at=AT + timedelta(days=day), announce=lambda _: None
        ).snapshot
    finally:
        store.close()


class TestNight:
    def test_the_demo_measures_what_there_is_to_measure(self, demo_home):
        """Held-out relations and reasons too; on a first night there is no yesterday."""
        quality = all_snapshots(demo_home.snapshots_folder)[0].manifest["quality"]
        overall = quality["overall"]
        assert (overall["overlap"], overall["drift"]) == (None, None)
        for name in ("coverage", "never_listed", "exposure_gini", "mutual_lists", "empty_text"):
            assert 0 <= overall[name] <= 1
        assert overall["competitor_rate"] == 0
        assert overall["deletion_rate"] >= 0.95
        assert quality["deletion"]["tested"] > 150
        assert set(quality["lists"]) == set(quality["held_out"]) == set(Intent)
        assert quality["held_out"]["supply"]["queries"] > 0
        assert quality["held_out"]["mentoring"] is None

    def test_coverage_is_that_of_the_counts(self, demo_home):
        """Counted once in the quality table and once in the manifest's own counts."""
        manifest = all_snapshots(demo_home.snapshots_folder)[0].manifest
        assert manifest["quality"]["overall"]["coverage"] == manifest["counts"]["covered"]
        for intent, figures in manifest["quality"]["lists"].items():
            assert figures["coverage"] == manifest["counts"]["coverage"][intent]

    def test_the_second_night_is_compared_with_the_first(self, home):
        night(home)
        overall = night(home, 1).manifest["quality"]["overall"]
        assert (overall["overlap"], overall["drift"]) == (1, 0)

    def test_a_snapshot_that_cannot_be_read_is_no_yesterday(self, home):
        """The night goes on, and has nothing to compare itself with."""
        (night(home).folder / "model" / "model.json").write_text("{")
        after = night(home, 1)
        assert after.published
        assert after.manifest["quality"]["overall"]["overlap"] is None

    def test_a_broken_gate_holds_the_night_back(self, home):
        before = night(home)
        held = night(home, 1, UNREACHABLE)
        assert not held.published
        (why,) = held.held_back
        assert "mutual lists is 0." in why
        assert "below the limit 1 (quality.min_mutual_lists)" in why
        verify(held.folder)
        assert current_folder(home.snapshots_folder).name == before.name
        assert [s.name for s in all_snapshots(home.snapshots_folder)] == [held.name, before.name]

    def test_what_was_held_back_is_no_yesterday_unless_a_person_published_it(self, home):
        first = night(home)
        held = night(home, 1, UNREACHABLE)
        assert roll_back(home.snapshots_folder, held.name).published
        assert night(home, 2).published
        assert roll_back(home.snapshots_folder).name == first.name

    def test_the_first_night_may_be_held_back(self, home):
        assert not night(home, 0, UNREACHABLE).published
        assert current_folder(home.snapshots_folder) is None

    @pytest.mark.parametrize("firms", [1, 2, 3])
    def test_the_smallest_stores_are_published_with_the_gates_as_they_are(self, tmp_path, firms):
        settings = Settings(home=tmp_path / "home", access=ACCESS)
        store = open_store(settings.store_url)
        with store.unit() as unit:
            unit.companies.upsert([company(k, ("77", "91")[k % 2]) for k in range(firms)])
        store.close()
        assert night(settings).published


class TestCommands:
    def run(self, home: Path, *arguments: str, **variables: str):
        settings = {
            "MATCHMAKER_HOME": str(home),
            "MATCHMAKER_ACCESS__SECRET": SECRET,
            "MATCHMAKER_QUALITY__DELETION_SAMPLE": "20",
        }
        return called({**settings, **variables}, *arguments)

    def in_a_wide_window(self, home: Path, command: str) -> str:
        """Read what a command prints; one of its own process, as the window is measured once."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHMAKER_")}
        done = subprocess.run(
            [sys.executable, "-c", "from pipelines.cli import main; main()", command],
            env={**kept, "MATCHMAKER_HOME": str(home), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return done.stdout

    def test_a_night_that_is_held_back_ends_with_status_3_and_one_sentence(self, home):
        name = night(home, -400).name
        done = self.run(home.home, "nightly", MATCHMAKER_QUALITY__MIN_MUTUAL_LISTS="1")
        assert done.returncode == 3
        assert done.stderr.strip().count("\n") == 0
        held = all_snapshots(home.snapshots_folder)[0].name
        assert f"snapshot {held} is held back: mutual lists is 0." in done.stderr
        assert f"matchmaker rollback {held}" in done.stderr
        assert "Published" not in done.stdout
        listed = self.in_a_wide_window(home.home, "snapshots")
        assert "held back: mutual lists" in listed
        assert current_folder(home.snapshots_folder).name == name
        assert self.run(home.home, "rollback", held).returncode == 0
        assert current_folder(home.snapshots_folder).name == held

    def test_json_carries_the_table_and_the_reason(self, home):
        done = self.run(home.home, "nightly", "--json", MATCHMAKER_QUALITY__MIN_MUTUAL_LISTS="1")
        assert done.returncode == 3
        told = json.loads(done.stdout)["snapshot"]
        assert told["published"] is False
        assert told["quality"]["overall"]["mutual_lists"] < 1
        (listed,) = json.loads(self.run(home.home, "snapshots", "--json").stdout)
        assert listed["held_back"] == told["held_back"]

    def test_a_night_that_passes_shows_its_figures(self, home):
        done = self.run(home.home, "nightly")
        assert done.returncode == 0
        for word in ("mutual lists", "deletion rate", "not measured", "Published snapshot"):
            assert word in done.stdout


class TestService:
    def read(self, settings):
        with served(settings) as client:
            answer = client.get("/v1/quality")
        assert answer.status_code == 200
        return api.schemas.QualityAnswer.model_validate(answer.json())

    def test_it_tells_what_is_served_and_the_figures_of_every_night(self, home):
        names = [night(home, day).name for day in range(2)]
        told = self.read(home)
        assert told.snapshot == names[-1]
        assert told.held_back is None
        assert told.quality.overall["overlap"] == 1
        assert [each.snapshot for each in told.history] == names[::-1]
        assert told.history[0].figures == told.quality.overall
        assert not any(each.held_back for each in told.history)

    def test_it_tells_why_a_later_night_was_held_back(self, home):
        name = night(home).name
        held = [night(home, day, UNREACHABLE) for day in (1, 2)]
        told = self.read(home)
        assert told.snapshot == name
        assert told.held_back.snapshot == held[-1].name
        assert told.held_back.broken == list(held[-1].held_back)
        assert [each.held_back for each in told.history] == [True, True, False]

    def test_a_night_held_back_before_the_one_that_is_served_is_past(self, home):
        night(home, 0, UNREACHABLE)
        night(home, 1)
        assert self.read(home).held_back is None

    def test_a_snapshot_of_before_there_was_quality_has_none(self, home):
        manifest = night(home).folder / MANIFEST
        known = json.loads(manifest.read_text())
        del known["quality"], known["held_back"]
        manifest.write_text(json.dumps(known))
        told = self.read(home)
        assert told.quality is None
        assert told.history[0].figures is None

    def test_without_a_snapshot_it_is_not_there_yet(self, tmp_path):
        with served(Settings(home=tmp_path, access=ACCESS)) as client:
            answer = client.get("/v1/quality")
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("no-snapshot")
