"""A letter that is written and waits to leave; its kind, and the topics that one may refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class Topic(StrEnum):
    """What an address may want no more letters about."""

    INTRODUCTIONS = "introductions"
    """Questions, reminders, answers, contacts."""
    OUTCOMES = "outcomes"
    """What came of an introduction."""
    DIGESTS = "digests"
    """New suggestions of the week."""


class LetterKind(StrEnum):
    """The occasion of a letter."""

    QUESTION = "question"
    REMINDER = "reminder"
    ANSWER = "answer"
    INTRODUCTION = "introduction"
    OUTCOME = "outcome"
    DIGEST = "digest"
    CLAIM_CODE = "claim_code"
    INVITATION = "invitation"
    RESET = "reset"


TOPIC_OF: Mapping[LetterKind, Topic | None] = {
    LetterKind.QUESTION: Topic.INTRODUCTIONS,
    LetterKind.REMINDER: Topic.INTRODUCTIONS,
    LetterKind.ANSWER: Topic.INTRODUCTIONS,
    LetterKind.INTRODUCTION: Topic.INTRODUCTIONS,
    LetterKind.OUTCOME: Topic.OUTCOMES,
    LetterKind.DIGEST: Topic.DIGESTS,
    LetterKind.CLAIM_CODE: None,
    LetterKind.INVITATION: None,
    LetterKind.RESET: None,
}
"""A letter without a topic answers what somebody has just asked for: it comes once, and there is no
list to leave."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that goes with a letter.

    Parameters
    ----------
    name
        Of the file.
    kind
        Media type with its parameters: `text/calendar; method=PUBLISH`.
    text
        Content.
    """

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address.

    Parameters
    ----------
    key
        Names the occasion: a second letter with the same key is not written.
    kind
        Its occasion.
    recipient
        Address.
    subject
        One line.
    text, html
        The same said twice: plain, and for those who want it set.
    attachments
        Files that go with it.
    headers
        Further headers, such as `List-Unsubscribe`.
    siret
        Firm that it is about or to; none for a letter to an account of the chambers.
    account_id
        Account that it goes to, where it goes to one.
    introduction_id
        Introduction that it is about, if any.
    """

    key: str
    kind: LetterKind
    recipient: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    siret: str | None = None
    account_id: str | None = None
    introduction_id: str | None = None


def message_id(key: str, sender: str) -> str:
    """Name a letter the same way each time it leaves, so that a second delivery is recognised.

    Parameters
    ----------
    key
        Of the letter; only its digest shows.
    sender
        Address whose domain ends the name.
    """
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"
