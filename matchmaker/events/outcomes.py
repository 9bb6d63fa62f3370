"""What came of an event: meetings held, worth it or not, and the relations that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.events.life import Event
from matchmaker.events.registrations import Registration, Status
from matchmaker.relations import Relation, RelationKind


class Worth(StrEnum):
    """Whether one side found a meeting worth its time."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the meeting of two participants.

    Parameters
    ----------
    a, b
        Ids of the two.
    held
        Whether they met.
    worth_a, worth_b
        What each side says of it; unknown if not given.
    next_step
        What they agreed on; empty if nothing is known.
    """

    a: str
    b: str
    held: bool
    worth_a: Worth = Worth.UNKNOWN
    worth_b: Worth = Worth.UNKNOWN
    next_step: str = ""

    def in_order(self) -> Outcome:
        """Turn it so that the smaller id comes first: one meeting has one outcome."""
        if self.a <= self.b:
            return self
        return Outcome(self.b, self.a, self.held, self.worth_b, self.worth_a, self.next_step)


def source_of(event_id: str) -> str:
    """Source of the relations that an event leaves behind."""
    return f"event:{event_id}"


def relations_of(
    event: Event, registrations: Iterable[Registration], outcomes: Iterable[Outcome]
) -> list[Relation]:
    """Turn attendance and held meetings into relations, for the next night to see.

    One relation `event` of all firms that were there (present or late), if there are two or more;
    one relation `meeting` for each two firms of which people met. Participants without a SIRET,
    and meetings within one firm, leave none.

    Parameters
    ----------
    event
        The event: its day, its title.
    registrations
        Its participants.
    outcomes
        What came of its meetings.

    Returns
    -------
    list of Relation
        Their keys depend on the firms alone, so that closing again replaces them.
    """
    firms = {r.id: r.siret for r in registrations if r.siret is not None}
    there = {
        r.siret
        for r in registrations
        if r.siret is not None and r.status in (Status.PRESENT, Status.LATE)
    }
    pairs = sorted(set(_pairs_that_met(firms, outcomes)))
    relations = [
        _relation(event, RelationKind.MEETING, f"meeting:{'-'.join(pair)}", pair) for pair in pairs
    ]
    if len(there) >= 2:
        everybody = tuple(sorted(there))
        relations.insert(0, _relation(event, RelationKind.EVENT, "attendance", everybody))
    return relations


def _pairs_that_met(
    firms: dict[str, str], outcomes: Iterable[Outcome]
) -> Iterator[tuple[str, str]]:
    for outcome in outcomes:
        a, b = firms.get(outcome.a), firms.get(outcome.b)
        if outcome.held and a is not None and b is not None and a != b:
            yield min(a, b), max(a, b)


def _relation(event: Event, kind: RelationKind, key: str, members: tuple[str, ...]) -> Relation:
    return Relation(
        key=key,
        kind=kind,
        members=members,
        date=event.details.day,
        source=source_of(event.id),
        label=event.details.title,
    )
