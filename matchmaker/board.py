"""The introductions of a reader as a board: stages, who has to do what next, what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.companies import Company
from matchmaker.introductions.life import FINAL, UNDER_WAY, Party
from matchmaker.introductions.naming import named
from matchmaker.introductions.parties import party_of
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.refusals import RequestRefusal
from matchmaker.introductions.views import IntroductionView, view_of
from matchmaker.portfolio import Next, Said, Stage, Step, next_of, outcomes_due, stage_of
from matchmaker.settings import IntroductionSettings
from matchmaker.store import Unit

TO_DO = frozenset({Step.CHECK, Step.ANSWER, Step.OUTCOME})
"""Steps that wait for somebody who speaks for a firm, and not for the firms or the service."""
LATEST_DONE = 60
"""Introductions at an end that a board still shows."""


@dataclass(frozen=True, slots=True)
class Card:
    """One introduction on the board.

    Parameters
    ----------
    view
        The introduction as the reader may see it.
    stage
        Its column.
    next
        Whose turn it is.
    ours
        Whether that is a firm that the reader speaks for.
    """

    view: IntroductionView
    stage: Stage
    next: Next
    ours: bool

    @property
    def introduction(self) -> Introduction:
        """The introduction; of what the view leaves out nothing is to be shown."""
        return self.view.introduction


@dataclass(frozen=True, slots=True)
class Board:
    """Introductions by stage, and the firms that they name.

    Parameters
    ----------
    cards
        By stage; those that wait longest first, those at an end the latest first.
    companies
        Firms of the sides that may be named to the reader, by SIRET.
    """

    cards: Mapping[Stage, tuple[Card, ...]]
    companies: Mapping[str, Company]

    def count(self, stage: Stage, *, ours: bool = False) -> int:
        """Count the cards of a stage; with `ours` those whose turn is the reader's."""
        return sum(1 for card in self.cards[stage] if card.ours or not ours)


def board_of(
    unit: Unit,
    caller: Principal,
    rules: IntroductionSettings,
    at: datetime,
    *,
    siret: str | None = None,
    done: bool = True,
) -> Board:
    """Lay the introductions of a reader out.

    Parameters
    ----------
    unit
        Unit of work.
    caller
        Who reads: those of their firms, of their chamber, or all.
    rules
        Days of the outcome questions.
    at
        Now.
    siret
        Only those with this side; all if not given.
    done
        With the latest that have come to an end; yes if not given.
    """
    held = _read(unit, caller, siret, done=done)
    sides = {side for each in held for side in (each.company, each.partner)}
    everybody = unit.companies.many(sorted(sides))
    said = unit.portfolio.outcomes_said()
    departments = {each: company.department for each, company in everybody.items()}
    cards = [card_of(each, caller, departments, said, rules, at) for each in held]
    found = [card for card in cards if card is not None]
    companies = named(unit, caller, sides)
    return Board({stage: _of_stage(found, stage) for stage in Stage}, companies)


def card_of(
    held: Introduction,
    caller: Principal,
    departments: Mapping[str, str],
    said: Said,
    rules: IntroductionSettings,
    at: datetime,
) -> Card | None:
    """Lay one introduction out; nothing for a stranger.

    Parameters
    ----------
    held
        The introduction.
    caller, rules, at
        As in `board_of`.
    departments
        Departments of its sides, by SIRET.
    said
        Who has said what came of it.
    """
    party = _party(caller, held, departments)
    if party is None:
        return None
    due = outcomes_due(held, said, rules, at)
    following = next_of(held, due)
    speaks = [
        siret
        for siret in following.firms
        if caller.may(Right.INTRODUCTIONS, siret, departments.get(siret))
    ]
    ours = bool(speaks) and following.step in TO_DO
    return Card(view_of(held, party), stage_of(held, due), following, ours)


def _read(
    unit: Unit, caller: Principal, siret: str | None, *, done: bool
) -> tuple[Introduction, ...]:
    reach = caller.reach(Right.INTRODUCTIONS)
    department = caller.chamber if reach is Reach.CHAMBER else None
    asked = caller.companies if reach is Reach.OWN else None
    found = unit.introductions.list(siret, department, UNDER_WAY, asked=asked)
    if not done:
        return found
    number = unit.introductions.count(siret, department, FINAL, asked=asked)
    latest = unit.introductions.list(
        siret, department, FINAL, asked=asked, offset=max(0, number - LATEST_DONE)
    )
    return (*found, *latest)


def _party(caller: Principal, held: Introduction, departments: Mapping[str, str]) -> Party | None:
    """Tell what a reader is to an introduction; who speaks for both sides reads the company's."""
    try:
        return party_of(caller, held, departments, None)
    except RequestRefusal:
        return party_of(caller, held, departments, held.company)


def _of_stage(cards: Sequence[Card], stage: Stage) -> tuple[Card, ...]:
    found = [card for card in cards if card.stage is stage]
    found.sort(key=lambda card: card.next.since, reverse=stage is Stage.DONE)
    return tuple(found)
