"""`matchmaker nightly`, `snapshots` and `rollback`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from matchmaker.errors import HeldBackError, MatchmakerError
from matchmaker.settings import Settings
from matchmaker.store import Store
from matchmaker.store.snapshots import Snapshot, all_snapshots, roll_back, verify
from pipelines.cli.context import (
    console,
    current_settings,
    now,
    open_home_store,
    print_json,
    progress_console,
)
from pipelines.nightly import NightlyReport, run_nightly
from pipelines.upkeep import Upkeep

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

DIRECTIONS_SHOWN = 6
"""A table of directions between more departments than this would fill the screen."""


def nightly(as_json: JsonOption = False) -> None:
    """Recompute every suggestion, publish them if no quality gate is broken, then see to people.

    Afterwards introductions advance, data that has had its time is removed, letters are sent.
    """
    settings = current_settings()
    store = open_home_store(settings)
    try:
        report = run_with_progress(store, settings)
    finally:
        store.close()
    if as_json:
        print_json(
            {
                "snapshot": _described(report.snapshot),
                "upkeep": _described_upkeep(report.upkeep),
                "stages": _stages(report),
            }
        )
    else:
        print_report(report)
    require_kept_up(report)
    require_published(report)


def require_published(report: NightlyReport) -> None:
    """Fail where a night was held back.

    Raises
    ------
    HeldBackError
        Naming each gate that is broken, and how to publish all the same.
    """
    snapshot = report.snapshot
    if snapshot.held_back:
        raise HeldBackError(
            f"snapshot {snapshot.name} is held back: {'; '.join(snapshot.held_back)}. "
            f"`matchmaker rollback {snapshot.name}` publishes it all the same; "
            "or change the setting, and run the night again."
        )


def require_kept_up(report: NightlyReport) -> None:
    """Fail where something that people are owed could not be done.

    Raises
    ------
    MatchmakerError
        Naming what, and why. The lists of the night stand all the same.
    """
    if report.upkeep.failures:
        raise MatchmakerError(
            f"the lists of the night stand, but: {'; '.join(report.upkeep.failures)} "
            "Mend it, then run `matchmaker introductions advance`, `matchmaker privacy retention` "
            "or `matchmaker mail send`."
        )


def run_with_progress(store: Store, settings: Settings) -> NightlyReport:
    """Run a night with the stage at work shown on standard error."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=progress_console,
        transient=True,
    ) as progress:
        task = progress.add_task("nightly")
        return run_nightly(
            store,
            settings,
            at=now(),
            now=now,
            announce=lambda stage: progress.update(task, description=f"nightly: {stage}"),
        )


def print_report(report: NightlyReport) -> None:
    """Print what a night did, as tables."""
    counts = report.snapshot.manifest["counts"]
    kept_out = ", ".join(f"{rule} {number}" for rule, number in counts["kept_out"].items())
    console.print(
        f"{counts['companies']} companies, {counts['relations']} relations among them; "
        f"{counts['covered']:.1%} have suggestions. Kept out: {kept_out or 'none'}.",
        highlight=False,
    )
    console.print(_suggestions_table(counts))
    directions = counts["directions"]
    if 0 < max(len(table) for table in directions.values()) <= DIRECTIONS_SHOWN:
        console.print(_directions_table(directions))
    vetoes = ", ".join(f"{rule} {number}" for rule, number in counts["vetoes"].items())
    console.print(f"Candidates that a rule kept out of a list: {vetoes}.", highlight=False)
    print_quality(report.snapshot)
    _print_upkeep(report.upkeep)
    stages = Table("stage", "seconds", "peak memory (MiB)", title="What it took")
    for cost in report.costs:
        stages.add_row(cost.name, f"{cost.seconds:.1f}", f"{cost.peak_mib:.0f}")
    stages.add_row("all", f"{sum(c.seconds for c in report.costs):.1f}", "", style="bold")
    console.print(stages)
    if report.snapshot.published:
        console.print(f"Published snapshot {report.snapshot.name}.", highlight=False)


def _described_upkeep(upkeep: Upkeep) -> dict[str, Any]:
    moves = {} if upkeep.introductions is None else upkeep.introductions.moves
    made = {move.value: number for move, number in moves.items()}
    return {
        "introductions": None if upkeep.introductions is None else made,
        "removed": upkeep.removed,
        "digests": upkeep.digests,
        "letters": None if upkeep.delivered is None else asdict(upkeep.delivered),
        "warnings": upkeep.warnings,
        "failures": upkeep.failures,
    }


def _print_upkeep(upkeep: Upkeep) -> None:
    found = _described_upkeep(upkeep)
    table = Table("what", "done", title="For people")
    for name in ("introductions", "removed", "digests", "letters"):
        table.add_row(name, _told(found[name]))
    console.print(table)
    for warning in upkeep.warnings:
        progress_console.print(warning, style="yellow", highlight=False, markup=False)


def _told(found: Mapping[str, object] | int | None) -> str:
    """Say what is not nothing."""
    if found is None:
        return "not done"
    if isinstance(found, int):
        return str(found)
    return ", ".join(f"{name} {number}" for name, number in found.items() if number) or "none"


def print_quality(snapshot: Snapshot) -> None:
    """Print the overall quality of a night, and what the latest relations say of each intent."""
    quality = snapshot.manifest["quality"]
    figures = Table("figure", "value", title="Quality")
    for name, value in quality["overall"].items():
        figures.add_row(name.replace("_", " "), _number(value))
    console.print(figures)
    columns = ("queries", "recall", "ndcg", "hit", "mrr", "candidate_recall", "popularity_ndcg")
    held_out = Table("latest relations of", *columns, title="Found again, among the first 20")
    for intent, found in quality["held_out"].items():
        if found is not None:
            few = "" if found["enough"] else " (too few)"
            held_out.add_row(
                intent, f"{found['queries']}{few}", *(_number(found[name]) for name in columns[1:])
            )
    if held_out.row_count:
        console.print(held_out)


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3g}"


def _suggestions_table(counts: dict[str, Any]) -> Table:
    table = Table("intent", "role of the partner", "suggestions", "companies with one")
    for intent, roles in counts["suggestions"].items():
        for place, (role, number) in enumerate(roles.items()):
            share = f"{counts['coverage'][intent]:.1%}" if place == 0 else ""
            table.add_row(intent if place == 0 else "", role, str(number), share)
    return table


def _directions_table(directions: dict[str, dict[str, int]]) -> Table:
    ways = sorted({way for table in directions.values() for way in table})
    table = Table("intent", *ways)
    for intent, numbers in directions.items():
        table.add_row(intent, *(str(numbers.get(way, 0)) for way in ways))
    return table


def _stages(report: NightlyReport) -> list[dict[str, Any]]:
    return [asdict(cost) for cost in report.costs]


def _described(snapshot: Snapshot) -> dict[str, Any]:
    known = {name: value for name, value in snapshot.manifest.items() if name != "files"}
    return {"name": snapshot.name, "published": snapshot.published, **known}


def snapshots(
    as_json: JsonOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="Verify every file against the manifest.")
    ] = False,
) -> None:
    """List the snapshots of this home, newest first."""
    found = all_snapshots(current_settings().snapshots_folder)
    if check:
        for snapshot in found:
            verify(snapshot.folder)
    if as_json:
        print_json([_described(snapshot) for snapshot in found])
        return
    table = Table(
        Column("snapshot", no_wrap=True),
        "published",
        "data of",
        "companies",
        "covered",
        "code",
        "settings",
    )
    for snapshot in found:
        manifest, counts = snapshot.manifest, snapshot.manifest["counts"]
        table.add_row(
            snapshot.name,
            _state(snapshot),
            manifest["data_date"] or "unknown",
            str(counts["companies"]),
            f"{counts['covered']:.1%}",
            manifest["code_digest"][:8],
            manifest["settings_digest"][:8],
        )
    console.print(table)


def _state(snapshot: Snapshot) -> str:
    """Say whether a snapshot is published, or why the night did not publish it."""
    told = ["yes"] if snapshot.published else []
    if snapshot.held_back:
        told.append(f"held back: {'; '.join(snapshot.held_back)}")
    return ", ".join(told)


def rollback(
    name: Annotated[
        str | None, typer.Argument(help="Snapshot to go to; by default the one published before.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Publish an earlier snapshot again, or one that was held back."""
    snapshot = roll_back(current_settings().snapshots_folder, name)
    if as_json:
        print_json(_described(snapshot))
    else:
        again = "" if snapshot.held_back else " again"
        console.print(f"Published snapshot {snapshot.name}{again}.", highlight=False)
