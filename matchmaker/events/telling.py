"""What one participant must be told after a repair of seats or groups."""

from __future__ import annotations

from matchmaker.events.documents import Document


class Telling(Document):
    """A sentence for one participant."""

    participant: str
    text: str
