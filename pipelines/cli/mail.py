"""`matchmaker mail`: what waits, what could not be sent, and sending it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from matchmaker.accounts.principals import system
from matchmaker.mail.delivery import deliver_due
from matchmaker.mail.naming import told_lines
from matchmaker.mail.outbox import LetterState, OutboxLine
from matchmaker.mail.transports import transport_of
from matchmaker.store import Unit
from pipelines.cli.context import console, current_settings, now, open_home_store, print_json
from pipelines.cli.event_options import JsonOption

mail_app = typer.Typer(help="Letters: what waits, what could not be sent.", no_args_is_help=True)

LetterArgument = Annotated[int, typer.Argument(help="Number of the letter.", min=1)]
COMMAND_LINE = system("command line")


@mail_app.command("list")
def list_letters(
    state: Annotated[
        LetterState | None, typer.Option(help="Only letters in this state, such as uncertain.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most lines, the newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List letters, and count them by state."""
    store = open_home_store(current_settings())
    with store.reading() as unit:
        lines = told_lines(unit, COMMAND_LINE, unit.outbox.list(state, limit=limit))
        counts = unit.outbox.counts()
    if as_json:
        named = {each.value: count for each, count in counts.items()}
        print_json({"items": [asdict(line) for line in lines], "counts": named})
        return
    table = Table("Letter", "Kind", "To", "Subject", "State", "Tries", "Due", "Error")
    for line in lines:
        due = f"{line.due_at:%Y-%m-%d %H:%M}"
        told = (line.kind.value, line.recipient, line.subject or "", line.state.value)
        table.add_row(
            str(line.id), *map(_plain, told), str(line.attempts), due, _plain(line.error or "")
        )
    console.print(table)
    console.print(", ".join(f"{count} {each.value}" for each, count in counts.items()) or "none")


@mail_app.command("show")
def show(letter: LetterArgument, as_json: JsonOption = False) -> None:
    """Show a letter that has not left, as plain text; its text is gone once it has."""
    store = open_home_store(current_settings())
    with store.reading() as unit:
        line = told_lines(unit, COMMAND_LINE, [unit.outbox.get(letter)])[0]
        content = unit.outbox.content(letter)
    if as_json:
        print_json({**asdict(line), "text": content.text if content else None})
        return
    console.print(f"{line.kind.value} to {line.recipient}: {line.state.value}", markup=False)
    if content is None:
        console.print("its text is gone", markup=False)
        return
    console.print(f"{content.subject}\n\n{content.text}", markup=False, highlight=False)


@mail_app.command("send")
def send(as_json: JsonOption = False) -> None:
    """Send every letter that is due, now.

    Ends with status 2 if the mail server cannot be reached; the letters then wait.
    """
    settings = current_settings()
    done = deliver_due(open_home_store(settings), transport_of(settings), settings, now)
    if as_json:
        print_json(asdict(done))
    else:
        console.print(
            f"{done.sent} sent, {done.retried} to be tried again, {done.failed} failed, "
            f"{done.uncertain} uncertain"
        )
        if done.problem:
            console.print(done.problem, style="red", markup=False)
    if done.problem:
        raise typer.Exit(2)


@mail_app.command("retry")
def retry(letter: LetterArgument, as_json: JsonOption = False) -> None:
    """Send a letter again that failed, or that may not have left: somebody may get it twice."""
    _change(letter, "letter.retried", lambda unit: unit.outbox.retry(letter, now()), as_json)


@mail_app.command("cancel")
def cancel(letter: LetterArgument, as_json: JsonOption = False) -> None:
    """Keep a letter from leaving, for good."""
    _change(letter, "letter.cancelled", lambda unit: unit.outbox.cancel(letter, now()), as_json)


def _change(letter: int, action: str, change: Callable[[Unit], OutboxLine], as_json: bool) -> None:
    with open_home_store(current_settings()).unit() as unit:
        line = told_lines(unit, COMMAND_LINE, [change(unit)])[0]
        unit.audit.note(at=now(), by=COMMAND_LINE, action=action, subject=str(letter))
    if as_json:
        print_json(asdict(line))
    else:
        console.print(f"letter {line.id} is {line.state.value}")


def _plain(text: str) -> str:
    """Keep brackets of a text from passing for markup."""
    return text.replace("[", r"\[")
