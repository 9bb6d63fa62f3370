"""Options that the commands of events share, and what they do before and after their work."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from matchmaker.errors import ProblemError
from matchmaker.events.details import EventKind
from matchmaker.events.life import Edit, Event
from matchmaker.settings import Settings
from matchmaker.store import Store, Unit
from matchmaker.texts import say
from pipelines.cli.context import console, current_settings, now, open_home_store, print_json
from pipelines.cli.suggestions import LanguageChoice

Written = TypeVar("Written")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LangOption = Annotated[LanguageChoice, typer.Option(help="Language of the texts.")]
EventArgument = Annotated[str, typer.Argument(help="Id of the event.", metavar="EVENT")]


def _whoever_runs() -> str:
    """Name of the user on this machine, as the histories of events show it."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):
        return "command line"  # a container may run as a number without a name


ByOption = Annotated[
    str,
    typer.Option(
        "--by",
        default_factory=_whoever_runs,
        show_default="the user of this machine",
        help="Who makes the change, for the history.",
    ),
]
VersionOption = Annotated[
    int | None,
    typer.Option(min=1, help="Version that you have read; by default the one that is stored."),
]
SeedOption = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of every random choice.")]
SecondsOption = Annotated[
    float, typer.Option("--time-limit", min=0.1, max=86_400, help="Seconds that it may take.")
]
OutOption = Annotated[Path, typer.Option("--out", help="File to write.")]

_KINDS = {kind.value.replace("_", "-"): kind for kind in EventKind}


def _parsed_kind(text: str | EventKind) -> EventKind:
    if isinstance(text, EventKind):
        return text
    try:
        return _KINDS[text.replace("_", "-")]
    except KeyError:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(_KINDS)}") from None


KindOption = Annotated[
    EventKind,
    typer.Option(
        parser=_parsed_kind, metavar="KIND", help=f"What is planned: {', '.join(_KINDS)}."
    ),
]


@contextmanager
def home_store() -> Iterator[tuple[Store, Settings]]:
    """Open the store of the home, and close it in the end."""
    settings = current_settings()
    store = open_home_store(settings)
    try:
        yield store, settings
    finally:
        store.close()


def edit_of(unit: Unit, event_id: str, by: str, version: int | None) -> Edit:
    """Say who changes an event now, at the version given or else the one just read."""
    read = unit.events.get(event_id).version if version is None else version
    return Edit(read, now(), by)


def change(
    event_id: str, by: str, version: int | None, work: Callable[[Unit, Edit], Written]
) -> Written:
    """Change an event of the home in one transaction."""
    with home_store() as (store, _), store.unit() as unit:
        return work(unit, edit_of(unit, event_id, by, version))


def require_writable(path: Path) -> None:
    """Find out before a planner works whether its result can be written.

    Raises
    ------
    ProblemError
        If the file is a folder, or its folder is missing or closed.
    """
    if path.is_dir():
        raise ProblemError(f"{path}: is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise ProblemError(f"{path}: there is no folder {path.parent}. Make it, or name another.")
    if not os.access(path.parent, os.W_OK):
        raise ProblemError(f"{path}: its folder may not be written to. Name another one.")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one piece: a crash leaves the file that was there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def print_line(text: str) -> None:
    """Print a sentence or a name as it is, whatever brackets it holds."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def print_event(event: Event, as_json: bool, lang: LanguageChoice) -> None:
    """Print where an event stands, in one line or as JSON."""
    if as_json:
        print_json(event)
        return
    state = say(lang.value, f"event.life.state.{event.state}")
    details = event.details
    print_line(f"{event.id}  {details.day}  {details.title}  [{state}]  v{event.version}")
