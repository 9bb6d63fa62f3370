"""What a caller is to an introduction, and whether they may make a move."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.introductions.life import MOVES, Answer, Move, Party, State, Step
from matchmaker.introductions.records import HistoryEntry, Introduction
from matchmaker.introductions.refusals import (
    ChangedMeanwhile,
    MoveRefusal,
    PartyRefusal,
    RequestRefusal,
)
from matchmaker.store import Unit
from matchmaker.store.introductions import unknown_introduction
from matchmaker.suggestions import Side

SIDE_OF: Mapping[Party, Side] = {
    Party.COMPANY: "company",
    Party.COMPANY_ADVISER: "company",
    Party.PARTNER: "partner",
    Party.PARTNER_ADVISER: "partner",
}
"""The side that a party speaks for; administrators and the service itself speak for none."""

ADVISERS = frozenset({Party.COMPANY_ADVISER, Party.PARTNER_ADVISER})
FIRMS = frozenset({Party.COMPANY, Party.PARTNER})

_BY_SIDE: Mapping[tuple[Reach, Side], Party] = {
    (Reach.OWN, "company"): Party.COMPANY,
    (Reach.OWN, "partner"): Party.PARTNER,
    (Reach.CHAMBER, "company"): Party.COMPANY_ADVISER,
    (Reach.CHAMBER, "partner"): Party.PARTNER_ADVISER,
}


def siret_of(introduction: Introduction, side: Side) -> str:
    """SIRET of a side."""
    return introduction.company if side == "company" else introduction.partner


def party_of(
    by: Principal, introduction: Introduction, departments: Mapping[str, str], siret: str | None
) -> Party | None:
    """Find out what a caller is to an introduction; `None` for a stranger.

    A firm is a stranger until it has asked, or is asked: what a chamber only considers is not told.

    Parameters
    ----------
    by
        The caller.
    introduction
        The introduction.
    departments
        Departments of the sides, by SIRET.
    siret
        Side that the caller speaks for; not needed by those who can speak for one only.

    Raises
    ------
    ProblemError
        If the caller can speak for both sides and does not say for which.
    """
    reach = by.reach(Right.INTRODUCTIONS)
    if reach is Reach.ALL:
        return Party.ADMINISTRATOR
    found = [
        _BY_SIDE[reach, side]
        for side in ("company", "partner")
        if _speaks_for(by, introduction, side, departments, siret)
    ]
    if len(found) > 1:
        raise RequestRefusal("both_sides")
    return found[0] if found else None


def _speaks_for(
    by: Principal,
    introduction: Introduction,
    side: Side,
    departments: Mapping[str, str],
    siret: str | None,
) -> bool:
    own = siret_of(introduction, side)
    if siret is not None and siret != own:
        return False
    if not by.may(Right.INTRODUCTIONS, own, departments.get(own)):
        return False
    is_adviser = by.reach(Right.INTRODUCTIONS) is Reach.CHAMBER
    return is_adviser or introduction.answer_of(own) is not Answer.NOT_ASKED


def require_party(
    unit: Unit, by: Principal, introduction: Introduction, siret: str | None = None
) -> Party:
    """Find out what a caller is to an introduction.

    Parameters
    ----------
    unit
        Unit of work.
    by, introduction, siret
        As in `party_of`.

    Raises
    ------
    UnknownIntroductionError
        If the caller is a stranger, who is told the same of an id that does not exist.
    ProblemError
        As in `party_of`.
    """
    party = party_of(by, introduction, departments_of(unit, introduction), siret)
    if party is None:
        raise unknown_introduction(introduction.id)
    return party


def departments_of(unit: Unit, introduction: Introduction) -> dict[str, str]:
    """Departments of the sides that the store knows, by SIRET."""
    sides = unit.companies.many([introduction.company, introduction.partner])
    return {siret: company.department for siret, company in sides.items()}


def check_move(state: State, move: Move, party: Party) -> Step:
    """Look a move up in `MOVES`.

    Raises
    ------
    NotAllowedError
        If the move is never for this party, or not in this state.
    IntroductionStateError
        If the state does not allow it to anybody.
    """
    step = MOVES.get((state, move))
    ever = any(party in each.parties for (_, other), each in MOVES.items() if other is move)
    if not ever:
        raise PartyRefusal(move, party)
    if step is None:
        raise MoveRefusal(state, move, party)
    if party not in step.parties:
        raise PartyRefusal(move, party)
    return step


def require_version(unit: Unit, held: Introduction, version: int | None, party: Party) -> None:
    """Check that nobody has changed an introduction since it was read.

    Parameters
    ----------
    unit
        Unit of work.
    held
        The introduction, held.
    version
        Version that was read; `None` where that does not matter.
    party
        What the reader is to it.

    Raises
    ------
    IntroductionConflictError
        If the stored version is another one; names who has changed it, and when.
    """
    if version is None or version == held.version:
        return
    last = unit.introductions.history(held.id)[-1]
    raise ChangedMeanwhile(version, held.version, name_for(party, last), last.at)


def name_for(reader: Party, entry: HistoryEntry) -> str | None:
    """Name who made a move, as a party may know them.

    Names of people of the other firm are contact data: `None` in their place.
    """
    side, own = SIDE_OF.get(entry.party), SIDE_OF.get(reader)
    hidden = entry.party in FIRMS and own is not None and side != own
    return None if hidden else entry.by
