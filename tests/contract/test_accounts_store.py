"""Accounts, sessions, failures, keys, claims and logs in the store, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from matchmaker.accounts import changes
from matchmaker.accounts.accounts import Account, Claim, HowTied, Ownership
from matchmaker.accounts.audit import Action
from matchmaker.accounts.keys import draw_key, parse_key
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.principals import system
from matchmaker.accounts.roles import Reach, Right, Role
from matchmaker.accounts.sign_in import open_session, sign_in
from matchmaker.accounts.signing import Signer
from matchmaker.errors import (
    AccountError,
    SignInRefusedError,
    TooManyTriesError,
    UnknownAccountError,
)
from matchmaker.settings import AccessSettings, Settings
from matchmaker.store import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FIRM, OTHER = "73282932000074", "35600000049837"
BY = system("tests")
CHEAP = Passwords(time_cost=1, memory_cost=8, parallelism=1)
SIGNER = Signer("a secret that only these tests have")
GOOD = "un cheval et trois pommes"
WINDOW = 15 * MINUTE


def person(number: int, role: Role = Role.ENTREPRENEUR, **changed: object) -> Account:
    plain = Account(f"person{number}", f"p{number}@example.org", "Zoé", role, NOON, "tests")
    return replace(plain, **changed)


def tied(siret: str) -> Ownership:
    return Ownership(siret, HowTied.ADVISER, NOON, "tests")


def written(store: Store, *accounts: Account) -> None:
    with store.unit() as unit:
        for account in accounts:
            unit.accounts.create(account)


def audited(store: Store) -> list[str]:
    with store.reading() as unit:
        return [line.action for line in reversed(unit.audit.list())]


class TestAccounts:
    def test_an_account_comes_back_as_it_went(self, store):
        account = person(
            1,
            companies=(tied(OTHER), tied(FIRM)),
            password_hash="$argon2id$...",
            issuer="https://id.example.org",
            subject="Zoé-1",
            language="en",
            active=False,
            demo=True,
            signed_in_at=NOON,
        )
        written(store, account)
        same = replace(account, companies=(tied(OTHER), tied(FIRM)))
        with store.reading() as unit:
            assert unit.accounts.get("person1") == same
            assert unit.accounts.by_email("p1@example.org") == same
            assert unit.accounts.by_identity("https://id.example.org", "Zoé-1") == same
            assert unit.accounts.demo() == unit.accounts.of_company(FIRM) == (same,)

    def test_nobody_is_found_by_what_is_not_theirs(self, store):
        written(store, person(1, issuer="https://a.example.org", subject="s"))
        with store.reading() as unit:
            assert unit.accounts.by_email("P1@example.org") is None
            assert unit.accounts.by_identity("https://b.example.org", "s") is None
            assert unit.accounts.of_company(FIRM) == unit.accounts.demo() == ()
            with pytest.raises(UnknownAccountError, match="'person2'"):
                unit.accounts.get("person2")

    def test_a_list_holds_what_is_asked_for(self, store):
        written(
            store,
            person(1, companies=(tied(FIRM),)),
            person(2, Role.ADVISER, chamber="77"),
            person(3, Role.ADVISER, chamber="91"),
            person(4, Role.ADMINISTRATOR),
        )
        with store.reading() as unit:

            def ids(**wanted: object) -> list[str]:
                return [account.id[-1] for account in unit.accounts.list(**wanted)]

            assert ids() == ["1", "2", "3", "4"]
            assert ids(role=Role.ADVISER) == ["2", "3"]
            assert ids(chamber="91") == ["3"]
            assert ids(siret=FIRM) == ["1"]
            assert ids(role=Role.ADVISER, siret=FIRM) == []

    @pytest.mark.parametrize(
        "same",
        [
            {"email": "p1@example.org"},
            {"id": "person1"},
            {"issuer": "https://id.example.org", "subject": "s"},
        ],
    )
    def test_two_accounts_share_neither_id_nor_email_nor_identity(self, store, same):
        written(store, person(1, issuer="https://id.example.org", subject="s"))
        with pytest.raises(AccountError), store.unit() as unit:
            unit.accounts.create(person(2, **same))
        with store.reading() as unit:
            assert len(unit.accounts.list()) == 1

    @pytest.mark.parametrize(
        ("account", "words"),
        [
            (person(1, Role.ADVISER), "chamber"),
            (person(1, Role.ADVISER, chamber="7"), "'7'"),
            (person(1, Role.ADVISER, chamber="all"), "'all'"),
            (person(1, chamber="77"), "nobody else"),
            (person(1, Role.SERVICE), "service key"),
            (person(1, Role.ADMINISTRATOR, companies=(tied(FIRM),)), "entrepreneurs"),
            (person(1, name="Zoé\nBcc: x"), "one line"),
            (person(1, email="P1@example.org"), "small letters"),
        ],
    )
    def test_what_does_not_go_together_is_refused(self, store, account, words):
        with pytest.raises(AccountError, match=words), store.unit() as unit:
            unit.accounts.create(account)

    def test_a_change_writes_only_what_it_names(self, store):
        written(store, person(1, password_hash="h"), person(2))
        with store.unit() as unit:
            changed = unit.accounts.change("person1", email="new@example.org", active=False)
        assert changed == person(1, password_hash="h", email="new@example.org", active=False)
        with pytest.raises(AccountError, match="another account"), store.unit() as unit:
            unit.accounts.change("person1", email="p2@example.org")
        with pytest.raises(AccountError, match="chamber"), store.unit() as unit:
            unit.accounts.change("person1", role=Role.ADVISER)
        with pytest.raises(ValueError, match="password_hash"), store.unit() as unit:
            unit.accounts.change("person1", password_hash="x")
        with pytest.raises(UnknownAccountError), store.unit() as unit:
            unit.accounts.change("person9", active=False)
        with store.reading() as unit:
            assert unit.accounts.get("person1") == changed

    def test_firms_are_tied_once_and_untied(self, store):
        written(store, person(1))
        with store.unit() as unit:
            assert unit.accounts.tie("person1", FIRM, HowTied.CODE, NOON, "code")
            assert not unit.accounts.tie("person1", FIRM, HowTied.ADVISER, NOON + HOUR, "Anne")
            assert unit.accounts.get("person1").companies == (
                Ownership(FIRM, HowTied.CODE, NOON, "code"),
            )
            assert unit.accounts.untie("person1", FIRM)
            assert not unit.accounts.untie("person1", FIRM)

    def test_a_deleted_account_leaves_nothing(self, store):
        written(store, person(1, companies=(tied(FIRM),)))
        with store.unit() as unit:
            unit.sessions.open("d", "person1", method="x", at=NOON, expires_at=NOON + HOUR)
            unit.claims.create(claim(1))
            assert unit.accounts.delete("person1")
            assert not unit.accounts.delete("person1")
            assert unit.sessions.list("person1") == ()
            with pytest.raises(UnknownAccountError):
                unit.claims.get("claim1")


class TestSessions:
    @pytest.fixture(autouse=True)
    def session(self, store):
        written(store, person(1, companies=(tied(FIRM), tied(OTHER))))
        with store.unit() as unit:
            unit.sessions.open("d", "person1", method="x", at=NOON, expires_at=NOON + HOUR)

    def whose(self, store, at=NOON, digest="d"):
        with store.reading() as unit:
            return unit.sessions.principal(digest, at=at, idle_minutes=30)

    def test_a_session_says_who_acts(self, store):
        who = self.whose(store)
        assert (who.id, who.role, who.session) == ("person1", Role.ENTREPRENEUR, "d")
        assert who.companies == {FIRM, OTHER}
        assert who.may(Right.PROFILE, FIRM, "77")
        assert self.whose(store, digest="e") is None

    def test_an_account_without_firms_has_one_too(self, store):
        written(store, person(2, Role.ADVISER, chamber="91"))
        with store.unit() as unit:
            unit.sessions.open("e", "person2", method="x", at=NOON, expires_at=NOON + HOUR)
        who = self.whose(store, digest="e")
        assert (who.companies, who.chamber, who.label) == (frozenset(), "91", "Zoé (CCI 91)")

    def test_it_ends_when_idle_and_when_expired(self, store):
        assert self.whose(store, NOON + 30 * MINUTE - SECOND)
        assert self.whose(store, NOON + 30 * MINUTE) is None
        with store.unit() as unit:
            unit.sessions.touch("d", NOON + 29 * MINUTE)
            unit.sessions.touch("d", NOON + 45 * MINUTE)
        assert self.whose(store, NOON + HOUR - SECOND)
        assert self.whose(store, NOON + HOUR) is None

    def test_it_is_touched_at_most_once_a_minute(self, store):
        with store.unit() as unit:
            unit.sessions.touch("d", NOON + 59 * SECOND)
            assert unit.sessions.seen_at("d") == NOON
            unit.sessions.touch("d", NOON + 61 * SECOND)
            assert unit.sessions.seen_at("d") == NOON + 61 * SECOND
            assert unit.sessions.seen_at("e") is None

    def test_revoked_is_revoked_once_and_for_all(self, store):
        with store.unit() as unit:
            assert unit.sessions.revoke("d", NOON)
            assert not unit.sessions.revoke("d", NOON + HOUR)
            assert not unit.sessions.revoke("e", NOON)
        assert self.whose(store) is None

    def test_closing_the_account_ends_them_at_once(self, store):
        with store.unit() as unit:
            unit.accounts.change("person1", active=False)
        assert self.whose(store) is None

    def test_all_but_one_are_revoked(self, store):
        with store.unit() as unit:
            for digest in ("e", "f"):
                unit.sessions.open(digest, "person1", method="x", at=NOON, expires_at=NOON + HOUR)
            assert unit.sessions.revoke_all("person1", NOON + MINUTE, but="e") == 2
            ended = {s.digest: s.revoked_at for s in unit.sessions.list("person1")}
        assert ended == {"d": NOON + MINUTE, "e": None, "f": NOON + MINUTE}
        assert self.whose(store, digest="e")


class TestKeys:
    @pytest.fixture
    def drawn(self, store):
        with store.unit() as unit:
            return changes.make_key(
                unit,
                Random(1),
                name="crm",
                scopes=[Right.PROFILE, Right.SUGGESTIONS],
                chamber="77",
                days=2,
                by=BY,
                at=NOON,
            )

    def whose(self, store, text, at=NOON):
        with store.reading() as unit:
            return unit.keys.principal(*parse_key(text), at=at)

    def test_a_key_says_who_acts_and_for_what(self, store, drawn):
        key, text = drawn
        who = self.whose(store, text)
        assert (who.id, who.label, who.role) == (key.id, "key crm", Role.SERVICE)
        assert who.reach(Right.PROFILE) is Reach.CHAMBER
        assert who.reach(Right.EVENTS) is Reach.NONE
        with store.reading() as unit:
            assert unit.keys.list() == (key,)

    def test_the_store_never_holds_the_key(self, store, drawn):
        _, text = drawn
        secret = text.split("_")[2]
        with store.reading() as unit:
            assert secret not in repr([unit.keys.list()[0].digest, unit.audit.list()])

    def test_another_secret_opens_nothing(self, store, drawn):
        key, text = drawn
        wrong = text[:-1] + ("2" if text[-1] != "2" else "3")
        assert self.whose(store, wrong) is None
        assert self.whose(store, f"mm_zzzzzzzz_{text.split('_')[2]}") is None

    def test_it_expires_and_can_be_revoked(self, store, drawn):
        key, text = drawn
        assert self.whose(store, text, NOON + 48 * HOUR - SECOND)
        assert self.whose(store, text, NOON + 48 * HOUR) is None
        with store.unit() as unit:
            assert changes.revoke_key(unit, key.id, by=BY, at=NOON + HOUR)
            assert not changes.revoke_key(unit, key.id, by=BY, at=NOON + HOUR)
            with pytest.raises(UnknownAccountError, match="'nothere2'"):
                changes.revoke_key(unit, "nothere2", by=BY, at=NOON)
        assert self.whose(store, text, NOON + HOUR) is None

    def test_a_rotated_key_overlaps_the_new_one(self, store, drawn):
        key, text = drawn
        with store.unit() as unit:
            new, other = changes.rotate_key(
                unit, Random(2), key.id, days=9, overlap_hours=1, by=BY, at=NOON
            )
        assert (new.name, new.scopes, new.chamber) == (key.name, key.scopes, key.chamber)
        assert self.whose(store, text, NOON + HOUR - SECOND)
        assert self.whose(store, text, NOON + HOUR) is None
        assert self.whose(store, other, NOON + 9 * 24 * HOUR - SECOND)
        with pytest.raises(AccountError, match="make a new one"), store.unit() as unit:
            changes.rotate_key(
                unit, Random(3), key.id, days=9, overlap_hours=0, by=BY, at=NOON + HOUR
            )

    def test_its_use_is_noted_once_a_minute(self, store, drawn):
        key, _ = drawn
        with store.unit() as unit:
            assert unit.keys.used_at(key.id) is None
            for seconds, noted in ((0, 0), (59, 0), (60, 60)):
                unit.keys.note_use(key.id, NOON + seconds * SECOND)
                assert unit.keys.used_at(key.id) == NOON + noted * SECOND


def claim(number: int, at: datetime = NOON) -> Claim:
    return Claim(f"claim{number}", "person1", FIRM, "digest", 0, at, at + HOUR)


class TestClaims:
    @pytest.fixture(autouse=True)
    def claimant(self, store):
        written(store, person(1))
        with store.unit() as unit:
            unit.claims.create(claim(1))

    def test_a_claim_is_used_once_and_in_time(self, store):
        with store.unit() as unit:
            assert unit.claims.get("claim1") == claim(1)
            assert not unit.claims.use("claim1", NOON + HOUR)
            assert unit.claims.use("claim1", NOON + MINUTE)
            assert not unit.claims.use("claim1", NOON + MINUTE)

    def test_a_newer_claim_takes_the_place_of_an_open_one(self, store):
        with store.unit() as unit:
            unit.claims.create(claim(2, NOON + MINUTE))
            assert unit.claims.get("claim2") == claim(2, NOON + MINUTE)
            assert not unit.claims.use("claim1", NOON + MINUTE)
            assert not unit.claims.use("claim2", NOON + MINUTE + HOUR)
            assert unit.claims.use("claim2", NOON + MINUTE)
            assert unit.claims.count_since("person1", NOON - SECOND) == 2
            assert unit.claims.count_since("person1", NOON) == 1

    def test_tries_are_counted_one_by_one(self, store):
        def tried(_: int) -> int:
            with store.unit() as unit:
                return unit.claims.count_try("claim1")

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(tried, range(12))) == list(range(1, 13))
        with pytest.raises(UnknownAccountError), store.unit() as unit:
            unit.claims.count_try("claim9")


class TestLogs:
    def test_lines_come_newest_first_and_filtered(self, store):
        with store.unit() as unit:
            for number, action in enumerate(("account.created", "account.changed", "accounts.x")):
                at = NOON + number * MINUTE
                unit.audit.note(at=at, by=BY, action=action, subject="s", number=number)
            newest = unit.audit.list()[0]
            assert (newest.actor, newest.role, newest.details) == (
                "tests",
                "administrator",
                {"number": 2},
            )

            def numbers(**wanted: object) -> list[int]:
                return [line.details["number"] for line in unit.audit.list(**wanted)]

            assert numbers() == [2, 1, 0]
            assert numbers(action="account") == [1, 0]
            assert numbers(action="account.changed") == [1]
            assert numbers(since=NOON + MINUTE) == [2, 1]
            assert numbers(limit=1) == [2]

    def test_contact_reads_are_listed_by_firm(self, store):
        with store.unit() as unit:
            unit.contacts.note(at=NOON, by=BY, siret=FIRM, purpose="profile")
            unit.contacts.note(
                at=NOON + HOUR, by=BY, siret=OTHER, purpose="introduction", introduction_id="i"
            )
            found = unit.contacts.list()
            assert [(r.siret, r.purpose, r.introduction_id) for r in found] == [
                (OTHER, "introduction", "i"),
                (FIRM, "profile", None),
            ]
            assert unit.contacts.list(siret=FIRM) == found[1:]
            assert unit.contacts.list(since=NOON + MINUTE, limit=5) == found[:1]


class TestChanges:
    def test_each_change_leaves_its_line(self, store):
        with store.unit() as unit:
            changes.open_account(unit, person(1), by=BY, at=NOON)
            changes.tie_company(unit, "person1", FIRM, HowTied.ADVISER, by=BY, at=NOON)
            changes.tie_company(unit, "person1", FIRM, HowTied.ADVISER, by=BY, at=NOON)
            assert changes.untie_company(unit, "person1", FIRM, by=BY, at=NOON)
            assert not changes.untie_company(unit, "person1", FIRM, by=BY, at=NOON)
            changes.change_account(unit, "person1", by=BY, at=NOON, name="Anne")
            changes.change_account(unit, "person1", by=BY, at=NOON, name="Anne")
            changes.end_sessions(unit, "person1", by=BY, at=NOON)
            changes.delete_account(unit, "person1", by=BY, at=NOON)
        assert audited(store) == [
            Action.ACCOUNT_CREATED,
            Action.COMPANY_TIED,
            Action.COMPANY_UNTIED,
            Action.ACCOUNT_CHANGED,
            Action.SESSIONS_ENDED,
            Action.ACCOUNT_DELETED,
        ]

    def test_what_is_refused_leaves_none(self, store):
        written(store, person(1, Role.ADVISER, chamber="77"))
        for siret, words in ((FIRM, "entrepreneurs"), ("1234", "14 digits")):
            with pytest.raises(AccountError, match=words), store.unit() as unit:
                changes.tie_company(unit, "person1", siret, HowTied.CODE, by=BY, at=NOON)
        assert audited(store) == []

    def test_an_email_is_brought_into_form(self, store):
        written(store, person(1))
        with store.unit() as unit:
            changed = changes.change_account(
                unit, "person1", by=BY, at=NOON, email=" Zoe@Example.ORG"
            )
        assert changed.email == "zoe@example.org"

    @pytest.mark.parametrize("change", [{"active": False}, {"role": Role.ENTREPRENEUR}, None])
    def test_the_last_administrator_stays(self, store, change):
        written(store, person(1, Role.ADMINISTRATOR), person(2, Role.ADMINISTRATOR, active=False))

        def act() -> None:
            with store.unit() as unit:
                if change is None:
                    changes.delete_account(unit, "person1", by=BY, at=NOON)
                else:
                    changes.change_account(unit, "person1", by=BY, at=NOON, **change)

        with pytest.raises(AccountError, match="last administrator"):
            act()
        with store.unit() as unit:
            assert unit.accounts.get("person1") == person(1, Role.ADMINISTRATOR)
            changes.change_account(unit, "person2", by=BY, at=NOON, active=True)
        act()

    def test_two_administrators_cannot_close_each_other_at_once(self, store):
        written(store, *(person(number, Role.ADMINISTRATOR) for number in (1, 2)))
        both = threading.Barrier(2)

        def close(number: int) -> bool:
            both.wait()
            try:
                with store.unit() as unit:
                    changes.change_account(unit, f"person{number}", by=BY, at=NOON, active=False)
            except AccountError:
                return False
            return True

        for _ in range(5):
            with ThreadPoolExecutor(2) as pool:
                assert sorted(pool.map(close, (1, 2))) == [False, True]
            with store.unit() as unit:
                for number in (1, 2):
                    unit.accounts.change(f"person{number}", active=True)

    def test_a_new_password_ends_the_other_sessions(self, store):
        written(store, person(1))
        access = AccessSettings()
        with store.unit() as unit:
            for digest in ("here", "there"):
                unit.sessions.open(digest, "person1", method="x", at=NOON, expires_at=NOON + HOUR)
            account = unit.accounts.get("person1")
            with pytest.raises(AccountError, match="short"):
                changes.set_password(unit, CHEAP, access, account, "court", by=BY, at=NOON)
            changes.set_password(unit, CHEAP, access, account, GOOD, by=BY, at=NOON, keep="here")
            good = [s.digest for s in unit.sessions.list("person1") if s.revoked_at is None]
            assert good == ["here"]
            assert CHEAP.verify(unit.accounts.get("person1").password_hash, GOOD)


class TestSignIn:
    settings = Settings()

    @pytest.fixture(autouse=True)
    def account(self, store):
        written(store, person(1, password_hash=CHEAP.hash(GOOD)))

    def enter(
        self, store, password=GOOD, email="p1@example.org", at=NOON, address="192.0.2.1"
    ) -> Account:
        return sign_in(
            store,
            CHEAP,
            SIGNER,
            self.settings,
            email=email,
            password=password,
            address=address,
            at=at,
        )

    def outcome(self, store, **tried: object) -> str | int:
        try:
            return self.enter(store, **tried).id
        except SignInRefusedError:
            return "refused"
        except TooManyTriesError as error:
            return error.seconds

    def test_the_right_password_lets_in(self, store):
        account = self.enter(store, email="  P1@Example.org ")
        assert account == person(1, password_hash=account.password_hash, signed_in_at=NOON)
        assert audited(store) == [Action.SIGNED_IN]
        with store.unit() as unit:
            open_session(unit, self.settings, account, method="password", token_digest="d", at=NOON)
            late = NOON + timedelta(hours=self.settings.access.session_hours)
            (session,) = unit.sessions.list("person1")
            assert (session.expires_at, session.method) == (late, "password")

    def test_all_refusals_say_the_same(self, store):
        written(
            store,
            person(2),
            person(3, active=False, password_hash=CHEAP.hash(GOOD)),
        )
        said = set()
        for number, tried in enumerate(
            (
                {"password": "wrong"},
                {"password": ""},
                {"password": "x" * 100_000},
                {"password": "\ud800"},
                {"email": "nobody@example.org"},
                {"email": "p2@example.org"},
                {"email": "p3@example.org"},
                {"email": "no address\x00\ud800"},
                {"email": ""},
            )
        ):
            with pytest.raises(SignInRefusedError) as refused:
                self.enter(store, address=f"192.0.2.{number}", **tried)
            said.add(str(refused.value))
        assert len(said) == 1
        assert audited(store) == [Action.SIGN_IN_REFUSED] * 9

    def test_failures_slow_the_account_down_from_any_address(self, store):
        wait = [self.outcome(store, password="wrong", address=f"192.0.2.{n}") for n in range(7)]
        assert wait == ["refused"] * 5 + [1, 1]
        # Not even the right password is looked at, and the try counts for nothing.
        assert self.outcome(store, address="192.0.2.9") == 1
        assert self.outcome(store, password="wrong", at=NOON + SECOND) == "refused"
        assert self.outcome(store, at=NOON + 2 * SECOND) == 1
        assert self.outcome(store, at=NOON + 3 * SECOND) == "person1"
        # Getting in forgets the failures of the account.
        later = {"password": "wrong", "at": NOON + 3 * SECOND, "address": "192.0.2.77"}
        assert [self.outcome(store, **later) for _ in range(6)] == ["refused"] * 5 + [1]

    def test_failures_slow_the_address_down_whatever_the_account(self, store):
        """Behind an address sit many people: it has ten times the slips of one."""
        for number in range(50):
            assert self.outcome(store, email=f"x{number}@example.org") == "refused"
        assert self.outcome(store) == 1
        assert self.outcome(store, address="192.0.2.2") == "person1"
        # To get in elsewhere does not clear the address.
        assert self.outcome(store) == 1

    def test_a_right_password_is_no_failure(self, store):
        for _ in range(20):
            assert self.outcome(store) == "person1"

    def test_failures_are_forgotten_in_time(self, store):
        for _ in range(5):
            self.outcome(store, password="wrong")
        with store.unit() as unit:
            for _ in range(30):
                unit.failures.note(SIGNER.digest("sign-in account", "p1@example.org"), NOON)
        assert self.outcome(store) == WINDOW.total_seconds()
        assert self.outcome(store, at=NOON + WINDOW - SECOND) == 1
        assert self.outcome(store, at=NOON + WINDOW) == "person1"

    def test_a_hundred_wrong_tries_are_slowed_and_logged(self, store):
        tried = [
            self.outcome(store, password=f"wrong {n}", at=NOON + n * SECOND) for n in range(100)
        ]
        # Five at once, then a second, two, four, ... after the one before.
        looked_at = [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67]
        assert [n for n, was in enumerate(tried) if was == "refused"] == looked_at
        lines = audited(store)
        assert lines.count(Action.SIGN_IN_REFUSED) == len(looked_at)
        assert lines.count(Action.SIGN_IN_SLOWED) == 100 - len(looked_at)

    def test_tries_at_once_do_not_slip_past(self, store):
        ready = threading.Barrier(8)

        def tried(number: int) -> str | int:
            ready.wait()
            return self.outcome(store, password="wrong", address=f"192.0.2.{number}")

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(tried, range(16)))
        assert outcomes.count("refused") == 5

    def test_a_hash_of_other_costs_is_made_again(self, store):
        dear = Passwords(time_cost=2, memory_cost=8, parallelism=1)
        before = self.enter(store).password_hash
        sign_in(
            store,
            dear,
            SIGNER,
            self.settings,
            email="p1@example.org",
            password=GOOD,
            address="192.0.2.1",
            at=NOON,
        )
        with store.reading() as unit:
            after = unit.accounts.get("person1").password_hash
        assert after != before
        assert not dear.outdated(after)
        assert dear.verify(after, GOOD)

    def test_what_changes_while_the_password_is_looked_at_counts(self, store):
        class Slow(Passwords):
            def verify(self, stored: str | None, password: str) -> bool:
                with store.unit() as unit:
                    unit.accounts.change("person1", active=False)
                return super().verify(stored, password)

        with pytest.raises(SignInRefusedError):
            sign_in(
                store,
                Slow(1, 8, 1),
                SIGNER,
                self.settings,
                email="p1@example.org",
                password=GOOD,
                address="192.0.2.1",
                at=NOON,
            )

    def test_the_log_names_no_stranger(self, store):
        self.outcome(store, email="my-secret-password@example.org")
        self.outcome(store, email="my-secret-password")
        self.outcome(store, password="another-secret")
        with store.reading() as unit:
            lines = repr(unit.audit.list())
        assert "secret" not in lines
        assert "unknown " in lines
        assert "'person1'" in lines

    def test_no_password_and_no_email_is_ever_logged(self, store, caplog):
        caplog.set_level(0)
        self.outcome(store)
        self.outcome(store, password="a wrong secret")
        for _ in range(6):
            self.outcome(store, email="typed-secret@example.org")
        shown = caplog.text
        assert not any(part in shown for part in (GOOD, "a wrong secret", "typed-secret"))


def test_a_key_of_a_program_has_only_scopes_that_keys_may_have(store):
    with pytest.raises(AccountError, match="scopes"):
        draw_key(
            Random(1), name="x", scopes=[Right.ACCOUNTS], chamber=None, days=1, at=NOON, by="x"
        )
