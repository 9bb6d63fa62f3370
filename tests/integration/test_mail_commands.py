"""`matchmaker mail`: list, show, send, retry, cancel."""

import json
from datetime import UTC, datetime

import pytest
from empty_stores import new_store
from mail_samples import OTHER, account, firms, post
from typer.testing import CliRunner

from matchmaker.mail.outbox import LetterState
from matchmaker.settings import Settings
from matchmaker.store import open_store
from pipelines.cli.mail import mail_app

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path, monkeypatch, empty_store):
    """Make a home with a letter that waits and one that may have left."""
    monkeypatch.setenv("MATCHMAKER_HOME", str(tmp_path))
    settings = Settings(home=tmp_path)
    store = new_store(empty_store, settings)
    firms(store)
    with store.unit() as unit:
        for hour, code in enumerate(("PREMIER1", "SECOND22")):
            at = AT.replace(hour=hour)
            post().claim_code(unit, account(1, OTHER), OTHER, "paul@usine.example", code, at)
        taken = unit.outbox.take(AT)
        unit.outbox.give_up(taken, LetterState.UNCERTAIN, AT, "timed out")
    store.close()
    return settings


def run(*arguments: str):
    return CliRunner().invoke(mail_app, list(arguments))


def document(*arguments: str):
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_letters_are_listed_by_state(home):
    listed = document("list", "--state", "uncertain")
    assert [line["id"] for line in listed["items"]] == [1]
    assert listed["items"][0]["error"] == "timed out"
    assert listed["counts"] == {"uncertain": 1, "waiting": 1}
    assert "1 uncertain" in run("list").output


def test_a_letter_is_shown_until_it_has_left(home):
    assert "SECOND22" in run("show", "2").output
    assert document("send")["sent"] == 1
    assert "its text is gone" in run("show", "2").output
    assert document("show", "2")["text"] is None
    assert [file.name for file in home.mail_folder.iterdir()] == ["00000002.eml"]


def test_an_uncertain_letter_leaves_only_when_a_person_says_so(home):
    assert document("send") == {
        "sent": 1, "retried": 0, "failed": 0, "uncertain": 0, "problem": "",
    }  # fmt: skip
    assert document("retry", "1")["state"] == "waiting"
    assert "1 sent" in run("send").output


def test_a_cancelled_letter_does_not_leave(home):
    assert document("cancel", "2")["state"] == "cancelled"
    assert document("send")["sent"] == 0
    store = open_store(home.store_url)
    with store.reading() as unit:
        assert [line.action for line in unit.audit.list()] == ["letter.cancelled"]
    store.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("retry", "99"), "letter 99 is not in the outbox"),
        (("retry", "2"), "letter 2 is waiting and cannot be sent again"),
        (("show", "99"), "letter 99 is not in the outbox"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(home, arguments, words):
    done = run(*arguments)
    assert done.exit_code != 0
    assert words in str(done.exception)


def test_a_server_that_is_down_ends_with_status_2(home, monkeypatch):
    monkeypatch.setenv("MATCHMAKER_MAIL__TRANSPORT", "smtp")
    monkeypatch.setenv("MATCHMAKER_MAIL__PORT", "1")
    done = run("send", "--json")
    assert done.exit_code == 2
    assert "mail server 127.0.0.1:1" in json.loads(done.stdout)["problem"]
