"""An introduction as a card of the board says it: names, labels, whose turn, what may be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from api.introduction_documents import message_for
from api.pages.directory import firm_document
from matchmaker.board import Card
from matchmaker.companies import Company
from matchmaker.introductions.life import Move, Party, Proposer
from matchmaker.introductions.naming import name_in
from matchmaker.portfolio import Step
from matchmaker.texts import Language, say

ORDER = (
    Move.CHECK,
    Move.REFUSE,
    Move.ACCEPT,
    Move.DECLINE,
    Move.RECORD,
    Move.MEET,
    Move.END,
    Move.WITHDRAW,
)
"""Moves in the order in which a card offers them."""


@dataclass(frozen=True)
class Failed:
    """A move that could not be made: on which card, why, and what was typed.

    Parameters
    ----------
    id, move
        Introduction, and name of the form.
    sentence
        What is wrong, for people.
    typed
        What stays in the form, by field.
    """

    id: str
    move: str
    sentence: str
    typed: dict[str, str] = field(default_factory=dict)


def card_document(card: Card, companies: dict[str, Company], language: Language) -> dict[str, Any]:
    """Turn a card into what the template shows.

    Parameters
    ----------
    card
        The introduction, as the reader may see it.
    companies
        Firms that may be named to the reader; what another one has written is not shown either.
    language
        Of the labels.
    """
    it = card.introduction
    sides = {siret: side_document(siret, companies, language) for siret in (it.company, it.partner)}
    return {
        "id": it.id,
        "version": it.version,
        "state": it.state,
        "stage": card.stage,
        "company": sides[it.company],
        "partner": sides[it.partner],
        "answers": (
            (sides[it.company]["display_name"], it.company_answer),
            (sides[it.partner]["display_name"], it.partner_answer),
        ),
        "intent": say(language, f"intent.{it.intent}"),
        "role": say(language, f"role.{it.role}"),
        "proposer": say(language, f"introduction.proposer.{it.proposer}"),
        "created_by": it.created_by if _may_name(card, companies) else None,
        "created_at": it.created_at.isoformat(),
        "introduced_at": it.introduced_at.isoformat() if it.introduced_at else None,
        "since": card.next.since.isoformat(),
        "next": _next(card, sides, language),
        "ours": card.ours,
        "reason": card.view.reason,
        "note": card.view.note,
        "message": message_for(card.view, language) if it.company in companies else None,
        "moves": moves_shown(card),
    }


def side_document(siret: str, companies: dict[str, Company], language: Language) -> dict[str, Any]:
    """Turn a side into what the template shows; one that has left the service has no link."""
    company = companies.get(siret)
    if company is not None:
        return {**firm_document(company, language), "known": True}
    return {
        "siret": siret,
        "display_name": name_in(companies, siret, language),
        "known": False,
        "fictional": False,
        "department": "",
        "naf_label": "",
        "commune_name": "",
    }


def moves_shown(card: Card) -> tuple[Move, ...]:
    """List the moves on offer; who can tell the outcome need not note a meeting alone."""
    moves = card.view.moves
    return tuple(
        move for move in ORDER if move in moves and not (move is Move.MEET and Move.RECORD in moves)
    )


def _may_name(card: Card, companies: dict[str, Company]) -> bool:
    """Whether the reader may know who proposed it.

    People of the other firm stay unnamed, and those of a firm that has left the service.
    """
    it = card.introduction
    left = it.proposer is Proposer.ENTREPRENEUR and it.company not in companies
    return card.view.party is not Party.PARTNER_ADVISER and not left


def _next(card: Card, sides: dict[str, dict[str, Any]], language: Language) -> str:
    following = card.next
    if following.step is Step.NOTHING:
        return say(language, f"board.next.nothing_{card.stage}")
    names = [sides[siret]["display_name"] for siret in following.firms]
    chambers = [sides[siret]["department"] for siret in following.firms]
    return say(
        language,
        f"board.next.{following.step}",
        firms=f" {say(language, 'words.and')} ".join(names),
        chambers=", ".join(each for each in chambers if each),
    )
