"""Snapshots: whole or not there at all, whatever moment a run dies at."""

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import SnapshotError
from matchmaker.store.snapshots import (
    CURRENT,
    MANIFEST,
    all_snapshots,
    begin_snapshot,
    current_folder,
    hold_back,
    publish,
    read_manifest,
    require_current,
    roll_back,
    seal,
    verify,
)

FIRST = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def sealed(folder: Path, at: datetime = FIRST, content: str = "x") -> Path:
    """Write a small snapshot that waits to be published."""
    partial = begin_snapshot(folder, at)
    (partial / "lists").mkdir()
    (partial / "lists" / "partners.npy").write_text(content)
    (partial / "model.json").write_text("{}")
    seal(partial, {"created_at": at.isoformat()})
    return partial


def night(folder: Path, day: int = 0, keep: int = 5):
    """Publish the snapshot of a day."""
    return publish(sealed(folder, FIRST + timedelta(days=day), f"day {day}"), keep)


def names(folder: Path) -> list[str]:
    return [snapshot.name for snapshot in all_snapshots(folder)]


class TestPublishing:
    def test_a_new_home_has_no_snapshot(self, tmp_path):
        assert current_folder(tmp_path) is None
        assert all_snapshots(tmp_path) == []
        with pytest.raises(SnapshotError, match="no snapshot is published yet"):
            require_current(tmp_path)

    def test_publish(self, tmp_path):
        folder = tmp_path / "snapshots"
        snapshot = night(folder)
        assert snapshot.name == "20261124T020000Z"
        assert snapshot.published
        assert current_folder(folder) == require_current(folder) == snapshot.folder
        assert (folder / CURRENT).read_text() == "20261124T020000Z\n"
        assert names(folder) == [snapshot.name]
        verify(snapshot.folder)
        assert sorted(p.name for p in folder.iterdir()) == ["20261124T020000Z", CURRENT]

    def test_nothing_is_published_before_publish(self, tmp_path):
        night(tmp_path)
        sealed(tmp_path, FIRST + timedelta(days=1))
        assert names(tmp_path) == ["20261124T020000Z"]
        assert current_folder(tmp_path).name == "20261124T020000Z"

    def test_the_manifest_lists_every_file_with_its_digest(self, tmp_path):
        manifest = night(tmp_path).manifest
        assert manifest["files"]["lists/partners.npy"] == {
            "sha256": hashlib.sha256(b"day 0").hexdigest(),
            "bytes": 5,
        }
        assert set(manifest["files"]) == {"lists/partners.npy", "model.json"}
        assert manifest["created_at"] == FIRST.isoformat()

    def test_the_name_is_the_moment_in_utc(self, tmp_path):
        """The Z in the name says UTC, whatever zone the clock was given in."""
        paris = FIRST.astimezone(timezone(timedelta(hours=1)))
        assert begin_snapshot(tmp_path, paris).name.startswith(".20261124T020000Z")

    def test_dead_runs_are_cleared_away(self, tmp_path):
        one = begin_snapshot(tmp_path, FIRST)
        (one / "half.npy").write_text("x")
        two = begin_snapshot(tmp_path, FIRST + timedelta(seconds=1))
        assert not one.exists()
        assert list(two.iterdir()) == []

    def test_two_runs_in_one_second_have_two_names(self, tmp_path):
        assert [night(tmp_path).name for _ in range(3)] == [
            "20261124T020000Z",
            "20261124T020000Z-002",
            "20261124T020000Z-003",
        ]
        assert names(tmp_path)[0] == "20261124T020000Z-003"

    @pytest.mark.parametrize("runs", [7, 12])
    def test_many_runs_in_one_second_stay_in_their_order(self, tmp_path, runs):
        """The published one is the newest of the list, and one can go back from it."""
        last = [night(tmp_path, keep=5).folder for _ in range(runs)][-1]
        assert names(tmp_path)[0] == last.name
        assert roll_back(tmp_path).name != last.name

    def test_an_unsealed_folder_is_not_published(self, tmp_path):
        night(tmp_path)
        with pytest.raises(SnapshotError, match=MANIFEST):
            publish(begin_snapshot(tmp_path, FIRST + timedelta(days=1)), 5)
        assert current_folder(tmp_path).name == "20261124T020000Z"

    @pytest.mark.parametrize("keep", [1, 2, 5])
    def test_the_oldest_go(self, tmp_path, keep):
        for day in range(7):
            night(tmp_path, day, keep)
        assert names(tmp_path) == [f"202611{30 - k}T020000Z" for k in range(keep)]

    def test_the_published_one_stays_however_old_it_is(self, tmp_path):
        """After a rollback and a run that failed later, readers still need it."""
        for day in range(3):
            night(tmp_path, day)
        roll_back(tmp_path, "20261124T020000Z")
        assert night(tmp_path, 3, keep=2).name == "20261127T020000Z"
        assert names(tmp_path) == ["20261127T020000Z", "20261126T020000Z"]


class TestVerifying:
    @pytest.fixture
    def snapshot(self, tmp_path):
        return night(tmp_path).folder

    def test_damage(self, snapshot):
        """One changed byte of the same length."""
        (snapshot / "lists" / "partners.npy").write_text("day 1")
        with pytest.raises(SnapshotError, match=r"partners.npy: is damaged"):
            verify(snapshot)

    def test_a_missing_file(self, snapshot):
        (snapshot / "model.json").unlink()
        with pytest.raises(SnapshotError, match=r"model.json: is missing"):
            verify(snapshot)

    def test_an_extra_file(self, snapshot):
        (snapshot / "lists" / "more.npy").write_text("x")
        with pytest.raises(SnapshotError, match=r"more.npy: is not in the manifest"):
            verify(snapshot)

    @pytest.mark.parametrize("text", ["", "{", '{"files": {', "[]", "{}", "null"])
    def test_a_broken_manifest(self, snapshot, text):
        """Also one that is JSON but no manifest."""
        (snapshot / MANIFEST).write_text(text)
        with pytest.raises(SnapshotError, match=MANIFEST):
            verify(snapshot)

    def test_no_manifest(self, snapshot):
        (snapshot / MANIFEST).unlink()
        with pytest.raises(SnapshotError, match=MANIFEST):
            read_manifest(snapshot)

    @given(place=st.integers(0, 199), byte=st.integers(1, 255))
    @settings(max_examples=60, deadline=None)
    def test_any_changed_byte_is_noticed(self, tmp_path_factory, place, byte):
        folder = tmp_path_factory.mktemp("snapshots")
        snapshot = publish(sealed(folder, content="a" * 200), 5).folder
        path = snapshot / "lists" / "partners.npy"
        data = bytearray(path.read_bytes())
        data[place] ^= byte
        path.write_bytes(data)
        with pytest.raises(SnapshotError, match="damaged"):
            verify(snapshot)

    def test_a_damaged_folder_is_not_published(self, tmp_path):
        night(tmp_path)
        partial = sealed(tmp_path, FIRST + timedelta(days=1))
        (partial / "model.json").write_text("[]")
        with pytest.raises(SnapshotError, match="damaged"):
            publish(partial, 5)
        assert current_folder(tmp_path).name == "20261124T020000Z"


def refused(folder: Path, day: int, keep: int = 5):
    """Hold back the snapshot of a day."""
    at = FIRST + timedelta(days=day)
    partial = begin_snapshot(folder, at)
    (partial / "model.json").write_text("{}")
    seal(partial, {"created_at": at.isoformat(), "held_back": ["coverage is 0.1"]})
    return hold_back(partial, keep)


class TestHoldingBack:
    def test_it_is_whole_and_listed_and_says_why_but_is_not_published(self, tmp_path):
        night(tmp_path)
        held = refused(tmp_path, 1)
        verify(held.folder)
        assert (held.published, held.held_back) == (False, ("coverage is 0.1",))
        assert names(tmp_path) == ["20261125T020000Z", "20261124T020000Z"]
        assert all_snapshots(tmp_path)[0].held_back == ("coverage is 0.1",)
        assert all_snapshots(tmp_path)[1].held_back == ()
        assert current_folder(tmp_path).name == "20261124T020000Z"

    def test_the_first_night_of_a_home_may_be_held_back(self, tmp_path):
        name = refused(tmp_path, 0).name
        assert current_folder(tmp_path) is None
        with pytest.raises(SnapshotError, match="there is no snapshot"):
            roll_back(tmp_path)
        assert roll_back(tmp_path, name).published
        assert current_folder(tmp_path).name == name

    def test_a_person_publishes_it_by_its_name_and_goes_back_past_others(self, tmp_path):
        night(tmp_path)
        refused(tmp_path, 1)
        held = refused(tmp_path, 2).name
        assert roll_back(tmp_path, held).name == held
        assert current_folder(tmp_path).name == held
        assert roll_back(tmp_path).name == "20261124T020000Z", "the one between was held back"

    @given(st.lists(st.booleans(), min_size=1, max_size=9), st.integers(1, 3))
    @settings(max_examples=25, deadline=None)
    def test_bad_nights_never_push_out_what_one_can_go_back_to(self, tmp_path_factory, good, keep):
        """The last ones of either sort stay, counted apart; the last good one is published."""
        folder = tmp_path_factory.mktemp("nights")
        sorts: dict[bool, list[str]] = {True: [], False: []}
        for day, is_good in enumerate(good):
            done = night(folder, day, keep) if is_good else refused(folder, day, keep)
            sorts[is_good].append(done.name)
        kept = sorts[True][-keep:] + sorts[False][-keep:]
        assert names(folder) == sorted(kept, reverse=True)
        current = current_folder(folder)
        assert (current.name if current else None) == (sorts[True] or [None])[-1]

    def test_without_a_reason_nothing_is_held_back(self, tmp_path):
        with pytest.raises(ValueError, match="must say why"):
            hold_back(sealed(tmp_path), 5)
        assert names(tmp_path) == []


class TestRollingBack:
    @pytest.fixture
    def folder(self, tmp_path):
        for day in range(4):
            night(tmp_path, day)
        return tmp_path

    def test_step_by_step(self, folder):
        """To the next older one each time, until there is none."""
        went = [roll_back(folder).name for _ in range(3)]
        assert went == ["20261126T020000Z", "20261125T020000Z", "20261124T020000Z"]
        with pytest.raises(SnapshotError, match="older than 20261124T020000Z"):
            roll_back(folder)
        assert current_folder(folder).name == "20261124T020000Z"

    def test_by_name_and_forward_again(self, folder):
        assert roll_back(folder, "20261124T020000Z").published
        assert roll_back(folder, "20261127T020000Z").name == "20261127T020000Z"
        listed = {s.name: s.published for s in all_snapshots(folder)}
        assert [name for name, published in listed.items() if published] == ["20261127T020000Z"]

    @pytest.mark.parametrize("name", ["20200101T000000Z", "..", ".", "CURRENT"])
    def test_a_name_that_is_not_there(self, folder, name):
        with pytest.raises(SnapshotError, match="there is no snapshot"):
            roll_back(folder, name)
        assert current_folder(folder).name == "20261127T020000Z"

    def test_to_a_damaged_one(self, folder):
        """It is refused, and what was published stays."""
        (folder / "20261126T020000Z" / "model.json").write_text("[]")
        with pytest.raises(SnapshotError, match="damaged"):
            roll_back(folder)
        assert current_folder(folder).name == "20261127T020000Z"

    def test_a_broken_manifest_of_another_one_is_no_obstacle(self, folder):
        """One damaged old snapshot must not stop the way to a whole one, nor the next night."""
        (folder / "20261124T020000Z" / MANIFEST).write_text("{")
        assert roll_back(folder, "20261126T020000Z").name == "20261126T020000Z"
        assert night(folder, 9).published
        assert current_folder(folder).name == "20261203T020000Z"

    def test_after_the_published_one_is_gone(self, folder):
        """The error names the cure, and the cure works."""
        (folder / "20261127T020000Z").rename(folder.parent / "elsewhere")
        with pytest.raises(SnapshotError, match="'20261127T020000Z', which is gone"):
            current_folder(folder)
        assert roll_back(folder).name == "20261126T020000Z"
        assert current_folder(folder).name == "20261126T020000Z"

    def test_from_an_empty_home(self, tmp_path):
        with pytest.raises(SnapshotError, match="there is no snapshot"):
            roll_back(tmp_path / "none")

    @pytest.mark.parametrize("text", ["", "\n", ".", ".."])
    def test_a_pointer_that_names_nothing(self, folder, text):
        """An emptied `CURRENT` must not make the folder of all snapshots a snapshot."""
        (folder / CURRENT).write_text(text)
        with pytest.raises(SnapshotError):
            current_folder(folder)


DYING = """
import json, os, shutil, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from matchmaker.errors import SnapshotError
from matchmaker.store.snapshots import *

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"}
root, held = Path(sys.argv[1]), {int(day) for day in sys.argv[2:]}

def night(folder, day):
    partial = begin_snapshot(folder, datetime(2026, 11, day, tzinfo=UTC))
    (partial / "lists").mkdir()
    (partial / "lists" / "partners").write_text(f"day {day}")
    (partial / "model").write_text("model")
    seal(partial, {"held_back": ["coverage is 0.1"]} if day in held else {})
    (hold_back if day in held else publish)(partial, keep=2)

def die_at(step):
    counted = 0
    def hook(event, arguments):
        nonlocal counted
        if event in EVENTS:
            counted += 1
            if counted == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

def problem_of(check):
    try:
        check()
    except SnapshotError as error:
        return str(error)

def every_listed(folder):
    for snapshot in all_snapshots(folder):
        verify(snapshot.folder)

for day in (1, 2):
    night(root / "before", day)
for step in range(1, 1000):
    folder = root / str(step)
    shutil.copytree(root / "before", folder)
    child = os.fork()
    if child == 0:
        die_at(step)
        night(folder, 3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    outcome = {"step": step, "current": current_folder(folder).name}
    outcome["problem"] = problem_of(lambda: verify(current_folder(folder)))
    outcome["listed"] = problem_of(lambda: every_listed(folder))
    outcome["next"] = problem_of(lambda: night(folder, 4))
    outcome["then"] = current_folder(folder).name
    outcome["left"] = sorted(path.name for path in folder.iterdir())
    outcome["listed_then"] = problem_of(lambda: every_listed(folder))
    print(json.dumps(outcome))
    if not os.WIFSIGNALED(status):
        break
    shutil.rmtree(folder)
"""


def killed_at_every_step(root: Path, *held: str) -> list[dict[str, object]]:
    """Kill the run of day 3 at each of its steps; some days are held back."""
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(root), *held], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_run_that_dies_while_it_is_held_back_changes_nothing(tmp_path):
    """At every step the published snapshot stays, and whatever is listed is whole."""
    outcomes = killed_at_every_step(tmp_path, "3")
    assert len(outcomes) > 20
    assert {o["current"] for o in outcomes} == {"20261102T000000Z"}
    assert [o for o in outcomes if o["problem"] or o["listed"] or o["next"]] == []
    assert {o["then"] for o in outcomes} == {"20261104T000000Z"}
    assert "20261103T000000Z" in outcomes[-1]["left"]


class TestDying:
    """A run is killed at its first step on the disk, at its second, and so on to its last."""

    @pytest.fixture(scope="class")
    @staticmethod
    def outcomes(tmp_path_factory):
        return killed_at_every_step(tmp_path_factory.mktemp("dying"))

    def test_the_run_was_killed_at_many_steps_and_once_lived(self, outcomes):
        assert len(outcomes) > 30
        assert {o["current"] for o in outcomes} == {"20261102T000000Z", "20261103T000000Z"}
        assert outcomes[-1]["current"] == "20261103T000000Z"

    def test_the_published_snapshot_is_always_whole(self, outcomes):
        """The old one up to some step, the new one from then on."""
        assert [o for o in outcomes if o["problem"]] == []
        published = [o["current"] for o in outcomes]
        assert published == sorted(published)

    def test_the_next_run_succeeds(self, outcomes):
        assert [o for o in outcomes if o["next"]] == []
        assert {o["then"] for o in outcomes} == {"20261104T000000Z"}

    def test_every_snapshot_that_is_listed_is_whole(self, outcomes):
        """One that is half deleted must not be offered for a rollback."""
        assert [o["listed"] for o in outcomes if o["listed"]] == []

    def test_the_next_run_leaves_nothing_but_whole_snapshots(self, outcomes):
        """As many as are to be kept, all of them whole, and no rubbish beside them."""
        assert [o["listed_then"] for o in outcomes if o["listed_then"]] == []
        for outcome in outcomes:
            assert len(outcome["left"]) == 3, outcome
            assert outcome["left"][-2:] == ["20261104T000000Z", CURRENT]
