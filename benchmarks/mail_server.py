"""A mail server on loopback that misbehaves in known ways, and writes down what it has taken."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from random import Random

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Habits:
    """How often it does what; the rest it takes and says so.

    Parameters
    ----------
    busy, refuses
        Answers 451 or 550 to the address.
    busy_late
        Answers 451 to the message.
    leaves, vanishes
        Cuts the connection before, or after, it has taken the message.
    slow, seconds
        Answers after so long, with what it has taken.
    """

    busy: float = 0.0
    refuses: float = 0.0
    busy_late: float = 0.0
    leaves: float = 0.0
    vanishes: float = 0.0
    slow: float = 0.0
    seconds: float = 0.0


class Handler:
    """Decides by chance what to do with each message, and keeps a journal on the disk."""

    def __init__(self, journal: Path, habits: Habits, seed: int) -> None:
        self._journal = journal
        self._habits = habits
        self._random = Random(seed)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take an address, or not."""
        chance = self._random.random()
        if chance < self._habits.busy:
            return "451 come back later"
        if chance < self._habits.busy + self._habits.refuses:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or not, and say so, or not."""
        chance, habits = self._random.random(), self._habits
        if chance < habits.busy_late:
            return "451 no room now"
        if chance < habits.busy_late + habits.leaves:
            server.transport.abort()
            return "451 gone"
        self._note(envelope)
        if chance < habits.busy_late + habits.leaves + habits.vanishes:
            server.transport.abort()
        if self._random.random() < habits.slow:
            await asyncio.sleep(habits.seconds)
        return "250 taken"

    def _note(self, envelope: Envelope) -> None:
        """Write the message down before it is acknowledged, so that a kill forgets nothing."""
        name = message_from_bytes(envelope.content or b"")["Message-ID"]
        with self._journal.open("a") as journal:
            journal.write(f"{name}\n")
            journal.flush()
            os.fsync(journal.fileno())


def taken(journal: Path) -> Counter[str]:
    """Count how often the server took each message, by its Message-ID."""
    return Counter(journal.read_text().split()) if journal.exists() else Counter()


def serve(port: int, journal: Path, habits: Habits, seed: int) -> None:
    """Serve until the process is killed."""
    handler = Handler(journal, habits, seed)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    asyncio.run(asyncio.Event().wait())
