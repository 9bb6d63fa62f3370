"""Letters through a real mail server on loopback: each once, or reported."""

import logging
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from builders import company
from empty_stores import new_store
from mail_samples import OTHER, account, declared, firms

from benchmarks.mail import drill
from benchmarks.mail_server import Habits
from matchmaker.companies import Diffusion
from matchmaker.errors import MailError
from matchmaker.mail.delivery import Delivered, deliver_due, next_wait
from matchmaker.mail.letters import Letter, LetterKind, Topic
from matchmaker.mail.outbox import LetterState
from matchmaker.mail.smtp import SmtpTransport
from matchmaker.mail.transports import FileTransport, transport_of
from matchmaker.settings import MailSettings, Settings
from matchmaker.store import Store

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Inbox:
    """Takes messages as it is told to, and keeps them."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.connections = 0
        self.rcpt = "250 OK"
        self.data = "250 taken"
        self.vanish = ""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.vanish == "before":
            server.transport.abort()
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        if self.data.startswith("250"):
            self.messages.append(envelope.original_content)
        if self.vanish == "after":
            server.transport.abort()
        return self.data

    def names(self) -> list[str]:
        return [str(message_from_bytes(m)["Message-ID"]) for m in self.messages]


@contextmanager
def listening(inbox: Inbox, **options: object) -> Iterator[Settings]:
    """Serve an inbox, and give settings that name it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        mail = MailSettings(transport="smtp", port=port, security="none", timeout_seconds=2.0)
        yield Settings(mail=mail)
    finally:
        controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mail(inbox: Inbox) -> Iterator[Settings]:
    with listening(inbox) as settings:
        yield settings


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Iterator[Store]:
    opened = new_store(empty_store, Settings(home=tmp_path))
    yield opened
    opened.close()


def letter(number: int = 1) -> Letter:
    return Letter(
        key=f"question:{number}",
        kind=LetterKind.QUESTION,
        recipient=f"personne{number}@firme.example",
        subject="Été",
        text="Bonjour.\n.\n..deux points\nFin.\n",
        html="<p>Bonjour.</p>",
    )


def put(store: Store, number: int = 1) -> None:
    with store.unit() as unit:
        for each in range(1, number + 1):
            unit.outbox.put(letter(each), NOON)


def send(store: Store, settings: Settings, at: datetime = NOON) -> Delivered:
    return deliver_due(store, transport_of(settings), settings, lambda: at)


def states(store: Store) -> list[LetterState]:
    with store.reading() as unit:
        return [line.state for line in reversed(unit.outbox.list())]


def test_many_letters_leave_on_one_connection(store, mail, inbox):
    put(store, 5)
    assert send(store, mail) == Delivered(sent=5)
    assert inbox.connections == 1
    assert len(set(inbox.names())) == 5
    assert states(store) == [LetterState.SENT] * 5
    message = message_from_bytes(inbox.messages[0], policy=policy.default)
    assert message["To"] == "personne1@firme.example"
    assert message["Subject"] == "Été"
    body = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert body == letter().text
    assert send(store, mail) == Delivered()


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_busy_server_is_asked_again_later_and_later(store, mail, inbox, where):
    put(store)
    setattr(inbox, where, "451 come back")
    at = NOON
    for wait in (60, 120, 240):
        assert send(store, mail, at) == Delivered(retried=1)
        early = at + timedelta(seconds=wait - 1)
        assert send(store, mail, early) == Delivered()
        at += timedelta(seconds=wait)
    setattr(inbox, where, "250 OK")
    assert send(store, mail, at) == Delivered(sent=1)
    assert len(inbox.messages) == 1


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_refusal_for_good_is_reported_at_once(store, mail, inbox, where, caplog):
    put(store, 2)
    setattr(inbox, where, "550 nobody of that name")
    assert send(store, mail) == Delivered(failed=2)
    assert states(store) == [LetterState.FAILED] * 2
    with store.reading() as unit:
        assert "550 nobody of that name" in unit.outbox.get(1).error
    assert "letter 1 is failed" in caplog.text


def test_a_letter_is_given_up_after_its_last_try(store, mail, inbox):
    put(store)
    inbox.rcpt = "451 come back"
    few = mail.model_copy(update={"mail": mail.mail.model_copy(update={"attempts": 3})})
    made = [send(store, few, NOON + timedelta(days=day)) for day in range(4)]
    assert made == [*[Delivered(retried=1)] * 2, Delivered(failed=1), Delivered()]


def test_letters_wait_while_the_server_is_down(store, inbox):
    put(store, 2)
    with listening(inbox) as settings:
        pass
    down = send(store, settings)
    assert (down.sent, down.retried, down.failed) == (0, 0, 0)
    assert f"127.0.0.1:{settings.mail.port}" in down.problem
    with store.reading() as unit:
        assert [line.attempts for line in unit.outbox.list()] == [0, 0]
    with listening(inbox) as again:
        assert send(store, again) == Delivered(sent=2)


def test_a_connection_lost_before_the_message_is_no_uncertainty(store, mail, inbox):
    put(store)
    inbox.vanish = "before"
    assert send(store, mail) == Delivered(retried=1)
    inbox.vanish = ""
    assert send(store, mail, NOON + timedelta(minutes=1)) == Delivered(sent=1)
    assert len(inbox.messages) == 1


def test_a_connection_lost_after_the_message_is_reported_and_never_repeated(store, mail, inbox):
    put(store)
    inbox.vanish = "after"
    assert send(store, mail) == Delivered(uncertain=1)
    inbox.vanish = ""
    assert send(store, mail, NOON + timedelta(days=9)) == Delivered()
    assert len(inbox.messages) == 1
    with store.unit() as unit:
        unit.outbox.retry(1, NOON)
    assert send(store, mail) == Delivered(sent=1)
    first, second = inbox.names()
    assert first == second


def test_a_letter_of_a_killed_process_is_reported_and_never_repeated(store, mail, inbox, caplog):
    put(store)
    with store.unit() as unit:
        unit.outbox.take(NOON)
    within, after = NOON + timedelta(seconds=299), NOON + timedelta(seconds=301)
    assert send(store, mail, within) == Delivered()
    with caplog.at_level(logging.WARNING):
        assert send(store, mail, after) == Delivered(uncertain=1)
    assert "1 letters were being sent by a process that has ended" in caplog.text
    assert send(store, mail, NOON + timedelta(days=9)) == Delivered()
    assert inbox.messages == []


def test_a_round_ends_between_two_letters(store, mail, inbox):
    put(store, 5)
    answers = iter([False, False, True])
    done = deliver_due(store, transport_of(mail), mail, lambda: NOON, lambda: next(answers))
    assert done == Delivered(sent=2)


def test_a_letter_that_cannot_be_written_does_not_stop_the_others(store, mail, inbox):
    with store.unit() as unit:
        unit.outbox.put(replace(letter(1), recipient="a@b.example\r\nBcc: c@d.example"), NOON)
        unit.outbox.put(letter(2), NOON)
    assert send(store, mail) == Delivered(sent=1, failed=1)
    assert states(store) == [LetterState.FAILED, LetterState.SENT]


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make a certificate that nobody has vouched for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-days", "1", "-nodes", "-newkey", "rsa:2048"]
    command = ["openssl", "req", "-x509", *subject, "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed: the certificate cannot be made")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_server_without_a_valid_certificate_gets_no_letter(store, inbox, tmp_path):
    put(store)
    with listening(inbox, tls_context=self_signed(tmp_path)) as settings:
        secure = settings.mail.model_copy(update={"security": "starttls"})
        done = send(store, settings.model_copy(update={"mail": secure}))
    assert "certificate" in done.problem.lower()
    assert states(store) == [LetterState.WAITING]
    assert inbox.messages == []


def test_a_server_without_starttls_gets_no_letter_and_no_password(store, inbox):
    put(store)
    with listening(inbox) as settings:
        changes = {"security": "starttls", "user": "u", "password": "un-mot-de-passe"}
        secure = MailSettings(**{**settings.mail.model_dump(), **changes})
        done = send(store, settings.model_copy(update={"mail": secure}))
    assert "STARTTLS" in done.problem
    assert "un-mot-de-passe" not in done.problem


@pytest.mark.parametrize("right", [True, False])
def test_a_sign_in_is_made_and_its_refusal_blames_no_letter(store, inbox, right, caplog):
    put(store)

    def check(server: SMTP, session, envelope, mechanism, given) -> AuthResult:
        return AuthResult(success=given.password == b"un-mot-de-passe")

    options = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    with listening(inbox, **options) as settings:
        password = "un-mot-de-passe" if right else "un-autre-mot"
        changes = {"user": "u", "password": password}
        signed = MailSettings(**{**settings.mail.model_dump(), **changes})
        done = send(store, settings.model_copy(update={"mail": signed}))
    if right:
        assert done == Delivered(sent=1)
    else:
        assert done.problem.startswith("mail server 127.0.0.1")
        assert states(store) == [LetterState.WAITING]
    assert password not in caplog.text + done.problem


def test_the_folder_holds_each_letter_once_also_after_a_kill(store, tmp_path):
    put(store, 2)
    settings = Settings(home=tmp_path)
    assert send(store, settings) == Delivered(sent=2)
    with store.unit() as unit:
        unit.outbox.put(letter(3), NOON)
        unit.outbox.take(NOON)  # by a process that ends here
    assert send(store, settings, NOON + timedelta(hours=1)) == Delivered(sent=1)
    files = sorted(settings.mail_folder.iterdir())
    assert [file.name for file in files] == ["00000001.eml", "00000002.eml", "00000003.eml"]
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert message["To"] == "personne1@firme.example"


def test_a_folder_that_cannot_be_made_is_told(store, tmp_path):
    put(store)
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    done = deliver_due(store, FileTransport(blocked / "mail"), Settings(), lambda: NOON)
    assert str(blocked) in done.problem
    assert states(store) == [LetterState.WAITING]


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 60), (2, 120), (5, 960), (8, 7680), (40, 43_200)]
)
def test_each_wait_is_twice_the_one_before(attempts, seconds):
    assert next_wait(attempts, MailSettings()) == timedelta(seconds=seconds)


def test_a_transport_without_a_server_says_where_it_looked():
    nowhere = MailSettings(transport="smtp", port=1, security="none", timeout_seconds=1.0)
    with pytest.raises(MailError, match=r"127\.0\.0\.1:1.*mail\.host"):
        SmtpTransport(nowhere).connect()


def test_a_bad_server_and_killed_processes_lose_and_repeat_nothing(tmp_path):
    habits = Habits(busy=0.1, refuses=0.05, busy_late=0.1, leaves=0.05, vanishes=0.05)
    figures = drill(tmp_path, 30, habits, 5, kills=2, lease_seconds=3.0)
    assert figures.letters == 30
    assert (figures.received_twice, figures.open, figures.wrong) == (0, 0, 0)
    assert figures.sent + figures.failed + figures.uncertain == 30
    assert figures.senders_killed + figures.servers_killed == 2


@pytest.mark.parametrize(
    ("change", "left_to"),
    [
        ("nothing", "personne1@firme.example"),
        ("new address", "nouvelle@firme.example"),
        ("closed", None),
        ("untied", None),
        ("deleted", None),
        ("unsubscribed", None),
        ("consent withdrawn", None),
    ],
)
def test_a_letter_that_waited_goes_to_its_reader_of_today(store, mail, inbox, change, left_to):
    """A server that was down for days must not make letters go to people who have left."""
    firms(store)
    person = account(1, OTHER)
    with store.unit() as unit:
        unit.accounts.create(person)
        written = replace(letter(), siret=OTHER, account_id=person.id, recipient=person.email)
        unit.outbox.put(written, NOON)
        match change:
            case "new address":
                unit.accounts.change(person.id, email="nouvelle@firme.example")
            case "closed":
                unit.accounts.change(person.id, active=False)
            case "untied":
                unit.accounts.untie(person.id, OTHER)
            case "deleted":
                unit.accounts.delete(person.id)
            case "unsubscribed":
                unit.refusals.note(person.email, Topic.INTRODUCTIONS, NOON)
            case "consent withdrawn":
                unit.profiles.upsert([declared(OTHER, consent=False)])
                unit.companies.upsert([company(2, "91", diffusion=Diffusion.PARTIAL)])
    assert send(store, mail) == Delivered(sent=0 if left_to is None else 1)
    found = [message_from_bytes(message)["To"] for message in inbox.messages]
    assert found == [left_to] * (left_to is not None)
    with store.reading() as unit:
        (line,) = unit.outbox.list()
        assert unit.outbox.content(line.id) is None
    if left_to is None:
        assert line.state is LetterState.CANCELLED
        assert line.error
    else:
        assert (line.state, line.recipient) == (LetterState.SENT, left_to)
