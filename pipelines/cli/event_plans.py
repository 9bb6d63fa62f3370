"""`matchmaker events plan`, `mend`, `export`: from the store to a plan, and on to a file."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from matchmaker.errors import SnapshotError
from matchmaker.events.life import Edit
from matchmaker.events.services.day_changes import first_open_slot
from matchmaker.events.services.exporting import ExportFormat, Order, draw, gather
from matchmaker.events.services.mending import (
    Asked,
    material_of,
    mended,
    read_day,
    required_changes,
)
from matchmaker.events.services.planners import planner_of
from matchmaker.events.services.planning import is_usable, new_plan, prepare
from matchmaker.events.services.problems import Scoring
from matchmaker.events.services.repairing import told_of
from matchmaker.events.stopping import Stop
from matchmaker.settings import Settings
from matchmaker.store.snapshots import require_current
from matchmaker.texts import say
from models.event_scoring import scoring_of
from models.published import open_published
from pipelines.cli.context import now, print_json, progress_console
from pipelines.cli.event_options import (
    ByOption,
    EventArgument,
    JsonOption,
    LangOption,
    OutOption,
    SecondsOption,
    SeedOption,
    VersionOption,
    home_store,
    print_line,
    require_writable,
    write_bytes,
)
from pipelines.cli.event_planning import print_repair, print_summary
from pipelines.cli.suggestions import LanguageChoice


def plan(
    event: EventArgument,
    by: ByOption,
    time_limit: SecondsOption = 60.0,
    seed: SeedOption = 1,
    version: VersionOption = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Plan an event of the store, and take the plan into use.

    Where no plan keeps all rules, nothing is stored, and what is printed says why.
    """
    with home_store() as (store, settings):
        stop = Stop(time_limit, time.monotonic)
        with store.reading() as unit:
            prepared = prepare(unit, event, version, _scoring(settings))
        planner = planner_of(prepared.event.details.kind)
        made = planner.make(prepared.problem, stop, seed, lang.value)
        number = None
        if is_usable(made):
            edit = Edit(prepared.event.version, now(), by)
            with store.unit() as unit:
                kept = new_plan(prepared.problem, made, seed)
                number = unit.events.plans.add(event, edit, kept).current_plan
    print_summary(prepared.event.details.kind, made, lang.value, as_json, {"number": number})


def _scoring(settings: Settings) -> Scoring | None:
    """Scores of the published snapshot; without one a warning, and wishes alone count."""
    try:
        return scoring_of(open_published(require_current(settings.snapshots_folder)))
    except SnapshotError as error:
        progress_console.print(
            f"no scores: {error}", style="yellow", highlight=False, soft_wrap=True, markup=False
        )
        return None


def mend(
    event: EventArgument,
    by: ByOption,
    from_slot: Annotated[
        int | None, typer.Option(min=1, help="First slot that may change; by the clock.")
    ] = None,
    lost_table: Annotated[
        int | None, typer.Option(min=1, help="Table that cannot be used any more; of conventions.")
    ] = None,
    newcomer: Annotated[
        str, typer.Option(help="Id of who has come without a place, registered by now.")
    ] = "",
    partners: Annotated[
        str, typer.Option(help="Ids that the newcomer asks for, commas between; of conventions.")
    ] = "",
    group: Annotated[
        int | None, typer.Option(min=1, help="Group for the newcomer; by default the best one.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say it, and keep nothing.")] = False,
    time_limit: SecondsOption = 60.0,
    seed: SeedOption = 1,
    version: VersionOption = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Mend the plan that is out, as attendance says, and print whom to tell what.

    Conventions, round tables and peer groups; `attend` notes who is there.
    """
    wished = tuple(filter(None, (part.strip() for part in partners.split(","))))
    asked = Asked(from_slot, lost_table, newcomer, wished, group)
    with home_store() as (store, settings):
        stop = Stop(time_limit, time.monotonic)
        with store.reading() as unit:
            day = read_day(unit, event, version, asked)
        first = from_slot or first_open_slot(day.event.details, now())
        scoring = _scoring(settings) if newcomer else None
        material = material_of(store, day, asked, first, scoring)
        changes = required_changes(material)
        found = mended(material, changes, stop, lang.value, seed)
        number = None
        if is_usable(found.plan) and not dry_run:
            made, told = new_plan(found.problem, found.plan, seed), told_of(changes, found)
            edit = Edit(day.event.version, now(), by)
            with store.unit() as unit:
                number = unit.events.plans.repair(event, edit, made, told).current_plan
    print_repair(material.kind, found, lang.value, as_json, {"number": number})


def export(
    event: EventArgument,
    format: Annotated[ExportFormat, typer.Option(help="As what.")],
    out: OutOption,
    participant: Annotated[
        str | None, typer.Option(help="Only this participant (ics, pdf-plans).")
    ] = None,
    number: Annotated[
        int | None, typer.Option("--plan", min=1, help="Which plan; by default the one in use.")
    ] = None,
    previous: Annotated[
        int | None,
        typer.Option(min=1, help="Plan that was sent out last, for calendars to cancel meetings."),
    ] = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Write a plan as a file: Excel, calendar, paper, CSV or JSON."""
    require_writable(out)
    order = Order(format, number, participant, previous, lang.value)
    with home_store() as (store, settings), store.reading() as unit:
        material = gather(unit, event, order, settings.events.organiser_email)
    exported = draw(material)
    write_bytes(out, exported.data)
    if as_json:
        print_json({"out": str(out), "bytes": len(exported.data), "type": exported.media_type})
    else:
        print_line(say(lang.value, "event.services.written", path=out))
