"""`matchmaker events`: plan from documents, and lead an event of the store from draft to close."""

from __future__ import annotations

import typer

from pipelines.cli import event_life, event_people, event_planning, event_plans

events_app = typer.Typer(
    help="Plan conventions, round tables, peer groups and invitations.", no_args_is_help=True
)
events_app.command("schedule")(event_planning.schedule)
events_app.command("check")(event_planning.check)
events_app.command("repair")(event_planning.repair)
events_app.command("schema")(event_planning.schema)
events_app.command("create")(event_life.create)
events_app.command("list")(event_life.list_events)
events_app.command("show")(event_life.show)
events_app.command("import")(event_people.import_file)
events_app.command("wishes")(event_people.wishes)
events_app.command("move")(event_life.move)
events_app.command("plan")(event_plans.plan)
events_app.command("mend")(event_plans.mend)
events_app.command("export")(event_plans.export)
events_app.command("attend")(event_people.attend)
events_app.command("outcome")(event_people.outcome)
events_app.command("close")(event_life.close)
events_app.command("history")(event_life.history)
