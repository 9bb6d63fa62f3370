"""`matchmaker import`: files of the outside world into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from matchmaker.settings import Settings
from matchmaker.store import Store
from matchmaker.tabular.rejects import ImportReport, TooManyRejectsError
from matchmaker.tabular.rejects import Progress as TellProgress
from matchmaker.territory import parse_departments
from pipelines.cli.context import (
    console,
    current_settings,
    now,
    open_home_store,
    print_json,
    progress_console,
)
from pipelines.sources.awards import import_awards
from pipelines.sources.grand_paris_sud import import_grand_paris_sud
from pipelines.sources.sirene import import_sirene
from pipelines.sources.spreadsheets import import_profiles, import_relations

imports_app = typer.Typer(
    help="Import companies, profiles, relations and public contracts.", no_args_is_help=True
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
DataDateOption = Annotated[
    datetime | None,
    typer.Option(
        "--data-date",
        formats=["%Y-%m-%d"],
        help="Day that the file describes; by default the newest day in it.",
    ),
]
SheetOption = Annotated[
    str | None, typer.Option(help="Sheet of a workbook; by default the first one.")
]


@imports_app.command("sirene")
def sirene(
    establishments: Annotated[
        Path, typer.Option(help="Stock of establishments: CSV, CSV.gz, zip or Parquet.")
    ],
    legal_units: Annotated[
        Path, typer.Option(help="Stock of legal units: CSV, CSV.gz, zip or Parquet.")
    ],
    geolocation: Annotated[
        Path | None, typer.Option(help="INSEE's coordinates of establishments.")
    ] = None,
    departments: Annotated[
        str | None,
        typer.Option(help="Codes with commas between, or all; by default the territory's."),
    ] = None,
    data_date: DataDateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import the official Sirene stock."""
    settings = current_settings()
    wanted = settings.territory.departments
    chosen = wanted if departments is None else parse_departments(departments)
    _run(
        settings,
        as_json,
        lambda store, progress: import_sirene(
            store,
            establishments,
            legal_units,
            geolocation=geolocation,
            departments=chosen,
            data_date=_day(data_date),
            settings=settings,
            at=now(),
            progress=progress,
        ),
    )


@imports_app.command("profiles")
def profiles(
    file: Annotated[Path, typer.Argument(help="Workbook (.xlsx) or CSV file.")],
    sheet: SheetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import what companies declare: activity, offers, needs, consent, contact."""
    settings = current_settings()
    _run(
        settings,
        as_json,
        lambda store, progress: import_profiles(
            store, file, sheet=sheet, settings=settings, at=now(), progress=progress
        ),
    )


@imports_app.command("relations")
def relations(
    file: Annotated[Path, typer.Argument(help="Workbook (.xlsx) or CSV file.")],
    sheet: SheetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import known links, as pairs or as groups, in place of those of a file of that name."""
    settings = current_settings()
    _run(
        settings,
        as_json,
        lambda store, progress: import_relations(
            store, file, sheet=sheet, settings=settings, at=now(), progress=progress
        ),
    )


@imports_app.command("awards")
def awards(
    file: Annotated[Path, typer.Argument(help="DECP file, .json or .json.gz.")],
    as_json: JsonOption = False,
) -> None:
    """Import joint holders of public contracts."""
    settings = current_settings()
    _run(
        settings,
        as_json,
        lambda store, progress: import_awards(
            store, file, settings=settings, at=now(), progress=progress
        ),
    )


@imports_app.command("grand-paris-sud")
def grand_paris_sud(
    registered: Annotated[Path, typer.Argument(help="JSON file of registrations.")],
    struck_off: Annotated[
        Path | None, typer.Option(help="JSON file of companies struck off.")
    ] = None,
    data_date: DataDateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import the companies of Grand Paris Sud from its open data portal."""
    settings = current_settings()
    _run(
        settings,
        as_json,
        lambda store, progress: import_grand_paris_sud(
            store,
            registered,
            struck_off,
            data_date=_day(data_date),
            settings=settings,
            at=now(),
            progress=progress,
        ),
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _run(
    settings: Settings, as_json: bool, work: Callable[[Store, TellProgress], ImportReport]
) -> None:
    """Run an import with a progress bar and show its report, even if it was undone."""
    store = open_home_store(settings)
    try:
        with _progress_bar() as tell:
            report = work(store, tell)
    except TooManyRejectsError as error:
        _show(error.report, as_json)
        raise
    finally:
        store.close()
    _show(report, as_json)


def _show(report: ImportReport, as_json: bool) -> None:
    if as_json:
        print_json(asdict(report))
    else:
        console.print(report_table(report))


@contextmanager
def _progress_bar() -> Iterator[TellProgress]:
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=progress_console, transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def report_table(report: ImportReport) -> Table:
    """Lay out what became of the rows of an import."""
    table = Table(
        "rows", "number", title=escape(f"{report.kind}: {report.path}"), title_justify="left"
    )
    table.columns[1].justify = "right"
    table.add_row("read", f"{report.read:,}")
    table.add_row("kept", f"{report.kept:,}", style="bold")
    for reason, count in report.left_out.items():
        table.add_row(f"left out: {reason}", f"{count:,}")
    for reason, count in report.by_reason.items():
        table.add_row(f"rejected: {reason}", f"{count:,}", style="red")
    for note, count in report.notes.items():
        table.add_row(f"note: {note}", f"{count:,}", style="dim")
    for column in report.ignored_columns:
        table.add_row(escape(f"column not read: {column}"), "", style="dim")
    if report.rejects_path:
        table.caption = escape(
            f"rejected rows, with line, column and reason: {report.rejects_path}"
        )
    return table
