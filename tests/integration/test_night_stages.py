"""What a night does for people after its lists: introductions, retention, letters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from builders import mixture
from sign_ins import ACCESS

import pipelines.upkeep
from matchmaker.accounts.principals import system
from matchmaker.accounts.signing import Signer
from matchmaker.companies import Contact
from matchmaker.errors import StoreError
from matchmaker.intents import Intent, Role
from matchmaker.introductions.life import State
from matchmaker.introductions.moves import propose
from matchmaker.introductions.records import Proposal
from matchmaker.mail.post import Post
from matchmaker.settings import (
    AccessSettings,
    IntroductionSettings,
    MailSettings,
    QualitySettings,
    Settings,
)
from matchmaker.store import open_store
from pipelines.nightly import run_nightly
from pipelines.stages import Stages
from pipelines.upkeep import Upkeep, keep_up

MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
QUICK = QualitySettings(deletion_sample=0, queries=1)
UNREACHABLE = MailSettings(transport="smtp", host="127.0.0.1", port=1, security="none")
NIGHT = ["introductions", "retention", "letters"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Publish lists of 48 firms on a Saturday; those that declare texts have an address."""
    settings = Settings(
        home=tmp_path_factory.mktemp("stages") / "home", quality=QUICK, access=ACCESS
    )
    world = mixture(48)
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.companies.upsert(world.companies)
        unit.profiles.upsert(
            [
                replace(each, contact=Contact(email=f"c{each.siret}@example.org"))
                for each in world.profiles
            ]
        )
        unit.relations.replace("test", world.relations)
    saturday, stages = MONDAY - timedelta(days=2), []
    report = run_nightly(store, settings, at=saturday, announce=stages.append)
    store.close()
    assert report.snapshot.published
    assert stages[-3:] == [cost.name for cost in report.costs][-3:] == NIGHT
    assert report.upkeep.warnings == report.upkeep.failures == []
    return settings


@pytest.fixture
def home(template, tmp_path):
    shutil.copytree(template.home, tmp_path / "home")
    return template.model_copy(update={"home": tmp_path / "home"})


@pytest.fixture
def store(home):
    opened = open_store(home.store_url)
    yield opened
    opened.close()


def kept_up(store, settings, at=TUESDAY) -> Upkeep:
    numbers, announced = count(), []
    done = keep_up(
        store,
        settings,
        Stages(announced.append),
        at=at,
        now=lambda: at,
        draw=lambda: f"token-{at:%d%H}-{next(numbers)}",
    )
    assert announced == NIGHT
    return done


def note_failures(store) -> None:
    """Leave a failed sign-in that is past its time, and one that is not."""
    with store.unit() as unit:
        unit.failures.note("old", TUESDAY - timedelta(days=40))
        unit.failures.note("new", TUESDAY - timedelta(days=1))


def failures_in(store) -> list[int]:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with store.reading() as unit:
        return [unit.failures.recent(subject, long_ago)[0] for subject in ("old", "new")]


def ask(store, settings, at) -> str:
    """Propose that a firm of the one department meets one of the other."""
    signer = Signer(settings.access.secret.get_secret_value())
    proposal = Proposal(mixture().companies[0].siret, mixture().companies[1].siret, *FOR_WHAT)
    with store.unit() as unit:
        post = Post(settings, signer, lambda: f"asked-{next(NUMBERS)}")
        made = propose(unit, settings, post, system("tests"), proposal, at=at, drawn="k7m2p9qa")
    assert made.state is State.ASKED
    return made.id


FOR_WHAT = (Intent.SUPPLY, Role.SUPPLIER)
NUMBERS = count()


def state_of(store, introduction_id) -> State:
    with store.reading() as unit:
        return unit.introductions.get(introduction_id).state


def letters_in(settings) -> list[str]:
    return sorted(path.name for path in settings.mail_folder.glob("*.eml"))


def test_a_question_that_nobody_answers_expires_in_the_night_that_finds_it_late(home, store):
    home = home.model_copy(update={"introductions": IntroductionSettings(answer_days=5)})
    asked = ask(store, home, TUESDAY - timedelta(days=5))
    assert kept_up(store, home, TUESDAY - timedelta(hours=1)).introductions.moves == {}
    assert state_of(store, asked) is State.ASKED
    assert kept_up(store, home).introductions.moves == {"expire": 1}
    assert state_of(store, asked) is State.EXPIRED
    assert kept_up(store, home, TUESDAY + timedelta(hours=1)).introductions.moves == {}


def test_data_that_has_had_its_time_goes_and_the_rest_stays(home, store):
    note_failures(store)
    done = kept_up(store, home)
    assert done.removed["failures"] == 1
    assert failures_in(store) == [0, 1]


def test_the_letters_of_the_week_are_written_on_their_day_once(home, store):
    assert kept_up(store, home).digests is None
    done = kept_up(store, home, MONDAY)
    assert done.digests > 10
    assert done.delivered.sent == done.digests == len(letters_in(home))
    again = kept_up(store, home, MONDAY + timedelta(hours=1))
    assert (again.digests, again.delivered.sent) == (0, 0)
    wednesday = home.model_copy(update={"mail": MailSettings(digest_weekday=2)})
    assert kept_up(store, wednesday, MONDAY).digests is None


def test_the_day_is_that_of_paris(home, store):
    """At 23:30 of a Sunday in Greenwich it is Monday there."""
    sunday = MONDAY.replace(day=29, hour=23, minute=30)
    assert kept_up(store, home, sunday).digests > 10
    assert kept_up(store, home, sunday - timedelta(hours=2)).digests is None


def test_nothing_is_published_yet_so_no_letter_of_the_week(home, store):
    shutil.rmtree(home.snapshots_folder)
    done = kept_up(store, home, MONDAY)
    assert (done.digests, done.failures) == (0, [])


def test_a_mail_server_that_is_away_is_told_and_the_letters_wait(home, store):
    note_failures(store)
    away = home.model_copy(update={"mail": UNREACHABLE})
    done = kept_up(store, away, MONDAY)
    assert done.digests > 10
    assert done.failures == []
    assert done.warnings[0].startswith("letters wait: ")
    assert done.delivered.sent == 0
    assert done.removed["failures"] == 1
    later = kept_up(store, home, MONDAY + timedelta(hours=1))
    assert later.delivered.sent == done.digests


def test_without_a_secret_introductions_wait_and_the_rest_is_done(home, store):
    note_failures(store)
    asked = ask(store, home, TUESDAY - timedelta(days=400))
    bare = home.model_copy(update={"access": AccessSettings()})
    done = kept_up(store, bare, MONDAY)
    assert (done.introductions, done.digests, done.failures) == (None, None, [])
    assert "secret" in done.warnings[0]
    assert done.removed["failures"] == 1
    assert done.delivered.sent == 1  # that of the question, which was signed when it was asked
    assert state_of(store, asked) is State.ASKED


def test_what_cannot_be_done_is_told_and_the_rest_is_done(home, store, monkeypatch):
    def broken(*_arguments) -> dict[str, int]:
        raise StoreError("the disk is full")

    monkeypatch.setattr(pipelines.upkeep, "apply_retention", broken)
    done = kept_up(store, home, MONDAY)
    assert done.failures == ["retention: the disk is full"]
    assert done.removed == {"letter_files": 0}, "files do not wait for the store"
    assert done.delivered.sent == done.digests > 10


def test_a_night_that_is_held_back_sees_to_people_all_the_same(home, store):
    note_failures(store)
    gate = QualitySettings(deletion_sample=0, queries=1, min_mutual_lists=1.0)
    asked = ask(store, home, TUESDAY - timedelta(days=400))
    report = run_nightly(
        store, home.model_copy(update={"quality": gate}), at=TUESDAY, announce=lambda _: None
    )
    assert report.snapshot.held_back
    assert state_of(store, asked) is State.EXPIRED
    assert failures_in(store) == [0, 1]


def test_a_night_without_any_list_removes_what_has_had_its_time(tmp_path):
    settings = Settings(home=tmp_path / "empty", access=ACCESS)
    store = open_store(settings.store_url)
    note_failures(store)
    with pytest.raises(StoreError, match="holds no company"):
        run_nightly(store, settings, at=TUESDAY, announce=lambda _: None)
    assert failures_in(store) == [0, 1]
    store.close()


def test_the_command_tells_what_was_done_and_what_waits(home):
    """A process, without a secret: status 0, the warning on standard error."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHMAKER_")}
    done = subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", "nightly"],
        env={
            **kept,
            "MATCHMAKER_HOME": str(home.home),
            "MATCHMAKER_QUALITY__DELETION_SAMPLE": "0",
            "COLUMNS": "200",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "For people" in done.stdout
    for name in NIGHT:
        assert name in done.stdout
    assert "introductions and new letters wait: " in done.stderr


def test_letters_in_files_go_with_their_time(home, store):
    folder = home.mail_folder
    folder.mkdir()
    limit = TUESDAY - timedelta(days=home.retention.mail_days)
    for name, age in (("00000001.eml", 1), ("00000002.eml", 0), ("00000003.7.part", 1)):
        (folder / name).write_text("Bonjour")
        os.utime(folder / name, (limit.timestamp() - age,) * 2)
    assert kept_up(store, home).removed["letter_files"] == 2
    assert [path.name for path in folder.iterdir()] == ["00000002.eml"]
