"""Why two companies should meet, and what the partner is to the company."""

from __future__ import annotations

from enum import StrEnum


class Intent(StrEnum):
    """Why two companies should meet."""

    SUPPLY = "supply"
    CONSORTIUM = "consortium"
    PEER = "peer"
    MENTORING = "mentoring"
    TRAINING = "training"
    EXPORT = "export"


class Role(StrEnum):
    """What the partner is to the company that reads the suggestion."""

    SUPPLIER = "supplier"
    CLIENT = "client"
    CO_BIDDER = "co_bidder"
    PEER = "peer"
    MENTOR = "mentor"
    MENTEE = "mentee"
    TRAINER = "trainer"
    EMPLOYER = "employer"
    EXPORT_PARTNER = "export_partner"


ROLES: dict[Intent, tuple[Role, ...]] = {
    Intent.SUPPLY: (Role.SUPPLIER, Role.CLIENT),
    Intent.CONSORTIUM: (Role.CO_BIDDER,),
    Intent.PEER: (Role.PEER,),
    Intent.MENTORING: (Role.MENTOR, Role.MENTEE),
    Intent.TRAINING: (Role.TRAINER, Role.EMPLOYER),
    Intent.EXPORT: (Role.EXPORT_PARTNER,),
}

INTENT_OF: dict[Role, Intent] = {role: intent for intent, roles in ROLES.items() for role in roles}
"""The one intent that each role belongs to."""

OPPOSITE: dict[Role, Role] = {
    Role.SUPPLIER: Role.CLIENT,
    Role.CLIENT: Role.SUPPLIER,
    Role.CO_BIDDER: Role.CO_BIDDER,
    Role.PEER: Role.PEER,
    Role.MENTOR: Role.MENTEE,
    Role.MENTEE: Role.MENTOR,
    Role.TRAINER: Role.EMPLOYER,
    Role.EMPLOYER: Role.TRAINER,
    Role.EXPORT_PARTNER: Role.EXPORT_PARTNER,
}
"""What the company is to a partner that has the given role for it."""


class Flow(StrEnum):
    """Which way the good, the service or the experience flows between company and partner."""

    INWARD = "inward"
    """From the partner to the company: the partner supplies, mentors, trains."""
    OUTWARD = "outward"
    """From the company to the partner."""
    MUTUAL = "mutual"
    """Both ways, or neither."""


FLOW: dict[Role, Flow] = {
    Role.SUPPLIER: Flow.INWARD,
    Role.CLIENT: Flow.OUTWARD,
    Role.CO_BIDDER: Flow.MUTUAL,
    Role.PEER: Flow.MUTUAL,
    Role.MENTOR: Flow.INWARD,
    Role.MENTEE: Flow.OUTWARD,
    Role.TRAINER: Flow.INWARD,
    Role.EMPLOYER: Flow.OUTWARD,
    Role.EXPORT_PARTNER: Flow.MUTUAL,
}

REVERSED: dict[Flow, Flow] = {
    Flow.INWARD: Flow.OUTWARD,
    Flow.OUTWARD: Flow.INWARD,
    Flow.MUTUAL: Flow.MUTUAL,
}
"""The flow as the other side sees it."""
