"""The bar of delivery: a bad server and killed processes, and each letter once or reported."""

from __future__ import annotations

import multiprocessing
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from benchmarks.mail_server import Habits, serve, taken
from matchmaker.mail.delivery import deliver_due
from matchmaker.mail.letters import Letter, LetterKind, message_id
from matchmaker.mail.outbox import LetterState, OutboxLine
from matchmaker.mail.transports import transport_of
from matchmaker.settings import MailSettings, Settings
from matchmaker.store import open_store

LETTERS = 1_000
SENDERS = 2
HABITS = Habits(
    busy=0.03, refuses=0.01, busy_late=0.03, leaves=0.01, vanishes=0.01, slow=0.01, seconds=3.0
)
LIMIT_SECONDS = 600
_PROCESSES = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Figures:
    """What became of the letters.

    Parameters
    ----------
    letters
        All of them.
    received_once, received_twice
        By the journal of the server.
    sent, failed, uncertain
        By the outbox.
    uncertain_received
        Uncertain letters that the server had taken: sent again by a program, they would have come
        twice.
    open
        Letters that still wait or are being sent: there must be none.
    wrong
        Letters whose state contradicts the journal: there must be none.
    senders_killed, servers_killed
        Processes that were killed meanwhile.
    seconds
        From the first try to the last.
    """

    letters: int
    received_once: int
    received_twice: int
    sent: int
    failed: int
    uncertain: int
    uncertain_received: int
    open: int
    wrong: int
    senders_killed: int
    servers_killed: int
    seconds: float


def run() -> None:
    """Print the figures of a thousand letters."""
    for seed in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            figures = drill(Path(folder), LETTERS, HABITS, seed, kills=12)
            for name, value in asdict(figures).items():
                print(f"  {name:20} {value}")
            print()


def drill(
    folder: Path,
    letters: int,
    habits: Habits,
    seed: int,
    *,
    kills: int,
    lease_seconds: float = 15.0,
) -> Figures:
    """Send letters through a bad server while senders and server are killed again and again.

    Parameters
    ----------
    folder
        For the store and the journal.
    letters
        How many.
    habits
        Of the server.
    seed
        Of the chances.
    kills
        How many processes are killed.
    lease_seconds
        After which a letter of a killed sender is reported.
    """
    random = Random(seed)
    settings = _settings(folder, lease_seconds)
    _write_letters(settings, letters)
    journal, began = folder / "journal", time.monotonic()
    senders = [_started(send_all, settings) for _ in range(SENDERS)]
    time.sleep(1.5)  # the server is down for the first tries
    serving = (settings.mail.port, journal, habits)
    server = _started(serve, *serving, seed)
    killed: Counter[str] = Counter()
    while not _is_done(settings):
        assert time.monotonic() - began < LIMIT_SECONDS, "the letters do not come to an end"
        time.sleep(random.uniform(0.2, 0.8))
        if killed.total() >= kills:
            senders = [
                each if each.is_alive() else _started(send_all, settings) for each in senders
            ]
            continue
        if random.random() < 0.3:
            _kill(server)
            server = _started(serve, *serving, seed + killed.total() + 1)
            killed["server"] += 1
        else:
            place = random.randrange(SENDERS)
            _kill(senders[place])
            senders[place] = _started(send_all, settings)
            killed["sender"] += 1
    seconds = time.monotonic() - began
    for process in (*senders, server):
        _kill(process)
    return _figures(settings, journal, killed, round(seconds, 1))


def _settings(folder: Path, lease_seconds: float) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mail = MailSettings(
        transport="smtp",
        port=port,
        security="none",
        timeout_seconds=2.0,
        retry_seconds=0.1,
        lease_seconds=lease_seconds,
    )
    return Settings(home=folder, mail=mail)


def _write_letters(settings: Settings, letters: int) -> None:
    store = open_store(settings.store_url)
    with store.unit() as unit:
        for number in range(letters):
            unit.outbox.put(_letter(number), _now())
    store.close()


def _letter(number: int) -> Letter:
    words = f"Courriel numéro {number}.\n.\nUne ligne qui commence par un point.\n"
    return Letter(
        key=f"drill:{number}",
        kind=LetterKind.DIGEST,
        recipient=f"personne{number}@example.org",
        subject=f"Suggestion n° {number}",
        text=words,
        html=f"<p>{words}</p>",
    )


def send_all(settings: Settings) -> None:
    """Send what is due, again and again, until the process is killed."""
    store = open_store(settings.store_url)
    while True:
        deliver_due(store, transport_of(settings), settings, _now)
        time.sleep(0.05)


def _started(work: Callable[..., None], *arguments: object) -> BaseProcess:
    process = _PROCESSES.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _is_done(settings: Settings) -> bool:
    return not any(line.state in _OPEN for line in _lines(settings))


_OPEN = (LetterState.WAITING, LetterState.SENDING)


def _lines(settings: Settings) -> tuple[OutboxLine, ...]:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        lines = unit.outbox.list(limit=1_000_000)
    store.close()
    return lines


def _figures(settings: Settings, journal: Path, killed: Counter[str], seconds: float) -> Figures:
    lines, received = _lines(settings), taken(journal)
    times = {line.id: received[message_id(line.key, settings.mail.sender)] for line in lines}
    states = Counter(line.state for line in lines)
    allowed = {
        LetterState.SENT: (1,),
        LetterState.FAILED: (0,),
        LetterState.UNCERTAIN: (0, 1),
    }
    return Figures(
        letters=len(lines),
        received_once=sum(count == 1 for count in times.values()),
        received_twice=sum(count > 1 for count in times.values()),
        sent=states[LetterState.SENT],
        failed=states[LetterState.FAILED],
        uncertain=states[LetterState.UNCERTAIN],
        uncertain_received=sum(
            times[line.id] for line in lines if line.state is LetterState.UNCERTAIN
        ),
        open=sum(states[state] for state in _OPEN),
        wrong=sum(times[line.id] not in allowed.get(line.state, ()) for line in lines),
        senders_killed=killed["sender"],
        servers_killed=killed["server"],
        seconds=seconds,
    )


def _now() -> datetime:
    return datetime.now(UTC)
