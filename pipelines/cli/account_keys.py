"""`matchmaker accounts` for programs: `keys`, `new-key`, and so on; and `new-secret`."""

from __future__ import annotations

import secrets
from random import SystemRandom
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from matchmaker.accounts import changes
from matchmaker.accounts.keys import LONGEST_LIFE_DAYS, ServiceKey
from matchmaker.accounts.roles import RIGHTS, Right, Role
from matchmaker.errors import AccountError
from pipelines.cli.account_options import OPERATOR, JsonOption, shown_moment
from pipelines.cli.context import console, now, print_json
from pipelines.cli.event_options import home_store, print_line

SECRET_BYTES = 32

DaysOption = Annotated[
    int | None,
    typer.Option(min=1, max=LONGEST_LIFE_DAYS, help="Its life; by default access.key_days."),
]
KeyArgument = Annotated[str, typer.Argument(help="Id of the key.", metavar="KEY")]
_SCOPES = ", ".join(right.value for right in RIGHTS[Role.SERVICE])


def list_keys(as_json: JsonOption = False) -> None:
    """List service keys, those that ended as well; never the keys themselves."""
    with home_store() as (store, _), store.reading() as unit:
        found = unit.keys.list()
    if as_json:
        print_json([_described(key) for key in found])
        return
    at = now()
    table = Table("key", "name", "scopes", "chamber", "good until", "last used", "")
    for key in found:
        ended = "" if key.is_good(at) else "ended"
        until = shown_moment(key.revoked_at or key.expires_at)
        scopes = ", ".join(sorted(key.scopes))
        chamber, used = key.chamber or "", shown_moment(key.used_at)
        table.add_row(key.id, escape(key.name), scopes, chamber, until, used, ended)
    console.print(table)


def new_key(
    name: Annotated[str, typer.Argument(help="Which program uses it.")],
    scope: Annotated[list[str], typer.Option(help=f"Right, may be repeated: {_SCOPES}.")],
    chamber: Annotated[
        str | None, typer.Option(help="Only firms of this department; by default of both.")
    ] = None,
    days: DaysOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a service key, and show it: once, for it is kept nowhere."""
    scopes = [_right(text) for text in scope]
    with home_store() as (store, settings), store.unit() as unit:
        key, text = changes.make_key(
            unit,
            SystemRandom(),
            name=name,
            scopes=scopes,
            chamber=chamber,
            days=days or settings.access.key_days,
            by=OPERATOR,
            at=now(),
        )
    _print_new(key, text, as_json)


def _right(text: str) -> Right:
    try:
        return Right(text)
    except ValueError:
        raise AccountError(f"scope {text!r} is none of: {_SCOPES}.") from None


def rotate_key(
    key: KeyArgument,
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=720, help="How long the old key is still good.")
    ] = 0.0,
    days: DaysOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a new key in the place of one, with its name and scopes, and show it once."""
    with home_store() as (store, settings), store.unit() as unit:
        new, text = changes.rotate_key(
            unit,
            SystemRandom(),
            key,
            days=days or settings.access.key_days,
            overlap_hours=overlap_hours,
            by=OPERATOR,
            at=now(),
        )
    _print_new(new, text, as_json)


def revoke_key(key: KeyArgument) -> None:
    """End a service key now."""
    with home_store() as (store, _), store.unit() as unit:
        revoked = changes.revoke_key(unit, key, by=OPERATOR, at=now())
    print_line(f"key {key}: {'is revoked' if revoked else 'was revoked before'}.")


def new_secret() -> None:
    """Draw a secret for the setting access.secret, and print it."""
    print_line(secrets.token_urlsafe(SECRET_BYTES))


def _described(key: ServiceKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(right.value for right in key.scopes),
        "chamber": key.chamber,
        "created_at": key.created_at,
        "created_by": key.created_by,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "used_at": key.used_at,
    }


def _print_new(key: ServiceKey, text: str, as_json: bool) -> None:
    if as_json:
        print_json({**_described(key), "key": text})
        return
    print_line(text)
    print_line(f"Key {key.id} ({key.name}), good until {shown_moment(key.expires_at)}.")
    print_line("Keep it now: it is not shown again. Send it as `Authorization: Bearer ...`.")
