"""`matchmaker evaluate`: measure the model on a dataset folder, or on fictional worlds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import polars as pl
import typer

from matchmaker.errors import MatchmakerError
from models.channels.registry import all_channels
from pipelines.cli.context import console, current_settings, now, print_json, progress_console
from pipelines.cli.evaluation_tables import (
    print_evaluation,
    print_null_findings,
    print_shares,
)
from pipelines.datasets import read_dataset
from pipelines.datasets.oracle import read_oracle
from pipelines.demo_evaluation import (
    MOST_NULL_COMPANIES,
    DemoRun,
    NullFindings,
    all_null_findings,
    true_worlds,
)
from pipelines.evaluate import evaluate
from pipelines.evaluation_report import document, rankings_frame

DEMO_COMPANIES = 2000
"""Establishments of the fictional territory, unless said otherwise."""
FEWEST_COMPANIES = 100
"""Establishments below which a fictional territory has hardly a pair to be found."""

SeedOption = Annotated[
    int, typer.Option(min=0, max=2**32 - 1, help="Seed; the same one gives the same result.")
]


def evaluate_command(
    folder: Annotated[
        Path | None, typer.Argument(help="Dataset folder; see docs/files.md.")
    ] = None,
    cross: Annotated[
        bool, typer.Option("--cross", help="Answers only from another territory.")
    ] = False,
    directed: Annotated[
        bool, typer.Option("--directed", help="Sources (suppliers) ask for targets (clients).")
    ] = False,
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="Length of the lists.")] = 20,
    seed: SeedOption = 7,
    channels: Annotated[str, typer.Option(help="Only these (a,b), or all but these (-a,-b).")] = "",
    json_file: Annotated[
        str | None, typer.Option("--json", help="Write the table as JSON; - for standard output.")
    ] = None,
    rankings: Annotated[
        Path | None, typer.Option(help="Write the lists of the fusion to a .parquet file.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Measure on fictional worlds instead of a folder.")
    ] = False,
    companies: Annotated[
        int | None,
        typer.Option(
            min=FEWEST_COMPANIES, help=f"With --demo: establishments, {DEMO_COMPANIES} unless said."
        ),
    ] = None,
) -> None:
    """Measure every channel, the prior and the learned fusion on pairs that they must find."""
    if json_file == "":
        raise MatchmakerError("--json: names no file. Name one, or - for standard output.")
    _check_output(json_file, rankings)
    left_out = left_out_of(channels, [channel.name for channel in all_channels()])
    if demo:
        if folder is not None or cross or directed or rankings is not None:
            raise MatchmakerError(
                "evaluate --demo: makes its own worlds. Leave out FOLDER, --cross, --directed and "
                "--rankings."
            )
        size = DEMO_COMPANIES if companies is None else companies
        found = _evaluated_demo(size, k, seed, left_out, json_file == "-")
    else:
        if folder is None:
            raise MatchmakerError(
                "evaluate: names no FOLDER. Name a dataset folder, or use --demo."
            )
        if companies is not None:
            raise MatchmakerError(
                "evaluate: --companies is for --demo. Leave it out, or add --demo."
            )
        found, lists = _evaluated(
            folder, cross=cross, directed=directed, k=k, seed=seed, left_out=left_out
        )
        if json_file != "-":
            print_evaluation(found, str(folder))
        if rankings is not None:
            _write(rankings, lists.write_parquet)
    _write_json(json_file, found)


def left_out_of(text: str, known: Sequence[str]) -> frozenset[str]:
    """Read which channels take no part.

    Parameters
    ----------
    text
        Names with commas between: the only ones kept or, each with a leading minus, left out.
    known
        Names of all channels.

    Raises
    ------
    MatchmakerError
        If a name is not known, both forms are mixed, or no channel is left.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if text and not names:
        raise MatchmakerError("--channels: names no channel. Name some, or leave the option out.")
    plain = {name.removeprefix("-").strip() for name in names}
    unknown = sorted(plain - set(known))
    if unknown:
        raise MatchmakerError(
            f"--channels: there is no channel {unknown[0]!r}. The channels are {', '.join(known)}."
        )
    minus = [name for name in names if name.startswith("-")]
    if minus and len(minus) < len(names):
        raise MatchmakerError(
            "--channels: mixes names with and without a minus. Name either the channels to keep or "
            "those to leave out."
        )
    left_out = frozenset(plain if minus else set(known) - plain if names else ())
    if len(left_out) == len(known):
        raise MatchmakerError("--channels: leaves no channel. Keep at least one.")
    return left_out


def _check_output(json_file: str | None, rankings: Path | None) -> None:
    """Find out before the work, not after it, that its result cannot be written."""
    if rankings is not None and rankings.suffix != ".parquet":
        raise MatchmakerError(f"--rankings {rankings}: is no Parquet file. End it with .parquet.")
    outputs = {"--rankings": rankings, "--json": Path(json_file) if json_file else None}
    for option, path in outputs.items():
        if path is None or str(path) == "-":
            continue
        if not path.parent.is_dir():
            raise MatchmakerError(f"{option} {path}: there is no folder {path.parent}. Make it.")
        if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
            raise MatchmakerError(
                f"{option} {path}: cannot be written there. Name a file in a folder of yours."
            )


def _evaluated(
    folder: Path,
    *,
    cross: bool,
    directed: bool,
    k: int,
    seed: int,
    left_out: Collection[str],
) -> tuple[dict[str, Any], pl.DataFrame]:
    settings = current_settings().model
    started = time.perf_counter()
    dataset = read_dataset(folder, cross=cross, directed=directed)
    oracle = read_oracle(folder, dataset.ids, directed=directed)
    with progress_console.status("evaluate"):
        evaluation = evaluate(
            dataset,
            cross=cross,
            directed=directed,
            k=k,
            seed=seed,
            settings=settings,
            clock=time.perf_counter,
            left_out=left_out,
            oracle=oracle,
        )
    found = document(evaluation, dataset, seconds=time.perf_counter() - started)
    return found, rankings_frame(evaluation, dataset.ids)


def _evaluated_demo(
    companies: int, k: int, seed: int, left_out: Collection[str], quiet: bool
) -> dict[str, Any]:
    settings = current_settings().model
    run = DemoRun(k, seed, now().date(), settings, time.perf_counter, left_out)
    started, worlds, findings = time.perf_counter(), [], []
    try:
        with progress_console.status("fictional worlds"):
            for world in true_worlds(run, companies):
                found = document(world.evaluation, world.dataset, seconds=world.seconds)
                worlds.append({"kind": world.kind, **found})
                if not quiet:
                    title = f"Fictional territory of {companies} establishments, {world.kind}"
                    print_evaluation(found, title)
                    console.print()
            if not quiet:
                print_shares(worlds, k)
            for finding in all_null_findings(run, companies):
                findings.append(_described(finding))
                if not quiet:
                    print_null_findings(finding, k)
    except ValueError as error:
        raise MatchmakerError(f"evaluate --demo: {error}.") from error
    return {
        "fictional": True,
        "companies": companies,
        "null_companies": min(companies, MOST_NULL_COMPANIES),
        "k": k,
        "seed": seed,
        "seconds": time.perf_counter() - started,
        "worlds": worlds,
        "null_worlds": findings,
    }


def _described(found: NullFindings) -> dict[str, Any]:
    rows = [
        {"name": row.row, "excess": [row.low, row.mean, row.high], "at_chance": row.at_chance}
        for row in found.findings
    ]
    return {
        "name": found.world.name,
        "says": found.world.says,
        "must_be_at_chance": found.world.at_chance,
        "at_chance": found.at_chance,
        "rows": rows,
    }


def _write_json(file: str | None, found: dict[str, Any]) -> None:
    if file == "-":
        print_json(found)
    elif file is not None:
        text = orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n"
        _write(Path(file), lambda path: path.write_bytes(text))


def _write(path: Path, write: Callable[[Path], object]) -> None:
    try:
        write(path)
    except (OSError, pl.exceptions.ComputeError) as error:  # the latter is Polars' full disk
        raise MatchmakerError(f"{path}: cannot be written ({error}). Make room there.") from error
