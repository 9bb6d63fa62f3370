"""`matchmaker suggest`: the suggestions of one company, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from matchmaker.companies import siret_problem
from matchmaker.errors import UnknownCompanyError
from matchmaker.explain import display_name, trade_text
from matchmaker.intents import Intent
from matchmaker.settings import Settings
from matchmaker.store import Store
from matchmaker.store.snapshots import require_current
from matchmaker.suggestions import Suggestion
from matchmaker.texts import Language, say
from models.answers import suggestion_document
from models.published import open_published
from models.serving import suggestions_for
from pipelines.cli.context import console, current_settings, open_home_store, print_json


class LanguageChoice(StrEnum):
    """Languages of the reasons."""

    FR = "fr"
    EN = "en"


def suggest(
    siret: Annotated[str, typer.Argument(help="SIRET of the company, 14 digits.")],
    intent: Annotated[
        Intent | None, typer.Option(help="Only this intent; by default the best of all.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Longest list.")] = 10,
    lang: Annotated[LanguageChoice, typer.Option(help="Language of the reasons.")] = (
        LanguageChoice.FR
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print whom a company should meet, for what, and why, for each side."""
    number = siret.replace(" ", "")
    problem = siret_problem(number)
    if problem:
        raise UnknownCompanyError(f"{problem}. Write the 14 digits of the establishment.")
    settings = current_settings()
    store = open_home_store(settings)
    language: Language = lang.value
    try:
        found = _read(store, settings, number, intent, limit, language)
        if as_json:
            print_json([suggestion_document(suggestion, language) for suggestion in found])
            return
        with store.reading() as unit:
            company = unit.companies.get(number)
        assert company is not None
        title = f"{display_name(company, language)} ({company.siret}, {company.commune_name})"
        print_suggestions(title, found, language)
    finally:
        store.close()


def _read(
    store: Store,
    settings: Settings,
    siret: str,
    intent: Intent | None,
    limit: int,
    language: Language,
) -> list[Suggestion]:
    published = open_published(require_current(settings.snapshots_folder))
    with store.reading() as unit:
        return suggestions_for(
            published,
            unit,
            siret,
            intents=[intent] if intent else list(Intent),
            limit=limit,
            language=language,
            rules=settings.eligibility,
        )


def print_suggestions(title: str, found: Sequence[Suggestion], language: Language) -> None:
    """Print suggestions as a table with the reasons of both sides."""
    table = Table(
        "", "partenaire" if language == "fr" else "partner", title=escape(title), show_lines=True
    )
    table.add_column("pour vous" if language == "fr" else "for you", ratio=1)
    table.add_column("pour eux" if language == "fr" else "for them", ratio=1)
    for suggestion in found:
        table.add_row(
            str(suggestion.rank),
            _partner_cell(suggestion, language),
            escape("\n".join(reason.text for reason in suggestion.reasons_for_company)),
            escape("\n".join(reason.text for reason in suggestion.reasons_for_partner)),
        )
    console.print(table)


def _partner_cell(suggestion: Suggestion, language: Language) -> str:
    partner = suggestion.partner
    lines = [
        f"[bold]{escape(display_name(partner, language))}[/bold]",
        trade_text(partner.naf, language),
        f"{escape(partner.commune_name)} ({partner.department}) {partner.siret}",
        f"{say(language, f'role.{suggestion.role}')}, {say(language, f'band.{suggestion.band}')}",
    ]
    if partner.fictional:
        lines.append(say(language, "company.fictional"))
    return "\n".join(lines)
