"""What the sheet of a firm shows to a reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.access import reaches
from api.lookup import detail_document, shown_company
from api.pages.advisers.board_view import card_document
from api.pages.advisers.ties import Ties, ties_of
from api.pages.firms.head import FirmHead, head_of
from api.pages.search import own_lists
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.activities import naf_labels
from matchmaker.board import board_of
from matchmaker.companies import Company, Contact, Profile, legal_category_label
from matchmaker.errors import NotServedError
from matchmaker.feedback import Feedback
from matchmaker.intents import Intent
from matchmaker.introductions.naming import name_in
from matchmaker.privacy.contacts import may_have_contact
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.territory import commune, is_known_commune
from matchmaker.texts import Language, say
from models.answers import suggestion_document
from models.published import Published
from models.serving import suggestions_for

SUGGESTED = 5
"""Suggestions that the sheet names; the others are a click away."""
ANSWERS = 12
"""Answers of the firm that the sheet tells."""


@dataclass(frozen=True)
class SheetReading:
    """Who reads a sheet, and with what.

    Parameters
    ----------
    caller
        The reader.
    settings
        In force.
    published
        The snapshot; nothing before the first night.
    at
        Now.
    language
        Of labels and sentences.
    """

    caller: Principal
    settings: Settings
    published: Published | None
    at: datetime
    language: Language


@dataclass(frozen=True)
class Sheet:
    """What the sheet shows; what the reader may not know is empty.

    Parameters
    ----------
    head
        Who the firm is.
    company
        Public document of the firm, with its profile where it agrees to show it.
    trade
        Labels of its trade, from the section down.
    epci
        Name of the group of communes that it lies in.
    legal_form
        Its legal category in words; empty where it is not known.
    declared
        When, by whom and from where the profile came; only for those who look after the firm.
    ties
        Firms that it knows, drawn and listed; whom a firm deals with is for its own people and
        advisers alone.
    suggestions
        The first of its suggestions; `None` where the reader may not know, or it takes no part.
    introductions
        Cards of its introductions that the reader may see.
    answers
        What it said of its suggestions.
    may_contact, may_propose
        Whether the reader may ask for its contact, and propose an introduction for it.
    keeps, lists
        Whether the reader keeps lists, and those to which it may be added.
    own_lists
        Of these the ones that it is on already.
    """

    head: FirmHead
    company: dict[str, Any]
    trade: tuple[str, ...]
    epci: str
    legal_form: str
    declared: dict[str, Any] | None
    ties: Ties | None
    suggestions: list[dict[str, Any]] | None
    introductions: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    may_contact: bool
    may_propose: bool
    keeps: bool
    lists: tuple[SavedList, ...]
    own_lists: frozenset[str]


def sheet_of(reading: SheetReading, unit: Unit, siret: str) -> Sheet:
    """Read what the sheet of a firm shows.

    Raises
    ------
    UnknownCompanyError
        If the firm may not be shown.
    """
    caller, language = reading.caller, reading.language
    company, profile = shown_company(unit, siret), unit.profiles.get(siret)
    keeps = caller.reach(Right.PORTFOLIO) is not Reach.NONE
    lists = own_lists(unit, caller) if keeps else ()
    has_contact = profile is not None and profile.contact != Contact()
    return Sheet(
        head=head_of(unit, caller, company, language),
        company=detail_document(company, profile, language),
        trade=naf_labels(company.naf)[::-1] if company.naf else (),
        epci=_epci(company),
        legal_form=legal_category_label(company.legal_category) if company.legal_category else "",
        declared=_declared(reading, unit, profile) if profile else None,
        ties=_ties(reading, unit, company) if keeps or _is_own(reading, unit, siret) else None,
        suggestions=_suggestions(reading, unit, company),
        introductions=_introductions(reading, unit, siret),
        answers=_answers(reading, unit, siret),
        may_contact=has_contact and may_have_contact(unit, caller, siret),
        may_propose=reaches(unit, caller, Right.INTRODUCTIONS, siret),
        keeps=keeps,
        lists=lists,
        own_lists=frozenset(
            each.id for each in lists if siret in {m.siret for m in unit.lists.members(each.id)}
        ),
    )


def _ties(reading: SheetReading, unit: Unit, company: Company) -> Ties:
    return ties_of(unit, company, reading.caller, reading.language)


def _is_own(reading: SheetReading, unit: Unit, siret: str) -> bool:
    return reaches(unit, reading.caller, Right.PROFILE, siret)


def _epci(company: Company) -> str:
    known = is_known_commune(company.commune)
    return commune(company.commune).epci_name if known else ""


def _declared(reading: SheetReading, unit: Unit, profile: Profile) -> dict[str, Any] | None:
    """Say when and by whom a profile was declared, and whether the firm agrees to take part."""
    if not reaches(unit, reading.caller, Right.PROFILE, profile.siret):
        return None
    return {
        "consent": profile.consent,
        "capacity": profile.capacity,
        "source": profile.source,
        "changed_at": profile.changed_at.isoformat() if profile.changed_at else None,
        "changed_by": profile.changed_by,
    }


def _suggestions(
    reading: SheetReading, unit: Unit, company: Company
) -> list[dict[str, Any]] | None:
    published = reading.published
    may_read = reaches(unit, reading.caller, Right.SUGGESTIONS, company.siret)
    if published is None or not may_read:
        return None
    try:
        found = suggestions_for(
            published,
            unit,
            company.siret,
            intents=tuple(Intent),
            limit=SUGGESTED,
            language=reading.language,
            rules=reading.settings.eligibility,
        )
    except NotServedError:
        return None
    return [suggestion_document(each, reading.language, reader=company) for each in found]


def _introductions(reading: SheetReading, unit: Unit, siret: str) -> list[dict[str, Any]]:
    """Cards of a firm's introductions, those that wait first."""
    if reading.caller.reach(Right.INTRODUCTIONS) is Reach.NONE:
        return []
    rules = reading.settings.introductions
    board = board_of(unit, reading.caller, rules, reading.at, siret=siret)
    return [
        card_document(card, dict(board.companies), reading.language)
        for cards in board.cards.values()
        for card in cards
    ]


def _answers(reading: SheetReading, unit: Unit, siret: str) -> list[dict[str, Any]]:
    """Tell what the firm said of its suggestions to those who answer in its name."""
    if not reaches(unit, reading.caller, Right.FEEDBACK, siret):
        return []
    given = unit.feedback.of_reader(siret)[:ANSWERS]
    shown = unit.portfolio.shown([each.partner for each in given])
    return [_answer(each, shown, reading.language) for each in given]


def _answer(given: Feedback, shown: dict[str, Company], language: Language) -> dict[str, Any]:
    partner = shown.get(given.partner)
    return {
        "at": given.at.isoformat(),
        "by": given.actor,
        "kind": say(language, f"sheet.answer.{given.kind}"),
        "reason": say(language, f"sheet.reason.{given.reason}") if given.reason else "",
        "note": given.note,
        "partner": partner and partner.siret,
        "name": name_in(shown, given.partner, language),
        "fictional": partner is not None and partner.fictional,
        "undone_at": given.undone_at.isoformat() if given.undone_at else None,
    }
