"""`matchmaker events schedule`, `check`, `repair`, `schema`: documents in, documents out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from matchmaker.events.details import EventKind
from matchmaker.events.documents import Document, json_schema, read_document, write_document
from matchmaker.events.services.planners import AnyPlan, planner_of
from matchmaker.events.services.repairing import AnyRepair, repairer
from matchmaker.events.services.summaries import lines_of, summary_of
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language, say
from pipelines.cli.context import print_json
from pipelines.cli.event_options import (
    JsonOption,
    KindOption,
    LangOption,
    OutOption,
    SecondsOption,
    SeedOption,
    print_line,
    require_writable,
)
from pipelines.cli.suggestions import LanguageChoice

ProblemArgument = Annotated[Path, typer.Argument(help="Problem, a JSON file.")]
PlanArgument = Annotated[Path, typer.Argument(help="Its plan, a JSON file.")]


def schedule(
    problem: ProblemArgument,
    out: OutOption,
    time_limit: SecondsOption = 60.0,
    seed: SeedOption = 1,
    kind: KindOption = EventKind.CONVENTION,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Plan a problem, check the plan and write it.

    Ends with status 0 also where no plan keeps all rules: the file then says why.
    """
    require_writable(out)
    planner = planner_of(kind)
    asked = read_document(problem, planner.problem)
    plan = planner.make(asked, Stop(time_limit, time.monotonic), seed, lang.value)
    write_document(out, plan)
    print_summary(kind, plan, lang.value, as_json, {"out": str(out)})


def print_summary(
    kind: EventKind,
    plan: AnyPlan,
    language: Language,
    as_json: bool,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Print what a plan comes to, as lines or as JSON with `more` beside it."""
    summary = summary_of(kind, plan, language)
    if as_json:
        print_json({**asdict(summary), **(more or {})})
        return
    for line in lines_of(summary, language):
        print_line(line)


def check(
    problem: ProblemArgument,
    plan: PlanArgument,
    kind: KindOption = EventKind.CONVENTION,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Check a plan against its problem, with nothing of the planner; status 1 if it is broken."""
    planner = planner_of(kind)
    asked, made = read_document(problem, planner.problem), read_document(plan, planner.plan)
    faults = planner.check(asked, made)
    if as_json:
        print_json({"faults": faults})
    else:
        for line in faults or [say(lang.value, "event.services.valid")]:
            print_line(line)
    if faults:
        raise typer.Exit(1)


def repair(
    problem: ProblemArgument,
    plan: PlanArgument,
    changes: Annotated[Path, typer.Argument(help="What has happened, a JSON file.")],
    out: OutOption,
    problem_out: Annotated[
        Path | None,
        typer.Option(help="File for the problem as the day has made it; not written if not given."),
    ] = None,
    time_limit: SecondsOption = 60.0,
    seed: SeedOption = 1,
    move_limit: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Share of the other meetings of a convention that may move."
        ),
    ] = 0.05,
    kind: KindOption = EventKind.CONVENTION,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Mend a plan on the day, and print whom to tell what."""
    for path in (out, problem_out):
        if path is not None:
            require_writable(path)
    mending = repairer(kind)
    planner = planner_of(kind)
    mended = mending.repair(
        read_document(problem, planner.problem),
        read_document(plan, planner.plan),
        read_document(changes, mending.changes),
        Stop(time_limit, time.monotonic),
        seed,
        lang.value,
        move_limit,
    )
    if problem_out is not None:
        write_document(problem_out, mended.problem)
    write_document(out, mended.plan)
    print_repair(kind, mended, lang.value, as_json)


def print_repair(
    kind: EventKind,
    mended: AnyRepair,
    language: Language,
    as_json: bool,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Print whom to tell what, a line for each, or the repair as JSON with `more` beside it."""
    told = repairer(kind).told(mended, language)
    if as_json:
        tree = mended.model_dump(mode="json", exclude={"problem", "plan"})
        print_json({**tree, "told": [each.model_dump() for each in told], **(more or {})})
        return
    lines = [
        say(language, "event.services.line", label=each.participant, value=each.text)
        for each in told
    ]
    for line in lines or [say(language, "event.services.nobody")]:
        print_line(line)


def schema(
    kind: KindOption = EventKind.CONVENTION,
    plan: Annotated[bool, typer.Option("--plan", help="Of the plan, not of the problem.")] = False,
    changes: Annotated[
        bool, typer.Option("--changes", help="Of the changes that `repair` reads.")
    ] = False,
) -> None:
    """Print the JSON Schema of a problem, a plan, or the changes of a repair."""
    if plan and changes:
        raise typer.BadParameter("--plan and --changes exclude each other; give one")
    if changes:
        print_json(json_schema(repairer(kind).changes))
        return
    planner = planner_of(kind)
    chosen: type[Document] = planner.plan if plan else planner.problem
    print_json(json_schema(chosen))
