"""One introduction whole, as an adviser reads it: the card, its history, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.access import reaches
from api.introduction_documents import reading_party
from api.pages.advisers.board_view import card_document
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.board import Card, card_of
from matchmaker.companies import Company
from matchmaker.errors import NotAllowedError
from matchmaker.feedback_rules import lift_competitor_rule, restore_competitor_rule
from matchmaker.introductions.life import MADE, Party
from matchmaker.introductions.naming import name_in, named
from matchmaker.introductions.parties import departments_of
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.refusals import PARIS, StateRefusal
from matchmaker.introductions.views import LineView, line_view, view_of
from matchmaker.privacy.contacts import contact_for, may_have_contact
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.store.introductions import unknown_introduction
from matchmaker.texts import Language, say


@dataclass(frozen=True)
class IntroductionPage:
    """What the page shows.

    Parameters
    ----------
    card
        As on the board.
    lines
        The history, the earliest first.
    outcomes
        What the sides said came of it.
    contacts
        SIRETs of the sides whose contact the reader may ask for.
    rule
        Whether the two pass for competitors, and whether an adviser has lifted that:
        `"holds"`, `"lifted"`, or nothing where it does not matter or is not the reader's to say.
    rule_reason
        Why it was lifted.
    """

    card: dict[str, Any]
    lines: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    contacts: tuple[str, ...]
    rule: str
    rule_reason: str


def introduction_view(
    unit: Unit,
    caller: Principal,
    introduction_id: str,
    settings: Settings,
    at: datetime,
    language: Language,
) -> IntroductionPage:
    """Read what the page of an introduction shows.

    Raises
    ------
    UnknownIntroductionError
        If there is none, or it is none of the caller's business.
    """
    held = unit.introductions.get(introduction_id)
    companies = named(unit, caller, (held.company, held.partner))
    said = unit.introductions.outcomes.all(held.id)
    spoken = {held.id: {(each.siret, each.days) for each in said}}
    departments = departments_of(unit, held)
    card = card_of(held, caller, departments, spoken, settings.introductions, at)
    if card is None:
        raise unknown_introduction(introduction_id)
    document = card_document(card, companies, language)
    rule, reason = _rule(unit, caller, held)
    return IntroductionPage(
        card=document,
        lines=_lines(unit, held, card, document, language),
        outcomes=[
            {
                "firm": document[held.side_of(each.siret)]["display_name"],
                "result": say(language, f"introduction.result.{each.result}"),
                "worth": each.worth,
                "note": each.note,
                "days": each.days,
                "at": each.at.isoformat(),
            }
            for each in view_of(held, card.view.party, said).outcomes
        ],
        contacts=_contacts(unit, caller, held, companies),
        rule=rule,
        rule_reason=reason,
    )


def whole_contact(
    unit: Unit,
    caller: Principal,
    introduction_id: str,
    siret: str,
    at: datetime,
    language: Language,
) -> dict[str, Any]:
    """Hand out the contact of a side of an introduction that was made, with a line in the log.

    Raises
    ------
    UnknownIntroductionError
        If it is none of the caller's business, or the firm is none of its sides.
    StateRefusal
        If the two firms have not been introduced.
    """
    held = unit.introductions.get(introduction_id)
    reading_party(unit, caller, held)
    if siret not in (held.company, held.partner):
        raise unknown_introduction(introduction_id)
    if held.state not in MADE or held.introduced_at is None:
        raise StateRefusal("contact")
    companies = named(unit, caller, [siret])
    found = contact_for(unit, caller, siret, at=at, purpose="introduction", introduction_id=held.id)
    return {"siret": siret, "name": name_in(companies, siret, language), "contact": found}


def _contacts(
    unit: Unit, caller: Principal, held: Introduction, companies: Mapping[str, Company]
) -> tuple[str, ...]:
    if held.state not in MADE or held.introduced_at is None:
        return ()
    return tuple(siret for siret in companies if may_have_contact(unit, caller, siret))


def _rule(unit: Unit, caller: Principal, held: Introduction) -> tuple[str, str]:
    """Say whether the two pass for competitors, to those who may lift the rule."""
    sides = (held.company, held.partner)
    if not any(reaches(unit, caller, Right.OVERRIDE, siret) for siret in sides):
        return "", ""
    for lifted in unit.feedback.overrides(held.company):
        if held.partner in (lifted.low, lifted.high):
            return "lifted", lifted.reason
    companies = unit.companies.many(sides)
    trades = {company.naf for company in companies.values()}
    one_trade = len(companies) == 2 and len(trades) == 1 and None not in trades
    return ("holds" if one_trade else ""), ""


def lift_or_restore(
    unit: Unit, caller: Principal, held: Introduction, reason: str, at: datetime
) -> None:
    """Lift the rule of competitors for the two firms; without a reason, let it hold again.

    Raises
    ------
    NotAllowedError
        If none of the two is the caller's to speak for.
    """
    sides = (held.company, held.partner)
    if not any(reaches(unit, caller, Right.OVERRIDE, siret) for siret in sides):
        raise NotAllowedError(f"your right override reaches no side of introduction {held.id}.")
    if reason:
        lift_competitor_rule(unit, *sides, reason, by=caller, at=at)
    else:
        restore_competitor_rule(unit, *sides, by=caller, at=at)


def _lines(
    unit: Unit, held: Introduction, card: Card, document: dict[str, Any], language: Language
) -> list[dict[str, Any]]:
    party = card.view.party
    lines = (line_view(line, party) for line in unit.introductions.history(held.id))
    return [_line(line, document, language) for line in lines]


def _line(line: LineView, document: dict[str, Any], language: Language) -> dict[str, Any]:
    details = line.details
    at = line.at.astimezone(PARIS)
    reason, result = details.get("reason"), details.get("result")
    return {
        "move": say(language, f"board.line.{line.move}"),
        "by": _by(line, document, language),
        "day": at.date().isoformat(),
        "time": f"{at:%H:%M}",
        "moment": at.isoformat(),
        "after": say(language, f"introduction.state.{line.after}"),
        "changes": line.before is not line.after,
        "reason": say(language, f"introduction.reason.{reason}") if reason else "",
        "result": say(language, f"introduction.result.{result}") if result else "",
        "note": details.get("note", ""),
    }


def _by(line: LineView, document: dict[str, Any], language: Language) -> str:
    if line.party is Party.SYSTEM:
        return say(language, "introduction.party.system")
    side = "company" if line.party is Party.COMPANY else "partner"
    if line.party in (Party.COMPANY, Party.PARTNER):
        firm, is_named = str(document[side]["display_name"]), document[side]["known"]
        return f"{line.by} – {firm}" if line.by is not None and is_named else firm
    return line.by or say(language, f"introduction.party.{line.party}")
