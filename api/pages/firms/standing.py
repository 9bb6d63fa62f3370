"""What stands between a firm and its partners: an introduction that is under way, or was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.companies import Company
from matchmaker.introductions.life import MADE, OPEN, Answer, Move, State
from matchmaker.introductions.pairs import again_at, day_in_paris
from matchmaker.introductions.parties import party_of
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.refusals import moves_of
from matchmaker.settings import Settings
from matchmaker.store import Unit


@dataclass(frozen=True)
class Standing:
    """An introduction as a card shows it.

    Parameters
    ----------
    id, version, state
        Of the introduction.
    path
        Page that shows it whole.
    asked_you
        Whether the other side has asked, and waits for an answer of this one.
    may_withdraw
        Whether the reader may still cancel it.
    blocked
        Whether nothing new may be proposed to this partner now.
    again
        Day from which it may be proposed again, where that is not at once and the last request was
        withdrawn by the asking side: the day that follows a refusal would give its reason away.
    """

    id: str
    version: int
    state: State
    path: str
    asked_you: bool
    may_withdraw: bool
    blocked: bool
    again: str | None


def standings(
    unit: Unit,
    rules: Settings,
    caller: Principal,
    company: Company,
    partners: Sequence[Company],
    *,
    at: datetime,
) -> dict[str, Standing]:
    """Find the latest introduction of a firm with each of some partners, as a reader may see it.

    Parameters
    ----------
    unit, rules
        The store, and the settings in force.
    caller
        Who reads: of what is not told to them there is nothing here.
    company, partners
        The firm, and those that it might meet.
    at
        The moment.

    Returns
    -------
    dict
        By the SIRET of the partner.
    """
    departments = {each.siret: each.department for each in (company, *partners)}
    by_partner: dict[str, list[Introduction]] = defaultdict(list)
    for held in unit.introductions.list(siret=company.siret):
        by_partner[held.other_than(company.siret)].append(held)
    found: dict[str, Standing] = {}
    for partner in departments.keys() & by_partner.keys():
        standing = _standing(rules, caller, company, by_partner[partner], departments, at)
        if standing is not None:
            found[partner] = standing
    return found


def _standing(
    rules: Settings,
    caller: Principal,
    company: Company,
    between: Sequence[Introduction],
    departments: Mapping[str, str],
    at: datetime,
) -> Standing | None:
    """Tell of the latest introduction with a partner that the reader knows of."""
    parties = [(each, party_of(caller, each, departments, company.siret)) for each in between]
    known = [(each, party) for each, party in parties if party is not None]
    if not known:
        return None
    held, party = known[-1]
    own = caller.may(Right.INTRODUCTIONS, company.siret, company.department)
    home = f"/entreprises/{company.siret}" if own else ""
    is_over = held.state not in (*OPEN, *MADE)
    over = [each for each, _ in known if each.state not in (*OPEN, *MADE)]
    again = again_at(rules, over, company.siret, at) if is_over else at
    is_told = held.state is State.WITHDRAWN and again > at
    return Standing(
        id=held.id,
        version=held.version,
        state=held.state,
        path=f"{home}/mises-en-relation/{held.id}",
        asked_you=held.partner == company.siret and held.partner_answer is Answer.PENDING,
        may_withdraw=own and Move.WITHDRAW in moves_of(held.state, party),
        blocked=not is_over or again > at,
        again=day_in_paris(again) if is_told else None,
    )
