"""What the commands of accounts share: who acts, which account is meant, how one is shown."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from matchmaker.accounts.accounts import Account, checked_email
from matchmaker.accounts.principals import system
from matchmaker.errors import AccountError, UnknownAccountError
from matchmaker.store import Unit
from pipelines.cli.context import print_json
from pipelines.cli.event_options import print_line

OPERATOR = system("command line")
"""Who the log says it was: whoever may run commands on the machine may do everything."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AccountArgument = Annotated[
    str, typer.Argument(help="E-mail or id of the account.", metavar="ACCOUNT")
]
SiretArgument = Annotated[str, typer.Argument(help="SIRET of the firm.", metavar="SIRET")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def find_account(unit: Unit, text: str) -> Account:
    """Find the account that a command names by e-mail or id.

    Raises
    ------
    UnknownAccountError
        If there is none.
    """
    if "@" not in text:
        return unit.accounts.get(text)
    found = unit.accounts.by_email(checked_email(text))
    if found is None:
        raise UnknownAccountError(
            f"account {text!r} is not in the store; `matchmaker accounts list` lists them all."
        )
    return found


def ask_password(*, from_stdin: bool) -> str:
    """Take a new password from a pipe or a person; never from an option, which others can see.

    Raises
    ------
    AccountError
        If nobody is at the keyboard and nothing was said of a pipe.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AccountError(
            "nobody is at the keyboard to type a password; pipe one in with --password-stdin."
        )
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def described(account: Account) -> dict[str, Any]:
    """Write an account as JSON; never the hash of its password."""
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "chamber": account.chamber,
        "language": account.language,
        "active": account.active,
        "demo": account.demo,
        "password": account.password_hash is not None,
        "provider": account.issuer,
        "created_at": account.created_at,
        "created_by": account.created_by,
        "signed_in_at": account.signed_in_at,
        "companies": [
            {"siret": tied.siret, "how": tied.how, "at": tied.at, "by": tied.by}
            for tied in account.companies
        ],
    }


def print_account(account: Account, as_json: bool) -> None:
    """Print an account, in one line or as JSON."""
    if as_json:
        print_json(described(account))
        return
    chamber = f" {account.chamber}" if account.chamber else ""
    firms = ", ".join(tied.siret for tied in account.companies)
    notes = ["closed"] * (not account.active) + ["demo"] * account.demo
    parts = [
        account.id,
        account.email,
        account.name,
        f"[{account.role.value}{chamber}]",
        firms,
        ", ".join(notes),
    ]
    print_line("  ".join(part for part in parts if part))


def shown_moment(moment: datetime | None) -> str:
    """Write a moment for a table; nothing where there is none."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
