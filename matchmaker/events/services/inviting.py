"""Firms that an event invites: of a list that was planned, or of another event's list."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from matchmaker.events.life import Edit, Event, EventKind
from matchmaker.events.registrations import Registration, Status
from matchmaker.events.services.planning import documents_of, read_plan
from matchmaker.identifiers import new_id
from matchmaker.store import Unit


def invite_firms(
    unit: Unit, event: Event, edit: Edit, sirets: Sequence[str], random: Random
) -> tuple[Event, int]:
    """Register firms as invited, those that are not registered yet and may be contacted.

    The list of an invitations event is chosen among firms of its own departments: others are
    passed over there.

    Parameters
    ----------
    unit
        A unit that writes.
    event, edit
        The event, and who changes it.
    sirets
        The firms.
    random
        Where the ids of new participants come from.

    Returns
    -------
    tuple of Event and int
        The event, in a new version where something was written; and how many firms are new.

    Raises
    ------
    UnknownEventError, EventConflictError, EventStateError, ProblemError
        As the store.
    """
    people = unit.events.registrations.all(event.id)
    there, taken = {each.siret for each in people}, {each.id for each in people}
    firms = unit.companies.servable([each for each in sirets if each not in there])
    if event.details.kind is EventKind.INVITATIONS:
        firms = {s: each for s, each in firms.items() if each.department in event.details.chambers}
    written = []
    for siret in sirets:
        if firm := firms.pop(siret, None):
            drawn = new_id(random, taken)
            taken.add(drawn)
            name = firm.name or siret
            written.append(
                Registration(drawn, name, name, siret, None, firm.department, status=Status.INVITED)
            )
    return unit.events.registrations.put(event.id, edit, written), len(written)


def firms_on_list(unit: Unit, source: Event) -> list[str]:
    """Read the firms on the list of an invitations event, less those that have called off.

    Raises
    ------
    UnknownEventError
        If it has no list in use.
    """
    _, plan = documents_of(source.details.kind, read_plan(unit, source, None))
    people = unit.events.registrations.all(source.id)
    gone = {each.siret for each in people if each.status in (Status.CANCELLED, Status.ABSENT)}
    came = [each.siret for each in people if each.siret]
    sirets = dict.fromkeys([*(each.id for each in plan.invitations), *came])
    return [siret for siret in sirets if siret not in gone]
