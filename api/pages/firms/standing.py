"""What stands between a firm and its partners: an introduction that is under way, or was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.companies import Company
from matchmaker.introductions.life import MADE, OPEN, Answer, Move, State
from matchmaker.introductions.pairs import again_at
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
        Day from which it may be proposed again, for what the asking side itself has withdrawn: the
        day that follows a refusal would give its reason away.
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
    found: dict[str, Standing] = {}
    for held in unit.introductions.list(siret=company.siret):
        partner = held.other_than(company.siret)
        standing = _standing(rules, caller, company, held, departments, at)
        if partner in departments and standing is not None:
            found[partner] = standing  # the latest comes last
    return found


def _standing(
    rules: Settings,
    caller: Principal,
    company: Company,
    held: Introduction,
    departments: Mapping[str, str],
    at: datetime,
) -> Standing | None:
    party = party_of(caller, held, departments, company.siret)
    if party is None:
        return None
    own = caller.may(Right.INTRODUCTIONS, company.siret, company.department)
    home = f"/entreprises/{company.siret}" if own else ""
    is_over = held.state not in (*OPEN, *MADE)
    again = again_at(rules, held) if is_over else at
    is_told = held.state is State.WITHDRAWN and again > at
    return Standing(
        id=held.id,
        version=held.version,
        state=held.state,
        path=f"{home}/mises-en-relation/{held.id}",
        asked_you=held.partner == company.siret and held.partner_answer is Answer.PENDING,
        may_withdraw=own and Move.WITHDRAW in moves_of(held.state, party),
        blocked=not is_over or again > at,
        again=again.date().isoformat() if is_told else None,
    )
