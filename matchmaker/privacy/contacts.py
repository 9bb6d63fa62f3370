"""Whom to write to: the contact of a firm leaves here, to those who may have it, and is logged."""

from __future__ import annotations

from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.companies import Contact
from matchmaker.introductions.life import MADE
from matchmaker.introductions.naming import named
from matchmaker.store import Unit


def contact_for(
    unit: Unit,
    caller: Principal,
    siret: str,
    *,
    at: datetime,
    purpose: str,
    introduction_id: str | None = None,
) -> Contact | None:
    """Hand out the contact of a firm, and note to whom.

    Parameters
    ----------
    unit
        One unit of work: the contact leaves with its line in the log, or not at all.
    caller
        Who asks.
    siret
        The firm.
    at
        Now.
    purpose
        What for, as the log has it: `"profile"`, `"introduction"`.
    introduction_id
        The introduction that allows it, for the log; of a firm that has left the service since,
        nobody is given the contact for it.

    Returns
    -------
    Contact or None
        Nothing where the caller may not have it, or the firm has left none; the two look the same.
    """
    profile = unit.profiles.get(siret)
    if profile is None or profile.contact == Contact() or not may_have_contact(unit, caller, siret):
        return None
    if introduction_id is not None and siret not in named(unit, caller, [siret]):
        return None
    unit.contacts.note(
        at=at, by=caller, siret=siret, purpose=purpose, introduction_id=introduction_id
    )
    return profile.contact


def may_have_contact(unit: Unit, caller: Principal, siret: str) -> bool:
    """Whether somebody may have the contact of a firm.

    Its own people, the advisers of its chamber and administrators may; anybody else only once the
    firm has been introduced to one of theirs, and not after it has left the service or withdrawn
    its consent.
    """
    company = unit.companies.get(siret)
    if caller.may(Right.PROFILE, siret, company.department if company else None):
        return True
    profile = unit.profiles.get(siret)
    if profile is not None and not profile.consent:
        return False
    reach = caller.reach(Right.INTRODUCTIONS)
    if reach is Reach.OWN:
        own = caller.companies
        return any(unit.introductions.may_see_contact(firm, siret) for firm in own)
    return reach is Reach.CHAMBER and _introduced_to_chamber(unit, siret, caller.chamber)


def _introduced_to_chamber(unit: Unit, siret: str, chamber: str | None) -> bool:
    others = [each.other_than(siret) for each in unit.introductions.list(siret=siret, states=MADE)]
    of_chamber = [
        firm.siret for firm in unit.companies.many(others).values() if firm.department == chamber
    ]
    return any(unit.introductions.may_see_contact(firm, siret) for firm in of_chamber)
