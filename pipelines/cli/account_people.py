"""`matchmaker accounts` for people: `create`, `list`, `show`, passwords, firms, sessions."""

from __future__ import annotations

import secrets
from dataclasses import replace
from random import SystemRandom
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from matchmaker.accounts import changes
from matchmaker.accounts.accounts import Account, HowTied, Ownership, checked_email
from matchmaker.accounts.home import secret_of
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.errors import AccountError
from matchmaker.identifiers import new_id
from matchmaker.mail.post import Post
from matchmaker.settings import Settings
from matchmaker.store import Store, Unit
from pipelines.cli.account_options import (
    OPERATOR,
    AccountArgument,
    JsonOption,
    SiretArgument,
    StdinOption,
    ask_password,
    described,
    find_account,
    print_account,
    shown_moment,
)
from pipelines.cli.context import console, now, print_json
from pipelines.cli.event_options import home_store, print_line
from pipelines.cli.suggestions import LanguageChoice


def list_accounts(
    role: Annotated[Role | None, typer.Option(help="Only accounts of this role.")] = None,
    chamber: Annotated[str | None, typer.Option(help="Only advisers of this department.")] = None,
    company: Annotated[str | None, typer.Option(help="Only those tied to this SIRET.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List accounts by e-mail."""
    with home_store() as (store, _), store.reading() as unit:
        found = unit.accounts.list(role, chamber, company)
    if as_json:
        print_json([described(account) for account in found])
        return
    for account in found:
        print_account(account, as_json)


def create(
    email: Annotated[str, typer.Argument(help="E-mail address, with which they sign in.")],
    role: Annotated[Role, typer.Option(help="What they are.")] = Role.ENTREPRENEUR,
    name: Annotated[str, typer.Option(help="As others read it.")] = "",
    chamber: Annotated[
        str | None, typer.Option(help="Department of an adviser's chamber: 77 or 91.")
    ] = None,
    company: Annotated[
        list[str] | None, typer.Option(help="SIRET an entrepreneur acts for; may be repeated.")
    ] = None,
    lang: Annotated[
        LanguageChoice, typer.Option(help="Language of letters to them.")
    ] = LanguageChoice.FR,
    password_stdin: StdinOption = False,
    invite: Annotated[
        bool, typer.Option("--invite", help="Mail a link to choose a password, instead.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Open an account, with a password or an invitation to choose one."""
    if invite and password_stdin:
        raise AccountError("whoever is invited chooses the password; give one, or --invite.")
    at = now()
    account = Account(
        id=new_id(SystemRandom()),
        email=checked_email(email),
        name=name.strip(),
        role=role,
        chamber=chamber,
        language=lang.value,
        created_at=at,
        created_by=OPERATOR.label,
        companies=tuple(
            Ownership(siret, HowTied.COMMAND, at, OPERATOR.label)
            for siret in dict.fromkeys(company or ())
        ),
    )
    with home_store() as (store, settings):
        opened = (
            _invited(store, settings, account)
            if invite
            else _opened(store, settings, account, ask_password(from_stdin=password_stdin))
        )
    print_account(opened, as_json)


def _opened(store: Store, settings: Settings, account: Account, password: str) -> Account:
    hashed = changes.hashed(Passwords(), settings.access, account, password)
    with store.unit() as unit:
        by, at = OPERATOR, account.created_at
        return changes.open_account(unit, replace(account, password_hash=hashed), by=by, at=at)


def _invited(store: Store, settings: Settings, account: Account) -> Account:
    post = Post(settings, Signer(secret_of(settings)), lambda: secrets.token_urlsafe(32))
    with store.unit() as unit:
        opened = changes.open_account(unit, account, by=OPERATOR, at=account.created_at)
        if not post.invite(unit, opened, account.created_at):
            raise AccountError(
                f"no invitation can be mailed to {account.email}, so no account was opened; "
                "check the address."
            )
    return opened


def show(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Show an account, its firms and its sessions."""
    with home_store() as (store, _), store.reading() as unit:
        found = find_account(unit, account)
        sessions = unit.sessions.list(found.id)
    if as_json:
        fields = ("method", "created_at", "seen_at", "expires_at", "revoked_at")
        listed = [{name: getattr(session, name) for name in fields} for session in sessions]
        print_json({"account": described(found), "sessions": listed})
        return
    print_account(found, as_json)
    print_line(f"signed in: {shown_moment(found.signed_in_at) or 'never'}")
    for tied in found.companies:
        print_line(f"firm {tied.siret}: {tied.how}, {shown_moment(tied.at)}, by {tied.by}")
    table = Table("session", "begun", "last used", "until", "ended")
    for session in sessions:
        moments = (session.created_at, session.seen_at, session.expires_at, session.revoked_at)
        table.add_row(escape(session.method), *map(shown_moment, moments))
    if sessions:
        console.print(table)


def set_password(account: AccountArgument, password_stdin: StdinOption = False) -> None:
    """Give an account a new password, and end its sessions."""
    with home_store() as (store, settings):
        with store.reading() as unit:
            found = find_account(unit, account)
        password = ask_password(from_stdin=password_stdin)
        hashed = changes.hashed(Passwords(), settings.access, found, password)
        with store.unit() as unit:
            changes.store_password(unit, found.id, hashed, by=OPERATOR, at=now())
    print_line(f"{found.email}: the password is set, and its sessions have ended.")


def activate(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Open a closed account again."""
    print_account(_switched(account, active=True), as_json)


def deactivate(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Close an account, and end its sessions."""
    print_account(_switched(account, active=False), as_json)


def _switched(account: str, *, active: bool) -> Account:
    with home_store() as (store, _), store.unit() as unit:
        found = find_account(unit, account)
        return changes.change_account(unit, found.id, by=OPERATOR, at=now(), active=active)


def delete(account: AccountArgument) -> None:
    """Remove an account, with its sessions and its ties to firms."""
    with home_store() as (store, _), store.unit() as unit:
        found = find_account(unit, account)
        changes.delete_account(unit, found.id, by=OPERATOR, at=now())
    print_line(f"{found.email}: the account is removed.")


def tie(account: AccountArgument, siret: SiretArgument, as_json: JsonOption = False) -> None:
    """Let an entrepreneur's account act for a firm."""
    with home_store() as (store, _), store.unit() as unit:
        found = find_account(unit, account)
        changed = changes.tie_company(unit, found.id, siret, HowTied.COMMAND, by=OPERATOR, at=now())
    print_account(changed, as_json)


def untie(account: AccountArgument, siret: SiretArgument, as_json: JsonOption = False) -> None:
    """Let an account no longer act for a firm."""
    with home_store() as (store, _), store.unit() as unit:
        changed = _untied(unit, find_account(unit, account), siret)
    print_account(changed, as_json)


def _untied(unit: Unit, account: Account, siret: str) -> Account:
    if not changes.untie_company(unit, account.id, siret, by=OPERATOR, at=now()):
        raise AccountError(f"{account.email} is not tied to {siret}; `accounts show` lists firms.")
    return unit.accounts.get(account.id)


def end_sessions(account: AccountArgument) -> None:
    """End every session of an account; it may sign in again."""
    with home_store() as (store, _), store.unit() as unit:
        found = find_account(unit, account)
        ended = changes.end_sessions(unit, found.id, by=OPERATOR, at=now())
    print_line(f"{found.email}: {ended} sessions ended.")
