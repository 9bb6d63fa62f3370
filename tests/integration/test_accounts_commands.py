"""`matchmaker accounts` as a person calls it: its output, its exit status, what is in the store."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from commands import Call, caller
from empty_stores import new_store

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.keys import parse_key
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.principals import system
from matchmaker.accounts.roles import Right, Role
from matchmaker.settings import Settings
from matchmaker.store import Store

FIRM, OTHER = "73282932000074", "35600000049837"
GOOD = "un cheval et trois pommes"
SECRET = "a secret that only these tests have"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("MATCHMAKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MATCHMAKER_HOME", str(tmp_path / "maison d'été"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "maison d'été"


@pytest.fixture
def store(home, empty_store) -> Store:
    opened = new_store(empty_store, Settings(home=home))
    yield opened
    opened.close()


@pytest.fixture
def run(home, monkeypatch) -> Call:
    return caller(monkeypatch, "accounts")


def done(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode == 0, answer.stderr or answer.stdout
    return answer.stdout


def refused(answer: subprocess.CompletedProcess[str], *words: str) -> None:
    """One sentence on standard error, nothing else, and status 2."""
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1, answer.stderr
    for word in words:
        assert word in answer.stderr


@pytest.fixture
def zoe(run, store) -> dict:
    """Open an account in the store: to hash a password at full cost takes time."""
    at = datetime.now(UTC)
    tied = (Ownership(FIRM, HowTied.COMMAND, at, "tests"),)
    account = Account(
        *("zoe22222", "zoe@example.org", "Zoé [Martin]", Role.ENTREPRENEUR, at, "tests"),
        companies=tied,
    )
    with store.unit() as unit:
        unit.accounts.create(account)
    (shown,) = json.loads(done(run("list", "--json")))
    return shown


class TestPeople:
    def test_an_account_is_opened_with_a_piped_password(self, run, store):
        answer = run(
            *("create", " Zoe@Example.org", "--name", "Zoé [Martin]"),
            *("--company", FIRM, "--company", FIRM, "--password-stdin", "--json"),
            typed=f"{GOOD}\n",
        )
        zoe = json.loads(done(answer))
        assert zoe["email"] == "zoe@example.org"
        assert [tied["siret"] for tied in zoe["companies"]] == [FIRM]
        with store.reading() as unit:
            account = unit.accounts.get(zoe["id"])
        assert Passwords().verify(account.password_hash, GOOD)
        assert not any(part in answer.stdout + answer.stderr for part in (GOOD, "argon2"))
        assert "Zoé [Martin]" in done(run("list"))

    def test_a_bad_password_is_in_no_output(self, run):
        answer = run("create", "b@example.org", "--password-stdin", typed="trop court\n")
        refused(answer, "at least 12")
        assert "trop court" not in answer.stderr

    def test_an_invitation_lies_in_the_outbox(self, run, store, monkeypatch):
        monkeypatch.setenv("MATCHMAKER_ACCESS__SECRET", SECRET)
        out = done(
            run(
                "create", "anne@cci.example.org", "--role", "adviser", "--chamber", "77", "--invite"
            )
        )
        assert "[adviser 77]" in out
        with store.unit() as unit:
            (account,) = unit.accounts.list()
            taken = unit.outbox.take(datetime.now(UTC) + timedelta(minutes=1))
        assert account.password_hash is None
        assert "anne@cci.example.org" in repr(taken)

    def test_without_a_secret_nobody_is_invited_and_no_account_stays(self, run, store):
        refused(run("create", "a@example.org", "--invite"), "access.secret", "new-secret")
        with store.reading() as unit:
            assert unit.accounts.list() == ()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["create", "nonsense", "--password-stdin"], ["name@example.org"]),
            (["create", "zoe@example.org", "--password-stdin"], ["account already"]),
            (["create", "a@example.org"], ["--password-stdin"]),
            (["create", "a@example.org", "--password-stdin", "--invite"], ["--invite"]),
            (["create", "a@example.org", "--company", "12", "--password-stdin"], ["14 digits"]),
            (
                ["create", "a@example.org", "--role", "adviser", "--password-stdin"],
                ["chamber (77 or 91)"],
            ),
            (
                ["create", "a@example.org", "--role", "service", "--password-stdin"],
                ["service key"],
            ),
            (["show", "nobody22"], ["'nobody22'"]),
            (["show", "nobody@example.org"], ["accounts list"]),
            (["tie", "zoe@example.org", "123"], ["123", "14"]),
            (["untie", "zoe@example.org", OTHER], ["not tied", OTHER]),
            (["deactivate", "nobody22"], ["nobody22"]),
            (["end-sessions", "nobody22"], ["nobody22"]),
            (["set-password", "nobody22"], ["nobody22"]),
            (["new-key", "crm", "--scope", "everything"], ["'everything'", "suggestions"]),
            (["new-key", "crm", "--scope", "accounts"], ["scopes"]),
            (["new-key", "crm", "--scope", "profile", "--chamber", "CCI"], ["'CCI'"]),
            (["revoke-key", "nothere2"], ["nothere2"]),
            (["rotate-key", "nothere2"], ["nothere2"]),
        ],
    )
    def test_wrong_input_is_one_line(self, run, zoe, arguments, words):
        refused(run(*arguments, typed=f"{GOOD}\n"), *words)

    def test_firms_are_tied_and_untied(self, run, zoe):
        assert OTHER in done(run("tie", "zoe@example.org", OTHER))
        assert OTHER not in done(run("untie", zoe["id"], OTHER))

    def test_lists_are_filtered(self, run, zoe):
        assert json.loads(done(run("list", "--company", FIRM, "--json"))) == [zoe]
        assert json.loads(done(run("list", "--role", "adviser", "--json"))) == []

    def test_closing_and_a_new_password_end_the_sessions(self, run, zoe, store):
        at = datetime.now(UTC)
        for number, command in enumerate(("deactivate", "set-password", "end-sessions")):
            with store.unit() as unit:
                unit.sessions.open(
                    f"d{number}", zoe["id"], method="x", at=at, expires_at=at + timedelta(hours=1)
                )
            extra = ["--password-stdin"] if command == "set-password" else []
            done(run(command, zoe["id"], *extra, typed="deux chevaux et une pomme\n"))
            shown = json.loads(done(run("show", zoe["id"], "--json")))
            assert shown["account"]["active"] is (command != "deactivate")
            assert all(session["revoked_at"] for session in shown["sessions"])
            assert "digest" not in json.dumps(shown)
            done(run("activate", zoe["id"]))
        with store.reading() as unit:
            stored = unit.accounts.get(zoe["id"]).password_hash
        assert Passwords().verify(stored, "deux chevaux et une pomme")

    def test_the_last_administrator_cannot_be_removed(self, run, store):
        at = datetime.now(UTC)
        with store.unit() as unit:
            unit.accounts.create(
                Account("abc", "a@example.org", "", Role.ADMINISTRATOR, at, "tests")
            )
        for command in ("delete", "deactivate"):
            refused(run(command, "abc"), "last administrator")

    def test_a_removed_account_is_gone(self, run, zoe):
        done(run("delete", zoe["id"]))
        refused(run("show", zoe["id"]), zoe["id"])


class TestKeys:
    def made(self, run, *arguments: object) -> dict:
        return json.loads(done(run(*arguments, "--json")))

    def opens(self, store, text: str, after: timedelta = timedelta()) -> bool:
        with store.reading() as unit:
            at = datetime.now(UTC) + after
            return unit.keys.principal(*parse_key(text), at=at) is not None

    def test_a_key_is_shown_once_and_opens_what_its_scopes_say(self, run, store):
        key = self.made(
            *(run, "new-key", "crm", "--scope", "profile", "--scope", "opt_out"),
            *("--chamber", "91", "--days", 3),
        )
        with store.reading() as unit:
            who = unit.keys.principal(*parse_key(key["key"]), at=datetime.now(UTC))
        assert who.scopes == {Right.PROFILE, Right.OPT_OUT}
        assert not self.opens(store, key["key"], timedelta(days=3))
        for later in (run("keys"), run("keys", "--json"), run("audit"), run("audit", "--json")):
            assert key["id"] in done(later)
            assert key["key"].rpartition("_")[2] not in later.stdout

    def test_people_see_the_key_too(self, run, store):
        first = done(run("new-key", "crm [x]", "--scope", "metrics")).splitlines()[0]
        assert self.opens(store, first)
        assert "crm [x]" in done(run("keys"))

    def test_rotation_overlaps_as_long_as_asked(self, run, store):
        old = self.made(run, "new-key", "crm", "--scope", "profile")
        new = self.made(run, "rotate-key", old["id"], "--overlap-hours", 2)
        assert (new["name"], new["scopes"]) == ("crm", ["profile"])
        assert self.opens(store, old["key"])
        assert not self.opens(store, old["key"], timedelta(hours=2))
        newer = self.made(run, "rotate-key", new["id"])
        assert not self.opens(store, new["key"])
        assert self.opens(store, newer["key"])
        refused(run("rotate-key", new["id"]), "make a new one")

    def test_a_revoked_key_opens_nothing(self, run, store):
        key = self.made(run, "new-key", "crm", "--scope", "profile")
        assert "is revoked" in done(run("revoke-key", key["id"]))
        assert "before" in done(run("revoke-key", key["id"]))
        assert not self.opens(store, key["key"])
        assert "ended" in done(run("keys"))

    def test_a_secret_is_long_enough_and_new_each_time(self, run, home):
        one, other = (done(run("new-secret")).strip() for _ in range(2))
        assert one != other
        assert len(one) >= 32
        assert not home.exists()


class TestLogs:
    def test_every_change_has_its_line(self, run, zoe):
        done(run("tie", zoe["id"], OTHER))
        done(run("deactivate", zoe["id"]))
        lines = json.loads(done(run("audit", "--json")))
        assert [(line["action"], line["subject"]) for line in lines] == [
            ("account.changed", zoe["id"]),
            ("account.company_tied", zoe["id"]),
        ]
        assert {line["actor"] for line in lines} == {"command line"}
        shown = done(run("audit", "--action", "account.company_tied", "--limit", 1))
        assert shown.count("\n") == 1
        assert OTHER in shown

    def test_contact_reads_are_listed(self, run, store):
        at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
        with store.unit() as unit:
            for day, siret in enumerate((FIRM, OTHER)):
                unit.contacts.note(
                    at=at + timedelta(days=day), by=system("Anne"), siret=siret, purpose="profile"
                )
        assert done(run("contact-reads")).count("\n") == 2
        (read,) = json.loads(done(run("contact-reads", "--company", FIRM, "--json")))
        assert (read["actor"], read["purpose"]) == ("Anne", "profile")
        assert OTHER in done(run("contact-reads", "--since", "2026-03-03"))
        assert FIRM not in done(run("contact-reads", "--since", "2026-03-03"))
