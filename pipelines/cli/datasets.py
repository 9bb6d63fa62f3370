"""`matchmaker dataset`: make dataset folders to measure the model on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from matchmaker.errors import MatchmakerError
from pipelines.cli.context import console, now, print_json
from pipelines.cli.evaluating import DEMO_COMPANIES, FEWEST_COMPANIES, SeedOption
from pipelines.datasets.awards import (
    DEFAULT_BEFORE,
    AwardsDataset,
    joint_awards_dataset,
    lots_dataset,
)
from pipelines.demo.datasets import TRUE_WORLD, demo_dataset

dataset_app = typer.Typer(help="Make dataset folders for `evaluate`.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_DEFAULT_BEFORE = datetime.combine(DEFAULT_BEFORE, datetime.min.time())


@dataset_app.command("awards")
def awards(
    file: Annotated[Path, typer.Argument(help="DECP file, .json or .json.gz.")],
    folder: Annotated[Path, typer.Argument(help="Folder to write into.")],
    before: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day that is held out.")
    ] = _DEFAULT_BEFORE,
    lots: Annotated[
        bool, typer.Option("--lots", help="Firms on lots of one operation, not of one contract.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a dataset of firms that win public contracts together, or side by side."""
    make = lots_dataset if lots else joint_awards_dataset
    made = make(file, folder, before=before.date())
    if as_json:
        print_json(asdict(made) | {"folder": str(folder)})
    else:
        _print_awards(made)


def _print_awards(made: AwardsDataset) -> None:
    counts = made.counts
    said = [f"{name.replace('_', ' ')} {number}" for name, number in asdict(counts).items()]
    console.print(
        f"{made.folder}, known before {made.before}: {', '.join(said)}.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    for reason, number in made.set_aside.items():
        console.print(f"  {reason}: {number}.", highlight=False)
    if counts.verdict:
        console.print(f"{counts.verdict.capitalize()}.", highlight=False)


@dataset_app.command("demo")
def demo_folder(
    folder: Annotated[Path, typer.Argument(help="Folder to write into.")],
    kind: Annotated[str, typer.Option(help="supply, consortium or peer.")] = "supply",
    companies: Annotated[int, typer.Option(help="Number of establishments.")] = DEMO_COMPANIES,
    seed: SeedOption = 7,
    world: Annotated[str, typer.Option(help="true, or a null world.")] = TRUE_WORLD,
    labels: Annotated[
        int | None, typer.Option(help="Pairs with a known outcome to learn from.")
    ] = None,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day that the folder describes.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a dataset of a fictional territory, or of a null world of it."""
    if companies < FEWEST_COMPANIES:
        raise MatchmakerError(
            f"dataset demo: companies must be at least {FEWEST_COMPANIES}, got {companies}."
        )
    if today is not None and today.year < 1950:
        raise MatchmakerError("dataset demo: --today is before 1950. Name a day of this century.")
    try:
        made = demo_dataset(
            folder,
            kind=kind,
            companies=companies,
            seed=seed,
            today=(today or now()).date(),
            world=world,
            labels=labels,
        )
    except ValueError as error:
        raise MatchmakerError(f"dataset demo: {error}.") from error
    oracle = None if made.oracle is None else str(made.oracle)
    if as_json:
        print_json({"folder": str(folder), "oracle": oracle, "fictional": True})
        return
    options = "--cross --directed" if kind == "supply" else "--cross"
    console.print(f"Fictional territory in {folder}.", highlight=False, markup=False)
    console.print(
        f"Measure on it with: matchmaker evaluate {folder} {options}", highlight=False, markup=False
    )
