"""What the outbox tells of a letter: its state, and what became of each try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matchmaker.mail.letters import Letter, LetterKind


class LetterState(StrEnum):
    """Where a letter is.

    `waiting -> sending -> sent`, or back to `waiting` for another try, or to `failed` (refused for
    good, or out of tries) or `uncertain` (it may or may not have left). A person may send the last
    two back to `waiting`, or cancel what has not left.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


RETRIED = (LetterState.FAILED, LetterState.UNCERTAIN)
"""States from which a person may have a letter sent again."""
CANCELLABLE = (LetterState.WAITING, *RETRIED)
"""States in which a letter may still be kept from leaving."""


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """A letter as it is listed: without what it says.

    Parameters
    ----------
    id
        Within the outbox.
    key, kind, recipient, subject, siret, account_id, introduction_id
        As those of the letter; the subject is left out where it names a firm that the reader may
        not be told of (`matchmaker.mail.naming`).
    state
        Where it is.
    attempts
        Tries so far.
    due_at
        Not before.
    created_at
        When it was written.
    settled_at
        When it came to the state that it is in, if that ends it.
    error
        What the last try met, if anything.
    """

    id: int
    key: str
    kind: LetterKind
    recipient: str
    subject: str | None
    siret: str | None
    account_id: str | None
    introduction_id: str | None
    state: LetterState
    attempts: int
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class TakenLetter:
    """A letter in the hands of one process.

    Parameters
    ----------
    id
        Within the outbox.
    letter
        What is to be sent.
    attempts
        Tries, this one included.
    created_at
        When it was written.
    taken_at
        When this process took it: who settles it names that moment.
    """

    id: int
    letter: Letter
    attempts: int
    created_at: datetime
    taken_at: datetime
