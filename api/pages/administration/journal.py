"""Who did what, and who was shown whose contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import AuditCaller
from api.deps import LanguageQuery, ServiceDep
from api.pages.administration.room import HOME, PARIS, administration_page, told
from matchmaker.accounts.audit import AuditLine, ContactRead
from matchmaker.store import Unit
from matchmaker.texts import Language, say

router = APIRouter(prefix=f"{HOME}/journal", include_in_schema=False)

LINES = 100
FAMILIES = (
    "sign_in",
    "session",
    "account",
    "claim",
    "key",
    "privacy",
    "profile",
    "competitor",
    "event",
    "letter",
    "snapshot",
    "rejects",
)
"""Beginnings of actions, to choose from."""

BeforeQuery = Annotated[int | None, Query(ge=1, le=2**53, alias="avant")]
SinceQuery = Annotated[str, Query(max_length=10, alias="depuis")]


@dataclass(frozen=True)
class JournalRow:
    """A line of the audit log in the reader's words.

    Parameters
    ----------
    line
        As it was written.
    action, actor
        In words, where the catalogue knows them.
    details
        Name and value of each, in words where they are known.
    """

    line: AuditLine
    action: str
    actor: str
    details: Sequence[tuple[str, str]]


@router.get("")
async def journal_page(
    request: Request,
    caller: AuditCaller,
    service: ServiceDep,
    genre: Annotated[str, Query(max_length=60)] = "",
    sujet: Annotated[str, Query(max_length=200)] = "",
    since: SinceQuery = "",
    before: BeforeQuery = None,
    lang: LanguageQuery = "fr",
) -> Response:
    """List what was done, the newest first."""

    def read(unit: Unit) -> tuple[AuditLine, ...]:
        return unit.audit.list(
            _midnight(since), genre or None, LINES + 1, before=before, about=sujet.strip() or None
        )

    lines = await service.read(read)
    return administration_page(
        request,
        caller,
        "journal",
        "journal.html",
        lang,
        rows=[_row(line, lang) for line in lines[:LINES]],
        older=lines[LINES - 1].id if len(lines) > LINES else None,
        families=FAMILIES,
        asked={"genre": genre, "sujet": sujet, "depuis": since},
        misread=bool(since) and _midnight(since) is None,
        continued=before is not None,
        days=service.settings.retention.audit_days,
    )


@router.get("/contacts")
async def contact_reads_page(
    request: Request,
    caller: AuditCaller,
    service: ServiceDep,
    siret: Annotated[str, Query(max_length=20)] = "",
    since: SinceQuery = "",
    before: BeforeQuery = None,
    lang: LanguageQuery = "fr",
) -> Response:
    """List who was shown the contact of a firm, the newest first."""
    wanted = "".join(siret.split())

    def read(unit: Unit) -> tuple[ContactRead, ...]:
        return unit.contacts.list(wanted or None, _midnight(since), LINES + 1, before=before)

    lines = await service.read(read)
    return administration_page(
        request,
        caller,
        "journal",
        "contact_reads.html",
        lang,
        rows=[(line, told_actor(line.actor, lang), _purpose(line, lang)) for line in lines[:LINES]],
        older=lines[LINES - 1].id if len(lines) > LINES else None,
        asked={"siret": siret, "depuis": since},
        misread=bool(since) and _midnight(since) is None,
        continued=before is not None,
        days=service.settings.retention.audit_days,
    )


def _midnight(text: str) -> datetime | None:
    """Begin of a day in Paris; nothing where the text is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), PARIS).astimezone(UTC)
    except (ValueError, OverflowError):  # the first day of the calendar begins before it in Paris
        return None


def _row(line: AuditLine, language: Language) -> JournalRow:
    action = told(language, f"administration.action.{line.action}", line.action)
    return JournalRow(
        line, action, told_actor(line.actor, language), _details(line.details, language)
    )


def _details(details: Mapping[str, object], language: Language) -> list[tuple[str, str]]:
    return [
        (told(language, f"administration.detail.{name}", name), _value(value, language))
        for name, value in details.items()
    ]


def _value(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return say(language, f"administration.{'yes' if value else 'no'}")
    if isinstance(value, list | tuple):
        return ", ".join(_value(each, language) for each in value) or "–"
    if isinstance(value, Mapping):
        return ", ".join(_pair(str(name), each, language) for name, each in value.items()) or "–"
    if value is None:
        return "–"
    scope = told(language, f"administration.scope.{value}.title", str(value))
    return told(language, f"administration.detail_value.{value}", scope)


def _pair(name: str, value: object, language: Language) -> str:
    """Say a part of a detail, such as how many rows of a table were removed."""
    table = told(language, f"administration.detail_table.{name}", name)
    return say(language, "administration.detail_pair", name=table, value=_value(value, language))


def told_actor(actor: str, language: Language) -> str:
    """Name in the reader's language who is no person: a command, a key, the service itself."""
    for kind in ("key", "account", "letter to"):
        if actor.startswith(f"{kind} "):
            key = f"administration.actor.{kind.replace(' ', '_')}"
            return say(language, key, name=actor.removeprefix(f"{kind} "))
    slug = actor.replace(" ", "_").replace("-", "_")
    return told(language, f"administration.actor.{slug}", actor)


def _purpose(line: ContactRead, language: Language) -> str:
    return told(language, f"administration.purpose.{line.purpose}", line.purpose)
