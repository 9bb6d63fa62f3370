"""The command line: one file per group of commands, each thin."""

from __future__ import annotations

import sys

import typer

from matchmaker.errors import HeldBackError, MatchmakerError, RejectRateError
from pipelines.cli.accounts import accounts_app
from pipelines.cli.context import progress_console
from pipelines.cli.datasets import dataset_app
from pipelines.cli.demo import demo, demo_territory
from pipelines.cli.evaluating import evaluate_command
from pipelines.cli.events import events_app
from pipelines.cli.imports import imports_app
from pipelines.cli.introductions import introductions_app
from pipelines.cli.mail import mail_app
from pipelines.cli.privacy import privacy_app
from pipelines.cli.publishing import nightly, rollback, snapshots
from pipelines.cli.serving import serve
from pipelines.cli.settings import settings_command
from pipelines.cli.suggestions import suggest

app = typer.Typer(
    name="matchmaker",
    help="Cross-department business partners for two chambers of commerce, with reasons.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(imports_app, name="import")
app.command("nightly")(nightly)
app.command("suggest")(suggest)
app.command("snapshots")(snapshots)
app.command("rollback")(rollback)
app.command("evaluate")(evaluate_command)
app.add_typer(dataset_app, name="dataset")
app.add_typer(events_app, name="events")
app.add_typer(introductions_app, name="introductions")
app.add_typer(accounts_app, name="accounts")
app.add_typer(mail_app, name="mail")
app.add_typer(privacy_app, name="privacy")
app.command("serve")(serve)
app.command("settings")(settings_command)
app.command("demo-territory")(demo_territory)
app.command("demo")(demo)


def main() -> None:
    """Run the command line; an expected error is one line on standard error.

    Exit status: 0 done, 1 an import over its reject rate or a plan that its check refuses, 2
    anything that could not be done, 3 a night that is held back because its quality breaks a gate.
    """
    try:
        app()
    except RejectRateError as error:
        _print_error(error)
        sys.exit(1)
    except HeldBackError as error:
        _print_error(error)
        sys.exit(3)
    except MatchmakerError as error:
        _print_error(error)
        sys.exit(2)
    except OSError as error:
        # A full disk, a folder that may not be written to: the machine's matter, not a defect.
        where = f"{error.filename}: " if error.filename else ""
        _print_error(f"{where}{error.strerror or error}. Check space and permissions there.")
        sys.exit(2)


def _print_error(error: object) -> None:
    # No markup: a file name may hold brackets.
    progress_console.print(str(error), style="red", highlight=False, soft_wrap=True, markup=False)
