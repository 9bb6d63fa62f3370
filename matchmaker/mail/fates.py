"""What a transport promises, and what it says of each message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Fate(StrEnum):
    """What became of one try."""

    SENT = "sent"
    LATER = "later"
    """Certainly not taken, and worth another try."""
    REFUSED = "refused"
    """Certainly not taken, and never will be."""
    UNCERTAIN = "uncertain"
    """The connection was lost after the message was handed over: it may have been taken."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a transport says of one message."""

    fate: Fate
    words: str = ""
    """Of the server, where there is something to tell."""


class Transport(Protocol):
    """A way out."""

    repeatable: bool
    """Whether sending one letter twice is the same as sending it once."""

    def connect(self) -> None:
        """Make sure that messages can be handed over now.

        Raises
        ------
        MailError
            If they cannot: no letter is blamed for that.
        """

    def send(self, letter_id: int, recipient: str, message: bytes) -> Receipt:
        """Hand one message over."""

    def close(self) -> None:
        """Part from the server."""
