"""Introductions as the page of one of their two firms tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.introduction_documents import introduction_document
from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.explain import display_name
from matchmaker.intents import OPPOSITE
from matchmaker.introductions.life import FINAL, MADE, OPEN, Move, State
from matchmaker.introductions.naming import named
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.refusals import PARIS
from matchmaker.introductions.results import last_question
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.texts import Language, say
from models.answers import trade_of_company

GROUPS = ("answer", "tell", "open", "made", "over")
"""Parts of the page, in the order in which they ask for attention."""

_KINDS = {
    State.ACCEPTED: "ok",
    State.INTRODUCED: "ok",
    State.MET: "ok",
    State.REFUSED: "bad",
    State.DECLINED: "bad",
}


@dataclass(frozen=True)
class Other:
    """The other firm.

    Parameters
    ----------
    siret, name, trade, commune, department, fictional
        As people read them; of one that has left the service only that it has.
    shown
        Whether its sheet may be opened.
    left
        Whether it has left the service.
    """

    siret: str
    name: str
    trade: str
    commune: str
    department: str
    fictional: bool
    shown: bool
    left: bool = False


@dataclass(frozen=True)
class Item:
    """One introduction, as one of its firms reads it.

    Parameters
    ----------
    id, version, state
        Of the introduction.
    document
        As the routes for programs show it to the caller.
    other
        The other firm.
    group
        Out of `GROUPS`.
    where
        Where it stands, for this firm: end of a key of the catalogue.
    kind
        Look of the state.
    asked_by_us
        Whether this firm is the asking side.
    intent, role
        For what, and what the other firm is to this one.
    moves
        What the caller may do now.
    day
        Of the last change.
    deadline
        Day until which an answer is awaited; empty where none is.
    question
        Days of the question on what came of it, where this firm has not answered the last one.
    """

    id: str
    version: int
    state: State
    document: dict[str, Any]
    other: Other
    group: str
    where: str
    kind: str
    asked_by_us: bool
    intent: str
    role: str
    moves: tuple[Move, ...]
    day: str
    deadline: str
    question: int | None


@dataclass(frozen=True)
class Reading:
    """Who reads, for which firm, and when.

    Parameters
    ----------
    unit, caller, siret
        The store, the caller, and the firm that they read for.
    rules, at, language
        Settings in force, the moment, and the language of the labels.
    """

    unit: Unit
    caller: Principal
    siret: str
    rules: Settings
    at: datetime
    language: Language


def items_of(reading: Reading, found: Sequence[Introduction]) -> list[Item]:
    """Tell several introductions; the firms of all of them are read at once."""
    others = [each.other_than(reading.siret) for each in found]
    companies = named(reading.unit, reading.caller, others)
    shown = reading.unit.companies.servable(sorted(set(others)))
    return [
        _item(reading, each, _other(reading, siret, companies.get(siret), siret in shown))
        for each, siret in zip(found, others, strict=True)
    ]


def item_of(reading: Reading, found: Introduction) -> Item:
    """Tell one introduction.

    Raises
    ------
    UnknownIntroductionError
        If the caller is a stranger to it.
    """
    return items_of(reading, [found])[0]


def _other(reading: Reading, siret: str, company: Company | None, shown: bool) -> Other:
    if company is None:
        name = say(reading.language, "company.left")
        return Other(siret, name, "", "", "", fictional=False, shown=False, left=True)
    return Other(
        siret=siret,
        name=display_name(company, reading.language),
        trade=trade_of_company(company, reading.language),
        commune=company.commune_name,
        department=company.department,
        fictional=company.fictional,
        shown=shown,
    )


def _item(reading: Reading, found: Introduction, other: Other) -> Item:
    language, ours = reading.language, found.side_of(reading.siret) == "company"
    document = introduction_document(reading.unit, reading.caller, found, reading.siret, language)
    role = found.role if ours else OPPOSITE[found.role]
    question = _question(reading, found, document)
    return Item(
        id=found.id,
        version=found.version,
        state=found.state,
        document=document,
        other=other,
        group=_group(found, reading.siret, question),
        where=_where(found, reading.siret),
        kind=_KINDS.get(found.state, "warn" if _waits_for_us(found, reading.siret) else ""),
        asked_by_us=ours,
        intent=say(language, f"intent.{found.intent}"),
        role=say(language, f"role.{role}"),
        moves=tuple(Move(each) for each in document["moves"]),
        day=_day(found.state_at),
        deadline=_deadline(reading.rules, found),
        question=question,
    )


def _waits_for_us(found: Introduction, siret: str) -> bool:
    return found.state is State.ASKED and siret in found.pending


def _group(found: Introduction, siret: str, question: int | None) -> str:
    if _waits_for_us(found, siret):
        return "answer"
    if found.state in OPEN:
        return "open"
    if found.state in FINAL:
        return "over"
    return "made" if question is None else "tell"


def _where(found: Introduction, siret: str) -> str:
    """Say whose turn it is, where that is what a state is about."""
    if found.state is not State.ASKED:
        return found.state.value
    return "asked_us" if siret in found.pending else "asked_them"


def _question(reading: Reading, found: Introduction, document: dict[str, Any]) -> int | None:
    """Find the last question that is due, where this firm has not said what came of it since."""
    if Move.RECORD.value not in document["moves"] or found.introduced_at is None:
        return None
    asked = last_question(reading.rules, found, reading.at)
    if reading.at - found.introduced_at < timedelta(days=asked):
        return None
    said = {each["days"] for each in document["outcomes"] if each["siret"] == reading.siret}
    return None if asked in said else asked


def _deadline(rules: Settings, found: Introduction) -> str:
    if found.state is not State.ASKED:
        return ""
    return _day(found.state_at + timedelta(days=rules.introductions.answer_days))


def _day(moment: datetime) -> str:
    return moment.astimezone(PARIS).date().isoformat()


def has_contact(found: Introduction) -> bool:
    """Whether the two firms have been given each other's contact."""
    return found.state in MADE and found.introduced_at is not None
