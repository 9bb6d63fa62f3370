"""`matchmaker accounts`: who may enter, service keys, and the log of what they did."""

from __future__ import annotations

import typer

from pipelines.cli import account_keys, account_logs, account_people

accounts_app = typer.Typer(
    help="Accounts of people, service keys, and the audit log.", no_args_is_help=True
)
accounts_app.command("list")(account_people.list_accounts)
accounts_app.command("create")(account_people.create)
accounts_app.command("show")(account_people.show)
accounts_app.command("set-password")(account_people.set_password)
accounts_app.command("activate")(account_people.activate)
accounts_app.command("deactivate")(account_people.deactivate)
accounts_app.command("delete")(account_people.delete)
accounts_app.command("tie")(account_people.tie)
accounts_app.command("untie")(account_people.untie)
accounts_app.command("end-sessions")(account_people.end_sessions)
accounts_app.command("keys")(account_keys.list_keys)
accounts_app.command("new-key")(account_keys.new_key)
accounts_app.command("rotate-key")(account_keys.rotate_key)
accounts_app.command("revoke-key")(account_keys.revoke_key)
accounts_app.command("audit")(account_logs.audit)
accounts_app.command("contact-reads")(account_logs.contact_reads)
accounts_app.command("new-secret")(account_keys.new_secret)
