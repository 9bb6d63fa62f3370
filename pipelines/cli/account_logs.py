"""`matchmaker accounts audit` and `contact-reads`: who did what, who read whose contact."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer

from pipelines.cli.account_options import JsonOption, shown_moment
from pipelines.cli.context import print_json
from pipelines.cli.event_options import home_store, print_line

SinceOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only from then on (UTC)."),
]
LimitOption = Annotated[int, typer.Option(min=1, max=10_000, help="Most lines.")]


def audit(
    since: SinceOption = None,
    action: Annotated[
        str | None, typer.Option(help="Only this, or what begins so: sign_in, account.created.")
    ] = None,
    limit: LimitOption = 200,
    as_json: JsonOption = False,
) -> None:
    """Print the audit log, the newest line first."""
    with home_store() as (store, _), store.reading() as unit:
        lines = unit.audit.list(_utc(since), action, limit)
    if as_json:
        print_json(lines)
        return
    for line in lines:
        told = orjson.dumps(dict(line.details)).decode() if line.details else ""
        who = f"{line.actor} ({line.role})"
        print_line(
            f"{shown_moment(line.at)}  {who}  {line.action}  {line.subject}  {told}".rstrip()
        )


def contact_reads(
    company: Annotated[str | None, typer.Option(help="Only contacts of this SIRET.")] = None,
    since: SinceOption = None,
    limit: LimitOption = 200,
    as_json: JsonOption = False,
) -> None:
    """Print who read the contact of which firm, the newest line first."""
    with home_store() as (store, _), store.reading() as unit:
        lines = unit.contacts.list(company, _utc(since), limit)
    if as_json:
        print_json(lines)
        return
    for line in lines:
        who = f"{line.actor} ({line.role})"
        told = f"{line.siret}  {line.purpose}  {line.introduction_id or ''}".rstrip()
        print_line(f"{shown_moment(line.at)}  {who}  {told}")


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
