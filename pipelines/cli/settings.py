"""`matchmaker settings`: what is in force and where each value comes from."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from matchmaker.settings import settings_in_force
from pipelines.cli.context import console, print_json


def settings_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print every setting in force and where its value comes from; secrets are masked."""
    rows = settings_in_force(os.environ)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    table = Table("setting", "value", "from")
    for row in rows:
        table.add_row(row.name, row.value, row.origin)
    console.print(table)
