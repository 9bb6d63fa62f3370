"""Which two firms may be proposed to each other."""

from __future__ import annotations

from datetime import datetime, timedelta

from matchmaker.companies import Company
from matchmaker.errors import UnknownCompanyError
from matchmaker.introductions.capacity import next_quarter
from matchmaker.introductions.desk import Desk
from matchmaker.introductions.life import MADE, OPEN, DeclineReason, State
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.refusals import PARIS, PairRefusal
from matchmaker.settings import Settings

NO_DISLIKE = frozenset({DeclineReason.NO_CAPACITY, DeclineReason.NOT_NOW})
"""Reasons that say nothing about the pair: it may be proposed again in the next quarter."""


def check_pair(desk: Desk, company: str, partner: str) -> None:
    """Check that two firms may be proposed to each other.

    What the other side has said of the firm is never told: it is not available, that is all.

    Parameters
    ----------
    desk
        The unit holds both sides.
    company, partner
        SIRETs: for whom it is proposed, and whom it should meet.

    Raises
    ------
    UnknownCompanyError
        If the store does not know the company for which it is proposed.
    PairRefusedError
        If the two must not be introduced, or not now.
    """
    own = desk.unit.companies.get(company)
    if own is None:
        raise UnknownCompanyError(
            f"company {company} is not in the store. Check the number, or import its department."
        )
    if not desk.unit.companies.servable([company]):
        raise PairRefusal("own_firm", company=company)
    if company[:9] == partner[:9]:
        raise PairRefusal("same_siren")
    _check_partner(desk, own, partner)
    _check_earlier(desk, company, partner)


def both_available(desk: Desk, a: str, b: str) -> bool:
    """Whether each of two firms may still be shown to the other."""
    companies = desk.unit.companies
    return bool(companies.servable([a], reader=b)) and bool(companies.servable([b], reader=a))


def _check_partner(desk: Desk, own: Company, partner: str) -> None:
    found = desk.unit.companies.servable([partner]).get(partner)
    if found is not None and found.department == own.department:
        raise PairRefusal("same_department")
    if found is None or not both_available(desk, own.siret, partner):
        raise PairRefusal("not_available", company=partner)


def _check_earlier(desk: Desk, company: str, partner: str) -> None:
    for earlier in desk.unit.introductions.between(company, partner):
        if earlier.introduced_at is not None or earlier.state in MADE:
            raise PairRefusal("introduced")
        if earlier.state in OPEN:
            raise PairRefusal("under_way")
        if desk.at < again_at(desk.rules, earlier):
            raise PairRefusal("not_again_yet", company=partner)


def again_at(rules: Settings, earlier: Introduction) -> datetime:
    """When two firms may be proposed to each other again, after one that came to nothing.

    Parameters
    ----------
    rules
        Settings in force.
    earlier
        What came to nothing.
    """
    gently = earlier.state is State.WITHDRAWN or earlier.reason in NO_DISLIKE
    if not gently:
        return earlier.state_at + timedelta(days=rules.introductions.cool_down_days)
    day = next_quarter(earlier.state_at)
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)
