"""`matchmaker privacy`: opposition, access, erasure, retention, the register of processing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.table import Table

from matchmaker.accounts.principals import Principal, system
from matchmaker.companies import siret_problem
from matchmaker.errors import UnknownCompanyError
from matchmaker.identifiers import ID_LENGTH
from matchmaker.mail.folder import remove_old_letters
from matchmaker.privacy.erasing import erase_account, erase_company
from matchmaker.privacy.exporting import account_data, company_data
from matchmaker.privacy.opting_out import opt_in, opt_out
from matchmaker.privacy.register import register
from matchmaker.privacy.retention import apply_retention
from pipelines.cli.context import console, current_settings, now, print_json
from pipelines.cli.event_options import home_store

privacy_app = typer.Typer(
    help="What the law gives to firms and people, and how long data is kept.", no_args_is_help=True
)

SubjectArgument = Annotated[
    str, typer.Argument(help="SIRET of a firm, or id of an account.", metavar="SIRET|ACCOUNT")
]
SiretArgument = Annotated[str, typer.Argument(help="SIRET, 14 digits.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def _by() -> Principal:
    return system("command line")


def _checked(siret: str) -> str:
    problem = siret_problem(siret)
    if problem is not None:
        raise UnknownCompanyError(f"{problem}.")
    return siret


def _is_company(subject: str) -> bool:
    """Whether a SIRET is meant: ids of accounts are shorter."""
    return len(subject) > ID_LENGTH and bool(_checked(subject))


@privacy_app.command("export")
def export(
    subject: SubjectArgument,
    file: Annotated[Path | None, typer.Option(help="Write it there; else print it.")] = None,
) -> None:
    """Export everything that is held on a firm or a person, as JSON."""
    read = company_data if _is_company(subject) else account_data
    with home_store() as (store, _), store.unit() as unit:
        document = read(unit, subject, by=_by(), at=now())
    if file is None:
        print_json(document)
    else:
        file.touch(mode=0o600)  # nobody else's to read
        file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        console.print(f"written: {file}", markup=False, highlight=False)


@privacy_app.command("erase")
def erase(
    subject: SubjectArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove everything that is held on a firm or a person; it cannot be undone."""
    of_company = _is_company(subject)
    if not yes:
        typer.confirm(f"Erase everything that is held on {subject}?", abort=True)
    removed: dict[str, int] = {"accounts": 1}
    with home_store() as (store, settings), store.unit() as unit:
        folder = settings.mail_folder
        if of_company:
            removed = erase_company(unit, subject, by=_by(), at=now(), letters=folder)
        else:
            erase_account(unit, subject, by=_by(), at=now(), letters=folder)
    _show(removed, "removed", as_json)


@privacy_app.command("opt-out")
def opt_out_command(
    siret: SiretArgument,
    reason: Annotated[str, typer.Option(help="In their own words.")] = "",
) -> None:
    """Keep a firm out of lists, searches, open events and letters."""
    with home_store() as (store, _), store.unit() as unit:
        opt_out(unit, _checked(siret), by=_by(), at=now(), reason=reason)
    console.print(f"{siret} stays out from now on.", highlight=False)


@privacy_app.command("opt-in")
def opt_in_command(siret: SiretArgument) -> None:
    """Take back an opt-out."""
    with home_store() as (store, _), store.unit() as unit:
        was_out = opt_in(unit, _checked(siret), by=_by(), at=now())
    told = "takes part again" if was_out else "had not opted out"
    console.print(f"{siret} {told}.", highlight=False)


@privacy_app.command("retention")
def retention(as_json: JsonOption = False) -> None:
    """Remove what is past its time, as every night does."""
    with home_store() as (store, settings), store.unit() as unit:
        removed = apply_retention(unit, settings.retention, now())
        removed["letter_files"] = remove_old_letters(settings, now())
    _show(removed, "removed", as_json)


@privacy_app.command("register")
def register_command() -> None:
    """Print the tables of the register of processing: periods in force, and what is where."""
    sys.stdout.write(register(current_settings().retention))


def _show(counts: dict[str, int], title: str, as_json: bool) -> None:
    if as_json:
        print_json(counts)
        return
    table = Table("what", title, title_justify="left")
    table.columns[1].justify = "right"
    for name, count in counts.items():
        table.add_row(name.replace("_", " "), f"{count:,}")
    console.print(table)
