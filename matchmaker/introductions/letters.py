"""What introductions ask of the mail; `matchmaker.mail.post.Post` does it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from matchmaker.introductions.records import Introduction
from matchmaker.store import Unit


class Letters(Protocol):
    """Writes letters into the outbox of a unit of work.

    Each method but `introduce` says whether a letter was written: not where the firm has no address
    on file, or wants none.
    """

    def ask(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        """Ask a side whether it wants to be introduced."""

    def remind(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        """Remind a side of the question."""

    def tell(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        """Tell a side that it comes to nothing: declined, refused, withdrawn, expired."""

    def introduce(self, unit: Unit, introduction: Introduction, at: datetime) -> int:
        """Give both sides the contact of the other; say how many letters were written."""

    def ask_outcome(
        self, unit: Unit, introduction: Introduction, siret: str, days: int, at: datetime
    ) -> bool:
        """Ask a side what came of it."""
