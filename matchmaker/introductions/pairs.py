"""Which two firms may be proposed to each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from matchmaker.companies import Company
from matchmaker.errors import UnknownCompanyError
from matchmaker.introductions.capacity import next_quarter, quarter_start
from matchmaker.introductions.desk import Desk
from matchmaker.introductions.life import MADE, OPEN, Answer, DeclineReason, State
from matchmaker.introductions.records import Introduction
from matchmaker.introductions.refusals import PARIS, PairRefusal
from matchmaker.settings import Settings

NO_DISLIKE = frozenset({DeclineReason.NO_CAPACITY, DeclineReason.NOT_NOW})
"""Reasons that say nothing about the pair: it may be proposed again in the next quarter."""
MOST_REQUESTS = 2
"""Requests of one firm for another in a calendar quarter, whatever becomes of them."""


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
    held = desk.unit.introductions.between(company, partner)
    for earlier in held:
        if earlier.introduced_at is not None or earlier.state in MADE:
            raise PairRefusal("introduced")
        if earlier.state in OPEN:
            raise PairRefusal("under_way")
        if desk.at < _free_at(desk.rules, earlier):
            raise PairRefusal("not_again_yet", company=partner)
    again = again_at(desk.rules, held, company, desk.at)
    if desk.at < again:
        day, most = day_in_paris(again), str(MOST_REQUESTS)
        raise PairRefusal("asked_enough", company=partner, most=most, day=day)


def day_in_paris(moment: datetime) -> str:
    """ISO day of a moment, on the clock of the chambers."""
    return moment.astimezone(PARIS).date().isoformat()


def again_at(
    rules: Settings, earlier: Sequence[Introduction], company: str, at: datetime
) -> datetime:
    """When a firm may be proposed to another one again, after requests that came to nothing.

    What was withdrawn before the other side had accepted binds nobody: a request that was sent by
    mistake is made again at once. Withdrawn after that, or declined for want of room or time, it
    waits for the next quarter; after any other refusal, and after an expiry, for
    `introductions.cool_down_days`. In any case one firm asks for another one at most
    `MOST_REQUESTS` times in a quarter, withdrawn requests included, and a firm gets no second
    question about the same partner on one day: that letter leaves the next morning
    (`matchmaker.mail.post.Post.ask`).

    Parameters
    ----------
    rules
        Settings in force.
    earlier
        Everything between the two that came to nothing, whoever asked.
    company
        The firm that would ask.
    at
        Now.

    Returns
    -------
    datetime
        A moment that has passed where nothing stands against it.
    """
    moments = [_free_at(rules, each) for each in earlier]
    began = quarter_start(at)
    own = [each for each in earlier if each.company == company and each.created_at >= began]
    if len(own) >= MOST_REQUESTS:
        moments.append(_first_moment_after(at))
    return max(moments, default=at)


def _free_at(rules: Settings, earlier: Introduction) -> datetime:
    """Moment from which something that came to nothing keeps the two apart no more."""
    if earlier.state is State.WITHDRAWN and earlier.partner_answer is not Answer.ACCEPTED:
        return earlier.state_at
    if earlier.state is State.WITHDRAWN or earlier.reason in NO_DISLIKE:
        return _first_moment_after(earlier.state_at)
    return earlier.state_at + timedelta(days=rules.introductions.cool_down_days)


def _first_moment_after(at: datetime) -> datetime:
    """First moment of the next quarter, in Paris."""
    day = next_quarter(at)
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)
