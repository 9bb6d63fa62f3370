"""What the routes of the outbox hand out."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from matchmaker.mail.letters import LetterKind
from matchmaker.mail.outbox import LetterState

LETTER: dict[str, JsonValue] = {
    "id": 12,
    "kind": "question",
    "recipient": "contact@example.org",
    "subject": "Ateliers Lumen souhaite vous rencontrer",
    "siret": "73282932000074",
    "introduction_id": "k7m2p9qa",
    "state": "uncertain",
    "attempts": 1,
    "due_at": "2026-11-24T03:00:00Z",
    "created_at": "2026-11-24T03:00:00Z",
    "settled_at": "2026-11-24T03:00:21Z",
    "error": "no answer after the message was sent: timed out",
}


class LetterItem(BaseModel):
    """A letter of the outbox, without what it says."""

    model_config = ConfigDict(json_schema_extra={"examples": [LETTER]}, extra="forbid")

    id: int
    kind: LetterKind
    recipient: str = Field(
        description="Its address; of a firm that has left the service only as much as its owner "
        "knows again."
    )
    subject: str | None = Field(
        description="Empty where it names a firm that has left the service."
    )
    siret: str | None
    introduction_id: str | None
    state: LetterState
    attempts: int
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None
    error: str | None


class OutboxAnswer(BaseModel):
    """Letters, the newest first, and how many there are in each state."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [LETTER], "counts": {"uncertain": 1}}]},
        extra="forbid",
    )

    items: list[LetterItem]
    counts: dict[LetterState, int]
