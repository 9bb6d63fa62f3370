"""`matchmaker events import`, `wishes`, `attend`, `outcome`: people, wishes, the day, what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from random import SystemRandom
from typing import Annotated

import typer

from matchmaker.events.outcomes import Outcome, Worth
from matchmaker.events.registration_sheets import RegistrationImport
from matchmaker.events.registrations import Attendance, Status
from matchmaker.events.services.registering import take_registrations, take_wishes
from matchmaker.events.wish_sheets import WishImport
from matchmaker.tabular.rejects import ImportReport, Reject, Rejects
from matchmaker.tabular.sheets import Sheet, read_sheet
from pipelines.cli.context import console, current_settings, print_json
from pipelines.cli.event_options import (
    ByOption,
    EventArgument,
    JsonOption,
    LangOption,
    VersionOption,
    change,
    print_event,
)
from pipelines.cli.imports import SheetOption, report_table
from pipelines.cli.suggestions import LanguageChoice

SpreadsheetArgument = Annotated[Path, typer.Argument(help="Workbook (.xlsx) or CSV file.")]
ParticipantArgument = Annotated[str, typer.Argument(help="Id within the event.")]
Found = RegistrationImport | WishImport


def import_file(
    event: EventArgument,
    file: SpreadsheetArgument,
    by: ByOption,
    sheet: SheetOption = None,
    version: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take registrations over from a spreadsheet; rows that are wrong are set apart.

    Ends with status 1 if no row was right.
    """
    table = _read(file, sheet)
    _, found = change(
        event,
        by,
        version,
        lambda unit, edit: take_registrations(unit, event, edit, table, SystemRandom()),
    )
    _report("registrations", file, table, found, found.notes, as_json)


def wishes(
    event: EventArgument,
    file: SpreadsheetArgument,
    by: ByOption,
    sheet: SheetOption = None,
    version: VersionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take wishes over from a spreadsheet; rows that are wrong are set apart.

    Ends with status 1 if no row was right.
    """
    table = _read(file, sheet)
    _, found = change(event, by, version, lambda unit, edit: take_wishes(unit, event, edit, table))
    _report("wishes", file, table, found, {}, as_json)


def _read(file: Path, sheet: str | None) -> Sheet:
    longest = current_settings().imports.max_line_bytes
    return read_sheet(file, sheet=sheet, max_line_bytes=longest)


def _report(
    kind: str,
    file: Path,
    table: Sheet,
    found: Found,
    notes: Mapping[str, int],
    as_json: bool,
) -> None:
    """Say what became of the rows, with the rejected ones in a file, as `matchmaker import`."""
    counts = {name: getattr(found, name) for name in ("new", "changed", "unchanged")}
    report = ImportReport(
        kind=kind,
        path=str(file),
        read=table.read,
        kept=sum(counts.values()),
        notes={**counts, **notes},
        ignored_columns=found.ignored_columns,
    )
    _set_apart(report, file, found.rejects)
    if as_json:
        print_json(asdict(report))
    else:
        console.print(report_table(report))
    if report.kept == 0:
        raise typer.Exit(1)


def _set_apart(report: ImportReport, file: Path, rejected: Sequence[Reject]) -> None:
    with Rejects(current_settings().home, report.kind, file) as rejects:
        for each in rejected:
            rejects.add(each)
        rejects.tell(report)


def attend(
    event: EventArgument,
    participant: ParticipantArgument,
    status: Annotated[Status, typer.Argument(help="What is seen, such as present or late.")],
    by: ByOption,
    from_slot: Annotated[
        int | None, typer.Option(min=1, help="First slot of somebody who is late.")
    ] = None,
    version: VersionOption = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Note that a participant is there, is not, comes later, or called off."""
    seen = [Attendance(participant, status, from_slot)]
    changed = change(
        event,
        by,
        version,
        lambda unit, edit: unit.events.registrations.attend(event, edit, seen),
    )
    print_event(changed, as_json, lang)


def outcome(
    event: EventArgument,
    a: ParticipantArgument,
    b: Annotated[str, typer.Argument(help="Whom they met.")],
    by: ByOption,
    held: Annotated[bool, typer.Option("--held/--not-held", help="Whether they met.")] = True,
    worth_a: Annotated[Worth, typer.Option(help="Whether the first found it worth it.")] = (
        Worth.UNKNOWN
    ),
    worth_b: Annotated[Worth, typer.Option(help="Whether the second did.")] = Worth.UNKNOWN,
    next_step: Annotated[str, typer.Option(help="What they agreed on.")] = "",
    version: VersionOption = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Note what came of the meeting of two participants."""
    came = [Outcome(a, b, held, worth_a, worth_b, next_step)]
    changed = change(
        event, by, version, lambda unit, edit: unit.events.outcomes.put(event, edit, came)
    )
    print_event(changed, as_json, lang)
