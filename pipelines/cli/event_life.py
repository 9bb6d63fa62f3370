"""`matchmaker events create`, `list`, `show`, `move`, `close`, `history`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from matchmaker.errors import ProblemError
from matchmaker.events.details import EventDetails, EventKind
from matchmaker.events.documents import document_of, read_document
from matchmaker.events.life import Event, EventState
from matchmaker.events.services.forms import EventForm, details_of
from matchmaker.identifiers import new_id
from matchmaker.store import Unit
from matchmaker.texts import Language, say
from pipelines.cli.context import console, now, print_json
from pipelines.cli.event_options import (
    ByOption,
    EventArgument,
    JsonOption,
    KindOption,
    LangOption,
    VersionOption,
    change,
    home_store,
    print_event,
)
from pipelines.cli.suggestions import LanguageChoice


def create(
    by: ByOption,
    file: Annotated[
        Path | None, typer.Argument(help="Event, a JSON file; or say it with the options.")
    ] = None,
    kind: KindOption = EventKind.CONVENTION,
    title: Annotated[str | None, typer.Option(help="As printed.")] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the event.")
    ] = None,
    chambers: Annotated[
        str, typer.Option(help="Departments of the chambers, commas between.")
    ] = "77,91",
    tables: Annotated[int, typer.Option(min=0, help="Tables in each slot.")] = 0,
    slots: Annotated[
        str, typer.Option(help="Times with commas between: 09:00-09:20,09:25-09:45.")
    ] = "",
    place: Annotated[str, typer.Option(help="Where; may stay open.")] = "",
    fictional: Annotated[
        bool, typer.Option("--fictional", help="Everybody in it is invented.")
    ] = False,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Begin an event, as a draft, and print its id."""
    if file is not None and (title or day or slots or place):
        raise ProblemError("the file says what the event is about; give it alone, or options.")
    if file is not None:
        details = details_of(read_document(file, EventForm))
    else:
        given = {
            "kind": kind.value,
            "title": title or "",
            "day": f"{day:%Y-%m-%d}" if day else None,
            "chambers": [code.strip() for code in chambers.split(",") if code.strip()],
            "tables": tables,
            "slots": _slots(slots),
            "place": place,
            "fictional": fictional,
        }
        details = details_of(document_of(_said(given), EventForm, "options"))
    print_event(_created(details, by), as_json, lang)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in (None, "")}


def _slots(text: str) -> list[dict[str, str]]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        start, dash, end = part.partition("-")
        if not dash:
            raise ProblemError(f"slot {part!r} has no end; write it like 09:00-09:20.")
        found.append({"start": start.strip(), "end": end.strip()})
    return found


def _created(details: EventDetails, by: str) -> Event:
    with home_store() as (store, _), store.unit() as unit:
        return unit.events.create(new_id(SystemRandom()), details, at=now(), by=by)


def list_events(
    state: Annotated[EventState | None, typer.Option(help="Only events in this state.")] = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """List events by day."""
    with home_store() as (store, _), store.reading() as unit:
        found = unit.events.list(state)
    if as_json:
        print_json(found)
        return
    for event in found:
        print_event(event, as_json, lang)


def show(
    event: EventArgument, lang: LangOption = LanguageChoice.FR, as_json: JsonOption = False
) -> None:
    """Show an event: what it is about, and how many take part."""
    with home_store() as (store, _), store.reading() as unit:
        found = unit.events.get(event)
        counts = _counts(unit, event)
    if as_json:
        print_json({"event": found, "counts": counts})
        return
    print_event(found, as_json, lang)
    table = Table("", "", show_header=False)
    for name, value in _described(found, lang.value).items():
        table.add_row(name, escape(value))
    for name, count in counts.items():
        table.add_row(say(lang.value, f"event.services.count.{name}"), str(count))
    console.print(table)


def _counts(unit: Unit, event_id: str) -> dict[str, int]:
    return {
        "registrations": len(unit.events.registrations.all(event_id)),
        "wishes": len(unit.events.wishes.all(event_id)),
        "plans": len(unit.events.plans.all(event_id)),
        "outcomes": len(unit.events.outcomes.all(event_id)),
    }


def _described(event: Event, language: Language) -> dict[str, str]:
    details = event.details
    slots = ", ".join(f"{each.start:%H:%M}-{each.end:%H:%M}" for each in details.slots)
    values = {
        "kind": say(language, f"event.life.kind.{details.kind}"),
        "place": details.place,
        "chambers": ", ".join(details.chambers),
        "slots": slots,
        "tables": str(details.tables),
        "plan": str(event.current_plan or ""),
        "published": str(event.published_plan or ""),
    }
    return {say(language, f"event.services.field.{name}"): value for name, value in values.items()}


def move(
    event: EventArgument,
    state: Annotated[EventState, typer.Argument(help="State to move to.")],
    by: ByOption,
    version: VersionOption = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Move an event to another state."""
    moved = change(event, by, version, lambda unit, edit: unit.events.move(event, edit, state))
    print_event(moved, as_json, lang)


def close(
    event: EventArgument,
    by: ByOption,
    version: VersionOption = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Close an event: who was there, and who met, become relations for the next night."""
    move(event, EventState.CLOSED, by, version, lang, as_json)


def history(
    event: EventArgument, lang: LangOption = LanguageChoice.FR, as_json: JsonOption = False
) -> None:
    """Print who changed what of an event, and when."""
    with home_store() as (store, _), store.reading() as unit:
        lines = unit.events.history(event)
    if as_json:
        print_json(lines)
        return
    table = Table("v", "", "", "")
    for line in lines:
        action = say(lang.value, f"event.life.action.{line.action}")
        table.add_row(str(line.version), f"{line.at:%Y-%m-%d %H:%M}", escape(line.by), action)
    console.print(table)
