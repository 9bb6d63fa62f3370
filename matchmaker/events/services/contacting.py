"""E-mails of participants, for whoever sends them their plan: each chamber's to itself, logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.errors import NotAllowedError
from matchmaker.events.life import Event
from matchmaker.events.registrations import Registration
from matchmaker.introductions.life import MADE
from matchmaker.store import Unit

PURPOSE = "event"
"""What the log of contact data says that they were read for."""
READ = "event.contacts_read"
"""Action of the audit log: it counts those of no known firm as well."""


@dataclass(frozen=True, slots=True)
class ParticipantContact:
    """How to reach a participant.

    Parameters
    ----------
    participant
        Id within the event.
    name, company
        As registered.
    department
        Of the firm as the registry says; else as registered.
    email
        Nothing where none is known, or where it is hidden.
    contact_hidden
        Whether the participant is another chamber's: nothing is then said of an e-mail, not even
        whether there is one.
    """

    participant: str
    name: str
    company: str
    department: str | None
    email: str | None
    contact_hidden: bool


def read_contacts(
    unit: Unit, event: Event, caller: Principal, *, at: datetime
) -> tuple[ParticipantContact, ...]:
    """Read the e-mails of an event's participants, and log whose were read.

    An adviser sees those of their own chamber's department, and of a firm of another one only once
    it was introduced to a firm of theirs. The colleague of the other chamber, who holds the event
    with them, sees the others.

    Parameters
    ----------
    unit
        A unit that writes: the log is written with the reading, or nothing is read.
    event
        One that the caller reaches.
    caller, at
        Who reads, and when.
    """
    registrations = unit.events.registrations.all(event.id)
    departments = _departments(unit, registrations)
    visible = _visible(unit, caller, registrations, departments)
    emails = unit.events.registrations.emails(event.id)
    read = [each for each in registrations if each.id in visible and each.id in emails]
    _log(unit, event, caller, read, at)
    return tuple(
        ParticipantContact(
            participant=each.id,
            name=each.name,
            company=each.company,
            department=departments[each.id],
            email=emails.get(each.id) if each.id in visible else None,
            contact_hidden=each.id not in visible,
        )
        for each in registrations
    )


def check_firms_kept(
    unit: Unit,
    caller: Principal,
    before: Iterable[Registration],
    written: Iterable[Registration],
) -> None:
    """Let nobody come to a hidden e-mail by calling its participant one of their own firms.

    Parameters
    ----------
    unit, caller
        The store, and who writes.
    before, written
        Registrations as they were, and those that take their place or come new.

    Raises
    ------
    NotAllowedError
        If one moves from a firm whose contacts are hidden from the caller to another firm.
    """
    after = {each.id: (each.siret, each.department) for each in written}
    moved = [
        each
        for each in before
        if each.id in after and after[each.id] != (each.siret, each.department)
    ]
    visible = _visible(unit, caller, moved, _departments(unit, moved))
    for each in moved:
        if each.id not in visible:
            raise NotAllowedError(
                f"participant {each.id!r} is of another chamber, which alone moves them to "
                "another firm; remove them and register them anew if you must."
            )


def _departments(unit: Unit, registrations: Sequence[Registration]) -> dict[str, str | None]:
    """Department of each participant: that of their firm, else as registered."""
    firms = unit.companies.many(sorted({each.siret for each in registrations if each.siret}))
    return {
        each.id: firms[each.siret].department if each.siret in firms else each.department
        for each in registrations
    }


def _visible(
    unit: Unit,
    caller: Principal,
    registrations: Sequence[Registration],
    departments: Mapping[str, str | None],
) -> frozenset[str]:
    """Ids of the participants whose e-mails the caller may read."""
    if caller.reach(Right.EVENTS) is Reach.ALL:
        return frozenset(departments)
    if caller.chamber is None:
        return frozenset()
    made = unit.introductions.list(department=caller.chamber, states=MADE)
    introduced = {siret for each in made for siret in (each.company, each.partner)}
    return frozenset(
        each.id
        for each in registrations
        if departments[each.id] == caller.chamber or each.siret in introduced
    )


def _log(
    unit: Unit, event: Event, caller: Principal, read: list[Registration], at: datetime
) -> None:
    if not read:
        return
    for siret in sorted({each.siret for each in read if each.siret}):
        unit.contacts.note(at=at, by=caller, siret=siret, purpose=PURPOSE)
    unit.audit.note(at=at, by=caller, action=READ, subject=event.id, read=len(read))
