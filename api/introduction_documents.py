"""Introductions as plain documents, as far as their reader may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi.responses import Response

from api.routes.documents import json_answer
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company, Contact
from matchmaker.introductions.life import Party
from matchmaker.introductions.naming import name_in, named
from matchmaker.introductions.parties import FIRMS, SIDE_OF, require_party, siret_of
from matchmaker.introductions.records import Introduction, Outcome
from matchmaker.introductions.refusals import RequestRefusal
from matchmaker.introductions.views import IntroductionView, LineView, line_view, view_of
from matchmaker.mail.words import without_contacts
from matchmaker.store import Unit
from matchmaker.texts import Language, say


def reading_party(
    unit: Unit, caller: Principal, found: Introduction, siret: str | None = None
) -> Party:
    """Find out what a reader is to an introduction; who owns both sides reads the company's.

    Raises
    ------
    UnknownIntroductionError
        If the reader is a stranger.
    """
    try:
        return require_party(unit, caller, found, siret)
    except RequestRefusal:
        return require_party(unit, caller, found, found.company)


def introduction_document(
    unit: Unit, caller: Principal, found: Introduction, siret: str | None, lang: Language
) -> dict[str, Any]:
    """Show an introduction to a caller.

    Parameters
    ----------
    unit
        Unit of work.
    caller, siret
        Who reads, and for which side where that may be both.
    found
        The introduction.
    lang
        Language of the labels.

    Raises
    ------
    UnknownIntroductionError
        If the caller is a stranger.
    """
    party = reading_party(unit, caller, found, siret)
    view = view_of(found, party, unit.introductions.outcomes.all(found.id))
    return _shown(view, named(unit, caller, (found.company, found.partner)), lang)


def introduction_documents(
    unit: Unit, caller: Principal, found: Sequence[Introduction], lang: Language
) -> list[dict[str, Any]]:
    """Show several introductions; parameters and errors as `introduction_document`."""
    return [introduction_document(unit, caller, each, None, lang) for each in found]


def history_documents(
    unit: Unit, caller: Principal, found: Introduction, siret: str | None
) -> list[LineView]:
    """Show every move of an introduction; people of a firm that has left have no name either.

    Parameters
    ----------
    unit, caller, found, siret
        As in `introduction_document`.

    Raises
    ------
    UnknownIntroductionError
        If the caller is a stranger.
    """
    party = reading_party(unit, caller, found, siret)
    companies = named(unit, caller, (found.company, found.partner))
    lines = [line_view(line, party) for line in unit.introductions.history(found.id)]
    return [
        line
        if line.party not in FIRMS or siret_of(found, SIDE_OF[line.party]) in companies
        else replace(line, by=None)
        for line in lines
    ]


def contact_document(
    unit: Unit, caller: Principal, siret: str, contact: Contact | None
) -> dict[str, object]:
    """Whom to write to at a firm; empty what it has left open."""
    known = contact or Contact()
    return {
        "siret": siret,
        "company_name": name_in(named(unit, caller, [siret]), siret, "fr"),
        "name": known.name,
        "email": known.email,
        "phone": known.phone,
    }


def tagged(found: Introduction, document: dict[str, Any]) -> Response:
    """Answer with a document whose entity tag is the version of the introduction."""
    answer = json_answer(document)
    answer.headers["ETag"] = f'"{found.version}"'
    return answer


def _shown(
    view: IntroductionView, companies: Mapping[str, Company], lang: Language
) -> dict[str, Any]:
    it = view.introduction
    return {
        "id": it.id,
        "company": it.company,
        "company_name": name_in(companies, it.company, lang),
        "partner": it.partner,
        "partner_name": name_in(companies, it.partner, lang),
        "intent": it.intent,
        "role": it.role,
        "labels": {
            "intent": say(lang, f"intent.{it.intent}"),
            "role": say(lang, f"role.{it.role}"),
            "state": say(lang, f"introduction.state.{it.state}"),
        },
        "message": message_for(view, lang) if it.company in companies else None,
        "proposer": it.proposer,
        "state": it.state,
        "version": it.version,
        "party": view.party,
        "moves": view.moves,
        "company_answer": it.company_answer,
        "partner_answer": it.partner_answer,
        "reason": view.reason,
        "note": view.note,
        "reminders": it.reminders,
        "snapshot": view.snapshot,
        "rank": view.rank,
        "outcomes": [_said(outcome) for outcome in view.outcomes],
        "created_at": it.created_at,
        "changed_at": it.changed_at,
        "state_at": it.state_at,
        "introduced_at": it.introduced_at,
    }


def message_for(view: IntroductionView, lang: Language) -> str | None:
    """Words of the company; until the contacts leave, the other side reads none in them either."""
    told = view.introduction.introduced_at is not None or SIDE_OF.get(view.party) != "partner"
    if view.message is None or told:
        return view.message
    return without_contacts(view.message, lang)


def _said(outcome: Outcome) -> dict[str, Any]:
    return {
        "siret": outcome.siret,
        "days": outcome.days,
        "result": outcome.result,
        "worth": outcome.worth,
        "note": outcome.note,
        "at": outcome.at,
    }
