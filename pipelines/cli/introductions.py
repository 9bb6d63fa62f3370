"""`matchmaker introductions list`, `show`, `advance`."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from matchmaker.accounts.home import secret_of
from matchmaker.accounts.signing import Signer
from matchmaker.introductions.daily import Advanced, advance
from matchmaker.introductions.life import State
from matchmaker.introductions.records import HistoryEntry, Introduction
from matchmaker.mail.post import Post
from matchmaker.texts import Language, say
from pipelines.cli.context import console, now, print_json
from pipelines.cli.event_options import JsonOption, LangOption, home_store, print_line
from pipelines.cli.suggestions import LanguageChoice

introductions_app = typer.Typer(
    help="Follow introductions, and do what is due for them.", no_args_is_help=True
)


@introductions_app.command("list")
def list_introductions(
    siret: Annotated[str | None, typer.Option(help="Only those with this side.")] = None,
    department: Annotated[
        str | None, typer.Option(help="Only those with a side in this department.")
    ] = None,
    state: Annotated[list[State] | None, typer.Option(help="Only these; may be repeated.")] = None,
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """List introductions, the earliest first."""
    with home_store() as (store, _), store.reading() as unit:
        found = unit.introductions.list(siret, department, state or None)
    if as_json:
        print_json(found)
        return
    for each in found:
        print_line(_line(each, lang.value))


@introductions_app.command("show")
def show_introduction(
    introduction: Annotated[str, typer.Argument(help="Id of the introduction.")],
    lang: LangOption = LanguageChoice.FR,
    as_json: JsonOption = False,
) -> None:
    """Show an introduction, every move of it, and what came of it."""
    with home_store() as (store, _), store.reading() as unit:
        found = unit.introductions.get(introduction)
        history = unit.introductions.history(introduction)
        outcomes = unit.introductions.outcomes.all(introduction)
    if as_json:
        print_json({"introduction": found, "history": history, "outcomes": outcomes})
        return
    print_line(_line(found, lang.value))
    console.print(_table(history, lang.value))
    for said in outcomes:
        result = say(lang.value, f"introduction.result.{said.result}")
        print_line(f"{said.siret}  {said.days}  {result}  {said.note}")


@introductions_app.command("advance")
def advance_introductions(
    lang: LangOption = LanguageChoice.FR, as_json: JsonOption = False
) -> None:
    """Do what is due: ask what waited for room, remind, expire, ask for outcomes, end.

    The night does it as well. Exit status 1 where some could not be taken further.
    """
    with home_store() as (store, settings):
        post = Post(settings, Signer(secret_of(settings)), secrets.token_urlsafe)
        done = advance(store, settings, post, now())
    if as_json:
        print_json(done)
    else:
        _print_advanced(done, lang.value)
    if done.failures:
        raise typer.Exit(1)


def _print_advanced(done: Advanced, language: Language) -> None:
    for move, count in sorted(done.moves.items()):
        name = say(language, f"introduction.move.{move}")
        print_line(say(language, "introduction.advanced.moves", move=name, count=count))
    for failure in done.failures:
        print_line(say(language, "introduction.advanced.failure", failure=failure))
    if not done.moves and not done.failures:
        print_line(say(language, "introduction.advanced.nothing"))


def _line(introduction: Introduction, language: Language) -> str:
    state = say(language, f"introduction.state.{introduction.state}")
    intent = say(language, f"intent.{introduction.intent}")
    return (
        f"{introduction.id}  {introduction.created_at:%Y-%m-%d}  {introduction.company} > "
        f"{introduction.partner}  {intent}  [{state}]  v{introduction.version}"
    )


def _table(history: tuple[HistoryEntry, ...], language: Language) -> Table:
    table = Table("v", "", "", "", "")
    for line in history:
        table.add_row(
            str(line.version),
            f"{line.at:%Y-%m-%d %H:%M}",
            escape(line.by),
            say(language, f"introduction.move.{line.move}"),
            say(language, f"introduction.state.{line.after}"),
        )
    return table
